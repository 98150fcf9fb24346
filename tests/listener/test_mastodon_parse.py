"""Mastodon's statuses as posts: what counts, what is private, and what older or smaller servers leave out."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.post import Post, PostAuthor, PostMedia
from listener.source import Malformed
from listener.sources.mastodon.parse import read_notifications, read_search, read_status, read_statuses
from listener.sources.shared.wire import Answer
from storage.words import MediaKind
from tests.support.mastodon_platform import ADA, id_of, status


def read(item: Any, root: str = "") -> Any:
    return read_status(item, root=root, site="one.example")


def test_a_status_knows_who_wrote_it_where_and_when() -> None:
    post = read(status(1, "Where is my <b>parcel</b>?<br />It is late &amp; lost"))
    assert post.author == PostAuthor("501", "ada@other.example", "Ada Bell", 12, "https://other.example/@ada")
    assert (post.text, post.site, post.kind) == ("Where is my parcel?\nIt is late & lost", "one.example", "post")
    assert (post.posted_at, post.language) == (datetime(2026, 11, 20, 12, 1, tzinfo=UTC), "en")
    assert (post.thread_id, post.parent_id) == (id_of(1), None)


def test_the_text_is_what_is_read_and_not_what_is_hidden_in_it() -> None:
    content = (
        '<p><span class="h-card"><a href="https://one.example/@northwind" class="u-url mention">@<span>northwind</span></a></span> see '
        '<a href="https://other.example/a/long/path"><span class="invisible">https://</span><span class="ellipsis">other.example/a/lo</span>'
        '<span class="invisible">ng/path</span></a></p><p>Thanks<script>alert(1)</script></p>'
    )
    assert read(status(1, content=content)).text == "@northwind see https://other.example/a/long/path\n\nThanks"


def test_a_reply_belongs_to_its_conversation_and_names_whom_it_speaks_to() -> None:
    mentions = [{"acct": "Northwind"}, {"acct": "bob@third.example"}, {"odd": 1}]
    post = read(status(3, parent=id_of(2), mentions=mentions), id_of(1))
    assert (post.kind, post.thread_id, post.parent_id) == ("reply", id_of(1), id_of(2))
    assert post.addressed == ("bob@third.example", "northwind")


def test_a_server_that_writes_its_own_name_behind_its_accounts_means_the_same() -> None:
    ours = {**ADA, "acct": "northwind@One.example"}
    post = read(status(1, by=ours, mentions=[{"acct": "care@one.example"}, {"acct": "care@two.example"}]))
    assert post.author.handle == "northwind"
    assert post.addressed == ("care", "care@two.example")


@pytest.mark.parametrize(
    ("visibility", "is_private", "kind"),
    [
        ("public", False, "post"),
        ("unlisted", False, "post"),
        ("private", True, "post"),
        ("direct", True, "direct_message"),
        ("mutuals_only", True, "post"),
    ],
)
def test_what_is_not_open_to_all_is_private_and_a_conversation_of_its_own(visibility: str, kind: str, *, is_private: bool) -> None:
    post = read(status(1, visibility=visibility), id_of(1))
    assert (post.is_private, post.kind) == (is_private, kind)
    assert post.thread_id == (f"private:{id_of(1)}" if is_private else id_of(1))


def test_a_warning_is_the_title_and_a_quote_names_whom_it_quotes() -> None:
    assert read(status(1, spoiler_text="delivery rant")).title == "delivery rant"
    quoted = read(status(1, quote={"state": "accepted", "quoted_status": status(0, by={**ADA, "acct": "northwind"})}))
    assert (quoted.kind, quoted.addressed) == ("quote", ("northwind",))


def test_pictures_come_with_what_they_show_and_videos_as_stills() -> None:
    media = [
        {
            "type": "image",
            "url": "https://files.one.example/a.png",
            "preview_url": "https://files.one.example/s.png",
            "description": "the label",
        },
        {"type": "image", "url": None, "preview_url": "https://files.one.example/b.png", "description": None},
        {"type": "video", "url": "https://files.one.example/c.mp4", "preview_url": "https://files.one.example/c.png"},
        {"type": "audio", "url": "https://files.one.example/d.mp3"},
        {"type": "image", "url": "javascript:alert(1)"},
    ]
    assert read(status(1, media_attachments=media)).media == (
        PostMedia(MediaKind.PICTURE, "https://files.one.example/a.png", "the label"),
        PostMedia(MediaKind.PICTURE, "https://files.one.example/b.png", ""),
        PostMedia(MediaKind.VIDEO, "https://files.one.example/c.png", ""),
    )


def test_a_poll_is_read_with_its_choices_and_a_card_with_its_link() -> None:
    post = read(status(1, "Late?", poll={"options": [{"title": "yes"}, {"title": "very"}]}, card={"url": "https://news.example/late"}))
    assert post.text == "Late?\n- yes\n- very"
    assert post.links == ("https://news.example/late",)


def test_a_small_server_says_less_and_is_understood() -> None:
    bare = {
        "id": "a1",
        "created_at": "2026-11-20T12:00:00Z",
        "content": "hello",
        "account": {"id": "5", "username": "ada"},
        "uri": "https://s.example/1",
    }
    post = read(bare)
    assert (post.author.handle, post.url, post.language, post.is_private) == ("ada", "https://s.example/1", None, False)


@pytest.mark.parametrize(
    "item",
    [None, [], "x", {}, {"id": "1"}, {**status(1), "created_at": "soon"}, {**status(1), "content": "<p> </p>"}, {**status(1), "id": None}],
)
def test_what_says_nothing_or_stands_nowhere_is_no_post(item: Any) -> None:
    with pytest.raises(ValueError, match=r"no|nothing"):
        read(item)


def test_the_next_page_is_where_the_header_says_else_before_the_oldest() -> None:
    body = json.dumps([status(2), status(1)]).encode()
    link = '<https://one.example/api/v1/x?limit=2&max_id=77>; rel="next", <https://one.example/api/v1/x?min_id=9>; rel="prev"'
    assert read_statuses(Answer(200, {"link": link}, body)).older == "77"
    assert read_statuses(Answer(200, {"link": '<https://one.example/x?min_id=9>; rel="prev"'}, body)).older is None
    assert read_statuses(Answer(200, {}, body)).older == id_of(1)
    assert read_statuses(Answer(200, {}, b"[]")).older is None


@pytest.mark.parametrize("read_page", [read_statuses, read_notifications, read_search])
@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"<html>", b'"x"', b"[" * 100_000])
def test_an_answer_that_is_no_list_is_said_to_be_none(read_page: Any, body: bytes) -> None:
    with pytest.raises(Malformed):
        read_page(Answer(200, {}, body))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*status(1), "acct", "url", "type", "poll", "quote"]), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*status(1), "poll", "quote", "card"]), JUNK, max_size=8))
def test_whatever_a_server_sends_is_a_post_or_an_error_that_is_kept(changes: dict[str, Any]) -> None:
    item = {**status(1), **changes}
    page = read_statuses(Answer(200, {}, json.dumps([item]).encode()))
    assert all(isinstance(outcome(entry.item), Post | ValueError) for entry in page.entries)


def outcome(item: Any) -> Any:
    try:
        return read(item)
    except ValueError as error:
        return error
