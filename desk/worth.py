"""Which mentions a person should see, and which feed's brand answers them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import cases
from desk.authors import bare
from storage.models import Brand, Case, Catch, Feed, Mention, ReplyAccount
from storage.words import BrandKind, Flag, Intent, Urgency

COMES_BACK = timedelta(days=14)
"""For so long after a case was closed, a post in its thread belongs to it and brings it back."""

BY_KIND = (BrandKind.OWN, BrandKind.TOPIC, BrandKind.COMPETITOR)


def needs_eyes(mention: Mention) -> bool:
    """Whether a triaged mention should become a case: it needs a reply, hours matter, or the engine is not sure. Sure spam never does."""
    if mention.flag in {Flag.UNSURE, Flag.FAILED, Flag.UNTRIAGED}:
        return True
    return mention.intent != Intent.SPAM and (bool(mention.needs_reply) or mention.urgency == Urgency.HIGH)


def feed_that_answers(session: Session, mention: Mention) -> int | None:
    """The feed whose brand answers this mention, our own brands first. None when it is talk about a competitor that does not address us."""
    caught = select(Feed.id, Brand.kind).join(Brand, Brand.id == Feed.brand_id).join(Catch, Catch.feed_id == Feed.id)
    feeds = session.execute(caught.where(Catch.mention_id == mention.id).order_by(Feed.id)).all()
    first = min(feeds, key=lambda feed: BY_KIND.index(feed.kind), default=None)
    if first is None:
        return None
    if first.kind != BrandKind.COMPETITOR:
        return int(first.id)
    brand_id = _brand_addressed(session, mention)
    return None if brand_id is None else _feed_of(session, mention, brand_id) or int(first.id)


def case_that_goes_on(session: Session, mention: Mention, *, now: datetime) -> Case | None:
    """The case that this mention belongs to: the live one of its author and thread, or one that was closed lately."""
    case = cases.latest_case(session, mention.author_id, mention.thread_id)
    if case is None or case.closed_at is None or case.merged_into_id is not None:
        return case
    return case if now - case.closed_at <= COMES_BACK else None


def _brand_addressed(session: Session, mention: Mention) -> int | None:
    here = (ReplyAccount.source == mention.source) & (ReplyAccount.site == mention.site) & ReplyAccount.active
    ours = select(ReplyAccount.brand_id, ReplyAccount.handle).join(Brand, Brand.id == ReplyAccount.brand_id)
    accounts = session.execute(ours.where(here, Brand.kind == BrandKind.OWN).order_by(ReplyAccount.position, ReplyAccount.id)).all()
    return next((int(account.brand_id) for account in accounts if bare(account.handle) in mention.addressed), None)


def _feed_of(session: Session, mention: Mention, brand_id: int) -> int | None:
    """A feed of the addressed brand in the same place: the case belongs to who was addressed, not to who was talked about."""
    here = (Feed.source == mention.source) & (Feed.brand_id == brand_id) & ~Feed.retired
    return session.scalar(select(Feed.id).where(here).order_by(Feed.site != mention.site, Feed.id).limit(1))
