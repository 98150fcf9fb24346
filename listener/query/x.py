"""X's recent search: a space binds tighter than OR, only single terms are negated, a negation never stands alone; at most 512 characters.

https://docs.x.com/x-api/posts/search/integrate/build-a-query, https://docs.x.com/x-api/posts/search/integrate/operators
"""

import re

from listener.query.native import EVERYTHING, NOTHING, Asked, Platform, Word, is_exact, quoted_unless_plain, some
from listener.query.nodes import Field, Filter, Leaf, LeafKind, Node
from listener.query.searches import grouped

HANDLE = re.compile(r"\w{1,15}", re.ASCII)
LANGUAGE = re.compile(
    "am|ar|bg|bn|bo|bs|ca|ckb|cs|cy|da|de|dv|el|en|es|et|eu|fa|fi|fr|gu|he|hi|hr|ht|hu|hy|id|is|it|ja|ka|"
    "km|kn|ko|lo|lt|lv|ml|mr|my|ne|nl|no|or|pa|pl|ps|pt|ro|ru|sd|si|sk|sl|sr|sv|ta|te|th|tl|tr|ug|uk|ur|vi"
)
OLD_CODES = {"id": "in", "he": "iw"}


def to_x(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches, each of at most 512 characters. Raises QueryError."""
    return grouped(query, X)


def _leaf(leaf: Leaf) -> Asked:
    if leaf.in_title:
        return NOTHING
    return EVERYTHING if leaf.is_open else Word(_spelled(leaf))


def _spelled(leaf: Leaf) -> str:
    if leaf.kind is LeafKind.TAG:
        return f"#{leaf.text}"
    if leaf.kind is LeafKind.HANDLE:
        return f"@{leaf.text}" if HANDLE.fullmatch(leaf.text) else f'"@{leaf.text}"'
    return quoted_unless_plain(leaf, leaf.text)


def _known(asked: Filter) -> Asked:
    if asked.kind is Field.FROM:
        return Word(f"from:{asked.value}") if HANDLE.fullmatch(asked.value) else NOTHING
    if asked.kind is Field.TO:
        return _addressed(asked.value)
    if asked.kind is Field.LANG:
        code = asked.value.partition("-")[0]
        return Word(f"lang:{OLD_CODES.get(code, code)}", narrows=False) if LANGUAGE.fullmatch(code) else EVERYTHING
    if asked.kind is Field.URL:
        return Word(f'url:"{asked.value}"')
    # Moving pictures are videos to us, and not all of them to X; X has no search for places that we know.
    terms = {"images": "has:images", "videos": "has:media"}
    return Word(terms.get(asked.value, f"has:{asked.value}"), narrows=False) if asked.kind is Field.HAS else EVERYTHING


def _addressed(handle: str) -> Asked:
    """Whoever is answered, named or quoted is addressed; a quoted post stands in the text as its address."""
    if not HANDLE.fullmatch(handle):
        return NOTHING
    return some((Word(f"to:{handle}"), Word(f"@{handle}"), Word(f'url:"{handle}/status"')))


def _sure(atom: Leaf | Filter) -> tuple[str, ...]:
    if isinstance(atom, Leaf):
        is_sayable = not atom.in_title and is_exact(atom)
        return (_spelled(atom),) if is_sayable else ()
    if atom.kind is Field.TO and HANDLE.fullmatch(atom.value):
        return f"to:{atom.value}", f"@{atom.value}"
    is_exactly_said = (
        (atom.kind is Field.FROM and HANDLE.fullmatch(atom.value))
        or (atom.kind is Field.LANG and LANGUAGE.fullmatch(atom.value))
        or (atom.kind is Field.HAS and atom.value in {"media", "images", "mentions", "hashtags"})
    )
    said = _known(atom)
    return (said.text,) if is_exactly_said and isinstance(said, Word) else ()


X = Platform("X", "x", longest=512, most=10, leaf=_leaf, known=_known, sure=_sure)
