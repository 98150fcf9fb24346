"""Replies on X: posted once, and said to be unknown whenever they may have been posted."""

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.post import Post, PostAuthor, Spent
from listener.settings import CredentialSettings, ListenerSettings
from listener.source import BudgetExhausted, OutcomeUnknown, RateLimited, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.x.replier import XReplier
from listener.sources.x.text import same_text
from tests.support.platforms import SENT_AT, X_ACCOUNT, X_APP, reply, settings
from tests.support.replay import CUT, DROP, EMPTY, FIXTURES, HANG, Platform, Reply, as_json, html, problem
from tests.support.x_platform import id_of

TWEETS = "/2/tweets"
TIMELINE = "/2/users/7001/tweets"
PARENT = id_of(1)
TEXT = "We are on it, back within the hour. ^MK"
SUMMONED = "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post"


def replier(platform: Platform, secrets: dict[str, str] | None = None, **options: Any) -> XReplier:
    return XReplier(settings(platform, "x", secrets or X_ACCOUNT, timeout=1.0, options=options))


def answered(number: int, text: str, *, parent: str = PARENT, **changes: Any) -> dict[str, Any]:
    references = [{"type": "replied_to", "id": parent}]
    return {
        "id": id_of(number),
        "text": text,
        "author_id": "7001",
        "created_at": "2026-11-20T12:00:05.000Z",
        "referenced_tweets": references,
        **changes,
    }


def timeline(platform: Platform, *items: dict[str, Any]) -> None:
    platform.always(TIMELINE, as_json({"data": list(items), "meta": {"result_count": len(items)}}))


def test_a_reply_is_posted_once_under_its_parent_and_its_link_comes_back(platform: Platform) -> None:
    platform.replay(FIXTURES / "x" / "create.yaml")
    sent = replier(platform).send(reply("x", PARENT, TEXT))
    (asked,) = platform.seen
    assert json.loads(asked.body) == {"text": TEXT, "reply": {"in_reply_to_tweet_id": PARENT}}
    assert asked.headers["authorization"].startswith("OAuth ")
    assert sent.url == f"https://x.com/northwind/status/{sent.external_id}"
    assert sent.costs == (Spent("summoned_reply", 1, 10_000),)


def test_a_link_costs_twenty_times_as_much(platform: Platform) -> None:
    platform.replay(FIXTURES / "x" / "create.yaml")
    sent = replier(platform).send(reply("x", PARENT, "See https://northwind.example/status"))
    assert sent.costs == (Spent("link_write", 1, 200_000),)


def test_a_user_token_of_oauth_2_answers_too(platform: Platform) -> None:
    platform.replay(FIXTURES / "x" / "create.yaml")
    replier(platform, {"bearer_token": "app-token", "user_token": "user-token\n"}).send(reply("x", PARENT))
    assert platform.seen[0].headers["authorization"] == "Bearer user-token"


LOST: list[tuple[str, Reply]] = [
    ("hang", HANG),
    ("drop", DROP),
    ("cut", CUT),
    ("503", problem(503, "Over capacity")),
    ("520", html(520)),
    ("HTML", html()),
    ("empty", EMPTY),
    ("no id", as_json({"data": {"text": TEXT}}, 201)),
    ("null", as_json({"data": None}, 201)),
    ("list", as_json([], 201)),
]


@pytest.mark.parametrize("fault", [case[1] for case in LOST], ids=[case[0] for case in LOST])
def test_whatever_may_have_been_posted_is_unknown_and_not_sent_again(platform: Platform, fault: Reply) -> None:
    platform.always(TWEETS, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(reply("x", PARENT))
    assert len(platform.seen) == 1


def test_a_refused_connection_was_surely_not_posted() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        credential = CredentialSettings("main", "x", X_ACCOUNT, f"http://127.0.0.1:{taken.getsockname()[1]}", allow_loopback=True)
        with pytest.raises(Unavailable):
            XReplier(ListenerSettings({"main": credential})).send(reply("x", PARENT))


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (problem(429, "Too Many Requests", x_rate_limit_reset="4000000000"), RateLimited, "limits this credential"),
        (problem(402, "Payment Required"), BudgetExhausted, "Payment Required"),
        (problem(403, "Usage cap exceeded: Monthly product cap", title="UsageCapExceeded"), BudgetExhausted, "usage cap is reached"),
        (problem(401, "Unauthorized"), Unauthorized, "does not accept"),
        (problem(403, "Your client app is not configured with the appropriate oauth1 app permissions"), Unauthorized, "permissions"),
        (problem(403, "Authenticating with OAuth 2.0 Application-Only is forbidden"), Unauthorized, "forbidden"),
        (problem(403, "no", kind="https://api.twitter.com/2/problems/unsupported-authentication"), Unauthorized, "no"),
        (problem(403, "To protect our users, your account is temporarily locked."), Unauthorized, "locked"),
        (problem(400, "The text is too long"), Rejected, "too long"),
        (problem(404, "Not Found"), Rejected, "Not Found"),
    ],
)
def test_each_refusal_says_what_to_do(platform: Platform, answer: Reply, error: type[SourceError], said: str) -> None:
    platform.then(TWEETS, answer, method="POST")
    with pytest.raises(error, match=said):
        replier(platform).send(reply("x", PARENT))


@pytest.mark.parametrize(
    ("said", "by_hand"),
    [
        (SUMMONED, True),
        ("The author of this post has limited who can reply", True),
        ("You attempted to reply to a Tweet that is deleted or not visible to you.", False),
    ],
)
def test_where_the_interface_may_not_answer_a_person_may_unless_the_post_is_gone(platform: Platform, said: str, *, by_hand: bool) -> None:
    platform.then(TWEETS, problem(403, said, title="Forbidden"), method="POST")
    with pytest.raises(Rejected) as caught:
        replier(platform).send(reply("x", PARENT))
    assert caught.value.by_hand is by_hand
    assert said[:40] in str(caught.value)


DUPLICATE = problem(403, "You are not allowed to create a Tweet with duplicate content.", title="Forbidden")


def test_a_duplicate_that_stands_under_the_post_was_our_first_attempt(platform: Platform) -> None:
    platform.then(TWEETS, DUPLICATE, method="POST")
    timeline(platform, answered(9, f"@adaquill {TEXT}"))
    sent = replier(platform).send(reply("x", PARENT, TEXT))
    assert sent.external_id == id_of(9)
    assert sent.sent_at == datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)
    assert sent.costs == (Spent("summoned_reply", 1, 10_000),)


@pytest.mark.parametrize(
    "items",
    [[], [answered(9, f"@adaquill {TEXT}", parent=id_of(2))], [answered(9, "@adaquill Glad to hear!")]],
    ids=["none", "under another post", "another text"],
)
def test_a_duplicate_that_is_not_found_there_is_unknown(platform: Platform, items: list[dict[str, Any]]) -> None:
    platform.then(TWEETS, DUPLICATE, method="POST")
    timeline(platform, *items)
    with pytest.raises(OutcomeUnknown, match="does not stand under this post"):
        replier(platform).send(reply("x", PARENT, TEXT))


def test_a_duplicate_is_unknown_where_the_timeline_cannot_be_read(platform: Platform) -> None:
    platform.then(TWEETS, DUPLICATE, method="POST")
    platform.then(TIMELINE, problem(503, "Over capacity"))
    with pytest.raises(OutcomeUnknown, match="cannot be read"):
        replier(platform).send(reply("x", PARENT, TEXT))


def test_find_looks_from_just_before_the_reply_was_queued(platform: Platform) -> None:
    timeline(platform, answered(9, f"@adaquill {TEXT}"))
    found = replier(platform).find(reply("x", PARENT, TEXT))
    assert found is not None
    assert platform.seen[0].query["start_time"] == (SENT_AT - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_find_says_none_only_when_all_was_read(platform: Platform) -> None:
    timeline(platform)
    assert replier(platform).find(reply("x", PARENT, TEXT)) is None
    number = iter(range(1000, 0, -1))
    platform.always(TIMELINE, lambda _: as_json({"data": [answered(n := next(number), "busy")], "meta": {"next_token": f"t{n}"}}))
    with pytest.raises(Unavailable, match="read to the end"):
        replier(platform).find(reply("x", PARENT, TEXT))
    platform.always(TIMELINE, as_json({"data": [answered(3, "busy")], "meta": {"next_token": "same"}}))
    with pytest.raises(Unavailable, match="repeated a page"):
        replier(platform).find(reply("x", PARENT, TEXT))
    platform.always(TIMELINE, as_json({"data": [{"id": "9"}], "meta": {}}))
    with pytest.raises(Unavailable):
        replier(platform).find(reply("x", PARENT, TEXT))


def test_find_need_not_read_beyond_the_time_of_the_reply(platform: Platform) -> None:
    before = answered(3, "older", created_at="2026-11-20T11:00:00.000Z")
    platform.always(TIMELINE, as_json({"data": [before], "meta": {"next_token": "same"}}))
    assert replier(platform).find(reply("x", PARENT, TEXT)) is None


def test_the_account_of_a_user_token_is_asked_for(platform: Platform) -> None:
    platform.replay(FIXTURES / "x" / "accounts.yaml")
    assert replier(platform, {"user_token": "user-token"}).find(reply("x", "1")) is None
    assert [seen.path for seen in platform.seen] == ["/2/users/me", TIMELINE]


def test_without_an_accounts_keys_nothing_is_sent(platform: Platform) -> None:
    with pytest.raises(Unauthorized, match="CARELINE_MAIN_ACCESS_TOKEN"):
        replier(platform, {"consumer_key": "key"}).send(reply("x", PARENT))
    assert platform.seen == []


@pytest.mark.parametrize(
    ("theirs", "ours", "is_same"),
    [
        ("@adaquill We are on it", "We are on it", True),
        ("@adaquill @bram We  are on it ", "We are\non it", True),
        ("@adaquill See https://t.co/abc ^MK", "See https://northwind.example/status?a=1 ^MK", True),
        ("@adaquill See https://t.co/abc", "See northwind.example/status", True),
        ("@adaquill Ben &amp; Ada < us", "Ben & Ada < us", True),
        ("@adaquill Caf\u00e9", "Cafe\u0301", True),
        ("@adaquill We were on it", "We are on it", False),
        ("@adaquill", "We are on it", False),
    ],
)
def test_a_reply_is_known_again_behind_what_x_makes_of_it(theirs: str, ours: str, *, is_same: bool) -> None:
    post = Post("1", PostAuthor("7001"), theirs, SENT_AT, "1")
    assert same_text(post, ours) is is_same


def test_an_app_token_alone_is_sent_as_it_is_and_x_judges_it(platform: Platform) -> None:
    platform.then(TWEETS, problem(403, "Unsupported Authentication", title="Unsupported Authentication"), method="POST")
    with pytest.raises(Unauthorized):
        replier(platform, X_APP).send(reply("x", PARENT))
