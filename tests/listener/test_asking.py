"""A feed's query on platforms with operators of their own: what is searched for, where each search goes on, what of its finds counts."""

import json
from typing import Any

import pytest

from desk.post import Page
from listener.query import to_reddit, to_x
from listener.source import BudgetExhausted, RateLimited, Refused, Unavailable
from listener.sources.reddit.source import RedditSource
from listener.sources.shared import asking
from listener.sources.x.pages import Look, Place
from listener.sources.x.parts import Parts
from listener.sources.x.source import XSource
from storage.words import LookResult
from tests.support.platforms import REDDIT_APP, X_APP, feed, settings
from tests.support.reddit_platform import listing
from tests.support.replay import FIXTURES, Platform, as_json
from tests.support.x_platform import SEARCH

BRANDS = [f"brand{number}" for number in range(70)]
LONG = " OR ".join(BRANDS)


def found(*texts: str, first: int = 1_500_000_000_000_000_001, **meta: Any) -> Any:
    posts = [{"id": str(first + number), "text": text, "author_id": "7"} for number, text in enumerate(texts)]
    newest = {"newest_id": posts[-1]["id"]} if posts else {}
    return as_json({"data": list(reversed(posts)), "meta": {**newest, **meta}})


def look(platform: Platform, query: str, cursor: str | None = None, **options: Any) -> Page:
    return XSource(settings(platform, "x", X_APP)).fetch(feed("x", "search", query, **options), cursor)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("acme -(win OR free)", "acme -win -free"),
        ("acme lang:en from:ana", "acme lang:en from:ana"),
        ("acme lang:en -is:retweet", "acme lang:en -is:retweet"),
        ("conversation_id:17", "conversation_id:17"),
        ("(acme OR phone) is:verified -retweets_of:ana", "(acme OR phone) is:verified -retweets_of:ana"),
    ],
)
def test_a_query_with_operators_that_only_the_platform_knows_is_left_to_it(query: str, asked: str) -> None:
    assert asking.searches(feed("x", "search", query), to_x, platform="X") == {"search": asked}


BESIDE_A_FIELD = [
    ("acme or phone lang:en", "character 6: is or an operator"),
    ("(acme OR phone lang:en", "character 1: this parenthesis is never closed"),
    ('"acme lang:en', "character 1: this quotation mark is never closed"),
    ("acme, phone lang:en", "character 5: a comma is no operator"),
    ("acme near/99 x lang:en", "character 6: near/50 is as far"),
    ("-giveaway lang:en", "character 1: this would find nearly everything"),
    ("lang:en", "character 1: this would find nearly everything"),
    ("has:cats acme", "character 5: has:cats is not known"),
    ("author:ana acme", "character 1: author: is not known here .Write from:ana"),
    ("subreddit:lamps acme", "character 1: subreddit: is not known here .Write in:lamps"),
]
"""One name and its value took each of these past the parser once."""


@pytest.mark.parametrize("source", ["x", "reddit", "discourse"])
@pytest.mark.parametrize(("query", "says"), BESIDE_A_FIELD)
def test_a_name_and_its_value_do_not_make_a_query_that_cannot_be_read_a_platforms_own(source: str, query: str, says: str) -> None:
    for ask in (lambda one: asking.searches(one, to_x, platform=source), lambda one: asking.wanted_of_found(one, is_blurred=False)):
        with pytest.raises(Refused, match=says):
            ask(feed(source, "search", query))


@pytest.mark.parametrize(
    ("source", "query", "says"),
    [
        ("x", "acme or phone is:verified", "character 6: is or an operator"),
        ("x", "conversation_id:17 (acme", "character 20: this parenthesis is never closed"),
        ("x", "acme flair:news", "character 6: flair: is not known here"),
        ("reddit", "acme -is:retweet", "character 7: is: is not known here"),
        ("x", "is:verified", "would find nearly everything"),
        ("x", "-is:retweet lang:en", "would find nearly everything"),
        ("x", "acme near/5 broken is:verified", "character 1: acme near/5 broken cannot be asked beside"),
        ("x", "case:Acme -is:retweet", "character 6: case:Acme cannot be asked beside"),
    ],
)
def test_beside_a_platforms_own_field_everything_else_must_be_readable(source: str, query: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        asking.searches(feed(source, "search", query), to_x, platform=source)


def test_reddit_knows_flairs() -> None:
    assert asking.searches(feed("reddit", "search", "acme flair:help"), to_reddit, platform="Reddit") == {"search": "acme flair:help"}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("acme or phone", "cannot be read .*character 6.*Write OR"),
        ("phon*", "cannot search for phon"),
        ("acme source:reddit", "can find nothing on X"),
        ("title:acme", "can find nothing on X"),
        (" ", "needs a query"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_in_words(platform: Platform, query: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        look(platform, query)
    assert platform.seen == []


def test_what_a_search_finds_is_asked_again_here(platform: Platform) -> None:
    platform.always(SEARCH, found("Acme phones", "acme", "acme phon", "acme land phonetics"))
    page = look(platform, "acme phone* -land")
    assert platform.seen[0].query["query"] == "acme -land"
    assert [post.text for post in page.posts] == ["Acme phones"]
    assert page.costs[0].units == 4


def test_what_the_platform_alone_can_judge_is_not_asked_again(platform: Platform) -> None:
    platform.always(SEARCH, found("nothing of it"))
    assert len(look(platform, "acme -is:retweet").posts) == 1


def test_posts_that_are_gone_are_told_whatever_they_said(platform: Platform) -> None:
    gone = {
        "type": "https://api.twitter.com/2/problems/resource-not-found",
        "resource_type": "tweet",
        "resource_id": "17",
        "detail": "gone",
    }
    platform.always(SEARCH, as_json({"data": [], "errors": [gone], "meta": {}}))
    assert [(post.external_id, post.deleted) for post in look(platform, "acme").posts] == [("17", True)]


def test_links_that_a_post_shows_shortened_are_asked_as_they_lead(platform: Platform) -> None:
    urls = [{"url": "https://t.co/a", "expanded_url": "https://shop.acme.example/a"}]
    posts = [
        {"id": "1500000000000000002", "text": "see https://t.co/a", "author_id": "7", "entities": {"urls": urls}},
        {
            "id": "1500000000000000001",
            "text": "see https://t.co/b",
            "author_id": "7",
            "entities": {"urls": [{"expanded_url": "https://b.example"}]},
        },
    ]
    platform.always(SEARCH, as_json({"data": posts, "meta": {}}))
    assert [post.external_id for post in look(platform, "url:acme.example").posts] == ["1500000000000000002"]


def test_a_long_query_is_several_searches_and_each_keeps_its_place(platform: Platform) -> None:
    platform.then(SEARCH, found("brand1", "brand1 brand69"))
    platform.then(SEARCH, found("brand1 brand69", "brand69", first=1_500_000_000_000_000_002))
    page = look(platform, LONG)
    assert [seen.query["query"] for seen in platform.asked(SEARCH)] == list(to_x_of(LONG).values())
    assert sorted(post.text for post in page.posts) == ["brand1", "brand1 brand69", "brand69"]
    assert page.costs[0].units == 3
    places = json.loads(page.cursor or "")["searches"]
    assert list(places) == list(to_x_of(LONG))
    platform.always(SEARCH, as_json({"meta": {}}))
    again = look(platform, LONG, page.cursor)
    assert [seen.query["since_id"] for seen in platform.asked(SEARCH)[2:]] == ["1500000000000000002", "1500000000000000003"]
    assert again.cursor == page.cursor


def to_x_of(query: str) -> dict[str, str]:
    return asking.searches(feed("x", "search", query), to_x, platform="X")


def test_one_search_that_fails_leaves_what_the_other_found(platform: Platform) -> None:
    platform.then(SEARCH, found("brand1"))
    platform.then(SEARCH, as_json({"title": "Service Unavailable"}, status=503))
    page = look(platform, LONG)
    assert [post.text for post in page.posts] == ["brand1"]
    assert "one of 2 searches was not read" in page.detail
    assert [part.result for part in page.unread] == [LookResult.UNAVAILABLE]
    kept = json.loads(page.cursor or "")["searches"]
    assert list(kept.values()) == [{"since_id": "1500000000000000001"}, {}]


def follow_with(*outcomes: Exception | None) -> Any:
    given = iter(outcomes)

    def follow(look: Look, search: str) -> None:
        assert search
        if error := next(given):
            raise error
        look.place = Place(since_id=7)

    return follow


def test_when_no_search_could_be_read_the_first_error_tells_why() -> None:
    parts = Parts.load(None, {"a": "one", "b": "two"})
    with pytest.raises(Unavailable, match="first"):
        parts.follow(follow_with(Unavailable("first"), Unavailable("second")))


@pytest.mark.parametrize("error", [RateLimited("wait", None), BudgetExhausted("none left", None)])
def test_a_limit_ends_the_look_and_the_other_searches_wait(error: Exception) -> None:
    parts = Parts.load(None, {"a": "one", "b": "two", "c": "three"})
    found = parts.follow(follow_with(None, error))
    assert f"one of 3 searches was not read: {error}" in found.notes
    assert json.loads(parts.dump() or "") == {"searches": {"a": {"since_id": "7"}, "b": {}, "c": {}}}
    assert Parts.load(parts.dump(), parts.asked).places["b"].is_start


def test_searches_that_are_new_in_a_query_go_on_where_the_others_have_read_to() -> None:
    kept = json.dumps({"searches": {"a": {"since_id": "9"}, "b": {"since_id": "5"}}})
    assert Parts.load(kept, {"a": "one", "new": "two"}).places == {"a": Place(since_id=9), "new": Place(since_id=5)}
    assert Parts.load(kept, {"search": "one"}).places == {"search": Place(since_id=5)}
    assert Parts.load('{"since_id": "9"}', {"a": "one", "b": "two"}).places == {"a": Place(since_id=9), "b": Place(since_id=9)}


def test_reddit_is_asked_in_several_searches_and_keeps_a_place_for_each(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "token.yaml")
    platform.always("/r/all/search/", listing([]))
    source = RedditSource(settings(platform, "reddit", REDDIT_APP))
    page = source.fetch(feed("reddit", "search", LONG), None)
    named = asking.searches(feed("reddit", "search", LONG), to_reddit, platform="Reddit")
    assert [seen.query["q"] for seen in platform.asked("/r/all/search/")] == list(named.values())
    assert list(json.loads(page.cursor or "")) == list(named)
    assert len(named) == 2
