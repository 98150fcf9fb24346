"""YouTube over its API on loopback: documented answers, what a look costs, replies that hide, and Google's many kinds of no."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.post import FeedSpec, Page, Spent
from listener.source import BudgetExhausted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.youtube.client import next_day
from listener.sources.youtube.parse import read_item
from listener.sources.youtube.source import YouTubeSource
from storage.words import Capability
from tests.support.open_places import NOW, documented, reading
from tests.support.platforms import feed
from tests.support.replay import CUT, Platform, Reply, Seen, as_json, html

THREADS, REPLIES, SEARCH, VIDEOS = (f"/youtube/v3/{name}" for name in ("commentThreads", "comments", "search", "videos"))
CHANNEL = "UCnorthwind000000"
MIDNIGHT_IN_CALIFORNIA = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.always(THREADS, as_json(documented("youtube", "threads")))
        opened.always(REPLIES, as_json(documented("youtube", "replies")))
        opened.always(SEARCH, as_json(documented("youtube", "search")))
        opened.always(VIDEOS, as_json(documented("youtube", "videos")))
        yield opened


def look(platform: Platform, cursor: str | None = None, spec: FeedSpec | None = None, key: str = "google-key") -> Page:
    return YouTubeSource(reading(platform, "youtube", key=key), clock=lambda: NOW).fetch(spec or channel(), cursor)


def channel(query: str = "", **options: object) -> FeedSpec:
    return feed("youtube", "channel", query, **{"channel": CHANNEL, **options})


def refusal(status: int, reason: str, message: str = "no") -> Reply:
    return as_json({"error": {"code": status, "message": message, "errors": [{"reason": reason, "domain": "youtube"}]}}, status)


def test_documented_threads_become_posts_with_all_their_replies(platform: Platform) -> None:
    page = look(platform)
    posts = {post.external_id: post for post in page.posts}
    assert list(posts) == ["UgzB", "UgzB.1", "UgzA", "UgzA.1", "UgzA.2", "UgzA.3"]
    top, reply, edited = posts["UgzB"], posts["UgzB.1"], posts["UgzA"]
    assert (top.text, top.thread_id, top.parent_id, top.kind) == ("My Northwind lift leaks", "UgzB", None, "comment")
    assert (reply.thread_id, reply.parent_id, reply.kind, reply.author.handle) == ("UgzB", "UgzB", "reply", "grace")
    assert (top.url, top.author.external_id) == ("https://www.youtube.com/watch?v=vid00000001&lc=UgzB", "UCada00000000")
    assert (top.edited_at, edited.edited_at) == (None, datetime(2026, 11, 20, 11, 20, tzinfo=UTC))
    assert {post.capability for post in page.posts} == {Capability.LINK}
    assert len(page.rejects) == 1
    assert page.costs == (Spent("quota_unit", 2, 0),)


def test_the_key_travels_in_a_header_and_stands_in_no_log(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        look(platform)
    assert {seen.headers["x-goog-api-key"] for seen in platform.seen} == {"google-key"}
    assert not any("key" in seen.query for seen in platform.seen)
    assert "google-key" not in caplog.text


def test_a_query_chooses_among_the_comments(platform: Platform) -> None:
    everything, page = look(platform), look(platform, spec=channel("northwind"))
    assert [post.external_id for post in page.posts] == ["UgzB"]
    assert len(page.besides) == len(everything.posts) - 1
    assert all(post in everything.posts for post in page.besides)


def test_only_a_thread_that_changed_comes_back(platform: Platform) -> None:
    first = look(platform)
    assert look(platform, first.cursor).posts == ()
    grown: Any = documented("youtube", "threads")
    grown["items"][1]["snippet"]["totalReplyCount"] = 4
    platform.always(THREADS, as_json(grown))
    assert {post.thread_id for post in look(platform, first.cursor).posts} == {"UgzA"}


def test_replies_that_could_not_be_read_are_read_again(platform: Platform) -> None:
    platform.then(REPLIES, html(503))
    first = look(platform)
    assert (first.cursor, "read again" in first.detail, first.more) == (None, True, False)
    assert {"UgzA.2", "UgzA.3"} <= {post.external_id for post in look(platform).posts}


def test_a_handle_is_looked_up_once(platform: Platform) -> None:
    platform.always("/youtube/v3/channels", as_json({"items": [{"id": CHANNEL}]}))
    source = YouTubeSource(reading(platform, "youtube", key="k"), clock=lambda: NOW)
    for _ in range(2):
        source.fetch(channel(channel="@northwind"), None)
    assert len(platform.asked("/youtube/v3/channels")) == 1
    assert platform.asked(THREADS)[0].query["allThreadsRelatedToChannelId"] == CHANNEL


def test_a_handle_that_nobody_has_is_refused(platform: Platform) -> None:
    platform.always("/youtube/v3/channels", as_json({"items": []}))
    with pytest.raises(Refused, match="knows no channel @nobody"):
        look(platform, spec=channel(channel="@nobody"))


def test_one_video_without_comments_stops_no_other(platform: Platform) -> None:
    platform.then(THREADS, refusal(403, "commentsDisabled", "The video has disabled comments."))
    page = look(platform, spec=feed("youtube", "video", videos=["vid00000009", "vid00000001"]))
    assert ("disabled comments" in page.detail, len(page.posts)) == (True, 6)
    assert "video vid00000009: take it out of option videos" in page.detail
    assert "vid00000001" not in page.detail


@pytest.mark.parametrize(
    "texts", [{"textOriginal": None, "textDisplay": "Late again"}, {"textOriginal": "Late again", "textDisplay": None}]
)
def test_a_comment_has_the_text_that_is_told(texts: dict[str, str | None]) -> None:
    comment = {"id": "UgzA", "snippet": {"publishedAt": "2026-11-20T09:00:00Z", "authorDisplayName": "@mo", **texts}}
    assert read_item(comment).text == "Late again"


def test_a_search_reads_whole_descriptions_and_is_one_of_the_days_searches(platform: Platform) -> None:
    page = look(platform, spec=feed("youtube", "search", "northwind OR acme"))
    (video,) = page.posts
    assert (video.external_id, video.title, video.text) == ("vid00000002", "Lifts & more", "We compare Acme and Northwind.")
    assert (video.url, video.kind, video.language) == ("https://www.youtube.com/watch?v=vid00000002", "video", "en")
    assert page.costs == (Spent("quota_unit", 1, 0), Spent("search_call", 1, 0))
    asked = platform.asked(SEARCH)[0].query
    assert (asked["q"], asked["publishedAfter"], asked["order"]) == ("northwind|acme", "2026-11-13T12:00:00Z", "date")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(403, "quotaExceeded"), BudgetExhausted),
        (refusal(403, "dailyLimitExceeded"), BudgetExhausted),
        (refusal(403, "rateLimitExceeded"), RateLimited),
        (refusal(429, "RATE_LIMIT_EXCEEDED"), RateLimited),
        (refusal(400, "keyInvalid"), Unauthorized),
        (as_json({"error": {"message": "API key not valid.", "details": [{"reason": "API_KEY_INVALID"}]}}, 400), Unauthorized),
        (refusal(401, "authError"), Unauthorized),
        (refusal(403, "accessNotConfigured"), Unauthorized),
        (refusal(403, "commentsDisabled"), Refused),
        (refusal(404, "channelNotFound"), Refused),
        (refusal(500, "backendError"), Unavailable),
        (html(503), Unavailable),
        (html(200), Malformed),
        (CUT, Unavailable),
        (as_json({"kind": "other"}), Malformed),
    ],
)
def test_faults_are_named(platform: Platform, answer: Reply, error: type[SourceError]) -> None:
    platform.always(THREADS, answer)
    with pytest.raises(error):
        look(platform)


def test_a_spent_day_ends_at_midnight_in_california(platform: Platform) -> None:
    platform.always(THREADS, as_json(documented("youtube", "quota_exceeded"), 403))
    with pytest.raises(BudgetExhausted) as caught:
        look(platform)
    assert (caught.value.until, caught.value.vendor) == (MIDNIGHT_IN_CALIFORNIA, True)
    assert "<a" not in str(caught.value)
    assert next_day(datetime(2026, 7, 1, 7, 30, tzinfo=UTC)) - datetime(2026, 7, 1, 7, tzinfo=UTC) == timedelta(days=1)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (channel(channel=""), "option channel"),
        (channel(channel="acme"), "option channel"),
        (feed("youtube", "video"), "option videos"),
        (feed("youtube", "video", videos=["a b/c"]), "option videos"),
        (feed("youtube", "search"), "needs a query"),
        (feed("youtube", "live", "x"), "expected one of"),
        (channel("acme ("), "cannot be read"),
    ],
)
def test_a_feed_that_cannot_work_is_refused_before_a_call(platform: Platform, spec: FeedSpec, says: str) -> None:
    with pytest.raises(Refused, match=says):
        look(platform, spec=spec)
    assert platform.seen == []


def test_a_missing_key_says_which_variable_to_set(platform: Platform) -> None:
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_KEY"):
        look(platform, key="")


def threads(names: list[str], size: int) -> Any:
    """A listing by page tokens, which count from its top at the moment of asking."""

    def answer(seen: Seen) -> Reply:
        start = int(seen.query.get("pageToken", "0"))
        items = [thread(name) for name in names[start : start + size]]
        more = {"nextPageToken": str(start + size)} if start + size < len(names) else {}
        return as_json({"items": items, **more})

    return answer


def thread(name: str) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=10_000 - int(name))).strftime("%Y-%m-%dT%H:%M:%SZ")
    top = {"id": name, "snippet": {"textDisplay": f"comment {name}", "authorDisplayName": "@ada", "publishedAt": at, "updatedAt": at}}
    return {"id": name, "snippet": {"videoId": "v", "topLevelComment": top, "totalReplyCount": 0}}


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=8), st.integers(2, 4))
def test_comments_that_arrive_while_pages_are_read_are_all_met(batches: list[int], size: int) -> None:
    names: list[str] = []
    met: set[str] = set()
    cursor = None
    with Platform() as platform:
        platform.always(THREADS, threads(names, size))
        ended = 0
        while batches or ended < 2:
            batch = batches.pop() if batches else 0
            names[:0] = [str(len(names) + number) for number in reversed(range(batch))]
            page = look(platform, cursor, channel(page_size=size, max_pages=4, days=30))
            met |= {post.external_id for post in page.posts}
            cursor = page.cursor
            ended += not batches and not page.more
    assert met == set(names)


def test_a_place_between_pages_that_is_lost_is_read_from_the_top(platform: Platform) -> None:
    names = [str(number) for number in reversed(range(6))]
    platform.always(THREADS, threads(names, 2))
    first = look(platform, spec=channel(page_size=2, max_pages=1, days=30))
    platform.then(THREADS, refusal(400, "invalidPageToken"))
    rest = look(platform, first.cursor, channel(page_size=2, max_pages=9, days=30))
    assert {post.external_id for post in (*first.posts, *rest.posts)} == set(names)


@pytest.mark.parametrize(
    "item", [None, 7, {}, {"id": "1"}, {"id": "1", "snippet": {"textDisplay": "x"}}, {"id": {}, "snippet": {"title": "x"}}]
)
def test_an_item_without_what_a_post_needs_is_unreadable(item: object) -> None:
    with pytest.raises(ValueError, match="has no"):
        read_item(item)


def test_a_kept_item_is_read_again(platform: Platform) -> None:
    kept = json.dumps(documented("youtube", "videos")["items"][0]).encode()
    assert YouTubeSource(reading(platform, "youtube", key="k")).reread(kept, channel()).external_id == "vid00000002"
