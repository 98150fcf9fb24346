"""Bluesky's search: all words, phrases, `from:`, `lang:`; OR cannot be relied on (https://bsky.social/about/blog/05-31-2024-search).

It compares letters without their accents, and nobody says what else `-` leaves out, so that nothing is negated there.
"""

from listener.query.filters import HOME
from listener.query.native import EVERYTHING, Asked, Platform, Word, bare_words_alone, nothing_sure, some
from listener.query.nodes import Field, Filter, Leaf, LeafKind, Node
from listener.query.searches import separate


def to_bluesky(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches, as `q` of app.bsky.feed.searchPosts. Raises QueryError."""
    return separate(query, BLUESKY)


def _leaf(leaf: Leaf) -> Asked:
    if leaf.in_title or leaf.is_open:
        return bare_words_alone(leaf)
    if leaf.kind is LeafKind.TAG:
        return Word(f"#{leaf.text}")
    if leaf.kind is LeafKind.HANDLE and "." not in leaf.text and "@" not in leaf.text:
        # Handles are host names there, and one word of their text.
        return some((Word(leaf.text), Word(f'"{leaf.text}{HOME}"')))
    return bare_words_alone(leaf)


def _known(asked: Filter) -> Asked:
    if asked.kind is Field.FROM and "@" not in asked.value:
        return Word(f"from:{asked.value if '.' in asked.value else asked.value + HOME}")
    return Word(f"lang:{asked.value.partition('-')[0]}", narrows=False) if asked.kind is Field.LANG else EVERYTHING


BLUESKY = Platform("Bluesky", "bluesky", longest=500, most=8, leaf=_leaf, known=_known, sure=nothing_sure)
