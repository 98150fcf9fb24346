"""Direct messages on X: read up to the last one seen, written once into a conversation that is there, looked for when nobody knows."""

import json
from typing import Any

import pytest

from desk.post import OutgoingReply, PostMedia, Spent
from listener.source import Malformed, OutcomeUnknown, Refused, Rejected, Unauthorized, Unavailable
from listener.sources.x.replier import XReplier
from listener.sources.x.source import XSource
from storage.words import Capability, MediaKind
from tests.support.platforms import SENT_AT, X_ACCOUNT, X_APP, feed, reply, settings
from tests.support.replay import CUT, DROP, Platform, as_json, problem
from tests.support.x_platform import Messages, id_of

EVENTS = "/2/dm_events"
CONVERSATION = "/2/dm_conversations/501-7001/dm_events"
WRITE = "/2/dm_conversations/501-7001/messages"
TEXT = "Thank you, we look at it now. ^MK"


def source(platform: Platform, secrets: dict[str, str] | None = None) -> XSource:
    return XSource(settings(platform, "x", secrets or X_ACCOUNT))


def replier(platform: Platform) -> XReplier:
    return XReplier(settings(platform, "x", X_ACCOUNT, timeout=1.0))


def private(text: str = TEXT, **changes: Any) -> OutgoingReply:
    return reply("x", id_of(1), text, **{"is_private": True, "thread_id": "501-7001", "author_id": "501", **changes})


def test_a_message_is_a_private_post_of_its_conversation(platform: Platform) -> None:
    Messages(platform).arrive(1, "my number is 4471 &amp; it is urgent")
    page = source(platform).fetch(feed("x", "direct"), None)
    (found,) = page.posts
    assert (found.is_private, found.kind, found.thread_id, found.parent_id) == (True, "direct_message", "501-7001", None)
    assert (found.text, found.author.external_id, found.author.handle, found.author.reach) == (
        "my number is 4471 & it is urgent",
        "501",
        "ada",
        12,
    )
    assert (found.capability, found.addressed) == (Capability.API, ("northwind",))
    assert found.url == f"https://x.com/messages/501-7001#{id_of(1)}"
    assert page.costs == (Spent("direct_read", 1, 10_000), Spent("user_read", 1, 10_000))


def test_it_asks_as_the_account_and_with_parameters_that_x_knows(platform: Platform) -> None:
    Messages(platform).arrive(1, "hello")
    source(platform).fetch(feed("x", "direct"), json.dumps({"since_id": id_of(0), "until_id": id_of(5), "newest_id": id_of(4)}))
    (asked,) = platform.asked(EVENTS)
    assert asked.headers["authorization"].startswith("OAuth ")
    assert asked.query["event_types"] == "MessageCreate"
    assert not asked.query.keys() & {"since_id", "until_id"}


def test_all_pages_are_read_back_to_the_last_one_seen_and_none_twice(platform: Platform) -> None:
    messages = Messages(platform, size=3)
    for number in range(1, 9):
        messages.arrive(number, f"message {number}")
    first = source(platform).fetch(feed("x", "direct"), None)
    assert [post.text for post in first.posts] == [f"message {number}" for number in range(8, 0, -1)]
    for number in range(9, 14):
        messages.arrive(number, f"message {number}")
    second = source(platform).fetch(feed("x", "direct"), first.cursor)
    assert sorted(post.external_id for post in second.posts) == [id_of(number) for number in range(9, 14)]
    third = source(platform).fetch(feed("x", "direct"), second.cursor)
    assert third.posts == ()


def test_our_own_message_comes_as_ours(platform: Platform) -> None:
    Messages(platform).arrive(1, TEXT, sender="7001")
    (found,) = source(platform).fetch(feed("x", "direct"), None).posts
    assert (found.author.external_id, found.author.handle) == ("7001", "northwind")


def test_of_several_accounts_the_message_answers_the_one_whose_keys_these_are(platform: Platform) -> None:
    Messages(platform).arrive(1, "hello")
    platform.always("/2/users/me", as_json({"data": {"id": "7001", "username": "Northwind"}}))
    page = source(platform).fetch(feed("x", "direct", own=("northwind", "northwind_uk")), None)
    assert page.posts[0].addressed == ("northwind",)


def test_an_app_without_an_account_is_told_what_to_set(platform: Platform) -> None:
    with pytest.raises(Unauthorized, match="account's own keys"):
        source(platform, X_APP).fetch(feed("x", "direct"), None)
    assert platform.seen == []


def test_a_conversation_of_several_people_is_answered_by_hand(platform: Platform) -> None:
    Messages(platform).arrive(1, "hello all", conversation="1585094756761149440")
    (found,) = source(platform).fetch(feed("x", "direct"), None).posts
    assert found.capability is Capability.LINK
    assert "several people" in found.capability_reason


def test_what_is_no_message_is_left_out_and_a_broken_one_blocks_nothing(platform: Platform) -> None:
    messages = Messages(platform)
    messages.arrive(1, "hello")
    messages.arrive(2, "", event_type="ParticipantsJoin")
    messages.arrive(3, "nobody said this", sender="")
    messages.events.insert(0, {"id": id_of(4), "event_type": "MessageCreate", "text": "no conversation", "sender_id": "501"})
    page = source(platform).fetch(feed("x", "direct"), None)
    assert [post.text for post in page.posts] == ["hello"]
    assert len(page.rejects) == 2


def test_a_picture_in_a_message_is_noted(platform: Platform) -> None:
    messages = Messages(platform)
    event = messages.arrive(1, "look", attachments={"media_keys": ["3_1"]})
    shown = [{"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.com/dm/1.jpg"}]
    platform.then(EVENTS, as_json({"data": [event], "includes": {"media": shown}, "meta": {}}))
    (found,) = source(platform).fetch(feed("x", "direct"), None).posts
    assert found.media == (PostMedia(MediaKind.PICTURE, "https://pbs.twimg.com/dm/1.jpg"),)


def test_a_kept_message_is_read_again(platform: Platform) -> None:
    Messages(platform).arrive(1, "hello")
    (found,) = source(platform).fetch(feed("x", "direct"), None).posts
    again = source(platform).reread(json.dumps(found.raw).encode(), feed("x", "direct"))
    assert (again.text, again.author, again.is_private) == (found.text, found.author, True)


@pytest.mark.parametrize("body", ["[]", '"x"', '{"dataset": 3}'])
def test_an_answer_of_another_form_is_malformed(body: str, platform: Platform) -> None:
    platform.always(EVENTS, as_json(json.loads(body)))
    with pytest.raises(Malformed):
        source(platform).fetch(feed("x", "direct"), None)


@pytest.mark.parametrize("body", ['{"data": 3}', '{"meta": {"result_count": 0}}', '{"data": [], "meta": null}'])
def test_an_answer_without_messages_is_empty(body: str, platform: Platform) -> None:
    platform.always(EVENTS, as_json(json.loads(body)))
    assert source(platform).fetch(feed("x", "direct"), None).posts == ()


def test_x_refusing_the_right_to_read_messages_says_so(platform: Platform) -> None:
    platform.always(
        EVENTS, problem(403, "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.")
    )
    with pytest.raises(Refused, match="permissions"):
        source(platform).fetch(feed("x", "direct"), None)


def test_a_private_reply_is_written_once_into_its_conversation(platform: Platform) -> None:
    messages = Messages(platform)
    messages.arrive(1, "hello")
    sent = replier(platform).send(private())
    assert messages.written == [("501-7001", TEXT)]
    assert sent.external_id == id_of(1001)
    assert sent.url == f"https://x.com/messages/501-7001#{id_of(1001)}"
    assert sent.costs == (Spent("direct_write", 1, 15_000),)
    assert [seen.path for seen in platform.seen if seen.method == "POST"] == [WRITE]


@pytest.mark.parametrize("fault", [DROP, CUT, problem(503, "over capacity"), as_json({}, 201)])
def test_a_private_reply_that_may_stand_there_is_unknown(fault: Any, platform: Platform) -> None:
    Messages(platform).arrive(1, "hello")
    platform.then(WRITE, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(private())


def test_a_customer_who_takes_no_messages_any_more_is_a_refusal(platform: Platform) -> None:
    Messages(platform).arrive(1, "hello")
    platform.then(WRITE, problem(403, "You cannot send messages to this user."), method="POST")
    with pytest.raises(Rejected, match="cannot send"):
        replier(platform).send(private())


def test_an_uncertain_private_reply_is_found_in_its_conversation(platform: Platform) -> None:
    messages = Messages(platform)
    messages.arrive(1, TEXT, sender="501")
    messages.arrive(5, f"{TEXT} https://t.co/abc", sender="7001")
    found = replier(platform).find(private(f"{TEXT} https://northwind.example/help"))
    assert found is not None
    assert found.external_id == id_of(5)
    assert found.costs == (Spent("direct_write", 1, 15_000),)


def test_one_that_is_surely_not_there_is_none_and_an_older_equal_one_is_not_it(platform: Platform) -> None:
    messages = Messages(platform)
    messages.arrive(1, TEXT, sender="7001", created_at="2026-11-19T12:00:00.000Z")
    messages.arrive(2, "hello")
    assert replier(platform).find(private(queued_at=SENT_AT)) is None


def test_a_conversation_that_cannot_be_read_to_its_beginning_leaves_it_unknown(platform: Platform) -> None:
    messages = Messages(platform, size=1)
    for number in range(1, 9):
        messages.arrive(number, f"message {number}")
    with pytest.raises(Unavailable, match="could not be read"):
        replier(platform).find(private())


def test_a_public_reply_never_goes_the_private_way(platform: Platform) -> None:
    messages = Messages(platform)
    messages.arrive(1, "hello")
    platform.always("/2/tweets", as_json({"data": {"id": id_of(9), "text": TEXT}}, 201), method="POST")
    replier(platform).send(private(is_private=False))
    assert messages.written == []
