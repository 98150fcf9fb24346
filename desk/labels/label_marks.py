"""Own labels on mentions, and what is probably not about us: put by a head's score, or by a person, whose word wins over every head."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from storage.dialect import among, insert_new
from storage.models import LabelExample, LabelHead, Mention, MentionLabel, OwnLabel
from storage.words import OwnLabelKind, Urgency

Scores = Mapping[int, float]
"""Of one text: the probability of each label whose head could read it, by the label's id."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A label that is switched on. `threshold` is none while its head waits for the embedding of another model; people's words hold all the same."""

    id: int
    kind: OwnLabelKind
    feed_id: int | None
    threshold: float | None


def in_force(session: Session) -> list[InForce]:
    query = select(OwnLabel.id, OwnLabel.kind, OwnLabel.feed_id, LabelHead.threshold).outerjoin(LabelHead, LabelHead.id == OwnLabel.head_id)
    rows = session.execute(query.where(OwnLabel.is_on, OwnLabel.retired_at.is_(None)).order_by(OwnLabel.id))
    return [InForce(*row) for row in rows]


def put(session: Session, said: Sequence[tuple[Mention, Scores]], scopes: Mapping[int, Sequence[int]]) -> dict[int, frozenset[int]]:
    """Bring into force what the heads say of these mentions, whose labels stand already; which own labels each has now.

    A head that could not read a text says nothing of it: what it had said of it before stays. The caller has locked the mentions.
    """
    labels = in_force(session)
    if not labels or not said:
        return {}
    theirs = _examples(session, [mention.id for mention, _ in said])
    named = [label for label in labels if label.kind is OwnLabelKind.LABEL]
    relevance = {label.feed_id: label for label in labels if label.kind is OwnLabelKind.RELEVANCE}
    for mention, scores in said:
        _set_aside(mention, scores, [relevance.get(scope) for scope in scopes[mention.id] if scope > 0], theirs.get(mention.id, {}))
    _mark(session, said, named, theirs)
    return of_mentions(session, [mention.id for mention, _ in said])


def of_mentions(session: Session, mention_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The own labels on these mentions; those that have none are absent."""
    found: dict[int, set[int]] = defaultdict(set)
    on = select(MentionLabel.mention_id, MentionLabel.label_id).where(among(session, MentionLabel.mention_id, list(mention_ids)))
    for row in session.execute(on):
        found[row.mention_id].add(row.label_id)
    return {mention_id: frozenset(ids) for mention_id, ids in found.items()}


def mark(session: Session, mention: Mention, label_id: int, *, is_it: bool) -> None:
    """What a person says of one label on one mention."""
    if not is_it:
        there = delete(MentionLabel).where(MentionLabel.mention_id == mention.id, MentionLabel.label_id == label_id)
        session.execute(there.execution_options(synchronize_session=False))
        return
    row = {"mention_id": mention.id, "label_id": label_id, "bucket_at": mention.bucket_at, "score": None}
    insert_new(session, MentionLabel.__table__, [row], key=("mention_id", "label_id"))


def is_emergency(mention: Mention) -> bool:
    """Somebody needs an answer and hours matter, or wrote to us in private: no head puts that aside."""
    return mention.is_private or (bool(mention.needs_reply) and Urgency.HIGH in {mention.urgency, mention.ruled_urgency})


def _set_aside(mention: Mention, scores: Scores, feeds: Sequence[InForce | None], theirs: Mapping[int, bool]) -> None:
    """Only where every feed that caught it says so: one without a relevance means all that it catches, one that cannot tell might have meant it."""
    not_us = [label.id for label in feeds if label is not None and _says(label, scores, theirs) is False]
    is_aside = bool(not_us) and len(not_us) == len(feeds) and not is_emergency(mention)
    mention.aside_by_id = not_us[0] if is_aside else None


def _mark(
    session: Session, said: Sequence[tuple[Mention, Scores]], labels: Sequence[InForce], theirs: Mapping[int, Mapping[int, bool]]
) -> None:
    rows, off = [], defaultdict(list)
    for mention, scores in said:
        for label in labels:
            is_it = _says(label, scores, theirs.get(mention.id, {}))
            if is_it and not mention.is_private:
                score = None if label.id in theirs.get(mention.id, {}) else round(scores[label.id], 4)
                rows.append({"mention_id": mention.id, "label_id": label.id, "bucket_at": mention.bucket_at, "score": score})
            elif is_it is False:
                off[label.id].append(mention.id)
    for label_id, mention_ids in off.items():
        there = delete(MentionLabel).where(MentionLabel.label_id == label_id, among(session, MentionLabel.mention_id, mention_ids))
        session.execute(there.execution_options(synchronize_session=False))
    insert_new(session, MentionLabel.__table__, rows, key=("mention_id", "label_id"))


def _says(label: InForce, scores: Scores, theirs: Mapping[int, bool]) -> bool | None:
    if label.id in theirs:
        return theirs[label.id]
    if label.threshold is None or label.id not in scores:
        return None
    return scores[label.id] >= label.threshold


def _examples(session: Session, mention_ids: Collection[int]) -> dict[int, dict[int, bool]]:
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    columns = (LabelExample.mention_id, LabelExample.label_id, LabelExample.is_it)
    for row in session.execute(select(*columns).where(among(session, LabelExample.mention_id, list(mention_ids)))):
        if row.mention_id is not None:
            found[row.mention_id][row.label_id] = row.is_it
    return dict(found)
