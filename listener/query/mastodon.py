"""Mastodon's search of posts, where an instance has it: all words, phrases, `from:`, `language:`, `has:media`; no OR.

It blurs words by their stems, so that no word is negated there (https://docs.joinmastodon.org/methods/search/).
"""

from listener.query.native import EVERYTHING, Asked, Platform, Word, bare_words_alone
from listener.query.nodes import Field, Filter, Leaf, LeafKind, Node
from listener.query.searches import separate


def to_mastodon(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches. Raises QueryError."""
    return separate(query, MASTODON)


def _leaf(leaf: Leaf) -> Asked:
    if leaf.kind is LeafKind.TAG and not leaf.in_title and not leaf.is_open:
        return Word(f"#{leaf.text}")
    return bare_words_alone(leaf)


def _known(asked: Filter) -> Asked:
    if asked.kind is Field.FROM and "@" in asked.value:
        return Word(f"from:{asked.value}")
    if asked.kind is Field.LANG:
        return Word(f"language:{asked.value.partition('-')[0]}", narrows=False)
    has_media = asked.kind is Field.HAS and asked.value in {"media", "images", "videos"}
    return Word("has:media", narrows=False) if has_media else EVERYTHING


def _sure(atom: Leaf | Filter) -> tuple[str, ...]:
    if isinstance(atom, Leaf):
        return ()
    is_exactly_said = (
        (atom.kind is Field.FROM and "@" in atom.value)
        or (atom.kind is Field.LANG and "-" not in atom.value)
        or (atom.kind is Field.HAS and atom.value == "media")
    )
    said = _known(atom)
    return (said.text,) if is_exactly_said and isinstance(said, Word) else ()


MASTODON = Platform("Mastodon", "mastodon", longest=500, most=8, leaf=_leaf, known=_known, sure=_sure)
