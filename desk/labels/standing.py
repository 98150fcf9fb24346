"""What people said of a mention's labels and still stands, what the model says, and what of both is in force."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from desk.errors import Invalid
from storage.dialect import among_given, given, is_sqlite
from storage.models import Case, Correction, Mention, MentionRevision, Person, Triage
from storage.words import Intent, Question, Sentiment, Urgency

Label = Sentiment | Intent | Urgency | bool

CHOICES: Mapping[Question, Mapping[str, Label]] = {
    Question.SENTIMENT: {one.value: one for one in Sentiment},
    Question.INTENT: {one.value: one for one in Intent},
    Question.NEEDS_REPLY: {"true": True, "false": False},
    Question.URGENCY: {one.value: one for one in Urgency},
    Question.ABUSIVE: {"true": True, "false": False},
}
"""The labels of each question, by the word that is stored and sent."""

SURE = 1.0
"""The confidence of a sentiment that a person has named, and the chance of what they called pressing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The word of a person that holds for one question. `said` is what the model had said then, None where it had said nothing."""

    id: int
    question: Question
    label: str
    said: str | None
    revision: int
    person_id: int
    person: str
    at: datetime

    @property
    def is_correction(self) -> bool:
        """Another label than the model's; else it was confirmed."""
        return self.label != self.said


Standings = Mapping[Question, Standing]


@dataclass(frozen=True, slots=True)
class Said:
    """The model's last word on a mention. `unsure` names the questions that it wanted a person to look at."""

    engine: str
    version: str
    answers: Mapping[str, Any]

    @property
    def unsure(self) -> frozenset[str]:
        return frozenset(self.answers.get("unsure", ()))

    def label(self, question: Question) -> Label | None:
        answer = self.answers.get(question)
        return CHOICES[question].get(word_of(answer["label"]) or "") if answer else None

    def confidence(self, question: Question) -> float | None:
        answer = self.answers.get(question)
        return answer["confidence"] if answer else None

    @property
    def chance_high(self) -> float | None:
        """How probable it is that hours matter, None where the model did not say."""
        scores = self.answers.get(Question.URGENCY, {}).get("scores", {})
        chance: float | None = scores.get(Urgency.HIGH)
        return chance


def label_of(question: Question, word: str) -> Label:
    """Raises Invalid for a word that is no answer to this question."""
    label = CHOICES[question].get(word)
    if label is None:
        raise Invalid(f"{word!r} is no answer to {question.value}: choose one of {', '.join(CHOICES[question])}")
    return label


def word_of(label: Label | str | None) -> str | None:
    """A label as it is stored and sent."""
    return None if label is None else str(label).lower()


def joined(also: Iterable[Intent]) -> str:
    """Further intents as they are stored for lists to be narrowed by: each between commas."""
    words = ",".join(intent.value for intent in also)
    return f",{words}," if words else ""


def has_intent(of: type[Mention] | type[Case], intent: Intent) -> ColumnElement[bool]:
    """It is the intent, or the model sees it besides: who looks for customers that may leave means also those who complain first."""
    return or_(of.intent == intent, of.also.contains(f",{intent.value},", autoescape=True))


def standing(session: Session, mention_ids: Sequence[int]) -> dict[int, dict[Question, Standing]]:
    """What holds of each of these mentions; those of which nobody said anything are absent."""
    found: dict[int, dict[Question, Standing]] = defaultdict(dict)
    for row in session.execute(_standing(is_sqlite(session)), {"mentions": given(session, mention_ids)}).mappings():
        found[row["mention_id"]][row["question"]] = Standing(**{name: row[name] for name in Standing.__slots__})
    return dict(found)


@cache
def _standing(sqlite: bool) -> Select[Any]:
    """Built once, as the one below: every look at a case asks both."""
    columns = [getattr(Correction, name) for name in Standing.__slots__ if name != "person"]
    query = select(Correction.mention_id, Person.name.label("person"), *columns).join(Person, Person.id == Correction.person_id)
    theirs = among_given("mentions", Correction.mention_id, sqlite=sqlite)
    return query.where(theirs, Correction.withdrawn_at.is_(None)).order_by(Correction.id)


@cache
def _also(sqlite: bool) -> Select[Any]:
    columns = select(Triage.mention_id, Triage.answers["also"].label("also"))
    return columns.where(among_given("mentions", Triage.mention_id, sqlite=sqlite)).order_by(Triage.id)


def said(session: Session, mention_id: int) -> Said | None:
    """What the newest verdict on a mention says, None where there is none."""
    columns = (Triage.engine, Triage.version, Triage.answers)
    row = session.execute(select(*columns).where(Triage.mention_id == mention_id).order_by(Triage.id.desc()).limit(1)).first()
    return Said(*row) if row else None


def also(session: Session, mention_ids: Sequence[int]) -> dict[int, tuple[Intent, ...]]:
    """Further intents that the model's last word on each mention names; those without any are absent."""
    rows = session.execute(_also(is_sqlite(session)), {"mentions": given(session, mention_ids)})
    found = {row.mention_id: tuple(Intent(name) for name in row.also or ()) for row in rows}
    return {mention_id: intents for mention_id, intents in found.items() if intents}


def put(mention: Mention, theirs: Standings) -> None:
    """The labels that people named come into force, over whatever a model says."""
    for question, found in theirs.items():
        setattr(mention, question, label_of(question, found.label))
    if Question.SENTIMENT in theirs:
        mention.confidence = SURE
    if Question.URGENCY in theirs:
        mention.chance_high = SURE if mention.urgency is Urgency.HIGH else None


def is_doubtful(session: Session, mention: Mention, unsure: Collection[str], theirs: Standings) -> bool:
    """Whether a person should look at the labels: a doubt of the model that nobody has settled, or a label that was named for another text.

    Who does not know the language knows no label: a doubt about it is one about each of them.
    """
    doubts = set(Question) if "language" in unsure else {Question(name) for name in unsure}
    return bool(doubts - theirs.keys()) or _is_of_other_text(session, mention, theirs.values())


def _is_of_other_text(session: Session, mention: Mention, theirs: Iterable[Standing]) -> bool:
    """An edit that was taken back makes the label fit again."""
    revisions = {found.revision for found in theirs} - {mention.revision}
    if not revisions:
        return False
    kept = select(MentionRevision.title, MentionRevision.text).where(MentionRevision.mention_id == mention.id)
    texts = session.execute(kept.where(MentionRevision.revision.in_(revisions))).all()
    return any((text.title, text.text) != (mention.title, mention.text) for text in texts)
