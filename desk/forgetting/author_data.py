"""What is held about one author: found, counted, and given away as plain values when they ask for it."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, inspect, or_, select
from sqlalchemy.orm import Session

from desk.forgetting import sampled
from desk.forgetting.sampled import Sampled
from desk.intake.authors import bare
from storage import raw, search
from storage.dialect import among
from storage.models import (
    Alike,
    Answer,
    Approval,
    Attachment,
    Audit,
    Author,
    Base,
    Case,
    CaseTag,
    Catch,
    Correction,
    Embedding,
    Feed,
    FeedClick,
    LabelExample,
    LinkHost,
    Media,
    Mention,
    MentionLabel,
    MentionRaw,
    MentionRevision,
    MentionTag,
    ModelTrial,
    Mute,
    MuteDrop,
    Note,
    Notice,
    Promise,
    Reply,
    Resolution,
    RuleFiring,
    SpotCheck,
    Tag,
    Triage,
)
from storage.models.people import OF_AUTHOR

BY_ID = "id:"
"""What a handle begins with that is none, but the platform's id of the author."""

OF_MENTION: Mapping[str, Any] = {
    "raw": MentionRaw,
    "revisions": MentionRevision,
    "pictures": Media,
    "labels": Triage,
    "trials": ModelTrial,
    "corrections": Correction,
    "embeddings": Embedding,
    "label_examples": LabelExample,
    "own_labels": MentionLabel,
    "spot_checks": SpotCheck,
    "catches": Catch,
    "mention_tags": MentionTag,
    "rule_firings": RuleFiring,
    "mute_drops": MuteDrop,
    "link_hosts": LinkHost,
    "alike": Alike,
}
BESIDE = frozenset({"raw", "catches", "mention_tags", "rule_firings", "alike"})
"""Counted with a mention, but not listed under it row by row: names and the payload say more, and rules and copies are no word of its author's."""

OF_CASE: Mapping[str, Any] = {
    "notes": Note,
    "replies": Reply,
    "attachments": Attachment,
    "promises": Promise,
    "case_tags": CaseTag,
    "answers": Answer,
    "resolutions": Resolution,
    "notices": Notice,
    "audit": Audit,
}
OURS = frozenset(
    {
        "person_id",
        "by_id",
        "asked_by_id",
        "decided_by_id",
        "change_by_id",
        "withdrawn_by_id",
        "assignee_id",
        "preferred_id",
        "created_by_id",
        "ended_by_id",
        "back_by_id",
    }
)
"""Who of the team did it is the team's data, not the author's."""

INTERNAL = frozenset({"lease_owner", "lease_until", "triage_owner", "triage_until", "key", "version", "vector", "content_hash", "searched"})
NAMED_BY_OTHERS = 200
"""Posts by others that are looked through for the handle."""


def find(session: Session, source: str, site: str, handle: str) -> list[Author]:
    """The authors of that name there: usually one; several where a handle went from one person to another. `id:…` is the platform's id."""
    there = select(Author).where(Author.source == source, Author.site == site).order_by(Author.id)
    if handle.startswith(BY_ID):
        return list(session.scalars(there.where(Author.external_id == handle.removeprefix(BY_ID))))
    wanted = handle.strip().lstrip("@")
    written = {wanted, f"@{wanted}", wanted.lower(), f"@{wanted.lower()}"} - {"", "@"}
    exactly = list(session.scalars(there.where(Author.handle.in_(written)))) if written else []
    # Only where nobody is written just so: it reads all authors of the place.
    return exactly or list(session.scalars(there.where(func.lower(Author.handle).in_({bare(name) for name in written} - {""}))))


def find_sampled(session: Session, source: str, site: str, handle: str) -> list[Sampled]:
    """The same of those whose posts stand in previews and tests of feeds, be they stored as well or not."""
    if handle.startswith(BY_ID):
        return sampled.found(session, source, site, external_id=handle.removeprefix(BY_ID))
    return sampled.found(session, source, site, handle=handle)


def counts(session: Session, author_id: int) -> dict[str, int]:
    """How many rows of each kind are about this author."""
    mentions, cases = _mention_ids(session, author_id), _case_ids(session, author_id)
    found = {"mentions": len(mentions), "cases": len(cases), "our_own_posts": _own_posts(session, author_id)}
    found |= {kind: _count(session, table, table.mention_id, mentions) for kind, table in OF_MENTION.items()}
    found |= {kind: _count(session, table, table.case_id, cases) for kind, table in OF_CASE.items()}
    found["approvals"] = _count(session, Approval, Approval.reply_id, _reply_ids(session, cases))
    found["audit"] += session.scalar(select(func.count()).select_from(Audit).where(OF_AUTHOR, Audit.subject == f"author {author_id}")) or 0
    return found | sampled_counts(session, sampled.of(session.get_one(Author, author_id)))


def sampled_counts(session: Session, who: Sampled) -> dict[str, int]:
    """The same of what previews and tests of feeds showed of theirs."""
    clicks = session.scalar(select(func.count()).select_from(FeedClick).where(sampled.clicked(who))) or 0
    return {"feed_clicks": clicks, "sampled_posts": len(sampled.posts(session, who))}


def named_by_others(session: Session, handle: str, author_id: int = 0) -> int:
    """How many of the newest posts by other people name the handle. They are those people's, and stay."""
    handle = bare(handle)
    ids = search.search(session, f'"{handle}"', NAMED_BY_OTHERS) if handle else []
    others = among(session, Mention.id, ids) & (Mention.author_id != author_id) & ~Mention.is_own
    return session.scalar(select(func.count()).where(others)) or 0


def named_by_feeds(session: Session, handle: str) -> list[str]:
    """The feeds whose query names them, as one that leaves them out does. It says what the team listens for: only the team changes it."""
    wanted = bare(handle)
    if not wanted:
        return []
    name = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    return [row.name for row in session.execute(select(Feed.name, Feed.query).order_by(Feed.name)) if name.search(row.query.lower())]


def held(session: Session, author_id: int) -> dict[str, Any]:
    """Everything that is held about an author, as plain JSON values; of our own people only that somebody acted."""
    author = session.get_one(Author, author_id)
    mentions, cases = _mention_ids(session, author_id), _case_ids(session, author_id)
    audited = or_(among(session, Audit.case_id, cases), OF_AUTHOR & (Audit.subject == f"author {author_id}"))
    return {
        "author": _plain(author),
        "mentions": [_mention(session, row) for row in _rows(session, Mention, Mention.id, mentions)],
        "cases": [_case(session, row) for row in _rows(session, Case, Case.id, cases)],
        "mutes": [_plain(row) for row in _rows(session, Mute, Mute.author_id, [author_id])],
        "audit": [_plain(row) for row in session.scalars(select(Audit).where(audited).order_by(Audit.id))],
        **_held_of_samples(session, sampled.of(author)),
    }


def held_of_samples(session: Session, who: Sampled) -> dict[str, Any]:
    """The same of somebody of whom nothing is stored but what previews and tests of feeds showed."""
    author = {"source": who.source, "site": who.site, "external_id": who.external_id, "handle": who.handle, "name": who.name}
    return {"author": author, "mentions": [], "cases": [], "mutes": [], "audit": [], **_held_of_samples(session, who)}


def _held_of_samples(session: Session, who: Sampled) -> dict[str, Any]:
    clicks = session.scalars(select(FeedClick).where(sampled.clicked(who)).order_by(FeedClick.id))
    return {"feed_clicks": [_plain(row) for row in clicks], "sampled_posts": sampled.posts(session, who)}


def _mention(session: Session, mention: Mention) -> dict[str, Any]:
    feeds = select(Feed.name).join(Catch, Catch.feed_id == Feed.id).where(Catch.mention_id == mention.id).order_by(Feed.id)
    tags = select(Tag.name).join(MentionTag, MentionTag.tag_id == Tag.id).where(MentionTag.mention_id == mention.id).order_by(Tag.id)
    within = {kind: table for kind, table in OF_MENTION.items() if kind not in BESIDE}
    return {
        **_plain(mention),
        "caught_by": list(session.scalars(feeds)),
        "tags": list(session.scalars(tags)),
        "raw": raw.unpack(session, mention.id),
        **{kind: [_plain(row) for row in _rows(session, table, table.mention_id, [mention.id])] for kind, table in within.items()},
    }


def _case(session: Session, case: Case) -> dict[str, Any]:
    tags = select(Tag.name).join(CaseTag, CaseTag.tag_id == Tag.id).where(CaseTag.case_id == case.id).order_by(Tag.id)
    within = {kind: OF_CASE[kind] for kind in ("notes", "replies", "promises", "resolutions", "answers")}
    return {
        **_plain(case),
        "tags": list(session.scalars(tags)),
        **{kind: [_plain(row) for row in _rows(session, table, table.case_id, [case.id])] for kind, table in within.items()},
    }


def _plain(row: Base) -> dict[str, Any]:
    return {name: _value(getattr(row, name)) for name in inspect(type(row)).column_attrs.keys() if name not in OURS | INTERNAL}  # noqa: SIM118  not a mapping


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _rows(session: Session, table: Any, column: Any, ids: list[int]) -> Iterator[Any]:
    yield from session.scalars(select(table).where(among(session, column, ids)).order_by(*inspect(table).primary_key))


def _count(session: Session, table: Any, column: Any, ids: list[int]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(among(session, column, ids))) or 0


def _own_posts(session: Session, author_id: int) -> int:
    threads = select(Mention.thread_id).where(Mention.author_id == author_id)
    ours = select(func.count()).select_from(Mention).where(Mention.is_own, Mention.thread_id.in_(threads))
    return session.scalar(ours) or 0


def _mention_ids(session: Session, author_id: int) -> list[int]:
    theirs = select(Mention.id).where(Mention.author_id == author_id, Mention.deleted_at.is_(None)).order_by(Mention.id)
    return list(session.scalars(theirs))


def _case_ids(session: Session, author_id: int) -> list[int]:
    return list(session.scalars(select(Case.id).where(Case.author_id == author_id).order_by(Case.id)))


def _reply_ids(session: Session, case_ids: list[int]) -> list[int]:
    return list(session.scalars(select(Reply.id).where(among(session, Reply.case_id, case_ids)).order_by(Reply.id)))
