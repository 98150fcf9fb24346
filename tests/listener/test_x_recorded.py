"""Answers that X really gave to tweepy, given to it again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from listener.sources.x.parse import Reader, read_page
from listener.sources.x.replier import XReplier
from listener.sources.x.source import XSource
from storage.words import Capability
from tests.support.platforms import X_ACCOUNT, X_APP, feed, reply, settings
from tests.support.replay import RECORDED, Platform, plain, read_cassette

FOLDER = RECORDED / "x"

pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded traffic of X is not here: ../shared/data/recorded"),
]


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.replay(*sorted(FOLDER.glob("*.yaml")))
        yield opened


def recorded_ids(name: str) -> list[str]:
    (_, answer), *_ = read_cassette(FOLDER / name)
    return [item["id"] for item in json.loads(plain(answer))["data"]]


@pytest.mark.parametrize(
    ("kind", "query", "name"),
    [
        ("search", "Tweepy", "test_client_search_recent_tweets.yaml"),
        ("mentions", "", "test_client_get_users_mentions.yaml"),
        ("timeline", "", "test_client_get_users_tweets.yaml"),
    ],
)
def test_each_kind_of_feed_reads_every_recorded_post_and_then_nothing_new(platform: Platform, kind: str, query: str, name: str) -> None:
    source = XSource(settings(platform, "x", X_APP))
    spec = feed("x", kind, query, own=("twitter",), user_id="783214")
    page = source.fetch(spec, None)
    assert [post.external_id for post in page.posts] == recorded_ids(name)
    assert page.rejects == ()
    assert all(post.posted_at.year == 2022 for post in page.posts)
    assert json.loads(page.cursor or "") == {"since_id": max(recorded_ids(name), key=int)}
    again = source.fetch(spec, page.cursor)
    assert again.cursor == page.cursor


def test_recorded_mentions_can_be_answered_and_a_search_result_cannot(platform: Platform) -> None:
    source = XSource(settings(platform, "x", X_APP))
    mentions = source.fetch(feed("x", "mentions", own=("twitter",), user_id="783214"), None)
    found = source.fetch(feed("x", "search", "Tweepy", own=("twitter",)), None)
    assert {post.capability for post in mentions.posts} == {Capability.API}
    assert {post.capability for post in found.posts} == {Capability.LINK}
    assert found.posts[0].posted_at.replace(microsecond=0) == datetime(2022, 10, 7, 22, 42, 12, tzinfo=UTC)


def test_a_recorded_post_is_taken_as_sent(platform: Platform) -> None:
    sent = XReplier(settings(platform, "x", X_ACCOUNT)).send(reply("x", "1456012973835788000"))
    assert sent.url == "https://x.com/northwind/status/1456012973835788293"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*tweet*.yaml")), ids=lambda file: file.stem)
def test_every_recorded_answer_with_posts_is_read_whole(file: Path) -> None:
    for (method, _, _), answer in read_cassette(file):
        document = json.loads(plain(answer))
        items = document["data"] if isinstance(document.get("data"), list) else [document["data"]]
        if method == "GET":
            page = read_page(plain(answer), Reader())
            assert [post.external_id for post in page.posts] == [item["id"] for item in items]
            assert page.rejects == ()
