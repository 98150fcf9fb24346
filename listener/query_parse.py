"""Read a query into a tree. The language is described in listener/query.py."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

LONGEST = 2000
DEEPEST = 20
OPERATORS = re.compile(
    "(author|conversation_id|flair|from|has|is|lang|list|near|place|retweets_of|selftext|self|since|site|subreddit|title|to|until|url):.+",
    re.IGNORECASE,
)
TOKEN = re.compile(
    r"""(?P<space>\s+) | (?P<open>\() | (?P<close>\)) | (?P<phrase>"[^"]*") | (?P<quote>") | (?P<minus>[-\u2212](?=[^\s-]))
    | (?P<word>[^\s()"]+)""",
    re.VERBOSE,
)
NAME = re.compile(r"@\w[\w.-]*(?:@\w[\w.-]*)?")
TAG = re.compile(r"#\w+")
TYPED_QUOTES = str.maketrans("“”„", '"""')
ASCII_MARKS = re.compile(r"[!-/:-@\[-`{-~]+")


class QueryError(Exception):
    """The query cannot be read. `position` counts characters from 0; `suggestion` is what to write instead, where one is known."""

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
    """One thing to look for; `text` stands without quotes, @ and #. `position` is where the query names it."""

    kind: LeafKind
    text: str
    position: int = field(default=0, compare=False)


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


Node = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the written query."""

    kind: str
    text: str
    position: int

    def says(self, *words: str) -> bool:
        return self.kind == "word" and self.text in words


def parse(text: str) -> Node:
    """Read a query once. Raises QueryError, which says where and what to write instead."""
    if len(text) > LONGEST:
        raise QueryError(f"a query has at most {LONGEST} characters", LONGEST, "Make two feeds of it")
    tokens = list(_tokens(text.translate(TYPED_QUOTES)))
    if not tokens:
        raise QueryError("the query is empty", 0, 'Write the brand, for example: "acme phone" OR @acme')
    node = _Reader(tokens, len(text)).whole()
    if not is_positive(node):
        raise QueryError("this would find nearly everything: a part says only what must not be there", 0, "Add a word that must be there")
    return node


def is_positive(node: Node) -> bool:
    """Whether every way to match holds something that must be there."""
    if isinstance(node, And):
        return any(is_positive(part) for part in node.parts)
    if isinstance(node, Or):
        return all(is_positive(part) for part in node.parts)
    return isinstance(node, Leaf)


def written(node: Node) -> str:
    """The query as it is understood, with parentheses wherever OR and a space meet."""
    if isinstance(node, Leaf):
        sign = {LeafKind.HANDLE: "@", LeafKind.TAG: "#"}.get(node.kind, "")
        return f'"{node.text}"' if node.kind is LeafKind.PHRASE else sign + node.text
    if isinstance(node, Not):
        return f"-{_enclosed(node.part)}"
    joint = " OR " if isinstance(node, Or) else " "
    return joint.join(_enclosed(part) for part in node.parts)


def _enclosed(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, And | Or) else written(node)


def _tokens(text: str) -> Iterator[Token]:
    for found in TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind == "quote":
            raise QueryError("this quotation mark is never closed", found.start(), f'Write {text[found.start() :].strip()}"')
        if kind != "space":
            yield Token(kind, found[0], found.start())


class _Reader:
    """Recursive descent: any = all (OR all)*, all = one (AND? one)*, one = not one | ( any ) | leaf."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self._tokens = tokens
        self._end = end
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._any()
        rest = self._peek()
        if rest is not None:
            raise QueryError("this parenthesis closes nothing", rest.position, "Take it away, or open one before it")
        return node

    def _any(self) -> Node:
        parts = [self._all()]
        while (token := self._peek()) is not None and token.says("OR"):
            self._at += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Node:
        parts = [self._one()]
        while (token := self._peek()) is not None and token.kind != "close" and not token.says("OR"):
            self._at += token.says("AND")
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Node:
        token = self._peek()
        if token is None or token.kind == "close" or token.says("OR", "AND"):
            raise self._missing(token)
        self._at += 1
        if token.kind == "minus" or token.says("NOT"):
            return self._deeper(token, self._negated)
        return self._deeper(token, self._group) if token.kind == "open" else _leaf(token)

    def _negated(self) -> Node:
        start = self._tokens[self._at - 1]
        part = self._one()
        if isinstance(part, Not):
            raise QueryError("not twice over", start.position, "Take both away")
        return Not(part)

    def _group(self) -> Node:
        start = self._tokens[self._at - 1]
        node = self._any()
        if self._peek() is None:
            raise QueryError("this parenthesis is never closed", start.position, "Add ) where the group ends")
        self._at += 1
        return node

    def _deeper(self, token: Token, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(f"more than {DEEPEST} levels deep", token.position, "Take parentheses away")
        node = read()
        self._depth -= 1
        return node

    def _missing(self, token: Token | None) -> QueryError:
        position = token.position if token else self._end
        before = self._tokens[self._at - 1] if self._at else None
        what = f"after {before.text}" if before else f"before {token.text}" if token else "here"
        return QueryError(f"something to look for is missing {what}", position, 'Write a word, a "phrase", @handle or #tag')

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None


def _leaf(token: Token) -> Leaf:
    text, position = token.text, token.position
    if token.kind == "phrase":
        words = " ".join(text[1:-1].split())
        if _is_blank(words):
            raise QueryError("this phrase is empty", position, "Write words between the quotation marks")
        return Leaf(LeafKind.PHRASE, words, position)
    _refuse_word(text, position)
    if text.startswith("@"):
        return Leaf(LeafKind.HANDLE, text[1:], position)
    if text.startswith("#"):
        return Leaf(LeafKind.TAG, text[1:], position)
    return Leaf(LeafKind.WORD, text, position)


def _refuse_word(text: str, position: int) -> None:
    """Raises QueryError for what people write in other search languages, and what would find nothing here."""
    if text in {"or", "and", "not"}:
        raise QueryError(f"is {text} an operator or a word?", position, f'Write {text.upper()}, or "{text}" for the word')
    if text.startswith("-"):
        raise QueryError("not twice over", position, "Write one - before what must not be there")
    if OPERATORS.fullmatch(text):
        raise QueryError(f"{text.partition(':')[0]}: is not known here", position, f'Take it away, or write "{text}" to look for that text')
    if "*" in text:
        raise QueryError("there are no wildcards", position, "Write the words out: (phone OR phones)")
    if text.endswith((",", ";")):
        raise QueryError(
            "a comma is no operator", position + len(text) - 1, "Write OR between alternatives, or a space where both must be there"
        )
    if text.startswith("@") and not NAME.fullmatch(text):
        raise QueryError(f"{text} is not a handle", position, "Write @ and the name, for example @acme")
    if text.startswith("#") and not TAG.fullmatch(text):
        raise QueryError(f"{text} is not a tag", position, "Write # and one word, for example #acme")
    if _is_blank(text):
        raise QueryError(f"{text} alone finds nothing", position, "Take it away, or put it into a phrase with words")


def _is_blank(text: str) -> bool:
    """Nothing but ASCII punctuation and what cannot be seen: it would be found everywhere, or nowhere."""
    return bool(ASCII_MARKS.fullmatch(text)) or not any(unicodedata.category(char)[0] in "LNSP" for char in text)
