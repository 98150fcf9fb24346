"""What an engine says of one mention: six answers, each with its confidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from storage.words import Intent, Sentiment, Urgency

T = TypeVar("T")

QUESTIONS = ("sentiment", "intent", "needs_reply", "urgency", "abusive", "language")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """One label after the product's thresholds, its probability (0 to 1), and the probability of each possible label."""

    label: T
    confidence: float
    scores: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        return {"label": self.label, "confidence": round(self.confidence, 4), "scores": {k: round(v, 4) for k, v in self.scores.items()}}


@dataclass(frozen=True, slots=True)
class Verdict:
    """All answers for one text. `unsure` names the questions whose answer a person should look at.

    `also`: further intents that are truly there, the likeliest first. `own`: what the heads of the team's own labels say, the probability by the label's id. Neither is one of the answers.
    """

    sentiment: Answer[Sentiment]
    intent: Answer[Intent]
    needs_reply: Answer[bool]
    urgency: Answer[Urgency]
    abusive: Answer[bool]
    language: Answer[str]
    unsure: tuple[str, ...] = ()
    also: tuple[Intent, ...] = ()
    own: Mapping[int, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name).as_dict() for name in QUESTIONS}
