"""A person says what a label should be, takes that back, or says that the labels are right. Their word wins over every model."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import case_to_change
from desk.cases import shield, upkeep
from desk.errors import Invalid, NotFound
from desk.figures import rollups
from desk.figures.rollups import Change, Labels
from desk.intake import worth
from desk.labels import standing, triage
from desk.labels.standing import Said, word_of
from desk.people import people
from desk.settings import DeskSettings
from storage.models import Correction, Mention, Person
from storage.words import Flag, Intent, Question, Urgency


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a label was and is. `case_id`: the case that the mention belongs to now, `opened`: whether it became one, or came back, by this.

    `is_taken_back`: nothing new was written, earlier words were withdrawn.
    """

    mention_id: int
    question: Question
    before: str | None
    after: str | None
    case_id: int | None
    opened: bool = False
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class _Act:
    """A mention that is being corrected, locked, with what it said before."""

    mention: Mention
    said: Said | None
    before: Labels

    def label(self, question: Question) -> str | None:
        return word_of(getattr(self.mention, question))


def correct(
    session: Session, mention_id: int, question: Question, label: str, *, by: Person, settings: DeskSettings, now: datetime
) -> Corrected:
    """Another label for one question of a mention; counts, case and flag follow. The model's own label takes corrections back instead.

    A mention that needs a reply by that becomes a case, unless it talks about a competitor and does not address us; one that needs none by that
    closes no case. Raises NotAllowed, NotFound, and Invalid for a label that there is not, our own posts and erased ones.
    """
    act = _begin(session, mention_id, by=by)
    wanted, was = standing.label_of(question, label), act.label(question)
    if was == label and not _is_ruled(act, question):
        return Corrected(mention_id, question, was, was, act.mention.case_id)
    is_taken_back = _has_taken_back(session, act, question, label, by=by, now=now)
    if not is_taken_back:
        session.add(_row(act, question, label, by=by, now=now))
    wants_answer = question is Question.NEEDS_REPLY and wanted is True
    opened = _settle(session, act, question, settings=settings, now=now, wants_answer=wants_answer)
    _record(session, "correct", act.mention, by=by, now=now, question=question.value, was=was, label=label)
    return Corrected(mention_id, question, was, act.label(question), act.mention.case_id, opened, is_taken_back)


def withdraw(session: Session, mention_id: int, question: Question, *, by: Person, settings: DeskSettings, now: datetime) -> Corrected:
    """Take the last word on a question back: the one before it holds again, else the model's. Raises NotFound where nobody said anything."""
    act = _begin(session, mention_id, by=by)
    rows, was = _rows(session, mention_id, question), act.label(question)
    if not rows:
        raise NotFound("Nobody has corrected this label")
    _take_back(rows[:1], by=by, now=now)
    opened = _settle(session, act, question, settings=settings, now=now)
    _record(session, "withdraw", act.mention, by=by, now=now, question=question.value, was=was, label=act.label(question))
    return Corrected(mention_id, question, was, act.label(question), act.mention.case_id, opened, is_taken_back=True)


def confirm(
    session: Session,
    mention_id: int,
    *,
    by: Person,
    settings: DeskSettings,
    now: datetime,
    questions: Iterable[Question] = tuple(Question),
) -> int:
    """The labels are right: a person has looked at them. How many questions this settles; one that a person answered for this text is settled."""
    act = _begin(session, mention_id, by=by)
    theirs = standing.standing(session, [mention_id]).get(mention_id, {})
    settled = {question for question, found in theirs.items() if found.revision == act.mention.revision}
    rows = [
        _row(act, one, label, by=by, now=now)
        for one in questions
        if one not in settled and not _is_ruled(act, one) and (label := act.label(one)) is not None
    ]
    session.add_all(rows)
    _settle(session, act, None, settings=settings, now=now)
    if rows:
        _record(session, "confirm", act.mention, by=by, now=now, questions=[row.question.value for row in rows])
    return len(rows)


def _begin(session: Session, mention_id: int, *, by: Person) -> _Act:
    people.require(by, people.LABELS)
    found = select(Mention).where(Mention.id == mention_id).with_for_update(key_share=True)
    mention = session.scalar(found.execution_options(populate_existing=True))
    if mention is None:
        raise NotFound("There is no such mention")
    if mention.is_own or mention.deleted_at is not None:
        raise Invalid("Our own post has no labels" if mention.is_own else "Its author deleted this post")
    return _Act(mention, standing.said(session, mention_id), Labels.of(mention))


def _row(act: _Act, question: Question, label: str, *, by: Person, now: datetime) -> Correction:
    said = act.said
    return Correction(
        mention_id=act.mention.id,
        revision=act.mention.revision,
        question=question,
        label=label,
        said=word_of(said.label(question)) if said else None,
        confidence=said.confidence(question) if said else None,
        engine=said.engine if said else "",
        version=said.version if said else "",
        person_id=by.id,
        at=now,
    )


def _rows(session: Session, mention_id: int, question: Question) -> list[Correction]:
    """What stands of one question, the newest first."""
    there = select(Correction).where(Correction.mention_id == mention_id, Correction.question == question)
    newest = there.where(Correction.withdrawn_at.is_(None)).order_by(Correction.id.desc())
    return list(session.scalars(newest.execution_options(populate_existing=True)))


def _has_taken_back(session: Session, act: _Act, question: Question, label: str, *, by: Person, now: datetime) -> bool:
    """Whether this label is the model's own, so that it is enough to take back what people said otherwise."""
    rows = _rows(session, act.mention.id, question)
    if not rows or act.said is None or word_of(act.said.label(question)) != label:
        return False
    same = next((place for place, row in enumerate(rows) if row.label == label), len(rows))
    _take_back(rows[:same], by=by, now=now)
    return True


def _take_back(rows: Iterable[Correction], *, by: Person, now: datetime) -> None:
    for row in rows:
        row.withdrawn_at, row.withdrawn_by_id = now, by.id


def _settle(
    session: Session, act: _Act, question: Question | None, *, settings: DeskSettings, now: datetime, wants_answer: bool = False
) -> bool:
    """Bring into force what stands now, and what the model says of `question` where nothing does; whether a case was opened or came back."""
    mention = act.mention
    session.flush()
    theirs = standing.standing(session, [mention.id]).get(mention.id, {})
    if question is not None:
        _back_to_model(act, question)
    if question is Question.URGENCY:
        mention.ruled_urgency = mention.ruled_by_id = None
    standing.put(mention, theirs)
    if mention.flag in {None, Flag.UNSURE}:
        doubtful = standing.is_doubtful(session, mention, act.said.unsure if act.said else (), theirs)
        mention.flag = Flag.UNSURE if doubtful else None
    session.flush()
    after = Labels.of(mention)
    is_new_matter = wants_answer or (_asks_for_answer(after) and not _asks_for_answer(act.before))
    opened = _tell_case(session, mention, is_new_matter=is_new_matter, settings=settings, now=now)
    shield.follow(session, [mention.case_id], settings=settings, now=now)
    session.flush()
    scopes = rollups.scopes(session, [mention.id])[mention.id]
    if Labels.counted(mention) is not None:
        rollups.move(session, [Change(mention.bucket_at, scopes, act.before, after)])
    return opened


def _is_ruled(act: _Act, question: Question) -> bool:
    """Whether a rule says something else; a person's word ends that."""
    return question is Question.URGENCY and act.mention.ruled_urgency is not None


def _back_to_model(act: _Act, question: Question) -> None:
    setattr(act.mention, question, act.said.label(question) if act.said else None)
    if question is Question.SENTIMENT:
        act.mention.confidence = act.said.confidence(question) if act.said else None
    if question is Question.URGENCY:
        act.mention.chance_high = act.said.chance_high if act.said else None


def _asks_for_answer(labels: Labels) -> bool:
    return labels.intent != Intent.SPAM and (bool(labels.needs_reply) or labels.urgency == Urgency.HIGH)


def _tell_case(session: Session, mention: Mention, *, is_new_matter: bool, settings: DeskSettings, now: datetime) -> bool:
    if mention.case_id is not None:
        case = case_to_change(session, mention.case_id)
        case.flag = upkeep.flag_of(session, case)
        upkeep.renew(session, case, settings=settings)
        return False
    if not is_new_matter:
        return False
    return triage.show(session, mention, worth.at_hand(session, [mention], now=now), flag=mention.flag, settings=settings, now=now)


def _record(session: Session, verb: str, mention: Mention, *, by: Person, now: datetime, **detail: Any) -> None:
    audit.record(session, verb, now=now, by=by, case_id=mention.case_id, subject=f"mention {mention.id}", **detail)
