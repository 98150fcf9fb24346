"""Labels in words and plain values, as the components draw them and let people change them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboard.format import Mark, Tone, clock_words, sentiment_mark, urgency_mark, word_of
from dashboard.texts import text
from desk.labels.labels import label_view, with_further
from desk.labels.standing import CHOICES, Standing
from desk.labels.standing import word_of as stored
from desk.queue.inbox import LabelView, MentionRow
from storage.words import Intent, Question, Sentiment, Urgency

ORDER = (Question.URGENCY, Question.SENTIMENT, Question.INTENT, Question.NEEDS_REPLY, Question.ABUSIVE)


def question_word(question: Question) -> str:
    return text(f"label.{question}")


def label_word(question: Question, label: str | None) -> str:
    """A label as people read it."""
    if label is None:
        return text("label.unknown", question=question_word(question))
    if question in {Question.NEEDS_REPLY, Question.ABUSIVE}:
        return text(f"label.{question}.{label}")
    return word_of(question.value, label)


def label_blocks(views: Iterable[LabelView], *, may_label: bool, now: datetime, zone: str) -> list[dict[str, Any]]:
    """The labels of a case or a mention in their order; who may not change them gets no choices."""
    known = {view.question: view for view in views}
    return [_block(known[question], may_label=may_label, now=now, zone=zone) for question in ORDER if question in known]


def is_checked(views: Sequence[LabelView]) -> bool:
    """Whether a person has looked at every label that there is."""
    known = [view for view in views if view.label is not None]
    return bool(known) and all(view.person for view in known)


def can_be_confirmed(views: Sequence[LabelView]) -> bool:
    """Whether there is a label that nobody has looked at yet."""
    return any(view.label is not None and not view.person for view in views)


def row_labels(row: MentionRow, found: Mapping[Question, Standing], further: Sequence[Intent] = ()) -> list[LabelView]:
    """The labels of one mention; `further`: the intents that it has besides."""
    views = [label_view(row.id, question, stored(getattr(row, question)), found.get(question)) for question in Question]
    return list(with_further(views, {row.id: further}))


def _block(view: LabelView, *, may_label: bool, now: datetime, zone: str) -> dict[str, Any]:
    question, word = view.question, _whole_word(view)
    about = _about(view, now=now, zone=zone)
    spoken = text("label.spoken", question=question_word(question), label=word, about=about)
    others = [label for label in CHOICES[question] if label != view.label]
    return {
        "question": question.value,
        "mention": view.mention_id,
        "mark": _mark(view, word).as_dict(),
        "is_corrected": view.is_corrected,
        "title": about,
        "spoken": spoken if view.label is not None else text("label.spoken_unknown", label=word, about=about),
        "menu": text("label.menu", question=question_word(question)),
        "choices": [{"label": label, "word": label_word(question, label)} for label in others] if may_label else [],
    }


def _whole_word(view: LabelView) -> str:
    word = text("mark.maybe_high") if view.is_maybe else label_word(view.question, view.label)
    others = ", ".join(label_word(view.question, one) for one in view.also)
    return text("label.also", label=word, others=others) if others else word


def _mark(view: LabelView, word: str) -> Mark:
    if view.question is Question.SENTIMENT:
        return sentiment_mark(Sentiment(view.label) if view.label else None)
    if view.question is Question.URGENCY:
        return urgency_mark(Urgency(view.label) if view.label else None, is_maybe=view.is_maybe)
    return Mark("", word, Tone.BAD if view.question is Question.ABUSIVE and view.label == "true" else Tone.CALM)


def _about(view: LabelView, *, now: datetime, zone: str) -> str:
    if view.rule:
        return text("label.by_rule", rule=view.rule)
    if view.at is None:
        return text("label.by_model")
    time = clock_words(view.at, now=now, zone=zone)
    if not view.is_corrected:
        return text("label.confirmed", person=view.person, time=time)
    if view.said is None:
        return text("label.set", person=view.person, time=time)
    return text("label.corrected", person=view.person, time=time, said=label_word(view.question, view.said))
