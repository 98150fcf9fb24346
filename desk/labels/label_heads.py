"""From examples to a head: what the classifier is to learn from, what it learnt, and which heads are in force. Fitting is the classifier's."""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desk import audit
from desk.alerts import errands
from desk.errors import Invalid, NotFound
from desk.labels import vectors
from desk.labels.label_examples import LEAST
from desk.labels.reading import as_read
from desk.people import people
from storage.dialect import among
from storage.models import Catch, Errand, Feed, FeedClick, LabelExample, LabelHead, Mention, OwnLabel, Person, Reply
from storage.words import ErrandKind, ErrandState, OwnLabelKind, ReplyState

ASSUMED = 200
"""So many posts that nobody has looked at teach what a label is not, or what a feed means."""

AMONG = 4_000
"""They are drawn from so many of the newest ones."""

LEARNT_ANEW = 5
"""After so many new clicks a relevance is learnt again by itself."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a head is learnt from. `examples`: texts with what people said; `assumed`: texts of which `assumed_is` is taken for granted."""

    label_id: int
    kind: OwnLabelKind
    examples: Sequence[tuple[str, bool]]
    assumed: Sequence[str]
    assumed_is: bool

    @property
    def texts(self) -> list[str]:
        return [*(text for text, _ in self.examples), *self.assumed]

    @property
    def answers(self) -> list[bool]:
        return [*(is_it for _, is_it in self.examples), *(self.assumed_is for _ in self.assumed)]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A head as the classifier hands it in: `weights` are float32 numbers of the embedding's length."""

    weights: bytes
    bias: float
    threshold: float
    languages: tuple[str, ...]
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """A head in force on one embedding."""

    id: int
    label_id: int
    kind: OwnLabelKind
    weights: bytes
    bias: float
    languages: tuple[str, ...]


def ask(session: Session, label_id: int, *, by: Person, now: datetime) -> int:
    """Ask the classifier to learn a label from its examples; the errand's id. Raises NotAllowed, NotFound, and Invalid with too few examples."""
    people.require(by, people.LEADS)
    label = session.scalar(select(OwnLabel).where(OwnLabel.id == label_id, OwnLabel.retired_at.is_(None)))
    if label is None:
        raise NotFound("There is no such label")
    name = vectors.offered(session)
    if not name:
        raise Invalid('The engine that classifies here has no embedding to learn on: set engine = "onnx" in the settings file')
    require_enough(material(session, label_id))
    waiting = asked(session, label_id)
    if waiting is not None and waiting.state in {ErrandState.QUEUED, ErrandState.RUNNING}:
        return waiting.id
    errand_id = errands.ask(session, ErrandKind.FIT_LABEL, {"label_id": label_id, "embedding": name}, by=by, now=now)
    session.get_one(Errand, errand_id).subject = _subject(label_id)
    session.flush()
    return errand_id


def require_enough(found: Material) -> None:
    """Raises Invalid where a head would be learnt by chance."""
    yes = sum(found.answers)
    no = len(found.answers) - yes
    if found.kind is OwnLabelKind.RELEVANCE and min(yes, no) < LEAST:
        raise Invalid(
            f"Say of {LEAST} posts at least that they are about us, and of {LEAST} that they are not: it is {yes} and {no} so far"
        )
    if yes < LEAST:
        raise Invalid(f"Give at least {LEAST} examples: it is {yes} so far")
    if no < LEAST:
        raise Invalid("There is too little here that the label is not: say of some posts that they are none, or paste some")


def asked(session: Session, label_id: int) -> Errand | None:
    """The last time that somebody asked for a head."""
    same = (Errand.kind == ErrandKind.FIT_LABEL) & (Errand.subject == _subject(label_id)) & (Errand.subject != "")
    return session.scalar(select(Errand).where(same).order_by(Errand.id.desc()).limit(1).execution_options(populate_existing=True))


def material(session: Session, label_id: int) -> Material:
    """What there is to learn a label from. Raises NotFound."""
    label = session.get(OwnLabel, label_id)
    if label is None or label.retired_at is not None:
        raise NotFound("There is no such label")
    examples = _examples(session, label_id) + _clicks(session, label)
    known = set(session.scalars(select(LabelExample.mention_id).where(LabelExample.label_id == label_id)))
    is_relevance = label.kind is OwnLabelKind.RELEVANCE
    assumed = _answered(session, label, known) if is_relevance else _drawn(session, label_id, known)
    taken = {text for text, _ in examples}
    return Material(label_id, label.kind, examples, [text for text in assumed if text not in taken], assumed_is=is_relevance)


def store(session: Session, label_id: int, embedding: str, learnt: Learnt, *, takes_over: bool, now: datetime) -> int:
    """Keep a head; its id. It comes into force when a person says so, or, with `takes_over`, in the place of the one that is."""
    head = LabelHead(
        label_id=label_id,
        embedding=embedding,
        weights=learnt.weights,
        bias=learnt.bias,
        threshold=learnt.threshold,
        languages=list(learnt.languages),
        figures=dict(learnt.figures),
        fitted_at=now,
    )
    session.add(head)
    session.flush()
    label = session.get_one(OwnLabel, label_id, with_for_update=True, populate_existing=True)
    if takes_over and label.is_on:
        label.head_id = head.id
        audit.record(session, "own_label_learnt_anew", now=now, by=None, subject=f"own label {label_id}", head=head.id)
    return head.id


def mark(session: Session, embedding: str) -> tuple[tuple[int, int], ...]:
    """Which heads are in force on this embedding: another value as soon as that changes."""
    query = select(OwnLabel.id, LabelHead.id).join(LabelHead, LabelHead.id == OwnLabel.head_id)
    on = query.where(OwnLabel.is_on, OwnLabel.retired_at.is_(None), LabelHead.embedding == embedding)
    return tuple((row[0], row[1]) for row in session.execute(on.order_by(OwnLabel.id)))


def heads(session: Session, marked: Collection[tuple[int, int]]) -> list[Head]:
    """The heads that were named by `mark`."""
    columns = select(LabelHead, OwnLabel.kind).join(OwnLabel, OwnLabel.id == LabelHead.label_id)
    rows = session.execute(columns.where(LabelHead.id.in_([head_id for _, head_id in marked])).order_by(LabelHead.label_id))
    return [Head(one.id, one.label_id, kind, one.weights, one.bias, tuple(one.languages)) for one, kind in rows]


def to_learn_anew(session: Session, embedding: str) -> list[int]:
    """Labels that are switched on and whose head cannot speak on this embedding, and relevances with enough new clicks."""
    on = select(OwnLabel, LabelHead).join(LabelHead, LabelHead.id == OwnLabel.head_id)
    rows = session.execute(on.where(OwnLabel.is_on, OwnLabel.retired_at.is_(None)).order_by(OwnLabel.id)).all()
    return [label.id for label, head in rows if head.embedding != embedding or _has_new_clicks(session, label, head)]


def _has_new_clicks(session: Session, label: OwnLabel, head: LabelHead) -> bool:
    if label.kind is not OwnLabelKind.RELEVANCE:
        return False
    said = session.scalar(select(func.count()).where(LabelExample.label_id == label.id, LabelExample.at > head.fitted_at)) or 0
    clicked = session.scalar(select(func.count()).where(FeedClick.feed_id == label.feed_id, FeedClick.at > head.fitted_at)) or 0
    return said + clicked >= LEARNT_ANEW


def _examples(session: Session, label_id: int) -> list[tuple[str, bool]]:
    """Of posts the words as they are now; those whose words are gone teach nothing."""
    columns = select(LabelExample.text, LabelExample.is_it, LabelExample.mention_id, Mention.title, Mention.text.label("said"))
    query = columns.outerjoin(Mention, Mention.id == LabelExample.mention_id).where(LabelExample.label_id == label_id)
    found = [
        (as_read(row.title, row.said) if row.mention_id is not None else row.text, bool(row.is_it))
        for row in session.execute(query.order_by(LabelExample.id))
    ]
    return [(text, is_it) for text, is_it in found if text]


def _clicks(session: Session, label: OwnLabel) -> list[tuple[str, bool]]:
    """What people said of a feed's preview before it was saved."""
    if label.feed_id is None:
        return []
    clicked = select(FeedClick.title, FeedClick.text, FeedClick.is_ours).where(FeedClick.feed_id == label.feed_id)
    found = [(as_read(row.title, row.text), bool(row.is_ours)) for row in session.execute(clicked.order_by(FeedClick.id))]
    return [(text, is_ours) for text, is_ours in found if text]


def _answered(session: Session, label: OwnLabel, known: Collection[int | None]) -> list[str]:
    """Posts of the feed that the team has answered are about us."""
    sent = select(Reply.id).where(Reply.mention_id == Mention.id, Reply.state == ReplyState.SENT).exists()
    query = _texts().join(Catch, Catch.mention_id == Mention.id).where(Catch.feed_id == label.feed_id, sent)
    rows = session.execute(query.order_by(Mention.id.desc()).limit(ASSUMED)).all()
    return [as_read(row.title, row.text) for row in rows if row.id not in known and (row.title or row.text)]


def _drawn(session: Session, label_id: int, known: Collection[int | None]) -> list[str]:
    """Random posts of late: few of them are what a label names, and those few cost it a little. The same draw as long as nothing comes in."""
    newest = session.scalars(select(Mention.id).where(vectors.readable()).order_by(Mention.id.desc()).limit(AMONG)).all()
    free = [mention_id for mention_id in newest if mention_id not in known]
    chosen = random.Random(label_id).sample(free, min(ASSUMED, len(free)))  # noqa: S311  no secret hangs on which posts teach
    rows = session.execute(_texts().where(among(session, Mention.id, sorted(chosen))).order_by(Mention.id))
    return [as_read(row.title, row.text) for row in rows if row.title or row.text]


def _texts() -> Select[int, str, str]:
    return select(Mention.id, Mention.title, Mention.text).where(vectors.readable())


def _subject(label_id: int) -> str:
    return f"label {label_id}"


def feeds_without(session: Session) -> dict[int, str]:
    """Feeds by name that have no relevance yet, and are not retired."""
    known = select(OwnLabel.feed_id).where(OwnLabel.feed_id.is_not(None))
    rows = session.execute(select(Feed.id, Feed.name).where(~Feed.retired, Feed.id.not_in(known)).order_by(func.lower(Feed.name)))
    return {row.id: row.name for row in rows}
