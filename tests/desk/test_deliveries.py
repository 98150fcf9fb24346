"""Feeds that others fill: paused and resumed like any, looked at by nobody, and what their state says."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.alerts import alerts
from desk.errors import Invalid
from desk.feeds import feeds
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import Feed
from storage.words import AlertKind, LookResult, Origin, Role
from tests.support.desk import NOON, person
from tests.support.public import FEED, settled


@pytest.fixture
def session(database: Database) -> Session:
    with database.write() as opened:
        settled(opened, NOON)
        yield opened


def the_feed(session: Session) -> Feed:
    return session.scalars(select(Feed).where(Feed.name == FEED)).one()


def test_nobody_looks_at_it_however_long_it_is_silent(session: Session) -> None:
    later = NOON + timedelta(days=3)
    leased = feeds.lease_due(session, "worker", now=later, limit=10, lease=timedelta(minutes=5))
    assert [feed.spec.name for feed in leased] == ["forum"]
    with pytest.raises(Invalid, match="filled by deliveries"):
        feeds.lease_one(session, FEED, "worker", now=later, lease=timedelta(minutes=5))
    alerts.refresh(session, settings=DeskSettings(), now=later)
    blind = [alert.subject for alert in alerts.standing(session) if alert.kind is AlertKind.FEED_BLIND]
    assert not [subject for subject in blind if str(the_feed(session).id) in subject.split()]


def test_it_is_paused_and_resumed_but_never_asked(session: Session) -> None:
    ops, feed = person(session, "Olu Pike", Role.OPS), the_feed(session)
    assert feed.enabled
    feeds.pause(session, feed.id, by=ops, now=NOON)
    assert words(session) == "Paused: deliveries are refused until it is resumed."
    feeds.resume(session, feed.id, by=ops, now=NOON)
    with pytest.raises(Invalid, match="nothing to look at"):
        feeds.poll_now(session, feed.id, by=ops, now=NOON)
    assert the_feed(session).origin is Origin.SETTINGS


def test_its_state_says_when_the_last_delivery_came(session: Session) -> None:
    assert words(session) == "Waits for its first delivery: docs/webhooks.md says how one is sent."
    feed = the_feed(session)
    feed.last_look_at, feed.last_result = NOON, LookResult.LOOKED
    assert words(session) == "Filled by deliveries: the last one came 12:00 UTC."
    feed.last_result = LookResult.MALFORMED
    assert words(session) == "Filled by deliveries: the last one came 12:00 UTC; nothing of it could be read."


def words(session: Session) -> str:
    return next(row.words for row in feeds.health(session, now=NOON) if row.name == FEED)
