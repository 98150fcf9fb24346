from datetime import timedelta
from typing import Any

from sqlalchemy import event

from desk.figures import totals
from desk.figures.totals import Total
from storage.database import Database
from storage.words import Sentiment
from tests.support.desk import NOON, Shop
from tests.support.heard import heard, spread

HOUR = timedelta(hours=1)
BAD, GOOD = Sentiment.NEGATIVE, Sentiment.POSITIVE


def test_every_scope_is_counted_once(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        rival = shop.rival()
        heard(session, shop.feed.id, spread(NOON - 3 * HOUR, HOUR, [BAD, GOOD, None]), now=NOON)
        heard(session, rival.id, spread(NOON - 2 * HOUR, HOUR, [GOOD]), now=NOON)
    with database.read() as session:
        found = totals.totals(session, since=NOON - 3 * HOUR, until=NOON)
    ours = Total(3, 1, 0, 1)
    assert found == {
        0: Total(4, 1, 0, 2),
        shop.feed.id: ours,
        -shop.brand.id: ours,
        rival.id: Total(1, 0, 0, 1),
        -rival.brand_id: Total(1, 0, 0, 1),
    }
    assert found[0].triaged == 3


def test_one_scope_is_counted_alone(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        heard(session, shop.feed.id, spread(NOON - 3 * HOUR, HOUR, [BAD, GOOD, None]), now=NOON)
    with database.read() as session:
        assert totals.totals(session, since=NOON - 3 * HOUR, until=NOON, scope=shop.feed.id) == {shop.feed.id: Total(3, 1, 0, 1)}
        assert totals.totals(session, since=NOON - 3 * HOUR, until=NOON, scope=shop.feed.id + 1) == {}


def test_counts_are_drawn_from_their_index_alone(sqlite_database: Database) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda _c, _u, statement, values, *_: asked.append((statement, values)))
    with sqlite_database.read() as session:
        totals.totals(session, since=NOON - 3 * HOUR, until=NOON)
        statement, values = next(pair for pair in asked if pair[0].startswith("SELECT"))
        plan = " / ".join(step[3] for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    assert "USING COVERING INDEX ix_rollup_hour_scope" in plan
    assert "TEMP B-TREE" not in plan


def test_only_hours_of_the_period_count(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        heard(session, shop.feed.id, spread(NOON - 3 * HOUR, HOUR, [BAD, BAD, BAD]), now=NOON)
    with database.read() as session:
        assert totals.totals(session, since=NOON - 2 * HOUR, until=NOON - HOUR)[0].n == 1
        assert totals.totals(session, since=NOON, until=NOON + HOUR) == {}


def test_the_first_hour_is_that_of_the_first_mention(database: Database) -> None:
    with database.write() as session:
        shop = Shop(session)
        rival = shop.rival()
        heard(session, shop.feed.id, spread(NOON - 2.5 * HOUR, HOUR, [BAD, BAD]), now=NOON)
    with database.read() as session:
        assert totals.first_hour(session, 0) == NOON - 3 * HOUR
        assert totals.first_hour(session, shop.feed.id) == NOON - 3 * HOUR
        assert totals.first_hour(session, rival.id) is None
