"""Our own accounts' posts come back through the feeds: a reply of ours is recognised, an answer given elsewhere stops ours."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from desk import audit, states
from desk.access import case_to_change, reply_to_change
from desk.cases import upkeep
from desk.figures import answers
from desk.replies import paid, pending_approvals, saved_replies, wording
from desk.settings import DeskSettings
from storage.models import Author, Case, Mention, Reply, ReplyAccount
from storage.words import ReplyState

SKEW = timedelta(hours=2)
"""How far a platform's clock may be from ours: an own post older than a reply by more than this is not that reply."""

MAY_COME_BACK = (ReplyState.SENDING, ReplyState.UNCERTAIN, ReplyState.BY_HAND, ReplyState.FAILED)
"""A platform may also show what it said had failed."""


def own_post_seen(session: Session, mention: Mention, *, settings: DeskSettings, now: datetime) -> Case | None:
    """A post of one of our accounts was stored. Returns the case that it belongs to, None when it answers no case.

    It is a reply of ours by its id; else by account, place and text; else it is an answer that somebody gave in the platform's own app:
    it joins the case, stops its clock, and queued replies are cancelled, so that the customer is not answered twice.
    """
    accounts = _accounts(session, mention)
    known = _by_id(session, mention, accounts)
    if known is not None:
        return _recognise(session, mention, known.id, settings=settings, now=now)
    matching = _by_text(session, mention, accounts)
    if matching is not None:
        return _recognise(session, mention, matching.id, settings=settings, now=now)
    return _answered_elsewhere(session, mention, settings=settings, now=now)


def _accounts(session: Session, mention: Mention) -> Sequence[int]:
    author = session.get_one(Author, mention.author_id)
    same_place = (ReplyAccount.source == mention.source) & (ReplyAccount.site == mention.site)
    is_author = or_(ReplyAccount.external_id == author.external_id, func.lower(ReplyAccount.handle) == author.handle.lower())
    return session.scalars(select(ReplyAccount.id).where(same_place, is_author)).all()


def _by_id(session: Session, mention: Mention, accounts: Sequence[int]) -> Reply | None:
    return session.scalar(select(Reply).where(Reply.reply_account_id.in_(accounts), Reply.external_id == mention.external_id))


def _by_text(session: Session, mention: Mention, accounts: Sequence[int]) -> Reply | None:
    """The reply that this post is: same words in the same place; one that was to be posted by hand may have been reworded there."""
    awaited = or_(Reply.state.in_(MAY_COME_BACK), and_(Reply.state == ReplyState.SENT, Reply.external_id.is_(None)))
    asked = select(Reply, Mention.external_id).join(Mention, Mention.id == Reply.mention_id).where(awaited)
    here = asked.where(
        Reply.reply_account_id.in_(accounts), Mention.thread_id == mention.thread_id, Reply.queued_at <= mention.posted_at + SKEW
    )
    found = [(reply, parent == mention.parent_external_id) for reply, parent in session.execute(here.order_by(Reply.id)).all()]
    same = [pair for pair in found if wording.says_the_same(pair[0].text, mention.text)]
    reworded = [pair for pair in found if pair[1] and pair[0].state == ReplyState.BY_HAND]
    best = sorted(same, key=lambda pair: not pair[1]) or reworded
    return best[0][0] if best else None


def _recognise(session: Session, mention: Mention, reply_id: int, *, settings: DeskSettings, now: datetime) -> Case:
    case, reply = reply_to_change(session, reply_id)
    mention.case_id = case.id
    was = reply.state
    reply.external_id, reply.url = reply.external_id or mention.external_id, mention.url or reply.url
    if was == ReplyState.SENT:
        reply.proof = "timeline"
        return case
    if was in {ReplyState.SENDING, ReplyState.UNCERTAIN}:
        paid.stands(session, reply, now=now)
    states.become(reply, ReplyState.SENT)
    reply.sent_at, reply.proof, reply.reason = mention.posted_at, "timeline", ""
    reply.not_before = None  # the lease stays: its worker may still report what the sending cost
    saved_replies.count_use(session, reply)
    answers.note(session, case, at=min(mention.posted_at, now), person_id=reply.person_id)
    upkeep.answered(session, case, at=min(mention.posted_at, now), unanswered=upkeep.posts_after(reply.seen_mention_id))
    upkeep.renew(session, case, settings=settings)
    audit.record(session, "sent", now=now, by=None, case_id=case.id, reply=reply.id, seen_as=mention.id, was=was.value)
    return case


def _answered_elsewhere(session: Session, mention: Mention, *, settings: DeskSettings, now: datetime) -> Case | None:
    case_id = _case_answered(session, mention)
    if case_id is None:
        return None
    case = case_to_change(session, case_id)
    mention.case_id = case.id
    cancelled = _cancel_queued(session, case, mention)
    pending_approvals.void(session, [case.id], words="our account answered there in the meantime", now=now)
    if case.waiting_since is not None and _answers_what_waits(session, case, mention):
        unanswered = and_(Mention.seen_at >= case.waiting_since, Mention.posted_at > mention.posted_at)
        answers.note(session, case, at=min(mention.posted_at, now), person_id=None)
        upkeep.answered(session, case, at=min(mention.posted_at, now), unanswered=unanswered)
        upkeep.renew(session, case, settings=settings)
    audit.record(session, "answered_elsewhere", now=now, by=None, case_id=case.id, mention=mention.id, cancelled=cancelled)
    return case


def _case_answered(session: Session, mention: Mention) -> int | None:
    """The case of the post that this one answers; else of the customer that it addresses, or the only one that is live in its thread."""
    parent = (Mention.source == mention.source) & (Mention.site == mention.site) & (Mention.external_id == mention.parent_external_id)
    if mention.is_private:
        return _case_of_conversation(session, mention)
    answered = session.scalar(select(Mention.case_id).where(parent)) if mention.parent_external_id else None
    if answered is not None:
        return answered
    live = select(Case.id, Author.handle, Case.opening_mention_id).join(Author, Author.id == Case.author_id)
    cases = session.execute(live.where(Case.thread_id == mention.thread_id, Case.status.in_(states.LIVE)).order_by(Case.id)).all()
    addressed = [case.id for case in cases if case.handle.lower() in mention.addressed]
    chosen = addressed or ([case.id for case in cases] if len(cases) == 1 else [])
    return chosen[0] if chosen else None


def _case_of_conversation(session: Session, mention: Mention) -> int | None:
    """The case of the customer's last message in the same conversation: it need not be one of this thread."""
    theirs = select(Mention.case_id).where(Mention.thread_id == mention.thread_id, Mention.is_private, ~Mention.is_own)
    return session.scalar(theirs.where(Mention.case_id.is_not(None)).order_by(Mention.posted_at.desc(), Mention.id.desc()).limit(1))


def _answers_what_waits(session: Session, case: Case, mention: Mention) -> bool:
    """Not so for an answer to what was settled long ago, which a feed that reads backwards brings late."""
    of_customer = (Mention.case_id == case.id) & ~Mention.is_own & (Mention.seen_at >= case.waiting_since)
    before = select(Mention.id).where(of_customer, Mention.posted_at <= mention.posted_at)
    return session.scalar(before.limit(1)) is not None


def _cancel_queued(session: Session, case: Case, mention: Mention) -> int:
    """Queued replies to posts that are older than this answer, and that would be read by the same people."""
    older = (Mention.posted_at <= mention.posted_at) & (Mention.is_private == mention.is_private)
    asked = select(Reply).join(Mention, Mention.id == Reply.mention_id).where(older)
    waiting = asked.where(Reply.case_id == case.id, Reply.state == ReplyState.QUEUED).with_for_update(of=Reply)
    replies = session.scalars(waiting.execution_options(populate_existing=True)).all()
    for reply in replies:
        states.become(reply, ReplyState.CANCELLED)
        reply.reason = f"our account answered there already: {mention.url}" if mention.url else "our account answered there already"
        reply.not_before = None
    return len(replies)
