"""Discourse over loopback: what is asked, what comes back, what is answered, and which error each fault becomes.

The documents are made after https://docs.discourse.org, Discourse's own openapi description.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from desk.post import FeedSpec, Page
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import Malformed, OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.discourse.replier import DiscourseReplier
from listener.sources.discourse.source import DiscourseSource
from storage.words import Capability
from tests.support.discourse_platform import GONE, NEWEST, Forum, post
from tests.support.platforms import reply
from tests.support.replay import CUT, DROP, EMPTY, HANG, TRICKLE, Platform, Reply, Seen, as_json, html

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEY = {"api_key": "a-key", "username": "AcmeCare"}
INVALID = as_json({"errors": ["You are not permitted to view the requested resource."], "error_type": "invalid_access"}, 403)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        yield opened


def source(platform: Platform, secrets: dict[str, str] | None = None, *, timeout: float = 5.0) -> DiscourseSource:
    return DiscourseSource(settings(platform, secrets, timeout=timeout), clock=lambda: NOW)


def settings(platform: Platform, secrets: dict[str, str] | None = None, *, timeout: float = 5.0) -> ListenerSettings:
    credential = CredentialSettings("main", "discourse", secrets or {}, platform.url, allow_loopback=True)
    return ListenerSettings({"main": credential}, timeout=timedelta(seconds=timeout))


def feed(kind: str = "posts", query: str = "", **options: Any) -> FeedSpec:
    given = {"url": "https://community.acme.example", **options}
    return FeedSpec(1, "forum", "discourse", "", kind, query, given, "main", 300, ("acmecare",))


def looked(platform: Platform, cursor: str | None = None, spec: FeedSpec | None = None) -> Page:
    return source(platform).fetch(spec or feed(), cursor)


def ids(page: Page) -> list[str]:
    return [one.external_id for one in page.posts]


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
    assert ids(looked(platform, spec=feed(query="acme", categories=[5]))) == ["1"]
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


FAULTS: list[tuple[str, Reply, type[SourceError]]] = [
    ("500", as_json({}, 500), Unavailable),
    ("503", html(503), Unavailable),
    ("520", html(520), Unavailable),
    ("hang", HANG, Unavailable),
    ("drop", DROP, Unavailable),
    ("cut", CUT, Unavailable),
    ("trickle", TRICKLE, Unavailable),
    ("HTML", html(), Malformed),
    ("empty", EMPTY, Malformed),
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


def hits(*numbers: int, more: bool = False) -> Reply:
    listed = [{"id": number, "blurb": "leaks", "created_at": post(number, "")["created_at"]} for number in numbers]
    return as_json({"posts": listed, "grouped_search_result": {"more_full_page_results": more or None, "error": None}})


SEARCH = "/search.json"


def test_a_search_reads_each_find_by_itself(platform: Platform) -> None:
    forum = Forum(platform)
    forum.add("acme leaks")
    forum.add("acme again")
    platform.always(SEARCH, hits(2, 1))
    first = looked(platform, spec=feed("search", "acme"))
    assert (ids(first), platform.asked(SEARCH)[0].query) == (["2", "1"], {"q": "acme order:latest", "page": "1"})
    forum.add("acme is fine")
    platform.always(SEARCH, hits(3, 2, 1))
    assert ids(looked(platform, first.cursor, feed("search", "acme"))) == ["3"]


def test_a_search_for_one_of_several_is_asked_for_each_and_judged_here(platform: Platform) -> None:
    forum = Forum(platform)
    forum.add("acme leaks")
    forum.add("kettles leak, a giveaway")
    platform.always(SEARCH, hits(2, 1))
    assert ids(looked(platform, spec=feed("search", "(acme OR kettles) -giveaway"))) == ["1"]
    assert {seen.query["q"] for seen in platform.asked(SEARCH)} == {"acme order:latest", "kettles order:latest"}


def test_a_search_in_the_forums_own_words_is_the_forums_to_judge(platform: Platform) -> None:
    Forum(platform, 1)
    platform.always(SEARCH, hits(1))
    assert ids(looked(platform, spec=feed("search", "leaks category:support"))) == ["1"]
    assert platform.asked(SEARCH)[0].query["q"] == "leaks category:support order:latest"


def test_finds_that_could_not_be_read_are_read_in_the_next_look(platform: Platform) -> None:
    Forum(platform, 3)
    platform.always(SEARCH, hits(3, 2, 1))
    platform.then("/posts/2.json", as_json({"errors": ["slow"]}, 429, retry_after="30"))
    first = looked(platform, spec=feed("search", "kettle"))
    assert (ids(first), first.more, first.retry_at) == (["3"], True, NOW + timedelta(seconds=30))
    second = looked(platform, first.cursor, feed("search", "kettle"))
    assert (ids(second), second.more) == (["2", "1"], False)


def test_a_search_reads_its_pages_until_what_is_known(platform: Platform) -> None:
    Forum(platform, 6)
    platform.then(SEARCH, hits(6, 5, 4, more=True), hits(3, 2, 1))
    assert sorted(ids(looked(platform, spec=feed("search", "kettle")))) == ["1", "2", "3", "4", "5", "6"]
    assert [seen.query["page"] for seen in platform.asked(SEARCH)] == ["1", "2"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (as_json({"grouped_search_result": {"error": "too short"}, "posts": []}), Refused),
        (as_json({}), Malformed),
        (html(503), Unavailable),
    ],
)
def test_a_search_that_does_not_work_says_why(platform: Platform, answer: Reply, error: type[SourceError]) -> None:
    platform.always(SEARCH, answer)
    with pytest.raises(error):
        looked(platform, spec=feed("search", "kettle"))


def test_a_search_needs_words(platform: Platform) -> None:
    with pytest.raises(Refused, match="needs a query"):
        looked(platform, spec=feed("search"))


TEXT = "We are on it, back within the hour. ^MK"
REPLY = reply(
    "discourse", "1", TEXT, thread_id="topic:7", parent_url="https://community.acme.example/t/kettles/7/1", site="community.acme.example"
)


def replier(platform: Platform, secrets: dict[str, str] | None = None) -> DiscourseReplier:
    return DiscourseReplier(settings(platform, secrets or KEY, timeout=1.0), clock=lambda: NOW)


def test_a_reply_answers_the_post_itself(platform: Platform) -> None:
    Forum(platform, 1)
    sent = replier(platform).send(REPLY)
    (posted,) = [seen for seen in platform.seen if seen.method == "POST"]
    assert json.loads(posted.body) == {"raw": TEXT, "topic_id": 7, "reply_to_post_number": 1}
    assert (sent.external_id, sent.url) == ("2", "https://community.acme.example/t/kettles/7/2")


def test_a_reply_that_stands_there_is_found_and_no_other_one(platform: Platform) -> None:
    forum = Forum(platform, 1)
    assert replier(platform).find(REPLY) is None
    for number in range(25):
        forum.add(f"another answer {number}", reply_to_post_number=1, username="bob")
    sent = replier(platform).send(REPLY)
    found = replier(platform).find(REPLY)
    assert found is not None
    assert found.external_id == sent.external_id
    assert replier(platform).find(reply("discourse", "1", "something else", thread_id="topic:7")) is None


@pytest.mark.parametrize("fault", [HANG, DROP, CUT, as_json({}, 500), html(502), html(), EMPTY, as_json(None), as_json({"ok": 1})], ids=str)
def test_whatever_may_have_been_posted_is_unknown_and_not_sent_again(platform: Platform, fault: Reply) -> None:
    Forum(platform, 1)
    platform.always(NEWEST, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(REPLY)
    assert len([seen for seen in platform.seen if seen.method == "POST"]) == 1


def test_where_nobody_listens_nothing_was_posted() -> None:
    with Platform() as closed:
        closed_settings = settings(closed, KEY)
    with pytest.raises(Unavailable):
        DiscourseReplier(closed_settings).send(REPLY)


def test_a_reply_that_waits_for_a_moderator_counts_as_sent_and_is_found(platform: Platform) -> None:
    Forum(platform, 1)
    waiting = {"success": True, "action": "enqueued", "pending_post": {"id": 88, "raw_text": TEXT}}
    platform.always(NEWEST, as_json(waiting), method="POST")
    sent = replier(platform).send(REPLY)
    assert (sent.external_id, sent.url) == ("waiting:88", REPLY.parent_url)
    platform.always("/posts/acmecare/pending.json", as_json({"pending_posts": [waiting["pending_post"]]}))
    found = replier(platform).find(REPLY)
    assert found is not None
    assert found.external_id == "waiting:88"
    with pytest.raises(Rejected, match="moderator"):
        replier(platform).correct(reply("discourse", "1", external_id="waiting:88"), "other words")


def test_words_that_the_forum_finds_too_alike_are_the_reply_itself_when_it_stands_there(platform: Platform) -> None:
    forum = Forum(platform, 1)
    sent = replier(platform).send(REPLY)
    platform.always(NEWEST, as_json({"errors": ["Body is too similar to what you recently posted"]}, 422), method="POST")
    assert replier(platform).send(REPLY).external_id == sent.external_id
    del forum.posts[2]
    with pytest.raises(Rejected, match="too similar") as caught:
        replier(platform).send(REPLY)
    assert not caught.value.by_hand


@pytest.mark.parametrize(
    ("answer", "error", "by_hand"),
    [
        (as_json({"errors": ["Body is too short (minimum is 20 characters)"]}, 422), Rejected, False),
        (INVALID, Rejected, True),
        (as_json({"errors": ["log in"], "error_type": "not_logged_in"}, 403), Unauthorized, None),
        (as_json({"errors": ["slow"], "extras": {"wait_seconds": 9}}, 429), RateLimited, None),
    ],
)
def test_a_refusal_says_whether_a_person_may_still_answer(
    platform: Platform,
    answer: Reply,
    error: type[SourceError],
    by_hand: bool | None,
) -> None:
    Forum(platform, 1)
    platform.always(NEWEST, answer, method="POST")
    with pytest.raises(error) as caught:
        replier(platform).send(REPLY)
    assert getattr(caught.value, "by_hand", None) is by_hand


@pytest.mark.parametrize("change", [{"deleted_at": "2026-11-20T10:00:00Z"}, {"user_deleted": True}, {"hidden": True}])
def test_what_is_gone_is_not_answered(platform: Platform, change: dict[str, Any]) -> None:
    forum = Forum(platform, 1)
    forum.posts[1].update(change)
    with pytest.raises(Rejected, match="gone"):
        replier(platform).send(REPLY)
    platform.always("/posts/1.json", as_json(GONE, 404))
    with pytest.raises(Rejected, match="gone"):
        replier(platform).send(REPLY)
    assert all(seen.method == "GET" for seen in platform.seen)


def test_a_reply_is_reworded_and_taken_back_twice(platform: Platform) -> None:
    forum = Forum(platform, 1)
    sent = replier(platform).send(REPLY)
    standing = reply("discourse", "1", TEXT, external_id=sent.external_id)
    replier(platform).correct(standing, "Better words of ours")
    assert forum.posts[2]["raw"] == "Better words of ours"
    for _ in range(2):
        assert replier(platform).take_back(standing) == ()
    assert 2 not in forum.posts


@pytest.mark.parametrize("secrets", [{"api_key": "a"}, {"username": "AcmeCare"}])
def test_an_answer_needs_key_and_name(platform: Platform, secrets: dict[str, str]) -> None:
    with pytest.raises(Unauthorized, match=r"username|API_KEY"):
        replier(platform, secrets).send(REPLY)
    assert platform.seen == []
