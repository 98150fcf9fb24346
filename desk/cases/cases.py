"""What a person does with a case: take it, give it back, pass it on, put it off, bring it back. One act, one function, one record."""

from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change, name_of, own_case, owned_since, require_live
from desk.alerts import notices
from desk.cases import hands, holds, notes, upkeep
from desk.cases.holds import hold, leave
from desk.cases.notes import add_note
from desk.cases.opening import followed, join, join_all, latest_case, latest_case_of, live_case, live_case_of, open_case, return_from_away
from desk.cases.regroup import merge, open_for_mention, split
from desk.cases.upkeep import refresh
from desk.errors import AlreadyClaimed, Invalid, NotYours
from desk.people import people, routing
from desk.queue.filters import QueueFilter
from desk.replies import recall
from desk.settings import DeskSettings
from storage.models import Case, Person
from storage.types import Instant
from storage.words import CaseStatus, HoldKind, NoticeKind, Shift

__all__ = [
    "add_note",
    "claim",
    "claim_next",
    "followed",
    "hand_over",
    "hold",
    "join",
    "join_all",
    "latest_case",
    "latest_case_of",
    "leave",
    "live_case",
    "live_case_of",
    "merge",
    "open_case",
    "open_for_mention",
    "refresh",
    "release",
    "reopen",
    "snooze",
    "split",
    "take_over",
]


TAKE = (
    update(Case)
    .where(Case.id == bindparam("wanted"), Case.assignee_id.is_(None), Case.status != CaseStatus.CLOSED)
    .values(
        {
            "assignee_id": bindparam("taker"),
            "claim_no": Case.claim_no + 1,
            "version": Case.version + 1,
            "claimed_at": func.coalesce(Case.claimed_at, bindparam("at", type_=Instant())),
            "status": sql_case((Case.status == CaseStatus.NEW, CaseStatus.OPEN), else_=Case.status),
        }
    )
    .returning(Case)
    .execution_options(synchronize_session=False, populate_existing=True)
)
"""Built once: who wants a case next waits until the one before has it."""


def claim(session: Session, case_id: int, *, by: Person, now: datetime) -> Case:
    """Take a case that nobody has. Of many who try at once exactly one gets it.

    Raises AlreadyClaimed, which names the one who has it, for all others; Invalid when it is closed. Claiming one's own case changes nothing.
    """
    people.require(by, people.CARE)
    people.stay_active(session, by.id)
    case = _take(session, case_id, by=by, now=now)
    return _why_not(session, case_id, by=by) if case is None else _taken(session, case, by=by, now=now)


def _take(session: Session, case_id: int, *, by: Person, now: datetime) -> Case | None:
    """All that a claim changes of a case, in the one statement that only one of many wins; the case as it is then, locked."""
    return session.scalars(TAKE, {"wanted": case_id, "taker": by.id, "at": now}).one_or_none()


def _why_not(session: Session, case_id: int, *, by: Person) -> Case:
    case = case_to_change(session, case_id)
    if case.assignee_id == by.id:
        return case
    require_live(case)
    raise AlreadyClaimed(name_of(session, case.assignee_id) or "Somebody", owned_since(session, case_id))


def _taken(session: Session, case: Case, *, by: Person, now: datetime) -> Case:
    hands.promises_follow(session, case)
    recalled = recall.queued(session, case, now=now, reason=f"{by.name} took the case before it was sent")
    holds.put(session, case.id, kind=HoldKind.READING, person_id=by.id, now=now, until=now + holds.FIRST_HOLD)
    audit.record(session, "claim", now=now, by=by, case_id=case.id, claim_no=case.claim_no, recalled=recalled)
    return case


def claim_next(
    session: Session,
    *,
    by: Person,
    settings: DeskSettings | None = None,
    now: datetime,
    filter: QueueFilter | None = None,  # noqa: A002  the board's word
) -> Case | None:
    """Take the most pressing case that this person may be given (`desk.people.routing`), within a filter. None when there is none.

    On PostgreSQL a case that somebody else is just taking is passed over, so that many who ask at once wait for nobody.
    Without `settings` nobody is spared abusive cases. Raises Invalid when they are not on shift or have as many open cases as they may.
    """
    people.require(by, people.CARE)
    case_id = routing.next_for(session, filter or QueueFilter(), by=by, settings=settings, now=now)
    return claim(session, case_id, by=by, now=now) if case_id is not None else None


def release(session: Session, case_id: int, *, by: Person, now: datetime) -> Case:
    """Give a case back to the queue. A reply that was queued still leaves, unless somebody claims the case before.

    Raises NotYours unless `by` has it or is a lead.
    """
    case = _own_or_lead(session, case_id, by=by)
    if case.assignee_id is None:
        return case
    was = hands.give_back(session, case, now=now)
    audit.record(session, "release", now=now, by=by, case_id=case_id, was=was)
    return case


def hand_over(
    session: Session, case_id: int, *, to_person_id: int, note: str, although_off: bool = False, by: Person, now: datetime
) -> Case:
    """Pass a case to a colleague, with a note. Replies that have not left become the colleague's draft.

    Raises NotYours unless `by` has it or is a lead; Invalid when the colleague is off shift and nobody said `although_off`; NotAllowed when they do
    not work on cases.
    """
    people.require(by, people.CARE)
    people.stay(session, [to_person_id])
    case = _own_or_lead(session, case_id, by=by)
    require_live(case)
    to = people.active(session, to_person_id)
    people.require(to, people.CARE)
    if case.assignee_id == to.id:
        raise Invalid(f"{to.name} has this case already")
    if to.shift is Shift.OFF and to.id != by.id and not although_off:
        raise Invalid(f"{to.name} is off shift: say that they are to have it all the same, or choose somebody else")
    was = case.assignee_id
    hands.give(session, case, to, now=now, reason=f"handed over to {to.name} before it was sent")
    case.handovers += 1
    upkeep.reorder(case)
    if note.strip():
        notes.write(session, case, text=note, by=by, now=now, but=(to.id,))
    audit.record(session, "hand_over", now=now, by=by, case_id=case_id, to=to.id, was=was, claim_no=case.claim_no)
    key, told = f"handed {case_id} {case.claim_no}", note.strip()[: notes.LONGEST_NEWS]
    notices.tell(session, [to.id], NoticeKind.HANDED_OVER, key=key, now=now, case_id=case_id, by=by, text=told)
    return case


def take_over(session: Session, case_id: int, *, by: Person, now: datetime) -> Case:
    """Take a case from somebody who is not at it now; a lead may always. Their unsent replies become a draft for `by`.

    Raises AlreadyClaimed while the assignee is at the case, Invalid when nobody has it.
    """
    people.require(by, people.CARE)
    people.stay_active(session, by.id)
    case = case_to_change(session, case_id)
    require_live(case)
    if case.assignee_id == by.id:
        return case
    if case.assignee_id is None:
        raise Invalid("Nobody has this case: claim it")
    is_lead = bool(people.roles_of(by) & people.LEADS)
    if not is_lead and holds.is_held(session, case_id, case.assignee_id, now=now):
        raise AlreadyClaimed(name_of(session, case.assignee_id) or "Somebody", owned_since(session, case_id))
    was = case.assignee_id
    recalled = hands.give(session, case, by, now=now, reason=f"{by.name} took the case over before it was sent")
    holds.put(session, case_id, kind=HoldKind.READING, person_id=by.id, now=now, until=now + holds.FIRST_HOLD)
    audit.record(session, "take_over", now=now, by=by, case_id=case_id, was=was, claim_no=case.claim_no, recalled=recalled)
    return case


def _own_or_lead(session: Session, case_id: int, *, by: Person) -> Case:
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    if case.assignee_id not in {by.id, None} and not people.roles_of(by) & people.LEADS:
        raise NotYours(name_of(session, case.assignee_id))
    return case


def snooze(session: Session, case_id: int, *, until: datetime, by: Person, now: datetime) -> Case:
    """Put one's own case out of sight until then; its due times go on. It comes back at once when the customer writes."""
    case = own_case(session, case_id, by=by)
    require_live(case)
    if until <= now:
        raise Invalid("That moment has passed already")
    case.snoozed_until, case.version = until, case.version + 1
    audit.record(session, "snooze", now=now, by=by, case_id=case_id, until=until.isoformat())
    return case


def reopen(session: Session, case_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> Case:
    """Bring a closed case back, with new due times; its history stays, and so does its owner, if they are on shift. Raises Invalid unless it is closed for itself, not merged."""
    people.require(by, people.CARE)
    case = case_to_change(session, case_id)
    if case.status != CaseStatus.CLOSED:
        raise Invalid("This case is not closed")
    if case.merged_into_id is not None:
        raise Invalid(f"This case was merged into case {case.merged_into_id}: work on that one")
    refuse_second_live(session, case)
    was = case.outcome
    upkeep.restart(session, case, settings=settings, since=now)
    upkeep.renew(session, case, settings=settings)
    if case.assignee_id != by.id:
        return_from_away(session, [case], settings=settings, now=now)
    audit.record(session, "reopen", now=now, by=by, case_id=case_id, was=was and was.value)
    return case


def refuse_second_live(session: Session, case: Case) -> None:
    """Raises Invalid when this closed case's thread goes on in another one."""
    theirs = select(Case.id).where(Case.author_id == case.author_id, Case.thread_id == case.thread_id, Case.split_no == 0)
    other = session.scalar(theirs.where(Case.status != CaseStatus.CLOSED, Case.id != case.id))
    if other is not None and case.split_no == 0:
        raise Invalid(f"This customer's thread goes on in case {other}: work on that one")
