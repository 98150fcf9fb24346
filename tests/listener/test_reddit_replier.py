"""Replies on Reddit: posted once, though prawcore would post again after a time-out, and said to be unknown whenever they may stand there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from listener.source import Malformed, OutcomeUnknown, RateLimited, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.reddit.replier import RedditReplier
from tests.support.platforms import REDDIT_ACCOUNT, REDDIT_APP, SENT_AT, reply, settings
from tests.support.reddit_platform import TOKEN, comment, listing
from tests.support.replay import CUT, DROP, EMPTY, FIXTURES, HANG, Platform, Reply, as_json, html

POST = "/api/comment/"
OWN = "/user/northwind_care/comments/"
TEXT = "We are on it, back within the hour. ^MK"
REPLY = reply("reddit", "t1_c5", TEXT, thread_id="t3_hub1")


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform() as opened:
        opened.replay(FIXTURES / "reddit" / "token.yaml")
        yield opened


def replier(platform: Platform, secrets: dict[str, str] | None = None) -> RedditReplier:
    return RedditReplier(settings(platform, "reddit", secrets or REDDIT_ACCOUNT, timeout=1.0))


def errors(*listed: Any) -> Reply:
    return as_json({"json": {"errors": list(listed), "data": {}}})


def test_a_reply_is_posted_once_and_its_link_comes_back(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "reply.yaml")
    sent = replier(platform).send(REPLY)
    (asked,) = platform.asked(POST)
    assert asked.form == {"api_type": "json", "text": TEXT, "thing_id": "t1_c5"}
    assert sent.external_id == "t1_n9"
    assert sent.url == "https://www.reddit.com/r/northwind/comments/hub1/lifts/n9/"


@pytest.mark.parametrize(
    ("thing", "url"),
    [
        ({"name": "t1_n9", "body": TEXT, "created_utc": 1, "link_id": "t3_hub1"}, "https://www.reddit.com/comments/hub1/_/n9/"),
        ({"id": "n9"}, "https://www.reddit.com/comments/hub1/_/n9/"),
    ],
    ids=["2016", "bare"],
)
def test_an_answer_without_a_permalink_still_has_a_link(platform: Platform, thing: dict[str, Any], url: str) -> None:
    platform.then(POST, as_json({"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": thing}]}}}), method="POST")
    sent = replier(platform).send(REPLY)
    assert (sent.external_id, sent.url) == ("t1_n9", url)


LOST: list[tuple[str, Reply]] = [
    ("hang", HANG),
    ("drop", DROP),
    ("cut", CUT),
    ("500", as_json({}, 500)),
    ("503", html(503)),
    ("520", html(520)),
    ("HTML", html()),
    ("empty", EMPTY),
    ("nothing shown", as_json({"json": {"errors": [], "data": {"things": []}}})),
    ("no data", as_json({"json": {"errors": []}})),
    ("null", as_json({"json": None})),
    ("list", as_json([])),
    ("a thing without a name", as_json({"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": {}}]}}})),
]


@pytest.mark.parametrize("fault", [case[1] for case in LOST], ids=[case[0] for case in LOST])
def test_whatever_may_have_been_posted_is_unknown_and_not_sent_again(platform: Platform, fault: Reply) -> None:
    platform.always(POST, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(REPLY)
    assert len(platform.asked(POST)) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [(HANG, Unavailable), (as_json({}, 503), Unavailable), (html(), Malformed), (as_json({"error": "invalid_grant"}), Unauthorized)],
    ids=["hang", "503", "HTML", "refused"],
)
def test_without_a_token_nothing_was_posted(answer: Reply, error: type[SourceError]) -> None:
    with Platform() as platform:
        platform.always(TOKEN, answer, method="POST")
        with pytest.raises(SourceError) as caught:
            replier(platform).send(REPLY)
        assert not platform.asked(POST)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("kind", "by_hand"),
    [
        ("TOO_OLD", False),
        ("THREAD_LOCKED", False),
        ("DELETED_COMMENT", False),
        ("TOO_LONG", False),
        ("SUBREDDIT_NOTALLOWED", True),
        ("SOMETHING_NEW", True),
    ],
)
def test_a_refusal_says_whether_a_person_may_still_answer(platform: Platform, kind: str, *, by_hand: bool) -> None:
    platform.then(POST, errors([kind, "that's a piece of history now", "parent"]), method="POST")
    with pytest.raises(Rejected, match="a piece of history") as caught:
        replier(platform).send(REPLY)
    assert caught.value.by_hand is by_hand


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("Looks like you've been doing that a lot. Take a break for 9 minutes before trying again.", 541),
        ("Take a break for 1 minute before trying again.", 61),
        ("Take a break for 31 seconds before trying again.", 32),
        ("Take a break for 500 milliseconds before trying again.", 1.5),
        ("you are doing that too much. try again in 2 hours.", 7201),
    ],
)
def test_a_pause_that_reddit_asks_for_is_not_slept_but_told(platform: Platform, said: str, seconds: float) -> None:
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    platform.then(POST, errors(["RATELIMIT", said, "ratelimit"]), method="POST")
    with pytest.raises(RateLimited) as caught:
        RedditReplier(settings(platform, "reddit", REDDIT_ACCOUNT), clock=lambda: now).send(REPLY)
    assert caught.value.retry_at == now + timedelta(seconds=seconds)
    assert len(platform.asked(POST)) == 1


def test_a_pause_without_a_number_leaves_it_to_the_back_off(platform: Platform) -> None:
    platform.then(POST, errors(["RATELIMIT", "slow down", None]), method="POST")
    with pytest.raises(RateLimited) as caught:
        replier(platform).send(REPLY)
    assert caught.value.retry_at is None


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (as_json({"message": "Too Many Requests", "error": 429}, 429, retry_after="7"), RateLimited, "Too Many"),
        (as_json({"error": 403}, 403, www_authenticate='Bearer realm="reddit", error="insufficient_scope"'), Unauthorized, "scope"),
        (as_json({"message": "Forbidden", "reason": "private", "error": 403}, 403), Rejected, "private"),
        (
            as_json({"explanation": "You may not have that word.", "reason": "SUBMIT_VALIDATION_BODY_BLACKLISTED_STRING"}, 400),
            Rejected,
            "that word",
        ),
        (as_json({"message": "Not Found", "error": 404}, 404), Rejected, "Not Found"),
        (errors(["USER_REQUIRED", "Please log in to do that.", None]), Unauthorized, "log in"),
        (errors("odd"), Rejected, "odd"),
        (errors(None), Rejected, "None"),
    ],
    ids=["429", "scope", "private", "words", "404", "log in", "odd", "null"],
)
def test_each_refusal_says_what_to_do(platform: Platform, answer: Reply, error: type[SourceError], said: str) -> None:
    platform.then(POST, answer, method="POST")
    with pytest.raises(error, match=said):
        replier(platform).send(REPLY)


def test_an_expired_token_is_replaced_and_the_reply_posted_once(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "reply.yaml")
    platform.then(POST, as_json({"error": 401}, 401), method="POST")
    assert replier(platform).send(REPLY).external_id == "t1_n9"
    assert len(platform.asked(TOKEN)) == 2


def test_find_knows_our_reply_again_by_parent_and_text(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "reply.yaml")
    found = replier(platform).find(REPLY)
    assert found is not None
    assert found.external_id == "t1_n9"
    assert replier(platform).find(reply("reddit", "t1_c5", "Another text")) is None
    assert replier(platform).find(reply("reddit", "t1_c6", TEXT)) is None


def test_find_asks_whose_the_token_is(platform: Platform) -> None:
    platform.replay(FIXTURES / "reddit" / "reply.yaml")
    assert replier(platform, {**REDDIT_APP, "refresh_token": "refresh"}).find(REPLY) is not None
    assert platform.asked("/api/v1/me")


def test_find_says_none_only_when_all_since_then_was_read(platform: Platform) -> None:
    later = SENT_AT.timestamp() + 60
    number = iter(range(1000, 0, -1))
    platform.always(OWN, lambda _: listing([comment(n := next(number), later)], f"t1_{n}"))
    with pytest.raises(Unavailable, match="too many"):
        replier(platform).find(REPLY)
    platform.always(OWN, listing([comment(3, later), comment(2, SENT_AT.timestamp() - 600)], "t1_2"))
    assert replier(platform).find(REPLY) is None
    platform.always(OWN, listing([{"kind": "t1", "data": None}]))
    with pytest.raises(Malformed):
        replier(platform).find(REPLY)
    platform.always(OWN, as_json({}, 503))
    with pytest.raises(Unavailable):
        replier(platform).find(REPLY)
