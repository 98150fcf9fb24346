"""Which language a text is in. Short or unclear texts are `und`: no guess is better than a wrong one."""

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classifier.identify import identifier
from classifier.rules.tokens import word_set
from classifier.text import words_only
from desk.labels.verdict import Answer

UNKNOWN: Final = "und"
LANGUAGES: Final = tuple(
    sorted(
        word_set(
            "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ml mr nl no pl pt ro ru sk sl sv sw ta te th tl tr uk ur vi zh"
        )
    )
)
"""ISO 639-1 codes. Left out of the library's 140: languages that are rarely posted in and easily mistaken for one of these."""

EXPECTED: Final = {"en": 5.0} | dict.fromkeys(("de", "es", "fr", "it", "nl", "pt"), 2.0)
"""How much likelier than another language a text is before it is read. Decides about pieces of two or three words only."""

SURE: Final = 0.4
"""Below this probability the language is unknown. Above it 99 % of the UMSAB tweets and 95 % of pieces of 1 to 4 words are right."""

MIN_LETTERS: Final = 4
ENOUGH: Final = 400
"""Characters; a longer text says no more about its language."""


def recognise(text: str, sure: float = SURE) -> Answer[str]:
    """The language of a cleaned text; `scores` hold the likeliest language and what is left for all others."""
    return recognise_all([text], sure)[0]


def recognise_all(texts: Sequence[str], sure: float = SURE) -> list[Answer[str]]:
    """The same of many texts, in order: less than half of the work of one by one."""
    words = [words_only(text)[:ENOUGH] for text in texts]
    told = [place for place, some in enumerate(words) if sum(map(str.isalpha, some)) >= MIN_LETTERS or _is_dense(some)]
    answers = [Answer(UNKNOWN, 1.0, {UNKNOWN: 1.0}) for _ in texts]
    for place, (language, probability) in zip(told, _likeliest([words[place] for place in told]), strict=True):
        scores = {language: probability, UNKNOWN: 1.0 - probability}
        label = language if probability >= sure else UNKNOWN
        answers[place] = Answer(label, scores[label], scores)
    return answers


def _is_dense(words: str) -> bool:
    """Scripts that say with two letters what others say with ten."""
    return sum("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in words) > 1


def _likeliest(texts: Sequence[str]) -> list[tuple[str, float]]:
    known = identifier()
    weighed = known.probabilities(texts).astype(float) * _expected(known.codes)
    best = weighed.argmax(axis=1)
    shares = weighed[np.arange(len(texts)), best] / weighed.sum(axis=1)
    return [(known.codes[place], min(1.0, share)) for place, share in zip(best.tolist(), shares.tolist(), strict=True)]


@cache
def _expected(codes: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([EXPECTED.get(code, 1.0) for code in codes])
