"""Stack Exchange's advanced search: all words of `q`, by rules that are not published; no OR (https://api.stackexchange.com/docs/advanced-search)."""

from listener.query.native import Platform, bare_words_or_titles, nothing_sure, says_nothing
from listener.query.nodes import Node
from listener.query.searches import separate


def to_stackexchange(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches, as `q`. Raises QueryError."""
    return separate(query, STACKEXCHANGE)


STACKEXCHANGE = Platform(
    "Stack Exchange", "stackexchange", longest=500, most=8, leaf=bare_words_or_titles, known=says_nothing, sure=nothing_sure
)
