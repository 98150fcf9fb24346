"""What holds of every query: it comes back as it was written, means the same in normal form, and no platform is asked for less than it."""

import itertools
import re
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from listener import query
from listener.query import And, Atom, Filter, Leaf, LeafKind, Matcher, Near, Node, Not, Or, QueryError, Said, atoms, normal, parse, written
from listener.query.discourse import to_discourse
from listener.query.folding import CASED, FOLDS, Origins, fold, fold_cased
from listener.source import Refused
from listener.sources.shared import asking
from tests.support import search_engines as engines
from tests.support.platforms import feed
from tests.support.queries import BRAND, EVERY_ATOM, EVERY_POST, Written, grown, leaves, queries, raw_queries, written_posts
from tests.support.search_engines import Finds

Spell = Callable[[Node], tuple[str, ...]]

PLATFORMS: list[tuple[str, Spell, Finds]] = [
    ("x", query.to_x, engines.on_x),
    ("reddit", query.to_reddit, engines.on_reddit),
    ("mastodon", query.to_mastodon, engines.on_mastodon),
    ("bluesky", query.to_bluesky, engines.on_bluesky),
    ("hackernews", query.to_hackernews, engines.on_a_word_search),
    ("stackexchange", query.to_stackexchange, engines.on_a_word_search),
    ("discourse", to_discourse, engines.on_a_word_search),
    ("youtube", query.to_youtube, engines.on_youtube),
]
STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
"""A busy machine is no reason to fail."""

each_platform = pytest.mark.parametrize(("source", "spell", "finds"), PLATFORMS, ids=[source for source, _, _ in PLATFORMS])


@STEADY
@given(queries)
def test_what_is_written_is_read_as_the_same_query(asked: Node) -> None:
    assert parse(written(asked)) == asked


@STEADY
@given(
    st.text(max_size=80) | st.lists(st.sampled_from([*'()"-*:@#/ ', "OR ", "NOT ", "near/3 ", "title:", "from:", "a", "bc"])).map("".join)
)
def test_any_text_is_a_query_or_an_error_with_a_place(text: str) -> None:
    found: Node | QueryError
    try:
        found = parse(text)
    except QueryError as error:
        found = error
    if isinstance(found, QueryError):
        assert 0 <= found.position <= len(text)
        assert found.suggestion
    else:
        assert parse(written(found)) == found == normal(found)


def unknown_or(asked: bool | None, *, is_negated: bool) -> bool | None:
    return asked if asked is None or not is_negated else not asked


def plainly(node: Node, said: Said) -> bool | None:
    """What a query means, read straight from its tree: three values, as Kleene has them."""
    if isinstance(node, Not):
        return unknown_or(plainly(node.part, said), is_negated=True)
    if isinstance(node, And | Or):
        found = [plainly(part, said) for part in node.parts]
        deciding = isinstance(node, Or)
        return deciding if deciding in found else None if None in found else not deciding
    return Matcher(node).truth(said)


@STEADY
@given(raw_queries, written_posts, st.sampled_from(["x", "reddit"]), st.booleans())
def test_the_normal_form_means_the_same(asked: Node, post: Written, source: str, is_known: bool) -> None:
    said = post.said(source) if is_known else Said(post.text)
    assert Matcher(normal(asked)).truth(said) is plainly(asked, said)


@STEADY
@given(raw_queries)
def test_the_normal_form_negates_single_things_and_repeats_nothing(asked: Node) -> None:
    def check(node: Node) -> None:
        if isinstance(node, Not):
            assert isinstance(node.part, Leaf | Filter | Near)
        elif isinstance(node, And | Or):
            assert len(node.parts) > 1
            assert len(set(node.parts)) == len(node.parts)
            for part in node.parts:
                assert type(part) is not type(node)
                check(part)

    check(normal(asked))
    assert normal(normal(asked)) == normal(asked)


@each_platform
@pytest.mark.parametrize("is_negated", [False, True])
def test_no_way_to_say_a_thing_or_its_opposite_asks_a_platform_for_less(source: str, spell: Spell, finds: Finds, is_negated: bool) -> None:
    def lost(atom: Atom) -> list[Written]:
        asked = And((BRAND, Not(atom) if is_negated else atom))
        searches, matcher = spell(asked), Matcher(asked)
        return [post for post in EVERY_POST if matcher.lets_in(post.said(source)) and not any(finds(search, post) for search in searches)]

    assert {written(atom): posts for atom in EVERY_ATOM if (posts := lost(atom))} == {}


@each_platform
@settings(STEADY, max_examples=60)
@given(asked=queries, post=written_posts)
@example(asked=parse("ana (bob OR -cy)"), post=Written("ana zz"))
@example(asked=parse("to:bob"), post=Written("zz", quotes="bob"))
@example(asked=parse('ana -"bob cy"'), post=Written("ana bob-cy"))
@example(asked=parse("ana -@bob"), post=Written("ana bob"))
@example(asked=parse("ana -has:links"), post=Written("ana", media=()))
def test_what_a_search_and_the_local_check_let_through_is_what_the_local_check_alone_lets_through(
    source: str, spell: Spell, finds: Finds, asked: Node, post: Written
) -> None:
    try:
        searches = spell(asked)
    except QueryError:
        return
    local = Matcher(asked).lets_in(post.said(source))
    found = any(finds(search, post) for search in searches)
    assert (found and local) is local


WITH_OWN_FIELDS = [found for found in PLATFORMS if found[0] in asking.OWN_FIELDS]
each_with_own_fields = pytest.mark.parametrize(
    ("source", "spell", "finds"), WITH_OWN_FIELDS, ids=[source for source, _, _ in WITH_OWN_FIELDS]
)


@each_with_own_fields
@settings(STEADY, max_examples=60)
@given(asked=queries, post=written_posts)
def test_a_feed_lets_through_what_the_local_check_alone_lets_through(
    source: str, spell: Spell, finds: Finds, asked: Node, post: Written
) -> None:
    listening = feed(source, "search", written(asked))
    try:
        searches = asking.searches(listening, spell, platform=source).values()
    except Refused:
        return
    matcher = asking.wanted_of_found(listening, is_blurred=False).matcher
    assert matcher is not None
    found = any(finds(search, post) for search in searches)
    assert (found and matcher.lets_in(post.said(source))) is Matcher(asked).lets_in(post.said(source))


PIECES = [
    '"',
    "(",
    ")",
    "-",
    "or",
    "OR",
    "near/99",
    "acme,",
    "acme",
    "phone*",
    "from:",
    "lang:en",
    "has:cats",
    "author:ana",
    "title:acme",
    "x:y",
]


@each_with_own_fields
@STEADY
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join))
def test_what_cannot_be_read_is_asked_of_no_platform(source: str, spell: Spell, finds: Finds, pieces: str) -> None:
    del finds
    problem = ""
    try:
        parse(pieces)
    except QueryError as error:
        problem = str(error)
    listening = feed(source, "search", pieces)
    if not problem:
        assert not asking.is_foreign(listening)
        return
    for ask in (partial(asking.searches, spell=spell, platform=source), partial(asking.wanted_of_found, is_blurred=True)):
        with pytest.raises(Refused) as told:
            ask(listening)
        assert problem in str(told.value)


@each_platform
@settings(STEADY, max_examples=30)
@given(asked=queries, post=written_posts)
def test_of_a_post_that_is_not_known_whole_what_surely_matches_is_found(
    source: str, spell: Spell, finds: Finds, asked: Node, post: Written
) -> None:
    try:
        searches = spell(asked)
    except QueryError:
        return
    bare = Said(post.text, handle=post.handle, source=source)
    assert Matcher(asked).truth(bare) is not True or any(finds(search, post) for search in searches)


widths = st.lists(st.integers(1, 12), min_size=30, max_size=120)
brands = widths.map(lambda found: [f"{'b' * width}{number}" for number, width in enumerate(found)])


@settings(STEADY, max_examples=40)
@given(brands, st.lists(st.sampled_from(["spam", "job", "win"]), max_size=3), st.data())
def test_a_search_that_is_too_long_is_cut_and_loses_nothing(words: list[str], without: list[str], data: st.DataObject) -> None:
    some = Or(tuple(Leaf(LeafKind.WORD, word) for word in words))
    asked = normal(And((some, *(Not(Leaf(LeafKind.WORD, word)) for word in without)))) if without else normal(some)
    searches = query.to_x(asked)
    post = Written(data.draw(st.sampled_from(words)))
    assert all(len(search) <= 512 for search in searches)
    assert len(searches) <= 1 + 2 * len(written(asked)) // 512
    assert any(engines.on_x(search, post) for search in searches) or not Matcher(asked).lets_in(post.said("x"))


@STEADY
@given(queries, written_posts)
def test_what_is_asked_loosely_lets_in_whatever_is_let_in_strictly(asked: Node, post: Written) -> None:
    said = post.said("reddit")
    assert Matcher(asked, is_loose=True).lets_in(said) or not Matcher(asked).lets_in(said)


@STEADY
@given(queries, st.lists(st.text(alphabet="lidab @#ß-é\u0301カ\u200d", max_size=12), max_size=3).map(" ".join), st.booleans())
def test_what_matches_stands_where_the_highlights_say(asked: Node, text: str, is_loose: bool) -> None:
    found = Matcher(asked, is_loose=is_loose).highlights(Said(text, title=text[::-1]))
    shown = [(text, found.text), (text[::-1], found.title)] if found else []
    for said, spans in shown:
        for start, end in spans:
            assert 0 <= start < end <= len(text)
            assert any(holds(said[start:end], leaf, is_loose=is_loose) for leaf in leaves_of(asked))


def leaves_of(node: Node) -> list[Leaf]:
    """What a query in normal form looks for; not what must not be there."""
    if isinstance(node, And | Or):
        return [leaf for part in node.parts for leaf in leaves_of(part)]
    return [node] if isinstance(node, Leaf) else [*node.left, *node.right] if isinstance(node, Near) else []


def holds(shown: str, leaf: Leaf, *, is_loose: bool) -> bool:
    """Whether a highlight is a term: all of it and no more but its sign and what an open end allows; loosely, the start of one of its words."""
    folds = fold_cased if leaf.is_cased else fold
    words, held = [folds(word) for word in leaf.text.split()], " ".join(folds(shown).split())
    if is_loose and any(held == word[: max(4, len(word) - 3)] for word in words):
        return True
    whole, plain = " ".join(words), re.sub(r"^(@|/?u/|[#\uff03])", "", held) if leaf.kind in {LeafKind.HANDLE, LeafKind.TAG} else held
    return plain.startswith(whole) if leaf.is_open else plain == whole


@STEADY
@given(st.text(alphabet="aß\u00ad\ufb03Ｅ\u0301e カ\u200d", max_size=20), st.booleans())
def test_each_character_of_a_folded_text_has_its_origin(text: str, is_cased: bool) -> None:
    folds = CASED if is_cased else FOLDS
    expected = [position for position, char in enumerate(text) for _ in folds[ord(char)]]
    origins = Origins(text, is_cased=is_cased)
    assert [origins.of(position) for position in range(len(expected))] == expected


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000,
        "-" * 1999 + "a",
        "NOT " * 499 + "acme",
        '"' * 1999,
        "a near/5 " * 200 + "b",
        "(aa OR bb) " * 180,
        "-(aa bb) " * 200 + "acme",
        "acme " + " ".join(f"-{number}x" for number in range(400)),
        " OR ".join(f"({number}a {number}b {number}c)" for number in range(100)),
        " ".join(f"(a{number} OR b{number})" for number in range(120)),
        "title:" * 300 + "acme",
        "a" * 2000,
        '"' + "a " * 999 + '"',
    ],
    ids=lambda text: text[:12],
)
def test_whatever_is_written_ends_as_searches_that_fit_or_as_an_error(text: str) -> None:
    for _, spell, _ in PLATFORMS:
        try:
            found: tuple[str, ...] | QueryError = spell(parse(text))
        except QueryError as error:
            found = error
        if isinstance(found, QueryError):
            assert found.suggestion
        else:
            assert len(found) <= 10
            assert all(0 < len(search) <= 512 for search in found)


def opinion(tree: object) -> Node:
    """A tree of luqum as one of ours."""
    from luqum import tree as luqum

    children = getattr(tree, "children", ())
    if isinstance(tree, luqum.Group):
        return opinion(tree.expr)
    if isinstance(tree, luqum.Prohibit | luqum.Not):
        return Not(opinion(tree.a))
    if isinstance(tree, luqum.UnknownOperation | luqum.AndOperation | luqum.OrOperation):
        return (Or if isinstance(tree, luqum.OrOperation) else And)(tuple(map(opinion, children)))
    return parse(str(tree).strip())


plain_leaves = leaves.filter(lambda leaf: not leaf.in_title and not leaf.is_cased and leaf.text != "ana-lid")
plain_queries = st.recursive(plain_leaves, grown, max_leaves=10).map(normal).filter(query.is_positive)


@STEADY
@given(plain_queries)
def test_luqum_reads_what_is_written_in_the_same_way(asked: Node) -> None:
    from luqum.thread import parse as luqum_parse

    assert normal(opinion(luqum_parse(written(asked)))) == asked


def test_a_space_binds_tighter_than_or_as_on_x_and_unlike_in_luqum() -> None:
    assert parse("ana OR bob cy") == parse("ana OR (bob cy)") != parse("(ana OR bob) cy")


def test_whatever_is_asked_about_is_named_once_in_its_order() -> None:
    asked = parse('ana -(bob OR from:cy) "lid lid" near/2 zz')
    kinds = [type(atom) for atom in atoms(asked)]
    assert kinds == [Leaf, Leaf, Filter, Near]
    assert list(itertools.islice(atoms(asked), 1)) == [Leaf(LeafKind.WORD, "ana")]
