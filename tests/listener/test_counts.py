"""How many posts there are, in one cheap call where the platform has one."""

from datetime import timedelta
from typing import Any

import pytest

from desk.post import FeedSpec, Spent
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Counts, Malformed, Refused, SourceError, Sureness, Unauthorized
from listener.sources.discourse.source import DiscourseSource
from listener.sources.hackernews.source import HackerNewsSource
from listener.sources.rss.source import RssSource
from listener.sources.stackexchange.source import StackExchangeSource
from listener.sources.x.source import XSource
from listener.sources.youtube.source import YouTubeSource
from tests.support.open_places import NOW, NOW_S
from tests.support.platforms import feed
from tests.support.replay import Platform, Reply, Seen, as_json, problem

WEEK = timedelta(days=7)
WEEK_AGO = str(NOW_S - 7 * 86_400)
SECRETS = {"x": {"bearer_token": "app"}, "youtube": {"key": "k"}, "stackexchange": {"key": "k"}}
SOURCES: dict[str, Any] = {
    "x": XSource,
    "hackernews": HackerNewsSource,
    "stackexchange": StackExchangeSource,
    "youtube": YouTubeSource,
    "discourse": DiscourseSource,
}
PLACES = {
    "x": "/2/tweets/counts/recent",
    "hackernews": "/api/v1/search_by_date",
    "stackexchange": "/2.3/search/advanced",
    "youtube": "/youtube/v3/search",
    "discourse": "/search.json",
}


def source_of(platform: Platform, name: str) -> Counts:
    credential = CredentialSettings("main", name, SECRETS.get(name, {}), platform.url, allow_loopback=True)
    source: Counts = SOURCES[name](ListenerSettings({"main": credential}, timeout=timedelta(seconds=5)), clock=lambda: NOW)
    return source


def spec(name: str, query: str = "orange", kind: str = "") -> FeedSpec:
    options: dict[str, Any] = {"site": "stackoverflow"} if name == "stackexchange" else {}
    return feed(name, kind or ("all" if name == "hackernews" else "search"), query, **options)


@pytest.mark.parametrize(
    ("name", "answer", "asked", "n", "sureness", "costs"),
    [
        (
            "x",
            {"data": [{"tweet_count": 9}], "meta": {"total_tweet_count": 280}},
            {"query": "orange", "granularity": "day", "start_time": "2026-11-13T12:01:00Z"},
            280,
            Sureness.ALL,
            (Spent("count_request", 1, 5_000),),
        ),
        (
            "hackernews",
            {"hits": [], "nbHits": 12},
            {"hitsPerPage": "0", "numericFilters": f"created_at_i>={WEEK_AGO}", "query": "orange"},
            12,
            Sureness.ALL,
            (),
        ),
        (
            "stackexchange",
            {"total": 3},
            {"filter": "total", "sort": "creation", "min": WEEK_AGO, "q": "orange"},
            3,
            Sureness.AT_LEAST,
            (Spent("quota_unit", 1, 0),),
        ),
        (
            "youtube",
            {"pageInfo": {"totalResults": 1_000_000}, "items": []},
            {"maxResults": "0", "publishedAfter": "2026-11-13T12:00:00Z", "q": "orange"},
            1_000_000,
            Sureness.ABOUT,
            (Spent("search_call", 1, 0),),
        ),
        ("discourse", {"posts": [{"id": 1}, {"id": 2}]}, {"q": "orange after:2026-11-13"}, 2, Sureness.ALL, ()),
        (
            "discourse",
            {"posts": [{"id": n} for n in range(50)], "grouped_search_result": {"more_full_page_results": True}},
            {},
            50,
            Sureness.AT_LEAST,
            (),
        ),
    ],
)
def test_a_platform_says_how_many_there_are(
    platform: Platform, name: str, answer: dict[str, Any], asked: dict[str, str], n: int, sureness: Sureness, costs: tuple[Spent, ...]
) -> None:
    platform.always(PLACES[name], as_json(answer))
    found = source_of(platform, name).count(spec(name), since=NOW - WEEK)
    assert found is not None
    assert (found.n, found.sureness, found.costs) == (n, sureness, costs)
    (seen,) = platform.asked(PLACES[name])
    assert {key: seen.query.get(key) for key in asked} == asked


def test_two_searches_may_find_the_same_post(platform: Platform) -> None:
    def answer(seen: Seen) -> Reply:
        return as_json({"hits": [], "nbHits": {"lamp": 5, '"orange uk"': 7}[seen.query["query"]]})

    platform.always(PLACES["hackernews"], answer)
    found = source_of(platform, "hackernews").count(spec("hackernews", 'lamp OR "orange uk"'), since=NOW - WEEK)
    assert found is not None
    assert (found.n, found.sureness) == (12, Sureness.AT_MOST)


@pytest.mark.parametrize(
    ("name", "query", "sureness"),
    [
        ("x", "orange -lemon", Sureness.ALL),
        ("x", "orange from:ana lang:en", Sureness.ALL),
        ("x", "orange -is:retweet", Sureness.ALL),
        ("x", "case:Orange", Sureness.AT_MOST),
        ("x", "acme near/5 broken", Sureness.AT_MOST),
        ("x", 'acme -(x OR "y z")', Sureness.AT_MOST),
        ("x", '"orange uk"', Sureness.AT_MOST),
        ("x", "acme phone*", Sureness.AT_MOST),
        ("x", f"acme {' '.join(f'-giveaway{number}' for number in range(50))}", Sureness.AT_MOST),
        ("hackernews", "case:Orange", Sureness.AT_MOST),
        ("hackernews", "orange -lemon", Sureness.AT_MOST),
        ("hackernews", '"orange uk" lamp', Sureness.ALL),
        ("stackexchange", "orange -lemon", Sureness.ABOUT),
    ],
)
def test_a_count_of_more_than_the_query_asks_for_says_so(platform: Platform, name: str, query: str, sureness: Sureness) -> None:
    platform.always(PLACES[name], as_json({"meta": {"total_tweet_count": 9}, "nbHits": 9, "total": 9}))
    found = source_of(platform, name).count(spec(name, query), since=NOW - WEEK)
    assert found is not None
    assert (found.n, found.sureness) == (9, sureness)


@pytest.mark.parametrize(("name", "kind"), [("x", "mentions"), ("youtube", "channel"), ("discourse", "posts")])
def test_a_kind_that_cannot_be_counted_is_not_asked_for(platform: Platform, name: str, kind: str) -> None:
    assert source_of(platform, name).count(spec(name, kind=kind), since=NOW - WEEK) is None
    assert platform.seen == []


def test_a_feed_of_rss_counts_nothing() -> None:
    assert not isinstance(RssSource(ListenerSettings()), Counts)


@pytest.mark.parametrize(
    ("name", "answer", "error"),
    [
        ("x", as_json({"meta": {}}), Malformed),
        ("x", problem(403, "Your access level does not allow this"), Refused),
        ("x", problem(401, "Unauthorized"), Unauthorized),
        ("hackernews", as_json({"nbHits": -1}), Malformed),
        ("stackexchange", as_json({"error_id": 403, "error_message": "`key` is not valid"}, 400), Unauthorized),
        ("youtube", as_json([]), Malformed),
    ],
)
def test_what_is_no_count_is_an_error_with_a_name(platform: Platform, name: str, answer: Reply, error: type[SourceError]) -> None:
    platform.always(PLACES[name], answer)
    with pytest.raises(error):
        source_of(platform, name).count(spec(name), since=NOW - WEEK)
