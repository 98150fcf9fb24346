"""What a platform's search can be asked, as a tree. Never narrower than the query: local matching decides about each post.

A platform says for each thing that a query asks about what surely finds all of it (`wide`), and what finds nothing but it (`sure`), which alone may
be negated. What it cannot say at all becomes EVERYTHING, which only widens; what none of its posts can be becomes NOTHING.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from listener.query.nodes import And, Atom, Field, Filter, Leaf, LeafKind, Near, Node, Not, Or, QueryError, atoms
from listener.query.normal import normal
from listener.query.writing import written

BLURRED = frozenset({LeafKind.WORD, LeafKind.PHRASE})

PLAIN = re.compile(r"[^\s!-&(-/:-@\[-^`{-~]+")
"""What needs no quotation marks: no ASCII punctuation but the apostrophe and the underscore."""


@dataclass(frozen=True, slots=True)
class Word:
    """One term of a platform's language. `narrows`: it may stand alone in a search."""

    text: str
    is_negated: bool = False
    narrows: bool = True


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Asked", ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple["Asked", ...] = ()


Asked = Word | All | Any
EVERYTHING, NOTHING = All(), Any()


@dataclass(frozen=True, slots=True)
class Platform:
    """How a platform's search is spelled: `longest` in characters, `most` searches for one query.

    `leaf` and `known` are the wide ways to say a leaf and a filter, `sure` are terms that may be negated.
    """

    name: str
    source: str
    longest: int
    most: int
    leaf: Callable[[Leaf], Asked]
    known: Callable[[Filter], Asked]
    sure: Callable[[Leaf | Filter], tuple[str, ...]]
    joint: str = " "
    minus: str = "-"


def asked(query: Node, platform: Platform) -> Asked:
    """The query in a platform's terms; NOTHING when it can find nothing there. Raises QueryError when nothing of it can be said."""
    found = _asked(normal(query), platform)
    if found != NOTHING and not narrows(found):
        raise _unsayable(query, platform)
    return found


def _asked(node: Node, platform: Platform) -> Asked:
    if isinstance(node, And):
        return every(_asked(part, platform) for part in node.parts)
    if isinstance(node, Or):
        return some(_asked(part, platform) for part in node.parts)
    return _negated(node.part, platform) if isinstance(node, Not) else _wide(node, platform)


def _wide(atom: Atom, platform: Platform) -> Asked:
    if isinstance(atom, Near):
        return every(some(map(platform.leaf, side)) for side in (atom.left, atom.right))
    if isinstance(atom, Leaf):
        return platform.leaf(atom)
    if atom.kind is Field.SOURCE:
        return EVERYTHING if atom.value == platform.source else NOTHING
    return platform.known(atom)


def _negated(atom: Node, platform: Platform) -> Asked:
    if isinstance(atom, Filter) and atom.kind is Field.SOURCE:
        return NOTHING if atom.value == platform.source else EVERYTHING
    if isinstance(atom, Leaf | Filter):
        return every(Word(text, is_negated=True) for text in platform.sure(atom))
    return EVERYTHING


def says_all(query: Node, platform: Platform, *, is_blurred: bool) -> bool:
    """Whether a platform is asked for nothing but the query, so that it finds no post that is then left out here.

    `is_blurred`: it finds other forms of a word too, and those are kept.
    """
    return _is_said(normal(query), platform, is_blurred=is_blurred)


def _is_said(node: Node, platform: Platform, *, is_blurred: bool) -> bool:
    if isinstance(node, And | Or):
        is_one_way = isinstance(node, And) or all(has_positive(_asked(part, platform)) for part in node.parts)
        return is_one_way and all(_is_said(part, platform, is_blurred=is_blurred) for part in node.parts)
    atom = node.part if isinstance(node, Not) else node
    if isinstance(atom, Filter) and atom.kind is Field.SOURCE:
        return True
    if not isinstance(atom, Leaf | Filter):
        return False
    said = _wide(atom, platform)
    if said == NOTHING:
        return True
    is_kept = is_blurred and atom is node and isinstance(atom, Leaf) and atom.kind in BLURRED and not atom.is_cased and not atom.in_title
    return isinstance(said, Word) and (is_kept or platform.sure(atom) == (said.text,))


def every(parts: Iterable[Asked]) -> Asked:
    """All of them."""
    found = tuple(dict.fromkeys(_flat(parts, All)))
    if NOTHING in found:
        return NOTHING
    return found[0] if len(found) == 1 else All(found)


def some(parts: Iterable[Asked]) -> Asked:
    """At least one of them. No platform takes a negation beside OR: then nothing is said."""
    found = tuple(dict.fromkeys(_flat(parts, Any)))
    if not all(has_positive(part) for part in found):
        return EVERYTHING
    return found[0] if len(found) == 1 else Any(found)


def _flat(parts: Iterable[Asked], kind: type[All] | type[Any]) -> Iterator[Asked]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def has_positive(tree: Asked) -> bool:
    """Whether every way to match holds a term that must be there."""
    if isinstance(tree, Word):
        return not tree.is_negated
    return any(map(has_positive, tree.parts)) if isinstance(tree, All) else all(map(has_positive, tree.parts))


def narrows(tree: Asked) -> bool:
    """The same of terms that may stand alone."""
    if isinstance(tree, Word):
        return tree.narrows and not tree.is_negated
    return any(map(narrows, tree.parts)) if isinstance(tree, All) else all(map(narrows, tree.parts))


def _unsayable(query: Node, platform: Platform) -> QueryError:
    unsaid = next((atom for atom in atoms(query) if _wide(atom, platform) in {EVERYTHING, NOTHING}), next(atoms(query)))
    problem = f"{platform.name} cannot search for {written(unsaid)}, and nothing is left that it could search for"
    return QueryError(problem, unsaid.position, "Add a whole word that must be there")


def quoted_unless_plain(leaf: Leaf, text: str) -> str:
    is_plain = leaf.kind is not LeafKind.PHRASE and PLAIN.fullmatch(text) and text.upper() not in {"AND", "OR", "NOT"}
    return text if is_plain else f'"{text}"'


def is_exact(leaf: Leaf) -> bool:
    """Whether a platform that splits texts into words finds this where we do and nowhere else: one plain word, whatever its case.

    A phrase it may also find where a hyphen or a full stop stands between its words.
    """
    return not leaf.is_cased and PLAIN.fullmatch(leaf.text) is not None


def says_nothing(atom: Leaf | Filter) -> Asked:
    """For what a platform has no way to say."""
    del atom
    return EVERYTHING


def nothing_sure(atom: Leaf | Filter) -> tuple[str, ...]:
    """For platforms whose search blurs words: a negation could leave out what is wanted."""
    del atom
    return ()


def bare_words(leaf: Leaf, *, has_titles: bool) -> Asked:
    """For platforms that look for words and phrases and know no signs: a handle by its name, a tag by its word."""
    if leaf.in_title and not has_titles:
        return NOTHING
    text = leaf.text.partition("@")[0] if leaf.kind is LeafKind.HANDLE else leaf.text
    if leaf.is_open or not any(char.isalnum() for char in text):
        return EVERYTHING
    # In quotation marks a single word means no more than without.
    is_plain_word = PLAIN.fullmatch(text) and text.upper() not in {"AND", "OR", "NOT"}
    return Word(text if is_plain_word else f'"{text}"')


bare_words_or_titles = partial(bare_words, has_titles=True)
bare_words_alone = partial(bare_words, has_titles=False)
