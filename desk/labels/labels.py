"""The labels of a case or of a mention as the board shows them: each with the post that it is about, and with who looked at it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from desk.cases import upkeep, urgency
from desk.labels.standing import Standing, also, standing, word_of
from storage.models import Case
from storage.words import Intent, Question


@dataclass(frozen=True, slots=True)
class LabelView:
    """One label. `said`: what the model had said, where a person said otherwise; `person` and `at`: who looked at it, and when, if anybody did.

    `rule`: the rule that says it instead, for the case alone. `also`: further intents that the model sees. `is_maybe`: high urgency only because nobody in need may be missed.
    """

    question: Question
    label: str | None
    mention_id: int
    said: str | None = None
    person: str = ""
    at: datetime | None = None
    is_corrected: bool = False
    rule: str = ""
    also: tuple[str, ...] = ()
    is_maybe: bool = False


def of_case(session: Session, case: Case) -> tuple[LabelView, ...]:
    """The labels that order a case, each from the post that decides it."""
    posts = upkeep.deciding(session, case)
    found = standing(session, sorted({post.id for post in posts.values()}))
    views = [_of_post(post, question, found.get(post.id, {}).get(question)) for question, post in posts.items()]
    return with_further(views, also(session, sorted({post.id for post in posts.values()})))


def with_further(views: Iterable[LabelView], further: Mapping[int, Sequence[Intent]]) -> tuple[LabelView, ...]:
    """The same labels, the intent with what else the model sees in its post, but for what a person has made its label."""
    return tuple(_with_further(view, further.get(view.mention_id, ())) for view in views)


def _with_further(view: LabelView, further: Sequence[Intent]) -> LabelView:
    if view.question is not Question.INTENT or view.label is None:
        return view
    return replace(view, also=tuple(intent.value for intent in further if intent.value != view.label))


def _of_post(post: Any, question: Question, found: Standing | None) -> LabelView:
    if question is Question.URGENCY and post.ruled_urgency is not None:
        return LabelView(question, word_of(post.ruled_urgency), post.id, rule=post.ruled_by or "")
    view = label_view(post.id, question, word_of(getattr(post, question)), found)
    is_maybe = question is Question.URGENCY and found is None and urgency.is_maybe_high(post.urgency, post.chance_high)
    return replace(view, is_maybe=True) if is_maybe else view


def label_view(mention_id: int, question: Question, label: str | None, found: Standing | None) -> LabelView:
    if found is None:
        return LabelView(question, label, mention_id)
    said = found.said if found.is_correction else None
    return LabelView(question, label, mention_id, said, found.person, found.at, found.is_correction)
