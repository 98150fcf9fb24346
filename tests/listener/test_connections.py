"""What a consent gave is kept sealed, renewed once however many ask, and says in words when a person must connect again."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.feeds import connections
from desk.feeds.connections import Part
from desk.feeds.feeds import WorkspacePlan
from listener.connect.calls import TakenBack
from listener.connect.keeper import MARGIN, State
from listener.connect.tokens import Tokens, Unsealable, Vault
from listener.source import RateLimited, Refused, Unauthorized, Unavailable
from storage.database import Database
from storage.models import Audit, CredentialToken
from storage.types import EPOCH
from tests.support.consents import KEY, REVOKE, TOKEN, Authority, given_by, keeper_of
from tests.support.listening import listening
from tests.support.race import ROOT, in_processes, together
from tests.support.replay import DROP, Platform, Reply, Seen, as_json, html

PLAN = WorkspacePlan(credentials=(("main", "x"),))
ASKED = TOKEN["x"]


@pytest.fixture
def workspace(database: Database) -> Database:
    with database.write() as session:
        listening(session, PLAN, now=database.now())
    return database


def about_to_end(database: Database, authority: Authority, *, left: timedelta = timedelta(0)) -> Tokens:
    """Tokens are kept that run out soon."""
    tokens = given_by(authority, expires_at=database.now() + left)
    keeper_of(database, authority.platform.url).keep(tokens)
    return tokens


def rows(database: Database) -> dict[str, CredentialToken]:
    with database.read() as session:
        return {row.kind: row for row in session.scalars(select(CredentialToken))}


def age_turn(database: Database) -> None:
    with database.write() as session:
        session.execute(update(CredentialToken).where(CredentialToken.kind == Part.TURN).values(updated_at=EPOCH))


def test_nothing_that_was_given_can_be_read_in_the_database(workspace: Database) -> None:
    secret = "a-token-that-nobody-may-read"
    keeper = keeper_of(workspace, "http://127.0.0.1:9")
    keeper.keep(Tokens(secret, secret, app_secret=secret, account="AcmeCare"))
    assert keeper.fresh() == Tokens(secret, secret, app_secret=secret, account="AcmeCare")
    kept = rows(workspace)[Part.TOKENS].ciphertext
    assert secret.encode() not in kept
    assert b"AcmeCare" not in kept
    assert secret not in repr(keeper.fresh()) + repr(keeper) + json.dumps(asdict(keeper.status()), default=str)


@pytest.mark.parametrize(
    ("key", "name", "source"),
    [("another secret", "main", "x"), (KEY, "other", "x"), (KEY, "main", "reddit")],
    ids=["key", "name", "source"],
)
def test_a_seal_opens_with_its_own_key_for_its_own_credential(key: str, name: str, source: str) -> None:
    sealed = Vault(KEY).seal({"access": "a"}, credential="main", source="x")
    assert Vault(KEY).open(sealed, credential="main", source="x") == {"access": "a"}
    with pytest.raises(Unsealable):
        Vault(key).open(sealed, credential=name, source=source)


def test_another_secret_of_the_workspace_asks_to_connect_again(workspace: Database) -> None:
    keeper_of(workspace, "http://127.0.0.1:9").keep(Tokens("a", "r"))
    other = keeper_of(workspace, "http://127.0.0.1:9", key="another secret")
    with pytest.raises(Unauthorized, match="careline connect x --credential main"):
        other.fresh()
    assert other.status().state is State.UNREADABLE


def test_nothing_kept_is_no_error(workspace: Database) -> None:
    keeper = keeper_of(workspace, "http://127.0.0.1:9")
    assert keeper.fresh() is None
    assert keeper.status().state is State.NOT_CONNECTED
    with pytest.raises(Unauthorized, match="careline connect x --credential main"):
        keeper.renewed(Tokens("once"))


def test_tokens_that_hold_are_used_without_a_call(workspace: Database, platform: Platform) -> None:
    tokens = about_to_end(workspace, Authority(platform), left=MARGIN + timedelta(minutes=1))
    assert keeper_of(workspace, platform.url).fresh() == tokens
    assert platform.seen == []


def test_tokens_are_renewed_before_they_run_out_and_others_read_the_new_ones(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority, left=MARGIN - timedelta(minutes=1))
    first, second = (keeper_of(workspace, platform.url).fresh() for _ in range(2))
    assert first is not None
    assert (first.access, first.refresh) == ("access-2", "refresh-2")
    assert second == first
    assert authority.renewals == 1
    assert list(rows(workspace)) == [Part.TOKENS]


def test_a_token_that_ended_before_its_time_is_replaced_once(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    used = about_to_end(workspace, authority, left=timedelta(hours=1))
    found = [keeper_of(workspace, platform.url).renewed(used).access for _ in range(3)]
    assert found == ["access-2"] * 3
    assert authority.renewals == 1


@pytest.mark.race
def test_of_sixteen_at_once_one_renews_and_all_have_the_new_token(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    keepers = [keeper_of(workspace, platform.url, timeout=30.0) for _ in range(16)]
    found = together(lambda n: keepers[n].fresh(), 16)
    assert {one.access for one in found if one} == {"access-2"}
    assert len(platform.asked(ASKED)) == authority.renewals == 1


@pytest.mark.race
def test_of_four_processes_at_once_one_renews(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    gather(platform, authority, 4)
    url = workspace.engine.url.render_as_string(hide_password=False)
    printed = in_processes("renewer.py", [[url, platform.url]] * 4)
    assert [json.loads(one) for one in printed] == ["access-2"] * 4
    assert len(platform.asked(ASKED)) == authority.renewals == 1


def gather(platform: Platform, authority: Authority, how_many: int) -> None:
    """The platform answers a renewal only when so many processes have said that they want one."""
    everyone = threading.Semaphore(0)
    first = threading.Lock()

    def ready(_: Seen) -> Reply:
        everyone.release()
        return as_json({})

    def answer(seen: Seen) -> Reply:
        if first.acquire(blocking=False):
            assert all(everyone.acquire(timeout=60) for _ in range(how_many))
        return authority.token(seen)

    platform.always("/ready", ready)
    platform.always(ASKED, answer, method="POST")


def test_who_waits_goes_on_with_a_token_that_still_holds(workspace: Database, platform: Platform) -> None:
    tokens = about_to_end(workspace, Authority(platform), left=MARGIN - timedelta(minutes=1))
    hold_turn(workspace)
    assert keeper_of(workspace, platform.url).fresh() == tokens
    assert platform.seen == []


def test_who_cannot_wait_longer_says_that_another_renews(workspace: Database, platform: Platform) -> None:
    about_to_end(workspace, Authority(platform))
    hold_turn(workspace)
    with pytest.raises(Unavailable, match="another process"):
        keeper_of(workspace, platform.url, timeout=0.0).fresh()


def hold_turn(database: Database) -> connections.Turn:
    version = rows(database)[Part.TOKENS].version
    with database.write() as session:
        return connections.take_turn(session, "main", version, lease=timedelta(minutes=1), now=database.now())


def test_who_is_killed_between_renewal_and_store_leaves_words_to_connect_again(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    url = workspace.engine.url.render_as_string(hide_password=False)
    script = [sys.executable, str(ROOT / "tests" / "races" / "renewer.py"), url, platform.url, "killed"]
    killed = subprocess.run(script, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT, timeout=120)
    assert (killed.returncode, authority.renewals) == (-signal.SIGKILL, 1)
    age_turn(workspace)
    keeper = keeper_of(workspace, platform.url)
    assert keeper.status().state is State.CUT_OFF
    for _ in range(2):
        with pytest.raises(Unauthorized, match=r"cut off.*Connect it again: careline connect x --credential main"):
            keeper.fresh()
    assert len(platform.asked(ASKED)) == 2, "the platform is not asked again once it is clear"
    assert keeper.status().state is State.ENDED
    keeper.keep(given_by(authority))
    assert keeper.status().state is State.CONNECTED


def test_who_is_killed_before_the_platform_heard_of_it_costs_nothing(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    hold_turn(workspace)
    age_turn(workspace)
    found = keeper_of(workspace, platform.url).fresh()
    assert found is not None
    assert found.access == "access-2"


def test_an_answer_that_was_lost_is_told_from_one_that_was_never_asked_for(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    platform.then(ASKED, DROP, method="POST")
    with pytest.raises(Unavailable):
        keeper_of(workspace, platform.url).fresh()
    assert rows(workspace)[Part.TURN].updated_at == EPOCH
    with pytest.raises(Unavailable):
        keeper_of(workspace, "http://127.0.0.1:9").fresh()
    assert Part.TURN in rows(workspace), "the doubt stays"
    assert keeper_of(workspace, platform.url).fresh() is not None
    assert list(rows(workspace)) == [Part.TOKENS]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (as_json({"error": "invalid_client"}, 401), Refused),
        (as_json({"title": "Too Many Requests"}, 429), RateLimited),
        (html(403), Refused),
        (html(503), Unavailable),
    ],
    ids=["client", "limit", "html", "down"],
)
def test_what_says_nothing_of_the_token_ends_no_connection(workspace: Database, platform: Platform, reply: Any, error: Any) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    platform.then(ASKED, reply, method="POST")
    with pytest.raises(error):
        keeper_of(workspace, platform.url).fresh()
    found = keeper_of(workspace, platform.url).fresh()
    assert found is not None
    assert found.access == "access-2"


def test_a_missing_app_secret_ends_no_connection(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_CLIENT_ID"):
        keeper_of(workspace, platform.url, client_id="").fresh()
    assert keeper_of(workspace, platform.url).fresh() is not None


def test_a_connection_that_the_account_took_back_says_so_until_it_is_connected_again(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    authority.refresh = "another one"
    for _ in range(2):
        with pytest.raises(Unauthorized, match=r"has ended: X does not accept this.*careline connect x --credential main"):
            keeper_of(workspace, platform.url).fresh()
    assert len(platform.asked(ASKED)) == 1
    assert keeper_of(workspace, platform.url).status().state is State.ENDED


def test_a_renewal_that_was_overtaken_by_a_new_consent_stores_nothing(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    slow = keeper_of(workspace, platform.url)
    consented = Tokens("newer", "newer")

    def overtaken(*_: Any) -> Tokens:
        keeper_of(workspace, platform.url).keep(consented)
        return Tokens("older", "older")

    slow.renew = overtaken
    assert slow.fresh() == consented
    assert keeper_of(workspace, platform.url).fresh() == consented


def test_who_was_late_still_stores_what_the_platform_gave(workspace: Database, platform: Platform) -> None:
    authority = Authority(platform)
    about_to_end(workspace, authority)
    late = keeper_of(workspace, platform.url)
    ask, taken_over = late.renew, []
    assert ask is not None

    def slow(tokens: Tokens, now: datetime) -> Tokens:
        found = ask(tokens, now)
        age_turn(workspace)
        taken_over.append(hold_turn(workspace))
        return found

    late.renew = slow
    found = late.fresh()
    assert found is not None
    assert found == keeper_of(workspace, platform.url).fresh()
    assert found.access == "access-2"
    with workspace.write() as session:
        assert not connections.end_turn(session, "main", taken_over[0], b"ended", now=workspace.now())
        connections.leave_turn(session, "main", taken_over[0], is_doubtful=True)
    assert list(rows(workspace)) == [Part.TOKENS]


def test_who_is_told_that_a_token_is_spent_reads_what_another_brought(workspace: Database, platform: Platform) -> None:
    about_to_end(workspace, Authority(platform))
    told = keeper_of(workspace, platform.url)
    consented = Tokens("newer", "newer")

    def spent(*_: Any) -> Tokens:
        keeper_of(workspace, platform.url).keep(consented)
        raise TakenBack("X does not accept this: spent")

    told.renew = spent
    assert told.fresh() == consented
    assert told.status().state is State.CONNECTED


def test_what_is_forgotten_is_gone_and_both_acts_are_recorded(workspace: Database) -> None:
    keeper = keeper_of(workspace, "http://127.0.0.1:9")
    keeper.keep(Tokens("a", "r", account="AcmeCare"))
    keeper.begin({"state": "s"})
    assert keeper.forget()
    assert not keeper.forget()
    assert rows(workspace) == {}
    assert keeper.begun() is None
    with workspace.read() as session:
        acts = [(act.verb, act.subject) for act in session.scalars(select(Audit).where(Audit.verb.startswith("credential_")))]
    assert acts == [("credential_connected", "credential main"), ("credential_disconnected", "credential main")]


def test_revoking_is_asked_for_with_the_token_that_renews(workspace: Database, platform: Platform) -> None:
    from listener.connect.platforms import revoke

    authority = Authority(platform)
    keeper = keeper_of(workspace, platform.url)
    revoke(keeper.credential, given_by(authority), 5.0)
    assert authority.revoked == ["refresh-1"]
    assert [seen.path for seen in platform.seen] == [REVOKE["x"]]
