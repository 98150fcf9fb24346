"""The text that somebody is writing: kept at each pause, one for each case, and never overwritten by an older one."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desk.access import own_case, require_live
from desk.errors import Invalid, Stale
from desk.replies import pending_approvals, recall
from storage.models import Case, Mention, Person, Reply
from storage.words import ReplyState

LONGEST = 100_000
"""Characters; far above any platform's limit, and below what a runaway paste would fill the database with."""


OF_CASE = (
    select(Reply, Person.name)
    .outerjoin(Person, Person.id == Reply.person_id)
    .where(Reply.case_id == bindparam("case_id"), Reply.state == ReplyState.DRAFT)
)
"""Built once: every look at a case asks it."""

NEWER = (
    select(Mention.id)
    .where(Mention.case_id == bindparam("case_id"), ~Mention.is_own, Mention.deleted_at.is_(None), Mention.seen_at > bindparam("saved_at"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its editor draws it. `is_stale`: the customer wrote again since it was saved."""

    text: str
    version: int
    saved_at: datetime
    person: str
    is_stale: bool


def save_draft(
    session: Session, case_id: int, *, text: str, version: int, by: Person, now: datetime, saved_reply_id: int | None = None
) -> int:
    """Keep what the assignee has written so far; returns its new version. `version` is the one that the editor showed, 0 for none.

    `saved_reply_id`: the saved reply that it was begun with; without it the one of before stays.
    Raises Stale, with the version that stands, when another window saved in between; NotYours for everybody but the assignee.
    """
    case = own_case(session, case_id, by=by)
    require_live(case)
    if len(text) > LONGEST:
        raise Invalid(f"This is longer than {LONGEST:,} characters: nothing was saved")
    draft = recall.draft_of(session, case_id)
    standing = draft.version if draft else 0
    if standing != version:
        raise Stale("This draft was changed in another window", current=standing)
    if draft is not None and draft.text.strip() != text.strip():
        pending_approvals.withdraw_draft(session, case_id, words="the draft was changed", by=by, now=now)
    draft = draft or started(session, case, now=now)
    draft.text, draft.version, draft.saved_at, draft.person_id = text.replace("\x00", ""), version + 1, now, by.id
    draft.claim_no, draft.seen_mention_id = case.claim_no, case.latest_mention_id
    draft.saved_reply_id = saved_reply_id or draft.saved_reply_id
    session.flush()
    return draft.version


def require_seen(session: Session, case: Case, *, text: str, version: int | None) -> None:
    """What leaves takes the draft's place. Raises Stale when that would lose words which somebody saved after `version`; None asks nothing."""
    draft = recall.draft_of(session, case.id) if version is not None else None
    if draft is not None and draft.version != version and draft.text.strip() not in text:
        raise Stale("This draft was changed in another window: read it first", current=draft.version)


def started(session: Session, case: Case, *, now: datetime) -> Reply:
    """An empty draft. The caller has locked the case, so that a second one cannot stand beside it."""
    draft = Reply(
        case_id=case.id, key=uuid.uuid4().hex, state=ReplyState.DRAFT, version=0, claim_no=case.claim_no, created_at=now, saved_at=now
    )
    session.add(draft)
    return draft


def view(session: Session, case: Case) -> DraftView | None:
    """The draft of a case, None when nobody has written anything."""
    row = session.execute(OF_CASE, {"case_id": case.id}).first()
    if row is None:
        return None
    draft: Reply = row[0]
    return DraftView(draft.text, draft.version, draft.saved_at, row[1] or "", is_stale=_is_stale(session, case, draft))


def _is_stale(session: Session, case: Case, draft: Reply) -> bool:
    return session.scalar(NEWER, {"case_id": case.id, "saved_at": draft.saved_at}) is not None
