"""Which other cases may belong to an incident: those that the classifier finds like the attached ones, and those that share their words."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import states
from desk.incidents import incident_cases, incidents
from desk.incidents.incident_cases import Attached
from desk.labels import vectors
from desk.labels.vectors import StoredVector
from desk.outcomes.resolutions import WORD
from desk.people import people
from storage.dialect import among, holds
from storage.models import Audit, Case, Embedding, Errand, Incident, Mention, Person
from storage.search import fold
from storage.words import ErrandKind, ErrandState

SPAN = timedelta(hours=48)
"""Older cases are no part of what happens now."""

VERY = 0.75
"""The cosine from which two openings are very similar (Banking77: 89 of 100 such pairs share their label)."""

SEEDS = 24
"""So many attached cases stand for the incident when others are compared: the newest."""

ASKED_AGAIN = timedelta(minutes=1)
LOOK_AT = 1000
SHARED_LEAST = 2
WORDS = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live case outside the incident. `score` is its likeness to the most similar attached one, 0 where only words are shared."""

    id: int
    author: str
    preview: str
    language: str
    posted_at: datetime
    score: float
    words: tuple[str, ...]
    abusive: bool = False

    @property
    def is_very_similar(self) -> bool:
        return self.score >= VERY


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best ones first, how many there are at least, and how many of them are very similar. `waits`: the classifier is still looking."""

    best: tuple[Candidate, ...]
    found: int
    very_similar: tuple[int, ...]
    waits: bool


def ask(session: Session, incident_id: int, *, by: Person | None, now: datetime) -> int | None:
    """Ask the classifier for cases like the attached ones, unless somebody did within the minute; None where nothing can be compared.

    No act of a person, and no record: it is asked by itself when the incident is looked at.
    """
    if by is not None:
        people.require(by, people.READ)
    name = vectors.offered(session)
    if not name or session.scalar(select(Case.id).where(Case.incident_id == incident_id).limit(1)) is None:
        return None
    asked = _latest(session, incident_id, name)
    if asked is not None and asked.created_at > now - ASKED_AGAIN:
        return asked.id
    request = {"incident_id": incident_id, "embedding": name}
    errand = Errand(kind=ErrandKind.SIMILAR, subject=_subject(incident_id, name), request=request, created_at=now)
    errand.person_id = by.id if by else None
    session.add(errand)
    session.flush()
    return errand.id


def candidates(session: Session, incident_id: int, *, words: str = "", by: Person, now: datetime, limit: int = 50) -> Candidates:
    """Live cases of the same brands that were posted in the last 48 hours, ranked; with `words` only those that have them."""
    people.require(by, people.READ)
    scores, waits = _scores(session, incident_id)
    common = _common(session, incident_id)
    rows = _outside(session, incident_id, words=words, now=now)
    found = [_candidate(row, scores, common) for row in rows]
    likely = found if words.strip() else [one for one in found if one.score or len(one.words) >= SHARED_LEAST]
    ranked = sorted(likely, key=lambda one: (-one.score, -len(one.words), -one.id))
    very = tuple(one.id for one in ranked if one.is_very_similar)
    return Candidates(tuple(ranked[:limit]), len(ranked), very, waits)


def tend(session: Session, *, now: datetime) -> int:
    """For each incident whose lead lets them in: attach what is very similar by what the classifier found last, and ask anew. How many came in."""
    lets = select(Incident.id).where(Incident.closed_at.is_(None), Incident.attaches_by_id.is_not(None)).order_by(Incident.id)
    came = 0
    for incident_id in session.scalars(lets).all():
        came += len(_attach_similar(session, incident_id, now=now).case_ids)
        ask(session, incident_id, by=None, now=now)
    return came


def seeds(session: Session, incident_id: int, name: str) -> list[StoredVector]:
    """The vectors of the newest attached cases, each with the brand of its case."""
    columns = select(Embedding.id, Embedding.mention_id, Case.brand_id, Embedding.vector, Embedding.scale)
    joined = columns.join(Case, Case.opening_mention_id == Embedding.mention_id).join(Mention, Mention.id == Embedding.mention_id)
    inside = joined.where(Case.incident_id == incident_id, Embedding.name == name, vectors.readable())
    return [StoredVector(*row) for row in session.execute(inside.order_by(Case.id.desc()).limit(SEEDS))]


def attachable(session: Session, mention_ids: Collection[int], *, now: datetime) -> dict[int, int]:
    """Which of these openings belong to a case that could be attached, with that case."""
    found = select(Mention.id, Case.id).join(Case, Case.opening_mention_id == Mention.id)
    free = found.where(among(session, Mention.id, mention_ids), vectors.readable(), *_free(now))
    return {row[0]: row[1] for row in session.execute(free)}


def _attach_similar(session: Session, incident_id: int, *, now: datetime) -> Attached:
    scores, _ = _scores(session, incident_id)
    alike = [case_id for case_id, score in scores.items() if score >= VERY]
    if not alike:
        return Attached((), {})
    # Whoever was taken out by a person, or came back, stays out.
    free = select(Case.id).where(among(session, Case.id, alike), *_free(now), Case.left_incident_id.is_(None), ~_was_taken_out(incident_id))
    ready = session.scalars(free.order_by(Case.id).limit(incident_cases.MOST)).all()
    return incident_cases.attach(session, incident_id, ready, by=None, now=now) if ready else Attached((), {})


def _was_taken_out(incident_id: int) -> Any:
    return (
        select(Audit.id)
        .where(Audit.case_id == Case.id, Audit.verb == "incident_detached", Audit.subject == f"incident {incident_id}")
        .exists()
    )


def _free(now: datetime) -> tuple[Any, ...]:
    return Case.incident_id.is_(None), Case.status.in_(states.LIVE), Case.posted_at > now - SPAN


def _outside(session: Session, incident_id: int, *, words: str, now: datetime) -> Sequence[Any]:
    columns = select(Case.id, Case.author_name, Case.preview, Case.language, Case.posted_at, Case.abusive)
    brands = select(Case.brand_id).where(Case.incident_id == incident_id).distinct()
    wanted = fold(words.strip())
    like = [holds(session, Case.searched, wanted)] if wanted else []
    known = session.scalars(brands).all()
    ours = [among(session, Case.brand_id, known)] if known else []
    return session.execute(columns.where(*_free(now), *ours, *like).order_by(Case.id.desc()).limit(LOOK_AT)).all()


def _candidate(row: Any, scores: Mapping[int, float], common: Collection[str]) -> Candidate:
    shared = tuple(sorted(_words(row.preview) & set(common)))
    return Candidate(row.id, row.author_name, row.preview, row.language or "", row.posted_at, scores.get(row.id, 0.0), shared, row.abusive)


def _common(session: Session, incident_id: int) -> set[str]:
    """The words that most of the attached cases have, and those of the incident's name."""
    newest = select(Case.preview).where(Case.incident_id == incident_id).order_by(Case.id.desc()).limit(100)
    previews = session.scalars(newest).all()
    counted = Counter(word for preview in previews for word in _words(preview))
    least = max(2, len(previews) // 3)
    common = {word for word, n in counted.most_common(WORDS) if n >= least or len(previews) == 1}
    return common | set(_words(incidents.find(session, incident_id).name))


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(fold(text)))


def _subject(incident_id: int, name: str) -> str:
    return f"incident {incident_id} {name}"[:120]


def _latest(session: Session, incident_id: int, name: str, *, done: bool = False) -> Errand | None:
    same = (Errand.kind == ErrandKind.SIMILAR) & (Errand.subject == _subject(incident_id, name)) & (Errand.subject != "")
    query = select(Errand).where(same, *([Errand.state == ErrandState.DONE] if done else []))
    return session.scalar(query.order_by(Errand.id.desc()).limit(1).execution_options(populate_existing=True))


def _scores(session: Session, incident_id: int) -> tuple[dict[int, float], bool]:
    name = vectors.offered(session)
    if not name:
        return {}, False
    newest, done = _latest(session, incident_id, name), _latest(session, incident_id, name, done=True)
    found = (done.result or {}).get("cases") or [] if done is not None else []
    is_waiting = newest is not None and newest.state in {ErrandState.QUEUED, ErrandState.RUNNING}
    return {int(one["case_id"]): float(one["score"]) for one in found}, is_waiting
