"""X's posts, read from answers as complete, as bare and as odd as they come."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from desk.post import Post, PostAuthor
from listener.source import Malformed, Refused
from listener.sources.x.parse import Reader, XPage, packed_page, read_page
from storage.words import Capability
from tests.support.replay import FIXTURES, plain, read_cassette

EDITED = "2123714088268726272"
ORIGINAL = "2123712955806646272"
REPLY = "2123710762185654272"
ROOT = "2123447456363446272"
QUOTE = "2123716013454262272"
LONG = "2123708094608310272"
GONE = "2122993213240246272"


def pages(name: str) -> Iterator[XPage]:
    for _, recorded in read_cassette(FIXTURES / "x" / name):
        yield read_page(plain(recorded), Reader(("northwind",)))


def by_id(name: str) -> dict[str, Post]:
    return {post.external_id: post for page in pages(name) for post in page.posts}


def read(*items: Any, **beside: Any) -> XPage:
    return read_page(json.dumps({"data": list(items), **beside}).encode(), Reader(("northwind",)))


def one(**item: Any) -> Post:
    return read({"id": REPLY, "text": "hello", **item}).posts[0]


def test_a_reply_knows_its_thread_its_parent_its_author_and_whom_it_addresses() -> None:
    post = by_id("search.yaml")[REPLY]
    assert (post.thread_id, post.parent_id, post.kind) == (ROOT, ROOT, "reply")
    assert post.author == PostAuthor("501", "adaquill", "Ada Quill", 312, "https://x.com/adaquill")
    assert post.addressed == ("northwind",)
    assert post.url == f"https://x.com/adaquill/status/{REPLY}"
    assert post.posted_at == datetime(2026, 11, 20, 9, 31, 17, tzinfo=UTC)
    assert post.language is None  # X said "und"


def test_an_edit_names_the_earlier_ids_and_keeps_the_first_ones_instant() -> None:
    post = by_id("search.yaml")[EDITED]
    assert post.edit_of == (ORIGINAL,)
    assert post.posted_at == datetime(2026, 11, 20, 9, 40, tzinfo=UTC)
    assert post.edited_at == datetime(2026, 11, 20, 9, 44, 30, tzinfo=UTC)


def test_a_long_post_is_read_whole_and_its_mentions_with_it() -> None:
    post = by_id("search.yaml")[LONG]
    assert post.text.endswith("What now?")
    assert len(post.text) > 280
    assert post.capability is Capability.API
    assert post.language == "id"  # X's code for Indonesian is the one of before 1989


def test_retweets_are_left_out_and_an_item_without_an_id_stops_nobody() -> None:
    first, second = pages("search.yaml")
    assert [post.text for post in second.posts if post.text.startswith("RT")] == []
    assert [reject.error for reject in second.rejects] == ["ValueError: the post has no id"]
    assert b"an item without an id" in second.rejects[0].raw
    assert len(first.posts) + len(second.posts) == 6


def test_a_post_that_x_does_not_find_is_deleted_and_other_errors_are_told() -> None:
    page = list(pages("search.yaml"))[1]
    gone = [post for post in page.posts if post.deleted]
    assert [post.external_id for post in gone] == [GONE]
    assert page.notes == ("Sorry, you are not authorized to see the user with author_id: [599].",)


@pytest.mark.parametrize(
    ("name", "post_id", "capability"),
    [
        ("search.yaml", REPLY, Capability.API),
        ("search.yaml", QUOTE, Capability.API),
        ("search.yaml", EDITED, Capability.LINK),
        ("renamed.yaml", REPLY, Capability.API),
        ("renamed.yaml", EDITED, Capability.LINK),
    ],
)
def test_only_a_post_that_mentions_or_quotes_us_can_be_answered_by_the_interface(name: str, post_id: str, capability: Capability) -> None:
    post = by_id(name)[post_id]
    assert post.capability is capability
    assert ("mentions or quotes" in post.capability_reason) is (capability is Capability.LINK)


def test_a_reply_in_our_thread_that_does_not_name_us_is_not_a_summons() -> None:
    users = [{"id": "7001", "username": "Northwind"}]
    item = {"id": REPLY, "text": "still?", "in_reply_to_user_id": "7001", "entities": {"urls": []}}
    post = read({**item, "entities": {"urls": [{"expanded_url": "https://a.example"}]}}, includes={"users": users}).posts[0]
    assert post.addressed == ("northwind",)
    assert post.capability is Capability.LINK


def test_an_enterprise_app_may_answer_anyone() -> None:
    body = json.dumps({"data": [{"id": REPLY, "text": "northwind"}]}).encode()
    assert read_page(body, Reader(("northwind",), answers_anyone=True)).posts[0].capability is Capability.API


def test_the_renamed_fields_of_the_newer_interface_read_the_same() -> None:
    posts = by_id("renamed.yaml")
    assert posts[EDITED].edit_of == (ORIGINAL,)
    assert posts[EDITED].text == "northwind locker is EMPTY, for the third time this week"
    assert posts[REPLY].parent_id == ROOT
    assert posts[REPLY].author.handle == "adaquill"  # not beside the posts, but in the post itself
    assert posts[GONE].deleted
    assert len(posts) == 3


def test_an_id_and_a_text_are_enough() -> None:
    posts = by_id("bare.yaml")
    post = posts["2123706425275318272"]
    assert post.posted_at == datetime(2026, 11, 20, 9, 14, 3, tzinfo=UTC)  # from the id
    assert post.author == PostAuthor("")
    assert (post.addressed, post.capability) == (("northwind",), Capability.API)
    assert post.url == "https://x.com/i/web/status/2123706425275318272"
    assert post.thread_id == post.external_id


@pytest.mark.parametrize(
    "odd",
    [
        {"entities": None},
        {"entities": {"mentions": None, "urls": None}},
        {"entities": {"mentions": [None, {"username": None}, 3]}},
        {"referenced_tweets": None},
        {"referenced_tweets": [None, {"type": "replied_to"}]},
        {"edit_history_tweet_ids": None},
        {"edit_history_tweet_ids": ["x", None, REPLY]},
        {"note_tweet": None},
        {"note_tweet": {"text": None}},
        {"created_at": None},
        {"created_at": "yesterday"},
        {"created_at": "Fri Nov 20 09:31:17 +0000 2026"},
        {"lang": None},
        {"author_id": None},
        {"conversation_id": None},
        {"withheld": {"copyright": True}},
    ],
    ids=str,
)
def test_null_and_odd_fields_are_read_over(odd: dict[str, Any]) -> None:
    post = one(**odd)
    assert (post.external_id, post.text, post.thread_id) == (REPLY, "hello", REPLY)
    assert post.posted_at.replace(microsecond=0) == datetime(2026, 11, 20, 9, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "item",
    [None, 7, "text", [], {}, {"id": REPLY}, {"id": REPLY, "text": None}, {"id": "abc", "text": "x"}, {"id": "12", "text": "x"}],
    ids=str,
)
def test_what_cannot_be_read_is_kept_with_its_error_beside_what_can(item: Any) -> None:
    page = read(item, {"id": REPLY, "text": "fine"})
    assert [post.text for post in page.posts] == ["fine"]
    assert len(page.rejects) == 1
    assert page.rejects[0].error


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'"x"', b'{"data": [', b"{}", b'{"title": "x"}'])
def test_an_answer_of_another_form_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_page(body, Reader())


@pytest.mark.parametrize("body", [b'{"data": null}', b'{"meta": {"result_count": 0}}', b'{"data": [], "meta": null}'])
def test_nothing_found_is_an_empty_page(body: bytes) -> None:
    assert read_page(body, Reader()) == XPage()


def test_an_answer_of_nothing_but_errors_is_a_refusal_in_their_words() -> None:
    body = json.dumps(
        {"errors": [{"type": "https://api.x.com/2/problems/not-authorized-for-resource", "detail": "This account is protected."}]}
    )
    with pytest.raises(Refused, match="This account is protected"):
        read_page(body.encode(), Reader())


def test_the_three_escaped_signs_are_themselves_again_and_no_others() -> None:
    assert one(text="a &lt; b &amp;&amp; c &gt; d &amp;lt; &copy;").text == "a < b && c > d &lt; &copy;"


def test_a_kept_item_reads_again_as_the_same_post() -> None:
    post = by_id("search.yaml")[QUOTE]
    again = read_page(packed_page(json.dumps(post.raw).encode()), Reader(("northwind",)))
    assert again.posts == (post,)
