"""Clicks on the posts of a preview: kept for the feed that comes of it, and gone with their author, their post and their age."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import errands
from desk.errors import Invalid, NotFound
from desk.feeds import feed_clicks, feeds
from desk.feeds.plan import FeedDraft
from desk.forgetting import author_data, author_erasure, clearing
from desk.intake import ingest
from desk.settings import DeskSettings, Retention
from storage.database import Database
from storage.models import Author, Feed, FeedClick, Mention, Person
from storage.words import ErrandKind, Role
from tests.support.desk import person
from tests.support.listening import LEASE, NOON, feed_id, listening, poll, post

DAY = timedelta(days=1)
SETTINGS = DeskSettings(secret="a secret")


def shown(number: int, **other: Any) -> dict[str, Any]:
    told = {"site": "", "external_id": f"p{number}", "author_id": f"u{number % 2}", "title": "", "text": f"orange {number}"}
    return {**told, "is_private": False, **other}


@pytest.fixture
def sampled(database: Database) -> Database:
    """A workspace with feeds, somebody of ops, and a sample of six posts, the last one private."""
    with database.write() as session:
        listening(session)
        person(session, "Olu Pike", Role.OPS, now=NOON)
        sample(session)
    return database


def ops(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.name == "Olu Pike")).one()


def sample(session: Session, **request: Any) -> int:
    posts = [*(shown(number) for number in range(5)), shown(5, is_private=True)]
    asked = {"draft": {"source": "x", "kind": "search", "query": "orange"}, "step": "sample", **request}
    errand_id = errands.ask(session, ErrandKind.FEED_TEST, asked, by=ops(session), now=NOON)
    errands.lease(session, [ErrandKind.FEED_TEST], "listener", now=NOON, lease=LEASE)
    errands.done(session, errand_id, {"posts": posts}, owner="listener", now=NOON)
    return errand_id


def click(session: Session, number: int, *, is_ours: bool | None, errand_id: int = 1, now: Any = NOON) -> None:
    feed_clicks.click(session, errand_id, number, is_ours=is_ours, by=ops(session), now=now)


def kept(session: Session) -> list[tuple[str, bool]]:
    rows = session.execute(select(FeedClick.external_id, FeedClick.is_ours).order_by(FeedClick.external_id))
    return [(row.external_id, row.is_ours) for row in rows]


def test_a_post_is_judged_judged_again_and_not_judged_at_all(sampled: Database) -> None:
    with sampled.write() as session:
        click(session, 0, is_ours=True)
        click(session, 1, is_ours=True)
        click(session, 1, is_ours=False)
        click(session, 2, is_ours=False)
        click(session, 2, is_ours=None)
        assert feed_clicks.of_errand(session, 1) == {("", "p0"): True, ("", "p1"): False}


@pytest.mark.parametrize(
    ("errand_id", "number", "error"), [(1, 6, NotFound), (1, -1, NotFound), (9, 0, NotFound), (2, 0, Invalid), (1, 5, Invalid)]
)
def test_what_cannot_be_judged_is_refused(sampled: Database, errand_id: int, number: int, error: type[Exception]) -> None:
    with sampled.write() as session:
        sample(session, step="count")
        with pytest.raises(error):
            click(session, number, is_ours=True, errand_id=errand_id)
        assert kept(session) == []


def test_the_feed_that_is_saved_keeps_them_and_a_later_word_counts(sampled: Database) -> None:
    with sampled.write() as session:
        click(session, 0, is_ours=True)
        click(session, 1, is_ours=False)
        acme, forum = feed_id(session), feed_id(session, "forum")
        assert feed_clicks.adopt(session, 1, forum, by=ops(session), now=NOON) == 0
        assert feed_clicks.adopt(session, 1, acme, by=ops(session), now=NOON) == 2
        again = sample(session)
        click(session, 1, is_ours=True, errand_id=again, now=NOON + DAY)
        feed_clicks.adopt(session, again, acme, by=ops(session), now=NOON + DAY)
        assert [(one.text, one.is_ours) for one in feed_clicks.of_feed(session, acme)] == [("orange 0", True), ("orange 1", True)]


def test_they_go_with_their_author(sampled: Database) -> None:
    with sampled.write() as session:
        for number in range(4):
            click(session, number, is_ours=True)
        author = Author(source="x", site="", external_id="u1", handle="zed", first_seen_at=NOON)
        session.add(author)
        session.flush()
        assert author_data.counts(session, author.id)["feed_clicks"] == 2
        assert [one["text"] for one in author_data.held(session, author.id)["feed_clicks"]] == ["orange 1", "orange 3"]
        counts = clearing.clear_rest(session, author, author_erasure.words_of(session, author), now=NOON)
        assert counts["feed_clicks"] == 2
        assert kept(session) == [("p0", True), ("p2", True)]


def test_they_go_with_their_post_whether_it_was_stored_or_not(sampled: Database) -> None:
    with sampled.write() as session:
        for number in range(3):
            click(session, number, is_ours=False)
        poll(session, post("p0"))
        ingest.forget(session, session.scalars(select(Mention.id)).one(), reason="deleted", now=NOON)
        assert kept(session) == [("p1", False), ("p2", False)]
        poll(session, post("p1", deleted=True), now=NOON + DAY)
        assert kept(session) == [("p2", False)]


def test_they_go_when_nothing_came_of_it_and_by_the_age_of_texts(sampled: Database) -> None:
    with sampled.write() as session:
        click(session, 0, is_ours=True)
        again = sample(session)
        click(session, 1, is_ours=True, errand_id=again)
        feed_clicks.adopt(session, again, feed_id(session), by=ops(session), now=NOON)
        short = DeskSettings(retention={"default": Retention(text=2), "x": Retention(text=30)})
        assert feed_clicks.forget_old(session, short, now=NOON + DAY / 2) == 0
        assert feed_clicks.forget_old(session, SETTINGS, now=NOON + DAY) == 1
        assert feed_clicks.forget_old(session, short, now=NOON + 29 * DAY) == 0
        assert kept(session) == [("p1", True)]
        assert feed_clicks.forget_old(session, short, now=NOON + 30 * DAY) == 1


def test_a_retired_feed_learns_nothing_more(sampled: Database) -> None:
    with sampled.write() as session:
        feed = feeds.add(session, FeedDraft("Orange", "x", "search", "orange", "Acme", "main"), by=ops(session), now=NOON)
        click(session, 0, is_ours=True)
        feed_clicks.adopt(session, 1, feed.id, by=ops(session), now=NOON)
        feeds.retire(session, feed.id, by=ops(session), now=NOON)
        assert feed_clicks.forget_old(session, SETTINGS, now=NOON) == 1
        assert session.get(Feed, feed.id) is not None
