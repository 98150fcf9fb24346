"""A feed that keeps one of so many posts, or so many a day: the rest is counted, and nobody who writes to us is left out."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk.errors import Invalid
from desk.feeds import feed_health, feed_shares, feeds
from desk.feeds.feed_shares import Share
from desk.feeds.plan import FeedDraft
from desk.post import Post, PostAuthor
from storage.database import Database
from storage.models import Coverage, Feed, Mention
from storage.words import Role
from tests.support.desk import person
from tests.support.listening import HOUR, MINUTE, NOON, classify, poll, post

DAY = timedelta(days=1)


def keep(session: Session, **options: Any) -> None:
    session.execute(update(Feed).where(Feed.name == "acme").values(options=options))


def stored(session: Session) -> set[str]:
    return set(session.scalars(select(Mention.external_id)))


def left_out(session: Session) -> int:
    return session.scalar(select(func.sum(Coverage.left_out))) or 0


def posts(first: int, last: int) -> list[Post]:
    return [
        post(str(number), f"orange {number}", by=f"b{number}", at=NOON + number * timedelta(seconds=1)) for number in range(first, last)
    ]


@pytest.mark.parametrize("options", [{"every_nth": 0}, {"every_nth": "2"}, {"at_most_per_day": True}, {"confirmed_per_day": 1.5}])
def test_an_option_that_is_no_number_is_refused_and_leaves_nothing_out(listened: Database, options: dict[str, Any]) -> None:
    assert feed_shares.of(options) == Share()
    with listened.write() as session:
        by, draft = person(session, "Olu", Role.OPS), FeedDraft("new", "x", "search", "acme", "Acme", "main", options=options)
        with pytest.raises(Invalid, match="whole number"):
            feeds.add(session, draft, by=by, now=NOON)


def test_one_of_so_many_is_always_the_same_one(listened: Database) -> None:
    with listened.write() as session:
        keep(session, every_nth=4)
        found = posts(1, 101)
        ingested = poll(session, *found)
        drawn = {one.external_id for one in found if feed_shares.is_drawn("x", ("", one.external_id), 4)}
        assert stored(session) == drawn
        assert (ingested.new, left_out(session)) == (len(drawn), 100 - len(drawn))
        poll(session, *found, now=NOON + HOUR)
        assert stored(session) == drawn
        feed = next(one for one in feed_health.health(session, now=NOON + HOUR) if one.name == "acme")
        assert (feed.new_24h, feed.left_out_24h) == (len(drawn), 2 * (100 - len(drawn)))


@pytest.mark.parametrize("every_nth", [2, 3, 10, 50])
def test_about_one_of_so_many_is_drawn(every_nth: int) -> None:
    drawn = sum(feed_shares.is_drawn("x", ("", str(number)), every_nth) for number in range(4_000))
    assert 0.6 * 4_000 / every_nth < drawn < 1.5 * 4_000 / every_nth


def test_so_many_a_day_are_the_first_and_the_next_day_begins_anew(listened: Database) -> None:
    with listened.write() as session:
        keep(session, at_most_per_day=5)
        poll(session, *posts(1, 4))
        poll(session, *reversed(posts(4, 9)), now=NOON + MINUTE)
        assert stored(session) == {"1", "2", "3", "4", "5"}
        assert left_out(session) == 3
        poll(session, *posts(9, 11), now=NOON + 2 * MINUTE)
        assert len(stored(session)) == 5
        poll(session, *posts(11, 13), now=NOON + DAY)
        assert stored(session) == {"1", "2", "3", "4", "5", "11", "12"}


def test_a_feed_without_a_share_leaves_nothing_out(listened: Database) -> None:
    with listened.write() as session:
        poll(session, *posts(1, 30))
        assert (len(stored(session)), left_out(session)) == (29, 0)


def test_who_writes_to_us_or_goes_on_in_a_case_is_never_left_out(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1", "My parcel is lost", by="ana"))
        classify(session)
        assert session.scalar(select(Mention.case_id)) is not None
        keep(session, at_most_per_day=1)
        ours = PostAuthor("u-care", "AcmeCare", "Acme Care")
        poll(
            session,
            post("2", "chatter", by="bo"),
            post("3", "still lost", by="ana", thread_id="1", parent_id="1"),
            post("4", "@AcmeCare help", by="cy", addressed=("acmecare",)),
            post("5", "we look", author=ours, thread_id="1"),
            post("6", "psst", by="di", is_private=True),
            post("1", "My parcel is lost, really", by="ana", edited_at=NOON + MINUTE),
            now=NOON + MINUTE,
        )
        assert stored(session) == {"1", "3", "4", "5", "6"}
        assert left_out(session) == 1
        assert session.scalar(select(Mention.text).where(Mention.external_id == "1")) == "My parcel is lost, really"


def test_a_post_that_is_gone_goes_all_the_same(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1"))
        keep(session, every_nth=1_000)
        poll(session, post("1", deleted=True), now=NOON + MINUTE)
        assert session.scalar(select(Mention.deleted_at)) == NOON + MINUTE


def test_how_much_is_kept_says_nothing_of_where_it_was_read_to(listened: Database) -> None:
    with listened.write() as session:
        by = person(session, "Olu", Role.OPS)
        draft = FeedDraft("new", "x", "search", "acme", "Acme", "main")
        added = feeds.add(session, draft, by=by, now=NOON)
        poll(session, post("1"), feed="new")
        feeds.change(session, added.id, FeedDraft("new", "x", "search", "acme", "Acme", "main", options={"every_nth": 2}), by=by, now=NOON)
        assert added.cursor == "c1"
        feeds.change(session, added.id, FeedDraft("new", "x", "search", "acme", "Acme", "main", options={"pages": 2}), by=by, now=NOON)
        assert added.cursor is None
