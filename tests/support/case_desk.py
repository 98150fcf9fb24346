"""What must be true of a workspace between any two acts, as far as `storage.check` does not say it already; each as one function that asserts it."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import states
from desk.cases import upkeep, urgency
from desk.incidents import incident_cases
from desk.queue import inbox
from desk.queue.filters import SOON, QueueFilter
from desk.queue.inbox import CaseRow
from storage.check import check
from storage.models import Case, Hold, Person, Reply, Resolution
from storage.words import CaseStatus, Outcome, ReplyState
from tests.support.desk import SETTINGS

EVERYTHING = 500


def all_cases(session: Session) -> list[Case]:
    return list(session.scalars(select(Case).order_by(Case.id).execution_options(populate_existing=True)))


def rows(session: Session, now: datetime) -> dict[int, CaseRow]:
    """Every case as the list draws it."""
    return {row.id: row for row in inbox.queue(session, QueueFilter(view="all"), now=now, limit=EVERYTHING)}


def everything_adds_up(session: Session) -> None:
    assert [str(fault) for fault in check(session)] == []


def one_live_case_for_each_author_and_thread(session: Session) -> None:
    live = Counter((case.author_id, case.thread_id, case.split_no) for case in all_cases(session) if case.status != CaseStatus.CLOSED)
    assert [place for place, number in live.items() if number > 1] == []


def nothing_stays_with_somebody_who_left(session: Session) -> None:
    gone = select(Person.id).where(~Person.active)
    assert session.scalars(select(Case.id).where(Case.assignee_id.in_(gone), Case.status.in_(states.LIVE))).all() == []
    assert session.scalars(select(Reply.id).where(Reply.person_id.in_(gone), Reply.state == ReplyState.QUEUED)).all() == []
    assert (
        session.scalars(select(Hold.case_id).where(Hold.person_id.in_(gone), Hold.until > func.coalesce(_left(), Hold.until))).all() == []
    )


def _left() -> object:
    return select(Person.left_at).where(Person.id == Hold.person_id).scalar_subquery()


def who_waits_is_seen_by_somebody(session: Session, now: datetime) -> None:
    """In the queue, behind the row of its incident, or put off by whoever has it."""
    seen = {row.id for row in inbox.queue(session, QueueFilter(sees_shielded=True), now=now, limit=EVERYTHING)}
    for incident in incident_cases.folded(session):
        shown = QueueFilter(incident_id=incident.id, sees_shielded=True)
        seen |= {row.id for row in inbox.queue(session, shown, now=now, limit=EVERYTHING)}
    for person_id in session.scalars(select(Person.id).where(Person.active)):
        shown = QueueFilter(view="mine", assignee_id=person_id)
        seen |= {row.id for row in inbox.queue(session, shown, now=now, limit=EVERYTHING)}
    assert [case.id for case in all_cases(session) if case.status in states.WAITING and case.id not in seen] == []


def counts_are_those_of_a_recount(session: Session, now: datetime) -> None:
    cases, figures = all_cases(session), inbox.figures(session, now=now)
    waiting = [case for case in cases if case.status in states.WAITING and (case.snoozed_until is None or case.snoozed_until <= now)]
    alone = [case for case in waiting if case.incident_id is None]
    listed = [case for case in alone if case.shielded_until is None or case.shielded_until <= now]
    dues = [due for case in listed if (due := _due(case)) is not None]
    assert (figures.waiting, figures.unclaimed) == (len(listed), sum(case.assignee_id is None for case in listed))
    assert (figures.breached, figures.flagged) == (sum(due <= now for due in dues), sum(case.flag is not None for case in listed))
    assert figures.due_soon == sum(now < due <= now + SOON for due in dues)
    assert figures.shield == sum(case.abusive for case in waiting)
    assert figures.pending == sum(case.status in {CaseStatus.PENDING, CaseStatus.ON_HOLD} for case in cases)
    owned = Counter(case.assignee_id for case in cases if case.assignee_id is not None and case.status != CaseStatus.CLOSED)
    assert dict(figures.owned) == owned
    seen = figures.of(0, sees_shielded=True)
    assert seen.waiting == len([case for case in alone if case in listed or case.abusive])


def _due(case: Case) -> datetime | None:
    return case.first_due_at if case.answered_at is None else case.next_due_at


def what_was_used_again_is_counted_so_often(session: Session) -> None:
    used = select(func.count()).where(Case.resolution_id == Resolution.id, Resolution.case_id.is_distinct_from(Case.id))
    counted = select(Resolution.id, Resolution.reused, used.correlate(Resolution).scalar_subquery())
    assert [row for row in session.execute(counted) if row[1] != row[2]] == []


def instants_follow_each_other(session: Session) -> None:
    for case in all_cases(session):
        assert case.posted_at <= case.seen_at
        for later in (case.claimed_at, case.answered_at, case.closed_at):
            assert later is None or case.seen_at <= later, (case.id, case.seen_at, later)
        for earlier in (case.claimed_at, case.answered_at):
            assert case.closed_at is None or earlier is None or earlier <= case.closed_at, case.id


def ends_have_their_ground(session: Session) -> None:
    for case in all_cases(session):
        is_closed = case.status == CaseStatus.CLOSED
        assert (case.outcome is not None) == is_closed, case.id
        assert case.held_at is None or case.outcome == Outcome.SOLVED, case.id
        assert (case.resolution_id is not None) == (case.outcome == Outcome.SOLVED), case.id
        assert case.confirmed_at is None or case.held_at is not None, case.id


def the_order_is_what_the_rule_says(session: Session) -> None:
    for case in all_cases(session):
        if case.status in states.WAITING and case.waiting_since is not None:
            at, reasons = urgency.answer_by(upkeep.facts(case), SETTINGS)
            assert case.reasons == [reason.as_dict() for reason in reasons], case.id
            assert case.answer_by == at, case.id
