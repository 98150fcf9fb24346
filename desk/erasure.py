"""A post that is gone is erased: its text, its raw payload, its words in the search, and its author's name where nothing else of theirs is left.

What stays is a row without content, so that a thread keeps its shape, and a tombstone with a hash of the id, so that it never comes back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from hmac import digest

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from desk import audit, media, rollups, upkeep
from desk.access import case_to_change, cases_to_change
from desk.cleaning import Key
from desk.errors import NotFound
from desk.rollups import Change, Labels
from desk.settings import DeskSettings
from desk.untouched import close_untouched
from storage import search
from storage.dialect import among, insert_new
from storage.models import Author, Case, Correction, Embedding, Mention, MentionRaw, MentionRevision, Tombstone, Triage

DELETED = "deleted"
"""Why a tombstone stands there: the source said that the post is gone."""


def forget(session: Session, mention_id: int, *, reason: str, settings: DeskSettings | None = None, now: datetime) -> None:
    """Erase one mention; it never comes back, and it counts nowhere any more. Raises NotFound. Doing it twice changes nothing.

    Without `settings` what its case was promised by stays, and only the reasons for an earlier place go with it.
    """
    rollups.move(session, [erase(session, mention_id, reason=reason, settings=settings, now=now)])


def erase(
    session: Session, mention_id: int, *, reason: str, settings: DeskSettings | None = None, secret: str | None = None, now: datetime
) -> Change:
    """As `forget`, but the caller moves the counts, at the end of its transaction. With `secret` the tombstone's hash is keyed."""
    theirs = select(Mention).where(Mention.id == mention_id).with_for_update(key_share=True)
    mention = session.scalar(theirs.execution_options(populate_existing=True))
    if mention is None:
        raise NotFound("There is no such mention")
    change = Change(mention.bucket_at, rollups.scopes(session, [mention_id])[mention_id], Labels.counted(mention), None)
    if mention.deleted_at is None:
        bury(session, mention.source, [(mention.site, mention.external_id)], reason=reason, secret=secret, now=now)
        search.change(session, mention_id, before=search.Text(mention.title, mention.text), after=None)
        _erase(session, mention, now=now)
        _erase_author(session, mention.author_id)
        _clear_cases(session, mention, reason=reason, settings=settings, now=now)
    return change


def bury(session: Session, source: str, keys: Collection[Key], *, reason: str, secret: str | None = None, now: datetime) -> None:
    """Tombstones for posts that must not come back, stored here or not."""
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


def _erase(session: Session, mention: Mention, *, now: datetime) -> None:
    mention.deleted_at = now
    # Labels and scores are derived from the text: they go with it.
    mention.sentiment = mention.intent = mention.urgency = mention.flag = None
    mention.needs_reply = mention.abusive = mention.language = mention.confidence = None
    mention.external_id, mention.content_hash = f"erased:{mention.id}", ""
    mention.title = mention.text = mention.url = mention.capability_reason = ""
    mention.parent_external_id = mention.triage_owner = None
    mention.addressed = []
    mention.ruled_urgency = mention.ruled_by_id = mention.muted_by_id = None
    session.flush()
    media.erase(session, [mention.id])
    for table in (MentionRaw, MentionRevision, Triage, Correction, Embedding):
        session.execute(delete(table).where(table.mention_id == mention.id).execution_options(synchronize_session=False))


def _erase_author(session: Session, author_id: int) -> None:
    """Without any other mention the name goes. The id stays: a new post must find its case, and "do not contact" must hold."""
    other = select(Mention.id).where(Mention.author_id == author_id, Mention.deleted_at.is_(None)).limit(1)
    if session.scalar(other) is not None:
        return
    blank = {"handle": "", "name": "", "url": "", "reach": None}
    session.execute(update(Author).where(Author.id == author_id).values(**blank))
    theirs = session.scalars(select(Case.id).where(Case.author_id == author_id)).all()
    for case in cases_to_change(session, theirs).values():
        case.author_name, case.searched, case.reach = "", "", None
        upkeep.reorder(case)


def _clear_cases(session: Session, mention: Mention, *, reason: str, settings: DeskSettings | None, now: datetime) -> None:
    if mention.case_id is None:
        return
    case = case_to_change(session, mention.case_id)
    upkeep.copy_mentions(session, case)
    upkeep.reorder(case)
    if settings is not None:
        upkeep.set_dues(case, settings=settings)
    case.version += 1
    audit.record(session, "erase", now=now, by=None, case_id=case.id, mention=mention.id, reason=reason)
    theirs = select(Mention.id).where(Mention.case_id == case.id, ~Mention.is_own, Mention.deleted_at.is_(None))
    if session.scalar(theirs.limit(1)) is None:
        case.preview = case.searched = ""
        close_untouched(session, case, why=reason, now=now)
