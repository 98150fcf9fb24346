"""Hacker News through its search, on loopback: documented answers, and a listing that moves while it is read."""

import json

import pytest

from desk.post import FeedSpec, Page
from listener.source import Malformed, RateLimited, Refused, Unavailable
from listener.sources.hackernews.parse import read_hit, read_page
from listener.sources.hackernews.source import HackerNewsSource
from listener.sources.shared.reading import read_all
from storage.words import Capability
from tests.support.open_places import NOW, NOW_S, documented, hit, hits, reading
from tests.support.platforms import feed
from tests.support.replay import CUT, DROP, HANG, TRICKLE, Platform, Reply, as_json, html

SEARCH = "/api/v1/search_by_date"


def source(platform: Platform) -> HackerNewsSource:
    return HackerNewsSource(reading(platform, "hackernews"), clock=lambda: NOW)


def look(platform: Platform, cursor: str | None = None, spec: FeedSpec | None = None, **options: object) -> Page:
    return source(platform).fetch(spec or feed("hackernews", "all", "northwind", **options), cursor)


def test_documented_hits_become_posts(platform: Platform) -> None:
    platform.always(SEARCH, as_json(documented("hackernews", "search")))
    page = look(platform)
    comment, story, ask = page.posts
    assert (comment.external_id, comment.kind, comment.thread_id, comment.parent_id) == ("45000010", "comment", "45000001", "45000002")
    assert comment.text == "I switched to Northwind last year & never looked back.\n\nTheir lift leaks though."
    assert (comment.url, comment.author.handle) == ("https://news.ycombinator.com/item?id=45000010", "grace")
    assert (story.title, story.text, story.thread_id, story.parent_id) == ("Northwind recalls 2,000 lifts", "", "45000003", None)
    assert (story.links, ask.text) == (("https://news.example/northwind",), "Thinking of Northwind.")
    assert {post.capability for post in page.posts} == {Capability.LINK}
    assert [b"44999999" in reject.raw for reject in page.rejects] == [True]


def test_it_asks_for_the_newest_of_the_wanted_kinds_in_a_window(platform: Platform) -> None:
    hits(platform, dict)
    look(platform, spec=feed("hackernews", "comments", '"north wind" OR northwind', days=2))
    asked = [seen.query for seen in platform.asked(SEARCH)]
    assert sorted(query["query"] for query in asked) == ['"north wind"', "northwind"]
    assert {query["tags"] for query in asked} == {"(comment)"}
    assert {query["numericFilters"] for query in asked} == {f"created_at_i>={NOW_S - 2 * 86_400}"}


def test_more_than_a_page_is_read_to_its_end_and_nothing_twice(platform: Platform) -> None:
    there = {str(number): NOW_S - 60 * number for number in range(1, 26)}
    hits(platform, lambda: there)
    first = look(platform, page_size=10, max_pages=2)
    assert first.more
    rest = look(platform, first.cursor, page_size=10, max_pages=5)
    assert not rest.more
    assert {post.external_id for post in (*first.posts, *rest.posts)} == set(there)
    there["late"] = NOW_S - 600
    again = look(platform, rest.cursor, page_size=10)
    assert [post.external_id for post in again.posts] == ["late"]


def test_a_full_page_of_one_second_does_not_hold_the_look(platform: Platform) -> None:
    hits(platform, lambda: {**{str(number): NOW_S - 60 for number in range(3)}, "older": NOW_S - 120})
    page = look(platform, page_size=3)
    assert {post.external_id for post in page.posts} == {"0", "1", "2", "older"}


def test_a_first_look_without_backfill_leaves_the_rest(platform: Platform) -> None:
    hits(platform, lambda: {str(number): NOW_S - number for number in range(30)})
    page = look(platform, page_size=10, max_pages=1, backfill=False)
    assert (len(page.posts), page.more) == (10, False)
    assert "left unread" in page.detail


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (html(200), Malformed),
        (Reply(200, b"", {}), Malformed),
        (CUT, Unavailable),
        (as_json({"message": "no"}, 200), Malformed),
        (as_json({"message": "too many"}, 429, retry_after="30"), RateLimited),
        (as_json({"message": "bad filter"}, 400), Refused),
        (html(503), Unavailable),
    ],
)
def test_faults_are_named(platform: Platform, answer: Reply, error: type[Exception]) -> None:
    platform.always(SEARCH, answer)
    with pytest.raises(error):
        look(platform)


@pytest.mark.parametrize("fault", [HANG, DROP, TRICKLE])
def test_a_server_that_says_nothing_ends_in_time(platform: Platform, fault: Reply) -> None:
    platform.always(SEARCH, fault)
    impatient = HackerNewsSource(reading(platform, "hackernews", timeout=1.0), clock=lambda: NOW)
    with pytest.raises(Unavailable):
        impatient.fetch(feed("hackernews", "all", "northwind"), None)


def test_an_error_between_pages_loses_nothing_and_reads_nothing_twice(platform: Platform) -> None:
    there = {str(number): NOW_S - 60 * number for number in range(1, 21)}
    hits(platform, lambda: there)
    first = look(platform, page_size=10, max_pages=1)
    platform.then(SEARCH, html(503))
    with pytest.raises(Unavailable):
        look(platform, first.cursor, page_size=10)
    rest = look(platform, first.cursor, page_size=10)
    assert {post.external_id for post in (*first.posts, *rest.posts)} == set(there)


def test_one_search_that_fails_stops_no_other(platform: Platform) -> None:
    platform.then(SEARCH, html(503))
    hits(platform, lambda: {"1": NOW_S - 60})
    page = look(platform, spec=feed("hackernews", "all", "acme OR northwind"))
    assert [post.external_id for post in page.posts] == ["1"]
    assert "not read" in page.detail


@pytest.mark.parametrize("query", ["", "-northwind", "acme ("])
def test_a_query_that_asks_for_nothing_is_refused_in_words(platform: Platform, query: str) -> None:
    with pytest.raises(Refused) as caught:
        look(platform, spec=feed("hackernews", "all", query))
    assert len(str(caught.value)) > 30
    assert platform.seen == []


def test_an_unknown_kind_is_refused(platform: Platform) -> None:
    with pytest.raises(Refused, match="expected one of all, stories, comments"):
        look(platform, spec=feed("hackernews", "polls", "northwind"))


def test_a_kept_hit_is_read_again(platform: Platform) -> None:
    kept = json.dumps(hit("7", NOW_S)).encode()
    assert source(platform).reread(kept, feed("hackernews", "all", "x")).external_id == "7"


@pytest.mark.parametrize("document", [None, [], {"hits": None}, {"hits": {}}])
def test_an_answer_without_hits_is_malformed(document: object) -> None:
    with pytest.raises(Malformed):
        read_page(document, until=None)


@pytest.mark.parametrize("second", [10**17, -(10**17)])
def test_an_instant_that_no_calendar_reaches_is_unreadable_and_stops_no_other_hit(second: int) -> None:
    given = {"objectID": "1", "created_at_i": 5, "title": "northwind"}
    posts, rejects = read_all([{**given, "created_at_i": second}, given], read_hit)
    assert ([post.external_id for post in posts], len(rejects)) == (["1"], 1)


@pytest.mark.parametrize(
    "given", [None, 7, {}, {"objectID": "1"}, {"objectID": "1", "created_at_i": 5}, {"objectID": [], "created_at_i": 5}]
)
def test_a_hit_without_words_is_unreadable(given: object) -> None:
    with pytest.raises(ValueError, match="the hit has"):
        read_hit(given)
