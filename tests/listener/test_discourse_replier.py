"""Answers on Discourse over loopback: sent, found again, reworded, taken back, and which error each fault becomes."""

import json
from typing import Any

import pytest

from listener.source import OutcomeUnknown, RateLimited, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.discourse.replier import DiscourseReplier
from tests.support.discourse_look import INVALID, KEY, NOW, settings
from tests.support.discourse_platform import GONE, NEWEST, Forum
from tests.support.platforms import reply
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Reply, as_json, html

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
