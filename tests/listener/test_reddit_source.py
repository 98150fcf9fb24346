"""Reddit through the unmodified praw: what is asked, what comes back, and which error each fault becomes."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.post import FeedSpec, Page
from listener.source import Malformed, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.reddit.source import RedditSource
from tests.support.platforms import REDDIT_ACCOUNT, REDDIT_APP, feed, settings
from tests.support.reddit_platform import COMMENTS, TOKEN, comment, listing
from tests.support.replay import CUT, DROP, EMPTY, FIXTURES, HANG, TRICKLE, Platform, Reply, as_json, html

SEARCH = "/r/northwind/search/"
FEED = feed("reddit", "search", "northwind", subreddits="northwind")


def fixture(name: str) -> Path:
    return FIXTURES / "reddit" / name


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.replay(fixture("token.yaml"))
        yield opened


def looked(platform: Platform, spec: FeedSpec = FEED, secrets: dict[str, str] | None = None, **options: Any) -> Page:
    return RedditSource(settings(platform, "reddit", secrets or REDDIT_APP, options=options)).fetch(spec, None)


def test_a_search_asks_for_the_newest_in_its_subreddits(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    page = looked(platform)
    asked = platform.asked(SEARCH)[0]
    assert asked.query["sort"] == "new"
    assert asked.query["restrict_sr"] == "true"
    assert asked.headers["authorization"] == "bearer loopback-token"
    assert [post.external_id for post in page.posts] == ["t3_p4", "t3_p3", "t3_p2", "t3_p1"]


def test_a_search_without_subreddits_asks_all_of_reddit_in_its_own_words(platform: Platform) -> None:
    platform.always("/r/all/search/", listing([]))
    looked(platform, feed("reddit", "search", "@northwind -giveaway"))
    looked(platform, feed("reddit", "search", 'title:"northwind lift"'))
    assert [seen.query["q"] for seen in platform.asked("/r/all/search/")] == ["northwind AND NOT giveaway", 'title:"northwind lift"']


def test_comments_are_matched_here_because_reddit_cannot_search_them(platform: Platform) -> None:
    platform.replay(fixture("comments.yaml"))
    page = looked(platform, feed("reddit", "subreddit", "lift OR parcel", subreddits=["r/northwind"]))
    assert {post.external_id for post in page.posts} == {"t1_c5", "t1_c3", "t1_c2", "t3_p1"}
    assert len(page.rejects) == 2
    everything = looked(platform, feed("reddit", "subreddit", subreddits="northwind"))
    assert {post.external_id for post in everything.posts} - {post.external_id for post in page.posts} == {"t1_c4"}
    assert ([post.external_id for post in page.besides], everything.besides) == (["t1_c4"], ())


def test_several_subreddits_are_one_listing(platform: Platform) -> None:
    platform.always("/r/northwind+rivertown/comments/", listing([comment(1, 1_795_166_000)]))
    spec = feed("reddit", "subreddit", subreddits=["northwind", "/r/rivertown/"], parts=["comments"])
    assert len(looked(platform, spec).posts) == 1


def test_the_inbox_is_read_and_stays_unread(platform: Platform) -> None:
    platform.replay(fixture("inbox.yaml"))
    page = looked(platform, feed("reddit", "inbox"), REDDIT_ACCOUNT)
    assert [post.external_id for post in page.posts] == ["t1_m2", "t1_r1"]
    assert all("mark" not in seen.query for seen in platform.seen)
    assert not [seen for seen in platform.seen if seen.method == "POST" and seen.path != TOKEN]
    assert platform.asked(TOKEN)[0].form == {"grant_type": "password", "username": "northwind_care", "password": "a password"}


@pytest.mark.parametrize("options", [{}, {"username": "u/northwind_care"}])
def test_a_timeline_is_what_our_accounts_wrote(platform: Platform, options: dict[str, str]) -> None:
    platform.always("/user/northwind_care/comments/", listing([comment(1, 1_795_166_000)]))
    platform.always("/user/northwind_care/submitted/", listing([]))
    ours = () if options else ("northwind_care",)
    page = looked(platform, feed("reddit", "timeline", own=ours, **options), REDDIT_ACCOUNT)
    assert len(page.posts) == 1
    assert {seen.path for seen in platform.seen} > {"/user/northwind_care/comments/", "/user/northwind_care/submitted/"}


def test_a_refresh_token_goes_before_a_password(platform: Platform) -> None:
    platform.replay(fixture("inbox.yaml"))
    looked(platform, feed("reddit", "inbox"), {**REDDIT_APP, "refresh_token": "refresh"})
    assert platform.asked(TOKEN)[0].form == {"grant_type": "refresh_token", "refresh_token": "refresh"}


def test_a_token_lasts_from_one_look_to_the_next(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    source = RedditSource(settings(platform, "reddit", REDDIT_APP))
    cursor = source.fetch(FEED, None).cursor
    source.fetch(FEED, cursor)
    assert len(platform.asked(TOKEN)) == 1


def test_threads_that_look_at_once_do_not_share_a_client(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    source = RedditSource(settings(platform, "reddit", REDDIT_APP))
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(len(source.fetch(FEED, None).posts))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [4] * 8


def test_the_user_agent_names_the_account_or_is_the_operators_own(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    looked(platform, FEED, REDDIT_ACCOUNT)
    looked(platform, FEED, REDDIT_APP, user_agent="northwind desk 1.0")
    agents = [seen.headers["user-agent"] for seen in platform.asked(SEARCH)]
    assert "by u/northwind_care)" in agents[0]
    assert agents[1].startswith("northwind desk 1.0")


def test_a_limit_that_runs_low_is_told_and_never_slept_off(platform: Platform) -> None:
    low = as_json({"data": {"children": []}}, x_ratelimit_remaining="0.0", x_ratelimit_used="600", x_ratelimit_reset="500")
    platform.always(SEARCH, low)
    source = RedditSource(settings(platform, "reddit", REDDIT_APP))
    pages = [source.fetch(FEED, None) for _ in range(2)]  # prawcore itself would sleep 500 s before the second
    for page in pages:
        assert page.limits is not None
        assert page.limits.remaining == 0
        assert page.retry_at is not None
        assert timedelta(seconds=400) < page.retry_at - datetime.now(UTC) <= timedelta(seconds=500)


def test_a_token_that_ran_out_is_replaced_once(platform: Platform) -> None:
    platform.replay(fixture("search.yaml"))
    platform.then(
        SEARCH, as_json({"message": "Unauthorized", "error": 401}, 401, www_authenticate='Bearer realm="reddit", error="invalid_token"')
    )
    assert len(looked(platform).posts) == 4
    assert len(platform.asked(TOKEN)) == 2


def test_a_token_that_is_refused_again_is_a_matter_for_a_person(platform: Platform) -> None:
    platform.always(SEARCH, as_json({"error": 401}, 401, www_authenticate="Basic something odd"))
    with pytest.raises(Unauthorized, match="does not accept"):
        looked(platform)
    assert len(platform.asked(SEARCH)) == 2


FAULTS: list[tuple[str, Reply, type[SourceError], str]] = [
    ("500", as_json({}, 500), Unavailable, "500"),
    ("503", html(503), Unavailable, "503"),
    ("520", html(520), Unavailable, "520"),
    ("522", html(522), Unavailable, "522"),
    ("private", as_json({"reason": "private", "message": "Forbidden", "error": 403}, 403), Refused, "r/northwind.*private"),
    ("scope", as_json({}, 403, www_authenticate='Bearer realm="reddit", error="insufficient_scope"'), Unauthorized, "scope is missing"),
    ("banned", as_json({"reason": "banned", "message": "Not Found", "error": 404}, 404), Refused, "r/northwind.*banned"),
    (
        "no such",
        Reply(302, headers={"location": "https://www.reddit.com/subreddits/search.json?q=northwind"}),
        Refused,
        "no such subreddit",
    ),
    ("elsewhere", Reply(302, headers={"location": "https://www.reddit.com/over18"}), Refused, "elsewhere"),
    ("nowhere", Reply(301), Refused, "elsewhere"),
    ("log in", Reply(302, headers={"location": "https://www.reddit.com/login/?dest=x"}), Unauthorized, "needs an account"),
    ("legal", Reply(451), Refused, "451"),
    (
        "bad request",
        as_json({"message": "Bad Request", "explanation": "no such sort", "fields": [], "reason": "X"}, 400),
        Refused,
        "no such sort",
    ),
    ("special", Reply(415, b"<html>no"), Refused, "415"),
    ("HTML", html(), Malformed, "no JSON"),
    ("empty", EMPTY, Malformed, "empty"),
    ("no content", Reply(204), Malformed, "empty"),
    ("half", Reply(body=b'{"kind": "Listing", "data": {"children": ['), Malformed, "no JSON"),
    ("no listing", as_json({"kind": "more"}), Malformed, "no listing"),
    ("cut", CUT, Unavailable, "broke"),
    ("drop", DROP, Unavailable, "broke"),
    ("hang", HANG, Unavailable, "in time"),
    ("trickle", TRICKLE, Unavailable, "in time"),
]


@pytest.mark.parametrize(("fault", "error", "said"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_each_fault_becomes_the_error_that_says_what_to_do(platform: Platform, fault: Reply, error: type[SourceError], said: str) -> None:
    platform.always(SEARCH, fault)
    with pytest.raises(SourceError, match=said) as caught:
        RedditSource(settings(platform, "reddit", REDDIT_APP, timeout=0.4)).fetch(FEED, None)
    assert type(caught.value) is error
    # prawcore itself would ask three times. The connection was kept since the token came: one that breaks off is asked once more.
    assert len(platform.asked(SEARCH)) == (2 if fault is DROP else 1)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry_after": "4"}, 4),
        ({"x_ratelimit_reset": "200", "x_ratelimit_remaining": "0", "x_ratelimit_used": "600"}, 200),
        ({}, None),
        ({"retry_after": "soon"}, None),
    ],
    ids=str,
)
def test_a_limit_says_until_when_where_reddit_says_it(platform: Platform, headers: dict[str, str], wait: int | None) -> None:
    platform.always(SEARCH, as_json({"message": "Too Many Requests", "error": 429}, 429, **headers))
    with pytest.raises(RateLimited) as caught:
        looked(platform)
    retry_at = caught.value.retry_at
    assert (retry_at is None) is (wait is None)
    assert retry_at is None or timedelta(0) < retry_at - datetime.now(UTC) <= timedelta(seconds=wait or 0)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (as_json({"error": "invalid_grant"}), Unauthorized, "invalid_grant"),
        (
            as_json({"error": "unauthorized_client", "error_description": "Only script apps may use password auth"}),
            Unauthorized,
            "script apps",
        ),
        (as_json({"message": "Unauthorized", "error": 401}, 401), Unauthorized, "Unauthorized"),
        (as_json({"error": 400}, 400), Unauthorized, "400"),
        (as_json({"message": "Too Many Requests", "error": 429}, 429), RateLimited, "Too Many"),
        (as_json({}, 503), Unavailable, "503"),
        (html(), Malformed, "token"),
        (as_json({"access_token": "x"}), Malformed, "token"),
        (as_json([1]), Malformed, "token"),
        (Reply(302, headers={"location": "https://elsewhere.example/"}), Refused, "elsewhere"),
        (HANG, Unavailable, "in time"),
    ],
)
def test_a_token_that_is_not_given_says_why(answer: Reply, error: type[SourceError], said: str) -> None:
    with Platform() as platform:
        platform.always(TOKEN, answer, method="POST")
        with pytest.raises(SourceError, match=said) as caught:
            RedditSource(settings(platform, "reddit", REDDIT_ACCOUNT, timeout=0.4)).fetch(FEED, None)
    assert isinstance(caught.value, error)
    assert "a password" not in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "secrets", "error", "said"),
    [
        (FEED, {"client_secret": "secret"}, Unauthorized, "CARELINE_MAIN_CLIENT_ID"),
        (feed("reddit", "search", " "), REDDIT_APP, Refused, "needs a query"),
        (feed("reddit", "subreddit"), REDDIT_APP, Refused, "option subreddits"),
        (feed("reddit", "subreddit", "(a OR", subreddits="a"), REDDIT_APP, Refused, "query cannot be read"),
        (feed("reddit", "stream"), REDDIT_APP, Refused, "search, subreddit, inbox"),
        (feed("reddit", "timeline", own=()), REDDIT_APP, Refused, "option username"),
        (feed("reddit", "timeline", username="../me"), REDDIT_APP, Refused, "the name of an account"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_sent(
    platform: Platform, spec: FeedSpec, secrets: dict[str, str], error: type[SourceError], said: str
) -> None:
    with pytest.raises(error, match=said):
        looked(platform, spec, secrets)
    assert platform.seen == []


def test_a_praw_ini_beside_us_changes_nothing(platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "praw.ini").write_text("[DEFAULT]\nclient_id=other\nusername=other\npassword=other\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("praw_site", "nowhere")
    monkeypatch.setenv("praw_refresh_token", "other")
    platform.replay(fixture("search.yaml"))
    assert len(looked(platform).posts) == 4
    assert platform.asked(TOKEN)[0].form == {"grant_type": "client_credentials"}


def test_a_kept_item_is_read_again(platform: Platform) -> None:
    platform.replay(fixture("comments.yaml"))
    source = RedditSource(settings(platform, "reddit", REDDIT_APP))
    spec = feed("reddit", "subreddit", subreddits="northwind", parts="comments")
    page = source.fetch(spec, None)
    assert source.reread(json.dumps(page.posts[0].raw).encode(), spec) == page.posts[0]
    for payload in (page.rejects[0].raw, b"\xff", b"[]"):
        with pytest.raises(Malformed):
            source.reread(payload, spec)
    assert not platform.asked(COMMENTS)[1:]


@pytest.mark.parametrize("answer", [Reply(403), html(403), as_json({"error": 403}, 403)], ids=["bare", "page", "no reason"])
@pytest.mark.parametrize(
    ("options", "said"), [({"approval": "4711"}, "reference 4711"), ({}, "no approval is noted")], ids=["noted", "not noted"]
)
def test_a_refusal_without_a_reason_is_missing_access(platform: Platform, answer: Reply, options: dict[str, str], said: str) -> None:
    platform.always(SEARCH, answer)
    with pytest.raises(Refused, match=f"does not let this key in.*{said}"):
        RedditSource(settings(platform, "reddit", REDDIT_APP, options=options)).fetch(FEED, None)
