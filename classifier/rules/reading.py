"""Everything the rules find in one text: phrases of its language, signs, insults, feelings, and what they mean together."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from classifier.rules import abusive
from classifier.rules.english import ENGLISH
from classifier.rules.feeling import feelings
from classifier.rules.others import OTHERS
from classifier.rules.phrases import Phrases
from classifier.rules.signs import signs
from classifier.rules.tokens import tokenise, word_set

Finds = dict[str, float]

LANGUAGES: Final = frozenset({"en", *OTHERS})
"""Languages that have word lists."""
NEGATABLE: Final = frozenset({"lovely", "thanks", "fault", "outage", "solved", "bad", "leaving"})
TROUBLES: Final = word_set(
    "fails unable fault outage waiting never_came again tried bad annoyed sarcasm overcharged price_up broken_promise loss mock_thanks fix_it not_solved cut_off"
)
_DEEP: Final = word_set("fails unable outage never_came overcharged not_solved cut_off")
_FULL_TROUBLE: Final = 4
_ELIDING: Final = frozenset({"fr", "it"})
_ELIDED: Final = re.compile(r"['’]")  # noqa: RUF001  the apostrophes that people type
"""Where an apostrophe ends a word ("n'arrive"), and does not stand within one ("don't")."""


def read(text: str, language: str) -> Finds:
    """What is found in a cleaned text, each with a strength from 0 to 1. `und`, mostly a word or two, is read as English."""
    tokens = tokenise(_ELIDED.sub(" ", text) if language in _ELIDING else text)
    is_english = language in {"en", "und"}
    found = set(_phrases("en" if is_english else language).found(tokens))
    if is_english:
        found |= abusive.insults(tokens)
    finds: Finds = dict.fromkeys(found, 1.0) | signs(text, tokens) | feelings(text, is_english=is_english)
    return finds | _together(finds)


@cache
def _phrases(language: str) -> Phrases:
    return Phrases(ENGLISH if language == "en" else OTHERS.get(language, {}), NEGATABLE)


def phrase_cues(finds: Finds) -> set[str]:
    """Those of the finds that are words of a language, not marks or shapes."""
    return finds.keys() & ENGLISH.keys()


def _together(finds: Mapping[str, float]) -> Finds:
    """What several finds say only together: a question without any trouble is another thing than one amid trouble.

    Where two intents fit, leaving goes before complaints and these before questions.
    """
    troubles = len(TROUBLES & finds.keys())
    asks, glad = "asks" in finds, "thanks" in finds or "lovely" in finds
    meant = {
        "bias": 1.0,
        "trouble": min(troubles, _FULL_TROUBLE) / _FULL_TROUBLE,
        "no_trouble_told": troubles == 0,
        "asks_calmly": asks and troubles == 0,
        "asks_in_trouble": asks and troubles > 0,
        "asks_to_leave": asks and bool({"leaving", "may_leave"} & finds.keys()),
        "asks_in_deep_trouble": asks and bool(_DEEP & finds.keys()),
        "asks_of_product": asks and troubles == 0 and "product" in finds,
        "thanks_only": glad and not asks and troubles == 0,
        "thanks_in_trouble": glad and troubles > 1,
    }
    return {name: float(value) for name, value in meant.items() if value}
