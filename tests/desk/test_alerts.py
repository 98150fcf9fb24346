"""What somebody must be told: it begins once, ends by itself, and is repeated only after the cooldown."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk.alerts import alerts, notices
from desk.alerts.alerts import Refreshed
from desk.cases import cases, escalations
from desk.feeds import feeds, health
from desk.intake import ingest
from desk.settings import AlertRules
from storage.database import Database
from storage.models import Alert, Case, Feed, Notice
from storage.words import AlertKind, Escalation, LookResult, NoticeKind, Role, Urgency
from tests.support.desk import person
from tests.support.listening import HOUR, LEASE, MINUTE, NOON, SETTINGS, classify, feed_id, how_many, leased, listening, poll, post, verdict

RULES = AlertRules(backlog=3)
TOLD = replace(SETTINGS, alerts=RULES)


@pytest.fixture
def listened(database: Database) -> Database:
    with database.write() as session:
        listening(session)
        quiet(session)
    return database


def quiet(session: Session) -> None:
    """No feed is due, so none is blind."""
    session.execute(update(Feed).values(next_poll_at=NOON + 1000 * HOUR))


def refresh(session: Session, now: datetime = NOON) -> Refreshed:
    return alerts.refresh(session, settings=TOLD, now=now)


def standing(session: Session) -> list[tuple[AlertKind, str]]:
    session.expire_all()
    return [(alert.kind, alert.subject) for alert in alerts.standing(session)]


def fail(session: Session, result: LookResult, *, at: datetime = NOON) -> None:
    ingest.record_failure(session, leased(session, now=at), result=result, detail="no", retry_at=None, now=at)


def test_nothing_is_told_while_all_is_well(listened: Database) -> None:
    with listened.write() as session:
        health.beat(session, "listen", pid=1, started_at=NOON, now=NOON)
        poll(session, post("1"))
        classify(session)
        assert (refresh(session), standing(session), alerts.due(session, now=NOON)) == (Refreshed(0, 0), [], [])


@pytest.mark.parametrize("result", [LookResult.REFUSED, LookResult.UNAUTHORIZED, LookResult.CREDIT_USED_UP])
def test_a_feed_that_needs_a_person_is_told_at_once(listened: Database, result: LookResult) -> None:
    with listened.write() as session:
        fail(session, result)
        assert refresh(session) == Refreshed(1, 0)
        assert standing(session) == [(AlertKind.FEED_REFUSED, f"feed {feed_id(session)}")]
        telling = alerts.due(session, now=NOON)[0]
        assert telling.text.startswith("Feed acme: Not seen since 12:00 UTC")
        poll(session, now=NOON + MINUTE)
        assert refresh(session, NOON + MINUTE) == Refreshed(0, 1)


class TestBlind:
    @pytest.fixture
    def listened(self, sqlite_database: Database) -> Database:
        with sqlite_database.write() as session:
            listening(session)
            quiet(session)
        return sqlite_database

    def test_a_feed_that_fails_is_told_once_it_is_blind(self, listened: Database) -> None:
        with listened.write() as session:
            fail(session, LookResult.UNAVAILABLE)
            assert refresh(session, NOON + 14 * MINUTE).opened == 0
            assert refresh(session, NOON + 15 * MINUTE).opened == 1
            assert standing(session) == [(AlertKind.FEED_BLIND, f"feed {feed_id(session)}")]

    def test_a_slow_feed_is_given_two_intervals(self, listened: Database) -> None:
        with listened.write() as session:
            session.execute(update(Feed).values(interval_s=3600))
            fail(session, LookResult.UNAVAILABLE)
            assert refresh(session, NOON + 119 * MINUTE).opened == 0
            assert refresh(session, NOON + 120 * MINUTE).opened == 1

    def test_a_feed_that_nobody_comes_to_is_blind(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, now=NOON)
            assert refresh(session, NOON + 14 * MINUTE).opened == 0
            assert refresh(session, NOON + 15 * MINUTE).opened == 1

    def test_a_feed_that_was_just_resumed_is_not(self, listened: Database) -> None:
        with listened.write() as session:
            ops = person(session, "Ops", Role.OPS)
            poll(session, now=NOON)
            feeds.pause(session, feed_id(session), by=ops, now=NOON)
            later = NOON + 100 * HOUR
            assert refresh(session, later).opened == 0
            feeds.resume(session, feed_id(session), by=ops, now=later)
            assert refresh(session, later + MINUTE).opened == 0
            assert refresh(session, later + 20 * MINUTE).opened == 1


def test_a_process_that_fell_silent_and_came_back(listened: Database) -> None:
    with listened.write() as session:
        health.beat(session, "triage", pid=1, started_at=NOON, now=NOON)
        assert refresh(session, NOON + timedelta(seconds=89)).opened == 0
        assert refresh(session, NOON + timedelta(seconds=90)).opened == 1
        assert standing(session) == [(AlertKind.PROCESS_DOWN, "process triage")]
        health.beat(session, "triage", pid=2, started_at=NOON, now=NOON + 2 * MINUTE)
        assert refresh(session, NOON + 2 * MINUTE).ended == 1


def test_a_process_of_long_ago_is_forgotten(listened: Database) -> None:
    with listened.write() as session:
        health.beat(session, "old", pid=1, started_at=NOON, now=NOON)
        assert refresh(session, NOON + timedelta(days=8)).opened == 0


def test_a_backlog_counts_what_waits_for_more_than_two_minutes(listened: Database) -> None:
    with listened.write() as session:
        poll(session, *[post(str(n), by=f"c{n}") for n in range(3)])
        assert refresh(session, NOON + MINUTE).opened == 0
        assert refresh(session, NOON + 2 * MINUTE).opened == 1
        assert standing(session) == [(AlertKind.BACKLOG, "triage")]
        classify(session, now=NOON + 2 * MINUTE)
        assert refresh(session, NOON + 2 * MINUTE).ended == 1


class TestCases:
    def test_a_case_that_is_about_to_breach(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", reach=500_000))
            classify(session)
            quiet(session)
            case = session.scalars(select(Case)).one()
            due = case.first_due_at
            assert due is not None
            assert refresh(session, due - 16 * MINUTE).opened == 0
            assert refresh(session, due - 15 * MINUTE).opened == 1
            told = alerts.due(session, now=due)[0]
            assert told.text == f"Case {case.id} was promised an answer until {due:%H:%M} UTC; nobody has claimed it."
            cases.claim(session, case.id, by=person(session, "Mina Kaur"), now=NOON)
            refresh(session, due - MINUTE)
            assert alerts.standing(session)[0].text.endswith("Mina Kaur has it.")
            assert refresh(session, due).ended == 1

    def test_whoever_has_it_is_told_once_for_each_time_that_was_promised(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", reach=500_000), post("2", by="c2", reach=500_000))
            classify(session)
            quiet(session)
            case, mina = session.scalars(select(Case).order_by(Case.id)).first(), person(session, "Mina Kaur")
            assert case is not None
            due = case.first_due_at
            assert due is not None
            cases.claim(session, case.id, by=mina, now=NOON)
            for now in (due - 16 * MINUTE, due - 15 * MINUTE, due - MINUTE, due):
                refresh(session, now)
            case.first_due_at = due + HOUR
            refresh(session, due + 50 * MINUTE)
            told = session.execute(select(Notice.person_id, Notice.kind, Notice.case_id, Notice.at).order_by(Notice.id)).all()
        mine = (mina.id, NoticeKind.BREACH_NEAR, case.id)
        assert told == [(*mine, due - 15 * MINUTE), (*mine, due + 50 * MINUTE)]

    def test_an_urgent_case_that_nobody_claims(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session, verdict(urgency=Urgency.HIGH))
            quiet(session)
            case = session.scalars(select(Case)).one()
            assert refresh(session, NOON + 14 * MINUTE).opened == 0
            refresh(session, NOON + 15 * MINUTE)
            assert (AlertKind.HIGH_UNCLAIMED, f"case {case.id}") in standing(session)
            cases.claim(session, case.id, by=person(session), now=NOON + 16 * MINUTE)
            refresh(session, NOON + 16 * MINUTE)
            assert AlertKind.HIGH_UNCLAIMED not in {kind for kind, _ in standing(session)}

    def test_a_labelled_case_that_nobody_who_must_know_has_looked_at(self, listened: Database) -> None:
        with listened.write() as session:
            ana, bo, lea = person(session), person(session, "Bo Lind"), person(session, "Lea", Role.LEAD)
            poll(session, post("1"))
            classify(session)
            quiet(session)
            case = cases.claim(session, session.scalars(select(Case.id)).one(), by=ana, now=NOON)
            escalations.label(session, case.id, Escalation.SAFETY, by=ana, now=NOON)
            refresh(session)
            (alert,) = alerts.standing(session)
            assert (alert.kind, alert.text) == (
                AlertKind.ESCALATED,
                f"Case {case.id} is a matter of safety; nobody owns such cases, and no lead has looked at it.",
            )
            escalations.set_owner(session, Escalation.SAFETY, bo.id, by=lea, now=NOON)
            refresh(session)
            assert alerts.standing(session)[0].text == f"Case {case.id} is a matter of safety; Bo Lind has not looked at it."
            notices.seen(session, lea.id, now=NOON, case_id=case.id)
            assert (refresh(session).ended, standing(session)) == (1, [])

    def test_a_labelled_case_that_its_owner_or_a_lead_has_is_known_to_them(self, listened: Database) -> None:
        with listened.write() as session:
            lea = person(session, "Lea", Role.LEAD)
            poll(session, post("1"))
            classify(session)
            quiet(session)
            case = cases.claim(session, session.scalars(select(Case.id)).one(), by=lea, now=NOON)
            escalations.label(session, case.id, Escalation.SAFETY, by=lea, now=NOON)
            assert (refresh(session).opened, standing(session)) == (0, [])
            cases.release(session, case.id, by=lea, now=NOON)
            assert (refresh(session).opened, standing(session)) == (1, [(AlertKind.ESCALATED, f"case {case.id}")])
            cases.claim(session, case.id, by=lea, now=NOON)
            assert refresh(session).ended == 1

    def test_many_labelled_cases_are_one_message(self, listened: Database) -> None:
        with listened.write() as session:
            ana = person(session)
            poll(session, *[post(str(n), by=f"c{n}") for n in range(4)])
            classify(session)
            quiet(session)
            for case_id in session.scalars(select(Case.id)).all():
                escalations.label(session, case_id, Escalation.PRESS, by=ana, now=NOON)
            refresh(session)
            assert [alert.text for alert in alerts.standing(session)] == [
                "4 cases are a matter of press, legal or safety, and nobody who must know has looked at them."
            ]

    def test_many_at_once_are_one_message(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, *[post(str(n), by=f"c{n}") for n in range(9)])
            classify(session, verdict(urgency=Urgency.HIGH))
            quiet(session)
            refresh(session, NOON + 20 * MINUTE)
            assert standing(session) == [(AlertKind.BREACH_NEAR, "cases"), (AlertKind.HIGH_UNCLAIMED, "cases")]
            assert alerts.standing(session)[1].text == "9 cases of high urgency are claimed by nobody, the first since 12:00 UTC."


class TestTelling:
    @pytest.fixture
    def listened(self, sqlite_database: Database) -> Database:
        with sqlite_database.write() as session:
            listening(session)
            quiet(session)
        return sqlite_database

    @pytest.fixture
    def wrong(self, listened: Database) -> Database:
        with listened.write() as session:
            fail(session, LookResult.REFUSED)
            refresh(session)
        return listened

    def test_one_worker_tells_it(self, wrong: Database) -> None:
        with wrong.write() as session:
            assert len(alerts.due(session, now=NOON)) == 1
            assert alerts.due(session, now=NOON + MINUTE) == []
            assert len(alerts.due(session, now=NOON + 2 * MINUTE)) == 1

    def test_what_was_told_is_told_again_only_after_the_cooldown(self, wrong: Database) -> None:
        with wrong.write() as session:
            told = alerts.due(session, now=NOON)[0]
            alerts.told(session, told.id, settings=TOLD, now=NOON)
            refresh(session, NOON + 30 * MINUTE)
            assert alerts.due(session, now=NOON + 59 * MINUTE) == []
            assert [again.id for again in alerts.due(session, now=NOON + 60 * MINUTE)] == [told.id]

    def test_one_that_ends_and_begins_again_is_not_told_within_the_cooldown(self, wrong: Database) -> None:
        with wrong.write() as session:
            alerts.told(session, alerts.due(session, now=NOON)[0].id, settings=TOLD, now=NOON)
            poll(session, now=NOON + MINUTE)
            refresh(session, NOON + MINUTE)
            fail(session, LookResult.REFUSED, at=NOON + 2 * MINUTE)
            refresh(session, NOON + 2 * MINUTE)
            assert how_many(session, Alert) == 2
            assert alerts.due(session, now=NOON + 3 * MINUTE) == []
            assert len(alerts.due(session, now=NOON + HOUR)) == 1

    def test_what_could_not_be_told_is_tried_again_with_its_error_kept(self, wrong: Database) -> None:
        with wrong.write() as session:
            first = alerts.due(session, now=NOON)[0]
            alerts.not_told(session, first.id, error="SMTP\x00 down", retry_at=NOON + 5 * MINUTE)
            assert alerts.due(session, now=NOON + 4 * MINUTE) == []
            again = alerts.due(session, now=NOON + 5 * MINUTE)[0]
            assert (again.id, again.attempts) == (first.id, 1)
            assert session.scalars(select(Alert.error)).one() == "SMTP down"

    def test_what_has_ended_is_not_told(self, wrong: Database) -> None:
        with wrong.write() as session:
            poll(session, now=NOON + LEASE)
            refresh(session, NOON + LEASE)
            assert alerts.due(session, now=NOON + HOUR) == []
