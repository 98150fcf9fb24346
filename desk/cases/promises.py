"""What we told a customer that we would do, and by when. It stands until somebody says that it was kept or is off, and comes back when it is due."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change, cases_to_change, name_of, own_case, require_live
from desk.alerts import notices
from desk.cases import hands, upkeep
from desk.errors import Invalid, NotFound, NotYours
from desk.figures import pauses
from desk.people import people
from desk.settings import DeskSettings
from storage.dialect import among, among_given, given, is_sqlite
from storage.models import Case, Mention, Person, Promise
from storage.models.order import STANDING
from storage.words import CaseStatus, NoticeKind

LONGEST = 500
MOST_AT_ONCE = 200
SHOWN = 80
"""Characters of a promise in a refusal."""


@dataclass(frozen=True, slots=True)
class PromiseView:
    """A standing promise. `person` is who is to keep it, empty when nobody is. `came_back`: it was due, and its owner was told."""

    id: int
    case_id: int
    text: str
    person: str
    made_at: datetime
    due_at: datetime
    came_back: bool


def make(session: Session, case_id: int, *, text: str, due_at: datetime, by: Person, settings: DeskSettings, now: datetime) -> Promise:
    """Write down what the customer was promised in one's own case. Raises NotYours; Invalid without words or with a time that has passed."""
    case = own_case(session, case_id, by=by)
    require_live(case)
    promise = Promise(case_id=case_id, person_id=by.id, text=_worded(text), made_at=now, due_at=_in_time(due_at, now))
    session.add(promise)
    session.flush()
    _follow(session, case, settings=settings)
    audit.record(session, "promise", now=now, by=by, case_id=case_id, promise=promise.id, until=due_at.isoformat())
    return promise


def change(session: Session, promise_id: int, *, text: str, due_at: datetime, by: Person, settings: DeskSettings, now: datetime) -> Promise:
    """Other words or another time; it comes back anew. Raises like `make`, and NotFound when it does not stand any more."""
    case, promise = _standing(session, promise_id, by=by)
    promise.text, promise.due_at = _worded(text), _in_time(due_at, now)
    _rest(session, case, promise, now=now)
    promise.came_back_at = None
    _follow(session, case, settings=settings)
    audit.record(session, "promise_changed", now=now, by=by, case_id=case.id, promise=promise.id, until=due_at.isoformat())
    return promise


def keep(session: Session, promise_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> Promise:
    """It was done. A case that waited for nothing else waits for the customer again. Raises NotFound when it does not stand any more, NotYours."""
    case, promise = _standing(session, promise_id, by=by)
    promise.kept_at = now
    _over(session, case, promise, settings=settings, now=now)
    audit.record(session, "promise_kept", now=now, by=by, case_id=case.id, promise=promise.id)
    return promise


def cancel(session: Session, promise_id: int, *, by: Person, settings: DeskSettings, now: datetime) -> Promise:
    """It will not be done, or need not be. Raises NotFound when it does not stand any more, NotYours."""
    case, promise = _standing(session, promise_id, by=by)
    promise.cancelled_at = now
    _over(session, case, promise, settings=settings, now=now)
    audit.record(session, "promise_cancelled", now=now, by=by, case_id=case.id, promise=promise.id)
    return promise


def come_back(session: Session, *, settings: DeskSettings, now: datetime) -> int:
    """Bring cases whose promise is due back before somebody's eyes, and tell their owners; how many promises. At most `MOST_AT_ONCE` of them."""
    due = select(Promise.id, Promise.case_id).where(STANDING, Promise.due_at <= now, Promise.came_back_at.is_(None))
    found = session.execute(due.order_by(Promise.due_at, Promise.id).limit(MOST_AT_ONCE)).all()
    cases = cases_to_change(session, [row.case_id for row in found])
    locked = select(Promise).where(among(session, Promise.id, [row.id for row in found]), STANDING, Promise.came_back_at.is_(None))
    promises = session.scalars(
        locked.order_by(Promise.due_at, Promise.id).with_for_update().execution_options(populate_existing=True)
    ).all()
    for promise in promises:
        promise.came_back_at = now
        _wake(session, cases[promise.case_id], promise, settings=settings, now=now)
    return len(promises)


def _wake(session: Session, case: Case, promise: Promise, *, settings: DeskSettings, now: datetime) -> None:
    if case.status == CaseStatus.CLOSED:
        return
    case.snoozed_until = None
    if case.waiting_since is None:
        case.status, case.waiting_since = CaseStatus.OPEN, promise.due_at
        pauses.follow(session, case, at=now)
    _follow(session, case, settings=settings)
    audit.record(session, "promise_due", now=now, by=None, case_id=case.id, promise=promise.id)
    owner = [case.assignee_id] if case.assignee_id is not None else []
    key = f"promise {promise.id} {int(promise.due_at.timestamp())}"
    notices.tell(session, owner, NoticeKind.PROMISE_DUE, key=key, now=now, case_id=case.id, text=promise.text)


def standing(session: Session, case_ids: Collection[int]) -> dict[int, tuple[PromiseView, ...]]:
    """The standing promises of each of these cases, the first due first; a case without any is absent."""
    found = defaultdict[int, list[PromiseView]](list)
    for promise, name in session.execute(_of_cases(is_sqlite(session)), {"cases": given(session, sorted(set(case_ids)))}):
        found[promise.case_id].append(_view(promise, name or ""))
    return {case_id: tuple(views) for case_id, views in found.items()}


@cache
def _of_cases(sqlite: bool) -> Select[Promise, str]:
    """Built once: every look at a case asks it."""
    theirs = select(Promise, Person.name).outerjoin(Person, Person.id == Promise.person_id)
    return theirs.where(STANDING, among_given("cases", Promise.case_id, sqlite=sqlite)).order_by(Promise.due_at, Promise.id)


def _view(promise: Promise, name: str) -> PromiseView:
    is_back = promise.came_back_at is not None
    return PromiseView(promise.id, promise.case_id, promise.text, name, promise.made_at, promise.due_at, is_back)


def require_none(session: Session, case_id: int) -> None:
    """Raises Invalid while a promise stands: a case does not end over what the customer was told to expect."""
    text = session.scalar(select(Promise.text).where(STANDING, Promise.case_id == case_id).order_by(Promise.due_at, Promise.id).limit(1))
    if text is not None:
        raise Invalid(f"A promise stands: “{text[:SHOWN]}”. Say that it was kept, or cancel it, before you close the case")


def move(session: Session, gone: Case, kept: Case) -> None:
    """One case becomes part of another: what was promised in it is promised there. The caller has locked both."""
    session.flush()
    session.execute(update(Promise).where(Promise.case_id == gone.id).values(case_id=kept.id))
    kept.promised_at = min((at for at in (gone.promised_at, kept.promised_at) if at is not None), default=None)
    gone.promised_at = None
    hands.promises_follow(session, kept)


def _standing(session: Session, promise_id: int, *, by: Person) -> tuple[Case, Promise]:
    people.require(by, people.CARE)
    case_id = session.scalar(select(Promise.case_id).where(Promise.id == promise_id))
    if case_id is None:
        raise NotFound("There is no such promise")
    case = case_to_change(session, case_id)
    found = select(Promise).where(Promise.id == promise_id, STANDING, Promise.case_id == case.id).with_for_update()
    promise = session.scalar(found.execution_options(populate_existing=True))
    if promise is None:
        raise NotFound("This promise does not stand any more: open the case again")
    if case.assignee_id != by.id and not people.roles_of(by) & people.LEADS:
        raise NotYours(name_of(session, case.assignee_id))
    return case, promise


def _over(session: Session, case: Case, promise: Promise, *, settings: DeskSettings, now: datetime) -> None:
    _rest(session, case, promise, now=now)
    _follow(session, case, settings=settings)


def _rest(session: Session, case: Case, promise: Promise, *, now: datetime) -> None:
    """A case that only its promise had brought back waits for the customer again, unless they have written since."""
    came_back_at = promise.came_back_at
    if came_back_at is None or case.status == CaseStatus.CLOSED or case.waiting_since is None:
        return
    session.flush()
    # What was written later than the case came back stands unanswered: an answer would have ended the waiting.
    of_customer = (Mention.case_id == case.id) & ~Mention.is_own & Mention.deleted_at.is_(None)
    if session.scalar(select(func.count()).select_from(Mention).where(of_customer, Mention.seen_at >= case.waiting_since)):
        return
    case.waiting_since = case.next_due_at = None
    case.status = CaseStatus.PENDING
    pauses.follow(session, case, at=now)


def _follow(session: Session, case: Case, *, settings: DeskSettings) -> None:
    """Take the time of the first standing promise into the case, and its place in the queue with it."""
    session.flush()
    case.promised_at = session.scalar(select(func.min(Promise.due_at)).where(STANDING, Promise.case_id == case.id))
    upkeep.set_dues(case, settings=settings)
    case.version += 1


def _worded(text: str) -> str:
    words = " ".join(text.replace("\x00", "").split())
    if not words:
        raise Invalid("Say what was promised")
    if len(words) > LONGEST:
        raise Invalid(f"A promise has at most {LONGEST} characters")
    return words


def _in_time(due_at: datetime, now: datetime) -> datetime:
    if due_at <= now:
        raise Invalid("That moment has passed already: promise a later one")
    return due_at
