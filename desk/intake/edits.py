"""Posts that we know already and that say something else now: the old text is kept, the new one is triaged again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.intake.cleaning import Cleaned, content_hash
from storage import search
from storage.dialect import among
from storage.models import Mention, MentionRevision
from storage.search import Text


def apply(session: Session, edited: Mapping[int, Cleaned], *, now: datetime) -> list[tuple[int, Cleaned]]:
    """Store what changed; returns those that did. Labels stay, and so do the counts, until triage has read the new text."""
    by_id = dict(edited)
    locked = (
        select(Mention).where(among(session, Mention.id, list(by_id)), Mention.deleted_at.is_(None)).order_by(Mention.id).with_for_update()
    )
    stored = session.scalars(locked.execution_options(populate_existing=True)).all()
    changed = [mention for mention in stored if _is_newer(session, mention, by_id[mention.id])]
    for mention in changed:
        _revise(session, mention, by_id[mention.id], now=now)
    session.flush()
    return [(mention.id, by_id[mention.id]) for mention in changed]


def _is_newer(session: Session, mention: Mention, post: Cleaned) -> bool:
    if post.content_hash == mention.content_hash:
        return False
    edited_at = post.post.edited_at
    if edited_at is not None and mention.edited_at is not None:
        return edited_at > mention.edited_at
    # Two feeds, or two caches of a platform, show old and new in turns: what it said before is no news, unless the source says when it changed.
    return edited_at is not None or not _was_said_before(session, mention.id, post)


def _was_said_before(session: Session, mention_id: int, post: Cleaned) -> bool:
    said = session.execute(select(MentionRevision.title, MentionRevision.text).where(MentionRevision.mention_id == mention_id))
    return any(content_hash(title, text) == post.content_hash for title, text in said)


def _revise(session: Session, mention: Mention, post: Cleaned, *, now: datetime) -> None:
    before = Text(mention.title, mention.text)
    session.add(MentionRevision(mention_id=mention.id, revision=mention.revision, title=before.title, text=before.text, replaced_at=now))
    mention.title, mention.text, mention.content_hash = post.title, post.text, post.content_hash
    mention.edited_at = post.post.edited_at or now
    mention.revision += 1
    for name, value in _what_follows(post, mention).items():
        setattr(mention, name, value)
    search.change(session, mention.id, before=before, after=Text(post.title, post.text))


def _what_follows(post: Cleaned, mention: Mention) -> dict[str, Any]:
    original = post.post
    return {
        "url": original.url or mention.url,
        "capability": original.capability,
        "capability_reason": original.capability_reason,
        "addressed": list(original.addressed),
        "triaged_at": None,
        "triage_owner": None,
        "triage_until": None,
        "triage_attempts": 0,
        "flag": None,
    }
