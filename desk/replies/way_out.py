"""What is asked of a queued reply once more at the moment in which it would leave: much may have happened since it was queued."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.replies import pending_approvals, recall, welcomes
from storage.models import Author, Case, Mention, Reply
from storage.models.cases import OUTBOX
from storage.words import ReplyState

CHUNK = 50
"""How many replies go back to their drafts in one transaction: a hold may end over hundreds of them."""

UNWANTED = "the customer asked us not to contact them"
UNREAD = "a colleague reads it first: send it for approval"
COLD = "no private message of this customer is left to answer: a private reply would come uncalled"
STALE = "the customer wrote again before it was sent"
UNWELCOME = "it was noted in the meantime that we may not answer in this subreddit"


def is_clear(session: Session) -> ColumnElement[bool]:
    """Of a reply in SQL: nothing speaks against sending it now."""
    return not_(or_(*_hindrances(session).values()))


def recall_hindered(session: Session, *, now: datetime) -> int:
    """Replies that are due and must not leave become drafts again, each with its reason; how many."""
    against = _hindrances(session)
    due = and_(OUTBOX, Reply.state == ReplyState.QUEUED, Reply.not_before <= now)
    why = sql_case(*((condition, reason) for reason, condition in against.items()), else_="")
    found = select(Reply.case_id, Reply.id, why).where(due, or_(*against.values())).order_by(Reply.case_id, Reply.id).limit(CHUNK)
    return sum(_recall(session, *row, now=now) for row in session.execute(found).all())


def _hindrances(session: Session) -> Mapping[str, ColumnElement[bool]]:
    """By the words that the writer reads."""
    unwanted = exists().where(Case.id == Reply.case_id, Author.id == Case.author_id, Author.do_not_contact)
    of_customer = and_(Mention.case_id == Reply.case_id, ~Mention.is_own, Mention.deleted_at.is_(None))
    newer = exists().where(of_customer, Mention.id > func.coalesce(Reply.seen_mention_id, 0))
    called = (Mention.id == Reply.mention_id) & (Mention.case_id == Reply.case_id) & Mention.is_private & ~Mention.is_own
    cold = and_(Reply.is_private, ~exists().where(called, Mention.deleted_at.is_(None)))
    return {
        UNWANTED: unwanted,
        COLD: cold,
        STALE: newer,
        UNWELCOME: welcomes.is_unwelcome(),
        UNREAD: pending_approvals.lacks_approval(session),
    }


def _recall(session: Session, case_id: int, reply_id: int, reason: str, *, now: datetime) -> bool:
    case = case_to_change(session, case_id)
    queued = select(Reply).where(Reply.id == reply_id, Reply.state == ReplyState.QUEUED).with_for_update()
    reply = session.scalar(queued.execution_options(populate_existing=True))
    if reply is None:
        return False
    recall.to_draft(session, reply, now=now, reason=reason)
    case.version += 1
    audit.record(session, "call_back", now=now, by=None, case_id=case_id, reply=reply_id, reason=reason)
    return True
