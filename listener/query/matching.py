"""Does a post match a query: yes, no, or nobody knows; and where its words stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from listener.query import filters
from listener.query.closeness import Words, near
from listener.query.filters import Truth
from listener.query.folding import Span
from listener.query.nodes import And, Filter, Leaf, LeafKind, Near, Node, Not
from listener.query.said import Said
from listener.query.terms import Reading, Term


@dataclass(frozen=True, slots=True)
class Highlights:
    """Where the query's words stand, in order: in the text and in the title."""

    text: tuple[Span, ...] = ()
    title: tuple[Span, ...] = ()


@dataclass(slots=True)
class _Look:
    """One post while it is asked."""

    said: Said
    text: Reading = field(init=False)
    title: Reading | None = field(init=False)
    _links: tuple[Reading, ...] | None = None

    def __post_init__(self) -> None:
        self.text = Reading(self.said.text)
        self.title = Reading(self.said.title) if self.said.title else None

    def shown(self, leaf: Leaf) -> tuple[Reading, ...]:
        """The texts in which a leaf may stand."""
        title = (self.title,) if self.title else ()
        return title if leaf.in_title else (self.text, *title)

    def links(self) -> tuple[Reading, ...]:
        """What links say that the text shows shortened: on their platform people see where those lead."""
        if self._links is None:
            self._links = tuple(map(Reading, self.said.links))
        return self._links


@dataclass(frozen=True, slots=True)
class _Words:
    term: Term

    def truth(self, look: _Look) -> Truth:
        term, leaf = self.term, self.term.leaf
        if not leaf.in_title and term.stands_in(look.text.for_term(term)):
            return True
        if look.title is not None and term.stands_in(look.title.for_term(term)):
            return True
        if look.said.links and not leaf.in_title and leaf.kind in {LeafKind.WORD, LeafKind.PHRASE}:
            return any(term.stands_in(link.for_term(term)) for link in look.links())
        # A short text names somebody of another server by the first part alone.
        return leaf.kind is LeafKind.HANDLE and "@" in leaf.text and leaf.text.lower() in (look.said.addressed or ())

    def spans(self, look: _Look, reading: Reading) -> Iterator[Span]:
        term = self.term
        if term.leaf.in_title and reading is not look.title:
            return
        text = reading.for_term(term)
        if term.needle in text:
            yield from reading.in_original(term.places(text), is_cased=term.leaf.is_cased)


class _Loosely(_Words):
    """For what a platform found that knows other forms of a word: it is enough that the beginning of each stands anywhere."""

    __slots__ = ()

    def truth(self, look: _Look) -> Truth:
        return _Words.truth(self, look) or (self._is_blurred() and any(map(self._has_beginnings, look.shown(self.term.leaf))))

    def spans(self, look: _Look, reading: Reading) -> Iterator[Span]:
        found = list(_Words.spans(self, look, reading))
        if found or not self._is_blurred() or reading not in look.shown(self.term.leaf):
            yield from found
            return
        text = reading.for_term(self.term)
        places = (match.span() for word in self.term.words for match in re.finditer(re.escape(_beginning(word)), text))
        yield from reading.in_original(places, is_cased=False)

    def _is_blurred(self) -> bool:
        return self.term.leaf.kind in {LeafKind.WORD, LeafKind.PHRASE} and not self.term.leaf.is_cased

    def _has_beginnings(self, reading: Reading) -> bool:
        text = reading.for_term(self.term)
        return all(_beginning(word) in text for word in self.term.words)


def _beginning(word: str) -> str:
    return word[: max(4, len(word) - 3)]


@dataclass(frozen=True, slots=True)
class _Near:
    left: tuple[_Words, ...]
    right: tuple[_Words, ...]
    within: int

    def truth(self, look: _Look) -> Truth:
        return any(True for reading in (look.text, look.title) if reading is not None for _ in self._pairs(look, reading))

    def spans(self, look: _Look, reading: Reading) -> Iterator[Span]:
        yield from chain.from_iterable(self._pairs(look, reading))

    def _pairs(self, look: _Look, reading: Reading) -> Iterator[tuple[Span, Span]]:
        left = self._places(self.left, look, reading)
        right = self._places(self.right, look, reading) if left else []
        if right:
            yield from near(left, right, Words.of(reading.text), within=self.within)

    @staticmethod
    def _places(terms: Sequence[_Words], look: _Look, reading: Reading) -> list[Span]:
        return sorted({span for words in terms for span in words.spans(look, reading)})


@dataclass(frozen=True, slots=True)
class _Known:
    asked: Filter

    def truth(self, look: _Look) -> Truth:
        return filters.truth(self.asked, look.said)

    def spans(self, look: _Look, reading: Reading) -> Iterator[Span]:
        del look, reading
        return iter(())


@dataclass(frozen=True, slots=True)
class _Without:
    part: "_Part"

    def truth(self, look: _Look) -> Truth:
        found = self.part.truth(look)
        return None if found is None else not found

    def spans(self, look: _Look, reading: Reading) -> Iterator[Span]:
        del look, reading
        return iter(())


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple["_Part", ...]

    def truth(self, look: _Look) -> Truth:
        found: Truth = True
        for part in self.parts:
            one = part.truth(look)
            if one is False:
                return False
            found = found and one
        return found

    def spans(self, look: _Look, reading: Reading) -> Iterator[Span]:
        for part in self.parts:
            yield from part.spans(look, reading)


@dataclass(frozen=True, slots=True)
class _Any:
    parts: tuple["_Part", ...]

    def truth(self, look: _Look) -> Truth:
        found: Truth = False
        for part in self.parts:
            one = part.truth(look)
            if one:
                return True
            found = None if one is None else found
        return found

    def spans(self, look: _Look, reading: Reading) -> Iterator[Span]:
        for part in self.parts:
            if not isinstance(part, _All) or part.truth(look) is not False:
                yield from part.spans(look, reading)


_Part = _Words | _Near | _Known | _Without | _All | _Any


class Matcher:
    """A query made ready to be asked of many posts; threads may share it.

    `is_loose`: for what a platform's own search found that blurs words; what must not be there is asked strictly all the same.
    """

    __slots__ = ("_root", "query")

    def __init__(self, query: Node, *, is_loose: bool = False) -> None:
        self.query = query
        self._root = _made(query, _Loosely if is_loose else _Words)

    def truth(self, said: Said) -> Truth:
        """Whether it matches; None when that hangs on something that nobody knows of this post."""
        return self._root.truth(_Look(said))

    def lets_in(self, said: Said) -> bool:
        """Whether it matches, or could: a post is not lost for what nobody knows of it."""
        return self.truth(said) is not False

    def highlights(self, said: Said) -> Highlights | None:
        """Where the query's words stand; None when it does not match."""
        look = _Look(said)
        if self._root.truth(look) is False:
            return None
        title = self._spans(look, look.title) if look.title else ()
        return Highlights(self._spans(look, look.text), title)

    def _spans(self, look: _Look, reading: Reading) -> tuple[Span, ...]:
        return tuple(sorted(set(self._root.spans(look, reading))))


def _made(node: Node, words: type[_Words]) -> _Part:
    if isinstance(node, Leaf):
        return words(Term.of(node))
    if isinstance(node, Near):
        left, right = (tuple(_Words(Term.of(leaf)) for leaf in side) for side in (node.left, node.right))
        return _Near(left, right, node.within)
    if isinstance(node, Filter):
        return _Known(node)
    if isinstance(node, Not):
        return _Without(_made(node.part, _Words))
    return (_All if isinstance(node, And) else _Any)(tuple(_made(part, words) for part in node.parts))


@lru_cache(maxsize=1024)
def matcher(query: Node) -> Matcher:
    """The matcher of a query, kept: feeds ask the same ones over and over."""
    return Matcher(query)


def matches(query: Node, said: Said | str) -> tuple[Span, ...] | None:
    """Where the query's words stand in the text, in order; None when it does not match. Of a bare text nothing else is known."""
    found = matcher(query).highlights(Said(said) if isinstance(said, str) else said)
    return None if found is None else found.text
