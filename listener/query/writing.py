"""Write a query back, as it was understood: reading it again gives the same one."""

import re

from listener.query.nodes import And, Filter, Leaf, LeafKind, Near, Node, Not, Or

PLAIN_VALUE = re.compile(r"(?!near/\d)\w[\w.@/-]*")
"""What is read as one piece without quotation marks."""

SIGNS = {LeafKind.HANDLE: "@", LeafKind.TAG: "#"}


def written(node: Node) -> str:
    """The query as it is understood, with parentheses wherever OR and a space meet."""
    if isinstance(node, Leaf):
        return _leaf(node)
    if isinstance(node, Filter):
        return f"{node.kind}:{_value(node.value)}"
    if isinstance(node, Near):
        return f"{_side(node.left)} near/{node.within} {_side(node.right)}"
    if isinstance(node, Not):
        return f"-{_enclosed(node.part)}"
    joint = " OR " if isinstance(node, Or) else " "
    return joint.join(f"({written(part)})" if isinstance(part, And | Or) else written(part) for part in node.parts)


def _leaf(leaf: Leaf) -> str:
    scope = ("title:" if leaf.in_title else "") + ("case:" if leaf.is_cased else "")
    if leaf.kind is LeafKind.PHRASE:
        return f'{scope}"{leaf.text}"'
    return f"{scope}{SIGNS.get(leaf.kind, '')}{leaf.text}{'*' if leaf.is_open else ''}"


def _value(value: str) -> str:
    return value if PLAIN_VALUE.fullmatch(value) else f'"{value}"'


def _side(leaves: tuple[Leaf, ...]) -> str:
    text = " OR ".join(_leaf(leaf) for leaf in leaves)
    return f"({text})" if len(leaves) > 1 else text


def _enclosed(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, And | Or | Near) else written(node)
