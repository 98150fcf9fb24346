"""Bluesky's private messages: read to their end over many looks, private, answered in their own conversation, never a new one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.post import FeedSpec, Page
from listener.deliver import _may_repeat
from listener.source import OutcomeUnknown, RateLimited, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.bluesky.conversations import MOST_REFUSALS
from listener.sources.bluesky.direct import moment_of_tid, read_message
from listener.sources.bluesky.replier import BlueskyReplier
from listener.sources.bluesky.source import BlueskySource
from storage.words import Capability
from tests.support.bluesky_chat import ACCEPT, CONVO, CONVOS, MESSAGES, SEND, Chat, tid
from tests.support.bluesky_platform import ADA, MINUTE, NOON, OWN, Network, at, problem
from tests.support.platforms import feed, reply, settings
from tests.support.replay import CUT, DROP, HANG, Platform, Reply, as_json

SECRETS = {"handle": "northwind.bsky.social", "app_password": "app-password"}
DIRECT = feed("bluesky", "direct")
LATER = NOON + 120 * MINUTE


@pytest.fixture
def chat(platform: Platform) -> Chat:
    return Chat(platform, Network(platform))


def source(platform: Platform, now: datetime = LATER) -> BlueskySource:
    return BlueskySource(settings(platform, "bluesky", SECRETS, timeout=1.0), clock=lambda: now)


def texts(page: Page) -> set[str]:
    return {one.text for one in page.posts}


def looks(platform: Platform, spec: FeedSpec = DIRECT, cursor: str | None = None) -> tuple[set[str], Page]:
    """All texts that looks bring until one says that nothing is left."""
    found: set[str] = set()
    for _ in range(20):
        page = source(platform).fetch(spec, cursor)
        found |= texts(page)
        cursor = page.cursor
        if not page.more:
            return found, page
    raise AssertionError("the looks do not end")


def test_a_message_is_a_private_post_of_its_conversation(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "My order 4471 is lost")
    (post,) = source(platform).fetch(DIRECT, None).posts
    assert (post.is_private, post.thread_id, post.external_id) == (True, CONVO, f"{CONVO}/3m00000000001")
    assert (post.author.external_id, post.author.handle, post.addressed) == (ADA, "ada.bsky.social", ("northwind.bsky.social",))
    assert post.posted_at == NOON + MINUTE
    assert post.capability is Capability.API
    assert {seen.headers["atproto-proxy"] for seen in platform.asked(CONVOS)} == {"did:web:api.bsky.chat#bsky_chat"}


def test_the_next_look_asks_only_for_conversations_that_went_on(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "one", convo="3a")
    chat.arrive(2, "two", convo="3b")
    first = source(platform).fetch(DIRECT, None)
    assert texts(first) == {"one", "two"}
    chat.arrive(3, "three", convo="3b")
    before = len(platform.asked(MESSAGES))
    second = source(platform).fetch(DIRECT, first.cursor)
    assert [seen.query["convoId"] for seen in platform.asked(MESSAGES)[before:]] == ["3b"]
    assert "three" in texts(second)
    assert source(platform).fetch(DIRECT, second.cursor).posts == ()


def test_what_an_account_said_before_anybody_wrote_to_it_is_left_out(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "Buy our new lift", by=OWN)
    chat.arrive(2, "No, but mine is broken")
    chat.arrive(3, "Which one is it?", by=OWN)
    chat.arrive(4, "Buy our new lift", by=OWN, convo="3cold")
    assert texts(source(platform).fetch(DIRECT, None)) == {"No, but mine is broken", "Which one is it?"}


def test_long_conversations_are_read_to_their_end(platform: Platform, chat: Chat) -> None:
    chat.size = 3
    for number in range(1, 21):
        chat.arrive(number, f"message {number}", convo=f"3{number % 5}")
    found, page = looks(platform, feed("bluesky", "direct", page_size=3, max_pages=1))
    assert found == {f"message {number}" for number in range(1, 21)}
    assert "left" not in json.loads(page.cursor or "")


def test_a_fault_in_the_middle_keeps_what_was_read_and_the_rest_comes_with_the_next_look(platform: Platform, chat: Chat) -> None:
    chat.size = 2
    for number in range(1, 6):
        chat.arrive(number, f"message {number}")
    answers: Any = platform._standing["GET", MESSAGES]
    asked: list[int] = []

    def breaks_once(seen: Any) -> Reply:
        asked.append(1)
        return problem(429, "RateLimitExceeded", "Rate Limit Exceeded", retry_after="30") if len(asked) == 2 else answers(seen)

    platform.always(MESSAGES, breaks_once)
    page = source(platform).fetch(DIRECT, None)
    assert texts(page) == {"message 4", "message 5"}
    assert "a conversation was not read to its end" in page.detail
    assert page.more
    assert texts(source(platform).fetch(DIRECT, page.cursor)) == {"message 1", "message 2", "message 3"}


def test_a_place_between_two_pages_that_is_lost_is_read_from_the_newest_again(platform: Platform, chat: Chat) -> None:
    chat.size = 2
    for number in range(1, 4):
        chat.arrive(number, f"message {number}")
    platform.then(MESSAGES, as_json({"messages": [dict(chat.said[CONVO][2])], "cursor": "9"}), DROP)
    first = source(platform).fetch(DIRECT, None)
    chat.lost_cursors = {"9"}
    assert texts(source(platform).fetch(DIRECT, first.cursor)) == {"message 1", "message 2", "message 3"}


def test_a_conversation_that_may_not_be_read_stops_no_other(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "one", convo="3a")
    chat.arrive(2, "two", convo="3b")
    platform.then(MESSAGES, problem(400, "InvalidConvo", "Convo not found"))
    page = source(platform).fetch(DIRECT, None)
    assert texts(page) == {"one"}
    assert "a conversation cannot be read" in page.detail
    assert not page.more


def test_a_conversation_that_was_refused_is_asked_for_again_and_in_the_end_no_more(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "one")
    platform.then(MESSAGES, *[problem(403, "Forbidden")] * 3)
    cursor = None
    for _ in range(3):
        page = source(platform).fetch(DIRECT, cursor)
        cursor = page.cursor
        assert (page.posts, page.more) == ((), False)
    assert texts(source(platform).fetch(DIRECT, cursor)) == {"one"}
    platform.always(MESSAGES, problem(403, "Forbidden"))
    while "a conversation cannot be read" in page.detail:
        page = source(platform).fetch(DIRECT, page.cursor)
    assert len(platform.asked(MESSAGES)) == 3 + 1 + MOST_REFUSALS - 3 + 1


def test_a_group_is_answered_in_blueskys_own_app(platform: Platform, chat: Chat) -> None:
    chat.members[CONVO] = [OWN, ADA, "did:plc:third"]
    chat.arrive(1, "all of us wait")
    (post,) = source(platform).fetch(DIRECT, None).posts
    assert post.capability is Capability.LINK
    assert "several people" in post.capability_reason


def test_deleted_and_system_messages_are_none_and_bad_ones_block_nothing(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "one")
    chat.arrive(2, "", **{"$type": "chat.bsky.convo.defs#deletedMessageView"})
    chat.arrive(3, "", **{"$type": "chat.bsky.convo.defs#systemMessageView"})
    chat.arrive(4, "", sentAt="never")
    page = source(platform).fetch(DIRECT, None)
    assert texts(page) == {"one"}
    assert [one.error for one in page.rejects] == ["ValueError: the message has no id, no conversation, or no instant"]


def test_an_app_password_without_the_permission_says_which_one_is_needed(platform: Platform, chat: Chat) -> None:
    chat.scoped = False
    with pytest.raises(Unauthorized, match="app password with access to direct messages"):
        source(platform).fetch(DIRECT, None)
    assert len(platform.asked(CONVOS)) == 1


def test_a_kept_message_can_be_read_again(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "one")
    (post,) = source(platform).fetch(DIRECT, None).posts
    assert source(platform).reread(json.dumps(post.raw).encode(), DIRECT) == post


def answering(text: str = "It leaves today", **changes: Any) -> Any:
    given = {"thread_id": CONVO, "is_private": True, "author_handle": "ada.bsky.social", "author_id": ADA}
    return reply("bluesky", f"{CONVO}/3m00000000001", text, **{**given, **changes})


def replier(platform: Platform) -> BlueskyReplier:
    return BlueskyReplier(settings(platform, "bluesky", SECRETS, timeout=1.0), clock=lambda: NOON)


def test_an_answer_goes_into_its_conversation_which_is_taken_up(platform: Platform, chat: Chat) -> None:
    chat.arrive(1, "My order is lost")
    sent = replier(platform).send(answering("See https://acme.example"))
    (asked,) = platform.asked(SEND)
    told = json.loads(asked.body)
    assert (told["convoId"], told["message"]["text"]) == (CONVO, "See https://acme.example")
    assert told["message"]["facets"][0]["features"][0]["uri"] == "https://acme.example"
    assert chat.accepted == [CONVO]
    assert sent.external_id == f"{CONVO}/{chat.said[CONVO][-1]['id']}"
    ours = next(post for post in source(platform, NOON + 5000 * MINUTE).fetch(DIRECT, None).posts if post.author.external_id == OWN)
    assert ours.external_id == sent.external_id


@pytest.mark.parametrize("fault", [HANG, CUT, DROP, problem(502, "UpstreamFailure")], ids=["hang", "cut", "drop", "502"])
def test_an_answer_whose_fate_is_unknown_is_looked_for_and_not_sent_again(platform: Platform, chat: Chat, fault: Reply) -> None:
    chat.arrive(1, "My order is lost")
    platform.then(SEND, fault, method="POST")
    mine = replier(platform)
    with pytest.raises(OutcomeUnknown):
        mine.send(answering())
    assert not _may_repeat(mine, answering())
    assert _may_repeat(mine, answering(is_private=False))
    assert mine.find(answering()) is None
    chat.arrive(2, "It leaves  today", by=OWN)
    found = mine.find(answering())
    assert found is not None
    assert found.external_id == f"{CONVO}/3m00000000002"


def test_only_our_own_words_since_the_reply_was_queued_are_found(platform: Platform, chat: Chat) -> None:
    chat.arrive(-60, "It leaves today", by=OWN)
    chat.arrive(1, "It leaves today")
    assert replier(platform).find(answering()) is None


def test_a_conversation_that_is_too_long_is_not_said_to_be_without_it(platform: Platform, chat: Chat) -> None:
    chat.size = 1
    for number in range(1, 9):
        chat.arrive(number, f"message {number}")
    with pytest.raises(Unavailable):
        replier(platform).find(answering())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(400, "InvalidRequest", "recipient has disabled incoming messages"), Rejected),
        (problem(429, "RateLimitExceeded"), RateLimited),
        (problem(400, "InvalidToken", "Bad token scope"), Unauthorized),
        (as_json({}), OutcomeUnknown),
    ],
)
def test_each_refusal_says_what_to_do(platform: Platform, chat: Chat, answer: Reply, error: type[SourceError]) -> None:
    platform.always(SEND, answer, method="POST")
    with pytest.raises(error):
        replier(platform).send(answering())
    assert chat.said == {}


def test_nothing_is_sent_where_the_conversation_cannot_be_taken_up_for_now(platform: Platform, chat: Chat) -> None:
    platform.always(ACCEPT, DROP, method="POST")
    with pytest.raises(Unavailable):
        replier(platform).send(answering())
    assert platform.asked(SEND) == []
    assert chat.said == {}


def test_a_text_that_does_not_fit_is_not_sent(platform: Platform) -> None:
    with pytest.raises(Rejected):
        replier(platform).send(answering("a" * 1_001))
    assert platform.seen == []


@given(st.integers(1_610_000_000, 3_780_000_000))
def test_a_tid_names_its_instant(seconds: int) -> None:
    assert moment_of_tid(tid(datetime.fromtimestamp(seconds, UTC))) == seconds


JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.text(max_size=3), max_size=2)


@given(st.dictionaries(st.sampled_from(["id", "text", "sender", "sentAt", "embed", "facets"]), JUNK))
def test_whatever_comes_is_a_post_or_an_error_that_is_kept(changes: dict[str, Any]) -> None:
    message = {"id": "3m1", "text": "one", "sender": {"did": ADA}, "sentAt": at(1), **changes}
    try:
        post = read_message({"message": message, "convo": {"id": CONVO, "members": []}})
    except ValueError:
        return
    assert post.is_private
    assert post.thread_id == CONVO
