"""Replies on Bluesky: a record with a name of its own, which stands once however often it is sent."""

import io
import json
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from desk.post import OutgoingAttachment, OutgoingReply
from listener.source import OutcomeUnknown, RateLimited, Refused, Rejected, SourceError, Unauthorized, Unavailable
from listener.sources.bluesky.replier import LARGEST_PICTURE, BlueskyReplier, fitted, record_key
from tests.support.bluesky_platform import ADA, CREATE, DELETE, OWN, POSTS, READ, RESOLVE, UPLOAD, WRITE, Network, post, problem, uri_of
from tests.support.platforms import SENT_AT, reply, settings
from tests.support.replay import CUT, DROP, EMPTY, HANG, Platform, Reply, as_json, html

PARENT = uri_of(1)
TEXT = "We are on it, back within the hour. ^MK"
SECRETS = {"handle": "@northwind.bsky.social", "app_password": "app-password"}


@pytest.fixture
def network(platform: Platform) -> Network:
    return Network(platform, 1)


def replier(platform: Platform) -> BlueskyReplier:
    return BlueskyReplier(settings(platform, "bluesky", SECRETS, timeout=1.0), clock=lambda: SENT_AT)


def answering(text: str = TEXT, **changes: Any) -> OutgoingReply:
    return reply("bluesky", PARENT, text, author_handle="ada.bsky.social", author_id=ADA, **changes)


def test_a_reply_is_one_record_under_its_parent_and_its_address_comes_back(platform: Platform, network: Network) -> None:
    sent = replier(platform).send(answering())
    (written,) = network.written
    assert (written["repo"], written["collection"], written["rkey"]) == (OWN, "app.bsky.feed.post", record_key("key-1"))
    place = {"uri": PARENT, "cid": "bafy1"}
    assert written["record"]["reply"] == {"root": place, "parent": place}
    assert written["record"]["text"] == TEXT
    assert "facets" not in written["record"]
    assert sent.external_id == f"at://{OWN}/app.bsky.feed.post/{record_key('key-1')}"
    assert sent.url == f"https://bsky.app/profile/{OWN}/post/{record_key('key-1')}"


def test_deep_in_a_conversation_the_root_is_that_of_the_parent(platform: Platform, network: Network) -> None:
    root = {"uri": uri_of(7), "cid": "bafy7"}
    network.posts = [post(1, record={"reply": {"root": root, "parent": {"uri": uri_of(8), "cid": "bafy8"}}})]
    replier(platform).send(answering())
    assert network.written[0]["record"]["reply"] == {"root": root, "parent": {"uri": PARENT, "cid": "bafy1"}}


def test_links_names_and_tags_are_told_by_their_bytes(platform: Platform, network: Network) -> None:
    text = "Für @ada.bsky.social 👩🏽‍🚒: https://northwind.example/größe #Hilfe, @nobody.bsky.social"
    replier(platform).send(answering(text))
    spelled = text.encode()
    facets = network.written[0]["record"]["facets"]
    cut = [spelled[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in facets]
    assert cut == ["@ada.bsky.social", "https://northwind.example/größe", "#Hilfe"]
    assert [one["features"][0].get("did") for one in facets] == [ADA, None, None]
    assert [seen.query["handle"] for seen in platform.asked(RESOLVE)] == ["nobody.bsky.social"]


def test_two_sendings_of_one_key_stand_once(platform: Platform, network: Network) -> None:
    mine = replier(platform)
    assert mine.idempotent
    first, second = mine.send(answering()), mine.send(answering())
    assert first.external_id == second.external_id
    assert len(network.records) == 1


def test_a_reply_that_was_written_without_our_knowing_is_found_and_not_written_again(platform: Platform, network: Network) -> None:
    answers = platform._standing["POST", WRITE]

    def written_and_lost(seen: Any) -> Reply:
        answers(seen)
        return DROP

    platform.then(WRITE, *[], method="POST")
    platform.always(WRITE, written_and_lost, method="POST")
    mine = replier(platform)
    assert mine.find(answering()) is None
    with pytest.raises(OutcomeUnknown):
        mine.send(answering())
    found = mine.find(answering())
    assert found is not None
    platform.always(WRITE, answers, method="POST")
    assert mine.send(answering()).external_id == found.external_id
    assert len(network.records) == 1


LOST: list[tuple[str, Reply]] = [
    ("hang", HANG),
    ("drop", DROP),
    ("cut", CUT),
    ("500", problem(500, "InternalServerError")),
    ("503", html(503)),
    ("HTML", html()),
    ("empty", EMPTY),
    ("no uri", as_json({"cid": "x"})),
    ("null", as_json(None)),
]


@pytest.mark.parametrize("fault", [case[1] for case in LOST], ids=[case[0] for case in LOST])
@pytest.mark.usefixtures("network")
def test_whatever_may_have_been_written_is_unknown(platform: Platform, fault: Reply) -> None:
    platform.always(WRITE, fault, method="POST")
    with pytest.raises(OutcomeUnknown):
        replier(platform).send(answering())
    assert len(platform.asked(WRITE)) == 1


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (problem(429, "RateLimitExceeded", retry_after="7"), RateLimited, "limits"),
        (problem(401, "AuthMissing"), Unauthorized, "AuthMissing"),
        (problem(400, "AccountTakedown"), Unauthorized, "Takedown"),
        (problem(400, "InvalidRequest", "Invalid app.bsky.feed.post record"), Rejected, "Invalid app.bsky"),
    ],
    ids=["429", "401", "takedown", "400"],
)
def test_each_refusal_says_what_to_do(platform: Platform, network: Network, answer: Reply, error: type[SourceError], said: str) -> None:
    platform.then(WRITE, answer, method="POST")
    with pytest.raises(error, match=said):
        replier(platform).send(answering())
    assert network.records == {}


@pytest.mark.usefixtures("network")
def test_a_refusal_that_cannot_be_looked_into_is_unknown(platform: Platform) -> None:
    platform.then(WRITE, problem(400, "InvalidRequest", "odd"), method="POST")
    platform.always(READ, problem(503, "Busy"))
    with pytest.raises(OutcomeUnknown, match="looked for"):
        replier(platform).send(answering())


def test_a_stale_token_is_renewed_and_the_reply_written_once(platform: Platform, network: Network) -> None:
    mine = replier(platform)
    assert mine.find(answering()) is None
    network.expire()
    mine.send(answering())
    assert len(network.written) == 1
    assert len(platform.asked(CREATE)) == 1


def test_a_post_that_is_gone_or_shut_is_not_answered(platform: Platform, network: Network) -> None:
    network.posts = [post(1, viewer={"replyDisabled": True})]
    with pytest.raises(Rejected, match="chose who may answer") as caught:
        replier(platform).send(answering())
    assert not caught.value.by_hand
    network.posts = []
    with pytest.raises(Rejected, match="gone"):
        replier(platform).send(answering())
    assert network.written == []


@pytest.mark.parametrize("text", ["a" * 301, "👩🏽‍🚒" * 201], ids=["signs", "bytes"])
@pytest.mark.usefixtures("network")
def test_a_text_that_does_not_fit_is_not_sent(platform: Platform, text: str) -> None:
    with pytest.raises(Rejected, match="make it shorter"):
        replier(platform).send(answering(text))
    assert platform.seen == []


def test_a_picture_goes_with_its_words_and_small_enough(platform: Platform, network: Network) -> None:
    noise = random.Random(1).randbytes(1200 * 900 * 3)
    written = io.BytesIO()
    Image.frombytes("RGB", (1200, 900), noise).save(written, "PNG")
    large = OutgoingAttachment("label.png", "image/png", written.getvalue(), "the label")
    assert len(large.body) > LARGEST_PICTURE
    replier(platform).send(answering(attachments=(large, replace(large, body=b"small", alt=""))))
    first, second = network.blobs
    assert len(first.body) <= LARGEST_PICTURE
    assert first.headers["content-type"] == "image/jpeg"
    assert (second.body, second.headers["content-type"]) == (b"small", "image/png")
    images = network.written[0]["record"]["embed"]["images"]
    assert [(one["alt"], one["image"]["ref"]["$link"]) for one in images] == [("the label", "bafkblob1"), ("", "bafkblob2")]


def test_a_file_that_is_no_picture_is_not_sent() -> None:
    with pytest.raises(Rejected, match=r"odd\.png"):
        fitted(OutgoingAttachment("odd.png", "image/png", b"x" * (LARGEST_PICTURE + 1)))


@pytest.mark.parametrize(
    ("answer", "error"),
    [(problem(400, "InvalidMimeType"), Rejected), (problem(503, "Busy"), Unavailable), (as_json({}), Rejected), (HANG, Unavailable)],
    ids=["refused", "503", "odd", "hang"],
)
def test_without_its_picture_nothing_is_written(platform: Platform, network: Network, answer: Reply, error: type[SourceError]) -> None:
    platform.always(UPLOAD, answer, method="POST")
    with pytest.raises(error):
        replier(platform).send(answering(attachments=(OutgoingAttachment("a.png", "image/png", b"x"),)))
    assert network.written == []


def test_a_reply_is_taken_back_and_one_that_is_gone_already_too(platform: Platform, network: Network) -> None:
    mine = replier(platform)
    standing = answering(external_id=mine.send(answering()).external_id)
    assert mine.take_back(standing) == ()
    assert network.records == {}
    assert mine.take_back(standing) == ()
    assert [json.loads(seen.body)["rkey"] for seen in platform.asked(DELETE)] == [record_key("key-1")] * 2


@pytest.mark.usefixtures("network")
def test_only_what_lies_with_our_own_account_is_taken_back(platform: Platform) -> None:
    with pytest.raises(Refused, match="does not lie"):
        replier(platform).take_back(answering(external_id=PARENT))
    assert platform.asked(DELETE) == []


def test_nothing_is_written_while_the_post_that_is_answered_cannot_be_read(platform: Platform, network: Network) -> None:
    platform.always(POSTS, problem(503, "Busy"))
    with pytest.raises(Unavailable):
        replier(platform).send(answering())
    assert network.written == []


@given(st.text(), st.text())
def test_a_key_has_one_name_in_the_form_of_an_instant(key: str, other: str) -> None:
    name = record_key(key)
    assert len(name) == 13
    assert name[0] in "234567abcdefghij"
    assert "3kh" <= name[:3] < "3n"  # an instant of 2024 or after, and before this was written
    assert (record_key(other) == name) is (other == key)
