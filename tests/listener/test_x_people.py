"""Authors on X cost twice what a post costs: each is read once a week, whichever feed meets it, and no post is lost over it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from desk.feeds import feeds
from desk.feeds.plan import BrandPlan, FeedDraft, WorkspacePlan
from desk.settings import DeskSettings
from listener.poll import Poller
from listener.registry import Registry
from listener.sources.x.source import XSource
from storage.database import Database
from storage.models import Author, Cost, Mention
from storage.words import LookResult
from tests.support.platforms import X_APP, feed, settings
from tests.support.replay import Platform, Seen, as_json, problem
from tests.support.x_platform import MOST_PEOPLE, PEOPLE, SEARCH, Posts, item, people


def planned(database: Database, *names: str, **options: Any) -> None:
    drafts = tuple(FeedDraft(name, "x", "search", "northwind", "Acme", "main", options=options) for name in names)
    plan = WorkspacePlan(brands=(BrandPlan("Acme"),), credentials=(("main", "x"),), accounts=(), feeds=drafts)
    with database.write() as session:
        feeds.sync(session, plan, now=database.now())


def poll(database: Database, platform: Platform, name: str = "one") -> LookResult:
    told = settings(platform, "x", X_APP)
    return Poller(database, told, DeskSettings(), Registry(told), owner="one").poll_one(name).result


def users_paid(database: Database) -> int:
    with database.read() as session:
        return sum(session.scalars(select(Cost.units).where(Cost.kind == "user_read")))


def read_at(database: Database) -> datetime | None:
    with database.read() as session:
        return session.scalars(select(Author.read_at)).one()


def test_an_author_is_read_and_billed_once_for_all_feeds_and_looks(database: Database, platform: Platform) -> None:
    planned(database, "one", "two")
    posts = Posts(platform, 2)
    assert poll(database, platform) is LookResult.LOOKED
    first = read_at(database)
    posts.count = 3
    assert poll(database, platform) is LookResult.LOOKED
    assert poll(database, platform, "two") is LookResult.LOOKED
    assert ([seen.query["ids"] for seen in platform.asked(PEOPLE)], users_paid(database)) == (["501"], 1)
    assert "expansions" not in platform.asked(SEARCH)[0].query or "author_id" not in platform.asked(SEARCH)[0].query["expansions"]
    assert read_at(database) == first
    with database.read() as session:
        urls = session.scalars(select(Mention.url).order_by(Mention.id)).all()
    assert len(urls) == 3
    assert all(url.startswith("https://x.com/user501/status/") for url in urls)


def test_after_a_week_an_author_is_read_again_and_what_changed_is_stored(database: Database, platform: Platform) -> None:
    planned(database, "one")
    posts = Posts(platform, 1)
    poll(database, platform)
    week_ago = database.now() - timedelta(days=7, seconds=1)
    with database.write() as session:
        session.execute(update(Author).values(read_at=week_ago))
    renamed = {"id": "501", "username": "renamed", "name": "New", "public_metrics": {"followers_count": 7}}
    platform.always(PEOPLE, as_json({"data": [renamed]}))
    posts.count = 2
    poll(database, platform)
    with database.read() as session:
        author = session.scalars(select(Author)).one()
        assert (author.handle, author.name, author.reach) == ("renamed", "New", 7)
    assert users_paid(database) == 2
    assert (read_at(database) or week_ago) > week_ago


@pytest.mark.parametrize("answer", [problem(429, "Too Many Requests"), problem(503, "Over capacity"), as_json({"data": [{"id": None}]})])
def test_authors_that_cannot_be_read_lose_no_post_and_are_read_when_they_write_again(
    database: Database, platform: Platform, answer: Any
) -> None:
    planned(database, "one")
    posts = Posts(platform, 1)
    platform.then(PEOPLE, answer)
    assert poll(database, platform) is LookResult.LOOKED
    assert (users_paid(database), read_at(database)) == (0, None)
    posts.count = 2
    poll(database, platform)
    assert users_paid(database) == 1
    with database.read() as session:
        assert session.scalars(select(Author.handle)).one() == "user501"
        assert len(session.scalars(select(Mention.id)).all()) == 2


def test_of_many_authors_a_hundred_are_asked_for_at_once_and_nobody_twice(platform: Platform) -> None:
    def page(seen: Seen) -> Any:
        start = 200 if seen.query.get("next_token") else 300
        told = [item(start - number, author_id=str(1_000 + start - number)) for number in range(120)]
        return as_json({"data": told, "meta": {} if start == 200 else {"next_token": "more"}})

    platform.always(SEARCH, page)
    platform.always(PEOPLE, people)
    found = XSource(settings(platform, "x", X_APP)).fetch(feed("x", "search", "northwind"), None)
    asked = [seen.query["ids"].split(",") for seen in platform.asked(PEOPLE)]
    assert max(map(len, asked)) <= MOST_PEOPLE
    assert sum(map(len, asked)) == len({one for ids in asked for one in ids}) == len({post.author.external_id for post in found.posts})
    assert {cost.kind: cost.units for cost in found.costs}["user_read"] == sum(map(len, asked))


def test_a_feed_without_authors_asks_for_none(platform: Platform) -> None:
    Posts(platform, 2)
    XSource(settings(platform, "x", X_APP)).fetch(feed("x", "search", "northwind", authors=False), None)
    assert platform.asked(PEOPLE) == []
