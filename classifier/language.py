"""Which language a text is in. Short or unclear texts are `und`: no guess is better than a wrong one."""

from functools import cache
from typing import Any, Final

import numpy as np

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
    words = words_only(text)[:ENOUGH]
    letters = sum(map(str.isalpha, words))
    if letters < MIN_LETTERS and not _is_dense(words):
        return Answer(UNKNOWN, 1.0, {UNKNOWN: 1.0})
    language, probability = _likeliest(words)
    label = language if probability >= sure else UNKNOWN
    scores = {language: probability, UNKNOWN: 1.0 - probability}
    return Answer(label, scores[label], scores)


def _is_dense(words: str) -> bool:
    """Scripts that say with two letters what others say with ten."""
    return sum("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af" for letter in words) > 1


def _likeliest(words: str) -> tuple[str, float]:
    identifier, codes, expected = _identifier()
    scores = dict(identifier.rank(words))
    weighed = np.array([scores[code] for code in codes], dtype=float) * expected
    best = int(weighed.argmax())
    return codes[best], float(min(1.0, weighed[best] / weighed.sum()))


@cache
def _identifier() -> tuple[Any, list[str], Any]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    codes = sorted(identifier.labels)
    return identifier, codes, np.array([EXPECTED.get(code, 1.0) for code in codes])
