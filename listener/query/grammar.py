"""How a text is read by the grammar. docs/query.md describes the language."""

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from listener.query import refusals
from listener.query.nodes import HAS, And, Field, Filter, Leaf, LeafKind, Near, Node, Not, Or, QueryError, is_positive
from listener.query.normal import joined, normal
from listener.query.syntax import GRAMMAR

if TYPE_CHECKING:
    from lark import Lark, Token

LONGEST = 2000
DEEPEST = 20
FARTHEST = 50

TYPED_QUOTES = str.maketrans("“”„", '"""')
SINGULAR = {name.removesuffix("s"): name for name in HAS} | {"picture": "images", "pictures": "images", "tags": "hashtags"}
ADDRESS_START = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


def parse(text: str, *, own: Collection[str] = ()) -> Node:
    """Read a query into its normal form. Raises QueryError, which says where and what to write instead.

    `own`: names of fields that only a platform knows. What bears one is read as a word, and stands for a post's words if it narrows as much.
    """
    if len(text) > LONGEST:
        raise QueryError(f"a query has at most {LONGEST} characters", LONGEST, "Make two feeds of it")
    plain = text.translate(TYPED_QUOTES)
    _refuse_deep(refusals.checked(_tokens(plain), plain, own=own))
    node = normal(_read(plain))
    if not is_positive(_without_wide(node) if own else node):
        raise QueryError("this would find nearly everything: a part says only what must not be there", 0, "Add a word that must be there")
    return node


def _without_wide(node: Node) -> Node:
    """The same, with what says too little to stand alone as a filter that may not, either."""
    if isinstance(node, And | Or):
        return type(node)(tuple(map(_without_wide, node.parts)))
    is_wide = isinstance(node, Leaf) and node.text.partition(":")[0].lower() in refusals.WIDE and ":" in node.text
    return Filter(Field.HAS, "links") if is_wide else node


@cache
def _grammar() -> "Lark":
    # Not needed by a process that reads no query, and slow to build.
    from lark import Lark

    return Lark(GRAMMAR, start="any", parser="lalr", lexer="basic", transformer=_Tree(), maybe_placeholders=False)


def _tokens(text: str) -> "list[Token]":
    from lark.exceptions import UnexpectedCharacters

    try:
        return list(_grammar().lex(text))
    except UnexpectedCharacters:
        # Nothing else begins no token, and phrases are closed from the left.
        raise refusals.unclosed_quote(text, text.rfind('"')) from None


def _read(text: str) -> Node:
    from lark.exceptions import UnexpectedToken

    try:
        return _grammar().parse(text)  # type: ignore[return-value]  # the transformer makes nodes of trees
    except UnexpectedToken as error:
        raise refusals.misplaced(_tokens(text), error.token, len(text)) from None


def _refuse_deep(tokens: "Sequence[Token]") -> None:
    """All that follows walks through the tree by recursion."""
    groups: list[int] = []
    signs = 0
    for token in tokens:
        if token.type in {"MINUS", "NOT"}:
            signs += 1
        elif token.type == "OPEN":
            groups.append(signs + 1)
            signs = 0
        else:
            signs = 0
            if token.type == "CLOSE" and groups:
                groups.pop()
        if sum(groups) + signs > DEEPEST:
            raise QueryError(f"more than {DEEPEST} levels deep", token.start_pos or 0, "Take parentheses away")


class _Tree:
    """What becomes of each rule of the grammar."""

    @staticmethod
    def any(children: list[Any]) -> Node:
        parts = [child for child in children if not isinstance(child, str)]
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    @staticmethod
    def all(children: list[Any]) -> Node:
        return children[0] if len(children) == 1 else And(tuple(children))

    @staticmethod
    def negated(children: list[Any]) -> Node:
        return Not(children[-1])

    @staticmethod
    def group(children: list[Any]) -> Node:
        return children[1]  # type: ignore[no-any-return]

    @staticmethod
    def near(children: list[Any]) -> Node:
        left, sign, right = children
        within = int(sign.partition("/")[2])
        if within > FARTHEST:
            raise QueryError(f"near/{FARTHEST} is as far as it goes", sign.start_pos, f"Write near/{FARTHEST}, or a space")
        return Near(_side(left, sign), _side(right, sign), within)

    @staticmethod
    def leaf(children: list[Any]) -> Node:
        scopes, token = {str(scope).lower() for scope in children[:-1]}, children[-1]
        return _leaf(token, in_title="title:" in scopes, is_cased="case:" in scopes)

    @staticmethod
    def filter(children: list[Any]) -> Node:
        name, token = children
        return _filter(Field(name[:-1].lower()), token)


def _side(node: Node, sign: "Token") -> tuple[Leaf, ...]:
    found = normal(node)
    leaves = found.parts if isinstance(found, Or) else (found,)
    if not all(isinstance(leaf, Leaf) for leaf in leaves):
        raise refusals.not_near(sign)
    unique = joined(leaves, Or)
    return tuple(leaf for leaf in (unique.parts if isinstance(unique, Or) else (unique,)) if isinstance(leaf, Leaf))


def _leaf(token: "Token", *, in_title: bool, is_cased: bool) -> Leaf:
    position = token.start_pos or 0
    if token.type == "PHRASE":
        return Leaf(LeafKind.PHRASE, " ".join(token[1:-1].split()), in_title, is_cased, position=position)
    signs = {"@": LeafKind.HANDLE, "#": LeafKind.TAG}
    kind = signs.get(token[0], LeafKind.WORD)
    is_open = token.endswith("*")
    text = token[kind is not LeafKind.WORD : len(token) - is_open]
    return Leaf(kind, text, in_title, is_cased, is_open, position)


def _filter(field: Field, token: "Token") -> Filter:
    position = token.start_pos or 0
    text = " ".join(token.strip('"').split()).lower()
    if field in {Field.FROM, Field.TO}:
        text = refusals.handle(text.removeprefix("@"), field, position)
    elif field is Field.LANG:
        text = refusals.language(text.replace("_", "-"), position)
    elif field is Field.HAS:
        text = refusals.has(SINGULAR.get(text, text), position)
    elif field is Field.URL:
        text = ADDRESS_START.sub("", text).rstrip("/")
    elif field is Field.IN:
        text = re.sub(r"^/?r/(?=.)", "", ADDRESS_START.sub("", text)).rstrip("/")
    return Filter(field, refusals.some_value(text, field, position), position)
