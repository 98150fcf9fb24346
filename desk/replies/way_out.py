"""What is asked of a reply once more at the moment in which it would leave, or be sent again: much may have happened since it was queued."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.replies import pending_approvals, recall, switches, welcomes
from desk.replies.switches import Switch
from storage.models import Author, Case, Mention, Reply
from storage.models.cases import OUTBOX
from storage.words import ReplyState

CHUNK = 50
"""How many replies go back to their drafts in one transaction: a hold may end over hundreds of them."""

RECALLED = (ReplyState.QUEUED, ReplyState.BY_HAND)

UNWANTED = recall.UNWANTED
MOVED = "the case was claimed by somebody else before it was sent"
UNREAD = "a colleague reads it first: send it for approval"
COLD = "no private message of this customer is left to answer: a private reply would come uncalled"
GONE = "the post was deleted there: nothing was sent"
STALE = "the customer wrote again before it was sent"
UNWELCOME = "it was noted in the meantime that we may not answer in this subreddit"


def is_clear(session: Session) -> ColumnElement[bool]:
    """Of a reply in SQL: nothing speaks against sending it now."""
    return not_(or_(*_hindrances(session).values()))


def claim_holds() -> ColumnElement[bool]:
    """Of a reply in SQL: the case is still with whom it was when it was queued."""
    return exists().where(Case.id == Reply.case_id, Case.claim_no == Reply.claim_no)


def may_leave(session: Session, reply_ids: Sequence[int]) -> frozenset[int]:
    """Those of these replies that could be sent at this moment: none is held, the claim holds, and nothing else speaks against it."""
    if not reply_ids or switches.is_on(session, Switch.REPLIES_HELD):
        return frozenset()
    clear = select(Reply.id).where(Reply.id.in_(reply_ids), claim_holds(), is_clear(session))
    return frozenset(session.scalars(clear))


def objection(session: Session, reply: Reply) -> str:
    """Why a reply that is not on its platform must become a draft; empty when it may wait to be sent."""
    against = {**_hindrances(session), MOVED: not_(claim_holds())}
    return session.scalar(select(_why(against)).where(Reply.id == reply.id)) or ""


def recall_hindered(session: Session, *, now: datetime) -> int:
    """Replies that are due and must not leave become drafts again, each with its reason; how many.

    One that a person was to post is called back from that person where the customer asked us to stop.
    """
    against = _hindrances(session)
    due = and_(Reply.state == ReplyState.QUEUED, Reply.not_before <= now, or_(*against.values()))
    asked_of_person = and_(Reply.state == ReplyState.BY_HAND, against[UNWANTED])
    hindered = and_(OUTBOX, Reply.state.in_(RECALLED), or_(due, asked_of_person))
    found = select(Reply.case_id, Reply.id, _why(against)).where(hindered).order_by(Reply.case_id, Reply.id).limit(CHUNK)
    return sum(_recall(session, *row, now=now) for row in session.execute(found).all())


def _why(against: Mapping[str, ColumnElement[bool]]) -> ColumnElement[str]:
    return sql_case(*((condition, reason) for reason, condition in against.items()), else_="")


def _hindrances(session: Session) -> Mapping[str, ColumnElement[bool]]:
    """By the words that the writer reads."""
    unwanted = exists().where(Case.id == Reply.case_id, Author.id == Case.author_id, Author.do_not_contact)
    of_customer = and_(Mention.case_id == Reply.case_id, ~Mention.is_own, Mention.deleted_at.is_(None))
    newer = exists().where(of_customer, Mention.id > func.coalesce(Reply.seen_mention_id, 0))
    called = (Mention.id == Reply.mention_id) & (Mention.case_id == Reply.case_id) & Mention.is_private & ~Mention.is_own
    gone = exists().where(Mention.id == Reply.mention_id, Mention.deleted_at.is_not(None))
    cold = and_(Reply.is_private, ~exists().where(called, Mention.deleted_at.is_(None)))
    return {
        UNWANTED: unwanted,
        COLD: cold,
        GONE: gone,
        STALE: newer,
        UNWELCOME: welcomes.is_unwelcome(),
        UNREAD: pending_approvals.lacks_approval(session),
    }


def _recall(session: Session, case_id: int, reply_id: int, reason: str, *, now: datetime) -> bool:
    case = case_to_change(session, case_id)
    waiting = select(Reply).where(Reply.id == reply_id, Reply.state.in_(RECALLED)).with_for_update()
    reply = session.scalar(waiting.execution_options(populate_existing=True))
    if reply is None or (reply.state == ReplyState.BY_HAND and reason != UNWANTED):
        return False
    if reply.state == ReplyState.BY_HAND:
        recall.tell(session, case, reply, by=None, now=now)
    recall.to_draft(session, reply, now=now, reason=reason)
    case.version += 1
    audit.record(session, "call_back", now=now, by=None, case_id=case_id, reply=reply_id, reason=reason)
    return True
