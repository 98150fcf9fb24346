"""Reddit's comments and submissions, of this year's form and of 2016's."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.post import Post, PostAuthor, Unreadable
from listener.source import Malformed, RateLimited, Refused, Unauthorized
from listener.sources.reddit.parse import Listing, read_child, read_children, read_listing
from storage.words import Capability
from tests.support.replay import FIXTURES, plain, read_cassette

AT = datetime.fromtimestamp(1_795_166_000, UTC)


def children(name: str, path: str) -> tuple[Any, ...]:
    answers = {key[1]: plain(reply) for key, reply in read_cassette(FIXTURES / "reddit" / name)}
    return read_listing(json.loads(answers[path]), now=AT).children


def posts(name: str, path: str) -> dict[str, Post]:
    return {post.external_id: post for post in read_children(children(name, path))[0]}


def comment(**data: Any) -> dict[str, Any]:
    given = {
        "name": "t1_a",
        "body": "northwind?",
        "created_utc": AT.timestamp(),
        "link_id": "t3_x",
        "parent_id": "t3_x",
        "author": "Ada_Quill",
    }
    return {"kind": "t1", "data": {**given, **data}}


def test_a_comment_knows_its_thread_its_parent_and_its_author() -> None:
    post = posts("comments.yaml", "/r/northwind/comments/")["t1_c5"]
    assert (post.thread_id, post.parent_id, post.kind) == ("t3_hub1", "t3_hub1", "comment")
    assert post.author == PostAuthor("t2_ada1", "ada_quill", "ada_quill", None, "https://www.reddit.com/user/ada_quill")
    assert post.url == "https://www.reddit.com/r/northwind/comments/hub1/lifts/c5/"
    assert post.capability is Capability.API


def test_a_comment_of_2016_without_link_and_full_name_is_read() -> None:
    post = posts("comments.yaml", "/r/northwind/comments/")["t1_c2"]
    assert post.author.external_id == "ada_quill"
    assert post.url == "https://www.reddit.com/r/northwind/comments/hub1/lifts/c2/"
    bare = read_child(comment())
    assert bare.url == "https://www.reddit.com/comments/x/_/a/"


def test_a_deleted_comment_and_a_removed_submission_are_deleted_and_keep_nothing() -> None:
    gone = posts("comments.yaml", "/r/northwind/comments/")["t1_c3"]
    removed = posts("search.yaml", "/r/northwind/search/")["t3_p2"]
    for post in (gone, removed):
        assert post.deleted
        assert (post.text, post.title, post.author, post.raw) == ("", "", PostAuthor(""), {})


def test_an_edit_has_its_instant_and_a_locked_thread_cannot_be_answered() -> None:
    found = posts("search.yaml", "/r/northwind/search/")
    assert found["t3_p1"].edited_at is not None
    assert found["t3_p1"].addressed == ("northwind_care",)
    assert found["t3_p3"].capability is Capability.NONE
    assert "locked" in found["t3_p3"].capability_reason


def test_a_submission_that_is_a_link_shows_where_it_leads() -> None:
    post = posts("search.yaml", "/r/northwind/search/")["t3_p4"]
    assert (post.title, post.text) == ("Northwind lifts in the news", "https://news.example/northwind-lifts")
    assert (post.thread_id, post.parent_id) == ("t3_p4", None)


def test_the_inbox_tells_the_thread_only_by_a_link_and_private_messages_are_left_out() -> None:
    found = posts("inbox.yaml", "/message/mentions")
    assert set(found) == {"t1_m2"}
    assert found["t1_m2"].thread_id == "t3_xy77"
    assert found["t1_m2"].url == "https://www.reddit.com/r/rivertown/comments/xy77/trains/m2/"


def test_what_cannot_be_read_is_kept_beside_what_can() -> None:
    found, rejects = read_children(children("comments.yaml", "/r/northwind/comments/"))
    assert len(found) == 4
    assert [reject.error for reject in rejects] == ["ValueError: the item has no name", "ValueError: the item has no instant"]


@pytest.mark.parametrize(
    "child",
    [
        None,
        5,
        "t1_a",
        [],
        {},
        {"kind": "t1"},
        {"kind": "t3", "data": {"name": "t3_a", "created_utc": 1}},
        comment(body=None),
        comment(created_utc="x"),
    ],
    ids=str,
)
def test_rubbish_is_unreadable_and_never_an_error(child: Any) -> None:
    found, rejects = read_children([child, comment()])
    assert [post.external_id for post in found] == ["t1_a"]
    assert len(rejects) == 1
    assert isinstance(rejects[0], Unreadable)
    assert json.loads(rejects[0].raw) == child


@pytest.mark.parametrize(
    "odd",
    [
        {"author": None},
        {"author": "[deleted]"},
        {"edited": True},
        {"edited": None},
        {"edited": "soon"},
        {"link_id": None},
        {"parent_id": None},
        {"permalink": None},
        {"locked": None},
        {"created_utc": str(AT.timestamp())},
        {"created_utc": None, "created": AT.timestamp()},
    ],
    ids=str,
)
def test_null_and_odd_fields_are_read_over(odd: dict[str, Any]) -> None:
    post = read_child(comment(**odd))
    assert (post.external_id, post.text, post.posted_at, post.edited_at) == ("t1_a", "northwind?", AT, None)
    assert not post.deleted


@pytest.mark.parametrize("text", ["[deleted]", "[removed]", "[ Removed by Reddit ]"])
def test_the_placeholders_of_reddit_mean_that_it_is_gone(text: str) -> None:
    assert read_child(comment(body=text, author="[deleted]")).deleted


@pytest.mark.parametrize("document", [[], "", {}, {"kind": "Listing"}, {"data": {}}, {"data": {"children": None}}, {"error": 404}], ids=str)
def test_an_answer_that_is_no_listing_is_malformed(document: Any) -> None:
    with pytest.raises(Malformed):
        read_listing(document, now=AT)


def test_an_answer_of_errors_is_a_refusal_and_an_empty_listing_is_none() -> None:
    with pytest.raises(Unauthorized, match="Please log in"):
        read_listing({"json": {"errors": [["USER_REQUIRED", "Please log in to do that.", None]]}}, now=AT)
    with pytest.raises(Refused, match=r"Reddit refuses: SUBREDDIT_NOEXIST: that subreddit doesn't exist$"):
        read_listing({"json": {"errors": [["SUBREDDIT_NOEXIST", "that subreddit doesn't exist", "sr"]]}}, now=AT)
    assert read_listing({"data": {"children": [], "after": None}}, now=AT) == Listing()


def test_a_listing_that_answers_with_a_rate_limit_says_until_when() -> None:
    errors = [["RATELIMIT", "Looks like you've been doing that a lot. Take a break for 9 minutes before trying again.", "ratelimit"]]
    with pytest.raises(RateLimited, match="Take a break for 9 minutes") as told:
        read_listing({"json": {"errors": errors}}, now=AT)
    assert told.value.retry_at == AT + timedelta(minutes=9, seconds=1)
    assert "[" not in str(told.value)


@pytest.mark.parametrize("field", ["created_utc", "edited"])
@pytest.mark.parametrize("seconds", [1e17, -1e17, 10**17, 1e300])
def test_an_instant_that_no_calendar_reaches_blocks_only_its_item(field: str, seconds: float) -> None:
    odd, good = comment(**{field: seconds}), comment(name="t1_b", id="b")
    found, rejects = read_children([odd, good])
    assert [post.external_id for post in found] == ["t1_b"]
    assert len(rejects) == 1


def test_a_kept_item_reads_again_as_the_same_post() -> None:
    post = posts("search.yaml", "/r/northwind/search/")["t3_p1"]
    assert read_child(json.loads(json.dumps(post.raw))) == post
