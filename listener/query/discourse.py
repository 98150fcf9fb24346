"""Discourse's search: words and phrases that must all be there, in any inflection; no OR.

@name and #word would mean an author and a category (https://docs.discourse.org/#tag/Search).
"""

from listener.query.native import Platform, bare_words_or_titles, nothing_sure, says_nothing
from listener.query.nodes import Node
from listener.query.searches import separate


def to_discourse(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches. Raises QueryError."""
    return separate(query, DISCOURSE)


DISCOURSE = Platform("Discourse", "discourse", longest=300, most=8, leaf=bare_words_or_titles, known=says_nothing, sure=nothing_sure)
