from datetime import timedelta

from desk import totals
from desk.totals import Total
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
