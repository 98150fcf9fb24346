"""Which mentions a person should see, and which feed's brand answers them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from desk.cases import cases
from desk.intake.authors import bare
from desk.noise import mute_matching
from desk.noise.mute_matching import Fitting
from desk.post import REPOST
from storage.dialect import among, among_given, given, is_sqlite
from storage.models import Author, Brand, Case, Catch, Feed, Mention, ReplyAccount
from storage.words import BrandKind, Flag, Intent, Urgency

COMES_BACK = timedelta(days=14)
"""For so long after a case was closed, a post in its thread belongs to it and brings it back."""

BY_KIND = (BrandKind.OWN, BrandKind.TOPIC, BrandKind.COMPETITOR)


@dataclass(frozen=True, slots=True)
class AtHand:
    """What the cases of a batch of mentions need, read at once instead of once for each.

    `answering`: the feed whose brand answers each mention; talk about a competitor that does not address us is not among them.
    `authors` have, or had, a case; `writers`: who wrote them. `rows` only keeps feeds in the session. `muted`: which mutes fit them.
    """

    answering: Mapping[int, int]
    authors: set[int]
    writers: Mapping[int, Author]
    rows: tuple[object, ...]
    muted: Fitting


def needs_eyes(mention: Mention) -> bool:
    """Whether a triaged mention should become a case: it needs a reply, hours matter, or the engine is not sure. Sure spam never does.

    A repost does only when hours matter or nobody is sure: who passes something on waits for no reply. Whoever writes to us in private is answered, whatever an engine thinks of it.
    """
    if mention.is_private:
        return True
    if mention.flag in {Flag.UNSURE, Flag.FAILED, Flag.UNTRIAGED}:
        return True
    is_urgent = Urgency.HIGH in {mention.urgency, mention.ruled_urgency}
    return mention.intent != Intent.SPAM and (is_urgent or (bool(mention.needs_reply) and mention.kind != REPOST))


def is_muted(mention: Mention) -> bool:
    """Whether this mention opens no case: a rule says so, or it is probably not about us.

    Not where somebody needs an answer and hours matter: an edit may have made it so.
    """
    is_emergency = bool(mention.needs_reply) and Urgency.HIGH in {mention.urgency, mention.ruled_urgency}
    is_out = mention.muted_by_id is not None or mention.aside_by_id is not None
    return is_out and not is_emergency and not mention.is_private


def at_hand(session: Session, mentions: Sequence[Mention], *, now: datetime) -> AtHand:
    """Read what `case_that_goes_on` and opening a case ask for."""
    author_ids = sorted({mention.author_id for mention in mentions})
    answering = _answering(session, mentions)
    asked, theirs = _asked(is_sqlite(session)), {"given": given(session, author_ids)}
    authors = session.scalars(asked.authors, theirs).all()
    feeds = session.scalars(asked.feeds, {"given": given(session, sorted(set(answering.values())))}).all()
    with_case = session.scalars(asked.with_case, theirs)
    brands = {feed.id: feed.brand_id for feed in feeds}
    muted = mute_matching.fitting(session, mentions, {mention_id: brands[feed_id] for mention_id, feed_id in answering.items()}, now=now)
    return AtHand(answering, set(with_case), {author.id: author for author in authors}, tuple(feeds), muted)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Statements that are built once: triage asks them of each batch."""

    caught: Select[Any]
    authors: Select[Any]
    feeds: Select[Any]
    with_case: Select[Any]


@cache
def _asked(sqlite: bool) -> _Asked:
    these = partial(among_given, "given", sqlite=sqlite)
    columns: list[Any] = [Catch.mention_id, Feed.id, Brand.kind]
    caught = select(*columns).join(Feed, Feed.id == Catch.feed_id).join(Brand, Brand.id == Feed.brand_id)
    return _Asked(
        caught.where(these(Catch.mention_id)).order_by(Feed.id),
        select(Author).where(these(Author.id)),
        select(Feed).where(these(Feed.id)),
        select(Case.author_id).where(these(Case.author_id)).distinct(),
    )


def case_that_goes_on(session: Session, mention: Mention, known: AtHand, *, now: datetime) -> Case | None:
    """The case that this mention belongs to: the live one of its author and thread, or one that was closed lately."""
    if mention.author_id not in known.authors:
        return None
    case = cases.latest_case_of(session, mention)
    if case is None or case.closed_at is None or case.merged_into_id is not None:
        return case
    return case if now - case.closed_at <= COMES_BACK else None


def answered(session: Session, mention_ids: Sequence[int]) -> set[int]:
    """Those of these mentions that some brand answers."""
    columns: list[Any] = [Mention.id, Mention.source, Mention.site, Mention.addressed]
    rows = session.execute(select(*columns).where(among(session, Mention.id, mention_ids))).all()
    return set(_answering(session, rows))


def _answering(session: Session, mentions: Sequence[Any]) -> dict[int, int]:
    by_mention: dict[int, list[Any]] = {}
    for row in session.execute(_asked(is_sqlite(session)).caught, {"given": given(session, [m.id for m in mentions])}):
        by_mention.setdefault(row.mention_id, []).append(row)
    chosen = ((mention.id, _feed_that_answers(session, mention, by_mention.get(mention.id, ()))) for mention in mentions)
    return {mention_id: feed_id for mention_id, feed_id in chosen if feed_id is not None}


def _feed_that_answers(session: Session, mention: Mention, feeds: Iterable[Any]) -> int | None:
    """Our own brands first."""
    first = min(feeds, key=lambda feed: BY_KIND.index(feed.kind), default=None)
    if first is None:
        return None
    if first.kind != BrandKind.COMPETITOR:
        return int(first.id)
    brand_id = _brand_addressed(session, mention) if mention.addressed else None
    return None if brand_id is None else _feed_of(session, mention, brand_id) or int(first.id)


def _brand_addressed(session: Session, mention: Mention) -> int | None:
    here = (ReplyAccount.source == mention.source) & (ReplyAccount.site == mention.site) & ReplyAccount.active
    ours = select(ReplyAccount.brand_id, ReplyAccount.handle).join(Brand, Brand.id == ReplyAccount.brand_id)
    accounts = session.execute(ours.where(here, Brand.kind == BrandKind.OWN).order_by(ReplyAccount.position, ReplyAccount.id)).all()
    return next((int(account.brand_id) for account in accounts if bare(account.handle) in mention.addressed), None)


def is_addressed(session: Session, mention: Mention) -> bool:
    """Whether it names an account that one of our brands answers from."""
    return bool(mention.addressed) and _brand_addressed(session, mention) is not None


def _feed_of(session: Session, mention: Mention, brand_id: int) -> int | None:
    """A feed of the addressed brand in the same place: the case belongs to who was addressed, not to who was talked about."""
    here = (Feed.source == mention.source) & (Feed.brand_id == brand_id) & ~Feed.retired
    return session.scalar(select(Feed.id).where(here).order_by(Feed.site != mention.site, Feed.id).limit(1))
