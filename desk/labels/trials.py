"""A candidate reads what the model in force has labelled, and both are compared: with each other, and with what people said.

What it says lies apart from the labels in force: it moves no case, no count and no list. Posts that were edited are left out, since the two may have
read different words; so are private messages.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from desk.labels import accuracy, reading, vectors
from desk.labels.accuracy import Agreement, Looked
from desk.labels.reading import AMONG, BACK, Waiting
from desk.labels.standing import word_of
from desk.labels.verdict import Verdict
from storage.dialect import among, insert_new
from storage.models import Author, Mention, Model, ModelTrial, Triage
from storage.words import Flag, ModelState, Question

MOST = 1_000
"""So many mentions are drawn at random, of the newest; and as many again of those whose labels people looked at."""

SHOWN = 20
"""So many differences are shown of each question."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a candidate is to read next: mentions drawn at random, and mentions that people looked at."""

    model_id: int
    at_random: Sequence[int]
    looked_at: Sequence[int]


@dataclass(frozen=True, slots=True)
class Rights:
    """Of `n` labels that people looked at, how many each of the two had right."""

    current: Agreement
    candidate: Agreement


@dataclass(frozen=True, slots=True)
class Difference:
    """A mention that the two label differently."""

    mention_id: int
    current: str
    candidate: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`drawn` of the mentions drawn are read, `to_read` wait, `failed` broke the candidate. Agreement is of those drawn at random alone."""

    drawn: int
    to_read: int
    failed: int
    same: Mapping[Question, Agreement]
    rights: Mapping[Question, Rights]
    differing: Mapping[Question, Sequence[Difference]]


@dataclass(frozen=True, slots=True)
class Post:
    """Whose post it is, what it says, and where it stands."""

    author: str
    text: str
    url: str
    is_abusive: bool
    case_id: int | None


def to_draw(session: Session, model_id: int, *, now: datetime) -> Drawn:
    """What is still to be drawn; reads only, since there may be many to draw from."""
    there = select(func.count()).where(ModelTrial.model_id == model_id, ModelTrial.is_drawn)
    wanted = MOST - (session.scalar(there) or 0)
    newest = session.scalar(select(func.max(Mention.id))) or 0
    free = _eligible(session, model_id, now)
    late = select(Mention.id).where(*free, Mention.id > newest - AMONG, Mention.bucket_at >= now - BACK) if wanted > 0 else None
    ids = session.scalars(late).all() if late is not None else []
    chosen = random.SystemRandom().sample(list(ids), min(wanted, len(ids))) if ids else []
    known = sorted({one.mention_id for one in _looked(session, now)} - set(chosen), reverse=True)[:MOST]
    looked = session.scalars(select(Mention.id).where(*free, among(session, Mention.id, known))).all() if known else []
    return Drawn(model_id, sorted(chosen), sorted(looked))


def draw(session: Session, drawn: Drawn) -> int:
    """Put these before the candidate; how many were new."""
    state = session.scalar(select(Model.state).where(Model.id == drawn.model_id))
    if state is not ModelState.CANDIDATE:
        return 0
    blank = {"model_id": drawn.model_id, "answers": {}, "is_failed": False, "looked_at": None}
    alive = select(Mention.id).where(among(session, Mention.id, [*drawn.at_random, *drawn.looked_at]), vectors.readable())
    kept = set(session.scalars(alive.with_for_update(read=True)))
    rows = [{**blank, "mention_id": one, "is_drawn": True} for one in drawn.at_random if one in kept]
    rows += [{**blank, "mention_id": one, "is_drawn": False} for one in drawn.looked_at if one in kept]
    return len(insert_new(session, ModelTrial.__table__, rows, key=("model_id", "mention_id")))


def waiting(session: Session, model_id: int, *, limit: int) -> list[Waiting]:
    """What the candidate has not read yet."""
    columns = select(Mention.id, Mention.revision, Mention.title, Mention.text).join(ModelTrial, ModelTrial.mention_id == Mention.id)
    rows = session.execute(columns.where(ModelTrial.model_id == model_id, UNSEEN).order_by(ModelTrial.mention_id).limit(limit))
    return reading.waiting(rows)


UNSEEN = ModelTrial.looked_at.is_(None)


def record(session: Session, model_id: int, said: Sequence[tuple[Waiting, Verdict | None]], *, now: datetime) -> None:
    """Keep what the candidate said, None where it could not. Of a mention that was erased meanwhile nothing is kept."""
    for mention, verdict in said:
        theirs = update(ModelTrial).where(ModelTrial.model_id == model_id, ModelTrial.mention_id == mention.mention_id, UNSEEN)
        answers = {"answers": verdict.as_dict() if verdict else {}, "is_failed": verdict is None, "looked_at": now}
        session.execute(theirs.values(**answers).execution_options(synchronize_session=False))


def compare(session: Session, model_id: int, *, now: datetime) -> Comparison:
    """How the candidate stands beside the model in force."""
    counted = select(func.count(), func.count().filter(UNSEEN), func.count().filter(ModelTrial.is_failed))
    n, to_read, failed = session.execute(counted.where(ModelTrial.model_id == model_id)).one()
    rows = list(_both(session, model_id))
    drawn = [row for row in rows if row[1]]
    return Comparison(
        drawn=len(drawn),
        to_read=to_read,
        failed=failed,
        same={one: Agreement(len(drawn), sum(_word(row[2], one) == _word(row[3], one) for row in drawn)) for one in Question if n},
        rights=_rights(session, {row[0]: row[2] for row in rows}, now),
        differing={one: found for one in Question if (found := _differing(drawn, one))},
    )


def posts(session: Session, mention_ids: Sequence[int]) -> dict[int, Post]:
    """What these mentions say; those that are gone are absent."""
    columns = select(Mention.id, Mention.title, Mention.text, Mention.url, Mention.abusive, Mention.case_id, Author.name, Author.handle)
    there = columns.join(Author, Author.id == Mention.author_id).where(among(session, Mention.id, mention_ids), vectors.readable())
    return {
        row.id: Post(row.name or row.handle, f"{row.title}\n{row.text}".strip(), row.url, bool(row.abusive), row.case_id)
        for row in session.execute(there)
    }


def mark(session: Session, model_id: int) -> tuple[int, str]:
    """Cheap; another one as soon as the candidate has read more, or people have said more."""
    read = session.scalar(select(func.count(ModelTrial.looked_at)).where(ModelTrial.model_id == model_id)) or 0
    return read, accuracy.mark(session)


def _eligible(session: Session, model_id: int, now: datetime) -> tuple[ColumnElement[bool], ...]:  # noqa: ARG001
    current = select(Model.engine, Model.version).where(Model.state == ModelState.IN_FORCE).subquery()
    by_current = select(Triage.id).where(
        Triage.mention_id == Mention.id, Triage.engine == current.c.engine, Triage.version == current.c.version
    )
    there = select(ModelTrial.mention_id).where(ModelTrial.model_id == model_id, ModelTrial.mention_id == Mention.id)
    is_sound = or_(Mention.flag.is_(None), Mention.flag != Flag.FAILED)
    return vectors.readable(), Mention.revision == 1, Mention.triaged_at.is_not(None), is_sound, by_current.exists(), ~there.exists()


def _both(session: Session, model_id: int) -> Iterator[tuple[int, bool, Mapping[str, Any], Mapping[str, Any]]]:
    """Each mention that both have read: whether it was drawn, what the candidate says, what the model in force says."""
    current = (Triage.engine == Model.engine) & (Triage.version == Model.version)
    columns = select(ModelTrial.mention_id, ModelTrial.is_drawn, ModelTrial.answers, Triage.answers)
    joined = columns.join(Mention, Mention.id == ModelTrial.mention_id).join(Triage, Triage.mention_id == Mention.id).join(Model, current)
    read = joined.where(ModelTrial.model_id == model_id, ~UNSEEN, ~ModelTrial.is_failed, Mention.revision == 1, Triage.revision == 1)
    for row in session.execute(read.where(Model.state == ModelState.IN_FORCE).order_by(ModelTrial.mention_id.desc())):
        yield row[0], row[1], row[2], row[3]


def _rights(session: Session, said: Mapping[int, Mapping[str, Any]], now: datetime) -> dict[Question, Rights]:
    found: dict[Question, list[tuple[bool, bool]]] = defaultdict(list)
    for one in _looked(session, now):
        if one.mention_id in said:
            found[one.question].append((one.said == one.label, _word(said[one.mention_id], one.question) == one.label))
    return {
        question: Rights(*(Agreement(len(pairs), sum(pair[place] for pair in pairs)) for place in range(2)))
        for question, pairs in found.items()
    }


def _looked(session: Session, now: datetime) -> list[Looked]:
    """Labels that people looked at and that the model in force had given."""
    current = session.execute(select(Model.engine, Model.version).where(Model.state == ModelState.IN_FORCE)).first()
    found = accuracy.looked(session, since=now - accuracy.RECENT - accuracy.BEFORE, until=now)
    return [one for one in found if current is not None and (one.engine, one.version) == (current.engine, current.version)]


def _differing(rows: Sequence[tuple[int, bool, Mapping[str, Any], Mapping[str, Any]]], question: Question) -> list[Difference]:
    pairs = ((mention_id, _word(now, question), _word(then, question)) for mention_id, _, then, now in rows)
    return [Difference(mention_id, now, then) for mention_id, now, then in pairs if now != then][:SHOWN]


def _word(answers: Mapping[str, Any], question: Question) -> str:
    return word_of(answers[question]["label"]) or ""
