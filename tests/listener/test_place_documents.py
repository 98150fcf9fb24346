"""Documents of forums, blogs and app stores, read by the parsers alone.

They are written after the vendors' documentation, not recorded: Discourse's openapi description, the REST handbook of WordPress, App Store
Connect's customerReviews and Google's "Reply to reviews".
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from listener.source import Malformed
from listener.sources.discourse import parse as discourse_parse
from listener.sources.shared.reading import read_all, read_lists
from listener.sources.stores import appstore_parse, googleplay_parse
from listener.sources.wordpress import parse as wordpress_parse
from tests.support.replay import FIXTURES

FORUM = discourse_parse.Forum("https://community.acme.example", "community.acme.example")


def document(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))


def test_a_forums_posts() -> None:
    answer, first = (discourse_parse.read_post(item, FORUM) for item in document("discourse/posts.json")["latest_posts"])
    assert answer.text == "ada:\n\n> It leaks.\n\nMine as well. @AcmeCare :sad:"
    assert (answer.title, answer.addressed, answer.media) == ("", ("acmecare",), ())
    assert answer.edited_at == datetime(2026, 11, 20, 9, 20, tzinfo=UTC)
    assert (first.title, first.thread_id, first.author.external_id) == ("Kettle leaks", answer.thread_id, "ada")
    assert first.url == "https://community.acme.example/t/kettle-leaks/7/1"


def test_a_blogs_comments() -> None:
    answer, first = (wordpress_parse.read_comment(item, "blog") for item in document("wordpress/comments.json"))
    assert answer.text == "Mine leaks as well – since Monday.\nAny news?"
    assert (answer.parent_id, answer.thread_id, answer.author.external_id) == ("30", "post:12", "visitor:00112233445566778899aabbccddeeff")
    assert answer.posted_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (first.parent_id, first.author.external_id) == (None, "")


def test_reviews_of_the_app_store() -> None:
    entries, following = appstore_parse.read_page(document("appstore/reviews.json"))
    review, answer = appstore_parse.read_review(entries[0].item, appstore_parse.App("42", "42", "acme"))
    assert appstore_parse.cursor_in(following) == "AQ.abc"
    assert (review.title, review.text) == ("★★☆☆☆ Crashes · USA", "Since the update it closes at once.")
    assert (answer.text, answer.parent_id) == ("2.4 mends it.", review.external_id)
    assert answer.posted_at == datetime(2026, 11, 20, 16, tzinfo=UTC)


def test_reviews_of_google_play() -> None:
    entries, token = googleplay_parse.read_page(document("googleplay/reviews.json"))
    app = googleplay_parse.App("com.acme.shop", "com.acme.shop", "acme")
    (plain,), (review, answer) = (googleplay_parse.read_review(entry.item, app) for entry in entries)
    assert (token, plain.title, plain.text) == ("next", "★★★★☆", "Love it, but it is slow")
    assert review.title == "★★☆☆☆ Crashes · 2.3.1 · E5333 (Xperia C4) · Android API 34"
    assert (review.text, answer.text) == ("Since the update it closes at once.", "2.4 mends it.")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "attributes", "comments", "userComment", "content", "label", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
NAMES = [
    "id",
    "created_at",
    "topic_id",
    "cooked",
    "post",
    "date_gmt",
    "content",
    "review",
    "response",
    "attributes",
    "reviewId",
    "comments",
    "author",
    "updated",
    "title",
    "im:rating",
]


@given(st.lists(JUNK | st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=8), max_size=4))
def test_whatever_an_item_holds_it_is_a_post_or_unreadable(items: list[Any]) -> None:
    apple, google = appstore_parse.App("42", "42", "acme"), googleplay_parse.App("com.acme.shop", "com.acme.shop", "acme")
    found = [
        read_all(items, lambda item: discourse_parse.read_post(item, FORUM)),
        read_all(items, lambda item: wordpress_parse.read_comment(item, "blog")),
        read_all(items, lambda item: appstore_parse.read_public(item, apple, "gb")),
        read_lists(items, lambda item: appstore_parse.read_review(item, apple)),
        read_lists(items, lambda item: googleplay_parse.read_review(item, google)),
    ]
    assert all(len(rejects) <= len(items) for _, rejects in found)
    for item in items:
        assert discourse_parse.entry(item).key
        assert wordpress_parse.entry(item).key


@given(JUNK)
def test_whatever_a_page_holds_it_is_read_or_refused_in_words(given: Any) -> None:
    for read in (appstore_parse.read_page, googleplay_parse.read_page, appstore_parse.public_page):
        for page in (given, {"data": [given], "included": [given]}, {"reviews": [given]}, {"feed": {"entry": [given]}}):
            with suppress(Malformed):
                assert read(page) is not None
