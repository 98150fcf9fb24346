"""What a look left unread is told of its feed until it was read, drawn in the trend, and told to whoever looks after feeds."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.texts.language import GERMAN, passing, speak
from dashboard.texts.spoken import say
from desk.alerts import alerts
from desk.feeds import blindness, feeds, health
from desk.feeds.blindness import Span
from desk.intake import ingest
from desk.post import Gap, UnreadPart
from desk.settings import DeskSettings
from storage.database import Database
from storage.models import CoverageGap, Feed
from storage.words import AlertKind, LookResult
from tests.support import public
from tests.support.listening import feed_id, leased, listening, poll, post

NOON = datetime.fromisoformat("2026-11-18T12:00:00+00:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
REFUSED = UnreadPart("second", "one of 2 searches was not read: X refuses (400)", LookResult.REFUSED)
MISSED = Gap("the listing ended before the last post seen: posts between may be missing")


@pytest.fixture
def session(database: Database) -> Session:
    with database.write() as opened:
        listening(opened, now=NOON - 5 * HOUR)
        poll(opened, post("0", at=NOON - 5 * HOUR), now=NOON - 2 * HOUR)
        yield opened


def words(session: Session, now: datetime) -> str:
    return next(feed.words for feed in feeds.health(session, now=now) if feed.name == "acme")


def told(session: Session, now: datetime) -> list[str]:
    alerts.refresh(session, settings=DeskSettings(), now=now)
    return [alert.subject for alert in alerts.standing(session)]


def spans(session: Session, until: datetime) -> list[Span]:
    return blindness.blind(session, scope=feed_id(session), since=NOON - 4 * HOUR, until=until)


def test_a_look_with_a_part_that_was_refused_is_not_a_good_one(session: Session) -> None:
    stored = poll(session, post("1"), now=NOON, unread=(REFUSED,), detail=REFUSED.why)
    assert (stored.result, stored.new) == (LookResult.REFUSED, 1)
    said = words(session, NOON)
    assert said.startswith("Read in part only since 12:00 UTC: the source refuses the query or the access (one of 2 searches was not read")
    assert f"feed {feed_id(session)}" in told(session, NOON)
    assert [span.result for span in spans(session, NOON + MINUTE)] == [LookResult.REFUSED]

    poll(session, now=NOON + HOUR, unread=(REFUSED,))
    assert len(session.scalars(select(CoverageGap)).all()) == 1
    poll(session, now=NOON + 2 * HOUR)
    assert words(session, NOON + 2 * HOUR) == "Works: looked 14:00 UTC, nothing new was there."
    assert session.scalars(select(CoverageGap.closed_at)).all() == [NOON + 2 * HOUR]
    assert [span.is_read_late for span in spans(session, NOON + 2 * HOUR + MINUTE)] == [True]


def test_both_are_said_in_german(session: Session) -> None:
    poll(session, now=NOON, gaps=(MISSED,), unread=(REFUSED,), detail=REFUSED.why)
    with passing():
        speak(GERMAN)
        said = say(words(session, NOON))
    assert said.startswith("Nur zum Teil gelesen seit 12:00 UTC: ")
    assert "Zwischen 10:00 UTC und 12:00 UTC fehlen vielleicht Beiträge: die Liste endete vor dem zuletzt gesehenen Beitrag" in said


def test_posts_that_no_look_came_to_are_told_drawn_and_brought_to_ops(session: Session) -> None:
    poll(session, post("1"), now=NOON, gaps=(MISSED,))
    subject = f"gap of feed {feed_id(session)}"
    poll(session, now=NOON + 5 * MINUTE)
    said = words(session, NOON + 5 * MINUTE)
    assert said.startswith(
        "Works: looked 12:05 UTC, nothing new was there. Between 10:00 UTC and 12:00 UTC posts may be missing: the listing ended"
    )
    assert "Read it from its start" in said
    assert subject in told(session, NOON + 5 * MINUTE)
    assert spans(session, NOON + 6 * MINUTE) == [Span("acme", NOON - 2 * HOUR, NOON, LookResult.LOOKED, is_missed=True)]
    poll(session, now=NOON + 25 * HOUR)
    assert words(session, NOON + 25 * HOUR).endswith("nothing new was there.")
    assert subject not in told(session, NOON + 25 * HOUR)
    assert len(spans(session, NOON + 25 * HOUR)) == 1


@pytest.mark.parametrize(("oldest", "is_filled"), [(NOON - 3 * HOUR, True), (NOON - HOUR, False)])
def test_a_look_from_the_start_fills_what_it_comes_to(session: Session, oldest: datetime, is_filled: bool) -> None:
    poll(session, post("1"), now=NOON, gaps=(MISSED,))
    session.execute(Feed.__table__.update().values(cursor=None))
    poll(session, post("2", at=oldest), now=NOON + MINUTE)
    assert (spans(session, NOON + 2 * MINUTE) == []) is is_filled


def test_a_spell_with_a_gap_over_it_was_not_merely_read_late(session: Session) -> None:
    ingest.record_failure(session, leased(session, now=NOON), result=LookResult.UNAVAILABLE, detail="", retry_at=None, now=NOON)
    poll(session, now=NOON + HOUR, gaps=(MISSED,))
    assert [(span.is_missed, span.is_read_late) for span in spans(session, NOON + HOUR + MINUTE)] == [(True, False), (False, False)]


def test_a_feed_of_deliveries_is_blind_while_nothing_can_be_delivered(database: Database) -> None:
    with database.write() as session:
        public.settled(session, NOON - HOUR)
        feed = session.scalars(select(Feed).where(Feed.name == public.FEED)).one()
        health.beat(session, health.PUBLIC, pid=1, started_at=NOON, now=NOON)
        health.record_own_downtime(session, now=NOON + HOUR)
        before = blindness.blind(session, scope=feed.id, since=NOON - HOUR, until=NOON + HOUR)
        assert before == [Span(public.FEED, NOON, NOON + HOUR, LookResult.BLIND)]
        health.record_own_downtime(session, now=NOON + HOUR, process=health.PUBLIC)
        health.beat(session, health.PUBLIC, pid=2, started_at=NOON + HOUR, now=NOON + 2 * HOUR)
        [span] = blindness.blind(session, scope=feed.id, since=NOON - HOUR, until=NOON + 2 * HOUR)
        assert span == Span(public.FEED, NOON, NOON + HOUR, LookResult.BLIND)
        assert AlertKind.FEED_BLIND not in {alert.kind for alert in alerts.standing(session)}
