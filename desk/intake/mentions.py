"""The mentions of a page: stored once, with who caught them, what the platform sent, and where they count. Bulk statements only."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from desk.figures.rollups import Change, Labels
from desk.intake.authors import OurAccounts, store_authors, store_threads
from desk.intake.cleaning import Cleaned, Key, by_site, fitted
from desk.post import REPOST
from storage import raw
from storage.dialect import among, excluded, insert_all, insert_new, upsert
from storage.models import Catch, Feed, Mention, MentionRaw
from storage.recount import COUNTED, EVERYTHING

KEY = ("source", "site", "external_id")
LABELS = ("sentiment", "intent", "urgency", "needs_reply", "abusive")
LONGEST_WORD = 24
LONGEST_LANGUAGE = 8


@dataclass(frozen=True, slots=True)
class Catcher:
    """The feed that brought the posts. `recheck_at`: when they are asked for again."""

    feed_id: int
    brand_id: int
    source: str
    site: str
    recheck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the posts of a page. `new` holds inserted mentions, our own among them; `edited` those that were there and say something else now."""

    new: Mapping[int, Cleaned]
    own: frozenset[int]
    edited: Mapping[int, Cleaned]
    in_known_threads: Mapping[int, tuple[int, int]]
    private: frozenset[int]
    changes: Sequence[Change]


def store(session: Session, catcher: Catcher, posts: Sequence[Cleaned], *, doomed: Sequence[int] = (), now: datetime) -> Stored:
    """Insert what is new, note that this feed caught it, and say how the counts change.

    `in_known_threads`: author and thread of the new mentions whose thread we knew already; only those can belong to a case, and the customers'
    `private` ones, which belong to their author's case whatever its thread.
    `doomed` are mentions that the caller erases afterwards; all mentions of a transaction are locked here, at once and in one order.
    """
    authors = store_authors(session, catcher.source, posts, now=now)
    threads, known_threads = store_threads(session, catcher.source, posts)
    own_authors = OurAccounts(session, catcher.source).among(posts)
    rows = [_row(catcher, post, authors[post.author_key], threads[post.thread_key], post.author_key in own_authors, now) for post in posts]
    inserted = insert_new(session, Mention.__table__, rows, key=KEY)
    by_key = {post.key: post for post in posts}
    new = {mention_id: by_key[key[1:]] for key, mention_id in inserted.items()}
    own = frozenset(mention_id for mention_id, post in new.items() if post.author_key in own_authors) if own_authors else frozenset()
    known = _known(session, catcher.source, by_key, new)
    edited = {mention_id: post for mention_id, (post, has_changed) in known.items() if has_changed}
    again = _catch(session, catcher, new, known, now=now)
    _lock(session, {*again, *edited, *doomed})
    return Stored(
        new=new,
        own=own,
        edited=edited,
        in_known_threads=_in(known_threads, new, own, authors, threads),
        private=frozenset(mention_id for mention_id, post in new.items() if post.post.is_private and mention_id not in own),
        changes=[*_volume(catcher, new, own), *_counted_here(session, catcher, again)],
    )


def keep_raw(session: Session, new: Iterable[tuple[int, Cleaned]], changed: Iterable[tuple[int, Cleaned]]) -> None:
    """Keep what the platform sent; a post that was cut and came without it keeps its whole text."""
    insert_all(session, MentionRaw.__table__, _packed(session, new))
    change = {"body": excluded("body"), "dictionary": excluded("dictionary")}
    upsert(session, MentionRaw.__table__, _packed(session, changed), key=("mention_id",), change=change)


def _packed(session: Session, posts: Iterable[tuple[int, Cleaned]]) -> list[dict[str, Any]]:
    payloads = {mention_id: payload for mention_id, post in sorted(posts, key=_by_id) if (payload := _payload(post))}
    if not payloads:
        return []
    bodies, dictionary = raw.pack(session, list(payloads.values()))
    return [{"mention_id": m, "body": body, "dictionary": dictionary} for m, body in zip(payloads, bodies, strict=True)]


def _by_id(numbered: tuple[int, Cleaned]) -> int:
    return numbered[0]


def ids(session: Session, source: str, keys: Iterable[Key]) -> dict[Key, int]:
    """The mentions that are stored under these sites and ids."""
    found: dict[Key, int] = {}
    for site, wanted in by_site(keys).items():
        known = select(Mention.id, Mention.external_id).where(Mention.source == source, Mention.site == site)
        for mention_id, external_id in session.execute(known.where(among(session, Mention.external_id, wanted))):
            found[site, external_id] = mention_id
    return found


def _row(catcher: Catcher, post: Cleaned, author_id: int, thread_id: int, is_own: bool, now: datetime) -> dict[str, Any]:
    original = post.post
    return {
        "source": catcher.source,
        "site": post.key[0],
        "external_id": post.key[1],
        "author_id": author_id,
        "thread_id": thread_id,
        "parent_external_id": fitted(original.parent_id) if original.parent_id else None,
        "kind": REPOST if original.is_repost and not original.is_private else original.kind[:LONGEST_WORD],
        "title": post.title,
        "text": post.text,
        "url": original.url,
        "posted_at": post.posted_at,
        "seen_at": now,
        "bucket_at": post.bucket_at,
        "edited_at": original.edited_at,
        "revision": 1,
        "content_hash": post.content_hash,
        "is_own": is_own,
        "is_private": original.is_private,
        "capability": original.capability,
        "capability_reason": original.capability_reason,
        "addressed": original.addressed,
        "triage_attempts": 0,
        "language": original.language[:LONGEST_LANGUAGE] if original.language else None,
        "recheck_at": None if is_own or original.is_private else catcher.recheck_at,
    }


def _known(session: Session, source: str, by_key: Mapping[Key, Cleaned], new: Mapping[int, Cleaned]) -> dict[int, tuple[Cleaned, bool]]:
    """The posts that were there before, each with whether it says something else now."""
    if len(new) == len(by_key):
        return {}
    there = by_key.keys() - {post.key for post in new.values()}
    found: dict[int, tuple[Cleaned, bool]] = {}
    for site, wanted in by_site(there).items():
        columns = (Mention.id, Mention.external_id, Mention.content_hash)
        known = select(*columns).where(Mention.source == source, Mention.site == site)
        for row in session.execute(known.where(among(session, Mention.external_id, wanted))):
            post = by_key[site, row.external_id]
            found[row.id] = post, row.content_hash != post.content_hash
    return found


def _in(
    threads: set[int], new: Mapping[int, Cleaned], own: frozenset[int], authors: Mapping[Key, int], ids_of_threads: Mapping[Key, int]
) -> dict[int, tuple[int, int]]:
    return {
        mention_id: (authors[post.author_key], ids_of_threads[post.thread_key])
        for mention_id, post in new.items()
        if ids_of_threads[post.thread_key] in threads and mention_id not in own and not post.post.is_private
    }


def _volume(catcher: Catcher, new: Mapping[int, Cleaned], own: frozenset[int]) -> list[Change]:
    scopes = (-catcher.brand_id, EVERYTHING, catcher.feed_id)
    by_hour = Counter(post.bucket_at for mention_id, post in new.items() if mention_id not in own and not post.post.is_private)
    return [Change(hour, scopes, None, Labels(), times) for hour, times in by_hour.items()]


def _catch(session: Session, catcher: Catcher, new: Iterable[int], known: Iterable[int], *, now: datetime) -> list[int]:
    """Note the catches; returns the mentions that another feed had brought before, and this one brings for the first time."""
    insert_all(session, Catch.__table__, [_catch_row(catcher, mention_id, now) for mention_id in sorted(new)])
    rows = [_catch_row(catcher, mention_id, now) for mention_id in known]
    return sorted(mention_id for mention_id, _ in insert_new(session, Catch.__table__, rows, key=("mention_id", "feed_id")))


def _catch_row(catcher: Catcher, mention_id: int, now: datetime) -> dict[str, Any]:
    return {"mention_id": mention_id, "feed_id": catcher.feed_id, "caught_at": now}


def _lock(session: Session, mention_ids: Collection[int]) -> None:
    """Two feeds of one brand that catch a mention at the same time must not both count it for the brand, nor triage move its labels meanwhile.

    Not the full lock: the catch that each of them has just inserted holds the mention's key, and both would wait for the other.
    """
    if mention_ids:
        theirs = select(Mention.id).where(among(session, Mention.id, sorted(mention_ids))).order_by(Mention.id)
        session.execute(theirs.with_for_update(key_share=True))


def _counted_here(session: Session, catcher: Catcher, again: Sequence[int]) -> list[Change]:
    if not again:
        return []
    columns = (Mention.id, Mention.bucket_at, *(getattr(Mention, name) for name in LABELS))
    theirs = select(*columns).where(among(session, Mention.id, again), COUNTED)
    by_brand = _caught_by_brand(session, catcher, again)
    return [_counted(catcher, row, is_in_brand=row.id in by_brand) for row in session.execute(theirs)]


def _caught_by_brand(session: Session, catcher: Catcher, mention_ids: Sequence[int]) -> set[int]:
    others = select(Catch.mention_id).join(Feed, Feed.id == Catch.feed_id)
    of_brand = others.where(Feed.brand_id == catcher.brand_id, Feed.id != catcher.feed_id)
    return set(session.scalars(of_brand.where(among(session, Catch.mention_id, mention_ids))))


def _counted(catcher: Catcher, row: Row[Any], *, is_in_brand: bool) -> Change:
    scopes = (catcher.feed_id,) if is_in_brand else (catcher.feed_id, -catcher.brand_id)
    return Change(row.bucket_at, scopes, None, Labels(*(getattr(row, name) for name in LABELS)))


def _payload(post: Cleaned) -> Mapping[str, Any]:
    return post.post.raw or ({"text": post.post.text} if post.is_cut else {})
