"""Mastodon and Bluesky from listening to answering, on loopback: polled, claimed, answered, recognised when it comes back, never sent twice."""

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
from storage.check import check
from storage.database import Database
from storage.models import Case, Feed, Mention, Person, Reply, ReplyAccount
from storage.words import CaseStatus, ChangeKind, ReplyState
from tests.support import bluesky_platform, mastodon_platform
from tests.support import desk as small
from tests.support.desk import SETTINGS
from tests.support.listening import classify
from tests.support.platforms import settings
from tests.support.replay import DROP, Platform, Seen

TEXT = "We are on it, back within the hour"


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two networks, with one post of a customer."""

    source: str
    secrets: dict[str, str]
    handle: str
    write: str
    stands: Callable[[], int]
    come_back: Callable[[], None]


def mastodon(platform: Platform) -> Place:
    server = mastodon_platform.Server(platform, 1)
    secrets = {"access_token": "a token"}
    own = lambda: [one for one in server.statuses.values() if one["account"]["id"] == "7001"]  # noqa: E731 a name for what stands
    return Place("mastodon", secrets, "northwind", "/api/v1/statuses", lambda: len(own()), lambda: None)


def bluesky(platform: Platform) -> Place:
    network = bluesky_platform.Network(platform, 1)

    def come_back() -> None:
        for key, record in network.records.items():
            shown = bluesky_platform.post(5, by=bluesky_platform.OWN, record=record)
            network.posts.append({**shown, "uri": f"at://{bluesky_platform.OWN}/app.bsky.feed.post/{key}"})

    secrets = {"handle": "northwind.bsky.social", "app_password": "app-password"}
    return Place("bluesky", secrets, "northwind.bsky.social", bluesky_platform.WRITE, lambda: len(network.records), come_back)


class House:
    """A workspace that listens to one of them and answers there."""

    def __init__(self, database: Database, platform: Platform, place: Place) -> None:
        self.database, self.place = database, place
        given = settings(platform, place.source, place.secrets, timeout=2)
        site = platform.url.removeprefix("http://") if place.source == "mastodon" else ""
        plan = WorkspacePlan(
            brands=(BrandPlan("Northwind"),),
            credentials=(("main", place.source),),
            accounts=(AccountPlan("Northwind", "Northwind", place.source, site, place.handle, "main", ""),),
            feeds=tuple(FeedDraft(kind, place.source, kind, "", "Northwind", "main") for kind in ("notifications", "timeline")),
        )
        with database.write() as session:
            feeds.sync(session, plan, now=database.now())
        registry = Registry(given)
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

    def deliver(self) -> None:
        with self.database.write() as session:
            for reply in session.scalars(select(Reply).where(Reply.not_before.is_not(None))):
                reply.not_before = self.database.now() - timedelta(seconds=1)
        self.deliverer.deliver_due()
        self.deliverer.drain()

    def answer(self, text: str = TEXT) -> int:
        """Somebody claims the only case and answers it."""
        with self.database.write() as session:
            by, now = small.person(session, now=self.database.now()), self.database.now()
            case = session.scalars(select(Case)).one()
            cases.claim(session, case.id, by=by, now=now)
            view = caseview.case(session, case.id, by=by, now=now)
            account = session.scalars(select(ReplyAccount.id)).one()
            told: dict[str, Any] = {
                "mention_id": view.ways[0].mention_id,
                "account_id": account,
                "by": by,
                "settings": SETTINGS,
                "now": now,
            }
            return replies.queue(session, case.id, text=text, key="k", seen_mention_id=view.seen_mention_id, **told).id

    def reply(self, reply_id: int) -> Reply:
        with self.database.read() as session:
            assert check(session) == []
            return session.get_one(Reply, reply_id)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


@pytest.fixture(params=[mastodon, bluesky], ids=["mastodon", "bluesky"])
def house(request: pytest.FixtureRequest, database: Database, platform: Platform) -> Iterator[House]:
    opened = House(database, platform, request.param(platform))
    yield opened
    opened.poller.close()
    opened.deliverer.close()


def test_a_mention_is_answered_once_and_our_answer_is_recognised(house: House) -> None:
    house.look()
    reply_id = house.answer()
    house.deliver()
    assert house.reply(reply_id).state is ReplyState.SENT
    house.place.come_back()
    house.look()
    assert house.place.stands() == 1
    reply = house.reply(reply_id)
    assert reply.proof == "timeline"
    with house.database.read() as session:
        ours = session.scalars(select(Mention).where(Mention.is_own)).one()
        case = session.scalars(select(Case)).one()
        assert (ours.external_id, ours.case_id) == (reply.external_id, case.id)
        assert (case.status, case.waiting_since) == (CaseStatus.PENDING, None)


def test_an_answer_whose_fate_is_unknown_is_found_and_stands_once(house: House, platform: Platform) -> None:
    house.look()
    answers = platform._standing["POST", house.place.write]

    def written_and_lost(seen: Seen) -> Any:
        answers(seen)
        return DROP

    platform.always(house.place.write, written_and_lost, method="POST")
    reply_id = house.answer()
    house.deliver()
    assert house.reply(reply_id).state in {ReplyState.UNCERTAIN, ReplyState.SENT}
    platform.always(house.place.write, answers, method="POST")
    house.deliver()
    assert house.reply(reply_id).state is ReplyState.SENT
    assert house.place.stands() == 1


def test_an_answer_is_taken_back(house: House) -> None:
    house.look()
    reply_id = house.answer()
    house.deliver()
    with house.database.write() as session:
        by = session.get_one(Person, session.get_one(Reply, reply_id).person_id)
        changes.ask(session, reply_id, ChangeKind.TAKE_BACK, by=by, now=house.database.now())
    house.deliver()
    assert house.place.stands() == 0


def test_a_private_mention_is_answered_in_private_and_our_answer_stays_so(database: Database, platform: Platform) -> None:
    server = mastodon_platform.Server(platform)
    server.add(mastodon_platform.status(1, "@northwind order 4471, not for everybody", visibility="direct"))
    place = Place("mastodon", {"access_token": "a token"}, "northwind", "/api/v1/statuses", lambda: len(server.posted), lambda: None)
    house = House(database, platform, place)
    house.look()
    reply_id = house.answer()
    house.deliver()
    ((form, _),) = server.posted
    assert form["visibility"] == "direct"
    house.look()
    assert house.reply(reply_id).proof == "timeline"
    with database.read() as session:
        assert [mention.is_private for mention in session.scalars(select(Mention))] == [True, True]
    house.poller.close()
    house.deliverer.close()
