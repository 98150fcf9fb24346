"""What could be left out of a query: an open end that is the same query, and terms that take just the posts they name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener.query import And, Matcher, Node, Not, QueryError, Said, normal, parse, written
from listener.query.exclusions import exclusions, open_end
from tests.support.queries import queries

POSTS = [
    Said("fresh Orange juice & the sun", handle="ann", language="fr"),
    Said("ORANGE Juice #Vitamin https://juice.example/vitamin", handle="ann", language="fr-FR"),
    Said("my Orange bill, the second", handle="bob", language="en"),
    Said("Orange bill again #vitamin @lid", handle="cy", language="en", title="Juice"),
]


@pytest.mark.parametrize(
    ("query", "base"),
    [
        ("orange", "orange"),
        ('orange OR "orange uk"', '(orange OR "orange uk")'),
        ("a1 OR a1", "(a1 OR a1)"),
        ("  a1 b1 OR c1 ", "(a1 b1 OR c1)"),
        ("orange (juice OR telecom) -x1", "orange (juice OR telecom) -x1"),
        ("orange near/3 phone", "orange near/3 phone"),
        ("orange NOT juice", "orange NOT juice"),
    ],
)
def test_an_open_end_is_put_in_parentheses_only_where_it_must_be(query: str, base: str) -> None:
    assert open_end(query) == base


@settings(deadline=None)
@given(queries)
def test_what_follows_an_open_end_leaves_out_of_all_of_it(query: Node) -> None:
    text = written(query)
    assert parse(f"{open_end(text)} -lid") == normal(And((parse(text), Not(parse("lid")))))


def test_a_query_that_cannot_be_read_has_no_open_end() -> None:
    with pytest.raises(QueryError):
        open_end("orange is:retweet")


def test_words_names_and_languages_of_at_least_two_posts_are_terms() -> None:
    found = {one.minus: one.posts for one in exclusions(parse("orange"), POSTS)}
    assert found == {
        "-juice": (0, 1, 3),
        "-bill": (2, 3),
        "-#vitamin": (1, 3),
        "-from:ann": (0, 1),
        "-lang:fr": (0, 1),
        "-lang:en": (2, 3),
    }


def test_what_the_query_asks_for_and_what_every_text_says_are_none() -> None:
    said = [
        Said("the bill and the bill OR not 12 12"),
        Said("the BILL and 12 of the lamp"),
        Said("die Lampe und die bill"),
        Said("der Lampe"),
    ]
    assert [one.minus for one in exclusions(parse("bill OR lamp"), said)] == ["-lampe"]


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8), st.sampled_from(["orange", "orange OR lamp", 'title:orange "big lamp"']))
def test_each_term_can_be_read_and_takes_just_what_it_says(texts: list[str], query: str) -> None:
    posts = [Said(text, handle="ann", language="en") for text in texts]
    base = open_end(query)
    for one in exclusions(parse(query), posts):
        left = Matcher(parse(f"{base} {one.minus}"))
        assert len(one.posts) >= 2
        assert [place for place in one.posts if left.truth(posts[place])] == []
