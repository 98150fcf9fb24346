"""What a feed listens for, in one language for every source.

    acme phone          both words, anywhere
    acme OR "a c m e"   one of them; a space binds tighter than OR, as on X
    -giveaway           not this word (also: NOT giveaway, -"give away", -(one OR two))
    @acme  #acme        a handle, a tag
    (a OR b) c          parentheses

A query is pushed down to a platform as far as its own search goes (`to_x`, `to_reddit`), and asked again of each post (`matches`).
"""

from listener.query_match import Span, matches
from listener.query_native import to_reddit, to_x
from listener.query_parse import And, Leaf, LeafKind, Node, Not, Or, QueryError, parse, written

__all__ = ["And", "Leaf", "LeafKind", "Node", "Not", "Or", "QueryError", "Span", "matches", "parse", "to_reddit", "to_x", "written"]
