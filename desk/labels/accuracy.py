"""How often the classifier is right, as this team's own work tells.

Looked at is a label that a person corrected or confirmed, and `needs_reply` of a post whose case a person closed: an answered customer needed an
answer, spam and "no action needed" did not. A duplicate says nothing.

What people look at is no sample of what was heard. They see what the classifier brought before them: of customers whom it missed, few are found,
so `needs_reply` looks better here than it is. They correct what is wrong, and seldom confirm what is right, so every other question looks worse.
Compare these numbers with each other, over time and between feeds; for the plain truth draw posts at random and label them all.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.intervals import wilson
from desk.labels.standing import word_of
from storage.dialect import among
from storage.models import Audit, Case, Catch, Correction, Mention, Triage
from storage.models.cases import CLOSED
from storage.words import Outcome, Question

RECENT, BEFORE = timedelta(weeks=4), timedelta(weeks=12)
"""Drift: the agreement of the last weeks against that of the weeks before them."""

SAYS: Mapping[Outcome, bool] = {
    Outcome.SOLVED: True,
    Outcome.ANSWERED: True,
    Outcome.MOVED: True,
    Outcome.DECLINED: True,
    Outcome.NO_ANSWER: True,
    Outcome.SPAM: False,
    Outcome.NO_ACTION: False,
}
"""Whether the customer needed a reply, by how a person closed the case."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Looked:
    """One label that a person looked at: what the model had said, and what they say."""

    mention_id: int
    question: Question
    said: str
    label: str
    engine: str
    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of `n` labels looked at, how many were right."""

    n: int
    right: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where nobody has looked."""
        return self.right / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share; all of it where nobody has looked."""
        return wilson(self.right, self.n) if self.n else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Drift:
    """The last weeks against the weeks before them. Told only when the two intervals do not overlap: chance alone rarely does that."""

    recent: Agreement
    before: Agreement

    @property
    def has_fallen(self) -> bool:
        return self._is_known and self.recent.interval[1] < self.before.interval[0]

    @property
    def has_risen(self) -> bool:
        return self._is_known and self.recent.interval[0] > self.before.interval[1]

    @property
    def _is_known(self) -> bool:
        return bool(self.recent.n and self.before.n)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Agreement by question, and of each question by the label that the model gave, by feed, by engine and version, and by week (its Monday).

    A mention that two feeds caught counts in both; what nobody looked at is absent.
    """

    since: datetime
    until: datetime
    by_question: Mapping[Question, Agreement]
    by_label: Mapping[tuple[Question, str], Agreement]
    by_feed: Mapping[tuple[Question, int], Agreement]
    by_version: Mapping[tuple[Question, str], Agreement]
    by_week: Mapping[tuple[Question, date], Agreement]
    drift: Mapping[Question, Drift]


def accuracy(session: Session, *, now: datetime, zone: str) -> Accuracy:
    """The last sixteen weeks. Weeks are those of `zone`."""
    since, here = now - RECENT - BEFORE, ZoneInfo(zone)
    found = looked(session, since=since, until=now)
    feeds = _feeds(session, {one.mention_id for one in found})
    return Accuracy(
        since=since,
        until=now,
        by_question=_grouped(found, lambda one: [one.question]),
        by_label=_grouped(found, lambda one: [(one.question, one.said)]),
        by_feed=_grouped(found, lambda one: [(one.question, feed) for feed in feeds.get(one.mention_id, ())]),
        by_version=_grouped(found, lambda one: [(one.question, f"{one.engine} {one.version}")]),
        by_week=_grouped(found, lambda one: [(one.question, _monday(one.at.astimezone(here).date()))]),
        drift=_drift(found, at=now - RECENT),
    )


def mark(session: Session) -> str:
    """Cheap; another one as soon as somebody has said something of a label, taken it back, or closed a case."""
    said = session.execute(select(func.max(Correction.id), func.count(Correction.withdrawn_at))).one()
    return f"{said[0]} {said[1]} {session.scalar(select(func.max(Case.closed_at)).where(CLOSED))}"


def looked(session: Session, *, since: datetime, until: datetime) -> list[Looked]:
    """Every label that people looked at between two instants and that a model had given, once for each mention and question.

    What somebody said of the label itself outweighs what the end of its case says.
    """
    said = {(one.mention_id, one.question): one for one in _said_of_labels(session, since, until)}
    closed = {(one.mention_id, one.question): one for one in _closed(session, since, until)}
    return list((closed | said).values())


def _said_of_labels(session: Session, since: datetime, until: datetime) -> Iterator[Looked]:
    columns = [getattr(Correction, name) for name in Looked.__slots__]
    there = select(*columns).where(Correction.withdrawn_at.is_(None), Correction.said.is_not(None))
    for row in session.execute(there.where(Correction.at >= since, Correction.at < until).order_by(Correction.id)):
        yield Looked(*row)


def _closed(session: Session, since: datetime, until: datetime) -> Iterator[Looked]:
    """What the end of a case says of the post that opened it, against the model's last word before that end."""
    word = select(func.max(Triage.id)).where(Triage.mention_id == Case.opening_mention_id, Triage.created_at <= Case.closed_at)
    by_person = (Audit.case_id == Case.id) & (Audit.verb == "close") & (Audit.at == Case.closed_at) & Audit.person_id.is_not(None)
    answer = Triage.answers["needs_reply"]["label"].as_boolean()
    columns = (Case.opening_mention_id, answer, Case.outcome, Triage.engine, Triage.version, Case.closed_at)
    query = select(*columns).join(Audit, by_person).join(Triage, Triage.id == word.correlate(Case).scalar_subquery())
    ended = query.where(CLOSED, Case.closed_at >= since, Case.closed_at < until, Case.outcome.in_(SAYS))
    there = ended.join(Mention, Mention.id == Case.opening_mention_id).where(Mention.deleted_at.is_(None))
    for mention_id, said, outcome, engine, version, at in session.execute(there.order_by(Case.closed_at, Case.id)):
        label = word_of(SAYS[outcome])
        yield Looked(mention_id, Question.NEEDS_REPLY, word_of(said) or "", label or "", engine, version, at)


def _feeds(session: Session, mention_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    caught = select(Catch.mention_id, Catch.feed_id).where(among(session, Catch.mention_id, sorted(mention_ids)))
    for mention_id, feed_id in session.execute(caught):
        found[mention_id].append(feed_id)
    return found


def _grouped(found: Iterable[Looked], keys: Callable[[Looked], Iterable[K]]) -> dict[K, Agreement]:
    counts: dict[K, list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        for key in keys(one):
            counts[key][0] += 1
            counts[key][1] += one.said == one.label
    return {key: Agreement(n, right) for key, (n, right) in counts.items()}


def _drift(found: Iterable[Looked], *, at: datetime) -> dict[Question, Drift]:
    parts = _grouped(found, lambda one: [(one.question, one.at >= at)])
    none = Agreement(0, 0)
    return {question: Drift(parts.get((question, True), none), parts.get((question, False), none)) for question in Question}


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
