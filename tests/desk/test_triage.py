"""From a stored mention to its labels, and to a case when a person should see it. No customer is hidden by a model."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.cases.urgency import Reason
from desk.figures import rollups
from desk.labels import triage
from desk.labels.verdict import Verdict
from storage.database import Database
from storage.models import Audit, Case, Mention, RollupHour, Triage
from storage.words import CaseStatus, Flag, Intent, Outcome, Sentiment, Urgency
from tests.support.desk import person
from tests.support.listening import (
    HOUR,
    LEASE,
    MINUTE,
    NO_MATTER,
    NOON,
    SETTINGS,
    THANKS,
    classify,
    how_many,
    listening,
    mention,
    poll,
    post,
    verdict,
)

DAY = timedelta(days=1)


def only_case(session: Session) -> Case:
    return session.scalars(select(Case).execution_options(populate_existing=True)).one()


def test_a_verdict_becomes_labels_counts_and_a_case(listened: Database) -> None:
    with listened.write() as session:
        poll(session, post("1", reach=12_000))
        told = classify(session)
        assert (told.stored, told.opened) == (1, 1)
        labelled, case = mention(session), only_case(session)
        assert (labelled.sentiment, labelled.intent, labelled.urgency) == (Sentiment.NEGATIVE, Intent.COMPLAINT, Urgency.NORMAL)
        assert (labelled.needs_reply, labelled.abusive, labelled.language, labelled.confidence) == (True, False, "en", 0.92)
        assert (labelled.triaged_at, labelled.case_id, case.sentiment, case.intent) == (NOON, case.id, Sentiment.NEGATIVE, Intent.COMPLAINT)
        words = [reason["words"] for reason in case.reasons]
        assert words[1:] == ["negative, 92 % sure: 30 min earlier", "reach 12,000: 10 min earlier"]
        assert case.first_due_at is not None
        assert case.answer_by == case.first_due_at - 40 * MINUTE
        assert Reason(**case.reasons[1]).minutes == 30
        assert session.scalars(select(Triage.answers)).one()["intent"]["label"] == "complaint"
        assert rollups.check(session) == []


@pytest.mark.parametrize(
    ("said", "opens", "flag"),
    [
        pytest.param(verdict(), True, None, id="needs a reply"),
        pytest.param(verdict(needs_reply=False, urgency=Urgency.HIGH), True, None, id="hours matter"),
        pytest.param(NO_MATTER, False, None, id="nothing to do"),
        pytest.param(verdict(Sentiment.NEUTRAL, Intent.OTHER, needs_reply=False, unsure=["intent"]), True, Flag.UNSURE, id="not sure"),
        pytest.param(verdict(intent=Intent.SPAM, needs_reply=True, urgency=Urgency.HIGH), False, None, id="sure spam"),
        pytest.param(verdict(intent=Intent.SPAM, unsure=["intent"]), True, Flag.UNSURE, id="spam, perhaps"),
    ],
)
def test_what_becomes_a_case(sqlite_database: Database, said: Verdict, opens: bool, flag: Flag | None) -> None:
    with sqlite_database.write() as session:
        listening(session)
        poll(session, post("1"))
        assert classify(session, said).opened == opens
        assert [case.flag for case in session.scalars(select(Case))] == ([flag] if opens else [])
        assert mention(session).triaged_at == NOON


class TestCompetitors:
    def test_talk_about_a_competitor_is_no_case(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"), feed="rival")
            assert (classify(session).opened, how_many(session, Case)) == (0, 0)

    def test_unless_it_addresses_us(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", addressed=("acmecare",)), feed="rival")
            assert classify(session).opened == 1
            assert only_case(session).brand_id == 1

    def test_or_one_of_our_own_feeds_caught_it_too(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"), feed="rival")
            poll(session, post("1"), feed="acme")
            assert classify(session).opened == 1
            assert only_case(session).feed_id == 1


class TestThreads:
    def test_two_posts_of_one_page_make_one_case(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"), post("2", "and again", thread_id="1", at=NOON + MINUTE))
            assert classify(session).opened == 1
            assert {row.case_id for row in session.scalars(select(Mention))} == {only_case(session).id}

    def test_a_bare_thanks_of_the_same_page_joins_the_case(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"), post("2", "thanks anyway", thread_id="1", at=NOON + MINUTE))
            classify(session, thanks=THANKS)
            assert mention(session, "2").case_id == only_case(session).id

    @pytest.mark.parametrize(("after", "comes_back"), [(13 * DAY, True), (15 * DAY, False)])
    def test_a_post_that_needs_an_answer_brings_a_closed_case_back_for_two_weeks(
        self, listened: Database, after: timedelta, comes_back: bool
    ) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            closed = close(session, only_case(session))
            later = NOON + after
            poll(session, post("2", "it is back", thread_id="1", at=later), now=later)
            assert classify(session, now=later).opened == 1
            assert (closed.status == CaseStatus.OPEN, closed.reopened) == (comes_back, int(comes_back))
            assert how_many(session, Case) == (1 if comes_back else 2)

    def test_a_bare_thanks_leaves_a_closed_case_closed(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            closed = close(session, only_case(session))
            poll(session, post("2", "thanks!", thread_id="1", at=NOON + HOUR), now=NOON + HOUR)
            assert classify(session, THANKS, now=NOON + HOUR).opened == 0
            assert (closed.status, mention(session, "2").case_id) == (CaseStatus.CLOSED, None)


def close(session: Session, case: Case) -> Case:
    case.status, case.closed_at, case.outcome, case.waiting_since = CaseStatus.CLOSED, NOON, Outcome.ANSWERED, None
    session.flush()
    return case


class TestOnceOnly:
    def test_a_batch_that_is_delivered_twice_counts_once(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            waiting = triage.lease(session, "a", now=NOON, limit=5, lease=LEASE)
            results = [(w, verdict()) for w in waiting]
            by = {"engine": "fake", "version": "1", "settings": SETTINGS, "now": NOON}
            assert triage.record(session, results, **by).stored == 1  # type: ignore[arg-type]
            assert triage.record(session, results, **by).stored == 0  # type: ignore[arg-type]
            assert how_many(session, Triage) == 1
            assert rollups.check(session) == []

    def test_a_verdict_on_a_text_that_was_edited_meanwhile_counts_nowhere(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", "fine"))
            waiting = triage.lease(session, "a", now=NOON, limit=5, lease=LEASE)
            poll(session, post("1", "it broke"), now=NOON + MINUTE)
            told = triage.record(
                session, [(w, NO_MATTER) for w in waiting], engine="fake", version="1", settings=SETTINGS, now=NOON + MINUTE
            )
            assert (told.stored, mention(session).sentiment) == (0, None)
            assert classify(session, now=NOON + MINUTE).stored == 1

    def test_a_newer_engine_replaces_labels_and_moves_the_counts(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            waiting = triage.lease(session, "a", now=NOON, limit=5, lease=LEASE)
            for version, said in (("1", verdict()), ("2", THANKS)):
                triage.record(session, [(w, said) for w in waiting], engine="fake", version=version, settings=SETTINGS, now=NOON)
            counts = session.execute(select(RollupHour.negative, RollupHour.positive).where(RollupHour.scope == 0)).one()
            assert (tuple(counts), how_many(session, Triage)) == ((0, 1), 2)
            assert rollups.check(session) == []

    def test_an_own_or_erased_mention_is_never_leased(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", by="acmecare"))
            assert triage.lease(session, "a", now=NOON, limit=5, lease=LEASE) == []


class TestLeases:
    def test_no_mention_is_leased_twice_until_the_lease_ends(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, *[post(str(n)) for n in range(4)])
            first = triage.lease(session, "a", now=NOON, limit=3, lease=LEASE)
            second = triage.lease(session, "b", now=NOON, limit=3, lease=LEASE)
            assert [len(first), len(second)] == [3, 1]
            assert not {w.mention_id for w in first} & {w.mention_id for w in second}
            assert len(triage.lease(session, "c", now=NOON + 2 * LEASE, limit=3, lease=LEASE)) == 1

    def test_a_title_is_read_with_the_text(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1", "body", title="Head"), post("2", "alone"))
            assert [w.text for w in triage.lease(session, "a", now=NOON, limit=5, lease=LEASE)] == ["Head\nbody", "alone"]

    def test_what_killed_the_engine_comes_alone_and_goes_to_people_at_last(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, *[post(f"m{n}") for n in range(5)])
            assert len(triage.lease(session, "a", now=NOON, limit=9, lease=LEASE)) == 5
            now, alone = NOON, []
            for _ in range(5 * 3):
                now += 2 * LEASE
                alone += triage.lease(session, "a", now=now, limit=9, lease=LEASE)
            assert {w.mention_id for w in alone} == set(session.scalars(select(Mention.id)))
            assert len(alone) == 5 * 2
            triage.flag_overdue(session, settings=SETTINGS, now=now + 2 * LEASE)
            assert {(row.flag, row.triaged_at is not None) for row in session.scalars(select(Mention))} == {(Flag.FAILED, True)}
            assert {case.flag for case in session.scalars(select(Case))} == {Flag.FAILED}

    def test_what_was_not_looked_at_can_be_given_back(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"), post("2"))
            waiting = triage.lease(session, "a", now=NOON, limit=9, lease=LEASE)
            triage.release(session, waiting, owner="b")
            assert triage.lease(session, "c", now=NOON, limit=9, lease=LEASE) == []
            triage.release(session, waiting, owner="a")
            assert len(triage.lease(session, "c", now=NOON, limit=9, lease=LEASE)) == 2


class TestFailures:
    @pytest.fixture
    def listened(self, sqlite_database: Database) -> Database:
        with sqlite_database.write() as session:
            listening(session)
        return sqlite_database

    def test_the_third_failure_lets_a_person_read_it(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            now, attempts = NOON, 0
            while mention(session).triaged_at is None and attempts < 9:
                waiting = triage.lease(session, "a", now=now, limit=9, lease=LEASE)
                attempts += len(waiting)
                triage.record_failure(session, waiting, error="no model", settings=SETTINGS, now=now)
                now += 2 * MINUTE
            case = only_case(session)
            assert (attempts, mention(session).flag, case.flag) == (3, Flag.FAILED, Flag.FAILED)
            assert session.scalars(select(Audit.detail).where(Audit.verb == "triage_failed")).one() == {"error": "no model"}

    def test_a_mention_rests_after_a_failure(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            triage.record_failure(
                session, triage.lease(session, "a", now=NOON, limit=9, lease=LEASE), error="e", settings=SETTINGS, now=NOON
            )
            assert triage.lease(session, "a", now=NOON + timedelta(seconds=9), limit=9, lease=LEASE) == []
            assert len(triage.lease(session, "a", now=NOON + timedelta(seconds=11), limit=9, lease=LEASE)) == 1


class TestOverdue:
    def test_a_customer_who_waits_for_the_classifier_reaches_the_board(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            assert triage.flag_overdue(session, settings=SETTINGS, now=NOON + timedelta(seconds=59)) == 0
            assert triage.flag_overdue(session, settings=SETTINGS, now=NOON + MINUTE) == 1
            assert triage.flag_overdue(session, settings=SETTINGS, now=NOON + MINUTE) == 0
            assert only_case(session).flag == Flag.UNTRIAGED

    def test_a_late_verdict_takes_the_flag_off(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            triage.flag_overdue(session, settings=SETTINGS, now=NOON + MINUTE)
            classify(session, now=NOON + MINUTE)
            case = only_case(session)
            assert (case.flag, case.status, case.urgency, mention(session).flag) == (None, CaseStatus.NEW, Urgency.NORMAL, None)
            assert rollups.check(session) == []

    def test_a_late_verdict_closes_a_case_that_would_not_have_been_opened(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            triage.flag_overdue(session, settings=SETTINGS, now=NOON + MINUTE)
            classify(session, NO_MATTER, now=NOON + MINUTE)
            case = only_case(session)
            assert (case.status, case.outcome, case.flag) == (CaseStatus.CLOSED, Outcome.NO_ACTION, None)

    def test_but_not_one_that_somebody_has_claimed(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            triage.flag_overdue(session, settings=SETTINGS, now=NOON + MINUTE)
            cases.claim(session, only_case(session).id, by=person(session), now=NOON + MINUTE)
            classify(session, NO_MATTER, now=NOON + MINUTE)
            assert only_case(session).status == CaseStatus.OPEN

    def test_an_overdue_post_brings_its_closed_case_back(self, listened: Database) -> None:
        with listened.write() as session:
            poll(session, post("1"))
            classify(session)
            closed = close(session, only_case(session))
            poll(session, post("2", "hello?", thread_id="1", at=NOON + HOUR), now=NOON + HOUR)
            triage.flag_overdue(session, settings=SETTINGS, now=NOON + HOUR + MINUTE)
            assert (closed.status, closed.flag, mention(session, "2").case_id) == (CaseStatus.OPEN, Flag.UNTRIAGED, closed.id)
