"""What the desk says in English, in the language of whoever reads it.

The desk stores and raises plain English sentences, so that a record reads the same for everybody who may ever open it. Here they are known by
their shape again. A sentence that no table has stays English.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from dashboard.texts import known, text
from dashboard.texts.de import (
    connection_words,
    desk_words,
    federation_words,
    hook_words,
    label_words,
    noise_words,
    platform_words,
    preview_words,
    refusals,
    refusals_team,
    store_words,
    welcome_words,
)
from dashboard.texts.language import ENGLISH, GERMAN, language, passing, speak

TABLES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    GERMAN: (
        *desk_words.TABLES,
        *refusals.TABLES,
        *refusals_team.TABLES,
        *platform_words.TABLES,
        *preview_words.TABLES,
        *federation_words.TABLES,
        *hook_words.TABLES,
        *noise_words.TABLES,
        *welcome_words.TABLES,
        *store_words.TABLES,
        *connection_words.TABLES,
        *label_words.TABLES,
    )
}
SAID = frozenset(
    {"why", "part", "state", "to_state", "often", "number", "clock", "ends", "to_do", "error", "who", "whose", "when", "place", "hint"}
)
"""What stands under these names are words of the desk again."""

LISTS = {"missing": (" and ", " und "), "roles": (", ", ", ")}
"""Several of them, and what joins them."""

LABELS = ("sentiment", "intent", "urgency", "label.needs_reply", "label.abusive")
KINDS = {
    "outcome": ("outcome",),
    "urgency": ("urgency",),
    "escalation": ("escalation",),
    "question": ("label",),
    "label": LABELS,
    "was": LABELS,
    "act": ("queue.js.bulk",),
    "roles": ("role",),
}
"""Members of closed sets, by the families of the catalogue that name them."""

FIELD = re.compile(r"\{(\w+)\}")
DAY = re.compile(r"(?P<weekday>Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<day>\d+) (?P<month>[A-Z][a-z]{2}) (?P<time>\d\d:\d\d)")
"""How the desk writes a day."""

THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Shape:
    """A sentence with places: how it begins, how it is read, and how it is said."""

    begins: str
    pattern: re.Pattern[str]
    said: str


def say(sentence: str) -> str:
    """A sentence of the desk in the language that is spoken."""
    return sentence if language() == ENGLISH else _said(sentence, language())


def is_known(sentence: str, wanted: str) -> bool:
    """Whether some table of that language has the shape of it."""
    return sentence in _whole(wanted) or any(shape.pattern.fullmatch(sentence) for shape in _shapes(wanted))


@lru_cache(maxsize=4096)
def _said(sentence: str, wanted: str) -> str:
    whole = _whole(wanted).get(sentence)
    if whole is not None:
        return whole
    for shape in _shapes(wanted):
        found = shape.pattern.fullmatch(sentence) if sentence.startswith(shape.begins) else None
        if found:
            return shape.said.format(**{name: _filled(name, words, wanted) for name, words in found.groupdict().items()})
    return sentence


def _filled(name: str, words: str, wanted: str) -> str:
    between, joined = LISTS.get(name, (None, ""))
    if between:
        return joined.join(_one(name, one, wanted) for one in words.split(between))
    return _one(name, words, wanted)


def _one(name: str, words: str, wanted: str) -> str:
    with passing():
        speak(wanted)
        for family in KINDS.get(name, ()):
            found = known(f"{family}.{words.replace(' ', '_')}", "")
            if found:
                return found
        if name == "time":
            return DAY.sub(_day, words)
    if THOUSANDS.fullmatch(words):
        return words.replace(",", ".")
    return _said(words, wanted) if name in SAID or name in LISTS else words


def _day(found: re.Match[str]) -> str:
    weekday, month = text(f"weekday.{WEEKDAYS.index(found['weekday'])}"), text(f"month.{MONTHS.index(found['month']) + 1}")
    return text("trends.when.point", weekday=weekday, day=found["day"], month=month, time=found["time"])


@cache
def _whole(wanted: str) -> Mapping[str, str]:
    return {english: said for english, said in _pairs(wanted) if not FIELD.search(english)}


@cache
def _shapes(wanted: str) -> tuple[Shape, ...]:
    """The longest first: what says more about a sentence goes before what says less."""
    shapes = [(english, said) for english, said in _pairs(wanted) if FIELD.search(english)]
    ranked = sorted(shapes, key=lambda pair: -len(FIELD.sub("", pair[0])))
    return tuple(Shape(FIELD.split(english)[0], _pattern(english), said) for english, said in ranked)


def _pattern(english: str) -> re.Pattern[str]:
    parts = FIELD.split(english)
    return re.compile("".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL)


def _pairs(wanted: str) -> Iterable[tuple[str, str]]:
    return (pair for table in TABLES.get(wanted, ()) for pair in table.items())
