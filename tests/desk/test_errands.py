"""Work that the board asks other processes to do: leased once, given up when it kills its workers."""

import pytest
from sqlalchemy import text

from desk.alerts import errands
from desk.errors import LeaseLost, NotAllowed, NotFound
from storage.database import Database
from storage.words import ErrandKind, ErrandState, Role
from tests.support.desk import MINUTE, NOON, person

BOTH = (ErrandKind.FEED_TEST, ErrandKind.RECHECK)


def test_an_errand_is_done_by_one_worker_and_shown(database: Database) -> None:
    with database.write() as session:
        lead = person(session, "Lea", Role.LEAD)
        errand_id = errands.ask(session, ErrandKind.FEED_TEST, {"query": "acme"}, by=lead, now=NOON)
        assert errands.get(session, errand_id).state == ErrandState.QUEUED
        assert errands.lease(session, [ErrandKind.EXPLAIN], "w", now=NOON, lease=MINUTE) is None
        work = errands.lease(session, BOTH, "w", now=NOON, lease=MINUTE)
        assert work == errands.ErrandWork(errand_id, ErrandKind.FEED_TEST, {"query": "acme"}, 1)
        assert errands.lease(session, BOTH, "v", now=NOON, lease=MINUTE) is None
        errands.done(session, errand_id, {"found": 3}, owner="w", now=NOON + MINUTE)
        shown = errands.get(session, errand_id)
        assert (shown.state, shown.result, shown.done_at) == (ErrandState.DONE, {"found": 3}, NOON + MINUTE)


def test_the_oldest_errand_is_first(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        asked = [errands.ask(session, ErrandKind.RECHECK, {"n": n}, by=ana, now=NOON) for n in range(3)]
        leased = [errands.lease(session, BOTH, "w", now=NOON, lease=MINUTE) for _ in range(3)]
        assert [work.id for work in leased if work] == asked


def test_a_worker_whose_lease_ran_out_reports_nothing(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        errand_id = errands.ask(session, ErrandKind.RECHECK, {}, by=ana, now=NOON)
        errands.lease(session, BOTH, "w", now=NOON, lease=MINUTE)
        again = errands.lease(session, BOTH, "v", now=NOON + MINUTE, lease=MINUTE)
        assert again
        assert again.attempt == 2
        with pytest.raises(LeaseLost):
            errands.done(session, errand_id, {}, owner="w", now=NOON + MINUTE)
        errands.failed(session, errand_id, "no such post", owner="v", now=NOON + MINUTE)
        assert errands.get(session, errand_id).result == {"error": "no such post"}


def test_an_errand_that_stops_every_worker_is_given_up(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        errand_id = errands.ask(session, ErrandKind.RECHECK, {}, by=ana, now=NOON)
        for attempt in range(errands.ATTEMPTS):
            assert errands.lease(session, BOTH, "w", now=NOON + attempt * MINUTE, lease=MINUTE)
        assert errands.lease(session, BOTH, "w", now=NOON + 9 * MINUTE, lease=MINUTE) is None
        shown = errands.get(session, errand_id)
        assert shown.state == ErrandState.FAILED
        assert shown.result
        assert "given up" in shown.result["error"]


def test_each_errand_needs_its_role(database: Database) -> None:
    with database.write() as session:
        ana, reader = person(session), person(session, "Rea", Role.READER)
        for kind, by in ((ErrandKind.FEED_TEST, ana), (ErrandKind.BACKFILL, ana), (ErrandKind.RECHECK, reader)):
            with pytest.raises(NotAllowed):
                errands.ask(session, kind, {}, by=by, now=NOON)
        assert errands.ask(session, ErrandKind.EXPLAIN, {}, by=reader, now=NOON) > 0
        with pytest.raises(NotFound):
            errands.get(session, 999_999)


def test_no_more_are_taken_than_asked_for_whatever_plan_the_database_chooses(database: Database) -> None:
    with database.write() as session:
        ana = person(session)
        asked = [errands.ask(session, ErrandKind.RECHECK, {"n": n}, by=ana, now=NOON) for n in range(3)]
        if session.get_bind().dialect.name == "postgresql":
            for plan in ("hashagg", "hashjoin", "mergejoin", "material", "sort", "memoize"):
                session.execute(text(f"SET LOCAL enable_{plan} = off"))
        leased = [errands.lease(session, BOTH, "w", now=NOON, lease=MINUTE) for _ in range(3)]
        assert [work.id for work in leased if work] == asked
