"""Which mentions a rule fits. Pure: it reads rows that are loaded already."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from desk.intake.authors import bare
from desk.rules import rule_query
from desk.rules.rule_parts import Condition
from storage.words import Intent, Sentiment, Urgency

LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@dataclass(slots=True)
class Heard:
    """What rules read of one mention. `scopes`: n for each feed that caught it, -n for its brand, as counts have it.

    `own`: its labels of the team's own. `words` are made when the first rule asks for them, and then kept for the others.
    """

    id: int
    title: str
    text: str
    source: str
    site: str
    handle: str
    reach: int | None
    sentiment: Sentiment | None
    intent: Intent | None
    urgency: Urgency | None
    needs_reply: bool | None
    abusive: bool | None
    language: str | None
    is_private: bool = False
    scopes: Sequence[int] = ()
    own: Collection[int] = ()
    made: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, row: Any, *, handle: str, reach: int | None, scopes: Sequence[int], own: Collection[int] = ()) -> "Heard":
        """Of a mention, or of a row with the same names."""
        return cls(
            row.id,
            row.title,
            row.text,
            row.source,
            row.site,
            handle,
            reach,
            row.sentiment,
            row.intent,
            row.urgency,
            row.needs_reply,
            row.abusive,
            row.language,
            row.is_private,
            scopes,
            own,
        )

    @property
    def words(self) -> str:
        if self.made is None:
            self.made = rule_query.words_of(self.title, self.text)
        return self.made


Test = Callable[[Heard], bool]


def tests_of(condition: Condition) -> tuple[Test, ...]:
    """What a condition asks, each a test of its own, in the order of what they cost: made once for a rule, asked of every mention."""
    return tuple(chain(_labels(condition), _place(condition), _author(condition), _text(condition)))


def fits(tests: Iterable[Test], heard: Heard) -> bool:
    """Whether everything that the condition says is so."""
    for test in tests:  # noqa: SIM110  twice as fast, and triage asks it thousands of times under SQLite's only write lock
        if not test(heard):
            return False
    return True


def _labels(condition: Condition) -> Iterator[Test]:
    needs_reply, abusive, sentiment, intent = condition.needs_reply, condition.abusive, condition.sentiment, condition.intent
    urgency, language = condition.urgency, condition.language
    if needs_reply is not None:
        yield lambda heard: heard.needs_reply is needs_reply
    if abusive is not None:
        yield lambda heard: heard.abusive is abusive
    if sentiment:
        yield lambda heard: heard.sentiment in sentiment
    if intent:
        yield lambda heard: heard.intent in intent
    if urgency:
        yield lambda heard: heard.urgency in urgency
    if language:
        yield lambda heard: (heard.language or "").lower() in language
    if condition.labels:
        named = frozenset(condition.labels)
        yield lambda heard: not named.isdisjoint(heard.own)


def _place(condition: Condition) -> Iterator[Test]:
    sources, sites, feeds, brands = condition.sources, condition.sites, condition.feeds, tuple(-brand for brand in condition.brands)
    if sources:
        yield lambda heard: heard.source in sources
    if sites:
        yield lambda heard: heard.site in sites
    if feeds:
        yield lambda heard: any(feed in heard.scopes for feed in feeds)
    if brands:
        yield lambda heard: any(brand in heard.scopes for brand in brands)


def _author(condition: Condition) -> Iterator[Test]:
    at_least, handles = condition.reach_at_least, frozenset(condition.handles)
    if at_least is not None:
        yield lambda heard: (heard.reach or 0) >= at_least
    if handles:
        yield lambda heard: bare(heard.handle) in handles


def _text(condition: Condition) -> Iterator[Test]:
    has_link = condition.has_link
    if has_link is not None:
        yield lambda heard: (LINK.search(heard.text) is not None) == has_link
    if condition.query:
        query = rule_query.parse(condition.query)
        yield lambda heard: query.fits(heard.words)
