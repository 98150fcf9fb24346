"""X through the unmodified tweepy: what is asked, what comes back, and which error each fault becomes."""

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.post import FeedSpec, Limits, Spent
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import BudgetExhausted, Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.x.source import XSource
from tests.support.platforms import X_ACCOUNT, X_APP, feed, settings
from tests.support.replay import CUT, DROP, EMPTY, FIXTURES, HANG, TRICKLE, Platform, Reply, as_json, html, problem
from tests.support.x_platform import SEARCH, item

FEED = feed("x", "search", "northwind")
INVALID = "One or more parameters to your request was invalid."


def fixture(name: str) -> Path:
    return FIXTURES / "x" / name


def test_a_search_asks_for_what_a_case_needs_and_reads_all_pages(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    page = XSource(settings(platform, "x", X_APP)).fetch(FEED, None)
    asked = platform.seen[0]
    assert asked.headers["authorization"] == "Bearer app-token"
    assert asked.query["query"] == "northwind"
    assert {"conversation_id", "edit_history_tweet_ids", "note_tweet"} <= set(asked.query["tweet.fields"].split(","))
    assert len([post for post in page.posts if not post.deleted]) == 5
    assert len(page.rejects) == 1
    assert "not authorized to see the user" in page.detail
    assert not page.more


def test_what_a_look_costs_is_counted_posts_and_authors_apart(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    page = XSource(settings(platform, "x", X_APP)).fetch(FEED, None)
    assert page.costs == (Spent("post_read", 6, 30_000), Spent("user_read", 4, 40_000))


def test_authors_are_not_asked_for_where_that_is_too_dear(platform: Platform) -> None:
    platform.replay(fixture("bare.yaml"))
    page = XSource(settings(platform, "x", X_APP)).fetch(feed("x", "search", "northwind", authors=False), None)
    assert platform.seen[0].query["expansions"] == "attachments.media_keys"
    assert [cost.kind for cost in page.costs] == ["post_read"]


def test_the_headers_tell_what_is_left(platform: Platform) -> None:
    reset = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=9)
    stamp = str(int(reset.timestamp()))
    platform.then(SEARCH, as_json({"meta": {}}, x_rate_limit_remaining="0", x_rate_limit_reset=stamp))
    page = XSource(settings(platform, "x", X_APP)).fetch(FEED, None)
    assert (page.limits, page.retry_at) == (Limits(0, reset), reset)


def test_the_newer_names_are_asked_for_when_the_credential_says_so(platform: Platform) -> None:
    platform.replay(fixture("renamed.yaml"))
    page = XSource(settings(platform, "x", X_APP, options={"field_names": "post"})).fetch(FEED, None)
    asked = platform.seen[0].query
    assert "tweet.fields" not in asked
    assert "note_post" in asked["post.fields"]
    assert "referenced_posts" in asked["expansions"]
    assert len(page.posts) == 3


def test_a_query_of_ours_is_said_in_the_words_of_x_and_one_of_xs_is_left_as_it_is(platform: Platform) -> None:
    platform.replay(fixture("quiet.yaml"))
    source = XSource(settings(platform, "x", X_APP))
    source.fetch(feed("x", "search", "northwind -(hiring OR job)"), None)
    source.fetch(feed("x", "search", "northwind lang:en -is:retweet"), None)
    assert [seen.query["query"] for seen in platform.seen] == ["northwind -hiring -job", "northwind lang:en -is:retweet"]


@pytest.mark.parametrize("kind", ["mentions", "timeline"])
def test_an_account_is_looked_up_once_by_its_handle(platform: Platform, kind: str) -> None:
    platform.replay(fixture("accounts.yaml"))
    source = XSource(settings(platform, "x", X_APP))
    pages = [source.fetch(feed("x", kind), None) for _ in range(2)]
    assert [len(page.posts) for page in pages] == [1, 1]
    assert len(platform.asked("/2/users/by/username/northwind")) == 1


def test_the_account_of_the_keys_needs_no_look_up(platform: Platform) -> None:
    platform.replay(fixture("accounts.yaml"))
    page = XSource(settings(platform, "x", X_ACCOUNT)).fetch(feed("x", "mentions", own=()), None)
    assert page.posts[0].text.startswith("@Northwind")
    assert [seen.path for seen in platform.seen] == ["/2/users/7001/mentions"]
    assert platform.seen[0].headers["authorization"].startswith("OAuth ")


def test_the_account_of_a_user_token_is_asked_for_before_any_handle(platform: Platform) -> None:
    platform.replay(fixture("accounts.yaml"))
    XSource(settings(platform, "x", {"user_token": "user-token"})).fetch(feed("x", "mentions"), None)
    assert [seen.path for seen in platform.seen] == ["/2/users/me", "/2/users/7001/mentions"]


@pytest.mark.parametrize(
    ("secrets", "owns", "asked", "kind"),
    [
        (X_ACCOUNT, True, {}, "owned_read"),
        ({"user_token": "user-token"}, True, {}, "owned_read"),
        (X_ACCOUNT, True, {"user_id": 7001}, "owned_read"),
        (X_ACCOUNT, False, {}, "post_read"),
        (X_ACCOUNT, True, {"user_id": 42}, "post_read"),
        (X_APP, True, {"user_id": 7001}, "post_read"),
    ],
)
def test_what_the_account_that_owns_the_app_reads_of_itself_costs_a_fifth(
    platform: Platform, secrets: dict[str, str], owns: bool, asked: dict[str, int], kind: str
) -> None:
    platform.replay(fixture("accounts.yaml"))
    platform.always("/2/users/42/mentions", as_json({"data": [item(1)], "meta": {}}))
    credential = CredentialSettings("main", "x", secrets, platform.url, allow_loopback=True, options={"owns_app": owns})
    page = XSource(ListenerSettings({"main": credential})).fetch(feed("x", "mentions", own=(), **asked), None)
    (read,) = (one for one in page.costs if one.kind in {"owned_read", "post_read"})
    assert read == Spent(kind, 1, {"owned_read": 1_000, "post_read": 5_000}[kind])


def test_a_search_is_never_a_reading_of_ones_own(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    credential = CredentialSettings("main", "x", X_ACCOUNT, platform.url, allow_loopback=True, options={"owns_app": True})
    page = XSource(ListenerSettings({"main": credential})).fetch(FEED, None)
    assert page.costs[0] == Spent("post_read", 6, 30_000)


def test_a_timeline_asks_for_no_retweets_and_knows_whose_posts_it_reads(platform: Platform) -> None:
    platform.always("/2/users/7001/tweets", as_json({"data": [{"id": item(1)["id"], "text": "We are on it"}], "meta": {}}))
    page = XSource(settings(platform, "x", X_APP)).fetch(feed("x", "timeline", user_id=7001), None)
    assert platform.seen[0].query["exclude"] == "retweets"
    assert (page.posts[0].author.external_id, page.posts[0].author.handle) == ("7001", "northwind")


def test_a_kept_item_is_read_again_as_its_feed_would_read_it(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    source = XSource(settings(platform, "x", X_APP))
    page = source.fetch(FEED, None)
    post = page.posts[0]
    assert source.reread(json.dumps(post.raw).encode(), FEED) == post
    for payload in (page.rejects[0].raw, b"\xff", b"[]", b"{}"):
        with pytest.raises(Malformed):
            source.reread(payload, FEED)


FAULTS: list[tuple[str, Reply, type[SourceError], str]] = [
    ("credit", problem(402, "You have no credits left"), BudgetExhausted, "no credits left"),
    ("token", problem(401, "Unauthorized"), Unauthorized, "does not accept the credential"),
    ("access", problem(403, "Your app is not enrolled.", title="client-not-enrolled"), Refused, "not enrolled"),
    ("missing", as_json({}, 404), Refused, "404"),
    (
        "query",
        as_json({"errors": [{"message": "missing EXPRESSION at 'OR' (at position 5)"}], "detail": INVALID}, 400),
        Refused,
        "position 5",
    ),
    ("busy", problem(503, "Over capacity"), Unavailable, "503"),
    ("cloud", html(522), Unavailable, "522"),
    ("page of HTML", html(), Malformed, "no JSON"),
    ("HTML at 403", html(403), Refused, "Checking your browser"),
    ("empty", EMPTY, Malformed, "no JSON"),
    ("list", as_json([1]), Malformed, "neither data nor meta"),
    ("list at 400", as_json(["odd"], 400), Refused, "400"),
    ("null at 403", Reply(403, b"null", {"content-type": "application/json"}), Refused, "403"),
    ("odd errors", as_json({"errors": [None, "slow down"]}, 503), Unavailable, "503"),
    ("teapot", as_json({"detail": "short and stout"}, 418), Refused, "short and stout"),
    ("no content", Reply(204), Malformed, "no JSON"),
    ("redirect", Reply(302, headers={"location": "https://login.example/"}), Refused, "redirects elsewhere"),
    ("cut", CUT, Unavailable, "broke"),
    ("drop", DROP, Unavailable, "broke"),
    ("hang", HANG, Unavailable, "in time"),
    ("trickle", TRICKLE, Unavailable, "in time"),
]


@pytest.mark.parametrize(("fault", "error", "said"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_each_fault_becomes_the_error_that_says_what_to_do(platform: Platform, fault: Reply, error: type[SourceError], said: str) -> None:
    platform.always(SEARCH, fault)
    with pytest.raises(SourceError, match=said) as caught:
        XSource(settings(platform, "x", X_APP, timeout=0.4 if fault.fault in {"hang", "trickle"} else 20)).fetch(FEED, None)
    assert type(caught.value) is error
    assert len(platform.seen) == 1  # asked once, never hammered
    assert "app-token" not in str(caught.value)


def test_a_401_that_passes_leaves_the_place_as_it_was(platform: Platform) -> None:
    platform.replay(fixture("bare.yaml"))
    source = XSource(settings(platform, "x", X_APP))
    cursor = source.fetch(FEED, None).cursor
    platform.then(SEARCH, problem(401, "Unauthorized"))
    with pytest.raises(Unauthorized):
        source.fetch(FEED, cursor)
    assert source.fetch(FEED, cursor).cursor == cursor


def test_the_vendors_own_end_of_credit_is_told_from_ours(platform: Platform) -> None:
    kind = "https://api.twitter.com/2/problems/usage-capped"
    caps = [problem(status, "Usage cap exceeded: Monthly product cap", title="UsageCapExceeded", kind=kind) for status in (429, 403)]
    for answer in (problem(402, "Payment Required"), *caps, problem(403, "Usage cap exceeded", title="Forbidden")):
        platform.then(SEARCH, answer)
        with pytest.raises(BudgetExhausted) as caught:
            XSource(settings(platform, "x", X_APP)).fetch(FEED, None)
        assert caught.value.vendor


def in_seconds(seconds: int) -> str:
    return str(int(datetime.now(UTC).timestamp()) + seconds)


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"x_rate_limit_reset": 600}, 500, 601),
        ({"x_rate_limit_reset": 10**8}, 86_000, 86_400),
        ({"x_rate_limit_reset": 600, "x_user_limit_24hour_remaining": "0", "x_user_limit_24hour_reset": 7000}, 6900, 7001),
        ({"retry_after": "30"}, 20, 31),
    ],
    ids=["reset", "a wrong clock", "the day's limit", "retry-after"],
)
def test_a_limit_says_until_when(platform: Platform, headers: dict[str, str | int], least: int, most: int) -> None:
    now = {name: in_seconds(value) if isinstance(value, int) else value for name, value in headers.items()}
    platform.then(SEARCH, problem(429, "Too Many Requests", **now))
    with pytest.raises(RateLimited) as caught:
        XSource(settings(platform, "x", X_APP)).fetch(FEED, None)
    assert caught.value.retry_at is not None
    assert timedelta(seconds=least) <= caught.value.retry_at - datetime.now(UTC) <= timedelta(seconds=most)


@pytest.mark.parametrize(
    "headers", [{}, {"x_rate_limit_reset": "soon"}, {"x_rate_limit_reset": "1000"}, {"x_rate_limit_reset": "-1"}], ids=str
)
def test_a_limit_without_a_usable_instant_leaves_it_to_the_back_off(platform: Platform, headers: dict[str, str]) -> None:
    platform.then(SEARCH, problem(429, "Too Many Requests", **headers))
    with pytest.raises(RateLimited) as caught:
        XSource(settings(platform, "x", X_APP)).fetch(FEED, None)
    assert caught.value.retry_at is None


def test_a_renamed_field_is_a_mistake_to_mend_and_the_switch_is_named(platform: Platform) -> None:
    said = "The `tweet.fields` query parameter value [note_tweet] is not one of [article,note_post]; value must be one of"
    platform.then(SEARCH, as_json({"errors": [{"message": said}], "detail": INVALID}, 400))
    with pytest.raises(Refused, match='field_names = "post"'):
        XSource(settings(platform, "x", X_APP)).fetch(FEED, None)


def test_a_refused_connection_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        credential = CredentialSettings("main", "x", X_APP, f"http://127.0.0.1:{taken.getsockname()[1]}", allow_loopback=True)
        with pytest.raises(Unavailable, match="no connection"):
            XSource(ListenerSettings({"main": credential})).fetch(FEED, None)


@pytest.mark.parametrize(
    ("spec", "secrets", "error", "said"),
    [
        (FEED, {}, Unauthorized, "CARELINE_MAIN_BEARER_TOKEN"),
        (FEED, {"bearer_token": "  "}, Unauthorized, "CARELINE_MAIN_BEARER_TOKEN"),
        (feed("x", "search", " "), X_APP, Refused, "needs a query"),
        (feed("x", "stream", "a"), X_APP, Refused, "search, mentions, timeline"),
        (feed("x", "mentions", user_id="@northwind"), X_APP, Refused, "783214"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_sent(
    platform: Platform, spec: FeedSpec, secrets: dict[str, Any], error: type[SourceError], said: str
) -> None:
    with pytest.raises(error, match=said):
        XSource(settings(platform, "x", secrets)).fetch(spec, None)
    assert platform.seen == []


def test_an_account_that_x_does_not_know_is_refused(platform: Platform) -> None:
    platform.always("/2/users/by/username/northwind", as_json({"errors": [{"detail": "Could not find user with username: [northwind]."}]}))
    with pytest.raises(Refused, match="user_id"):
        XSource(settings(platform, "x", X_APP)).fetch(feed("x", "mentions"), None)


def test_no_secret_is_shown_by_a_repr_or_a_message(platform: Platform) -> None:
    shown = repr(settings(platform, "x", X_ACCOUNT))
    assert all(secret not in shown for secret in X_ACCOUNT.values() if "secret" in secret)
