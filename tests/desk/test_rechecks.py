"""When posts are asked for again, and which of them together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import platforms
from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.intake import ingest, rechecks
from desk.post import Page, Post, PostAuthor
from desk.settings import DeskSettings
from desk.sources import known
from storage.database import Database

DAY = timedelta(days=1)
SETTINGS = DeskSettings(recheck_after=(DAY, 7 * DAY, 30 * DAY))

instants = st.integers(1_767_225_600, 1_798_761_600).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(instants, st.timedeltas(timedelta(0), 40 * DAY), st.sampled_from(sorted(known.those(lambda declared: declared.recheck))))
def test_a_post_is_asked_for_never_early_and_at_most_three_hours_late(seen_at: datetime, age: timedelta, source: str) -> None:
    now = seen_at + age
    due = rechecks.next_due(source, seen_at, SETTINGS, now=now)
    exact = next((seen_at + after for after in SETTINGS.recheck_after if after > age), None)
    if exact is None or due is None:
        assert due is exact
    elif (asked := platforms.recheck(source)) is not None and asked.together:
        assert exact <= due < exact + timedelta(hours=3)
        assert (due.hour % 3, due.minute, due.second, due.microsecond) == (0, 0, 0, 0)
    else:
        assert due == exact


def heard(database: Database, source: str, *names: str) -> None:
    """A post by each of these feeds of one site, seen a day and four hours ago."""
    then = database.now() - DAY - timedelta(hours=4)
    drafts = tuple(FeedDraft(name, source, "", "", "Acme", None, site="forum.example", options={"app": "1"}) for name in names)
    with database.write() as session:
        feeds.sync(session, WorkspacePlan((BrandPlan("Acme"),), (), (), drafts), now=database.now())
        for name in names:
            leased = feeds.lease_one(session, name, "w", now=database.now(), lease=DAY)
            post = Post(f"{name}'s", PostAuthor("u1", "ana", "Ana"), "It leaks", then, f"{name}'s")
            ingest.record_page(session, leased, Page((post,)), settings=SETTINGS, now=then)


@pytest.mark.parametrize(("source", "batches"), [("rss", 2), ("appstore", 2), ("stackexchange", 1)])
def test_where_the_feed_says_how_to_ask_each_is_asked_by_itself(database: Database, source: str, batches: int) -> None:
    heard(database, source, "one", "two")
    now = database.now()
    with database.write() as session:
        leased = rechecks.lease_due(session, now=now, until=now + timedelta(minutes=5)) or []
        assert len(leased) == batches
        if batches == 2:
            assert {batch.spec.name: list(batch.mentions) for batch in leased} == {"one": ["one's"], "two": ["two's"]}


@pytest.mark.parametrize("source", ["archive", "webhook"])
def test_what_was_brought_is_not_asked_for(source: str) -> None:
    assert rechecks.first_due(source, SETTINGS, now=datetime(2026, 11, 20, tzinfo=UTC)) is None
