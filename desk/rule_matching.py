"""Which mentions a rule fits. Pure: it reads rows that are loaded already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from desk import rule_query
from desk.authors import bare
from desk.rule_parts import Condition
from storage.words import Intent, Sentiment, Urgency

LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)


@dataclass(slots=True)
class Heard:
    """What rules read of one mention. `scopes`: n for each feed that caught it, -n for its brand, as counts have it.

    `words` are made when the first rule asks for them, and then kept for the others.
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
    made: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, row: Any, *, handle: str, reach: int | None, scopes: Sequence[int]) -> "Heard":
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
        )

    @property
    def words(self) -> str:
        if self.made is None:
            self.made = rule_query.words_of(self.title, self.text)
        return self.made


def fits(condition: Condition, heard: Heard) -> bool:
    """Whether everything that the condition says is so. The words come last: they cost most."""
    return (
        _labels(condition, heard)
        and _author(condition, heard)
        and _place(condition, heard)
        and (condition.has_link is None or (LINK.search(heard.text) is not None) == condition.has_link)
        and (not condition.query or rule_query.parse(condition.query).fits(heard.words))
    )


def _labels(condition: Condition, heard: Heard) -> bool:
    if condition.needs_reply is not None and heard.needs_reply is not condition.needs_reply:
        return False
    if condition.abusive is not None and heard.abusive is not condition.abusive:
        return False
    return (
        (not condition.sentiment or heard.sentiment in condition.sentiment)
        and (not condition.intent or heard.intent in condition.intent)
        and (not condition.urgency or heard.urgency in condition.urgency)
        and (not condition.language or (heard.language or "").lower() in condition.language)
    )


def _author(condition: Condition, heard: Heard) -> bool:
    if condition.reach_at_least is not None and (heard.reach or 0) < condition.reach_at_least:
        return False
    return not condition.handles or bare(heard.handle) in condition.handles


def _place(condition: Condition, heard: Heard) -> bool:
    return (
        (not condition.sources or heard.source in condition.sources)
        and (not condition.sites or heard.site in condition.sites)
        and (not condition.feeds or any(feed in heard.scopes for feed in condition.feeds))
        and (not condition.brands or any(-brand in heard.scopes for brand in condition.brands))
    )
