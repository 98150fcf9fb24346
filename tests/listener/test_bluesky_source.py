"""Bluesky through the unmodified atproto: what is asked, what comes back, how a session lasts, and which error each fault becomes."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.post import FeedSpec, Page
from listener.source import Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.bluesky.source import BlueskySource
from tests.support.bluesky_platform import (
    CREATE,
    FEED,
    MINUTE,
    NOON,
    NOTIFICATIONS,
    OWN,
    REFRESH,
    SEARCH,
    Network,
    heard,
    post,
    problem,
    uri_of,
)
from tests.support.platforms import feed, settings
from tests.support.replay import CUT, DROP, EMPTY, HANG, TRICKLE, Platform, Reply, as_json, html

SECRETS = {"handle": "northwind.bsky.social", "app_password": "app-password"}
SEARCHES = feed("bluesky", "search", "northwind")
LATER = NOON + 60 * MINUTE


def source(platform: Platform, *, timeout: float = 5.0, now: datetime = LATER, secrets: dict[str, str] | None = None) -> BlueskySource:
    return BlueskySource(settings(platform, "bluesky", secrets or SECRETS, timeout=timeout), clock=lambda: now)


def ids(page: Page) -> set[str]:
    return {one.external_id for one in page.posts}


def every(first: int, last: int) -> set[str]:
    return {uri_of(number) for number in range(first, last + 1)}


def test_a_search_asks_for_the_newest_as_the_account(platform: Platform) -> None:
    Network(platform, 3)
    page = source(platform).fetch(SEARCHES, None)
    assert ids(page) == every(1, 3)
    (asked,) = platform.asked(SEARCH)
    assert (asked.query["q"], asked.query["sort"], asked.query["limit"]) == ("northwind", "latest", "100")
    assert asked.headers["authorization"] == "Bearer access-1"
    assert page.limits is not None
    assert page.limits.remaining == 2990


@pytest.mark.parametrize("kind", ["search", "notifications", "timeline"])
def test_pages_are_read_until_they_end_and_the_next_look_brings_only_news(platform: Platform, kind: str) -> None:
    network = Network(platform, 35, size=10)
    spec = feed("bluesky", kind, "northwind" if kind == "search" else "")
    listening = source(platform)
    first = listening.fetch(spec, None)
    assert ids(first) == every(1, 35)
    assert not first.more
    assert listening.fetch(spec, first.cursor).posts == ()
    network.posts.append(post(36))
    assert ids(listening.fetch(spec, first.cursor)) == {uri_of(36)}


def test_more_than_a_look_reads_is_read_by_the_next_ones_and_none_is_lost(platform: Platform) -> None:
    network = Network(platform, 30, size=10)
    spec = feed("bluesky", "notifications", max_pages=1)
    listening = source(platform)
    page = listening.fetch(spec, None)
    assert page.more
    network.posts.append(post(31))
    found, ends = ids(page), []
    for _ in range(8):
        page = listening.fetch(spec, page.cursor)
        found |= ids(page)
        ends.append(not page.more)
    assert found == every(1, 31)
    assert any(ends)


def test_a_place_between_two_pages_that_is_lost_is_begun_anew(platform: Platform) -> None:
    network = Network(platform, 25, size=10)
    spec = feed("bluesky", "search", "northwind", max_pages=1)
    listening = source(platform)
    page = listening.fetch(spec, None)
    network.lost_cursors = {"10"}
    found = ids(page)
    again = listening.fetch(spec, page.cursor)
    found |= ids(again)
    network.lost_cursors = set()
    for _ in range(6):
        again = listening.fetch(spec, again.cursor)
        found |= ids(again)
    assert found == every(1, 25)


def test_the_newest_post_may_be_deleted_between_two_looks(platform: Platform) -> None:
    network = Network(platform, 5)
    listening = source(platform)
    cursor = listening.fetch(SEARCHES, None).cursor
    network.posts = [one for one in network.posts if one["uri"] != uri_of(5)] + [post(6)]
    assert ids(listening.fetch(SEARCHES, cursor)) == {uri_of(6)}


def test_what_arrives_late_under_an_older_time_is_still_met(platform: Platform) -> None:
    network = Network(platform)
    network.posts = [post(10)]
    listening = source(platform)
    cursor = listening.fetch(SEARCHES, None).cursor
    network.posts = [post(3), post(10)]
    assert ids(listening.fetch(SEARCHES, cursor)) == {uri_of(3)}


def test_a_page_that_is_repeated_for_ever_ends_the_look(platform: Platform) -> None:
    Network(platform)
    platform.always(SEARCH, as_json({"posts": [post(1)], "cursor": "same"}))
    page = source(platform).fetch(feed("bluesky", "search", "northwind", max_pages=50), None)
    assert len(platform.asked(SEARCH)) <= 3
    assert ids(page) == {uri_of(1)}
    assert "repeated" in page.detail


def test_pages_in_a_circle_end_the_look(platform: Platform) -> None:
    Network(platform)
    turns = {"": "a", "a": "b", "b": "a"}
    platform.always(SEARCH, lambda seen: as_json({"posts": [post(1)], "cursor": turns[seen.query.get("cursor", "")]}))
    page = source(platform).fetch(feed("bluesky", "search", "northwind", max_pages=50), None)
    assert len(platform.asked(SEARCH)) <= 4
    assert not page.more


def test_one_bad_item_never_blocks_its_page(platform: Platform) -> None:
    Network(platform)
    bad = post(1, record={"text": None})
    platform.always(SEARCH, as_json({"posts": [post(2), bad, {"odd": 1}, None]}))
    listening = source(platform)
    page = listening.fetch(SEARCHES, None)
    assert ids(page) == {uri_of(2)}
    assert len(page.rejects) == 3
    with pytest.raises(Malformed):
        listening.reread(page.rejects[0].raw, SEARCHES)
    assert listening.reread(json.dumps(post(2)).encode(), SEARCHES).external_id == uri_of(2)


def test_only_what_speaks_to_us_is_heard_of_the_notifications(platform: Platform) -> None:
    Network(platform)
    listed = [heard(post(number), reason) for number, reason in enumerate(("mention", "reply", "quote", "like", "follow"), 1)]
    platform.always(NOTIFICATIONS, as_json({"notifications": listed}))
    assert ids(source(platform).fetch(feed("bluesky", "notifications"), None)) == every(1, 3)


def test_reposts_are_left_out_of_a_timeline(platform: Platform) -> None:
    Network(platform)
    reposted = {"post": post(2), "reason": {"$type": "app.bsky.feed.defs#reasonRepost"}}
    platform.always(FEED, as_json({"feed": [{"post": post(3, by=OWN)}, reposted]}))
    page = source(platform).fetch(feed("bluesky", "timeline"), None)
    assert ids(page) == {uri_of(3, OWN)}
    assert platform.asked(FEED)[0].query["actor"] == OWN


def test_one_search_for_each_way_and_the_query_decides(platform: Platform) -> None:
    network = Network(platform)
    network.posts = [post(1, "northwind giveaway"), post(2, "northwind is late"), post(3, "the rivertown lift")]
    page = source(platform).fetch(feed("bluesky", "search", "(northwind OR rivertown) -giveaway"), None)
    assert ids(page) == every(2, 3)
    assert {seen.query["q"] for seen in platform.asked(SEARCH)} == {"northwind", "rivertown"}


def test_a_session_lasts_from_one_look_to_the_next_and_over_many_threads(platform: Platform) -> None:
    Network(platform, 3)
    listening = source(platform)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(listening.fetch(SEARCHES, None).posts))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [3] * 6
    assert len(platform.asked(CREATE)) == 1


def test_a_token_that_ran_out_is_renewed_once_by_the_one_that_replaces_itself(platform: Platform) -> None:
    network = Network(platform, 3)
    listening = source(platform)
    for _ in range(3):
        assert len(listening.fetch(SEARCHES, None).posts) == 3
        network.expire()
    assert len(platform.asked(CREATE)) == 1
    assert [seen.headers["authorization"] for seen in platform.asked(REFRESH)] == ["Bearer refresh-1", "Bearer refresh-2"]


def test_threads_that_meet_a_stale_token_renew_it_once(platform: Platform) -> None:
    network = Network(platform, 3)
    listening = source(platform)
    listening.fetch(SEARCHES, None)
    network.expire()
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(listening.fetch(SEARCHES, None).posts))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [3] * 6
    assert len(platform.asked(REFRESH)) == 1


def test_a_renewal_that_is_refused_leads_to_a_new_session(platform: Platform) -> None:
    network = Network(platform, 3)
    listening = source(platform)
    listening.fetch(SEARCHES, None)
    network.expire()
    platform.then(REFRESH, problem(400, "ExpiredToken", "Token has been revoked"), method="POST")
    assert len(listening.fetch(SEARCHES, None).posts) == 3
    assert len(platform.asked(CREATE)) == 2


def test_a_token_that_is_refused_again_is_a_matter_for_a_person(platform: Platform) -> None:
    Network(platform, 3)
    platform.always(SEARCH, problem(400, "ExpiredToken", "Token has expired"))
    with pytest.raises(Unauthorized, match="does not accept"):
        source(platform).fetch(SEARCHES, None)
    assert len(platform.asked(SEARCH)) == 2


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (problem(401, "AuthenticationRequired", "Invalid identifier or password"), Unauthorized, "Invalid identifier"),
        (problem(400, "AccountTakedown", "Account has been taken down"), Unauthorized, "taken down"),
        (problem(401, "AuthFactorTokenRequired", "A sign in code has been sent"), Unauthorized, "sign in code"),
        (problem(429, "RateLimitExceeded", "Rate Limit Exceeded", ratelimit_reset="4000000000"), RateLimited, "Rate Limit"),
        (problem(502, "UpstreamFailure"), Unavailable, "502"),
        (html(), Malformed, "no session"),
        (as_json({"did": OWN}), Malformed, "no session"),
        (as_json([1]), Malformed, "no session"),
        (Reply(302, headers={"location": "https://elsewhere.example/"}), Refused, "elsewhere"),
        (HANG, Unavailable, "in time"),
    ],
    ids=["password", "takedown", "code", "429", "502", "HTML", "half", "list", "elsewhere", "hang"],
)
def test_a_session_that_is_not_given_says_why(platform: Platform, answer: Reply, error: type[SourceError], said: str) -> None:
    platform.always(CREATE, answer, method="POST")
    with pytest.raises(SourceError, match=said) as caught:
        source(platform, timeout=1.0).fetch(SEARCHES, None)
    assert type(caught.value) is error
    assert len(platform.seen) == 1


def test_secrets_are_asked_for_by_their_variables(platform: Platform) -> None:
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_HANDLE"):
        source(platform, secrets={"app_password": "x"}).fetch(SEARCHES, None)
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_APP_PASSWORD"):
        source(platform, secrets={"handle": "x"}).fetch(SEARCHES, None)


FAULTS: list[tuple[str, Reply, type[SourceError], str]] = [
    ("500", problem(500, "InternalServerError"), Unavailable, "500"),
    ("502", html(502), Unavailable, "502"),
    ("503", html(503), Unavailable, "503"),
    ("401", problem(401, "AuthMissing"), Unauthorized, "AuthMissing"),
    ("403", problem(403, "Forbidden", "search paging needs an account"), Refused, "needs an account"),
    ("400", problem(400, "BadQueryString", "bad query"), Refused, "bad query"),
    ("404", problem(404, "XRPCNotSupported"), Refused, "404"),
    ("451", Reply(451), Refused, "451"),
    ("elsewhere", Reply(302, headers={"location": "https://elsewhere.example/"}), Refused, "elsewhere"),
    ("HTML", html(), Malformed, "no posts"),
    ("empty", EMPTY, Malformed, "no posts"),
    ("list", as_json([]), Malformed, "no posts"),
    ("half", Reply(body=b'{"posts": [{"uri": "at:/'), Malformed, "no posts"),
    ("cut", CUT, Unavailable, "broke"),
    ("drop", DROP, Unavailable, "broke"),
    ("hang", HANG, Unavailable, "in time"),
    ("trickle", TRICKLE, Unavailable, "in time"),
]


@pytest.mark.parametrize(("fault", "error", "said"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_each_fault_becomes_the_error_that_says_what_to_do(platform: Platform, fault: Reply, error: type[SourceError], said: str) -> None:
    Network(platform)
    platform.always(SEARCH, fault)
    with pytest.raises(SourceError, match=said) as caught:
        source(platform, timeout=1.0).fetch(SEARCHES, None)
    assert isinstance(caught.value, error)
    assert len(platform.asked(SEARCH)) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "4"}, 4),
        ({"ratelimit_reset": "{epoch}", "ratelimit_remaining": "0"}, 200),
        ({}, None),
        ({"retry_after": "soon", "ratelimit_reset": "later"}, None),
    ],
    ids=["retry", "epoch", "nothing", "words"],
)
def test_a_limit_says_until_when_where_bluesky_says_it(platform: Platform, headers: dict[str, str], wait: int | None) -> None:
    Network(platform)
    end = datetime.now(UTC) + timedelta(seconds=200)
    told = {name: value.format(epoch=int(end.timestamp())) for name, value in headers.items()}
    platform.always(SEARCH, problem(429, "RateLimitExceeded", **told))
    with pytest.raises(RateLimited) as caught:
        source(platform).fetch(SEARCHES, None)
    retry_at = caught.value.retry_at
    assert (retry_at is None) is (wait is None)
    assert retry_at is None or timedelta(0) < retry_at - datetime.now(UTC) <= timedelta(seconds=wait or 0)
    assert len(platform.asked(SEARCH)) == 1


def test_a_fault_in_the_middle_keeps_what_was_read(platform: Platform) -> None:
    Network(platform, 25, size=10)
    listening, answers = source(platform), platform._standing["GET", SEARCH]
    platform.always(SEARCH, lambda seen: problem(503, "Busy") if "cursor" in seen.query else answers(seen))
    page = listening.fetch(SEARCHES, None)
    assert (len(page.posts), page.more) == (10, False)
    assert "503" in page.detail
    platform.always(SEARCH, answers)
    assert ids(page) | ids(listening.fetch(SEARCHES, page.cursor)) == every(1, 25)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (feed("bluesky", "search"), "needs a query"),
        (feed("bluesky", "search", "("), "cannot be read"),
        (feed("bluesky", "inbox"), "expected one of"),
        (feed("bluesky", "search", "acme", page_size=101), "from 1 to 100"),
    ],
)
def test_a_feed_that_cannot_be_asked_says_why(platform: Platform, spec: FeedSpec, said: str) -> None:
    with pytest.raises(Refused, match=said):
        source(platform).fetch(spec, None)
    assert platform.seen == []


def test_pictures_are_fetched_from_blueskys_own_hosts(platform: Platform) -> None:
    places: Any = source(platform).media_places(SEARCHES)
    assert "cdn.bsky.app" in places.hosts
    assert platform.url.removeprefix("http://") in places.hosts
