"""The post that somebody is about to answer is asked for again: once for all who want to know, told honestly, and only where it can be."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import errands
from desk.cases import asked_again
from desk.cases.asked_again import AskedAgain, Found
from desk.errors import Invalid, NotAllowed, NotFound
from storage.database import Database
from storage.models import Audit, BudgetState, Credential, Errand, Feed, Mention, Person
from storage.words import BudgetPart, ErrandKind, Role, Way
from tests.support.desk import MINUTE, NOON, Shop, person

LATER = NOON + 11 * MINUTE


@pytest.fixture
def ana(database: Database) -> int:
    """Ana, and a case with one post on X that was seen at noon."""
    with database.write() as session:
        Shop(session).case("My parcel is lost", at=NOON)
        return person(session).id


def seen(session: Session, by: int, *, now: Any = LATER) -> AskedAgain | None:
    mention = session.scalars(select(Mention.id)).one()
    return asked_again.seen(session, mention, [mention], by=session.get_one(Person, by), now=now)


def ask(session: Session, by: int, *, now: Any = LATER) -> int:
    return asked_again.ask(session, session.scalars(select(Mention.id)).one(), by=session.get_one(Person, by), now=now)


def answer(session: Session, result: Mapping[str, Any] | str, *, now: Any = LATER) -> None:
    """What the listener makes of the question that waits."""
    work = errands.lease(session, [ErrandKind.RECHECK], "listener", now=now, lease=MINUTE)
    assert work is not None
    if isinstance(result, str):
        errands.failed(session, work.id, result, owner="listener", now=now)
    else:
        errands.done(session, work.id, result, owner="listener", now=now)


def test_it_is_offered_for_what_was_last_seen_a_while_ago(database: Database, ana: int) -> None:
    with database.read() as session:
        mention = session.scalars(select(Mention.id)).one()
        assert seen(session, ana, now=NOON + 9 * MINUTE) == AskedAgain(None, NOON)
        assert seen(session, ana, now=NOON + 10 * MINUTE) == AskedAgain(mention, NOON)


def test_two_who_want_to_know_ask_once_and_it_stands_on_the_record(database: Database, ana: int) -> None:
    with database.write() as session:
        bo = person(session, "Bo Lind").id
        first = ask(session, ana)
        assert ask(session, bo) == first
        assert session.scalars(select(Errand.request)).all() == [{"mention_id": session.scalars(select(Mention.id)).one()}]
        assert session.scalars(select(Audit.subject).where(Audit.verb == "errand")).all() == [f"errand {first}"]
        assert seen(session, bo) == AskedAgain(None, NOON, waits_since=LATER)


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ({"told": 1, "gone": 0, "edited": 0}, Found.UNCHANGED),
        ({"told": 1, "gone": 0, "edited": 1}, Found.EDITED),
        ({"told": 1, "gone": 1, "edited": 0}, Found.GONE),
        ({"told": 0, "gone": 0, "edited": 0}, Found.UNTOLD),
        ("X is away", Found.FAILED),
    ],
)
def test_what_was_said_is_told_with_its_time_and_asked_again_only_later(
    database: Database, ana: int, result: Mapping[str, Any] | str, found: Found
) -> None:
    with database.write() as session:
        mention = session.scalars(select(Mention.id)).one()
        ask(session, ana)
        answer(session, result, now=LATER + MINUTE)
        told = seen(session, ana, now=LATER + 2 * MINUTE)
        assert told is not None
        assert (told.found, told.at, told.error) == (found, LATER + MINUTE, result if isinstance(result, str) else "")
        is_known = found in {Found.UNCHANGED, Found.EDITED, Found.GONE}
        assert (told.seen_at, told.mention_id) == ((LATER + MINUTE, None) if is_known else (NOON, mention))
        again = seen(session, ana, now=LATER + 11 * MINUTE)
        assert again is not None
        assert again.mention_id == mention


def test_that_the_post_is_gone_is_told_when_nothing_is_left_to_answer(database: Database, ana: int) -> None:
    with database.write() as session:
        mention = session.scalars(select(Mention.id)).one()
        ask(session, ana)
        answer(session, {"told": 1, "gone": 1, "edited": 0})
        told = asked_again.seen(session, None, [mention], by=session.get_one(Person, ana), now=LATER)
        assert told == AskedAgain(None, None, found=Found.GONE, at=LATER)
        assert asked_again.seen(session, None, [], by=session.get_one(Person, ana), now=LATER) is None


@pytest.mark.parametrize("change", [{"source": "webhook"}, {"is_private": True}])
def test_what_no_platform_tells_of_one_post_is_not_offered(database: Database, ana: int, change: dict[str, Any]) -> None:
    with database.write() as session:
        mention = session.scalars(select(Mention)).one()
        for name, value in change.items():
            setattr(mention, name, value)
        session.flush()
        assert seen(session, ana) is None
        with pytest.raises(Invalid, match="cannot be asked for again"):
            ask(session, ana)


def test_nothing_is_asked_beyond_the_budget_or_where_nobody_listens(database: Database, ana: int) -> None:
    with database.write() as session:
        feed, credential = session.scalars(select(Feed)).one(), Credential(name="acme-x", source="x")
        session.add(credential)
        session.flush()
        feed.credential_id = credential.id
        ways = {BudgetPart.RECHECKS: {"way": Way.STOPPED, "since": NOON.isoformat()}}
        session.add(BudgetState(credential_id=credential.id, since=NOON, decided_at=NOON, ways=ways, pace={}))
        session.flush()
        with pytest.raises(Invalid, match="The budget lets no post be asked for again now"):
            ask(session, ana)
        feed.retired = True
        session.flush()
        with pytest.raises(Invalid, match="No feed listens there any more"):
            ask(session, ana)
        assert session.scalars(select(Errand.id)).all() == []


def test_only_the_care_team_asks_and_only_for_posts_of_cases(database: Database, ana: int) -> None:
    with database.write() as session:
        reader = person(session, "Rik Vale", Role.READER).id
        for act in (ask, seen):
            with pytest.raises(NotAllowed):
                act(session, reader)
        with pytest.raises(NotFound):
            asked_again.ask(session, 4242, by=session.get_one(Person, ana), now=LATER + timedelta(days=1))
