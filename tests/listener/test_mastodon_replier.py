"""Replies on Mastodon: posted once, never in front of more people than what they answer, and looked for where their outcome is unknown."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.post import OutgoingAttachment, OutgoingReply
from listener.source import OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.mastodon.parse import read_status
from listener.sources.mastodon.replier import MastodonReplier
from listener.sources.mastodon.text import addressed_to, length, others_named, same_text
from tests.support.mastodon_platform import OWN, Server, id_of, status
from tests.support.platforms import SENT_AT, reply, settings
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Reply, as_json, html

POST = "/api/v1/statuses"
PARENT = id_of(1)
TEXT = "We are on it, back within the hour. ^MK"


@pytest.fixture
def server(platform: Platform) -> Server:
    return Server(platform, 1)


def replier(platform: Platform) -> MastodonReplier:
    return MastodonReplier(settings(platform, "mastodon", {"access_token": "a token"}, timeout=1.0), clock=lambda: SENT_AT)


def answering(text: str = TEXT, **changes: Any) -> OutgoingReply:
    return reply("mastodon", PARENT, text, author_handle="ada@other.example", author_id="501", **changes)


def test_a_reply_names_whom_it_answers_and_its_address_comes_back(platform: Platform, server: Server) -> None:
    sent = replier(platform).send(answering())
    ((form, seen),) = server.posted
    assert form["status"] == f"@ada@other.example {TEXT}"
    assert (form["in_reply_to_id"], form["visibility"]) == (PARENT, "public")
    assert seen.headers["idempotency-key"] == "key-1"
    assert sent.url == f"https://one.example/@northwind/{sent.external_id}"
    assert [one.path for one in platform.seen] == [f"{POST}/{PARENT}", POST]


@pytest.mark.parametrize(
    ("asked", "is_private", "expected"),
    [
        ("public", False, "public"),
        ("unlisted", False, "unlisted"),
        ("private", False, "direct"),
        ("direct", False, "direct"),
        ("limited", False, "direct"),
        ("public", True, "direct"),
        ("direct", True, "direct"),
    ],
)
def test_a_reply_is_never_more_public_than_what_it_answers(
    platform: Platform, server: Server, asked: str, expected: str, *, is_private: bool
) -> None:
    server.statuses[PARENT]["visibility"] = asked
    replier(platform).send(answering(is_private=is_private))
    assert server.posted[0][0]["visibility"] == expected


def test_a_private_answer_goes_to_who_wrote_and_to_nobody_else(platform: Platform, server: Server) -> None:
    server.statuses[PARENT]["visibility"] = "direct"
    with pytest.raises(Rejected, match=r"@bob@third\.example") as caught:
        replier(platform).send(answering("Ask @bob@third.example about it", is_private=True))
    assert not caught.value.by_hand
    with pytest.raises(Rejected, match="somebody else's"):
        replier(platform).send(replace(answering(is_private=True), author_id="999"))
    assert server.posted == []


def test_a_warning_stays_on_the_answer(platform: Platform, server: Server) -> None:
    server.statuses[PARENT]["spoiler_text"] = "delivery rant"
    replier(platform).send(answering())
    assert server.posted[0][0]["spoiler_text"] == "delivery rant"


@pytest.mark.parametrize(
    ("handle", "text", "expected"),
    [
        ("ada@other.example", "Hello", "@ada@other.example Hello"),
        ("ada@other.example", "Hello @Ada@other.example", "Hello @Ada@other.example"),
        ("ada", "Hello @ada!", "Hello @ada!"),
        ("ada", "Mail ada@northwind.example", "@ada Mail ada@northwind.example"),
        ("", "Hello", "Hello"),
    ],
)
def test_who_is_answered_is_named_once(handle: str, text: str, expected: str) -> None:
    assert addressed_to(handle, text) == expected


@pytest.mark.parametrize(
    "shown",
    [
        '<p><span class="h-card"><a href="https://other.example/@ada">@<span>ada</span></a></span> We are on it, *back* within the hour. ^MK</p>',
        "@ada@127.0.0.1:8931 We are on it, back within the hour. ^MK<br>",
        "<p>@ada@other.example We are on it, <em>back</em> within the hour. ^MK</p>",
    ],
)
def test_our_words_are_known_again_however_a_server_writes_names_and_marks(shown: str) -> None:
    post = read_status(status(2, content=shown), root="", site="one.example")
    assert same_text(post, "@ada@other.example We are on it, *back* within the hour. ^MK")
    assert not same_text(post, "We are on it, back within a day. ^MK")


def test_an_address_is_no_name() -> None:
    assert others_named("ada", "write to help@northwind.example or https://one.example/@bob, @ada") == ()


@given(st.text(max_size=200))
def test_the_name_in_front_adds_its_own_length_and_nothing_else(text: str) -> None:
    handle = "ada_quill@other.example"
    said = addressed_to(handle, "x " + text)
    assert length(said) - length("x " + text) in {0, len("@ada_quill ")}


def test_a_server_that_takes_more_or_less_is_asked_before_a_long_one_is_refused(platform: Platform, server: Server) -> None:
    replier(platform).send(answering("a" * 560))
    with pytest.raises(Rejected, match="takes 600 characters, with the name in front this has 605"):
        replier(platform).send(answering("a" * 600))
    assert len(server.posted) == 1


def test_pictures_are_uploaded_with_their_words_before_anything_is_posted(platform: Platform, server: Server) -> None:
    platform.always("/api/v2/media", as_json({"id": "77", "type": "image", "url": "https://files.one.example/77.png"}), method="POST")
    picture = OutgoingAttachment("label.png", "image/png", b"\x89PNG not really", "the label")
    replier(platform).send(answering(attachments=(picture,)))
    (upload,) = [seen for seen in platform.seen if seen.path == "/api/v2/media"]
    assert b"the label" in upload.body
    assert b"\x89PNG not really" in upload.body
    assert server.posted[0][0]["media_ids[]"] == "77"


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (as_json({"error": "Validation failed: File type is not supported"}, 422), Rejected, "label.png"),
        (as_json({}, 503), Unavailable, "503"),
        (as_json({"odd": 1}), Rejected, "cannot be read"),
        (HANG, Unavailable, "in time"),
    ],
    ids=["refused", "503", "odd", "hang"],
)
def test_without_its_picture_nothing_is_posted(
    platform: Platform, server: Server, answer: Reply, error: type[SourceError], said: str
) -> None:
    platform.always("/api/v2/media", answer, method="POST")
    with pytest.raises(error, match=said):
        replier(platform).send(answering(attachments=(OutgoingAttachment("label.png", "image/png", b"x"),)))
    assert server.posted == []


def test_a_picture_that_is_not_ready_yet_is_waited_for_without_waiting_here(platform: Platform, server: Server) -> None:
    platform.always("/api/v2/media", as_json({"id": "77", "url": None}, 202), method="POST")
    platform.always("/api/v1/media/77", as_json({"id": "77", "url": None}, 206))
    with pytest.raises(Unavailable) as caught:
        replier(platform).send(answering(attachments=(OutgoingAttachment("a.png", "image/png", b"x"),)))
    assert caught.value.retry_at is not None
    assert server.posted == []


LOST: list[tuple[str, Reply]] = [
    ("hang", HANG),
    ("drop", DROP),
    ("cut", CUT),
    ("500", as_json({}, 500)),
    ("503", html(503)),
    ("HTML", html()),
    ("empty", EMPTY),
    ("no id", as_json({"content": TEXT})),
    ("null", as_json(None)),
    ("list", as_json([])),
]


@pytest.mark.parametrize("fault", [case[1] for case in LOST], ids=[case[0] for case in LOST])
@pytest.mark.usefixtures("server")
def test_whatever_may_have_been_posted_is_unknown_and_not_sent_again(platform: Platform, fault: Reply) -> None:
    platform.always(POST, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(answering())
    assert len([seen for seen in platform.seen if seen.method == "POST"]) == 1


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (as_json({"error": "Throttled"}, 429, retry_after="7"), RateLimited, "Throttled"),
        (as_json({"error": "This action is outside the authorized scopes"}, 403), Unauthorized, "scopes"),
        (as_json({"error": "The access token was revoked"}, 401), Unauthorized, "revoked"),
        (as_json({"error": "This action is not allowed"}, 403), Rejected, "not allowed"),
        (as_json({"error": "Validation failed: Text character limit of 500 exceeded"}, 422), Rejected, "500 exceeded"),
        (as_json({"error": "The post you are trying to reply to does not appear to exist."}, 404), Rejected, "gone"),
    ],
    ids=["429", "scope", "401", "403", "422", "404"],
)
@pytest.mark.usefixtures("server")
def test_each_refusal_says_what_to_do(platform: Platform, answer: Reply, error: type[SourceError], said: str) -> None:
    platform.then(POST, answer, method="POST")
    with pytest.raises(error, match=said):
        replier(platform).send(answering())


def test_a_status_that_is_gone_is_not_answered(platform: Platform, server: Server) -> None:
    server.statuses.clear()
    with pytest.raises(Rejected, match="gone"):
        replier(platform).send(answering())
    assert server.posted == []


def test_a_reply_that_was_posted_without_our_knowing_is_found(platform: Platform, server: Server) -> None:
    answers = platform._standing["POST", POST]

    def posted_and_lost(seen: Any) -> Reply:
        answers(seen)
        return DROP

    platform.always(POST, posted_and_lost, method="POST")
    mine = replier(platform)
    with pytest.raises(OutcomeUnknown):
        mine.send(answering())
    found = mine.find(answering())
    assert found is not None
    assert found.external_id in server.statuses
    assert mine.find(answering("Another text")) is None
    assert mine.find(reply("mastodon", id_of(9), TEXT, author_id="501")) is None


@pytest.mark.parametrize("keeps_keys", [True, False], ids=["keys", "no keys"])
def test_two_sendings_of_one_key_stand_once_where_the_server_keeps_keys(platform: Platform, *, keeps_keys: bool) -> None:
    server = Server(platform, 1, keeps_keys=keeps_keys)
    mine = replier(platform)
    assert not mine.idempotent  # not every server keeps them, so that deliver looks before it sends again
    first, second = mine.send(answering()), mine.send(answering())
    assert (first.external_id == second.external_id) is keeps_keys
    assert len(server.posted) == 2


@pytest.mark.usefixtures("server")
def test_a_private_reply_is_found_in_its_conversation_where_the_server_lists_none(platform: Platform) -> None:
    replier(platform).send(answering(is_private=True))
    platform.always("/api/v1/accounts/7001/statuses", as_json([]))
    found = replier(platform).find(answering(is_private=True))
    assert found is not None


def test_find_says_none_only_when_all_since_then_was_read(platform: Platform, server: Server) -> None:
    later = [status(number, by=OWN, parent="x") for number in range(400, 0, -1)]
    platform.always("/api/v1/accounts/7001/statuses", lambda seen: server._page(seen, later))
    with pytest.raises(Unavailable, match="too many"):
        replier(platform).find(answering())
    platform.always("/api/v1/accounts/7001/statuses", as_json([status(-60, by=OWN)]))
    assert replier(platform).find(answering()) is None
    platform.always("/api/v1/accounts/7001/statuses", as_json({}, 503))
    with pytest.raises(Unavailable):
        replier(platform).find(answering())


def test_a_reply_is_taken_back_and_one_that_is_gone_already_too(platform: Platform, server: Server) -> None:
    sent = replier(platform).send(answering())
    standing = answering(external_id=sent.external_id)
    assert replier(platform).take_back(standing) == ()
    assert sent.external_id not in server.statuses
    assert replier(platform).take_back(standing) == ()


def test_a_server_that_cannot_delete_is_not_believed(platform: Platform, server: Server) -> None:
    server.deletes = False
    sent = replier(platform).send(answering())
    with pytest.raises(Refused, match="delete it there"):
        replier(platform).take_back(answering(external_id=sent.external_id))


def test_a_corrected_reply_keeps_its_warning_and_its_pictures(platform: Platform, server: Server) -> None:
    sent = replier(platform).send(answering())
    server.statuses[sent.external_id] |= {"spoiler_text": "rant", "media_attachments": [{"id": "77", "type": "image"}]}
    replier(platform).correct(answering(external_id=sent.external_id), "It is solved now. ^MK")
    form, seen = server.posted[-1]
    assert seen.method == "PUT"
    assert (form["status"], form["spoiler_text"], form["media_ids[]"]) == ("@ada@other.example It is solved now. ^MK", "rant", "77")


def test_what_cannot_be_corrected_says_why(platform: Platform, server: Server) -> None:
    with pytest.raises(Refused):
        replier(platform).correct(answering(external_id=id_of(50)), "Other words")
    server.add(status(50, by=OWN, visibility="direct"))
    with pytest.raises(Rejected, match="@bob"):
        replier(platform).correct(answering(external_id=id_of(50)), "Ask @bob")
