"""Cases come to be, grow and come back: what the system does by itself when a customer writes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import case_to_change
from desk.alerts import notices
from desk.cases import hands, ordeal, upkeep
from desk.figures import pauses
from desk.replies import pending_approvals
from desk.settings import DeskSettings
from storage.dialect import among, insert_one
from storage.models import Author, Case, Catch, Feed, Mention, Person
from storage.models.cases import ONE_LIVE
from storage.types import from_micros
from storage.words import CaseStatus, Flag, NoticeKind

LATER = from_micros(0)


def live_case(session: Session, author_id: int, thread_id: int) -> Case | None:
    """The case that this author's next post in this thread belongs to; of several that were split, the first."""
    theirs = select(Case).where(Case.author_id == author_id, Case.thread_id == thread_id, Case.status.in_(states.LIVE))
    return session.scalar(theirs.order_by(Case.split_no, Case.id).limit(1))


def latest_case(session: Session, author_id: int, thread_id: int) -> Case | None:
    """The live case of this author in this thread, else the one that was closed last."""
    closed = select(Case).where(Case.author_id == author_id, Case.thread_id == thread_id, Case.status == CaseStatus.CLOSED)
    return live_case(session, author_id, thread_id) or session.scalar(closed.order_by(Case.closed_at.desc(), Case.id.desc()).limit(1))


def live_case_of(session: Session, mention: Mention) -> Case | None:
    """The live case that a new mention belongs to. A private message goes on with what its author said in public."""
    if not mention.is_private:
        return live_case(session, mention.author_id, mention.thread_id)
    return session.scalar(_of_private(mention).where(Case.status.in_(states.LIVE)).order_by(*_best_first(mention)).limit(1))


def latest_case_of(session: Session, mention: Mention) -> Case | None:
    """The same, else the one that was closed last."""
    if not mention.is_private:
        return latest_case(session, mention.author_id, mention.thread_id)
    closed = _of_private(mention).where(Case.status == CaseStatus.CLOSED).order_by(Case.closed_at.desc(), Case.id.desc())
    return live_case_of(session, mention) or session.scalar(closed.limit(1))


def live_cases_of_private(session: Session, mention_ids: Collection[int]) -> dict[int, int]:
    """The live case of each of these new private messages, where its author has one."""
    if not mention_ids:
        return {}
    found = session.scalars(select(Mention).where(among(session, Mention.id, sorted(mention_ids))).order_by(Mention.id)).all()
    cases = ((mention.id, live_case_of(session, mention)) for mention in found)
    return {mention_id: case.id for mention_id, case in cases if case is not None}


def _of_private(mention: Mention) -> Select[Case]:
    """The author's cases with the brand that the message was written to: what one tells it, no other one reads."""
    brands = select(Feed.brand_id).join(Catch, Catch.feed_id == Feed.id).where(Catch.mention_id == mention.id)
    return select(Case).where(Case.author_id == mention.author_id, Case.brand_id.in_(brands))


def _best_first(mention: Mention) -> tuple[ColumnElement[Any], ...]:
    """The case that has this conversation already, else the one in which the customer wrote last."""
    has_it = exists().where(Mention.case_id == Case.id, Mention.thread_id == mention.thread_id, Mention.is_private)
    return sql_case((has_it, 0), else_=1), Case.latest_mention_id.desc(), Case.id.desc()


def open_case(session: Session, mention: Mention, *, feed_id: int, flag: Flag | None, settings: DeskSettings, now: datetime) -> Case:
    """A case for this mention: a new one, or the live one of the same author and thread, which it joins.

    `feed_id` is the feed that caught it; its brand answers. Safe when two processes open a case for the same author and thread.
    """
    if mention.case_id is not None:
        return case_to_change(session, mention.case_id)
    session.flush()
    row = _first_row(session, mention, feed_id=feed_id, flag=flag, now=now)
    case_id = insert_one(session, Case.__table__, row, key=("author_id", "thread_id"), where=ONE_LIVE)
    if case_id is None:
        other = live_case(session, mention.author_id, mention.thread_id)
        if other is None:  # closed between our two statements
            return open_case(session, mention, feed_id=feed_id, flag=flag, settings=settings, now=now)
        case = join(session, other, mention, settings=settings, now=now)
        case.flag = case.flag or flag
        return case
    case = case_to_change(session, case_id)
    mention.case_id = case_id
    upkeep.renew(session, case, settings=settings)
    audit.record(session, "open", now=now, by=None, case_id=case_id, mention=mention.id, flag=flag and flag.value)
    return case


def _first_row(session: Session, mention: Mention, *, feed_id: int, flag: Flag | None, now: datetime) -> dict[str, Any]:
    author = session.get_one(Author, mention.author_id)
    return {
        "author_id": author.id,
        "thread_id": mention.thread_id,
        "opening_mention_id": mention.id,
        "latest_mention_id": mention.id,
        "source": mention.source,
        "site": mention.site,
        "brand_id": session.get_one(Feed, feed_id).brand_id,
        "feed_id": feed_id,
        "author_name": author.name or author.handle,
        "posted_at": mention.posted_at,
        "seen_at": mention.seen_at,
        "opened_at": now,
        "waiting_since": mention.seen_at,
        "answer_by": mention.seen_at,
        "reach": author.reach,
        "preferred_id": _knows_them(session, author.id),
        "earlier": _earlier(session, author.id, now=now),
        "flag": flag,
    }


def _earlier(session: Session, author_id: int, *, now: datetime) -> int:
    """How many cases of this author were opened lately, less those that were no matter. Within one source and site: authors are never merged."""
    theirs = select(func.count()).where(Case.author_id == author_id, Case.opened_at >= now - ordeal.SPAN)
    return session.scalar(theirs.where(Case.outcome.is_(None) | Case.outcome.not_in(ordeal.NO_MATTER))) or 0


def _knows_them(session: Session, author_id: int) -> int | None:
    """The colleague who has a live case of this author, else who had the last one that we answered, if they still work here."""
    is_closed = Case.status == CaseStatus.CLOSED
    theirs = select(Case.assignee_id).where(
        Case.author_id == author_id, Case.assignee_id.is_not(None), ~is_closed | Case.answered_at.is_not(None)
    )
    last = session.scalar(theirs.order_by(is_closed, Case.closed_at.desc(), Case.id.desc()).limit(1))
    return last if last is not None and session.scalar(select(Person.active).where(Person.id == last)) else None


def join(session: Session, case: Case, mention: Mention, *, settings: DeskSettings, now: datetime) -> Case:
    """The customer wrote again: the mention joins, the clock runs again, a closed case comes back.

    A post that is older than one which the case already has brings its text, but starts no clock: it comes from a feed that reads backwards.
    Returns the case joined: of one that was merged away, the case that took it in.
    """
    case = followed(session, case_to_change(session, case.id))
    join_all(session, [(case, mention)], settings=settings, now=now)
    return case


def join_all(session: Session, joining: Sequence[tuple[Case, Mention]], *, settings: DeskSettings, now: datetime) -> int:
    """The same for many posts, in the order in which they were written, each with its case, locked. Returns how many woke a case that waited."""
    latest = _latest_posted(session, [case for case, _ in joining])
    pending_approvals.void(session, [case.id for case, _ in joining], words="the customer wrote again: read it first", now=now)
    woken, heard = 0, list[tuple[Case, Mention]]()
    for case, mention in joining:
        was_closed, was_waiting = case.status == CaseStatus.CLOSED, case.waiting_since is not None
        is_late = mention.posted_at < latest[case.id]
        mention.case_id = case.id
        if not is_late:
            _wake(case, since=mention.seen_at)
            pauses.follow(session, case, at=mention.seen_at)
            heard.append((case, mention))
        came_back = was_closed and not is_late
        if came_back:
            upkeep.restart(session, case, settings=settings, since=mention.seen_at)
        audit.record(session, "come_back" if came_back else "join", now=now, by=None, case_id=case.id, mention=mention.id)
        woken += not was_waiting and case.waiting_since is not None
    changed = {case.id: case for case, _ in joining}
    upkeep.renew_all(session, list(changed.values()), settings=settings)
    return_from_away(session, list(changed.values()), settings=settings, now=now)
    _tell_owners(session, heard, now=now)
    return woken


def _tell_owners(session: Session, heard: Sequence[tuple[Case, Mention]], *, now: datetime) -> None:
    """Whoever has the case hears that its customer wrote again; what went back to the team tells nobody."""
    notices.tell_owners(session, [(case, f"mention {mention.id}") for case, mention in heard], NoticeKind.WROTE_AGAIN, now=now)


def return_from_away(session: Session, cases: Sequence[Case], *, settings: DeskSettings, now: datetime) -> None:
    """The customer waits, and the owner is away: the case goes back to its team. It stays with whoever is here. The caller has locked the cases."""
    waiting = [case for case in cases if case.assignee_id is not None and case.waiting_since is not None]
    owners = hands.people_of(session, [case.assignee_id for case in waiting])
    for case in waiting:
        if not hands.keeps(owners.get(case.assignee_id), hands.due_of(case), settings=settings, now=now):
            hands.send_back(session, case, now=now)


def followed(session: Session, case: Case) -> Case:
    """The case itself, or the one that it was merged into, locked."""
    while case.status == CaseStatus.CLOSED and case.merged_into_id is not None:
        case = case_to_change(session, case.merged_into_id)
    return case


def _latest_posted(session: Session, cases: Sequence[Case]) -> dict[int, datetime]:
    ids = [case.latest_mention_id for case in cases]
    posted = {
        row.id: row.posted_at for row in session.execute(select(Mention.id, Mention.posted_at).where(among(session, Mention.id, ids)))
    }
    return {case.id: posted.get(case.latest_mention_id, LATER) for case in cases}


def _wake(case: Case, *, since: datetime) -> None:
    case.snoozed_until = None
    case.waiting_since = case.waiting_since or since
    if case.status in {CaseStatus.PENDING, CaseStatus.ON_HOLD}:
        case.status = CaseStatus.OPEN
