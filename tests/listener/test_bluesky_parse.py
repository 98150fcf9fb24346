"""Bluesky's posts and notifications as ours. The forms are those of the vendor's documents, and so named in tests/support/bluesky_platform.py."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.post import Post, PostAuthor, PostMedia
from listener.source import Malformed
from listener.sources.bluesky.parse import address_of, read_page, read_post
from listener.sources.shared.wire import Answer
from storage.words import Capability, MediaKind
from tests.support.bluesky_platform import ADA, NOON, OWN, heard, post, uri_of

MENTION = "app.bsky.richtext.facet#mention"


def test_a_post_knows_who_wrote_it_where_and_when() -> None:
    found = read_post(post(0))
    assert found.author == PostAuthor(ADA, "ada.bsky.social", "Ada", None, f"https://bsky.app/profile/{ADA}")
    assert (found.external_id, found.thread_id, found.parent_id) == (uri_of(0), uri_of(0), None)
    assert (found.posted_at, found.language, found.kind) == (NOON, "en", "post")
    assert found.url == f"https://bsky.app/profile/{ADA}/post/3k00000000000"


def test_a_notification_shows_the_same_post() -> None:
    shown, told = read_post(post(1)), read_post(heard(post(1)))
    assert (shown.external_id, shown.text, shown.author, shown.posted_at) == (told.external_id, told.text, told.author, told.posted_at)


def test_a_post_is_never_later_than_it_was_seen_nor_than_its_author_says() -> None:
    assert read_post(post(0, record={"createdAt": "2030-01-01T00:00:00Z"})).posted_at == NOON
    assert read_post(post(0, record={"createdAt": "2026-11-20T11:00:00Z"})).posted_at < NOON
    assert read_post(post(0, record={"createdAt": "soon"})).posted_at == NOON


def test_a_reply_belongs_to_its_conversation() -> None:
    reply = {"root": {"uri": uri_of(7), "cid": "x"}, "parent": {"uri": uri_of(8), "cid": "y"}}
    found = read_post(post(1, record={"reply": reply}))
    assert (found.kind, found.thread_id, found.parent_id) == ("reply", uri_of(7), uri_of(8))


def test_who_is_named_is_read_by_bytes_and_links_are_known_in_full() -> None:
    text = "Grüße 👋 @Northwind.bsky.social see other.example/a/lo..."
    start = len("Grüße 👋 ".encode())
    facets = [
        {"index": {"byteStart": start, "byteEnd": start + len("@Northwind.bsky.social")}, "features": [{"$type": MENTION, "did": OWN}]},
        {
            "index": {"byteStart": 5, "byteEnd": 9},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://other.example/a/long"}],
        },
        {"index": {"byteStart": 500, "byteEnd": 900}, "features": [{"$type": MENTION, "did": OWN}]},
        {"index": None, "features": [{"$type": MENTION}]},
        "odd",
    ]
    found = read_post(post(1, text, record={"facets": facets, "embed": {"external": {"uri": "https://card.example/"}}}))
    assert found.addressed == ("northwind.bsky.social",)
    assert found.links == ("https://other.example/a/long", "https://card.example/")


def test_a_quote_names_whom_it_quotes() -> None:
    quoted = {"$type": "app.bsky.embed.record#viewRecord", "uri": uri_of(5, OWN), "author": {"did": OWN, "handle": "northwind.bsky.social"}}
    assert read_post(post(1, embed={"$type": "app.bsky.embed.record#view", "record": quoted})).addressed == ("northwind.bsky.social",)
    both = {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": quoted}, "media": {"images": []}}
    found = read_post(post(1, embed=both))
    assert (found.kind, found.addressed) == ("quote", ("northwind.bsky.social",))


def test_pictures_come_with_what_they_show_whether_shown_or_told_of() -> None:
    images = [{"thumb": "https://cdn.bsky.app/t.jpg", "fullsize": "https://cdn.bsky.app/f.jpg", "alt": "the label"}]
    assert read_post(post(1, embed={"$type": "app.bsky.embed.images#view", "images": images})).media == (
        PostMedia(MediaKind.PICTURE, "https://cdn.bsky.app/f.jpg", "the label"),
    )
    assert read_post(post(1, embed={"media": {"images": images}, "record": {}})).media[0].alt == "the label"
    told = [{"alt": "the label", "image": {"$type": "blob", "ref": {"$link": "bafkreia"}, "mimeType": "image/jpeg"}}]
    assert read_post(heard(post(1, record={"embed": {"$type": "app.bsky.embed.images", "images": told}}))).media == (
        PostMedia(MediaKind.PICTURE, f"https://cdn.bsky.app/img/feed_fullsize/plain/{ADA}/bafkreia@jpeg", "the label"),
    )


def test_a_video_is_its_still() -> None:
    shown = {
        "$type": "app.bsky.embed.video#view",
        "playlist": "https://video.bsky.app/p.m3u8",
        "thumbnail": "https://video.bsky.app/t.jpg",
        "alt": "a van",
    }
    assert read_post(post(1, embed=shown)).media == (PostMedia(MediaKind.VIDEO, "https://video.bsky.app/t.jpg", "a van"),)


def test_a_blob_that_is_no_name_makes_no_address() -> None:
    told = [{"alt": "", "image": {"ref": {"$link": "../../evil"}}}]
    assert read_post(heard(post(1, record={"embed": {"images": told}}))).media == ()


def test_of_a_post_that_the_network_hides_no_picture_is_fetched() -> None:
    images = [{"fullsize": "https://cdn.bsky.app/f.jpg", "alt": ""}]
    assert read_post(post(1, embed={"images": images}, labels=[{"val": "graphic-media"}])).media == ()


def test_where_the_author_lets_nobody_answer_nobody_is_offered_to() -> None:
    shut = read_post(post(1, viewer={"replyDisabled": True}))
    assert shut.capability is Capability.NONE
    assert "chose who may answer" in shut.capability_reason


@pytest.mark.parametrize(
    "item",
    [
        None,
        [],
        "x",
        {},
        {"uri": "at://a/b/c"},
        {**post(1), "uri": "https://x.example"},
        post(1, record={"text": ""}),
        post(1, record={"text": 5}),
    ],
)
def test_what_says_nothing_or_stands_nowhere_is_no_post(item: Any) -> None:
    with pytest.raises(ValueError, match=r"no|nothing"):
        read_post(item)


@pytest.mark.parametrize(
    ("uri", "expected"), [("at://did:plc:a/app.bsky.feed.post/3k", "https://bsky.app/profile/did:plc:a/post/3k"), ("at://x", ""), ("", "")]
)
def test_the_page_of_a_post(uri: str, expected: str) -> None:
    assert address_of(uri) == expected


@pytest.mark.parametrize("name", ["posts", "notifications", "feed"])
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b'{"posts": 1}', b"[" * 100_000])
def test_an_answer_that_is_no_page_is_said_to_be_none(name: str, body: bytes) -> None:
    with pytest.raises(Malformed):
        read_page(Answer(200, {}, body), name)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["uri", "did", "record", "media", "images", "facets", "index", "features", "reply", "root", "ref"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from([*post(1), "embed", "viewer"]), JUNK, max_size=8), st.sampled_from(["posts", "notifications", "feed"])
)
def test_whatever_comes_is_a_post_or_an_error_that_is_kept(changes: dict[str, Any], name: str) -> None:
    page = read_page(Answer(200, {}, json.dumps({name: [{**post(1), **changes}]}).encode()), name)
    assert all(isinstance(outcome(entry.item), Post | ValueError) for entry in page.entries)


def outcome(item: Any) -> Any:
    try:
        return read_post(item)
    except ValueError as error:
        return error
