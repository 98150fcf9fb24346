"""What the Trends page says in sentences: how many, against what, and how far it could see."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard.format import number_words, span_words
from dashboard.shares import LEAST, Share
from dashboard.texts import known, text
from dashboard.trend_time import point_words
from desk.figures.trends import Span
from storage.words import LookResult

FEW = 30
"""Below this many a percentage makes noise sound like news: the difference is told as a count."""
SENTENCES = 3


def counted(name: str, n: int) -> str:
    """The catalogue's string for one, or for many."""
    return text(f"{name}.{'one' if n == 1 else 'many'}", n=n)


def last_words(days: int) -> str:
    return text("trends.last.1" if days == 1 else "trends.last.many", days=days)


def before_words(days: int) -> str:
    return text("trends.before.1" if days == 1 else "trends.before.many", days=days)


def headline(n: int, compared: tuple[int, int], *, days: int) -> str:
    """The page in one sentence, such as "412 mentions in the last 7 days, 18 % more than in the 7 days before"."""
    return text("trends.headline", mentions=counted("trends.mentions", n), period=last_words(days), change=change(*compared, days=days))


def change(now: int, before: int, *, days: int) -> str:
    """How a count stands against the one before, in words."""
    name, values = _change(now, before)
    return text(f"trends.change.{name}", before=before_words(days), **values)


def _change(now: int, before: int) -> tuple[str, dict[str, object]]:
    if now == before:
        return "same", {}
    if before == 0:
        return "first", {}
    if before < FEW:
        return ("few_more", {"n": now - before}) if now > before else ("few_fewer", {"n": before - now})
    if now >= 3 * before:
        return "times", {"times": number_words(now / before, 0 if round(now / before, 1).is_integer() else 1)}
    percent = round(abs(now - before) * 100 / before)
    if percent == 0:
        return "same", {}
    return ("more" if now > before else "fewer"), {"percent": percent}


def share_words(share: Share | None, n: int) -> str:
    """As "31 % of 412", or that there are too few of them to say so."""
    if share is None:
        return text("trends.share.hidden", least=LEAST, n=n)
    return text("trends.share", percent=round(share.value * 100), n=share.whole)


def points(now: Share | None, before: Share | None, *, days: int) -> str:
    """How a share stands against the one before; nothing while one of them is hidden."""
    if now is None or before is None:
        return ""
    moved = round(now.value * 100) - round(before.value * 100)
    name = "same" if moved == 0 else "more" if moved > 0 else "fewer"
    if abs(moved) == 1:
        return text(f"trends.points.{name}.one", before=before_words(days))
    return text(f"trends.points.{name}", points=abs(moved), before=before_words(days))


def reason_of(span: Span) -> str:
    """Why a feed was blind, as the end of a sentence that begins with the feed."""
    if span.is_missed:
        return text("trends.reason.missed")
    return reason(span.result) if span.counted is None else text("trends.reason.counted", n=number_words(span.counted))


def reason(result: LookResult) -> str:
    """The same for a look that brought nothing at all."""
    return known(f"trends.reason.{result}", text("trends.reason.other"))


def blind_sentences(spans: Sequence[Span], *, now: datetime, zone: str) -> list[str]:
    """One sentence for each feed that was blind, the longest first, and one for all the rest; then those whose posts all came in late."""
    blind = _blind_sentences([span for span in spans if not span.is_read_late and not span.is_missed], now=now, zone=zone)
    missed = _blind_sentences([span for span in spans if span.is_missed], now=now, zone=zone, name="trends.missed")
    late = _blind_sentences([span for span in spans if span.is_read_late], now=now, zone=zone, name="trends.late")
    return [*blind, *missed, *late]


def _blind_sentences(spans: Sequence[Span], *, now: datetime, zone: str, name: str = "trends.blind") -> list[str]:
    feeds: dict[str, list[Span]] = {}
    for span in sorted(spans, key=lambda span: span.since):
        feeds.setdefault(span.feed, []).append(span)
    worst = sorted(feeds.values(), key=length, reverse=True)
    told = [_sentence(of_feed, now=now, zone=zone, name=name) for of_feed in worst[:SENTENCES]]
    return told + ([counted(f"{name}.more", len(worst) - SENTENCES)] if len(worst) > SENTENCES else [])


def length(spans: Sequence[Span]) -> timedelta:
    """How long one feed was blind in all; spells that overlap count once."""
    total, seen = timedelta(0), None
    for span in sorted(spans, key=lambda span: span.since):
        begins = span.since if seen is None else max(span.since, seen)
        total += max(span.until - begins, timedelta(0))
        seen = span.until if seen is None else max(seen, span.until)
    return total


def _sentence(spans: Sequence[Span], *, now: datetime, zone: str, name: str) -> str:
    last = spans[-1]
    which = "one" if len(spans) == 1 else "many"
    if last.until >= now and not last.is_missed:
        which = "now" if len(spans) == 1 else "many_now"
    return text(
        f"{name}.{which}",
        feed=last.feed,
        span=span_words(length(spans)),
        times=len(spans),
        since=point_words(last.since, zone=zone),
        until=point_words(last.until, zone=zone),
        reason=reason_of(last),
    )
