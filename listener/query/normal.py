"""One form for all queries that mean the same: `not` stands before single things only, nothing stands twice, groups within like groups are gone."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from listener.query.nodes import And, Leaf, Near, Node, Not, Or


def normal(node: Node) -> Node:
    """The same query in normal form: double negations cancel, De Morgan turns negated groups, order stays as it was written."""
    return _normal(node, is_negated=False)


def _normal(node: Node, *, is_negated: bool) -> Node:
    if isinstance(node, Not):
        return _normal(node.part, is_negated=not is_negated)
    if isinstance(node, And | Or):
        joins_all = isinstance(node, And) is not is_negated
        return joined((_normal(part, is_negated=is_negated) for part in node.parts), And if joins_all else Or)
    return Not(node) if is_negated else node


def joined(parts: Iterable[Node], kind: type[And] | type[Or]) -> Node:
    """Parts in normal form as one node: a single part stands for itself."""
    unique: dict[Node, Node] = {}
    for part in _flat(parts, kind):
        unique.setdefault(_key(part), part)
    found = tuple(unique.values())
    return found[0] if len(found) == 1 else kind(found)


def _flat(parts: Iterable[Node], kind: type[And] | type[Or]) -> Iterator[Node]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _key(node: Node) -> Node:
    """What makes two parts the same: capitals count only where the query says so."""
    if isinstance(node, Leaf):
        return node if node.is_cased else replace(node, text=node.text.casefold())
    if isinstance(node, Near):
        return replace(node, left=tuple(map(_leaf_key, node.left)), right=tuple(map(_leaf_key, node.right)))
    if isinstance(node, Not):
        return Not(_key(node.part))
    return type(node)(tuple(_key(part) for part in node.parts)) if isinstance(node, And | Or) else node


def _leaf_key(leaf: Leaf) -> Leaf:
    return leaf if leaf.is_cased else replace(leaf, text=leaf.text.casefold())
