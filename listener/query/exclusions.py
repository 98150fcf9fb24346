"""What could be left out of a query: the words, names and languages of posts as terms of the language, and where each of them stands."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from listener.query.folding import UNSPACED, fold, is_letter
from listener.query.grammar import parse
from listener.query.matching import Matcher
from listener.query.nodes import And, Atom, Field, Filter, Leaf, LeafKind, Node, Not, QueryError, atoms
from listener.query.normal import normal
from listener.query.said import LINK, Said
from listener.query.writing import written

SHORTEST = 3
LEAST_POSTS = 2
MOST_TERMS = 300
SIGNS = {"@": LeafKind.HANDLE, "#": LeafKind.TAG, "\uff03": LeafKind.TAG}
FUNCTION_WORDS = frozenset(
    """
    about after again all also and any are because been before being but can could did does done down each for from get got had has have her here
    hers him his how into its just like more most much not now off one only other our ours out over own same she should some still such than that
    the their them then there these they this those through too two under until very was way were what when where which while who why will with
    would you your
    aber alle als also auch auf aus bei bin bis das dass dem den der des die dir doch durch ein eine einem einen einer eines hat habe haben ich ihr
    immer ist kann kein keine man mein mich mir mit nach nicht noch nur oder schon sehr sein seine sich sie sind sonst uber und uns unser vom von
    vor war was weil wenn wer wie wieder will wir wird wurde zum zur
    alors aussi avec ces cette chez comme dans depuis des donc elle elles est etait etre fait ils les leur lui mais mes moi mon nos notre nous ont par
    pas plus pour quand que qui sans ses son sont sur tous tout tres une vos votre vous
    algo aqui cada como con cuando del desde donde ella ellos entre era eso esta este esto fue hay hasta las los mas muy nada nos otra otro para pero
    por porque que quien ser sin sobre solo son sus tambien tiene todo todos una uno
    anche che chi come con cosa dal dalla dei del della delle gli hanno loro molto nel nella non per piu quando quella quello questa questo sono sua
    suo sul tra tutti tutto una
    aos com das dos ele ela eles isso isto mais mas meu minha muito nao nas nos num numa pela pelo por quando quem sao ser seu sua tambem tem uma
    aan als bij dat deze dit door een geen heb heeft het hij hoe ik kan maar meer met mijn naar niet nog ons ook over van voor waar wat wel wij worden zijn
    """.split()  # noqa: SIM905  a list of so many quoted words could not be read
)
"""What stands in nearly every text of its language, as it is folded without marks: to leave it out takes good posts with it."""

TRIED = Not(Leaf(LeafKind.WORD, "tried"))


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A term as it leaves posts out, such as `-telecom`, and the posts that it would take, by their place."""

    minus: str
    posts: tuple[int, ...]


def open_end(text: str) -> str:
    """The query, written so that a space and an exclusion behind it leave out of all that it finds. Raises QueryError."""
    node = parse(text)
    plain = text.strip()
    return plain if _reads(f"{plain} {written(TRIED)}", node) else f"({plain})"


def exclusions(query: Node, posts: Sequence[Said]) -> list[Exclusion]:
    """What stands in at least two of the posts and could be left out of the query, what stands in most of them first."""
    asked = {_key(atom) for atom in atoms(query)}
    found = []
    for atom in _candidates(posts):
        minus = written(Not(atom))
        if _key(atom) in asked or not _is_readable(minus, atom):
            continue
        matcher = Matcher(atom)
        places = tuple(place for place, said in enumerate(posts) if matcher.truth(said) is True)
        if len(places) >= LEAST_POSTS:
            found.append(Exclusion(minus, places))
    return sorted(found, key=lambda one: (-len(one.posts), one.minus))[:MOST_TERMS]


def _candidates(posts: Sequence[Said]) -> list[Atom]:
    counted: dict[Atom, set[int]] = defaultdict(set)
    for place, said in enumerate(posts):
        for atom in {*_words(said), *_known(said)}:
            counted[atom].add(place)
    likely = [atom for atom, places in counted.items() if len(places) >= LEAST_POSTS]
    return sorted(likely, key=lambda atom: (-len(counted[atom]), written(atom)))[: 2 * MOST_TERMS]


def _words(said: Said) -> Iterator[Atom]:
    for text in (said.title, said.text):
        yield from _leaves(LINK.sub(" ", text))


def _leaves(text: str) -> Iterator[Leaf]:
    before = ""
    for is_word, run in groupby(text, key=is_letter):
        piece = "".join(run)
        if is_word and _says_something(piece):
            yield Leaf(SIGNS.get(before, LeafKind.WORD), unicodedata.normalize("NFC", fold(piece)))
        before = piece[-1]


def _says_something(piece: str) -> bool:
    bare = "".join(char for char in fold(piece) if not unicodedata.combining(char))
    return len(piece) >= SHORTEST and not piece.isdigit() and not UNSPACED.search(piece) and bare not in FUNCTION_WORDS


def _known(said: Said) -> Iterator[Atom]:
    if said.handle:
        yield Filter(Field.FROM, said.handle.lower().lstrip("@"))
    if said.language:
        yield Filter(Field.LANG, said.language.lower().replace("_", "-").partition("-")[0])


def _key(atom: Atom) -> Atom:
    return replace(atom, text=fold(atom.text), is_cased=False) if isinstance(atom, Leaf) else atom


def _is_readable(minus: str, atom: Atom) -> bool:
    return _reads(f"tried {minus}", Leaf(LeafKind.WORD, "tried"), Not(atom))


def _reads(text: str, node: Node, excluded: Not = TRIED) -> bool:
    """Whether the text is read as the node without what is excluded."""
    try:
        return parse(text) == normal(And((node, excluded)))
    except QueryError:
        return False
