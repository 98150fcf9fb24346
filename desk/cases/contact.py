"""Whom we leave alone, and whom we do not listen to: authors who asked us to stop, and authors that a lead has blocked."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import case_to_change
from desk.errors import DoNotContact, Invalid, NotFound
from desk.people import people
from desk.replies import pending_approvals, recall
from storage.models import Author, Case, Mention, Person
from storage.words import Flag, Urgency

LONGEST = 500


def require(session: Session, author_id: int, *, proactive: bool) -> None:
    """Raises DoNotContact for an author who asked us to stop, whether they wrote to us (again) or we write first.

    There is no way around it for the writer of a reply: a lead lifts it, knowing what the author has said since.
    """
    author = session.get_one(Author, author_id, populate_existing=True)
    if not author.do_not_contact:
        return
    name = author.name or author.handle or "This customer"
    ends = "so they are not written to" if proactive else "so no reply leaves until a lead lifts that"
    raise DoNotContact(f"{name} asked us not to contact them, {ends}. {author.do_not_contact_reason}".strip())


def stop(session: Session, author_id: int, *, reason: str, by: Person, now: datetime) -> Author:
    """They asked us to stop: nothing leaves to them any more.

    Replies that wait become drafts, also those that somebody was to post by hand; approvals that wait are void. A reply whose outcome nobody
    knows is only looked for (`desk.replies.outbox`).
    Raises NotAllowed, NotFound, and Invalid without a reason: whoever is to lift it must know what was said.
    """
    people.require(by, people.CARE)
    author = _author(session, author_id)
    words = _reason(reason)
    author.do_not_contact, author.do_not_contact_reason = True, words
    for case in _live_cases(session, author_id):
        pending_approvals.void(session, [case.id], words=recall.UNWANTED, now=now)
        recall.queued(session, case, now=now, reason=recall.UNWANTED)
        recall.by_hand(session, case, by=by, now=now, reason=recall.UNWANTED)
        case.version += 1
        audit.record(session, "do_not_contact", now=now, by=by, case_id=case.id, subject=f"author {author_id}", reason=words)
    _record(session, "do_not_contact", author_id, by=by, now=now, reason=words)
    return author


def lift(session: Session, author_id: int, *, by: Person, now: datetime) -> Author:
    """They may be answered again; the reason stays in the record. Leads only."""
    people.require(by, people.LEADS)
    author = _author(session, author_id)
    author.do_not_contact, author.do_not_contact_reason = False, ""
    _touch(session, author_id)
    _record(session, "contact_lifted", author_id, by=by, now=now)
    return author


def block(session: Session, author_id: int, *, reason: str, by: Person, now: datetime) -> Author:
    """What they write is kept and counted, but opens no case any more, unless it may be an emergency; a live case of theirs goes on. Leads only.

    Raises Invalid without a reason.
    """
    people.require(by, people.LEADS)
    author = _author(session, author_id)
    words = _reason(reason)
    author.blocked_at, author.blocked_reason = author.blocked_at or now, words
    _touch(session, author_id)
    _record(session, "author_blocked", author_id, by=by, now=now, reason=words)
    return author


def unblock(session: Session, author_id: int, *, by: Person, now: datetime) -> Author:
    """What they write from now on makes cases again. Leads only."""
    people.require(by, people.LEADS)
    author = _author(session, author_id)
    author.blocked_at, author.blocked_reason = None, ""
    _touch(session, author_id)
    _record(session, "author_unblocked", author_id, by=by, now=now)
    return author


def is_passed_over(session: Session, mention: Mention) -> bool:
    """Whether a mention opens no case because its author is blocked.

    What is urgent does, folded, and so does what the classifier could not read: being insulted by somebody is no reason to let them come to harm,
    and only a person can tell.
    """
    if mention.urgency == Urgency.HIGH or mention.flag == Flag.FAILED:
        return False
    return session.get_one(Author, mention.author_id).blocked_at is not None


def _author(session: Session, author_id: int) -> Author:
    found = select(Author).where(Author.id == author_id).with_for_update(key_share=True)
    author = session.scalar(found.execution_options(populate_existing=True))
    if author is None:
        raise NotFound("There is no such author")
    return author


def _reason(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise Invalid("Say why: somebody will have to decide whether it still holds")
    return words[:LONGEST]


def _live_cases(session: Session, author_id: int) -> list[Case]:
    theirs = select(Case.id).where(Case.author_id == author_id, Case.status.in_(states.LIVE)).order_by(Case.id)
    return [case_to_change(session, case_id) for case_id in session.scalars(theirs).all()]


def _touch(session: Session, author_id: int) -> None:
    """The boards that show a case of theirs draw it anew."""
    for case in _live_cases(session, author_id):
        case.version += 1


def _record(session: Session, verb: str, author_id: int, *, by: Person, now: datetime, reason: str = "") -> None:
    audit.record(session, verb, now=now, by=by, subject=f"author {author_id}", reason=reason)
