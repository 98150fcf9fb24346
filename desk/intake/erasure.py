"""A post that is gone is erased: its text, its raw payload, its words in the search, and its author's name where nothing else of theirs is left.

What stays is a row without content, so that a thread keeps its shape, and a tombstone with a hash of the id, so that it never comes back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from hmac import digest
from types import MappingProxyType
from typing import Any

from sqlalchemy import Delete, Select, String, Update, bindparam, cast, delete, exists, literal, select, update
from sqlalchemy.orm import Session

from desk import audit
from desk.access import cases_to_change
from desk.cases import upkeep
from desk.cases.untouched import close_untouched
from desk.errors import NotFound
from desk.feeds import feed_clicks
from desk.figures import rollups
from desk.figures.rollups import Change, Labels
from desk.intake.cleaning import Key
from desk.noise import alike
from desk.settings import DeskSettings
from storage import search
from storage.dialect import among, among_given, given, insert_new, is_sqlite
from storage.models import (
    Alike,
    AlikeKey,
    Author,
    Case,
    Correction,
    Embedding,
    LabelExample,
    LinkHost,
    Media,
    Mention,
    MentionLabel,
    MentionRaw,
    MentionRevision,
    ModelTrial,
    MuteDrop,
    SpotCheck,
    Tombstone,
    Triage,
)

DELETED = "deleted"
"""Why a tombstone stands there: the source said that the post is gone."""


HANGING = (
    MentionRaw,
    MentionRevision,
    Media,
    Triage,
    Correction,
    Embedding,
    LabelExample,
    MentionLabel,
    SpotCheck,
    LinkHost,
    MuteDrop,
    ModelTrial,
    Alike,
    AlikeKey,
)
"""What hangs on a mention, and goes with it."""

ALIKE = frozenset({Alike.__tablename__, AlikeKey.__tablename__})
"""The others of a group need a new first (desk/noise/alike.py)."""

BLANK: dict[str, Any] = {
    "external_id": literal("erased:") + cast(Mention.id, String),
    # Labels and scores are derived from the text: they go with it.
    **dict.fromkeys(("sentiment", "intent", "urgency", "flag", "needs_reply", "abusive", "language", "confidence", "chance_high")),
    **dict.fromkeys(("title", "text", "url", "content_hash", "capability_reason", "also"), ""),
    **dict.fromkeys(("parent_external_id", "triage_owner", "ruled_urgency", "ruled_by_id", "recheck_at", "muted_by_id", "aside_by_id")),
    "addressed": [],
}
"""What a mention says when it is gone."""


def forget(session: Session, mention_id: int, *, reason: str, settings: DeskSettings | None = None, now: datetime) -> None:
    """Erase one mention; it never comes back, and it counts nowhere any more. Raises NotFound. Doing it twice changes nothing.

    Without `settings` what its case was promised by stays, and only the reasons for an earlier place go with it.
    """
    rollups.move(session, erase(session, [mention_id], reason=reason, settings=settings, now=now))


def erase(
    session: Session,
    mention_ids: Collection[int],
    *,
    reason: str,
    settings: DeskSettings | None = None,
    secret: str | None = None,
    now: datetime,
) -> list[Change]:
    """As `forget`, of several mentions; the caller moves the counts, at the end of its transaction. With `secret` the tombstones' hashes are keyed."""
    if not mention_ids:
        return []
    theirs = select(Mention).where(among(session, Mention.id, sorted(mention_ids))).order_by(Mention.id).with_for_update(key_share=True)
    found = session.scalars(theirs.execution_options(populate_existing=True)).all()
    if len(found) < len(set(mention_ids)):
        raise NotFound("There is no such mention")
    standing = [mention for mention in found if mention.deleted_at is None]
    changes = erase_locked(session, found, reason=reason, secret=secret, now=now)
    if standing:
        _erase_authors(session, {mention.author_id for mention in standing})
        clear_cases(session, standing, reason=reason, settings=settings, now=now)
        for mention in standing:
            session.expire(mention)
    return changes


def erase_locked(session: Session, mentions: Sequence[Mention], *, reason: str, secret: str | None, now: datetime) -> list[Change]:
    """The mentions alone, which the caller has locked: their authors and their cases are left as they are, and so are the objects."""
    scopes = rollups.scopes(session, [mention.id for mention in mentions])
    changes = [Change(mention.bucket_at, scopes[mention.id], Labels.counted(mention), None) for mention in mentions]
    standing = [mention for mention in mentions if mention.deleted_at is None]
    if standing:
        _bury_all(session, standing, reason=reason, secret=secret, now=now)
        _erase(session, standing, now=now)
    return changes


def _bury_all(session: Session, mentions: Sequence[Mention], *, reason: str, secret: str | None, now: datetime) -> None:
    keys: dict[str, list[Key]] = defaultdict(list)
    for mention in mentions:
        keys[mention.source].append((mention.site, mention.external_id))
    for source, theirs in sorted(keys.items()):
        bury(session, source, theirs, reason=reason, secret=secret, now=now)


def bury(session: Session, source: str, keys: Collection[Key], *, reason: str, secret: str | None = None, now: datetime) -> None:
    """Tombstones for posts that must not come back, stored here or not."""
    # What somebody said of it in a preview holds its words, too.
    feed_clicks.forget_posts(session, source, keys)
    by_place = [(site, hash_of(source, site, external_id, secret)) for site, external_id in keys]
    bury_hashes(session, source, by_place, reason=reason, now=now)


def bury_hashes(session: Session, source: str, hashes: Iterable[tuple[str, str]], *, reason: str, now: datetime) -> None:
    """The same by site and hash, for what is known by nothing else any more."""
    rows = [{"source": source, "site": site, "id_hash": id_hash, "reason": reason[:40], "at": now} for site, id_hash in hashes]
    insert_new(session, Tombstone.__table__, rows, key=("source", "site", "id_hash"))


def buried(session: Session, source: str, keys: Iterable[tuple[Key, Key]], *, secret: str) -> set[Key]:
    """Which of these posts must not come back: by the post's key or by its author's, the second of each pair."""
    pairs = list(keys)
    found: set[Key] = set()
    for site in sorted({post[0] for post, _ in pairs}):
        if not _has_graves(session, source, site):
            continue
        by_hash: dict[str, list[Key]] = defaultdict(list)
        for post, author in pairs:
            for id_hash in _hashes(source, post, author, secret) if post[0] == site else ():
                by_hash[id_hash].append(post)
        there = select(Tombstone.id_hash).where(Tombstone.source == source, Tombstone.site == site)
        found.update(*(by_hash[id_hash] for id_hash in session.scalars(there.where(among(session, Tombstone.id_hash, list(by_hash))))))
    return found


def _hashes(source: str, post: Key, author: Key, secret: str) -> Iterator[str]:
    yield hash_of(source, *post)
    yield hash_of(source, *post, secret)
    yield hash_of_author(source, *author, secret)


def _has_graves(session: Session, source: str, site: str) -> bool:
    return session.scalar(select(Tombstone.id).where(Tombstone.source == source, Tombstone.site == site).limit(1)) is not None


def hash_of(source: str, site: str, external_id: str, secret: str | None = None) -> str:
    """What a tombstone says of a post. Ids can be tried one by one: with `secret` only who knows that can tell whose hash it is."""
    of = f"{source}\0{site}\0{external_id}".encode()
    return sha256(of).hexdigest() if secret is None else digest(secret.encode(), of, "sha256").hex()


def hash_of_author(source: str, site: str, external_id: str, secret: str) -> str:
    """What a tombstone says of an author of whom nothing must come back."""
    return hash_of(source, site, f"author\0{external_id}", secret)


def _erase(session: Session, mentions: Sequence[Mention], *, now: datetime) -> None:
    search.forget(session, {mention.id: search.Text(mention.title, mention.text) for mention in mentions})
    ids = [mention.id for mention in mentions]
    session.flush()
    connection, theirs = session.connection(), {"given": given(session, ids)}
    blank, hangs, gone = _going(is_sqlite(session))
    connection.execute(blank, {**theirs, "now": now})
    there = [name for name, is_there in connection.execute(hangs, theirs).mappings().one().items() if is_there]
    if not ALIKE.isdisjoint(there):
        alike.forget(session, ids)
    for name in sorted(set(there) - ALIKE):
        connection.execute(gone[name], theirs)


@cache
def _going(sqlite: bool) -> tuple[Update, Select[Any], Mapping[str, Delete]]:
    """Empties mentions, asks what hangs on them, and takes that away by its table's name; built once, since every erasure executes it.

    Most mentions have rows in two or three of these tables: to ask all of them at once costs less than to delete nothing in each.
    """
    tables: dict[str, Any] = {table.__tablename__: table.__table__ for table in HANGING}
    of = {name: among_given("given", table.c.mention_id, sqlite=sqlite) for name, table in tables.items()}
    blank = update(Mention.__table__).where(among_given("given", Mention.__table__.c.id, sqlite=sqlite))
    asked: list[Any] = [exists().where(theirs).label(name) for name, theirs in of.items()]
    return (
        blank.values(deleted_at=bindparam("now"), **BLANK),
        select(*asked),
        {name: delete(tables[name]).where(of[name]) for name in tables},
    )


def _erase_authors(session: Session, author_ids: Collection[int]) -> None:
    """Without any other mention the name goes. The id stays: a new post must find its case, and "do not contact" must hold."""
    for author_id in sorted(author_ids):
        other = select(Mention.id).where(Mention.author_id == author_id, Mention.deleted_at.is_(None)).limit(1)
        if session.scalar(other) is None:
            _erase_author(session, author_id)


def _erase_author(session: Session, author_id: int) -> None:
    blank = {"handle": "", "name": "", "url": "", "reach": None}
    session.execute(update(Author).where(Author.id == author_id).values(**blank))
    theirs = session.scalars(select(Case.id).where(Case.author_id == author_id)).all()
    for case in cases_to_change(session, theirs).values():
        case.author_name, case.searched, case.reach = "", "", None
        upkeep.reorder(case)


def clear_cases(
    session: Session,
    mentions: Sequence[Mention],
    *,
    locked: Mapping[int, Case] = MappingProxyType({}),
    reason: str,
    settings: DeskSettings | None,
    now: datetime,
) -> None:
    """The cases of mentions that were erased take from what is left; one of which nothing is left closes, unless somebody looked into it.

    `locked`: those that the caller has locked already.
    """
    gone: dict[int, list[int]] = defaultdict(list)
    for mention in mentions:
        if mention.case_id is not None:
            gone[mention.case_id].append(mention.id)
    cases = {**{case_id: locked[case_id] for case_id in gone if case_id in locked}, **cases_to_change(session, gone.keys() - locked.keys())}
    left = select(Mention.case_id).where(among(session, Mention.case_id, sorted(cases)), ~Mention.is_own, Mention.deleted_at.is_(None))
    standing = set(session.scalars(left.distinct())) if cases else set()
    if standing:
        upkeep.copy_all(session, [case for case in cases.values() if case.id in standing])
    for case_id, case in cases.items():
        upkeep.reorder(case)
        if settings is not None:
            upkeep.set_dues(case, settings=settings)
        case.version += 1
        for mention_id in gone[case_id]:
            audit.record(session, "erase", now=now, by=None, case_id=case.id, mention=mention_id, reason=reason)
        if case_id not in standing:
            case.preview = case.searched = ""
            close_untouched(session, case, why=reason, now=now)
