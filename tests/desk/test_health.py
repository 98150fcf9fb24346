"""Signs of life, and the time in which nobody listened."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.feeds import feeds, health
from storage.database import Database
from storage.models import Coverage
from storage.words import LookResult, Role
from tests.support.desk import person
from tests.support.listening import HOUR, MINUTE, NOON, PLAN, feed_id, how_many, listening


def test_a_process_lives_while_it_beats(database: Database) -> None:
    with database.write() as session:
        health.beat(session, "listen", pid=7, started_at=NOON, now=NOON)
        health.beat(session, "listen", pid=8, started_at=NOON, now=NOON + MINUTE, detail="busy")
        health.beat(session, "triage", pid=9, started_at=NOON, now=NOON)
    with database.read() as session:
        told = {row.process: (row.pid, row.is_alive, row.detail) for row in health.processes(session, now=NOON + MINUTE)}
    assert told == {"listen": (8, True, "busy"), "triage": (9, False, "")}


def blind(session: Session) -> list[tuple[object, object]]:
    rows = session.scalars(select(Coverage).where(Coverage.result == LookResult.BLIND).order_by(Coverage.id)).all()
    return [(row.since, row.at) for row in rows]


def test_our_own_downtime_is_written_down_once_for_each_feed_that_was_to_be_looked_at(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        listening(session)
        feeds.pause(session, feed_id(session), by=person(session, "Ops", Role.OPS), now=NOON)
        health.beat(session, "listen", pid=7, started_at=NOON, now=NOON + MINUTE)
        health.record_own_downtime(session, now=NOON + HOUR)
        assert blind(session) == [(NOON + MINUTE, NOON + HOUR)] * (len(PLAN.feeds) - 1)
        health.record_own_downtime(session, now=NOON + HOUR + timedelta(seconds=5))
        assert len(blind(session)) == len(PLAN.feeds) - 1


def test_a_restart_within_a_minute_is_no_downtime(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        listening(session)
        health.beat(session, "listen", pid=7, started_at=NOON, now=NOON)
        health.record_own_downtime(session, now=NOON + timedelta(seconds=59))
        assert blind(session) == []


def test_a_workspace_that_never_listened_was_not_blind(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        listening(session)
        health.record_own_downtime(session, now=NOON + HOUR)
        assert how_many(session, Coverage) == 0


def test_a_feed_that_did_not_exist_yet_was_not_blind(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        listening(session, now=NOON + HOUR)
        health.record_blind(session, since=NOON, until=NOON + MINUTE)
        assert blind(session) == []
        health.record_blind(session, since=NOON, until=NOON + 2 * HOUR)
        assert set(blind(session)) == {(NOON + HOUR, NOON + 2 * HOUR)}
