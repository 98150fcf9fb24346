"""A complaint on a forum, a blog and in both app stores: heard, answered from here, recognised when it comes back, reworded, taken back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from desk.cases import cases, caseview
from desk.feeds import feeds
from desk.feeds.feeds import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from desk.replies import changes, replies
from listener.deliver import Deliverer
from listener.poll import Poller
from listener.registry import Registry
from listener.text import plain_text
from storage.check import check
from storage.database import Database
from storage.models import Case, Feed, Mention, Reply, ReplyAccount
from storage.words import CaseStatus, ChangeKind, ReplyState
from tests.support import desk as small
from tests.support.desk import SETTINGS
from tests.support.discourse_platform import Forum
from tests.support.listening import classify
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


class House:
    """A workspace that listens to one place and answers there."""

    def __init__(self, database: Database, platform: Platform, place: Place) -> None:
        self.database = database
        account = AccountPlan("Acme", "Acme", place.source, place.site, place.handle, "main", "")
        feed = FeedDraft("acme", place.source, place.kind, "", "Acme", "main", options=place.options)
        plan = WorkspacePlan(brands=(BrandPlan("Acme"),), credentials=(("main", place.source),), accounts=(account,), feeds=(feed,))
        given = settings(platform, place.source, place.secrets(), timeout=5)
        registry = Registry(given)
        with database.write() as session:
            feeds.sync(session, plan, now=database.now())
            self.by = small.person(session, now=database.now())
        self.poller = Poller(database, given, SETTINGS, registry, owner="w")
        self.deliverer = Deliverer(database, given, SETTINGS, registry, owner="w")

    def look(self) -> None:
        with self.database.write() as session:
            for feed in session.scalars(select(Feed)):
                feed.next_poll_at = self.database.now()
        self.poller.poll_due()
        self.poller.drain()
        with self.database.write() as session:
            classify(session, now=self.database.now())

    def answer(self, text: str) -> int:
        """Somebody claims the only case and answers."""
        with self.database.write() as session:
            now = self.database.now()
            case = session.scalars(select(Case)).one()
            cases.claim(session, case.id, by=self.by, now=now)
            view = caseview.case(session, case.id, by=self.by, now=now)
            told: dict[str, Any] = {"mention_id": view.ways[0].mention_id, "account_id": session.scalars(select(ReplyAccount.id)).one()}
            told |= {"by": self.by, "settings": SETTINGS, "now": now, "key": "k", "seen_mention_id": view.seen_mention_id}
            return replies.queue(session, case.id, text=text, **told).id

    def change(self, reply_id: int, kind: ChangeKind, text: str = "") -> None:
        with self.database.write() as session:
            changes.ask(session, reply_id, kind, text=text, by=self.by, now=self.database.now())
        self.deliver()

    def deliver(self) -> None:
        with self.database.write() as session:
            for reply in session.scalars(select(Reply).where(Reply.not_before.is_not(None))):
                reply.not_before = self.database.now() - timedelta(seconds=1)
        self.deliverer.deliver_due()
        self.deliverer.drain()


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


@pytest.mark.parametrize("place", PLACES, ids=[place.source for place in PLACES])
def test_an_answer_goes_out_comes_back_and_can_be_changed(database: Database, platform: Platform, place: Place) -> None:
    there = place.opened(platform, 1)
    house = House(database, platform, place)
    house.look()
    reply_id = house.answer(TEXT)
    house.deliver()
    assert place.said(there) == [TEXT]
    house.look()
    with database.read() as session:
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
    with database.read() as session:
        assert check(session) == []
    house.poller.close()
    house.deliverer.close()
