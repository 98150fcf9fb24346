"""Discourse over loopback: what is asked, what comes back, and which error each fault becomes.

The documents are made after https://docs.discourse.org, Discourse's own openapi description.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desk.post import FeedSpec
from listener.settings import ListenerSettings
from listener.source import Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.discourse.source import DiscourseSource
from storage.words import Capability
from tests.support.discourse_look import INVALID, KEY, NOW, feed, ids, looked, source
from tests.support.discourse_platform import NEWEST, Forum, post
from tests.support.faults import OF_ANY_SERVER, Fault
from tests.support.replay import HANG, Platform, Reply, Seen, as_json, html


def test_a_post_of_the_forum_becomes_a_post(platform: Platform) -> None:
    forum = Forum(platform)
    forum.add("My <b>kettle</b> leaks, @AcmeCare", version=2, reply_to_user={"username": "Bob"})
    (found,) = looked(platform).posts
    assert (found.external_id, found.text, found.title) == ("1", "My kettle leaks, @AcmeCare", "Kettles")
    assert (found.thread_id, found.url, found.site) == (
        "topic:7",
        "https://community.acme.example/t/kettles/7/1",
        "community.acme.example",
    )
    assert (found.author.external_id, found.author.handle, found.author.url) == ("11", "ada", "https://community.acme.example/u/ada")
    assert (found.addressed, found.capability) == (("acmecare", "bob"), Capability.API)
    assert (found.posted_at, found.edited_at) == (datetime(2026, 11, 1, 0, 1, tzinfo=UTC), datetime(2026, 11, 20, 10, tzinfo=UTC))


def test_the_key_goes_to_the_forum_in_headers(platform: Platform) -> None:
    Forum(platform, 1)
    source(platform, KEY).fetch(feed(), None)
    assert (platform.seen[0].headers["api-key"], platform.seen[0].headers["api-username"]) == ("a-key", "AcmeCare")


def test_a_visitor_needs_no_credential(platform: Platform) -> None:
    Forum(platform, 2)
    spec = FeedSpec(1, "forum", "discourse", "", "", "", {"url": f"{platform.url}/", "allow_loopback": True}, None, 300)
    page = DiscourseSource(ListenerSettings()).fetch(spec, None)
    assert (ids(page), page.posts[0].site) == (["2", "1"], "127.0.0.1")
    assert "api-key" not in platform.seen[0].headers


def test_an_address_on_this_machine_must_be_meant(platform: Platform) -> None:
    spec = FeedSpec(1, "forum", "discourse", "", "", "", {"url": platform.url}, None, 300)
    with pytest.raises(Refused, match="allow_loopback"):
        DiscourseSource(ListenerSettings()).fetch(spec, None)
    assert platform.seen == []


@pytest.mark.parametrize("is_inclusive", [True, False])
def test_everything_since_the_last_look_is_read_page_by_page(platform: Platform, *, is_inclusive: bool) -> None:
    forum = Forum(platform, 30, size=10, is_inclusive=is_inclusive)
    first = looked(platform, spec=feed(backfill=True))
    assert sorted(map(int, ids(first))) == list(range(1, 31))
    for _ in range(25):
        forum.add()
    second = looked(platform, first.cursor)
    assert ids(second) == [str(number) for number in range(55, 30, -1)]
    third = looked(platform, second.cursor)
    assert (third.posts, third.more) == ((), False)


def test_a_long_absence_is_caught_up_with_over_several_looks(platform: Platform) -> None:
    forum = Forum(platform, 5, size=10)
    cursor = looked(platform).cursor
    for _ in range(70):
        forum.add()
    found: list[str] = []
    for _ in range(3):
        page = looked(platform, cursor, feed(max_pages=3))
        found, cursor = [*found, *ids(page)], page.cursor
    assert sorted(map(int, found)) == list(range(6, 76))
    assert not page.more


def test_a_window_in_which_all_posts_are_private_is_passed(platform: Platform) -> None:
    forum = Forum(platform, 10)
    cursor = looked(platform).cursor
    for _ in range(11, 200):
        forum.add("seen by nobody")
    top = forum.add("the newest")
    forum.posts = {number: one for number, one in forum.posts.items() if number in range(1, 14) or number == top}

    def windowed(seen: Any) -> Reply:
        before = int(seen.query.get("before", top))
        return as_json({"latest_posts": [forum.posts[n] for n in sorted(forum.posts, reverse=True) if before - 50 < n <= before]})

    platform.always(NEWEST, windowed)
    assert ids(looked(platform, cursor, feed(max_pages=9))) == ["200", "13", "12", "11"]


def test_a_deleted_anchor_hides_nothing(platform: Platform) -> None:
    forum = Forum(platform, 10)
    cursor = looked(platform).cursor
    del forum.posts[10], forum.posts[9]
    forum.add("eleven")
    page = looked(platform, cursor)
    assert [(one.external_id, one.deleted) for one in page.posts] == [("11", False), ("10", True), ("9", True)]


def test_an_edit_comes_back_and_a_deletion_is_told(platform: Platform) -> None:
    forum = Forum(platform, 30)
    cursor = looked(platform).cursor
    forum.posts[29].update(cooked="<p>solved now</p>", version=2)
    del forum.posts[28]
    page = looked(platform, cursor)
    assert [(one.external_id, one.text, one.deleted) for one in page.posts] == [("29", "solved now", False), ("28", "", True)]
    assert looked(platform, page.cursor).posts == ()


@pytest.mark.parametrize(
    "answer", [INVALID, html(404), html(403), as_json({}, 500), HANG], ids=["403", "HTML 404", "HTML 403", "500", "hang"]
)
def test_a_post_is_not_called_deleted_because_it_cannot_be_asked_for(platform: Platform, answer: Reply) -> None:
    forum = Forum(platform, 30)
    cursor = looked(platform).cursor
    del forum.posts[28]
    platform.always("/posts/28.json", answer)
    page = source(platform, timeout=1.0).fetch(feed(), cursor)
    assert page.posts == ()
    assert "deleted posts were not looked for" in page.detail


def test_a_hidden_post_is_not_deleted_and_asked_for_once(platform: Platform) -> None:
    forum = Forum(platform, 30)
    cursor = looked(platform).cursor
    hidden = forum.posts.pop(28)
    platform.always("/posts/28.json", as_json({**hidden, "hidden": True}))
    page = looked(platform, cursor)
    assert (page.posts, looked(platform, page.cursor).posts) == ((), ())
    assert len(platform.asked("/posts/28.json")) == 1


def test_what_its_author_withdrew_is_deleted(platform: Platform) -> None:
    forum = Forum(platform, 3)
    cursor = looked(platform).cursor
    forum.posts[2].update(user_deleted=True, cooked="<p>(post deleted by author)</p>")
    (gone,) = looked(platform, cursor).posts
    assert (gone.external_id, gone.deleted, gone.text) == ("2", True, "")


def test_only_what_people_say_counts(platform: Platform) -> None:
    forum = Forum(platform)
    for kind in (1, 2, 3, 4):
        forum.add(post_type=kind)
    assert sorted(ids(looked(platform))) == ["1", "2"]


def test_a_query_and_categories_are_asked_here(platform: Platform) -> None:
    forum = Forum(platform)
    forum.add("acme leaks")
    forum.add("acme leaks", category_id=9)
    forum.add("rival leaks")
    page = looked(platform, spec=feed(query="acme", categories=[5]))
    assert (ids(page), [post.external_id for post in page.besides]) == (["1"], ["3"])
    assert ids(looked(platform, spec=feed(query="leaks", categories="5+9"))) == ["3", "2", "1"]
    with pytest.raises(Refused, match="categories"):
        looked(platform, spec=feed(categories=["support"]))


def test_one_bad_post_never_blocks_its_page(platform: Platform) -> None:
    bad: list[Any] = [None, 7, "text", {}, {"id": 4}, {**post(5, "x"), "created_at": "soon"}, {**post(6, "x"), "cooked": "", "raw": ""}]
    platform.always(NEWEST, as_json({"latest_posts": [*bad, post(1, "fine")]}))
    page = looked(platform)
    assert (ids(page), len(page.rejects)) == (["1"], len(bad))
    with pytest.raises(Malformed):
        source(platform).reread(page.rejects[0].raw, feed())
    assert source(platform).reread(json.dumps(post(1, "fine")).encode(), feed()).site == "community.acme.example"


def test_pictures_are_the_forums_own_and_no_ornaments(platform: Platform) -> None:
    forum = Forum(platform)
    forum.add('<img src="/uploads/leak.png" alt="a leak"> <img class="emoji" src="/e.png"> <img src="javascript:x"> it leaks')
    (found,) = looked(platform).posts
    assert [(one.url, one.alt) for one in found.media] == [("https://community.acme.example/uploads/leak.png", "a leak")]
    assert source(platform).media_places(feed()).hosts == {"community.acme.example"}


FAULTS: list[Fault] = [
    *OF_ANY_SERVER,
    ("520", html(520), Unavailable),
    ("truncated", Reply(body=b'{"latest_posts": [{"id": 1, "co'), Malformed),
    ("no list", as_json({"latest_posts": None}), Malformed),
    ("a list", as_json([1, 2]), Malformed),
    ("null", as_json(None), Malformed),
    ("403", INVALID, Refused),
    ("log in", as_json({"errors": ["You need to be logged in to do that."], "error_type": "not_logged_in"}, 403), Unauthorized),
    ("404", html(404), Refused),
    ("moved", Reply(301, headers={"location": "https://elsewhere.example/posts.json"}), Refused),
    ("429", as_json({"errors": ["too many times"]}, 429), RateLimited),
]


@pytest.mark.parametrize(("fault", "error"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_look_that_does_not_work_is_an_error_of_ours(platform: Platform, fault: Reply, error: type[SourceError]) -> None:
    platform.always(NEWEST, fault)
    with pytest.raises(SourceError) as caught:
        source(platform, KEY, timeout=1.0).fetch(feed(), None)
    assert type(caught.value) is error
    assert "a-key" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "headers", "wait"),
    [
        ({}, {"retry_after": "120"}, 120),
        ({"extras": {"wait_seconds": 40}}, {}, 40),
        ({"extras": {"wait_seconds": -5}}, {}, None),
        ({"extras": "soon"}, {"retry_after": "soon"}, None),
    ],
)
def test_a_limit_says_how_long(platform: Platform, body: dict[str, Any], headers: dict[str, str], wait: int | None) -> None:
    platform.always(NEWEST, as_json({"errors": ["slow down"], "error_type": "rate_limit", **body}, 429, **headers))
    with pytest.raises(RateLimited, match="slow down") as caught:
        looked(platform)
    assert caught.value.retry_at == (NOW + timedelta(seconds=wait) if wait else None)


def test_a_limit_between_pages_keeps_what_was_read(platform: Platform) -> None:
    forum = Forum(platform, 5, size=10)
    cursor = looked(platform).cursor
    for _ in range(30):
        forum.add()
    platform.then(NEWEST, forum.newest(Seen("GET", NEWEST, {}, b"", {})), as_json({}, 429, retry_after="60"))
    page = looked(platform, cursor)
    assert (len(page.posts), page.retry_at, page.more) == (10, NOW + timedelta(seconds=60), True)
    assert sorted(map(int, ids(looked(platform, page.cursor)))) == list(range(6, 26))


def test_a_forum_that_repeats_a_page_for_ever_is_left(platform: Platform) -> None:
    page = as_json({"latest_posts": [post(number, "again") for number in range(60, 50, -1)]})
    platform.always(NEWEST, page)
    first = looked(platform)
    second = looked(platform, first.cursor)
    third = looked(platform, second.cursor)
    assert ("repeated" in first.detail, third.posts, third.more) == (True, (), False)
    assert len(platform.seen) <= 6


def test_a_redirect_never_takes_the_key_along(platform: Platform) -> None:
    with Platform() as other:
        platform.always(NEWEST, Reply(302, headers={"location": f"{other.url}/posts.json"}))
        with pytest.raises(Refused, match="sends us elsewhere"):
            source(platform, KEY).fetch(feed(), None)
        assert other.seen == []


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.lists(st.integers(0, 40), max_size=3)), min_size=1, max_size=4), st.booleans())
def test_nothing_is_lost_and_nothing_comes_twice(rounds: list[tuple[int, list[int]]], is_inclusive: bool) -> None:
    with Platform() as platform:
        forum = Forum(platform, 3, size=4, is_inclusive=is_inclusive)
        heard: list[str] = []
        gone: set[str] = set()
        cursor = None
        for added, deleted in rounds:
            for _ in range(added):
                forum.add()
            for pick in deleted:
                forum.posts.pop(sorted(forum.posts)[pick % len(forum.posts)], None) if len(forum.posts) > 1 else None
            for _ in range(8):
                page = looked(platform, cursor, feed(max_pages=3, backfill=True))
                heard += [one.external_id for one in page.posts if not one.deleted]
                gone |= {one.external_id for one in page.posts if one.deleted}
                cursor = page.cursor
                if not page.more:
                    break
        assert {str(number) for number in forum.posts} <= set(heard)
        assert len(heard) == len(set(heard))
        assert gone.isdisjoint({str(number) for number in forum.posts})
