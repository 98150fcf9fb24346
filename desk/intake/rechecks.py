"""Posts that were heard are asked for again: what was deleted there is erased here, what was edited is triaged anew.

When is data on the mention's row: some days after it was seen, each time once, in batches of what a platform tells in one call.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desk import platforms
from desk.errors import Invalid, NotFound
from desk.figures import rollups
from desk.intake import edits, erasure, media, mentions
from desk.intake.cleaning import clean_post, newest_of_each
from desk.intake.leases import spec_of
from desk.intake.looks import CREDENTIAL_WAITS
from desk.money import call_limits, ledger, thrift
from desk.money.ledger import Payer
from desk.post import FeedSpec, Limits, OutgoingReply, Post, Spent
from desk.settings import DeskSettings
from storage.dialect import among, lease
from storage.models import Catch, Credential, Feed, Mention
from storage.words import BudgetPart, LookResult, Way

AGAIN = timedelta(hours=1)
TOGETHER = timedelta(hours=3)
DAY_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
STANDS = Mention.deleted_at.is_(None)


@dataclass(frozen=True, slots=True)
class Batch:
    """Mentions of one place that one call asks for: their feed as its source needs it, and each external id with its mention and when that was seen."""

    spec: FeedSpec
    site: str
    credential_id: int | None
    mentions: Mapping[str, tuple[int, datetime]]

    @property
    def payer(self) -> Payer:
        return Payer(self.credential_id, BudgetPart.RECHECKS, feed_id=self.spec.id or None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the source said: posts as they stand now, or marked as deleted; of whom nothing is said nobody could tell."""

    posts: tuple[Post, ...] = ()
    costs: tuple[Spent, ...] = ()
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Became:
    """How many were deleted and how many say something else; `told`: of how many the platform said anything."""

    gone: int
    edited: int
    told: int = 0


def first_due(source: str, settings: DeskSettings, *, now: datetime) -> datetime | None:
    """When a post that is seen now is asked for first; None for a source that cannot be asked."""
    return next_due(source, now, settings, now=now) if platforms.recheck(source) else None


def next_due(source: str, seen_at: datetime, settings: DeskSettings, *, now: datetime) -> datetime | None:
    """When a post is asked for the next time; None when it was asked for often enough."""
    due = next((seen_at + after for after in settings.recheck_after if seen_at + after > now), None)
    return together(source, due) if due is not None else None


def together(source: str, due: datetime) -> datetime:
    """The same where each call tells of one post; else the hour at which all are asked for that are due by then."""
    asked = platforms.recheck(source)
    return due + (DAY_ZERO - due) % TOGETHER if asked is not None and asked.together else due


def lease_due(session: Session, *, now: datetime, until: datetime, of: str | None = None, but: Sequence[str] = ()) -> list[Batch] | None:
    """Take the mentions of one place that are due longest, as many as one call tells; what the budget or a rate limit forbids waits.

    None: nothing is due. `of`: of this source alone; `but`: of none of these.
    """
    due = (Mention.recheck_at <= now) & STANDS
    theirs = due & (Mention.source == of) if of else due & Mention.source.not_in(but)
    place = session.execute(select(Mention.source, Mention.site).where(theirs).order_by(Mention.recheck_at, Mention.id).limit(1)).first()
    if place is None:
        return None
    columns, asked = Mention.__table__.c, platforms.recheck(place.source)
    rows = lease(
        session,
        Mention.__table__,
        due=due & (Mention.source == place.source) & (Mention.site == place.site),
        order=columns.recheck_at,
        limit=asked.at_once if asked else 1,
        change={"recheck_at": until},
        returning=[columns.id, columns.external_id, columns.seen_at],
    )
    return [batch for batch in _batches(session, place.site, rows) if not _waits(session, batch, now=now)]


def batch_of(session: Session, mention_id: int, *, now: datetime) -> Batch:
    """One mention that somebody wants to know of now. Raises NotFound, Invalid where nobody can ask, or nothing may be spent on it."""
    asked = select(Mention.id, Mention.external_id, Mention.seen_at, Mention.source, Mention.site, Mention.is_private)
    row = session.execute(asked.where(Mention.id == mention_id, STANDS)).first()
    if row is None:
        raise NotFound("There is no such mention")
    if platforms.recheck(row.source) is None or row.is_private:
        raise Invalid("Posts of this kind cannot be asked for again")
    batch = next(iter(_batches(session, row.site, [row])), None)
    if batch is None:
        raise Invalid("No feed listens there any more: nobody can ask for this post again")
    if thrift.way(session, batch.credential_id, BudgetPart.RECHECKS, now=now) is not Way.FULL:
        raise Invalid("The budget lets no post be asked for again now")
    return batch


def done(session: Session, batch: Batch, asked: Asked, *, settings: DeskSettings, now: datetime) -> Became:
    """Store what the source said; the batch is due again by its age."""
    became = record(session, batch.spec.source, batch.site, asked.posts, settings=settings, now=now)
    by_due: dict[datetime | None, list[int]] = defaultdict(list)
    for mention_id, seen_at in batch.mentions.values():
        by_due[next_due(batch.spec.source, seen_at, settings, now=now)].append(mention_id)
    for due, mention_ids in by_due.items():
        _put_off(session, mention_ids, due)
    ledger.enter(session, batch.payer, asked.costs, now=now)
    if batch.credential_id is not None:
        call_limits.note(session, (batch.credential_id, _calls(batch.spec.source)), asked.limits)
    return became


def put_off(session: Session, batch: Batch, *, until: datetime | None, now: datetime, result: LookResult | None = None) -> None:
    """It did not work: all of it is due then, in an hour where nobody said when. A spent limit holds what it counts, spent money the credential."""
    _put_off(session, [mention_id for mention_id, _ in batch.mentions.values()], until or now + AGAIN)
    if result in CREDENTIAL_WAITS and until is not None and batch.credential_id is not None:
        calls = _calls(batch.spec.source) if result is LookResult.THROTTLED else call_limits.WHOLE
        call_limits.hold(session, (batch.credential_id, calls), until=until)


def record(session: Session, source: str, site: str, posts: Sequence[Post], *, settings: DeskSettings, now: datetime) -> Became:
    """Bring mentions that are stored up to date with what their source says now; posts that are not stored stay unknown."""
    cleaned = newest_of_each(clean_post(post, site=site, now=now) for post in posts)
    known = mentions.ids(session, source, [post.key for post in cleaned])
    session.execute(
        select(Mention.id).where(among(session, Mention.id, sorted(known.values()))).order_by(Mention.id).with_for_update(key_share=True)
    )
    living = {known[post.key]: post for post in cleaned if post.key in known and not post.post.deleted}
    doomed = sorted(known[post.key] for post in cleaned if post.key in known and post.post.deleted)
    edited = edits.apply(session, living, now=now)
    mentions.keep_raw(session, (), edited)
    media.renote(session, edited, now=now)
    rollups.move(session, erasure.erase(session, doomed, reason=erasure.DELETED, settings=settings, now=now))
    return Became(len(doomed), len(edited), len(living) + len(doomed))


def _batches(session: Session, site: str, rows: Sequence[Any]) -> list[Batch]:
    """One for each credential, or each feed where that says how; what no feed listens to any more is not asked for."""
    ids = [row.id for row in rows]
    feeds = select(Catch.mention_id, func.min(Feed.id)).join(Feed, Feed.id == Catch.feed_id)
    theirs = feeds.where(among(session, Catch.mention_id, ids), ~Feed.retired, Feed.enabled).group_by(Catch.mention_id)
    feed_of = {row[0]: row[1] for row in session.execute(theirs)}
    _put_off(session, [mention_id for mention_id in ids if mention_id not in feed_of], None)
    heard = select(Feed.id, Feed.credential_id, Feed.source).where(among(session, Feed.id, sorted(set(feed_of.values()))))
    who = {row.id: (row.credential_id, row.id if _is_by_feed(row.source) else 0) for row in session.execute(heard)}
    grouped: dict[tuple[int | None, int], list[Any]] = defaultdict(list)
    for row in rows:
        if row.id in feed_of:
            grouped[who[feed_of[row.id]]].append(row)
    return [
        Batch(spec_of(session, feed_of[group[0].id]), site, credential_id, {row.external_id: (row.id, row.seen_at) for row in group})
        for (credential_id, _), group in grouped.items()
    ]


def _is_by_feed(source: str) -> bool:
    asked = platforms.recheck(source)
    return asked is not None and asked.by_feed


def _waits(session: Session, batch: Batch, *, now: datetime) -> bool:
    if thrift.way(session, batch.credential_id, BudgetPart.RECHECKS, now=now) is not Way.FULL:
        put_off(session, batch, until=now + AGAIN, now=now)
        return True
    calls = (batch.credential_id, _calls(batch.spec.source)) if batch.credential_id else None
    until = call_limits.waits_until(session, calls, now=now) if calls else None
    if until is not None:
        put_off(session, batch, until=until, now=now)
    return until is not None


def _calls(source: str) -> str:
    return call_limits.calls_of(source, call_limits.RECHECK)


def _put_off(session: Session, mention_ids: Sequence[int], due: datetime | None) -> None:
    if mention_ids:
        theirs = update(Mention).where(among(session, Mention.id, sorted(mention_ids)), STANDS)
        session.execute(theirs.values(recheck_at=due).execution_options(synchronize_session=False))


def may_ask_before(session: Session, reply: OutgoingReply, *, now: datetime) -> int | None:
    """The credential that asks what became of the post that a reply answers; None where nobody can ask, or nothing may be spent on it."""
    if platforms.recheck(reply.source) is None or reply.is_private or reply.credential is None:
        return None
    credential_id = session.scalar(select(Credential.id).where(Credential.name == reply.credential))
    if credential_id is None or call_limits.waits_until(session, (credential_id, _calls(reply.source)), now=now):
        return None
    return credential_id if thrift.way(session, credential_id, BudgetPart.RECHECKS, now=now) is Way.FULL else None
