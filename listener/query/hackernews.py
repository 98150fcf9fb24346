"""Hacker News, by Algolia's search (https://hn.algolia.com/api): all words and phrases; no OR, and no negation that could be relied on."""

from listener.query.native import Platform, bare_words_or_titles, nothing_sure, says_nothing
from listener.query.nodes import Node
from listener.query.searches import separate


def to_hackernews(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches. Raises QueryError."""
    return separate(query, HACKERNEWS)


HACKERNEWS = Platform("Hacker News", "hackernews", longest=500, most=8, leaf=bare_words_or_titles, known=says_nothing, sure=nothing_sure)
