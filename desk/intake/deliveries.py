"""Posts that another program sends in: which feed they are for, each signed delivery taken once, and so many a minute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk.errors import DeskError, NotFound
from desk.intake import ingest
from desk.intake.ingest import Ingested
from desk.intake.leases import PUSHED
from desk.post import Post, Unreadable
from desk.settings import DeskSettings
from storage.dialect import insert_new
from storage.models import Credential, Delivery, Feed, Mention

MINUTE = timedelta(minutes=1)
KEPT_FOR = timedelta(days=1)
"""Longer than any timestamp is accepted: by then a replay is refused for its age."""

UNDATED_KEPT_FOR = timedelta(days=400)
"""Where the signature covers no instant, only what is remembered refuses a replay."""

TELLING = frozenset({"discourse"})
"""Sources that are looked at, and that also tell of single posts by themselves; their signatures cover no instant."""


class Repeated(DeskError):
    """This very delivery was taken already."""


class TooMany(DeskError):
    """This feed has taken as many deliveries in the last minute as it may."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A feed that takes deliveries; `site` is where its posts belong, its name where it has none."""

    feed_id: int
    name: str
    source: str
    site: str
    credential: str
    enabled: bool


def mailbox(session: Session, name: str) -> Mailbox:
    """The feed of that name. Raises NotFound for one that takes no deliveries, also where there is another of that name."""
    row = session.execute(
        select(Feed.id, Feed.name, Feed.source, Feed.site, Feed.enabled, Credential.name.label("credential"))
        .join(Credential, Credential.id == Feed.credential_id)
        .where(Feed.name == name, Feed.source.in_(PUSHED | TELLING), ~Feed.retired)
    ).first()
    if row is None:
        raise NotFound("there is no feed of this name that takes deliveries: check the address, and that the feed names its credential")
    return Mailbox(row.id, row.name, row.source, row.site or row.name, row.credential, row.enabled)


def take(
    session: Session,
    box: Mailbox,
    signature: str,
    posts: Sequence[Post],
    rejects: Sequence[Unreadable],
    *,
    most_a_minute: int,
    settings: DeskSettings,
    now: datetime,
) -> Ingested:
    """Store a delivery, all of it or nothing. Raises Repeated, TooMany."""
    _once(session, box, signature, most_a_minute=most_a_minute, now=now)
    return ingest.import_posts(session, box.feed_id, posts, rejects, settings=settings, now=now, detail="delivery")


def take_event(
    session: Session, box: Mailbox, signature: str, posts: Sequence[Post], *, most_a_minute: int, settings: DeskSettings, now: datetime
) -> Ingested:
    """Store what a platform told by itself, beside the looks at it. Raises Repeated, TooMany."""
    _once(session, box, signature, most_a_minute=most_a_minute, now=now)
    return ingest.take_in(session, box.feed_id, _unless_older(session, box.source, posts), settings=settings, now=now)


def _unless_older(session: Session, source: str, posts: Sequence[Post]) -> list[Post]:
    """Without first versions of posts of which an edit came earlier: events overtake each other."""
    first = [post.external_id for post in posts if not post.deleted and post.edited_at is None]
    known = select(Mention.site, Mention.external_id).where(Mention.source == source, Mention.external_id.in_(first))
    edited = {tuple(row) for row in session.execute(known.where(Mention.edited_at.is_not(None)))}
    return [post for post in posts if post.deleted or post.edited_at is not None or (post.site, post.external_id) not in edited]


def _once(session: Session, box: Mailbox, signature: str, *, most_a_minute: int, now: datetime) -> None:
    if recent(session, box.feed_id, now=now) >= most_a_minute:
        raise TooMany(f"more than {most_a_minute} deliveries in a minute: put several posts into one, and try again in a minute")
    row = {"feed_id": box.feed_id, "digest": sha256(signature.encode()).hexdigest(), "at": now}
    if not insert_new(session, Delivery.__table__, [row], key=("feed_id", "digest")):
        raise Repeated("this delivery was taken already: nothing is to be done")


def recent(session: Session, feed_id: int, *, now: datetime) -> int:
    """How many deliveries a feed has taken within the last minute."""
    of_feed = select(func.count()).select_from(Delivery).where(Delivery.feed_id == feed_id, Delivery.at > now - MINUTE)
    return session.scalar(of_feed) or 0


def forget_old(session: Session, *, now: datetime) -> int:
    """Deliveries that nobody can replay any more."""
    undated = select(Feed.id).where(Feed.source.in_(TELLING))
    is_old = (Delivery.at < now - KEPT_FOR) & (Delivery.feed_id.not_in(undated) | (Delivery.at < now - UNDATED_KEPT_FOR))
    old = delete(Delivery).where(is_old).returning(Delivery.id)
    return len(session.scalars(old.execution_options(synchronize_session=False)).all())
