"""The sign-in cookie: made by Starlette, read by the pages, worthless when touched."""

import json
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from itsdangerous import TimestampSigner

from dashboard.identity import KEPT, person_in_cookie, space_of

SECRET = "a secret"


def cookie(content: Any, *, secret: str = SECRET, age: timedelta = timedelta(0), monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    """As Starlette's session middleware signs it."""
    signer = TimestampSigner(secret)
    if monkeypatch:
        made = int(signer.get_timestamp() - age.total_seconds())
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: made)
    signed: str = signer.sign(b64encode(json.dumps(content).encode())).decode()
    if monkeypatch:
        monkeypatch.undo()
    return signed


def read(value: str) -> int | None:
    return person_in_cookie({"careline_1": value, "careline_2": "other"}, name="careline_1", secret=SECRET)


def test_a_signed_cookie_names_its_person() -> None:
    assert read(cookie({"person": 7})) == 7


@pytest.mark.parametrize("content", [{}, {"person": "7"}, {"person": None}])
def test_a_cookie_without_a_person_signs_nobody_in(content: Any) -> None:
    assert read(cookie(content)) is None


@pytest.mark.parametrize(
    "value",
    ["", "nonsense", "e30=.x.y", cookie({"person": 7}, secret="another"), cookie({"person": 7})[:-1], "\udcff"],
    ids=["empty", "nonsense", "malformed", "another key", "cut", "no text"],
)
def test_a_touched_cookie_signs_nobody_in(value: str) -> None:
    assert read(value) is None


def test_another_ports_cookie_signs_nobody_in() -> None:
    assert person_in_cookie({"careline_2": cookie({"person": 7})}, name="careline_1", secret=SECRET) is None


@pytest.mark.parametrize(("age", "person"), [(KEPT - timedelta(minutes=1), 7), (KEPT + timedelta(minutes=1), None)])
def test_a_sign_in_ends(age: timedelta, person: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(cookie({"person": 7}, age=age, monkeypatch=monkeypatch)) == person


def test_two_workspaces_keep_their_drafts_apart() -> None:
    assert space_of("sqlite:///a.db") == space_of("sqlite:///a.db") != space_of("sqlite:///b.db")
