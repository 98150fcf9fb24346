"""What each platform is asked: as much of a query as its search can say, never less than the query."""

import pytest

from listener import query
from listener.query import QueryError, parse


@pytest.mark.parametrize(
    ("asked", "on_x", "on_reddit"),
    [
        ("acme OR iphone ipad", "acme OR (iphone ipad)", "acme OR (iphone AND ipad)"),
        ("acme -(a OR b)", "acme -a -b", "acme AND NOT a AND NOT b"),
        ("acme -(a b)", "acme", "acme"),
        ("acme (b OR -c)", "acme", "acme"),
        ('"my phone" @acme #acme', '"my phone" @acme #acme', '"my phone" AND acme'),
        ("wi-fi -c++", '"wi-fi"', '"wi-fi"'),
        ('acme -"give away" -@bob -#win', "acme -@bob -#win", "acme"),
        ("@acme@social.example", '"@acme@social.example"', "acme"),
        ("acme -(a OR (b c))", "acme -a", "acme AND NOT a"),
        ("(acme OR (rival -sale)) phone", "(acme OR (rival -sale)) phone", "(acme OR (rival AND NOT sale)) AND phone"),
        ("acme phon* -case:Sale", "acme", "acme"),
        ("acme -phon*", "acme -phon", "acme AND NOT phon"),
        ("case:Acme near/3 (dead OR broken)", "Acme (dead OR broken)", "Acme AND (dead OR broken)"),
        ("from:ana acme -from:acme", "from:ana acme -from:acme", "author:ana AND acme AND NOT author:acme"),
        ("acme to:ana", 'acme (to:ana OR @ana OR url:"ana/status")', "acme AND ana"),
        ("acme -to:ana", "acme -to:ana -@ana", "acme"),
        ("acme lang:id (lang:en OR lang:de)", "acme lang:in (lang:en OR lang:de)", "acme"),
        ("acme lang:pt-br -lang:pt-pt -lang:en", "acme lang:pt -lang:en", "acme"),
        ("acme lang:eo", "acme", "acme"),
        ("acme in:phones -in:cases", "acme", "acme AND subreddit:phones AND NOT subreddit:cases"),
        ("url:acme.example/help", 'url:"acme.example/help"', None),
        ("acme has:videos -has:videos", "acme has:media", "acme"),
        ("acme has:images -has:media", "acme has:images -has:media", "acme"),
        ("acme title:lid", (), "acme AND title:lid"),
        ("acme OR title:lid", "acme", "acme OR title:lid"),
        ('title:"no sound"', (), 'title:"no sound"'),
        ("acme -title:lid", "acme", "acme AND NOT title:lid"),
        ("acme source:x", "acme", ()),
        ("(acme source:x) OR (rival source:reddit)", "acme", "rival"),
        ("acme -source:reddit", "acme", ()),
        ("acme has:hashtags OR phon*", None, None),
    ],
)
def test_x_and_reddit_are_asked_in_their_own_languages(asked: str, on_x: str | tuple[()] | None, on_reddit: str | tuple[()] | None) -> None:
    """None: it cannot be asked there; (): nothing there can match."""
    for spell, expected in ((query.to_x, on_x), (query.to_reddit, on_reddit)):
        if expected is None:
            with pytest.raises(QueryError, match="cannot search for"):
                spell(parse(asked))
        else:
            assert spell(parse(asked)) == ((expected,) if expected else ())


@pytest.mark.parametrize(
    ("asked", "on_mastodon", "on_bluesky", "on_youtube"),
    [
        ("acme phone", ["acme phone"], ["acme phone"], ["acme phone"]),
        ("acme OR phone case", ["acme", "phone case"], ["acme", "phone case"], ["acme", "phone case"]),
        ("acme OR phone", ["acme", "phone"], ["acme", "phone"], ["acme|phone"]),
        ('acme -giveaway "no sound"', ['acme "no sound"'], ['acme "no sound"'], ['acme "no sound"']),
        (
            "(a1 OR b1) (c1 OR d1)",
            ["a1 c1", "a1 d1", "b1 c1", "b1 d1"],
            ["a1 c1", "a1 d1", "b1 c1", "b1 d1"],
            ["a1 c1", "a1 d1", "b1 c1", "b1 d1"],
        ),
        ("acme OR acme phone", ["acme"], ["acme"], ["acme"]),
        ("#acme", ["#acme"], ["#acme"], ["acme"]),
        ("@acme", ["acme"], ["acme", '"acme.bsky.social"'], ["acme"]),
        ("@acme@social.example", ["acme"], ["acme"], ["acme"]),
        (
            "acme from:ana@social.example lang:en -lang:de -has:media",
            ["acme from:ana@social.example language:en -language:de -has:media"],
            ["acme lang:en"],
            ["acme"],
        ),
        ("acme from:ana", ["acme"], ["acme from:ana.bsky.social"], ["acme"]),
        ("acme from:ana.example", ["acme"], ["acme from:ana.example"], ["acme"]),
        ("acme has:videos", ["acme has:media"], ["acme"], ["acme"]),
        ("acme 🦊", ["acme"], ["acme"], ["acme"]),
        ("acme title:lid", [], [], ["acme lid"]),
    ],
)
def test_platforms_without_or_are_asked_for_each_way_apart(
    asked: str, on_mastodon: list[str], on_bluesky: list[str], on_youtube: list[str]
) -> None:
    found = [list(spell(parse(asked))) for spell in (query.to_mastodon, query.to_bluesky, query.to_youtube)]
    assert found == [on_mastodon, on_bluesky, on_youtube]


def test_hacker_news_and_stack_exchange_are_asked_for_words_alone() -> None:
    asked = parse('(acme OR "no sound") -giveaway lang:en title:lid')
    assert query.to_hackernews(asked) == query.to_stackexchange(asked) == ("acme lid", '"no sound" lid')


def test_a_query_that_is_too_long_for_x_is_cut_at_an_or() -> None:
    brands = [f"brand{number}" for number in range(60)]
    first, second = query.to_x(parse(f"({' OR '.join(brands)}) -sale"))
    assert max(len(first), len(second)) <= 512
    assert first.startswith("(brand0 OR brand1 OR ")
    assert first.endswith(") -sale")
    assert second.endswith("OR brand59) -sale")


def test_negations_that_leave_no_room_are_left_to_the_local_check() -> None:
    without = [f"-unwanted{number}" for number in range(60)]
    (search,) = query.to_x(parse(f"acme {' '.join(without)}"))
    assert search.startswith("acme -unwanted0 -unwanted1 ")
    assert len(search) <= 512


def test_words_that_leave_no_room_are_left_to_the_local_check() -> None:
    (search,) = query.to_x(parse(" ".join(f"word{number}" for number in range(100))))
    assert len(search) <= 512
    assert len(search.split()) > 60


def test_what_would_take_too_many_searches_is_refused_with_a_way_out() -> None:
    with pytest.raises(QueryError, match=r"Mastodon would need 9 searches .* \(Make two feeds of it\)"):
        query.to_mastodon(parse(" OR ".join(f"brand{number}" for number in range(9))))
    with pytest.raises(QueryError, match=r"X takes at most 512 characters .* shorter"):
        query.to_x(parse("a" * 600))


def test_what_cannot_be_searched_for_is_named_where_it_stands() -> None:
    with pytest.raises(QueryError) as refused:
        query.to_x(parse("has:links (phon* OR acme)"))
    assert refused.value.position == 11
    assert refused.value.message == "X cannot search for phon*, and nothing is left that it could search for"
