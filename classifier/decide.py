"""From probabilities to labels: the thresholds of the product. A customer whom nobody answers costs more than a post that nobody needed to read."""

from collections.abc import Mapping
from typing import Final

from desk.labels.verdict import QUESTIONS, Answer, Verdict
from storage.words import Intent, Sentiment, Urgency

Scores = Mapping[str, float]

HIGH: Final = 0.2
"""Urgency is `high` from this probability on: chosen for recall on the development posts (0.87, at precision 0.54)."""

NEEDS_REPLY: Final = 0.4
"""Chosen for recall on the development posts: 0.985 of those that need a reply."""

ABUSIVE: Final = 0.4

ALSO: Final = 0.5
"""A further intent is named when it is rather there than not."""

MOST_FURTHER: Final = 2

RARITY: Final = {
    Intent.COMPLAINT: 0.6, Intent.QUESTION: 1.05, Intent.PRAISE: 0.95, Intent.SUGGESTION: 1.75,
    Intent.CHURN: 1.5, Intent.PURCHASE: 1.75, Intent.SPAM: 1.75, Intent.OTHER: 1.05,
}  # fmt: skip
"""How much an intent's probability counts when the label is chosen: the rare ones must not drown in complaints."""


def sentiment(scores: Scores) -> Answer[Sentiment]:
    best = max(Sentiment, key=lambda label: scores[label])
    return Answer(best, scores[best], scores)


def intent(scores: Scores) -> Answer[Intent]:
    best = max(Intent, key=lambda label: scores[label] * RARITY[label])
    return Answer(best, scores[best], scores)


def likeliest_intent(scores: Scores) -> Answer[Intent]:
    """For engines whose probabilities need no weighing."""
    best = max(Intent, key=lambda label: scores[label])
    return Answer(best, scores[best], scores)


def further_intents(chances: Scores, main: Intent) -> tuple[Intent, ...]:
    """What is truly there besides the main intent, the likeliest first. Spam and "other" only ever stand alone."""
    alone = {main, Intent.SPAM, Intent.OTHER}
    found = [label for label in Intent if label not in alone and chances.get(label, 0.0) >= ALSO]
    return () if main is Intent.SPAM else tuple(sorted(found, key=lambda label: -chances[label]))[:MOST_FURTHER]


def urgency(scores: Scores, high: float = HIGH) -> Answer[Urgency]:
    calmer = Urgency.NORMAL if scores[Urgency.NORMAL] >= scores[Urgency.LOW] else Urgency.LOW
    best = Urgency.HIGH if scores[Urgency.HIGH] >= high else calmer
    return Answer(best, scores[best], scores)


def yes_or_no(scores: Scores, threshold: float) -> Answer[bool]:
    """True from `threshold` on; `scores` has the keys `true` and `false`."""
    is_true = scores["true"] >= threshold
    return Answer(is_true, scores["true" if is_true else "false"], scores)


def unsure(verdict: Verdict, thresholds: Mapping[str, float]) -> tuple[str, ...]:
    """The questions whose confidence lies below its threshold."""
    return tuple(name for name in QUESTIONS if getattr(verdict, name).confidence < thresholds.get(name, 0.0))


def contradicting(verdict: Verdict) -> tuple[str, ...]:
    """Questions whose answers cannot both be true of one post: one of the heads is wrong, and nobody knows which."""
    intent, mood = verdict.intent.label, verdict.sentiment.label
    is_praise_in_anger = intent is Intent.PRAISE and mood is Sentiment.NEGATIVE
    is_happy_complaint = intent in {Intent.COMPLAINT, Intent.CHURN} and mood is Sentiment.POSITIVE
    is_pressing_for_nobody = verdict.urgency.label is Urgency.HIGH and not verdict.needs_reply.label
    found = (
        (("sentiment", "intent") if is_praise_in_anger or is_happy_complaint else ()),
        (("needs_reply", "urgency") if is_pressing_for_nobody else ()),
    )
    return (*found[0], *found[1])
