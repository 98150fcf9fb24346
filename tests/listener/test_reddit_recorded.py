"""Answers that Reddit really gave to praw and prawcore between 2016 and 2026, given to them again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desk.post import Page
from listener.source import Malformed, OutcomeUnknown, RateLimited, Refused, SourceError, Unauthorized, Unavailable
from listener.sources.reddit.client import RedditClient
from listener.sources.reddit.parse import read_children, read_listing
from listener.sources.reddit.replier import RedditReplier
from listener.sources.reddit.source import RedditSource
from tests.support.platforms import REDDIT_ACCOUNT, feed, reply, settings
from tests.support.replay import RECORDED, Platform, plain, read_cassette

FOLDER = RECORDED / "reddit"
FAULTS = RECORDED / "reddit-faults"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded traffic of Reddit is not here: ../shared/data/recorded"),
]

STREAM = "TestSubredditStreams.test_comments__with_continue_after_id.json"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def documents(file: Path) -> Iterator[Any]:
    for _, answer in read_cassette(file):
        try:
            yield json.loads(plain(answer))
        except ValueError:
            continue


def listings(document: Any) -> Iterator[Any]:
    for part in document if isinstance(document, list) else [document]:
        if isinstance(part, dict) and part.get("kind") == "Listing":
            yield part


@pytest.mark.parametrize(
    ("name", "kind", "query", "options", "count"),
    [
        ("TestInbox.test_mentions.json", "inbox", "", {"parts": "mentions"}, 16),
        ("TestInbox.test_mentions.json", "inbox", "", {}, 16),
        ("TestInbox.test_comment_replies.json", "inbox", "", {}, 64),
        ("TestSubreddit.test_search.json", "search", "praw oauth search", {}, 6),
        ("TestSubredditStreams.test_comments__with_pause.json", "subreddit", "", {"subreddits": "kakapo"}, 16),
        (STREAM, "subreddit", "", {"subreddits": "<TEST_SUBREDDIT>", "max_pages": 1}, 100),
        ("TestSubredditStreams.test_submissions.json", "subreddit", "", {"subreddits": "all", "parts": "submissions"}, 100),
    ],
)
def test_each_kind_of_feed_reads_what_was_recorded(
    platform: Platform, name: str, kind: str, query: str, options: dict[str, Any], count: int
) -> None:
    page = looked(platform, name, kind, query, options)
    assert len(page.posts) == count
    assert page.rejects == ()
    assert len({post.external_id for post in page.posts}) == count
    assert all(post.url.startswith("https://www.reddit.com/") and post.thread_id.startswith("t3_") for post in page.posts)


def looked(platform: Platform, name: str, kind: str, query: str, options: dict[str, Any], cursor: str | None = None) -> Page:
    platform.replay(FOLDER / name)
    source = RedditSource(settings(platform, "reddit", REDDIT_ACCOUNT))
    return source.fetch(feed("reddit", kind, query, **options), cursor)


def test_a_second_look_at_the_same_recording_finds_nothing_new(platform: Platform) -> None:
    options = {"subreddits": "kakapo", "parts": "comments"}
    first = looked(platform, "TestSubredditStreams.test_comments__with_pause.json", "subreddit", "", options)
    second = looked(platform, "TestSubredditStreams.test_comments__with_pause.json", "subreddit", "", options, first.cursor)
    assert second.posts == ()
    assert second.cursor == first.cursor


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem)
def test_every_recorded_listing_is_read_without_a_reject(file: Path) -> None:
    for document in documents(file):
        for part in listings(document):
            children = read_listing(part, now=NOW).children
            posts, rejects = read_children(children)
            assert rejects == ()
            assert len(posts) == sum(child["kind"] in {"t1", "t3"} for child in children)


@pytest.mark.parametrize(
    "name", ["TestComment.test_delete.json", "TestSubmission.test_delete.json", "TestComment.test_refresh__deleted_comment.json"]
)
def test_recorded_deletions_are_deletions(name: str) -> None:
    children = [
        child for document in documents(FOLDER / name) for part in listings(document) for child in read_listing(part, now=NOW).children
    ]
    gone = [post for post in read_children(children)[0] if post.deleted]
    assert gone
    assert {post.text for post in gone} == {""}


@pytest.mark.parametrize(
    ("name", "parent", "expected"),
    [
        ("TestComment.test_reply.json", "t1_d1616q2", "https://www.reddit.com/comments/4b1tfm/_/d1680wu/"),
        ("TestSubmission.test_reply.json", "t3_4b1tfm", "https://www.reddit.com/comments/4b1tfm/_/d162ara/"),
    ],
)
def test_a_recorded_reply_of_2016_has_its_link(platform: Platform, name: str, parent: str, expected: str) -> None:
    platform.replay(FOLDER / name)
    assert RedditReplier(settings(platform, "reddit", REDDIT_ACCOUNT)).send(reply("reddit", parent)).url == expected


@pytest.mark.parametrize("name", ["TestComment.test_reply__none.json", "TestSubmission.test_reply__none.json"])
def test_a_recorded_reply_that_reddit_does_not_show_is_unknown(platform: Platform, name: str) -> None:
    platform.replay(FOLDER / name)
    with pytest.raises(OutcomeUnknown):
        RedditReplier(settings(platform, "reddit", REDDIT_ACCOUNT)).send(reply("reddit", "t1_eear2ml"))


def recorded_fault(platform: Platform, name: str, secrets: dict[str, str]) -> Any:
    """Ask in the way that was recorded, through the client that sources and repliers use."""
    file = FAULTS / f"{name}.json"
    platform.replay(file)
    asked = [key for key, _ in read_cassette(file) if "access_token" not in key[1]]
    method, path, _ = asked[0] if asked else ("GET", "/", ())
    credential = settings(platform, "reddit", secrets).credentials["main"]
    client = RedditClient(credential, 5.0)
    return client.get(path) if method == "GET" else client.post(path, {})


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("TestSession.test_request__bad_gateway", Unavailable),
        ("TestSession.test_request__bad_json", Malformed),
        ("TestSession.test_request__cloudflare_connection_timed_out", Unavailable),
        ("TestSession.test_request__cloudflare_unknown_error", Unavailable),
        ("TestSession.test_request__forbidden", Refused),
        ("TestSession.test_request__gateway_timeout", Unavailable),
        ("TestSession.test_request__internal_server_error", Unavailable),
        ("TestSession.test_request__not_found", Refused),
        ("TestSession.test_request__redirect", Refused),
        ("TestSession.test_request__redirect_301", Refused),
        ("TestSession.test_request__service_unavailable", Unavailable),
        ("TestSession.test_request__too__many_requests__with_retry_headers", RateLimited),
        ("TestSession.test_request__too__many_requests__without_retry_headers", RateLimited),
        ("TestSession.test_request__unavailable_for_legal_reasons", Refused),
        ("TestSession.test_request__uri_too_long", Refused),
        ("TestSession.test_request__with_insufficient_scope", Unauthorized),
        ("TestSession.test_request__with_invalid_access_token", Unauthorized),
        ("TestScriptAuthorizer.test_refresh__with_invalid_otp", Unauthorized),
        ("TestScriptAuthorizer.test_refresh__with_invalid_username_or_password", Unauthorized),
        ("TestAuthorizer.test_refresh__with_invalid_token", Unauthorized),
    ],
)
def test_each_recorded_fault_becomes_the_error_that_says_what_to_do(platform: Platform, name: str, error: type[SourceError]) -> None:
    with pytest.raises(error):
        recorded_fault(platform, name, REDDIT_ACCOUNT)


def test_a_recorded_pause_of_four_seconds_is_told(platform: Platform) -> None:
    with pytest.raises(RateLimited) as caught:
        recorded_fault(platform, "TestSession.test_request__too__many_requests__with_retry_headers", REDDIT_ACCOUNT)
    assert caught.value.retry_at is not None


def test_a_recorded_401_is_followed_by_a_fresh_token_and_the_answer(platform: Platform) -> None:
    found = recorded_fault(platform, "TestSession.test_request__with_invalid_access_token__retry", REDDIT_ACCOUNT)
    assert len(read_children(read_listing(found, now=NOW).children)[0]) == 25
    assert len(platform.asked("/api/v1/access_token")) == 2


@pytest.mark.parametrize("file", sorted(FAULTS.glob("*.json")), ids=lambda file: file.stem)
def test_whatever_was_recorded_ends_in_an_answer_or_in_an_error_of_ours(platform: Platform, file: Path) -> None:
    platform.replay(file)
    client = RedditClient(settings(platform, "reddit", REDDIT_ACCOUNT).credentials["main"], 5.0)
    calls = [key[:2] for key, _ in read_cassette(file) if key[1].startswith(("/api/", "/r/", "/user/")) and "token" not in key[1]]
    for method, path in calls or [("GET", "/")]:
        assert isinstance(outcome(client, method, path), (dict, list, SourceError))


def outcome(client: RedditClient, method: str, path: str) -> Any:
    try:
        return client._request(method, path)
    except SourceError as error:
        return error
