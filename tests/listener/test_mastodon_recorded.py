"""What real Mastodon servers (4.6 and 4.7) answered to Mastodon.py, replayed to the unmodified client. What is covered here has its test without them too."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from listener.sources.mastodon.parse import read_status
from listener.sources.mastodon.replier import MastodonReplier
from listener.sources.mastodon.source import MastodonSource
from tests.support.platforms import feed, reply, settings
from tests.support.replay import RECORDED, Platform, plain, read_cassette

FOLDER = RECORDED / "mastodon"
pytestmark = [
    pytest.mark.recorded,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the recorded traffic is not at {FOLDER}"),
]


def looked(platform: Platform, name: str, kind: str, query: str = "", **options: Any) -> Any:
    platform.replay(FOLDER / f"{name}.yaml")
    given = settings(platform, "mastodon", {"access_token": "a token"})
    return MastodonSource(given).fetch(feed("mastodon", kind, query, days=3650, **options), None)


@pytest.mark.parametrize("name", ["test_notifications", "test_notifications_mentions_only", "test_notifications_dismiss"])
def test_recorded_mentions_are_read(platform: Platform, name: str) -> None:
    page = looked(platform, name, "notifications")
    assert page.posts
    assert page.rejects == ()
    assert {post.addressed for post in page.posts} == {("mastodonpy_test",)}
    assert all(post.text.startswith("@mastodonpy_test") and post.author.handle for post in page.posts)
    assert page.limits is not None


def test_a_recorded_search_without_hits_says_what_servers_search(platform: Platform) -> None:
    page = looked(platform, "test_search", "search", "mastodonpy_test")
    assert page.posts == ()
    assert "full-text search" in page.detail


def test_recorded_pages_are_followed_to_their_end(platform: Platform) -> None:
    account = "117020565966271181"
    platform.replay(FOLDER / "test_fetch_next_previous_from_pagination_info.yaml")
    page = looked(platform, "test_get_pagination_info", "timeline")
    asked = platform.asked(f"/api/v1/accounts/{account}/statuses")
    assert len(asked) > 1
    assert len({post.external_id for post in page.posts}) == len(page.posts) >= 5
    assert page.rejects == ()


def test_a_recorded_reply_comes_back_with_its_address(platform: Platform) -> None:
    platform.replay(FOLDER / "test_status_reply.yaml")
    ((_, parent),) = [
        one for one in read_cassette(FOLDER / "test_status_reply.yaml") if one[0][0] == "POST" and b"finally" in plain(one[1])
    ][:1]
    asked = json.loads(plain(parent))
    platform.always(f"/api/v1/statuses/{asked['id']}", lambda _: parent)
    replier = MastodonReplier(settings(platform, "mastodon", {"access_token": "a token"}))
    sent = replier.send(reply("mastodon", asked["id"], "same!", author_id=asked["account"]["id"]))
    assert sent.external_id.isdigit()
    assert sent.url.startswith("http")


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct", "None"])
def test_recorded_visibilities_are_told_apart(visibility: str) -> None:
    (first, *_) = [
        plain(answer) for key, answer in read_cassette(FOLDER / f"test_status_post[Content warning-{visibility}].yaml") if key[0] == "POST"
    ]
    post = read_status(json.loads(first), root="", site="one.example")
    assert post.is_private is (visibility in {"private", "direct"})
    assert post.title == "Content warning"


def test_a_recorded_edit_has_its_time() -> None:
    answers = [json.loads(plain(answer)) for key, answer in read_cassette(FOLDER / "test_status_edit.yaml") if key[0] == "PUT"]
    post = read_status(answers[0], root="", site="one.example")
    assert post.edited_at is not None
    assert "Kate" in post.text


def statuses(given: Any) -> Iterator[dict[str, Any]]:
    """Every status within an answer, wherever it stands."""
    if isinstance(given, dict):
        if {"visibility", "account", "created_at", "content"} <= given.keys():
            yield given
        for inner in given.values():
            yield from statuses(inner)
    elif isinstance(given, list):
        for inner in given:
            yield from statuses(inner)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_status_that_was_recorded_is_read(file: Path) -> None:
    bodies = [plain(answer) for _, answer in read_cassette(file)]
    found = [one for body in bodies if body[:1] in {b"{", b"["} for one in statuses(json.loads(body))]
    posts = [read_status(one, root="", site="one.example") for one in found if not one.get("reblog")]
    assert all(post.external_id and post.author.handle for post in posts)
