"""A text as the rules read it: lower-case words without apostrophes, marks of sentence starts and ends, classes of numbers."""

import re
from typing import Final

from classifier.text import HANDLE, URL

START: Final = "^"
STOP: Final = "."
COMMA: Final = ","
LINK: Final = "http"
NAME: Final = "@"
NUMBER: Final = "<n>"
MONEY: Final = "<money>"
TIME: Final = "<time>"
MAX_TOKENS = 700

PICTURE = re.compile(r"[\u2600-\u27bf\u2b06\u2b50\U0001f300-\U0001faff]")

_TOKEN = re.compile(
    rf"(?P<link>{URL.pattern})"
    rf"|(?P<name>{HANDLE.pattern})"
    r"|(?P<money>[£$€]\s?\d[\d.,]*k?|\d[\d.,]*\s?[£$€](?!\w))"
    r"|(?P<time>\d{1,2}(?::\d{2}(?:\s?[ap]m\b)?|\s?[ap]m\b))"
    r"|(?P<number>\d[\d.,]*%?(?!\w))"
    r"|(?P<word>\w+(?:\*+\w+)*\**)"
    r"|(?P<stop>[.!?…;:\n—]+)"
    r"|(?P<comma>,)"
    rf"|(?P<picture>{PICTURE.pattern})",
    re.IGNORECASE,
)
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")  # noqa: RUF001  the apostrophes that people type
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_SWEARS: Final = (
    "fuck",
    "shit",
    "cunt",
    "bitch",
    "wank",
    "twat",
    "prick",
    "dick",
    "arsehole",
    "asshole",
    "bastard",
    "piss",
    "cock",
    "bollocks",
    "idiot",
    "moron",
    "crap",
)
_BEFORE = frozenset({"name", "comma"})
_SPELT = frozenset({"word", "picture"})
_CLASSES = {"comma": COMMA, "link": LINK, "name": NAME, "money": MONEY, "time": TIME, "number": NUMBER}


def word_set(words: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(words.split())


def tokenise(text: str) -> list[str]:
    """The tokens of a cleaned text. Each sentence begins with START (names before its first word stand before it); the last is a STOP, `?` or `!`."""
    tokens: list[str] = []
    fresh = True
    for match in _TOKEN.finditer(_STRETCHED.sub(r"\1", text.lower().translate(_APOSTROPHES))):
        kind = match.lastgroup
        if kind == "stop":
            tokens.append("?" if "?" in match.group() else "!" if "!" in match.group() else STOP)
            fresh = True
        else:
            if fresh and kind not in _BEFORE:
                tokens.append(START)
                fresh = False
            tokens.append(_word(match.group()) if kind in _SPELT else _CLASSES[str(kind)])
        if len(tokens) >= MAX_TOKENS:
            break
    return tokens if fresh else [*tokens, STOP]


def _word(written: str) -> str:
    return _uncensored(written) if "*" in written else written


def _uncensored(word: str) -> str:
    """The swear word behind stars, the word itself when it is none."""
    stem, ending = next(((word.removesuffix(end), end) for end in ("ing", "ers", "er", "ty", "s") if word.endswith(end)), (word, ""))
    behind = re.compile(re.escape(stem).replace(r"\*", "[a-z*]"))
    return next((swear + ending for swear in _SWEARS if behind.fullmatch(swear)), word.replace("*", ""))
