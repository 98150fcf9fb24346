"""A query in a platform's own search language, never narrower than the query itself: `matches` decides about each post.

What a platform cannot say is left out where a space joins it to something that must be there, which only widens the search.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from listener.query_parse import And, Leaf, LeafKind, Node, Not, Or, QueryError, is_positive

PLAIN = re.compile(r"[^\s!-&(-/:-@\[-^`{-~]+")
"""What needs no quotation marks: no ASCII punctuation but the apostrophe and the underscore."""


@dataclass(frozen=True, slots=True)
class _Language:
    name: str
    longest: int
    joint: str
    minus: str
    leaf: Callable[[Leaf], str]


def to_x(query: Node) -> str:
    """For X's recent search, at most 512 characters. Raises QueryError.

    A space binds tighter than OR, only single terms are negated, and a negation never stands alone
    (docs.x.com/x-api/posts/search/integrate/build-a-query).
    """
    return _pushed(query, _Language("X", 512, " ", "-", _x_leaf))


def to_reddit(query: Node) -> str:
    """For Reddit's search with `syntax=lucene`, at most 512 characters. Raises QueryError.

    It knows neither handles nor tags, so that the bare name is asked for.
    """
    return _pushed(query, _Language("Reddit", 512, " AND ", "NOT ", _reddit_leaf))


def _pushed(query: Node, language: _Language) -> str:
    text = _native(query, language) or ""
    if len(text) > language.longest:
        problem = f"{language.name} takes at most {language.longest} characters of query, this one becomes {len(text)}"
        raise QueryError(problem, 0, "Make two feeds of it")
    return text


def _native(node: Node, language: _Language) -> str | None:
    """None for what this language cannot say."""
    if isinstance(node, Leaf):
        return language.leaf(node)
    if isinstance(node, Not):
        return _negated(node.part, language)
    if isinstance(node, Or):
        return _any(node, language)
    said = [_native_in_group(part, language) for part in node.parts]
    return language.joint.join(text for text in said if text) or None


def _any(node: Or, language: _Language) -> str | None:
    if not all(is_positive(part) for part in node.parts):
        return None
    return " OR ".join(_native_in_group(part, language) or "" for part in node.parts)


def _native_in_group(node: Node, language: _Language) -> str | None:
    text = _native(node, language)
    return f"({text})" if text and isinstance(node, And | Or) else text


def _negated(part: Node, language: _Language) -> str | None:
    """By De Morgan: none of several is each of them negated; not all of several cannot be said."""
    if isinstance(part, Leaf):
        return language.minus + language.leaf(part)
    if isinstance(part, Or):
        said = [_negated(inner, language) for inner in part.parts]
        return language.joint.join(text for text in said if text) or None
    return None


def _x_leaf(leaf: Leaf) -> str:
    if leaf.kind is LeafKind.HANDLE and leaf.text.isascii() and leaf.text.isidentifier() and len(leaf.text) <= 15:
        return f"@{leaf.text}"
    if leaf.kind is LeafKind.TAG:
        return f"#{leaf.text}"
    sign = "@" if leaf.kind is LeafKind.HANDLE else ""
    return _quoted_unless_plain(leaf, sign + leaf.text)


def _reddit_leaf(leaf: Leaf) -> str:
    return _quoted_unless_plain(leaf, leaf.text)


def _quoted_unless_plain(leaf: Leaf, text: str) -> str:
    is_plain = leaf.kind is not LeafKind.PHRASE and PLAIN.fullmatch(text) and text.upper() not in {"AND", "OR", "NOT"}
    return text if is_plain else f'"{text}"'
