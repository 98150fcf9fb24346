"""The sign-in cookie as pages read it, and whether the sign-in that it names still holds."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import event, update

from dashboard import signed_in
from dashboard.identity import KEPT, Claim, claim_in, session_in_cookie, space_of
from dashboard.signed_in import SignedIn
from dashboard.workspace import Workspace
from desk.people import leaving, people, sign_ins
from storage.models import SignIn
from tests.dashboard.conftest import Floor

SECRET = "for tests"
WHOLE = {"person": 7, "token": "t"}


def cookie(session: object, *, secret: str = SECRET, age: timedelta = timedelta()) -> str:
    signer = TimestampSigner(secret)
    made = int(signer.get_timestamp() - age.total_seconds())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _self: made)
        return signer.sign(b64encode(json.dumps(session).encode())).decode()


def whom(value: str) -> Claim | None:
    return claim_in(session_in_cookie({"careline_1": value, "careline_2": "other"}, name="careline_1", secret=SECRET))


def test_a_signed_cookie_names_a_person_and_their_token() -> None:
    assert whom(cookie(WHOLE)) == Claim(7, "t")
    assert "'t'" not in repr(whom(cookie(WHOLE)))


OTHERS: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "nonsense": lambda: "nonsense",
    "another secret": lambda: cookie(WHOLE, secret="somebody else's"),
    "too old": lambda: cookie(WHOLE, age=KEPT + timedelta(hours=1)),
    "no token": lambda: cookie({"person": 7}),
    "no person": lambda: cookie({"token": "t"}),
    "a truth as person": lambda: cookie({"person": True, "token": "t"}),
    "words as person": lambda: cookie({"person": "7", "token": "t"}),
    "a number as token": lambda: cookie({"person": 7, "token": 7}),
    "nothing in it": lambda: cookie({}),
    "a list": lambda: cookie([7]),
    "not base64": lambda: TimestampSigner(SECRET).sign(b"not base64!").decode(),
    "a broken signature": lambda: cookie(WHOLE)[:-2] + "??",
}
"""Made in the test: a signature holds the moment at which it was made."""


@pytest.mark.parametrize("kind", OTHERS)
def test_anything_else_names_nobody(kind: str) -> None:
    assert whom(OTHERS[kind]()) is None


def test_another_boards_cookie_is_not_read() -> None:
    assert session_in_cookie({"careline_2": cookie(WHOLE)}, name="careline_1", secret=SECRET) == {}


def test_two_workspaces_keep_their_drafts_apart() -> None:
    assert space_of("sqlite:////a.db") != space_of("sqlite:////b.db")


def begun(workspace: Workspace, person_id: int) -> dict[str, Any]:
    with workspace.database.write() as session:
        token = sign_ins.begin(session, people.active(session, person_id), way="name", now=workspace.now())
    return {"person": person_id, "token": token}


def test_a_verdict_is_read_once_and_then_known(workspace: Workspace, floor: Floor) -> None:
    said, seen = begun(workspace, floor.ana), SignedIn(workspace.database)
    assert seen.known(said) is None
    asked: list[str] = []
    event.listen(workspace.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert seen.look(said).person_id == floor.ana
    assert [statement for statement in asked if "sign_in" in statement]
    asked.clear()
    assert seen.look(said).person_id == floor.ana
    assert asked == []
    known = seen.known(said)
    assert known is not None
    assert known.person_id == floor.ana


def test_a_token_opens_nothing_for_somebody_else(workspace: Workspace, floor: Floor) -> None:
    said = {**begun(workspace, floor.ana), "person": floor.admin}
    verdict = workspace.signed_in.look(said)
    assert (verdict.person_id, bool(verdict.words)) == (None, True)


def test_what_ends_in_another_process_is_forgotten_here(workspace: Workspace, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    said, other = begun(workspace, floor.ana), begun(workspace, floor.bo)
    here = workspace.signed_in
    assert here.look(said).person_id == floor.ana
    with workspace.database.write() as session:
        sign_ins.end(session, str(said["token"]), now=workspace.now())
    monkeypatch.setattr(signed_in, "MARK_KEPT_S", 0.0)  # the quarter of a second is over
    assert here.look(said).person_id is None
    assert here.look(other).person_id == floor.bo


def test_who_left_is_told_so(workspace: Workspace, floor: Floor) -> None:
    said = begun(workspace, floor.bo)
    with workspace.database.write() as session:
        leaving.leave(session, floor.bo, by=None, now=workspace.now())
    verdict = workspace.signed_in.look(said)
    assert verdict.person_id is None
    assert "no longer works here" in verdict.words


def test_a_worn_sign_in_is_renewed_and_an_expired_one_is_not(workspace: Workspace, floor: Floor) -> None:
    worn, over = begun(workspace, floor.ana), begun(workspace, floor.bo)
    now = workspace.now()
    with workspace.database.write() as session:
        session.execute(update(SignIn).where(SignIn.person_id == floor.ana).values(until=now + timedelta(minutes=5)))
        session.execute(update(SignIn).where(SignIn.person_id == floor.bo).values(until=now - timedelta(seconds=1)))
    assert workspace.signed_in.look(worn).person_id == floor.ana
    assert workspace.signed_in.look(over).person_id is None
    with workspace.database.read() as session:
        assert sign_ins.until(session, worn["token"], floor.ana, now=now) >= now + timedelta(hours=11)
