"""The query language: what is read, what is refused and why, what matches, and what a platform is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.query import And, Leaf, LeafKind, Node, Not, Or, QueryError, matches, parse, to_reddit, to_x, written
from listener.query_parse import is_positive


@pytest.mark.parametrize(
    ("query", "understood"),
    [
        ("acme", "acme"),
        ("acme phone", "acme phone"),
        ("acme AND phone", "acme phone"),
        ("acme OR phone case", "acme OR (phone case)"),
        ("(acme OR phone) case", "(acme OR phone) case"),
        ("acme -giveaway", "acme -giveaway"),
        ("acme NOT giveaway", "acme -giveaway"),
        ("acme -(win OR free)", "acme -(win OR free)"),
        ('"my  phone"', '"my phone"'),
        ("“typed quotes”", '"typed quotes"'),
        ("@Acme_Help #acme", "@Acme_Help #acme"),
        ("@acme@social.example", "@acme@social.example"),
        ("wi-fi c++ AT&T", "wi-fi c++ AT&T"),
        ("🦊 東京 straße", "🦊 東京 straße"),
        ("((acme))", "acme"),
    ],
)
def test_a_query_is_read(query: str, understood: str) -> None:
    assert written(parse(query)) == understood


@pytest.mark.parametrize(
    ("query", "position", "says"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("acme (phone", 5, "never closed"),
        ("acme) phone", 4, "closes nothing"),
        ('acme "phone', 5, "never closed"),
        ("acme OR", 7, "missing after OR"),
        ("OR acme", 0, "missing before OR"),
        ("acme OR OR phone", 8, "missing after OR"),
        ("()", 1, "missing after ("),
        ("acme or phone", 5, "operator or a word"),
        ("-acme", 0, "nearly everything"),
        ("acme OR -phone", 0, "nearly everything"),
        ("lang:en acme", 0, "lang: is not known"),
        ("acme phon*", 5, "no wildcards"),
        ("acme, phone", 4, "comma"),
        ("acme --phone", 5, "twice"),
        ("acme NOT -phone", 5, "twice"),
        ("acme @", 5, "not a handle"),
        ("acme #!", 5, "not a tag"),
        ("acme &", 5, "finds nothing"),
        ('acme ""', 5, "empty"),
        ("acme \u200b", 5, "finds nothing"),
        ("(" * 21 + "acme" + ")" * 21, 20, "levels deep"),
        ("a" * 2001, 2000, "at most"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_with_its_place_and_a_way_out(query: str, position: int, says: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(query)
    assert (refused.value.position, says in refused.value.message) == (position, True)
    assert refused.value.suggestion


leaves = st.one_of(
    st.builds(
        Leaf, st.just(LeafKind.WORD), st.from_regex(r"[a-zà-ÿ0-9]{1,8}", fullmatch=True).filter(lambda t: t not in {"or", "and", "not"})
    ),
    st.builds(Leaf, st.just(LeafKind.PHRASE), st.from_regex(r"[a-z]{1,5}( [a-z'-]{1,5}){0,2}", fullmatch=True)),
    st.builds(Leaf, st.sampled_from([LeafKind.HANDLE, LeafKind.TAG]), st.from_regex(r"[a-z]\w{0,5}", fullmatch=True)),
)


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(And, parts), st.builds(Or, parts), st.builds(Not, inner.filter(lambda node: not isinstance(node, Not))))


queries = st.recursive(leaves, grown, max_leaves=12).filter(is_positive)


@given(queries)
def test_what_is_written_is_read_as_the_same_query(query: Node) -> None:
    assert parse(written(query)) == query


@given(st.text(max_size=80))
def test_any_text_is_a_query_or_an_error_with_a_place(text: str) -> None:
    found: Node | QueryError
    try:
        found = parse(text)
    except QueryError as error:
        found = error
    if isinstance(found, QueryError):
        assert 0 <= found.position <= len(text)
    else:
        assert parse(written(found)) == found


@given(queries, st.lists(st.text(alphabet="ab @#ß-é\u0301カ\u200d", max_size=12), max_size=3).map(" ".join))
def test_what_matches_stands_where_the_spans_say(query: Node, text: str) -> None:
    for start, end in matches(query, text) or ():
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("acme", "My ACME leaks", ["ACME"]),
        ("acme", "acmeland", None),
        ("acme", "my acme's lid", ["acme"]),
        ("acme phone", "the phone by acme", ["phone", "acme"]),
        ("acme phone", "the phone", None),
        ("acme -giveaway", "acme giveaway", None),
        ("acme OR phone", "phone", ["phone"]),
        ('"no sound"', "There is no  sound", ["no  sound"]),
        ('"no no"', "xno no no", ["no no"]),
        ("@acme", "hey @Acme!", ["@Acme"]),
        ("@acme", "hey u/acme", ["u/acme"]),
        ("@acme", "me@acme.example", None),
        ("#acme", "#Acme rocks", ["#Acme"]),
        ("#acme", "#acmefail", None),
        ("strasse", "Große Straße 5", ["Straße"]),
        ("café", "Cafe\u0301 Acme", ["Cafe\u0301"]),
        ("cafe", "Cafe\u0301", None),
        ("acme", "ＡＣＭＥ", ["ＡＣＭＥ"]),
        ("東京", "昨日東京で", ["東京"]),
        ("애크미", "애크미가 고장", ["애크미"]),
        ("don't", "I don\u2019t", ["don\u2019t"]),
        ("acme", "ac\u200bme", ["ac\u200bme"]),
        ("🦊", "a🦊b", ["🦊"]),
        ("c++", "C++, not C", ["C++"]),
        ("a (b OR -c)", "a d", ["a"]),
    ],
)
def test_whole_words_match_whatever_their_case_and_composition(query: str, text: str, found: list[str] | None) -> None:
    spans = matches(parse(query), text)
    assert (None if spans is None else [text[start:end] for start, end in spans]) == found


@pytest.mark.parametrize(
    ("query", "on_x", "on_reddit"),
    [
        ("acme OR iphone ipad", "acme OR (iphone ipad)", "acme OR (iphone AND ipad)"),
        ("acme -(a OR b)", "acme -a -b", "acme AND NOT a AND NOT b"),
        ("acme -(a b)", "acme", "acme"),
        ("acme (b OR -c)", "acme", "acme"),
        ('"my phone" @acme #acme', '"my phone" @acme #acme', '"my phone" AND acme AND acme'),
        ("wi-fi", '"wi-fi"', '"wi-fi"'),
        ("@acme@social.example", '"@acme@social.example"', '"acme@social.example"'),
        ("acme -(a OR (b c))", "acme -a", "acme AND NOT a"),
        ("(acme OR (rival -sale)) phone", "(acme OR (rival -sale)) phone", "(acme OR (rival AND NOT sale)) AND phone"),
    ],
)
def test_a_platform_is_asked_in_its_own_language(query: str, on_x: str, on_reddit: str) -> None:
    assert (to_x(parse(query)), to_reddit(parse(query))) == (on_x, on_reddit)


def test_a_query_longer_than_x_takes_is_refused() -> None:
    with pytest.raises(QueryError, match="512"):
        to_x(parse(" OR ".join(f"brand{number}" for number in range(60))))


def parts_of(node: Node) -> list[Node]:
    inner = [node.part] if isinstance(node, Not) else [] if isinstance(node, Leaf) else list(node.parts)
    return [node, *(found for part in inner for found in parts_of(part))]


@given(queries)
def test_x_is_never_asked_for_a_negated_group_or_a_negation_beside_an_or(query: Node) -> None:
    for part in parts_of(parse(to_x(query))):
        assert not isinstance(part, Not) or isinstance(part.part, Leaf)
        assert not isinstance(part, Or) or is_positive(part)


@given(queries, st.lists(st.from_regex(r"[@#]?[a-zà-ÿ]{1,3}", fullmatch=True), max_size=8).map(" ".join))
def test_what_a_platform_is_asked_is_never_narrower_than_the_query(query: Node, text: str) -> None:
    if matches(query, text) is not None:
        assert matches(parse(to_x(query)), text) is not None
        assert matches(parse(to_reddit(query).replace("NOT ", "-")), text) is not None
