"""Mastodon and Bluesky from listening to answering, on loopback: polled, claimed, answered, recognised when it comes back, never sent twice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from desk.feeds.plan import AccountPlan, BrandPlan, FeedDraft, WorkspacePlan
from storage.check import check
from storage.database import Database
from storage.models import Case, Mention, Reply
from storage.words import CaseStatus, ChangeKind, ReplyState
from tests.support import bluesky_platform, mastodon_platform
from tests.support.house import House
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


def open_house(database: Database, platform: Platform, place: Place) -> House:
    """It listens to one of them and answers there."""
    site = platform.url.removeprefix("http://") if place.source == "mastodon" else ""
    plan = WorkspacePlan(
        brands=(BrandPlan("Northwind"),),
        credentials=(("main", place.source),),
        accounts=(AccountPlan("Northwind", "Northwind", place.source, site, place.handle, "main", ""),),
        feeds=tuple(FeedDraft(kind, place.source, kind, "", "Northwind", "main") for kind in ("notifications", "timeline")),
    )
    return House(database, settings(platform, place.source, place.secrets, timeout=2), plan)


def reply_of(house: House, reply_id: int) -> Reply:
    with house.database.read() as session:
        assert check(session) == []
        return session.get_one(Reply, reply_id)


@pytest.fixture(params=[mastodon, bluesky], ids=["mastodon", "bluesky"])
def place(request: pytest.FixtureRequest, platform: Platform) -> Place:
    opened: Place = request.param(platform)
    return opened


@pytest.fixture
def house(database: Database, platform: Platform, place: Place) -> Iterator[House]:
    with open_house(database, platform, place) as opened:
        yield opened


def test_a_mention_is_answered_once_and_our_answer_is_recognised(house: House, place: Place) -> None:
    house.look()
    reply_id = house.answer(TEXT)
    house.deliver()
    assert reply_of(house, reply_id).state is ReplyState.SENT
    place.come_back()
    house.look()
    assert place.stands() == 1
    reply = reply_of(house, reply_id)
    assert reply.proof == "timeline"
    with house.database.read() as session:
        ours = session.scalars(select(Mention).where(Mention.is_own)).one()
        case = session.scalars(select(Case)).one()
        assert (ours.external_id, ours.case_id) == (reply.external_id, case.id)
        assert (case.status, case.waiting_since) == (CaseStatus.PENDING, None)


def test_an_answer_whose_fate_is_unknown_is_found_and_stands_once(house: House, place: Place, platform: Platform) -> None:
    house.look()
    answers = platform._standing["POST", place.write]

    def written_and_lost(seen: Seen) -> Any:
        answers(seen)
        return DROP

    platform.always(place.write, written_and_lost, method="POST")
    reply_id = house.answer(TEXT)
    house.deliver()
    assert reply_of(house, reply_id).state in {ReplyState.UNCERTAIN, ReplyState.SENT}
    platform.always(place.write, answers, method="POST")
    house.deliver()
    assert reply_of(house, reply_id).state is ReplyState.SENT
    assert place.stands() == 1


def test_an_answer_is_taken_back(house: House, place: Place) -> None:
    house.look()
    reply_id = house.answer(TEXT)
    house.deliver()
    house.change(reply_id, ChangeKind.TAKE_BACK)
    assert place.stands() == 0


def test_a_private_mention_is_answered_in_private_and_our_answer_stays_so(database: Database, platform: Platform) -> None:
    server = mastodon_platform.Server(platform)
    server.add(mastodon_platform.status(1, "@northwind order 4471, not for everybody", visibility="direct"))
    place = Place("mastodon", {"access_token": "a token"}, "northwind", "/api/v1/statuses", lambda: len(server.posted), lambda: None)
    with open_house(database, platform, place) as house:
        house.look()
        reply_id = house.answer(TEXT)
        house.deliver()
        ((form, _),) = server.posted
        assert form["visibility"] == "direct"
        house.look()
        assert reply_of(house, reply_id).proof == "timeline"
        with database.read() as session:
            assert [mention.is_private for mention in session.scalars(select(Mention))] == [True, True]
