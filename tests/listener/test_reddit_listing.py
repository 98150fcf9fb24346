"""The way back through Reddit's listings: nothing lost when an anchor is deleted, nothing twice, no end without an end."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.post import FeedSpec, Page
from listener.source import RateLimited, Refused, Unavailable
from listener.sources.reddit.listing import Mark, Place
from listener.sources.reddit.source import RedditSource
from storage.words import LookResult
from tests.support.platforms import REDDIT_APP, feed, settings
from tests.support.reddit_platform import COMMENTS, START, Comments, comment, listing
from tests.support.replay import FIXTURES, HANG, Platform, as_json

FEED = feed("reddit", "subreddit", subreddits="northwind", parts="comments", max_pages=3)


def looked(platform: Platform, cursor: str | None = None, spec: FeedSpec = FEED) -> Page:
    return RedditSource(settings(platform, "reddit", REDDIT_APP)).fetch(spec, cursor)


def numbers(page: Page) -> list[int]:
    return [int(post.external_id.removeprefix("t1_")) for post in page.posts]


def test_a_look_reads_what_came_since_the_last_one(platform: Platform) -> None:
    comments = Comments(platform, 12)
    first = looked(platform)
    comments.count = 15
    second = looked(platform, first.cursor)
    assert numbers(first) == list(range(12, 0, -1))
    assert numbers(second) == [15, 14, 13]
    assert not second.more


def test_a_quiet_look_finds_nothing_new(platform: Platform) -> None:
    Comments(platform, 12)
    cursor = looked(platform).cursor
    assert looked(platform, cursor).posts == ()


def test_a_deleted_anchor_does_not_stall_the_feed(platform: Platform) -> None:
    comments = Comments(platform, 12)
    cursor = looked(platform).cursor
    comments.gone = {12, 11, 10}
    comments.count = 14
    page = looked(platform, cursor)
    assert numbers(page) == [14, 13]
    assert all("before" not in seen.query for seen in platform.seen)


def test_all_that_was_known_may_be_gone(platform: Platform) -> None:
    comments = Comments(platform, 5)
    cursor = looked(platform).cursor
    comments.gone = set(range(1, 6))
    comments.count = 7
    assert numbers(looked(platform, cursor)) == [7, 6]


def test_what_a_filter_held_back_for_a_while_is_still_seen(platform: Platform) -> None:
    comments = Comments(platform, 12)
    comments.gone = {8}
    cursor = looked(platform).cursor
    comments.gone = set()
    assert numbers(looked(platform, cursor)) == [8]


def test_an_edit_of_a_known_comment_is_seen_and_an_old_one_is_not_told_again(platform: Platform) -> None:
    comments = Comments(platform, 60, size=100, apart=120.0)
    cursor = looked(platform).cursor
    comments.edited = {20: START + 61 * 120.0}
    assert numbers(looked(platform, cursor)) == [20]


@pytest.mark.parametrize("ago_s", [50.0, 2 * 3600.0])
@pytest.mark.parametrize("change", ["edited", "deleted", "removed"])
def test_what_became_of_a_comment_is_told_once_while_the_listing_stands_still(platform: Platform, change: str, ago_s: float) -> None:
    newest = START + 86_400
    changes = {
        "edited": {"edited": newest - 50.0},
        "deleted": {"body": "[deleted]", "author": "[deleted]"},
        "removed": {"removed_by_category": "moderator"},
    }
    platform.replay(FIXTURES / "reddit" / "token.yaml")
    platform.then(COMMENTS, listing([comment(2, newest), comment(1, newest - ago_s)]))
    platform.always(COMMENTS, listing([comment(2, newest), comment(1, newest - ago_s, **changes[change])]))
    looks = [looked(platform)]
    for _ in range(3):
        looks.append(looked(platform, looks[-1].cursor))
    assert [numbers(page) for page in looks] == [[2, 1], [1], [], []]
    assert looks[-1].result is LookResult.EMPTY


def test_an_item_that_is_edited_again_is_told_again(platform: Platform) -> None:
    comments = Comments(platform, 3)
    cursor = looked(platform).cursor
    for at in (10.0, 20.0):
        comments.edited = {2: START + 180 + at}
        page = looked(platform, cursor)
        cursor = page.cursor
        assert numbers(page) == [2]
    assert numbers(looked(platform, cursor)) == []


def test_a_place_from_before_states_were_kept_goes_on() -> None:
    kept = {"mark": {"newest": 5.0, "names": ["t1_b", "t1_a"]}}
    assert Place.load(kept) == Place(Mark(5.0, {"t1_a": "", "t1_b": ""}))


def test_an_instant_that_no_calendar_reaches_does_not_block_its_subreddit(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "token.yaml")
    platform.always(COMMENTS, listing([comment(2, 1e17), comment(1, START)]))
    page = looked(platform)
    assert (numbers(page), len(page.rejects)) == ([1], 1)
    assert json.loads(page.cursor or "")["comments"]["mark"]["newest"] == START
    again = looked(platform, page.cursor)
    assert (again.posts, again.rejects) == ((), ())


def test_a_deleted_comment_that_is_still_listed_is_told(platform: Platform) -> None:
    Comments(platform, 12)
    cursor = looked(platform).cursor
    platform.then(COMMENTS, listing([comment(12, START + 720, body="[deleted]", author="[deleted]")]))
    assert [post.deleted for post in looked(platform, cursor).posts] == [True]


def test_one_item_from_the_future_does_not_blind_the_feed(platform: Platform) -> None:
    comments = Comments(platform, 3)
    platform.then(COMMENTS, listing([comment(99, 32_503_680_000), comment(3, START + 180)]))
    now = time.time()
    cursor = looked(platform).cursor
    assert json.loads(cursor or "")["comments"]["mark"]["newest"] <= time.time()
    comments.apart, comments.count = (now + 60 - START) / 4, 4
    assert 4 in numbers(looked(platform, cursor))


def test_more_than_a_look_reads_is_left_to_the_next_ones_and_none_is_lost(platform: Platform) -> None:
    comments = Comments(platform, 75)
    pages = [looked(platform)]
    comments.count = 80
    while pages[-1].more:
        pages.append(looked(platform, pages[-1].cursor))
    pages.append(looked(platform, pages[-1].cursor))
    assert [page.more for page in pages] == [True, True, False, False]
    assert sorted({number for page in pages for number in numbers(page)}) == list(range(1, 81))


def test_a_place_in_the_middle_that_was_deleted_loses_nothing(platform: Platform) -> None:
    comments = Comments(platform, 55)
    pages = [looked(platform)]
    comments.gone = {int(json.loads(pages[0].cursor or "")["comments"]["after"].removeprefix("t1_"))}
    while pages[-1].more and len(pages) < 9:
        pages.append(looked(platform, pages[-1].cursor))
    assert not pages[-1].more
    assert {number for page in pages for number in numbers(page)} == set(range(1, 56))


def test_without_backfill_a_first_look_ends_after_its_pages(platform: Platform) -> None:
    Comments(platform, 75)
    page = looked(platform, spec=feed("reddit", "subreddit", subreddits="northwind", parts="comments", max_pages=2, backfill=False))
    assert (len(page.posts), page.more) == (20, False)
    assert "left unread" in page.detail


def test_a_busy_subreddit_does_not_read_the_overlap_for_ever(platform: Platform) -> None:
    comments = Comments(platform, 300, apart=1.0)
    page = looked(platform)
    while page.more:
        page = looked(platform, page.cursor)
    comments.count = 305
    platform.seen.clear()
    page = looked(platform, page.cursor)
    assert {305, 304, 303, 302, 301} <= set(numbers(page))
    assert not page.more
    assert len(platform.asked(COMMENTS)) == 2


def test_a_listing_that_ends_too_early_says_so(platform: Platform) -> None:
    comments = Comments(platform, 10, size=100)
    cursor = looked(platform).cursor
    comments.count = 400
    comments.gone = set(range(1, 250))
    first = looked(platform, cursor)
    assert (first.more, "may be missing" in first.detail) == (False, False)
    assert "may be missing" in looked(platform, first.cursor).detail


def test_a_look_that_takes_half_its_lease_goes_on_in_the_next_one(platform: Platform) -> None:
    Comments(platform, 25)
    source = RedditSource(replace(settings(platform, "reddit", REDDIT_APP), lease=timedelta(0)))
    first = source.fetch(FEED, None)
    assert (numbers(first), first.more) == (list(range(25, 15, -1)), True)
    assert numbers(source.fetch(FEED, first.cursor)) == list(range(15, 5, -1))


def test_one_page_for_ever_ends_the_look(platform: Platform) -> None:
    Comments(platform, 1)
    platform.always(COMMENTS, lambda _: listing([comment(2, START), comment(1, START)], f"t1_{len(platform.seen)}"))
    page = looked(platform)
    assert (numbers(page), page.more) == ([2, 1], False)
    assert "repeated a page" in page.detail


def test_a_limit_in_the_middle_keeps_what_was_read(platform: Platform) -> None:
    comments = Comments(platform, 25)
    platform.then(COMMENTS, listing([comments.comment(number) for number in range(25, 15, -1)], "t1_16"), as_json({}, 429, retry_after="9"))
    page = looked(platform)
    assert (numbers(page), page.more) == (list(range(25, 15, -1)), True)
    assert page.retry_at is not None
    assert numbers(looked(platform, page.cursor)) == list(range(15, 0, -1))


def test_a_hang_at_once_is_an_error(platform: Platform) -> None:
    Comments(platform, 3)
    platform.then(COMMENTS, HANG)
    with pytest.raises(Unavailable, match="in time"):
        RedditSource(settings(platform, "reddit", REDDIT_APP, timeout=0.3)).fetch(FEED, None)
    assert len(platform.asked(COMMENTS)) == 1


def test_one_listing_that_fails_does_not_hide_the_other(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "token.yaml", FIXTURES / "reddit" / "comments.yaml")
    platform.then("/r/northwind/new", as_json({"error": 403}, 403))
    spec = feed("reddit", "subreddit", subreddits="northwind")
    page = looked(platform, spec=spec)
    assert len(page.posts) == 4
    assert "submissions: not read" in page.detail
    assert {post.external_id for post in looked(platform, page.cursor, spec).posts} == {"t3_p1"}


def test_after_a_limit_the_other_listing_is_not_even_asked(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "token.yaml", FIXTURES / "reddit" / "comments.yaml")
    platform.then(COMMENTS, as_json({}, 429))
    with pytest.raises(RateLimited):
        looked(platform, spec=feed("reddit", "subreddit", subreddits="northwind"))
    assert not platform.asked("/r/northwind/new")


@pytest.mark.parametrize("cursor", [None, "", "{", "[]", "null", "5", '{"comments": 3}', '{"comments": {"mark": {"newest": "x"}}}'])
def test_a_cursor_that_tells_nothing_is_the_start(platform: Platform, cursor: str | None) -> None:
    Comments(platform, 3)
    assert numbers(looked(platform, cursor)) == [3, 2, 1]


def test_a_place_survives_its_own_text() -> None:
    place = Place(Mark(5.0, {"t1_a": ""}), Mark(9.0), "t1_b")
    assert Place.load(json.loads(json.dumps(place.dump()))) == place


@pytest.mark.parametrize(
    "options", [{"max_pages": 0}, {"backfill": 1}, {"time_filter": "decade"}, {"parts": "mentions"}, {"subreddits": "a/b"}], ids=str
)
def test_an_option_that_cannot_be_is_refused_by_name(platform: Platform, options: dict[str, Any]) -> None:
    kind = "search" if "time_filter" in options else "subreddit"
    with pytest.raises(Refused, match=f"option {next(iter(options))} = "):
        looked(platform, spec=feed("reddit", kind, "northwind", **{"subreddits": "northwind", **options}))
    assert platform.seen == []
