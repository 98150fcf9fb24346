"""What must be true of a workspace between any two acts, as far as `storage.check` does not say it already; each as one function that asserts it."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk import states
from desk.cases import upkeep, urgency
from desk.figures import pauses
from desk.incidents import incident_cases
from desk.queue import inbox
from desk.queue.filters import SOON, QueueFilter
from desk.queue.inbox import CaseRow
from desk.replies import switches
from desk.replies.switches import Switch
from storage.check import check
from storage.models import Approval, Author, Case, Ending, Hold, Mention, Pause, Person, Reply, Resolution
from storage.words import CaseStatus, ChangeKind, Outcome, ReplyState, Verdict
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
    live = [case for case in cases if case.status != CaseStatus.CLOSED]
    assert figures.escalated == sum(case.escalation is not None for case in live)
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


def figures_are_those_of_the_cases(session: Session) -> None:
    """One ending stands for each closed case, as it was closed, and none for one that goes on; pauses add up to what the case says of them."""
    standing = {one.case_id: one for one in session.scalars(select(Ending).where(Ending.back_at.is_(None)))}
    paused: Counter[int] = Counter()
    for pause in session.scalars(select(Pause)):
        paused[pause.case_id] += int((pause.until - pause.since).total_seconds())
    for case in all_cases(session):
        ending = standing.get(case.id)
        said = None if ending is None else (ending.outcome, ending.at, ending.resolution_id, ending.held_at)
        closed = (case.outcome, case.closed_at, case.resolution_id, case.held_at)
        assert said == (closed if case.status == CaseStatus.CLOSED else None), case.id
        assert paused[case.id] == case.paused_s, case.id
        assert (case.pending_since is not None) == (case.status in pauses.PAUSED), case.id


def what_waits_to_leave_may_wait(session: Session) -> None:
    """No second reply is under way to one post, none in a closed case, none to somebody who asked us to stop, none ahead of its claim."""
    under_way: Counter[tuple[int, int | None]] = Counter()
    for reply in session.scalars(select(Reply).where(Reply.state.in_(states.UNDER_WAY))):
        case = session.get_one(Case, reply.case_id)
        is_unwanted = session.get_one(Author, case.author_id).do_not_contact
        under_way[case.id, reply.mention_id] += 1
        assert case.status != CaseStatus.CLOSED, reply.id
        assert reply.claim_no is None or reply.claim_no <= case.claim_no, reply.id
        assert not (is_unwanted and reply.state in {ReplyState.QUEUED, ReplyState.BY_HAND}), reply.id
    assert [place for place, number in under_way.items() if number > 1] == []


def who_reads_a_reply_reads_what_would_leave(session: Session) -> None:
    """What waits for a second person is the draft of whoever has the case, or other words for an answer of it; nobody decided about their own."""
    waiting = session.scalars(select(Approval).where(Approval.decided_at.is_(None))).all()
    assert max(Counter(one.case_id for one in waiting).values(), default=0) <= 1
    for approval in waiting:
        reply, case = session.get_one(Reply, approval.reply_id), session.get_one(Case, approval.case_id)
        assert reply.case_id == case.id, approval.id
        assert not session.get_one(Author, case.author_id).do_not_contact, approval.id
        if reply.state != ReplyState.SENT:
            assert (reply.state, reply.text.strip(), case.assignee_id) == (ReplyState.DRAFT, approval.text, approval.asked_by_id), (
                approval.id
            )
    decided = select(Approval.id).where(
        Approval.verdict.in_([Verdict.APPROVED, Verdict.SENT_BACK]), Approval.decided_by_id == Approval.asked_by_id
    )
    assert session.scalars(decided).all() == []


def may_leave(session: Session, reply_id: int) -> None:
    """All that must be true of a reply at the moment in which it is taken to be sent."""
    reply = session.get_one(Reply, reply_id, populate_existing=True)
    case = session.get_one(Case, reply.case_id, populate_existing=True)
    newest = select(func.max(Mention.id)).where(Mention.case_id == case.id, ~Mention.is_own, Mention.deleted_at.is_(None))
    assert not switches.is_on(session, Switch.REPLIES_HELD)
    assert not session.get_one(Author, case.author_id, populate_existing=True).do_not_contact
    assert reply.claim_no == case.claim_no
    assert (session.scalar(newest) or 0) <= (reply.seen_mention_id or 0)
    if _must_be_read(session, reply.person_id, case):
        read = Approval.reply_id == reply.id, Approval.text == reply.text, Approval.decided_by_id != reply.person_id
        assert session.scalars(select(Approval).where(*read, Approval.verdict == Verdict.APPROVED)).all() != []


def may_change(session: Session, reply_id: int) -> None:
    """The same of new words for an answer; taking back is always allowed."""
    reply = session.get_one(Reply, reply_id, populate_existing=True)
    if reply.change_kind != ChangeKind.CORRECT:
        return
    case = session.get_one(Case, reply.case_id, populate_existing=True)
    assert not switches.is_on(session, Switch.REPLIES_HELD)
    assert not session.get_one(Author, case.author_id, populate_existing=True).do_not_contact
    if _must_be_read(session, reply.change_by_id, case):
        read = Approval.reply_id == reply.id, Approval.text == reply.change_text, Approval.decided_by_id != reply.change_by_id
        assert session.scalars(select(Approval).where(*read, Approval.verdict == Verdict.APPROVED)).all() != []


def _must_be_read(session: Session, writer_id: int | None, case: Case) -> bool:
    writer = session.get(Person, writer_id, populate_existing=True) if writer_id else None
    is_learning = writer is not None and writer.is_learning
    return is_learning or case.escalation is not None or switches.is_on(session, Switch.APPROVAL_FOR_ALL)
