"""A complaint on a forum, a blog and in both app stores: heard, answered from here, recognised when it comes back, reworded, taken back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from listener.text import plain_text
from storage.check import check
from storage.database import Database
from storage.models import Case, Mention, Reply
from storage.words import CaseStatus, ChangeKind, ReplyState
from tests.support.discourse_platform import Forum
from tests.support.house import House
from tests.support.platforms import settings
from tests.support.replay import Platform
from tests.support.store_platforms import AppStore, PlayStore, apple_secrets, google_secrets
from tests.support.wordpress_platform import Blog

TEXT = "Thank you, the new one is on its way"
BETTER = "Thank you, the new one left today"


@dataclass(frozen=True, slots=True)
class Place:
    """One platform: how it is opened, what a feed of it needs, where our account answers, and what our answer says there."""

    source: str
    opened: Callable[[Platform, int], Any]
    secrets: Callable[[], dict[str, str]]
    options: dict[str, Any]
    kind: str
    site: str
    handle: str
    said: Callable[[Any], list[str]]


PLACES = [
    Place(
        "discourse",
        Forum,
        lambda: {"api_key": "k", "username": "acmecare"},
        {},
        "posts",
        "127.0.0.1",
        "AcmeCare",
        lambda forum: [one["raw"] for one in forum.posts.values() if one["username"] == "acmecare"],
    ),
    Place(
        "wordpress",
        Blog,
        lambda: {"username": "acmecare", "application_password": "p"},
        {},
        "",
        "127.0.0.1",
        "AcmeCare",
        lambda blog: [
            plain_text(one["content"]["rendered"]) for number, one in blog.comments.items() if one["author"] and number not in blog.thrown
        ],
    ),
    Place("appstore", AppStore, apple_secrets, {"app": "42"}, "reviews", "42", "Acme", lambda store: list(store.answers.values())),
    Place(
        "googleplay",
        PlayStore,
        google_secrets,
        {"package": "com.acme.shop"},
        "",
        "com.acme.shop",
        "Acme",
        lambda store: list(store.answers.values()),
    ),
]


def open_house(database: Database, platform: Platform, place: Place) -> House:
    """It listens to one place and answers there."""
    account = AccountPlan("Acme", "Acme", place.source, place.site, place.handle, "main", "")
    feed = FeedDraft("acme", place.source, place.kind, "", "Acme", "main", options=place.options)
    plan = WorkspacePlan(brands=(BrandPlan("Acme"),), credentials=(("main", place.source),), accounts=(account,), feeds=(feed,))
    return House(database, settings(platform, place.source, place.secrets(), timeout=5), plan)


@pytest.fixture
def house(database: Database, platform: Platform, place: Place) -> Iterator[House]:
    with open_house(database, platform, place) as opened:
        yield opened


@pytest.mark.parametrize("place", PLACES, ids=[place.source for place in PLACES])
def test_an_answer_goes_out_comes_back_and_can_be_changed(house: House, platform: Platform, place: Place) -> None:
    there = place.opened(platform, 1)
    house.look()
    reply_id = house.answer(TEXT)
    house.deliver()
    assert place.said(there) == [TEXT]
    house.look()
    with house.database.read() as session:
        reply, case = session.get_one(Reply, reply_id), session.scalars(select(Case)).one()
        assert (reply.state, reply.proof) == (ReplyState.SENT, "timeline")
        ours = session.scalars(select(Mention).where(Mention.is_own)).one()
        assert (ours.external_id, ours.case_id, case.status) == (reply.external_id, case.id, CaseStatus.PENDING)
    house.change(reply_id, ChangeKind.CORRECT, BETTER)
    assert place.said(there) == [BETTER]
    if place.source != "googleplay":
        house.change(reply_id, ChangeKind.TAKE_BACK)
        assert place.said(there) == []
    house.look()
    with house.database.read() as session:
        assert check(session) == []
