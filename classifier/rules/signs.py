"""What stands in a text beside its words: marks, shape, how the words feel. Each sign is a number from 0 to 1."""

import re
from collections.abc import Sequence
from typing import Final

from classifier.rules.tokens import LINK, NAME, NUMBER, PICTURE, START, word_set

_ME: Final = word_set(
    "i im ive id ill me my mine myself we our us were weve ich wir mein meine mir mich uns je j nous mon yo nos mi io eu meu minha ik mijn wij ons"
)
_YOU: Final = word_set(
    "you your yours u ur youre youve yourself ya yall ihr euch euer eure sie ihnen vous votre vos usted ustedes vuestro voi vostro voce voces jullie u uw"
)
_CARE = re.compile(r"@\w*(?:care|support|help|assist|service|ask|cares)\w*", re.IGNORECASE)
_STEPS = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s", re.MULTILINE)
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b(?:\W+[A-Z]{2,}\b)*")
_QUOTED = re.compile(r"[\"“”«»„][^\"“”«»„\n]{2,80}[\"“”«»]|(?<!\w)['‘][^'‘’\n]{3,60}['’](?!\w)")  # noqa: RUF001  the quotation marks that people type
_CAPITALS = re.compile(r"(?<![\w@#])[A-Z]{4,}(?!\w)")
_MARKUP = re.compile(r"</?\w{1,30}[^<>]{0,200}>|javascript:", re.IGNORECASE)


def signs(text: str, tokens: Sequence[str]) -> dict[str, float]:
    """The signs of a cleaned text and its tokens."""
    words = [token for token in tokens if token.isalpha()]
    count = len(words)
    found = {
        "asks": "?" in tokens,
        "ends_asking": tokens[-1:] == ["?"],
        "exclaims": text.count("!") >= 2,
        "exclaims_once": "!" in text,
        "shouts": _shouts(text),
        "has_link": LINK in tokens,
        "many_tags": text.count("#") >= 3,
        "tag": "#" in text,
        "starts_with_name": tokens[:1] == [NAME],
        "names_someone": NAME in tokens,
        "names_many": tokens.count(NAME) >= 3,
        "names_care": _CARE.search(text) is not None,
        "says_i": any(word in _ME for word in words),
        "says_you": any(word in _YOU for word in words),
        "sum": "<money>" in tokens,
        "clock": "<time>" in tokens,
        "steps": len(_STEPS.findall(text)) >= 2,
        "pictures": len(PICTURE.findall(text)) >= 2,
        "markup": _MARKUP.search(text) is not None,
        "tiny": count < 4,
        "short": count < 9,
        "long": count > 45,
        "quotes": _QUOTED.search(text) is not None,
        "figures": sum(token == NUMBER for token in tokens) >= 2,
        "word_in_capitals": _CAPITALS.search(text) is not None,
        "brackets": "(" in text,
        "one_sentence": tokens.count(START) <= 1,
        "has_title": "\n" in text,
    }
    return {name: 1.0 for name, is_there in found.items() if is_there}


def _shouts(text: str) -> bool:
    return any(len(match) >= 6 for match in _SHOUTED.findall(text))
