"""The sweep sees to what nobody else does, each part on its own."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from desk.alerts import errands
from desk.cases import promises
from desk.people import shifts
from desk.settings import DeskSettings
from listener.sweep import CHUNK, sweep_due
from storage import search
from storage.database import Database
from storage.models import Alert, Case, Errand, Feed, Mention, Notice, Reply
from storage.words import AlertKind, ErrandKind, Flag, LookResult, NoticeKind, ReplyState, Role
from tests.support.desk import MINUTE, Shop, person
from tests.support.listening import listening, poll, post
from tests.support.outbox import queue

DESK = DeskSettings()
HOUR = timedelta(hours=1)


def test_a_sending_that_never_ended_becomes_uncertain(database: Database) -> None:
    with database.write() as session:
        shop, by = Shop(session), person(session)
        queue(session, shop.claimed(by), shop, by)
        session.execute(update(Reply).values(state=ReplyState.SENDING, lease_owner="dead", lease_until=database.now() - HOUR))
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Reply.state)).one() is ReplyState.UNCERTAIN


def test_a_mention_that_was_not_triaged_in_time_reaches_the_board(database: Database) -> None:
    with database.write() as session:
        listening(session, now=database.now() - HOUR)
        poll(session, post("1", at=database.now() - HOUR), now=database.now() - HOUR)
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Case.flag)).all() == [Flag.UNTRIAGED]


def test_a_refused_feed_begins_an_alert(database: Database) -> None:
    with database.write() as session:
        listening(session, now=database.now())
        since = database.now() - HOUR
        refused = {"last_result": LookResult.REFUSED, "failing_since": since, "last_look_at": since}
        session.execute(update(Feed).where(Feed.name == "acme").values(**refused))
    sweep_due(database, DESK)
    with database.read() as session:
        assert AlertKind.FEED_REFUSED in session.scalars(select(Alert.kind)).all()


def test_texts_are_indexed_all_of_them(database: Database) -> None:
    n = CHUNK + 7
    with database.write() as session:
        listening(session, now=database.now())
        poll(session, *(post(str(k), f"parcel {k}", by=f"a{k}") for k in range(n)), now=database.now())
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Mention)) == n
        assert len(search.search(session, "parcel", n)) == n


def test_the_result_of_an_old_errand_is_forgotten(database: Database) -> None:
    with database.write() as session:
        ops, now = person(session, "Olu", Role.OPS), database.now()
        old, fresh, waiting = (errands.ask(session, ErrandKind.FEED_TEST, {"n": n}, by=ops, now=now) for n in range(3))
        session.execute(update(Errand).where(Errand.id == old).values(done_at=now - errands.KEPT - HOUR, result={"posts": ["words"]}))
        session.execute(update(Errand).where(Errand.id == fresh).values(done_at=now))
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Errand.id).order_by(Errand.id)).all() == [fresh, waiting]


def test_a_part_that_fails_is_logged_and_stops_no_other(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The database itself is made to fail, in one table only."""
    with database.write() as session:
        listening(session, now=database.now() - HOUR)
        poll(session, post("1", "lost parcel"), now=database.now() - HOUR)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE alert RENAME TO alert_gone")
    with caplog.at_level(logging.ERROR):
        sweep_due(database, DESK)
    assert "part=alerts" in caplog.text
    with database.read() as session:
        assert len(search.search(session, "parcel", 10)) == 1


def test_a_promise_that_is_due_and_a_case_of_somebody_away_come_back(database: Database) -> None:
    now = database.now()
    with database.write() as session:
        shop, ana, bo = Shop(session), person(session), person(session, "Bo Lind")
        promised, left = shop.claimed(ana, at=now - HOUR), shop.claimed(bo, at=now - 24 * HOUR)
        promises.make(session, promised.id, text="Call", due_at=now - 30 * MINUTE, by=ana, settings=DESK, now=now - HOUR)
        shifts.end(session, by=bo, now=now)
    sweep_due(database, DESK)
    with database.read() as session:
        assert session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.PROMISE_DUE)).all() == [ana.id]
        assert session.get_one(Case, left.id).assignee_id is None
