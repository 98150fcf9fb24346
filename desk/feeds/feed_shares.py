"""How much of what a feed finds is kept: all of it, every so-many-th post, or so many a day. What is left out is counted, not read.

The choice stands in the feed's options. It never holds back who writes to us or in a thread that has a case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.errors import Invalid
from desk.intake import mentions
from desk.intake.authors import bare
from desk.intake.cleaning import Cleaned, Key, clean_post
from desk.post import FeedSpec, Post
from desk.settings import DeskSettings
from storage.dialect import among
from storage.models import Coverage, Mention, Thread

EVERY_NTH, AT_MOST, CONFIRMED = "every_nth", "at_most_per_day", "confirmed_per_day"
"""Options of a feed: one of so many posts, so many posts a day, and up to how many a day somebody said that all of them are wanted."""

NAMES = frozenset({EVERY_NTH, AT_MOST, CONFIRMED})
HIGHEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """What a feed keeps: every `every_nth` post, and of those at most so many of one day; None is no limit."""

    every_nth: int = 1
    at_most: int | None = None

    @property
    def is_all(self) -> bool:
        return self.every_nth == 1 and self.at_most is None


def of(options: Mapping[str, Any]) -> Share:
    """What the options say; all of it where they cannot be read, for nothing is lost by keeping too much."""
    try:
        check(options)
    except Invalid:
        return Share()
    return Share(options.get(EVERY_NTH) or 1, options.get(AT_MOST))


def check(options: Mapping[str, Any]) -> None:
    """Raises Invalid for an option of ours that is no whole number from 1 on."""
    for name in sorted(NAMES & options.keys()):
        value = options[name]
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= HIGHEST:
            raise Invalid(f"Option {name} of a feed is a whole number from 1 on, not {value!r}")


def kept(session: Session, feed: FeedSpec, posts: Sequence[Post], *, settings: DeskSettings, now: datetime) -> tuple[tuple[Post, ...], int]:
    """The posts of a look that are kept, in their order, and how many are left out."""
    share = of(feed.options)
    if share.is_all:
        return tuple(posts), 0
    cleaned = [clean_post(post, site=feed.site, now=now) for post in posts]
    needed = _needed(session, feed, cleaned)
    drawn = [one for one in cleaned if one.key not in needed and is_drawn(feed.source, one.key, share.every_nth)]
    room = max(0, share.at_most - _taken_today(session, feed.id, settings, now)) if share.at_most is not None else len(drawn)
    taken = needed | {one.key for one in sorted(drawn, key=lambda one: one.posted_at)[:room]}
    stay = tuple(one.post for one in cleaned if one.key in taken)
    return stay, len(posts) - len(stay)


def is_drawn(source: str, key: Key, every_nth: int) -> bool:
    """Whether a post is one of every so many: the same post always is, or never, however often it comes."""
    digest = sha256("\0".join((source, *key)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % every_nth == 0


def _needed(session: Session, feed: FeedSpec, posts: Sequence[Cleaned]) -> set[Key]:
    """What must never be left out: what is known already, what our team wrote or is asked, and what goes on in the thread of a case."""
    ours = set(feed.own_handles)
    needed = {one.key for one in posts if one.post.deleted or one.post.is_private or ours & _named(one.post)}
    needed |= mentions.ids(session, feed.source, [one.key for one in posts]).keys()
    threads = _with_case(session, feed.source, [one.thread_key for one in posts])
    return needed | {one.key for one in posts if one.thread_key in threads}


def _named(post: Post) -> set[str]:
    return {bare(handle) for handle in (*post.addressed, post.author.handle) if handle}


def _with_case(session: Session, source: str, threads: Sequence[Key]) -> set[Key]:
    there = select(Thread.site, Thread.external_id).join(Mention, Mention.thread_id == Thread.id)
    having = there.where(Mention.case_id.is_not(None), Thread.source == source, Thread.site.in_({site for site, _ in threads}))
    rows = session.execute(having.where(among(session, Thread.external_id, sorted({name for _, name in threads}))).distinct())
    return {(row.site, row.external_id) for row in rows} & set(threads)


def _taken_today(session: Session, feed_id: int, settings: DeskSettings, now: datetime) -> int:
    midnight = now.astimezone(ZoneInfo(settings.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    taken = select(func.sum(Coverage.new)).where(Coverage.feed_id == feed_id, Coverage.at >= midnight.astimezone(now.tzinfo))
    return session.scalar(taken) or 0
