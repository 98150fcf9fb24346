"""The engine that needs no model: VADER, and rules that anybody can read (classifier/rules)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from classifier import decide
from classifier.language import UNKNOWN, recognise
from classifier.rules import abusive, intent, needs_reply, sentiment, urgency
from classifier.rules.others import OTHERS
from classifier.rules.reading import LANGUAGES, Finds, phrase_cues, read
from classifier.rules.weighing import TEMPERATURE, weigh, weigh_yes
from classifier.settings import ClassifierSettings
from classifier.text import clean
from desk.labels.verdict import QUESTIONS, Answer, Verdict

GUESSED: Final = ("sentiment", "intent", "urgency")
"""What a text in a language without word lists cannot tell these rules."""


class LexiconEngine:
    """Reads English well enough to sort a queue, and the core words of six more languages; elsewhere it says that it is not sure."""

    name = "lexicon"
    version = "1"

    def __init__(self, settings: ClassifierSettings | None = None) -> None:
        self._thresholds = (settings or ClassifierSettings()).thresholds

    def classify(self, texts: Sequence[str]) -> list[Verdict]:
        return [self._verdict(clean(text)) for text in texts]

    def _verdict(self, text: str) -> Verdict:
        language = recognise(text, self._thresholds.get("language", 0.0))
        finds = read(text, language.label)
        said = _verdict(finds, language)
        doubts = {*decide.unsure(said, self._thresholds), *_not_understood(finds, language.label)}
        return replace(said, unsure=tuple(name for name in QUESTIONS if name in doubts))


def _verdict(finds: Finds, language: Answer[str]) -> Verdict:
    spread = 1.0 if language.label in {"en", UNKNOWN} else TEMPERATURE
    return Verdict(
        sentiment=decide.sentiment(weigh(finds, sentiment.VOTES, spread)),
        intent=decide.intent(weigh(finds, intent.VOTES, spread)),
        needs_reply=decide.yes_or_no(weigh_yes(finds, needs_reply.VOTES, spread), decide.NEEDS_REPLY),
        urgency=decide.urgency(weigh(finds, urgency.VOTES, spread)),
        abusive=decide.yes_or_no(weigh_yes(finds, abusive.VOTES), decide.ABUSIVE),
        language=language,
    )


def _not_understood(finds: Finds, language: str) -> tuple[str, ...]:
    """The answers that are no more than a guess: an unknown language, one without word lists, or a text in which no word is known."""
    if language == UNKNOWN:
        return ("language",)
    if language not in LANGUAGES or (language in OTHERS and not phrase_cues(finds)):
        return GUESSED
    return ()
