"""What must be true before a reply may leave: nobody asked us to stop, nobody answered, the customer said nothing new, the words fit."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import platforms, states
from desk.access import name_of, owned_since
from desk.cases import contact, upkeep
from desk.errors import AlreadyAnswered, Invalid, Stale
from desk.replies import wording
from desk.sources import known
from storage.models import Case, Mention, Person, Reply, ReplyAccount
from storage.words import Capability, ReplyState

MOST_BELOW = 20
"""Replies of ours that are looked at below one post."""


def mention_to_answer(session: Session, case: Case, mention_id: int | None) -> Mention:
    """The post that a reply answers: the chosen one of this case, else the customer's latest."""
    mention = session.get(Mention, mention_id or case.latest_mention_id, populate_existing=True)
    if mention is None or mention.case_id != case.id or mention.is_own:
        raise Invalid("Choose a post that this customer wrote in this case")
    if mention.deleted_at is not None:
        raise Invalid("Its author deleted this post: it cannot be answered any more")
    return mention


def account_to_answer(session: Session, case: Case, account_id: int) -> ReplyAccount:
    """The account, if it may answer here: a reply leaves only through an account of the case's brand, on its source and site."""
    account = session.get(ReplyAccount, account_id, populate_existing=True)
    if account is None or not account.active:
        raise Invalid("There is no such reply account any more: choose another")
    if account.brand_id != case.brand_id:
        raise Invalid(f"@{account.handle} answers for another brand")
    if (account.source, account.site) != (case.source, case.site):
        where = f"{account.source} {account.site}".strip()
        raise Invalid(f"@{account.handle} answers on {where}, this customer wrote on {f'{case.source} {case.site}'.strip()}")
    return account


def capability(mention: Mention, account: ReplyAccount) -> tuple[Capability, str]:
    """How this account can answer this post, and why not better."""
    if mention.capability != Capability.API or not known.of(account.source).only_when_addressed:
        return mention.capability, mention.capability_reason
    if account.handle.lstrip("@").lower() in mention.addressed:
        return Capability.API, ""
    return Capability.LINK, f"The post does not mention @{account.handle}: the platform lets it be answered there, not by API"


def require_words(text: str, account: ReplyAccount, *, is_private: bool = False) -> None:
    """Raises Invalid for a text that must not leave: empty, unfinished, too long for the platform."""
    if not text.strip():
        raise Invalid("The reply is empty")
    left = wording.placeholders(text)
    if left:
        raise Invalid(f"Fill in {', '.join(left)} first")
    limit = platforms.limit(account.source, is_private=is_private)
    length = platforms.length(account.source, text, is_private=is_private)
    if limit is not None and length > limit:
        raise Invalid(f"{length - limit} characters too long: {account.source} takes {limit}, this has {length}")


def require_contact(session: Session, case: Case) -> None:
    """Raises DoNotContact for an author who asked us to stop."""
    contact.require(session, case.author_id, proactive=False)


def require_fresh(session: Session, case: Case, *, seen_mention_id: int | None) -> None:
    """Raises Stale when the customer wrote something that the writer of the reply has not seen."""
    theirs = (Mention.case_id == case.id) & ~Mention.is_own & Mention.deleted_at.is_(None)
    newest = session.scalar(select(Mention.id).where(theirs, upkeep.posts_after(seen_mention_id)).order_by(Mention.id.desc()).limit(1))
    if newest is not None:
        raise Stale(f"{case.author_name} wrote again: read it before you answer", current=newest)


def require_unanswered(
    session: Session,
    case: Case,
    mention: Mention,
    *,
    text: str,
    seen_mention_id: int | None,
    seen_reply_id: int | None,
    by: Person,
    but: int | None,
) -> None:
    """Raises AlreadyAnswered when an answer of ours stands there, or is on its way, that the writer cannot have seen. `but`: the reply itself."""
    there = _replies_to(session, mention)
    _refuse_second(session, there, but=but)
    _refuse_other_post(session, case, seen_mention_id=seen_mention_id, by=by)
    for sent in [reply for reply in there if reply.state == ReplyState.SENT]:
        if wording.says_the_same(sent.text, text):
            raise AlreadyAnswered("This was sent already, word for word")
        if sent.person_id != by.id and _is_news(session, case, sent, seen_reply_id):
            raise AlreadyAnswered(f"{name_of(session, sent.person_id) or 'Somebody'} answered {_ago(sent.sent_at)}: read it first")


def _replies_to(session: Session, mention: Mention) -> Sequence[Reply]:
    """What is on its way to this post, then what stands below it, the newest first."""
    there = select(Reply).where(Reply.mention_id == mention.id, Reply.state.in_((*states.UNDER_WAY, ReplyState.SENT)))
    return session.scalars(there.order_by(Reply.state == ReplyState.SENT, Reply.id.desc()).limit(MOST_BELOW)).all()


def _refuse_second(session: Session, there: Sequence[Reply], *, but: int | None) -> None:
    other = next((reply for reply in there if reply.state in states.UNDER_WAY and reply.id != but), None)
    if other is not None:
        whose = name_of(session, other.person_id) or "somebody"
        raise AlreadyAnswered(f"A reply by {whose} to this post is {states.words(other.state)}: wait for its end, or take it back")


def _refuse_other_post(session: Session, case: Case, *, seen_mention_id: int | None, by: Person) -> None:
    ours = (Mention.case_id == case.id) & Mention.is_own & Mention.deleted_at.is_(None)
    known = select(Reply.external_id).where(Reply.case_id == case.id, Reply.person_id == by.id, Reply.external_id.is_not(None))
    elsewhere = select(Mention.id).where(ours, upkeep.posts_after(seen_mention_id), Mention.external_id.not_in(known))
    if session.scalar(elsewhere.limit(1)) is not None:
        raise AlreadyAnswered("Our account answered in the meantime: read it first")


def _is_news(session: Session, case: Case, sent: Reply, seen_reply_id: int | None) -> bool:
    """Whether a colleague's answer went out after this person took the case, and was not on the screen yet."""
    if seen_reply_id is not None:
        return sent.id > seen_reply_id
    since = owned_since(session, case.id)
    return since is None or sent.sent_at is None or sent.sent_at >= since


def _ago(at: datetime | None) -> str:
    return f"at {at:%H:%M} UTC" if at else "already"
