"""Pictures of posts: noted when the post is stored, fetched by the listener, shown by the board, erased with the mention."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import Session, defer

from desk.cases import privacy
from desk.errors import LeaseLost, NotFound
from desk.intake.cleaning import Cleaned, plain
from desk.intake.leases import spec_of
from desk.intake.pictures import Picture
from desk.people import people
from desk.post import FeedSpec, PostMedia
from storage import dialect
from storage.dialect import among, among_given, given, insert_all, is_sqlite
from storage.models import Catch, Media, Mention, Person
from storage.models.answers import TO_FETCH
from storage.words import MediaKind, MediaState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_PER_POST = 10
LONGEST_URL = 2_000
LONGEST_ALT = 2_000
LONGEST_ERROR = 300

PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""How long a picture rests after each look that did not work; after the last one it has failed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to fetch. `feed` is one that caught its post: it says where such pictures may lie."""

    id: int
    url: str
    feed: FeedSpec
    attempt: int


@dataclass(frozen=True, slots=True)
class MediaView:
    """A picture of a post as the board draws it; its bytes have a route of their own."""

    id: int
    kind: MediaKind
    state: MediaState
    alt: str
    error: str
    width: int | None
    height: int | None


def note(session: Session, posts: Iterable[tuple[int, Cleaned]], *, now: datetime) -> None:
    """Note the pictures of new posts: each waits to be fetched."""
    rows = [row for mention_id, post in sorted(posts, key=lambda pair: pair[0]) for row in _rows(mention_id, post.post.media, now)]
    insert_all(session, Media.__table__, rows)


def renote(session: Session, posts: Iterable[tuple[int, Cleaned]], *, now: datetime) -> None:
    """Posts that were edited: pictures that are not in them any more are erased, new ones wait."""
    for mention_id, post in posts:
        standing = session.execute(select(Media.kind, Media.url).where(Media.mention_id == mention_id).order_by(Media.position)).all()
        rows = _rows(mention_id, post.post.media, now)
        if [(row["kind"], row["url"]) for row in rows] != [tuple(row) for row in standing]:
            erase(session, [mention_id])
            insert_all(session, Media.__table__, rows)


def erase(session: Session, mention_ids: Sequence[int]) -> None:
    """Nothing is left of the pictures of these mentions; a worker that is fetching one finds no row any more."""
    session.execute(delete(Media).where(among(session, Media.mention_id, mention_ids)).execution_options(synchronize_session=False))


def lease_due(session: Session, owner: str, *, now: datetime, limit: int, lease: timedelta) -> list[Wanted]:
    """Pictures to fetch now, each by one worker only."""
    table = Media.__table__
    due = TO_FETCH & (Media.next_at <= now) & or_(Media.lease_until.is_(None), Media.lease_until <= now)
    change = {"lease_owner": owner[:64], "lease_until": now + lease, "attempt": table.c.attempt + 1}
    columns = [table.c.id, table.c.mention_id, table.c.url, table.c.attempt]
    session.flush()
    _give_up(session, now=now)
    rows = dialect.lease(session, table, due=due, order=Media.next_at.asc(), limit=limit, change=change, returning=columns)
    caught = _feeds(session, [row.mention_id for row in rows])
    return [Wanted(row.id, row.url, caught[row.mention_id], row.attempt) for row in rows]


def _give_up(session: Session, *, now: datetime) -> None:
    """A picture whose worker died each time may be what kills it."""
    worn_out = TO_FETCH & (Media.attempt > len(PAUSES)) & (Media.lease_until <= now)
    failed = {
        "state": MediaState.FAILED,
        "error": "fetching it never came to an end",
        "next_at": None,
        "lease_owner": None,
        "lease_until": None,
    }
    session.execute(update(Media).where(worn_out).values(**failed).execution_options(synchronize_session=False))


def ready(session: Session, media_id: int, picture: Picture, *, owner: str, now: datetime) -> None:
    """Keep the picture that we wrote from what was fetched. Raises LeaseLost, also when its post was erased meanwhile."""
    told = {"media_type": picture.media_type, "width": picture.width, "height": picture.height, "body": picture.body}
    _end(session, media_id, owner, state=MediaState.READY, error="", next_at=None, fetched_at=now, **told)


def refused(session: Session, media_id: int, why: str, *, owner: str, now: datetime) -> None:
    """It will not be shown: where it lies, or what it is, is not taken. Raises LeaseLost."""
    _end(session, media_id, owner, state=MediaState.REFUSED, error=plain(why)[:LONGEST_ERROR], next_at=None, fetched_at=now)


def not_fetched(session: Session, media_id: int, why: str, *, retry_at: datetime | None = None, owner: str, now: datetime) -> None:
    """The look did not work: it waits and is fetched again, or has failed for good. Raises LeaseLost."""
    attempt = session.scalar(select(Media.attempt).where(Media.id == media_id)) or 1
    error = plain(why)[:LONGEST_ERROR]
    if attempt > len(PAUSES):
        _end(session, media_id, owner, state=MediaState.FAILED, error=error, next_at=None, fetched_at=now)
    else:
        again = max(now + PAUSES[attempt - 1], retry_at or now)
        _end(session, media_id, owner, state=MediaState.WAITING, error=error, next_at=again)


def of_mentions(session: Session, mention_ids: Sequence[int]) -> dict[int, tuple[MediaView, ...]]:
    """The pictures of some mentions, in the order in which they stand in the post; their bytes stay where they are."""
    if not mention_ids:
        return {}
    found: dict[int, list[MediaView]] = {}
    for row in session.scalars(_of(is_sqlite(session)), {"mentions": given(session, mention_ids)}):
        found.setdefault(row.mention_id, []).append(_view(row))
    return {mention_id: tuple(views) for mention_id, views in found.items()}


@cache
def _of(sqlite: bool) -> Select[Media]:
    """Built once: every look at a case asks it."""
    theirs = among_given("mentions", Media.mention_id, sqlite=sqlite)
    query = select(Media).options(defer(Media.body)).where(theirs, Media.state != MediaState.GONE)
    return query.order_by(Media.mention_id, Media.position).execution_options(populate_existing=True)


def shown(session: Session, media_id: int, *, by: Person) -> tuple[Picture, datetime]:
    """A picture's bytes, as we wrote them, and when. Those of a private message are for who works on cases.

    Raises NotFound while there is nothing to show, and for whoever may not see it.
    """
    people.require(by, people.READ)
    query = select(Media, Mention.is_private, Mention.deleted_at).join(Mention, Mention.id == Media.mention_id)
    found = query.where(Media.id == media_id, Media.state == MediaState.READY).execution_options(populate_existing=True)
    row = session.execute(found).first()
    may = row is not None and row.deleted_at is None and (not row.is_private or privacy.sees(by))
    if row is None or not may or row.Media.body is None:
        raise NotFound("There is no such picture")
    kept: Media = row.Media
    picture = Picture(kept.media_type, kept.width or 0, kept.height or 0, row.Media.body)
    return picture, kept.fetched_at or EPOCH


def is_due(session: Session, *, now: datetime) -> bool:
    """Whether any picture may be fetched now."""
    return session.scalar(select(Media.id).where(TO_FETCH, Media.next_at <= now).limit(1)) is not None


def _rows(mention_id: int, media: Sequence[PostMedia], now: datetime) -> list[dict[str, Any]]:
    kept = [one for one in media if 0 < len(one.url) <= LONGEST_URL][:MOST_PER_POST]
    return [
        {
            "mention_id": mention_id,
            "position": position,
            "kind": one.kind,
            "url": plain(one.url),
            "alt": plain(one.alt)[:LONGEST_ALT],
            "state": MediaState.WAITING,
            "error": "",
            "media_type": "",
            "next_at": now,
            "attempt": 0,
        }
        for position, one in enumerate(kept)
    ]


def _feeds(session: Session, mention_ids: Sequence[int]) -> Mapping[int, FeedSpec]:
    caught = (
        select(Catch.mention_id, func.min(Catch.feed_id)).where(among(session, Catch.mention_id, mention_ids)).group_by(Catch.mention_id)
    )
    by_mention = {row[0]: row[1] for row in session.execute(caught)}
    specs = {feed_id: spec_of(session, feed_id) for feed_id in sorted(set(by_mention.values()))}
    return {mention_id: specs[feed_id] for mention_id, feed_id in by_mention.items()}


def _view(row: Media) -> MediaView:
    return MediaView(row.id, row.kind, row.state, row.alt, row.error, row.width, row.height)


def _end(session: Session, media_id: int, owner: str, **values: Any) -> None:
    ours = update(Media).where(Media.id == media_id, Media.state == MediaState.WAITING, Media.lease_owner == owner[:64])
    done: Any = session.execute(ours.values(lease_owner=None, lease_until=None, **values).execution_options(synchronize_session=False))
    if not done.rowcount:
        raise LeaseLost(f"picture {media_id} is not {owner}'s any more")
