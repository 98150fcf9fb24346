"""A case leaves its incident by itself: the customer wrote something that the many do not share, so a person must look at it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit
from storage.models import Case, Incident, Mention, Reply
from storage.words import Flag, ReplyState, Urgency


def look(session: Session, case: Case, posts: Sequence[Any]) -> bool:
    """Take the case out, flagged, if its customer has written something else since it was attached; whether it did.

    That is: what is urgent, about something else, hard to read, or an answer to what we told them. `posts`: the customer's, the newest first,
    with their labels. The caller has locked the case.
    """
    if case.incident_id is None or case.attached_at is None:
        return False
    since = case.attached_at
    new = [post for post in posts if post.seen_at > since]
    before = next((post.intent for post in posts if post.seen_at <= since and post.intent is not None), None)
    if not any(_is_apart(post, before) for post in new) and not _answers_us(session, case, new):
        return False
    leave(session, case, at=max(post.seen_at for post in new))
    return True


def unread(session: Session, mention: Mention, *, now: datetime) -> bool:
    """The classifier could not read, in time or at all, what a customer added to a case of an incident: a person reads it. Whether it was so."""
    theirs = select(Case).where(Case.id == mention.case_id, Case.incident_id.is_not(None), Case.attached_at < mention.seen_at)
    case = session.scalar(theirs.with_for_update().execution_options(populate_existing=True)) if mention.case_id else None
    if case is None:
        return False
    leave(session, case, at=now)
    return True


def leave(session: Session, case: Case, *, at: datetime) -> None:
    """Back to the queue, flagged, with where it came from."""
    was = case.incident_id
    case.left_incident_id, case.incident_id, case.attached_at = was, None, None
    case.flag, case.version = case.flag or Flag.APART, case.version + 1
    name = session.scalar(select(Incident.name).where(Incident.id == was)) or ""
    audit.record(session, "incident_left", now=at, by=None, case_id=case.id, incident=was, name=name)


def _is_apart(post: Any, before: Any) -> bool:
    if post.flag is not None or Urgency.HIGH in {post.urgency, post.ruled_urgency}:
        return True
    return bool(post.needs_reply) and before is not None and post.intent is not None and post.intent != before


def _answers_us(session: Session, case: Case, new: Sequence[Any]) -> bool:
    asks = [post.seen_at for post in new if post.needs_reply]
    if not asks:
        return False
    told = select(Reply.id).where(Reply.case_id == case.id, Reply.incident_id == case.incident_id, Reply.state == ReplyState.SENT)
    return session.scalar(told.where(Reply.sent_at <= max(asks)).limit(1)) is not None
