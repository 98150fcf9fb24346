"""Reddit's search with `syntax=lucene`: submissions only, AND OR NOT, groups, `title:`, `author:`, `subreddit:`; at most 512 characters.

It knows neither handles nor tags nor languages (https://www.reddit.com/dev/api#GET_search).
"""

import re

from listener.query.native import EVERYTHING, Asked, Platform, Word, bare_words, is_exact, quoted_unless_plain
from listener.query.nodes import Field, Filter, Leaf, LeafKind, Node
from listener.query.searches import grouped

NAME = re.compile(r"[\w-]{2,25}", re.ASCII)


def to_reddit(query: Node) -> tuple[str, ...]:
    """The searches that find together whatever matches, each of at most 512 characters. Raises QueryError."""
    return grouped(query, REDDIT)


def _leaf(leaf: Leaf) -> Asked:
    said = bare_words(leaf, has_titles=True)
    return Word(f"title:{said.text}") if leaf.in_title and isinstance(said, Word) else said


def _known(asked: Filter) -> Asked:
    is_name = NAME.fullmatch(asked.value)
    if asked.kind in {Field.FROM, Field.IN} and is_name:
        return Word(_of(asked))
    # Whoever is addressed is named in the text.
    return Word(quoted_unless_plain(Leaf(LeafKind.HANDLE, asked.value), asked.value)) if asked.kind is Field.TO and is_name else EVERYTHING


def _of(asked: Filter) -> str:
    return f"{'author' if asked.kind is Field.FROM else 'subreddit'}:{asked.value}"


def _sure(atom: Leaf | Filter) -> tuple[str, ...]:
    if isinstance(atom, Filter):
        return (_of(atom),) if atom.kind in {Field.FROM, Field.IN} and NAME.fullmatch(atom.value) else ()
    if atom.kind not in {LeafKind.WORD, LeafKind.PHRASE} or not is_exact(atom):
        return ()
    return (f"{'title:' if atom.in_title else ''}{quoted_unless_plain(atom, atom.text)}",)


REDDIT = Platform("Reddit", "reddit", longest=512, most=10, leaf=_leaf, known=_known, sure=_sure, joint=" AND ", minus="NOT ")
