"""How values read on the board: ages, clocks, glyphs with their words. Pure; colour is never the only sign."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from dashboard import declared_words
from dashboard.texts import known, text
from dashboard.texts.language import ENGLISH, language
from storage.types import EPOCH
from storage.words import ReplyState, Sentiment, Urgency

GLYPHS = {Sentiment.NEGATIVE: "▼", Sentiment.NEUTRAL: "◆", Sentiment.POSITIVE: "▲"}
LEVELS = {Urgency.HIGH: 3, Urgency.NORMAL: 2, Urgency.LOW: 1}
REPLY_GLYPHS = {
    ReplyState.DRAFT: "✎",
    ReplyState.QUEUED: "◔",
    ReplyState.SENDING: "◑",
    ReplyState.SENT: "✓",
    ReplyState.FAILED: "✕",
    ReplyState.UNCERTAIN: "?",
    ReplyState.CANCELLED: "↺",
    ReplyState.BY_HAND: "☞",
}
SOON = timedelta(minutes=15)
COMMA_FOR_POINT = str.maketrans(",.", ".,")
MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
FOUND_LATER = re.compile(r"(?:https?:(?=//)|www(?=\.)|(?<=[\w.+-])@(?=[\w-])|:(?=[A-Za-z+_-]))", re.IGNORECASE)
"""What begins an address, a mail address, an emoji or an icon: Streamlit looks for them in text that Markdown is done with, where nothing is escaped."""

JOINER = "\u2060"
"""Cannot be seen and has no width."""


class Tone(StrEnum):
    """What a colour may say; the words beside it say the same."""

    CALM = "calm"
    GOOD = "good"
    WARM = "warm"
    BAD = "bad"
    DIM = "dim"


@dataclass(frozen=True, slots=True)
class Mark:
    """A glyph and its word, with the tone that draws them."""

    glyph: str
    word: str
    tone: Tone

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def sentiment_mark(sentiment: Sentiment | None) -> Mark:
    if sentiment is None:
        return Mark("◇", text("sentiment.none"), Tone.DIM)
    tones = {Sentiment.NEGATIVE: Tone.BAD, Sentiment.NEUTRAL: Tone.DIM, Sentiment.POSITIVE: Tone.GOOD}
    return Mark(GLYPHS[sentiment], text(f"sentiment.{sentiment}"), tones[sentiment])


def urgency_mark(urgency: Urgency | None, *, is_maybe: bool = False) -> Mark:
    """The level as a number from 1 (low) to 3 (high), and its word. `is_maybe`: high only because nobody in need may be missed."""
    if is_maybe:
        return Mark(f"{LEVELS[Urgency.HIGH]}?", text("mark.maybe_high"), Tone.WARM)
    if urgency is None:
        return Mark("–", text("urgency.none"), Tone.DIM)
    tones = {Urgency.HIGH: Tone.BAD, Urgency.NORMAL: Tone.CALM, Urgency.LOW: Tone.DIM}
    return Mark(str(LEVELS[urgency]), text(f"urgency.{urgency}"), tones[urgency])


def reply_mark(state: ReplyState) -> Mark:
    bad = {ReplyState.FAILED: Tone.BAD, ReplyState.UNCERTAIN: Tone.WARM, ReplyState.BY_HAND: Tone.WARM, ReplyState.SENT: Tone.GOOD}
    return Mark(REPLY_GLYPHS[state], text(f"reply.{state}"), bad.get(state, Tone.CALM))


def word_of(kind: str, value: StrEnum | str | None) -> str:
    """The screen's word for a member of a closed set; a name that the catalogue does not know stands as it is."""
    if value is None:
        return ""
    return declared_words.name(str(value)) if kind == "source" else known(f"{kind}.{value}", str(value).replace("_", " "))


def source_words(source: str, site: str) -> str:
    """The kind of place, and which one of it where there are several."""
    name = word_of("source", source)
    return f"{name} · {site}" if site else name


def span_words(span: timedelta) -> str:
    """The two largest units of a span: "2 d 3 h", "3 h 12 min", "12 min", "45 s"."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return text("unit.s", n=seconds)
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = (("d", days), ("h", hours)) if days else (("h", hours), ("min", minutes))
    return " ".join(text(f"unit.{unit}", n=n) for unit, n in parts if n)


def age_words(then: datetime, now: datetime) -> str:
    age = now - then
    return text("age.ago", age=span_words(age)) if age >= timedelta(seconds=45) else text("age.now")


def due_mark(due: datetime, now: datetime) -> Mark:
    """The time that is left until a due instant, or that has gone by since."""
    if due < now:
        return Mark("●", text("clock.over", span=span_words(now - due)), Tone.BAD)
    near = due - now < SOON
    return Mark("◕" if near else "○", text("clock.left", span=span_words(due - now)), Tone.WARM if near else Tone.DIM)


def clock_words(instant: datetime, *, now: datetime, zone: str) -> str:
    """An instant on the wall clock of `zone`: the time alone for today, with its day for earlier ones."""
    here, today = instant.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    time = f"{here:%H:%M}"
    if here.date() == today:
        return time
    if here.date() == today - timedelta(days=1):
        return text("clock.yesterday", time=time)
    month = text(f"month.{here.month}")
    if here.year == today.year:
        return text("clock.day", day=here.day, month=month, time=time)
    return text("clock.year", day=here.day, month=month, year=here.year)


def millis(instant: datetime | None) -> int | None:
    """An instant as the browser counts: whole milliseconds since 1970."""
    return None if instant is None else (instant - EPOCH) // timedelta(milliseconds=1)


def plain(words: str) -> str:
    """Text that Streamlit shows as it stands in a label or a toast: every sign of Markdown escaped, its links and images too."""
    parted = FOUND_LATER.sub(lambda found: f"{found[0]}{JOINER}", " ".join(words.split()))
    return MARKDOWN.sub(r"\\\1", parted)


def short(words: str, length: int) -> str:
    """The beginning of a text on one line, cut at a word where one ends near."""
    line = " ".join(words.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    head, _, tail = cut.rpartition(" ")
    return f"{head if head and len(tail) < 20 else cut}…"


def web_link(url: str) -> str:
    """The address when a browser may open it, else nothing: `javascript:` and its like are no links."""
    return url if re.match(r"https?://[^\s/]", url) else ""


def money_words(micros: int, currency: str) -> str:
    sign = {"USD": "$", "EUR": "€", "GBP": "£"}.get(currency)
    amount = f"{micros / 1_000_000:,.3f}".rstrip("0")
    whole, _, part = amount.partition(".")
    value = _signs(f"{whole}.{part:0<2}")
    return f"{sign}{value}" if sign and language() == ENGLISH else f"{value} {sign or currency}"


def number_words(n: float, digits: int = 0) -> str:
    """A number with the signs of the language: "1,200" and "1.200"."""
    return _signs(f"{n:,.{digits}f}")


def percent_words(share: float) -> str:
    """A share of 1 as a percentage: "25%" and "25 %"."""
    return f"{share:.0%}" if language() == ENGLISH else f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def _signs(number: str) -> str:
    return number if language() == ENGLISH else number.translate(COMMA_FOR_POINT)


def as_dicts(marks: tuple[Mark, ...]) -> list[dict[str, Any]]:
    return [mark.as_dict() for mark in marks]
