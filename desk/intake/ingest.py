"""What a look brought, stored as one: all of a page or nothing, and only while the lease is ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from desk.access import cases_to_change
from desk.cases import cases, opening
from desk.feeds import feed_shares
from desk.figures import rollups
from desk.intake import conversations, edits, erasure, gaps, link_hosts, looks, media, mentions, rechecks
from desk.intake.cleaning import Cleaned, Key, clean_post, newest_of_each, plain
from desk.intake.erasure import forget
from desk.intake.leases import LeasedFeed
from desk.intake.looks import Looked
from desk.intake.mentions import Catcher, Stored
from desk.post import Page, Post, Unreadable
from desk.replies import replies
from desk.settings import DeskSettings
from desk.sources import known
from storage.dialect import among, insert_new
from storage.models import Case, Feed, Mention, Reject
from storage.words import CaseStatus, LookResult

__all__ = ["Ingested", "Rejected", "forget", "import_posts", "record_failure", "record_page", "rejected", "reread", "take_in"]

STILL_UNREADABLE = "what could not be read before still stands there"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a page. `seen` counts its posts; `new` the mentions of customers that were not there before; `own` our own new posts.

    `joined` went to a case that is alive, and `reopened` counts those of them that woke a case which waited for the customer. `rejected` counts what
    could not be read, without what was set aside before; `detail` is what the look says of itself.
    """

    new: int
    seen: int
    joined: int
    reopened: int
    own: int
    rejected: int
    result: LookResult
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A post that could not be read when it came."""

    id: int
    raw: bytes
    error: str


def record_page(session: Session, leased: LeasedFeed, page: Page, *, settings: DeskSettings, now: datetime) -> Ingested:
    """Store a page: posts, catches, joins, rejects, coverage, costs, limits, counts, the cursor and the next poll.

    Raises LeaseLost when another worker has taken the feed over; then the transaction must end without a commit.
    """
    page = _without_known_rejects(session, leased.spec.id, page)
    result = page.result
    next_poll_at = looks.after_page(page, interval=timedelta(seconds=leased.spec.interval_s), now=now)
    # A page that names no place leaves the next look where this one began.
    cursor = leased.cursor if page.cursor is None else page.cursor
    looked = looks.end(session, leased, result=result, detail=page.detail, now=now, cursor=cursor, next_poll_at=next_poll_at)
    due = rechecks.first_due(leased.spec.source, settings, now=now)
    catcher = Catcher(looked.feed_id, looked.brand_id, leased.spec.source, leased.spec.site, due)
    wanted = (*page.posts, *conversations.going_on(session, leased.spec, page, now=now))
    posts, left_out = feed_shares.kept(session, leased.spec, wanted, settings=settings, now=now)
    ingested = _store(session, catcher, posts, page.rejects, result=result, settings=settings, now=now)
    _record_look(session, looked, page, ingested, now=now, left_out=left_out)
    gaps.record(session, leased, page, now=now)
    return replace(ingested, detail=page.detail)


def record_failure(
    session: Session, leased: LeasedFeed, *, result: LookResult, detail: str, retry_at: datetime | None, now: datetime
) -> datetime:
    """Write down a look that did not work; returns when the feed is looked at again. Raises LeaseLost.

    Without `retry_at` the feed waits longer after each failure in a row. A spent rate limit holds what it counts, a spent budget the whole credential;
    what of a day's own calls is spent holds nothing else: each feed says so itself.
    """
    looked = looks.end(session, leased, result=result, detail=detail, now=now)
    again = looks.after_failure(interval=looked.interval, error_count=looked.error_count, retry_at=retry_at, now=now)
    session.execute(update(Feed).where(Feed.id == looked.feed_id).values(next_poll_at=again))
    if leased.spec.kind not in known.of(leased.spec.source).calls_a_day:
        looks.hold(session, looked, result, until=again)
    looks.record_coverage(session, looked, result=result, detail=detail, now=now, retry_at=again)
    return again


def import_posts(
    session: Session,
    feed_id: int,
    posts: Sequence[Post],
    rejects: Sequence[Unreadable],
    *,
    settings: DeskSettings,
    now: datetime,
    detail: str = "import",
) -> Ingested:
    """Store posts from a file or a delivery in a feed. Safe to repeat: what is there already stays as it is. Raises NotFound."""
    looked, catcher = looks.of_feed(session, feed_id)
    result = LookResult.MALFORMED if rejects and not posts else LookResult.LOOKED
    ingested = _store(session, catcher, posts, rejects, result=result, settings=settings, now=now)
    session.execute(update(Feed).where(Feed.id == feed_id).values(last_look_at=now, last_result=result))
    _record_look(session, looked, Page(detail=detail), ingested, now=now)
    return ingested


def take_in(session: Session, feed_id: int, posts: Sequence[Post], *, settings: DeskSettings, now: datetime) -> Ingested:
    """Store posts that a platform told of by itself, beside the looks: it is no look, and says nothing of what came meanwhile. Raises NotFound."""
    _, catcher = looks.of_feed(session, feed_id)
    return _store(session, catcher, posts, (), result=LookResult.LOOKED, settings=settings, now=now)


def rejected(session: Session, feed_id: int, *, limit: int) -> list[Rejected]:
    """Posts of a feed that could not be read yet, oldest first."""
    unread = select(Reject).where(Reject.feed_id == feed_id, Reject.parsed_at.is_(None)).order_by(Reject.id).limit(limit)
    return [Rejected(row.id, row.raw, row.error) for row in session.scalars(unread)]


def reread(session: Session, feed_id: int, posts: Mapping[int, Post], *, settings: DeskSettings, now: datetime) -> Ingested:
    """Store posts that can be read now, by the id of their reject."""
    _, catcher = looks.of_feed(session, feed_id)
    ingested = _store(session, catcher, list(posts.values()), (), result=LookResult.LOOKED, settings=settings, now=now)
    theirs = update(Reject).where(among(session, Reject.id, list(posts)), Reject.feed_id == feed_id)
    session.execute(theirs.values(parsed_at=now).execution_options(synchronize_session=False))
    return ingested


def _store(
    session: Session,
    catcher: Catcher,
    posts: Sequence[Post],
    rejects: Sequence[Unreadable],
    *,
    result: LookResult,
    settings: DeskSettings,
    now: datetime,
) -> Ingested:
    cleaned = newest_of_each(clean_post(post, site=catcher.site, now=now) for post in posts)
    gone = [post.key for post in cleaned if post.post.deleted]
    doomed = sorted(mentions.ids(session, catcher.source, gone).values())
    stored = mentions.store(session, catcher, _living(session, catcher, cleaned, settings), doomed=doomed, now=now)
    edited = edits.apply(session, stored.edited, now=now)
    mentions.keep_raw(session, stored.new.items(), edited)
    link_hosts.note(session, stored.new.items())
    link_hosts.renote(session, edited)
    media.note(session, stored.new.items(), now=now)
    media.renote(session, edited, now=now)
    _keep_rejects(session, catcher, rejects, now=now)
    joined, reopened = _follow_up(session, stored, settings=settings, now=now)
    erased = erasure.erase(session, doomed, reason=erasure.DELETED, settings=settings, now=now)
    erasure.bury(session, catcher.source, gone, reason=erasure.DELETED, now=now)
    # Last: every ingest wants the same few rows of the current hour, and holds them until it commits.
    rollups.move(session, [*stored.changes, *erased])
    new = len(stored.new) - len(stored.own)
    return Ingested(new, len(cleaned), joined, reopened, len(stored.own), len(rejects), result)


def _living(session: Session, catcher: Catcher, posts: Sequence[Cleaned], settings: DeskSettings) -> list[Cleaned]:
    living = [post for post in posts if not post.post.deleted]
    keys = [(post.key, post.author_key) for post in living]
    buried = erasure.buried(session, catcher.source, keys, secret=settings.secret) if living else set[Key]()
    return [post for post in living if post.key not in buried]


def _without_known_rejects(session: Session, feed_id: int, page: Page) -> Page:
    """What was set aside before says nothing of this look: an item that cannot be read may stand on its platform for weeks."""
    if not page.rejects:
        return page
    digests = {_digest(item) for item in page.rejects}
    theirs = select(Reject.digest).where(Reject.feed_id == feed_id, among(session, Reject.digest, sorted(digests)))
    before = set(session.scalars(theirs))
    new = tuple(item for item in page.rejects if _digest(item) not in before)
    if len(new) == len(page.rejects):
        return page
    return replace(page, rejects=new, detail="; ".join(filter(None, (page.detail, STILL_UNREADABLE))))


def _digest(item: Unreadable) -> str:
    return sha256(item.raw).hexdigest()


def _keep_rejects(session: Session, catcher: Catcher, rejects: Sequence[Unreadable], *, now: datetime) -> None:
    rows = [
        {"feed_id": catcher.feed_id, "at": now, "digest": _digest(item), "raw": item.raw, "error": plain(item.error)} for item in rejects
    ]
    insert_new(session, Reject.__table__, rows, key=("feed_id", "digest"))


def _follow_up(session: Session, stored: Stored, *, settings: DeskSettings, now: datetime) -> tuple[int, int]:
    """In the order in which they were written: customers' posts join their live cases, our own posts answer them."""
    live = _going_on(session, _live_cases(session, stored.in_known_threads) | opening.live_cases_of_private(session, stored.private))
    touched = sorted({*live, *stored.own})
    rows = session.scalars(select(Mention).where(among(session, Mention.id, touched))).all() if touched else ()
    joined = reopened = 0
    for is_own, posts in groupby(sorted(rows, key=lambda row: (row.posted_at, row.id)), key=lambda row: row.id in stored.own):
        if is_own:
            for mention in posts:
                replies.own_post_seen(session, mention, settings=settings, now=now)
        else:
            joining = [(live[mention.id], mention) for mention in posts]
            joined, reopened = joined + len(joining), reopened + cases.join_all(session, joining, settings=settings, now=now)
    return joined, reopened


def _going_on(session: Session, live: Mapping[int, int]) -> dict[int, Case]:
    """The cases themselves, locked; one that was merged away is the case that took it in, unless that one is closed."""
    locked = cases_to_change(session, live.values())
    followed = {mention_id: cases.followed(session, locked[case_id]) for mention_id, case_id in live.items()}
    return {mention_id: case for mention_id, case in followed.items() if case.status != CaseStatus.CLOSED}


def _live_cases(session: Session, places: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """The case that goes on for each new mention's author and thread.

    A closed one is not among them, unless it was merged away: it comes back only when triage says that the post needs an answer.
    """
    if not places:
        return {}
    columns = (Case.id, Case.author_id, Case.thread_id)
    theirs = select(*columns).where(among(session, Case.author_id, sorted({author for author, _ in places.values()})))
    going_on = or_(Case.status != CaseStatus.CLOSED, Case.merged_into_id.is_not(None))
    # The last one counts: a live case before a merged one, of several that were split the first.
    ordered = theirs.where(going_on).order_by(Case.merged_into_id.is_(None), Case.split_no.desc(), Case.id.desc())
    found = {(row.author_id, row.thread_id): row.id for row in session.execute(ordered)}
    return {mention_id: found[place] for mention_id, place in places.items() if place in found}


def _record_look(session: Session, looked: Looked, page: Page, ingested: Ingested, *, now: datetime, left_out: int = 0) -> None:
    counts: dict[str, Any] = {"new": ingested.new, "seen": ingested.seen, "rejected": ingested.rejected, "retry_at": page.retry_at}
    counts["left_out"] = left_out
    looks.record_coverage(session, looked, result=ingested.result, detail=page.detail, now=now, **counts)
    looks.record_costs(session, looked, page.costs, now=now)
    looks.record_limits(session, looked, page.limits)
    if ingested.new:
        session.execute(update(Feed).where(Feed.id == looked.feed_id).values(last_new_at=now))
