"""What a feed listens for, in one language for every source: docs/query.md describes it.

A query is read once (`parse`), pushed down to a platform as far as its own search goes (`to_x`, `to_reddit`, …: the searches to make, never
narrower than the query), and asked again of each post that comes back (`Matcher`).
"""

from listener.query.bluesky import to_bluesky
from listener.query.folding import Span
from listener.query.grammar import parse
from listener.query.hackernews import to_hackernews
from listener.query.mastodon import to_mastodon
from listener.query.matching import Highlights, Matcher, matcher, matches
from listener.query.nodes import And, Atom, Field, Filter, Leaf, LeafKind, Near, Node, Not, Or, QueryError, atoms, is_positive
from listener.query.normal import normal
from listener.query.reddit import to_reddit
from listener.query.said import Said
from listener.query.stackexchange import to_stackexchange
from listener.query.writing import written
from listener.query.x import to_x
from listener.query.youtube import to_youtube

__all__ = [
    "And",
    "Atom",
    "Field",
    "Filter",
    "Highlights",
    "Leaf",
    "LeafKind",
    "Matcher",
    "Near",
    "Node",
    "Not",
    "Or",
    "QueryError",
    "Said",
    "Span",
    "atoms",
    "is_positive",
    "matcher",
    "matches",
    "normal",
    "parse",
    "to_bluesky",
    "to_hackernews",
    "to_mastodon",
    "to_reddit",
    "to_stackexchange",
    "to_x",
    "to_youtube",
    "written",
]
