"""The way from the newest post to the last one seen: no post lost, none read for ever, whatever X does with its pages."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from desk.post import FeedSpec, Page
from listener.source import RateLimited, Refused, Unavailable
from listener.sources.x.pages import Place
from listener.sources.x.source import XSource
from tests.support.platforms import X_APP, feed, settings
from tests.support.replay import HANG, Platform, as_json, problem
from tests.support.x_platform import PEOPLE, SEARCH, Posts, id_of, item, people

FEED = feed("x", "search", "northwind", max_pages=3, page_size=10)


def looked(platform: Platform, cursor: str | None = None, spec: FeedSpec = FEED) -> Page:
    return XSource(settings(platform, "x", X_APP)).fetch(spec, cursor)


def numbers(page: Page) -> list[int]:
    return [int(post.text.split()[1]) for post in page.posts]


def test_a_look_starts_where_the_last_one_began_and_reads_nothing_twice(platform: Platform) -> None:
    posts = Posts(platform, 12)
    first = looked(platform)
    posts.count = 15
    second = looked(platform, first.cursor)
    assert numbers(first) == list(range(12, 0, -1))
    assert numbers(second) == [15, 14, 13]
    assert json.loads(second.cursor or "") == {"since_id": id_of(15)}
    assert not second.more


@pytest.mark.parametrize("options", [{}, {"sample": True, "max_pages": 1}], ids=["to the end", "a sample"])
def test_older_posts_alone_take_the_place_no_step_back(platform: Platform, options: dict[str, Any]) -> None:
    more = {"next_token": "a"} if options else {}
    platform.then(SEARCH, as_json({"data": [item(5), item(4)], "meta": {"newest_id": id_of(5), "oldest_id": id_of(4), **more}}))
    page = looked(platform, json.dumps({"since_id": id_of(20)}), feed("x", "search", "northwind", **options))
    assert page.posts == ()
    assert json.loads(page.cursor or "") == {"since_id": id_of(20)}


def test_a_quiet_look_keeps_the_place(platform: Platform) -> None:
    Posts(platform, 3)
    cursor = looked(platform).cursor
    again = looked(platform, cursor)
    assert (again.posts, again.cursor, again.more, again.costs) == ((), cursor, False, ())


def test_a_first_look_that_finds_nothing_has_no_place_yet(platform: Platform) -> None:
    Posts(platform, 0)
    assert looked(platform).cursor is None


def test_what_is_posted_while_pages_are_read_belongs_to_the_next_look(platform: Platform) -> None:
    posts = Posts(platform, 35)
    seen = [looked(platform)]
    posts.count = 40
    while seen[-1].more:
        seen.append(looked(platform, seen[-1].cursor))
    seen.append(looked(platform, seen[-1].cursor))
    assert [len(page.posts) for page in seen] == [30, 5, 5]
    assert sorted(number for page in seen for number in numbers(page)) == list(range(1, 41))


def test_the_newest_id_of_the_first_page_is_the_place_also_when_x_says_otherwise_later(platform: Platform) -> None:
    pages = [{"data": [item(9)], "meta": {"newest_id": id_of(9), "next_token": "a"}}, {"data": [item(4)], "meta": {"newest_id": id_of(4)}}]
    platform.then(SEARCH, *map(as_json, pages))
    assert json.loads(looked(platform).cursor or "") == {"since_id": id_of(9)}


def test_without_backfill_a_first_look_ends_after_its_pages_and_says_so(platform: Platform) -> None:
    posts = Posts(platform, 100)
    page = looked(platform, spec=feed("x", "search", "northwind", max_pages=2, page_size=10, backfill=False))
    assert (len(page.posts), page.more) == (20, False)
    assert "left unread" in page.detail
    posts.count = 101
    assert numbers(looked(platform, page.cursor)) == [101]


def test_a_limit_in_the_middle_keeps_what_was_read_and_goes_on_from_there(platform: Platform) -> None:
    posts = Posts(platform, 25)
    first = posts.answer
    platform.always(
        SEARCH,
        lambda seen: problem(429, "Too Many Requests", x_rate_limit_reset="4000000000") if "next_token" in seen.query else first(seen),
    )
    page = looked(platform)
    assert (numbers(page), page.more) == (list(range(25, 15, -1)), True)
    assert page.retry_at is not None
    assert "stopped before the end" in page.detail
    platform.always(SEARCH, first)
    rest = looked(platform, page.cursor)
    assert numbers(rest) == list(range(15, 0, -1))
    assert json.loads(rest.cursor or "") == {"since_id": id_of(25)}


def test_a_limit_at_once_is_an_error(platform: Platform) -> None:
    platform.then(SEARCH, problem(429, "Too Many Requests"))
    with pytest.raises(RateLimited):
        looked(platform, json.dumps({"since_id": id_of(3), "newest_id": id_of(9), "token": "5"}))


def test_a_token_that_ran_out_is_replaced_by_the_oldest_id_read(platform: Platform) -> None:
    posts = Posts(platform, 40)
    page = looked(platform)
    posts.dead_tokens.add(json.loads(page.cursor or "")["token"])
    assert numbers(looked(platform, page.cursor)) == list(range(10, 0, -1))
    assert platform.asked(SEARCH)[-1].query["until_id"] == id_of(11)


def test_a_place_older_than_the_search_window_is_given_up_aloud(platform: Platform) -> None:
    posts = Posts(platform, 8)
    posts.oldest_since = 5
    page = looked(platform, json.dumps({"since_id": id_of(2)}))
    assert len(page.posts) == 8
    assert "7 days" in page.detail
    assert json.loads(page.cursor or "") == {"since_id": id_of(8)}


def test_a_look_that_takes_half_its_lease_goes_on_in_the_next_one(platform: Platform) -> None:
    Posts(platform, 25)
    given = replace(settings(platform, "x", X_APP), lease=timedelta(0))
    first = XSource(given).fetch(FEED, None)
    second = XSource(given).fetch(FEED, first.cursor)
    assert (numbers(first), first.more) == (list(range(25, 15, -1)), True)
    assert numbers(second) == list(range(15, 5, -1))


def test_what_x_gives_again_in_spite_of_the_place_is_not_told_again(platform: Platform) -> None:
    platform.always(PEOPLE, people)
    platform.always(SEARCH, as_json({"data": [item(3), item(2)], "meta": {"next_token": "on"}}))
    page = looked(platform, json.dumps({"since_id": id_of(2)}))
    assert (numbers(page), page.more, page.detail) == ([3], False, "")
    assert len(platform.asked(SEARCH)) == 1


def test_one_page_for_ever_ends_the_look(platform: Platform) -> None:
    platform.always(SEARCH, as_json({"data": [item(2), item(1)], "meta": {"newest_id": id_of(2), "next_token": "again"}}))
    page = looked(platform)
    assert (numbers(page), page.more) == ([2, 1], False)
    assert "repeated a page" in page.detail
    # Once by its token, once by the oldest id that was read.
    assert len(platform.asked(SEARCH)) == 3


def test_one_page_under_ever_new_tokens_ends_the_look(platform: Platform) -> None:
    platform.always(SEARCH, lambda _: as_json({"data": [item(2), item(1)], "meta": {"next_token": f"t{len(platform.seen)}"}}))
    assert numbers(looked(platform)) == [2, 1]
    assert len(platform.asked(SEARCH)) == 3


def test_a_circle_of_more_pages_than_a_look_reads_ends_in_the_next_one(platform: Platform) -> None:
    def circle(seen_so_far: int) -> dict[str, object]:
        number = 40 - seen_so_far % 4
        return {"data": [item(number)], "meta": {"newest_id": id_of(number), "next_token": f"t{seen_so_far}"}}

    platform.always(SEARCH, lambda _: as_json(circle(len(platform.asked(SEARCH)) - 1)))
    first = looked(platform)
    second = looked(platform, first.cursor)
    assert (numbers(first), first.more) == ([40, 39, 38], True)
    assert (numbers(second), second.more) == ([37], False)


def test_a_token_that_comes_again_with_other_posts_is_left_for_the_oldest_id(platform: Platform) -> None:
    pages = [{"data": [item(number)], "meta": {"newest_id": id_of(number), "next_token": "same"}} for number in (9, 8, 7)]
    platform.then(SEARCH, *map(as_json, pages))
    platform.always(PEOPLE, people)
    page = looked(platform)
    assert (numbers(page), page.more, page.detail) == ([9, 8, 7], True, "")
    assert [seen.query.get("until_id") for seen in platform.asked(SEARCH)] == [None, None, id_of(8)]


def test_an_empty_page_with_a_token_is_followed(platform: Platform) -> None:
    platform.then(SEARCH, as_json({"meta": {"result_count": 0, "next_token": "on"}}), as_json({"data": [item(1)], "meta": {}}))
    assert numbers(looked(platform)) == [1]


def test_the_same_id_twice_in_one_page_is_no_fault(platform: Platform) -> None:
    platform.then(SEARCH, as_json({"data": [item(3), item(3), item(2)], "meta": {"newest_id": id_of(3)}}))
    assert numbers(looked(platform)) == [3, 3, 2]


def test_a_hang_on_a_later_page_costs_nothing_that_was_read(platform: Platform) -> None:
    Posts(platform, 25)
    platform.then(SEARCH, as_json({"data": [item(25)], "meta": {"newest_id": id_of(25), "next_token": "25"}}), HANG)
    page = XSource(settings(platform, "x", X_APP, timeout=0.3)).fetch(FEED, None)
    # Not again at once: the next look goes on from there.
    assert (numbers(page), page.more) == ([25], False)
    assert "no answer in time" in page.detail
    assert numbers(looked(platform, page.cursor)) == list(range(24, 0, -1))


def test_a_first_page_that_fails_is_an_error_and_moves_nothing(platform: Platform) -> None:
    platform.then(SEARCH, problem(503, "Service Unavailable", retry_after="30"))
    with pytest.raises(Unavailable) as caught:
        looked(platform)
    assert caught.value.retry_at is not None


@pytest.mark.parametrize("cursor", [None, "", "{", "[]", "null", '"x"', '{"since_id": "abc"}', '{"token": 5}'])
def test_a_cursor_that_tells_nothing_is_the_start(cursor: str | None) -> None:
    assert Place.load(cursor) == Place()


def test_a_plain_id_is_a_place_too() -> None:
    assert Place.load(id_of(5)).since_id == int(id_of(5))


@pytest.mark.parametrize(
    "options", [{"max_pages": 0}, {"max_pages": "many"}, {"page_size": 5}, {"page_size": 101}, {"backfill": "no"}, {"authors": 1}], ids=str
)
def test_an_option_that_cannot_be_is_refused_by_name(platform: Platform, options: dict[str, Any]) -> None:
    Posts(platform, 100)
    with pytest.raises(Refused, match=f"option {next(iter(options))} = "):
        looked(platform, spec=feed("x", "search", "northwind", **{"max_pages": 1, **options}))
