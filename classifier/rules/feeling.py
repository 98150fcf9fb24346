"""How the words of an English text feel, by VADER (Hutto and Gilbert 2014), and how emoji feel in any language."""

import re
from functools import cache
from typing import Any

from classifier.rules.tokens import PICTURE

_SENTENCE_END = re.compile(r"[.!?\n]+")


@cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def feelings(text: str, *, is_english: bool) -> dict[str, float]:
    """`feels_good`, `feels_bad` for the whole text, `ends_good`, `ends_bad` for its last sentence: 0 to 1 each."""
    heard = text if is_english else " ".join(PICTURE.findall(text))
    if not heard.strip():
        return {}
    sentences = [sentence for sentence in _SENTENCE_END.split(heard) if sentence.strip()]
    whole = _compound(heard)
    last = _compound(sentences[-1]) if len(sentences) > 1 else whole
    felt = {"feels_good": max(whole, 0.0), "feels_bad": max(-whole, 0.0), "ends_good": max(last, 0.0), "ends_bad": max(-last, 0.0)}
    return {name: value for name, value in felt.items() if value}


def _compound(text: str) -> float:
    return float(_analyser().polarity_scores(text)["compound"])
