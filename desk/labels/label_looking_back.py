"""What a label that was lately switched on says of the mentions of the last weeks: the newest first, a few at a time, behind triage's back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.labels import vectors
from desk.labels.reading import AMONG, BACK, as_read
from storage.dialect import among, insert_new
from storage.models import LabelExample, LabelHead, Mention, MentionLabel, OwnLabel
from storage.words import OwnLabelKind

OVER = 0


@dataclass(frozen=True, slots=True)
class Older:
    """A mention that came before the label did. `text` is what an engine reads."""

    mention_id: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The next mentions that one label looks at, and where it stood before."""

    label_id: int
    head_id: int
    back_to: int | None
    mentions: Sequence[Older]


def batch(session: Session, *, now: datetime, limit: int) -> Batch | None:
    """What to look at next; None when no label looks back. What is about us is asked of new mentions alone: cases that are open stay."""
    current = vectors.offered(session)
    on = select(OwnLabel.id, OwnLabel.head_id, OwnLabel.back_to).join(LabelHead, LabelHead.id == OwnLabel.head_id)
    waiting = on.where(OwnLabel.is_on, OwnLabel.kind == OwnLabelKind.LABEL, OwnLabel.retired_at.is_(None), LabelHead.embedding == current)
    row = session.execute(waiting.where((OwnLabel.back_to.is_(None)) | (OwnLabel.back_to > OVER)).order_by(OwnLabel.id).limit(1)).first()
    if row is None or row.head_id is None:
        return None
    newest = session.scalar(select(func.max(Mention.id))) or 0
    below = row.back_to if row.back_to is not None else newest + 1
    columns = select(Mention.id, Mention.title, Mention.text, Mention.language)
    kept = columns.where(Mention.id < below, Mention.id > newest - AMONG, vectors.readable(), Mention.bucket_at >= now - BACK)
    rows = session.execute(kept.where(Mention.triaged_at.is_not(None)).order_by(Mention.id.desc()).limit(limit))
    mentions = [Older(one.id, as_read(one.title, one.text), one.language or "") for one in rows]
    return Batch(row.id, row.head_id, row.back_to, mentions)


def record(session: Session, looked: Batch, said: Mapping[int, float | None]) -> int:
    """Put the label where its head says so and nobody has said otherwise, and remember how far it has come; how many have it now.

    Nothing is written when the label was switched off, or given another head, meanwhile.
    """
    found = select(OwnLabel).where(OwnLabel.id == looked.label_id).with_for_update().execution_options(populate_existing=True)
    label = session.scalar(found)
    if label is None or not label.is_on or label.head_id != looked.head_id or label.back_to != looked.back_to:
        return 0
    label.back_to = min(said) if said else OVER
    threshold = session.get_one(LabelHead, looked.head_id).threshold
    marked = {mention_id: score for mention_id, score in said.items() if score is not None and score >= threshold}
    named = set(session.scalars(select(LabelExample.mention_id).where(LabelExample.label_id == label.id)))
    alive = select(Mention.id, Mention.bucket_at).where(among(session, Mention.id, sorted(set(marked) - named)), vectors.readable())
    rows = [
        {"mention_id": one.id, "label_id": label.id, "bucket_at": one.bucket_at, "score": round(marked[one.id], 4)}
        for one in session.execute(alive.order_by(Mention.id).with_for_update(read=True))
    ]
    return len(insert_new(session, MentionLabel.__table__, rows, key=("mention_id", "label_id")))
