"""Authors and threads of a page: stored once each, known ones brought up to date. Bulk statements only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from desk.intake.cleaning import LONGEST_NAME, Cleaned, Key, by_site
from desk.post import PostAuthor
from storage.dialect import among, insert_new
from storage.models import Author, ReplyAccount, Thread

KEY = ("source", "site", "external_id")
CHANGING = ("handle", "name", "reach", "url", "read_at")
LARGEST_REACH = 2**63
"""What no database can hold is no count of followers."""
AUTHORS, THREADS = Author.__table__, Thread.__table__


def store_authors(session: Session, source: str, posts: Sequence[Cleaned], *, now: datetime) -> dict[Key, int]:
    """The id of each post's author by site and external id; new ones are inserted, changed ones updated."""
    rows = {post.author_key: _author_row(source, post, now) for post in posts}
    # Looked for first, because inserting a row that is there costs more; whom another process stores meanwhile is found behind the insert.
    ids = _brought_up_to_date(session, source, rows, rows.keys())
    new = [row for key, row in rows.items() if key not in ids]
    ids |= _by_site_and_id(insert_new(session, AUTHORS, new, key=KEY))
    return ids | _brought_up_to_date(session, source, rows, rows.keys() - ids.keys())


def _brought_up_to_date(session: Session, source: str, rows: Mapping[Key, Mapping[str, Any]], keys: Collection[Key]) -> dict[Key, int]:
    """The authors that are there already: their ids, after what a post tells anew of them is stored."""
    ids, changed = dict[Key, int](), []
    for author_id, site, external_id, *before in _known_authors(session, source, keys):
        ids[site, external_id], row = author_id, rows[site, external_id]
        # A source that leaves out what it once told does not take it back.
        told = [row[name] if row[name] not in {"", None} else was for name, was in zip(CHANGING, before, strict=True)]
        if told != before:
            changed.append({"author_id": author_id, **dict(zip(CHANGING, told, strict=True))})
    _update(session, changed)
    return ids


def read_since(session: Session, source: str, site: str, ids: Collection[str], *, since: datetime) -> dict[str, PostAuthor]:
    """Those of these authors that their source was asked for since then, by their ids there, as they are stored."""
    columns = (Author.external_id, Author.handle, Author.name, Author.reach, Author.url, Author.read_at)
    fresh = select(*columns).where(Author.source == source, Author.site == site, Author.read_at >= since, Author.handle != "")
    return {row[0]: PostAuthor(*row) for row in session.execute(fresh.where(among(session, Author.external_id, sorted(ids))))}


def store_threads(session: Session, source: str, posts: Sequence[Cleaned]) -> tuple[dict[Key, int], set[int]]:
    """The id of each post's thread by site and external id, and which of these threads were there before."""
    keys = {post.thread_key for post in posts}
    rows = [{"source": source, "site": site, "external_id": external_id} for site, external_id in keys]
    ids = _by_site_and_id(insert_new(session, THREADS, rows, key=KEY))
    there_before = set()
    for site, wanted in by_site(keys - ids.keys()).items():
        known = select(Thread.id, Thread.external_id).where(Thread.source == source, Thread.site == site)
        for thread_id, external_id in session.execute(known.where(among(session, Thread.external_id, wanted))):
            ids[site, external_id] = thread_id
            there_before.add(thread_id)
    return ids, there_before


class OurAccounts:
    """The reply accounts of one source, to tell our own posts from customers'."""

    def __init__(self, session: Session, source: str) -> None:
        columns = (ReplyAccount.site, ReplyAccount.handle, ReplyAccount.external_id)
        accounts = session.execute(select(*columns).where(ReplyAccount.source == source)).all()
        self._handles = {(site, bare(handle)) for site, handle, _ in accounts}
        self._ids = {(site, external_id) for site, _, external_id in accounts if external_id}

    def among(self, posts: Sequence[Cleaned]) -> set[Key]:
        """Those of the posts' authors that are ours."""
        if not self._handles:
            return set()
        return {post.author_key for post in posts if self._wrote(post)}

    def _wrote(self, post: Cleaned) -> bool:
        return post.author_key in self._ids or (post.key[0], bare(post.post.author.handle)) in self._handles


def bare(handle: str) -> str:
    """A handle as it is compared: without @, in lower case."""
    return handle.strip().lstrip("@").lower()


def _author_row(source: str, post: Cleaned, now: datetime) -> dict[str, Any]:
    author = post.post.author
    return {
        "source": source,
        "site": post.author_key[0],
        "external_id": post.author_key[1],
        "handle": author.handle[:LONGEST_NAME],
        "name": author.name[:LONGEST_NAME],
        "reach": author.reach if author.reach is None or abs(author.reach) < LARGEST_REACH else None,
        "url": author.url,
        "first_seen_at": now,
        "read_at": author.read_at,
        "do_not_contact": False,
        "do_not_contact_reason": "",
    }


def _known_authors(session: Session, source: str, keys: Collection[Key]) -> Iterable[Sequence[Any]]:
    columns = (Author.id, Author.site, Author.external_id, *(getattr(Author, name) for name in CHANGING))
    for site, wanted in by_site(keys).items():
        known = select(*columns).where(Author.source == source, Author.site == site)
        yield from session.execute(known.where(among(session, Author.external_id, wanted)))


def _update(session: Session, changed: Sequence[dict[str, Any]]) -> None:
    if changed:
        by_id = update(AUTHORS).where(AUTHORS.c.id == bindparam("author_id"))
        session.execute(by_id.values({name: bindparam(name) for name in CHANGING}), sorted(changed, key=lambda row: row["author_id"]))


def _by_site_and_id(inserted: Mapping[tuple[Any, ...], int]) -> dict[Key, int]:
    return {key[1:]: row_id for key, row_id in inserted.items()}
