"""How values read: tables of cases."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from dashboard import format as reads
from storage.words import ReplyState, Sentiment, Urgency

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (119, "1 min"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (11_520, "3 h 12 min"),
        (86_400, "1 d"),
        (86_460, "1 d"),
        (183_600, "2 d 3 h"),
        (-5, "0 s"),
    ],
)
def test_a_span_reads_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert reads.span_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "just now"), (44, "just now"), (45, "45 s ago"), (7200, "2 h ago"), (-30, "just now")])
def test_an_age_reads_as_how_long_ago(seconds: int, words: str) -> None:
    assert reads.age_words(NOON - timedelta(seconds=seconds), NOON) == words


@pytest.mark.parametrize(
    ("minutes", "words", "tone"),
    [(120, "2 h left", "dim"), (15, "15 min left", "dim"), (14, "14 min left", "warm"), (0, "0 s left", "warm"), (-3, "3 min over", "bad")],
)
def test_a_due_time_says_what_is_left_or_over(minutes: int, words: str, tone: str) -> None:
    mark = reads.due_mark(NOON + timedelta(minutes=minutes), NOON)
    assert (mark.word, mark.tone) == (words, tone)
    assert mark.glyph


@pytest.mark.parametrize(
    ("instant", "zone", "words"),
    [
        (NOON, "Europe/London", "12:00"),
        (NOON, "Asia/Tokyo", "21:00"),
        (NOON - timedelta(days=1), "UTC", "yesterday 12:00"),
        (NOON - timedelta(hours=13), "UTC", "yesterday 23:00"),
        (NOON - timedelta(days=5), "UTC", "25 Feb 12:00"),
        (NOON + timedelta(days=3), "UTC", "5 Mar 12:00"),
        (NOON - timedelta(days=400), "UTC", "26 Jan 2025"),
    ],
)
def test_a_clock_reads_on_the_walls_of_its_zone(instant: datetime, zone: str, words: str) -> None:
    assert reads.clock_words(instant, now=NOON, zone=zone) == words


def test_every_mark_has_a_glyph_and_a_word_of_its_own() -> None:
    sentiments = [reads.sentiment_mark(one) for one in (*Sentiment, None)]
    urgencies = [reads.urgency_mark(one) for one in (*Urgency, None)]
    replies = [reads.reply_mark(one) for one in ReplyState]
    for marks in (sentiments, urgencies, replies):
        assert len({mark.glyph for mark in marks}) == len(marks)
        assert len({mark.word for mark in marks}) == len(marks)
    assert [mark.glyph for mark in sentiments] == ["▼", "◆", "▲", "◇"]


@pytest.mark.parametrize(
    "words",
    [
        "![x](https://evil.example/p.png)",
        "<img src=x onerror=alert(1)>",
        "https://evil.example",
        "www.evil.example",
        "me@evil.example",
        ":red[alarm] :material/delete: :smile:",
        "$a^2$ **bold** `code` # head",
    ],
)
def test_plain_text_keeps_its_words_and_loses_its_markup(words: str) -> None:
    escaped = reads.plain(words)
    assert escaped.replace("\\", "").replace(reads.JOINER, "") == words
    for place, sign in enumerate(escaped):
        if sign in "![](){}<>:$*`#_~|@./^=":
            assert escaped[place - 1] == "\\"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("see HTTPS://evil.example/a", r"https?://"),
        ("www.evil.example", r"www\."),
        ("write to me.too+1@evil.example", r"[-.\w+]@[-\w]"),
        ("a :smile: and :material/delete:", r":[\w+-]"),
    ],
)
def test_plain_text_holds_nothing_that_is_looked_for_after_markdown(words: str, found: str) -> None:
    """Addresses become links, and names of emoji become emoji, also where each of their signs is escaped."""
    unescaped = reads.plain(words).replace("\\", "")
    assert re.search(found, words, re.IGNORECASE)
    assert not re.search(found, unescaped, re.IGNORECASE)


def test_plain_text_stands_on_one_line() -> None:
    assert reads.plain("one\n\n- two\r\n# three") == r"one \- two \# three"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://x.com/a/status/1", "https://x.com/a/status/1"),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x"),
        ("javascript:alert(1)", ""),
        (" https://x.com", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
        ("//evil.example", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_are_links(url: str, link: str) -> None:
    assert reads.web_link(url) == link


@pytest.mark.parametrize(("micros", "words"), [(200_000, "$0.20"), (15_000, "$0.015"), (1_000, "$0.001"), (12_500_000, "$12.50")])
def test_money_reads_in_its_currency(micros: int, words: str) -> None:
    assert reads.money_words(micros, "USD") == words


def test_money_of_another_currency_names_it() -> None:
    assert reads.money_words(2_000_000, "SEK") == "2.00 SEK"


@pytest.mark.parametrize(
    ("words", "cut"), [("short", "short"), ("a b\nc", "a b c"), ("one two three four", "one two…"), ("x" * 30, "x" * 9 + "…")]
)
def test_a_long_text_is_cut_on_one_line(words: str, cut: str) -> None:
    assert reads.short(words, 10) == cut


def test_a_word_that_the_catalogue_lacks_stands_as_it_is() -> None:
    assert reads.word_of("source", "usenet_news") == "usenet news"
    assert reads.source_words("discourse", "help.example") == "Discourse · help.example"
