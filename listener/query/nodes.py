"""What a query is made of, once it is read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class QueryError(Exception):
    """The query cannot be used. `position` counts characters from 0; `suggestion` is what to write instead, where one is known."""

    def __init__(self, message: str, position: int, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.suggestion = suggestion

    def __str__(self) -> str:
        hint = f" ({self.suggestion})" if self.suggestion else ""
        return f"at character {self.position + 1}: {self.message}{hint}"


class LeafKind(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    HANDLE = "handle"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing to look for in the words of a post; `text` stands without quotes, @, # and *. `position` is where the query names it.

    `in_title`: only there. `is_cased`: as it is written, capitals count. `is_open`: more letters may follow.
    """

    kind: LeafKind
    text: str
    in_title: bool = False
    is_cased: bool = False
    is_open: bool = False
    position: int = field(default=0, compare=False)


class Field(StrEnum):
    """What is known of a post beside its words."""

    FROM = "from"
    TO = "to"
    LANG = "lang"
    SOURCE = "source"
    IN = "in"
    URL = "url"
    HAS = "has"


STANDALONE = frozenset({Field.FROM, Field.TO, Field.IN, Field.URL})
"""What narrows enough to be asked for alone."""

HAS = ("links", "media", "images", "videos", "mentions", "hashtags")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a post must be, beside its words; `value` in lower case, without @ and without the start of an address."""

    kind: Field
    value: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """One of `left` and one of `right`, in either order, with at most `within` words between them."""

    left: tuple[Leaf, ...]
    right: tuple[Leaf, ...]
    within: int

    @property
    def position(self) -> int:
        return self.left[0].position


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not be there."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    """All parts must be there."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part must be there."""

    parts: tuple["Node", ...]


Atom = Leaf | Filter | Near
Node = Atom | Not | And | Or


def is_positive(node: Node) -> bool:
    """Whether every way to match holds something that must be there, and that narrows enough."""
    if isinstance(node, And):
        return any(is_positive(part) for part in node.parts)
    if isinstance(node, Or):
        return all(is_positive(part) for part in node.parts)
    return isinstance(node, Leaf | Near) or (isinstance(node, Filter) and node.kind in STANDALONE)


def atoms(node: Node) -> Iterator[Atom]:
    """Everything that a query asks about, in its order."""
    if isinstance(node, Not):
        yield from atoms(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from atoms(part)
    else:
        yield node
