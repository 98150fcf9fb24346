"""Reddit's private messages: private posts of their own conversation, answered there, looked for among what the account sent."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from desk.post import Page
from listener.sources.reddit.replier import RedditReplier
from listener.sources.reddit.source import RedditSource
from storage.words import Capability
from tests.support.platforms import REDDIT_ACCOUNT, SENT_AT, feed, reply, settings
from tests.support.reddit_platform import comment, listing, message
from tests.support.replay import FIXTURES, Platform, as_json

DIRECT = feed("reddit", "direct")
AT = SENT_AT.timestamp()
RECEIVED, SENT = "/message/messages", "/message/sent"


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.replay(FIXTURES / "reddit" / "token.yaml")
        opened.always(RECEIVED, listing([]))
        opened.always(SENT, listing([]))
        yield opened


def looked(platform: Platform, cursor: str | None = None) -> Page:
    return RedditSource(settings(platform, "reddit", REDDIT_ACCOUNT)).fetch(DIRECT, cursor)


def test_a_message_is_a_private_post_of_its_conversation(platform: Platform) -> None:
    platform.always(RECEIVED, listing([message(2, AT, first_message_name="t4_1", parent_id="t4_1"), message(1, AT - 60)]))
    page = looked(platform)
    assert {(post.external_id, post.thread_id, post.is_private) for post in page.posts} == {("t4_1", "t4_1", True), ("t4_2", "t4_1", True)}
    newest = next(post for post in page.posts if post.external_id == "t4_2")
    assert (newest.parent_id, newest.author.external_id, newest.capability) == ("t4_1", "t2_ada", Capability.API)
    assert newest.posted_at == datetime.fromtimestamp(AT, UTC)
    assert looked(platform, page.cursor).posts == ()


def test_our_own_answers_come_with_them(platform: Platform) -> None:
    platform.always(
        SENT, listing([message(3, AT, author="northwind_care", author_fullname="t2_own", dest="ada", first_message_name="t4_1")])
    )
    (post,) = looked(platform).posts
    assert (post.author.handle, post.thread_id, post.addressed) == ("northwind_care", "t4_1", ("ada",))


def test_what_moderators_and_reddit_write_is_no_customers_word(platform: Platform) -> None:
    others = [message(1, AT, subreddit="acme"), message(2, AT, author="reddit"), message(3, AT, author=None), comment(4, AT)]
    platform.always(RECEIVED, listing(others))
    page = looked(platform)
    assert (page.posts, page.rejects) == ((), ())


def test_a_bad_message_blocks_no_other_and_a_kept_one_is_read_again(platform: Platform) -> None:
    platform.always(RECEIVED, listing([message(2, AT, body=None), message(1, AT)]))
    page = looked(platform)
    assert ([post.external_id for post in page.posts], len(page.rejects)) == (["t4_1"], 1)
    (post,) = page.posts
    again = RedditSource(settings(platform, "reddit", REDDIT_ACCOUNT)).reread(json.dumps(post.raw).encode(), DIRECT)
    assert again == post


def test_what_cannot_be_told_apart_is_set_aside_and_a_comment_is_none(platform: Platform) -> None:
    platform.always(RECEIVED, listing([message(2, AT), None, "text", {"kind": "t4", "data": {"body": "lost"}}, comment(7, AT)]))
    page = looked(platform)
    assert [post.external_id for post in page.posts] == ["t4_2"]
    assert sorted(one.raw for one in page.rejects) == [b'"text"', b"null", b'{"kind": "t4", "data": {"body": "lost"}}']


def test_an_inbox_feed_shows_none_of_them(platform: Platform) -> None:
    platform.always("/message/mentions", listing([message(1, AT), comment(2, AT)]))
    platform.always("/message/comments/", listing([]))
    page = RedditSource(settings(platform, "reddit", REDDIT_ACCOUNT)).fetch(feed("reddit", "inbox"), None)
    assert [(post.external_id, post.is_private) for post in page.posts] == [("t1_2", False)]


def answering(**changes: Any) -> Any:
    return reply("reddit", "t4_2", "It leaves today", thread_id="t4_1", is_private=True, **changes)


def test_an_answer_goes_to_the_message_and_has_its_own_page(platform: Platform) -> None:
    ours = message(9, AT, author="northwind_care", first_message_name="t4_1")
    platform.always("/api/comment/", as_json({"json": {"errors": [], "data": {"things": [ours]}}}), method="POST")
    sent = RedditReplier(settings(platform, "reddit", REDDIT_ACCOUNT)).send(answering())
    (asked,) = platform.asked("/api/comment/")
    assert asked.form["thing_id"] == "t4_2"
    assert (sent.external_id, sent.url) == ("t4_9", "https://www.reddit.com/message/messages/9")


def test_an_answer_whose_fate_is_unknown_is_looked_for_among_what_was_sent(platform: Platform) -> None:
    mine = RedditReplier(settings(platform, "reddit", REDDIT_ACCOUNT))
    assert mine.find(answering()) is None
    platform.always(SENT, listing([message(9, AT, author="northwind_care", parent_id="t4_2", body="It leaves today")]))
    found = mine.find(answering())
    assert found is not None
    assert found.external_id == "t4_9"
