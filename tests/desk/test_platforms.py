"""How long a reply is by each platform's own count, and what it costs."""

import pytest

from desk.platforms import deep_link, length, limit, may_train, price, reply_price


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("hello", 5),
        ("a" * 280, 280),
        ("é", 1),
        ("e\u0301", 1),
        ("你好", 4),
        ("👩🏽‍🚒", 2),
        ("🇩🇪", 2),
        ("see https://example.com/a/very/long/path?with=query ok", 4 + 23 + 3),
        ("see example.com now", 4 + 23 + 4),
        ("me@example.com", 14),
        ("“quoted”", 8),
    ],
)
def test_length_on_x(text: str, expected: int) -> None:
    assert length("x", text) == expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("bluesky", "👩🏽‍🚒e\u0301🇩🇪🇫🇷", 4),
        ("mastodon", "äö 👩🏽‍🚒", 4),
        ("mastodon", "see https://example.com/a/very/long/path?with=query ok", 4 + 23 + 3),
        ("mastodon", "@ada@other.example and @bob, bob@other.example", len("@ada and @bob, bob@other.example")),
        ("reddit", "abc", 3),
        ("anything", "abc", 3),
    ],
)
def test_length_elsewhere(source: str, text: str, expected: int) -> None:
    assert length(source, text) == expected


@pytest.mark.parametrize("source", ["bluesky", "mastodon", "reddit"])
def test_a_private_message_is_counted_as_a_public_one_but_on_x(source: str) -> None:
    text = "👩🏽‍🚒 see https://example.com/a/very/long/path?with=query 漢"
    assert length(source, text, is_private=True) == length(source, text)
    assert length("x", text, is_private=True) == len(text)


def test_limits() -> None:
    assert (limit("x"), limit("reddit"), limit("appstore"), limit("googleplay"), limit("rss")) == (280, 10_000, 5_970, 350, None)


def test_prices_are_micros_and_scale_with_units() -> None:
    assert (price("x", "post_read", 3).micros, price("x", "post_read", 3).units) == (15_000, 3)
    assert price("reddit", "post_read", 3).micros == 0
    with pytest.raises(KeyError):
        price("x", "no such call")


@pytest.mark.parametrize(
    ("text", "is_addressed", "kind"),
    [
        ("Sorry!", True, "summoned_reply"),
        ("Sorry!", False, "post_write"),
        ("Look: https://acme.example", True, "link_write"),
        ("Look at acme.com", True, "link_write"),
    ],
)
def test_a_link_makes_a_reply_on_x_dear(text: str, is_addressed: bool, kind: str) -> None:
    assert reply_price("x", text, is_addressed=is_addressed).kind == kind


def test_a_reply_elsewhere_is_free() -> None:
    assert reply_price("reddit", "https://acme.example", is_addressed=True).micros == 0


@pytest.mark.parametrize(
    ("source", "parent", "url", "expected"),
    [
        ("x", "123", "https://x.com/a/status/123", "https://x.com/intent/post?in_reply_to=123"),
        ("x", "123&text=evil", "", ""),
        ("reddit", "t1_a", "https://www.reddit.com/r/a/b", "https://www.reddit.com/r/a/b"),
        ("rss", "guid", "javascript:alert(1)", ""),
    ],
)
def test_deep_links(source: str, parent: str, url: str, expected: str) -> None:
    assert deep_link(source, parent, url) == expected


@pytest.mark.parametrize(("source", "may"), [("x", False), ("reddit", False), ("rss", True), ("archive", True), ("somewhere", False)])
def test_no_classifier_is_trained_on_what_its_source_forbids(source: str, may: bool) -> None:
    assert may_train(source) is may
