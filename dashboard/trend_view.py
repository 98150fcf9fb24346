"""What the Trends page draws, made of the desk's counts: bars, bands, shares, rows. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any

from dashboard.charts import Band, Bar, Moment, Step, Tick
from dashboard.shares import Counted, Level, Share, pooled, share
from dashboard.texts import text
from dashboard.trend_time import Period, bucket_words, ends, point_words, ticks
from dashboard.trend_words import reason_of
from desk.figures.totals import Total
from desk.figures.trends import Point, Span
from desk.labels.models import Change
from storage.words import Sentiment

SENTIMENTS = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
TABLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class View:
    """One scope over one period, with the period before. `points` and `before` stand bucket by bucket beside each other.

    `total` is all that is drawn, `full` and `total_before` are what can be compared: whole hours only. `first`: the hour of the scope's
    first mention. `changes`: when another model took over.
    """

    period: Period
    points: tuple[Point, ...]
    before: tuple[Point, ...]
    blind: tuple[Span, ...]
    full: Total
    total_before: Total
    first: datetime | None
    changes: tuple[Change, ...] = ()

    @property
    def total(self) -> Total:
        return total(self.points)

    @property
    def until(self) -> datetime:
        """Where the last bucket ends, which may not be over."""
        return self.end(self.points[-1]) if self.points else self.period.until

    def end(self, point: Point) -> datetime:
        return ends(point.at, by=self.period.by, zone=self.period.zone)

    def bucket(self, at: datetime) -> datetime:
        """Where the bucket of an instant begins; the instant itself outside of the period."""
        return next((point.at for point in self.points if point.at <= at < self.end(point)), at)

    def when(self, point: Point) -> str:
        words = bucket_words(point.at, by=self.period.by, zone=self.period.zone)
        return text("trends.tip.so_far", when=words) if point.is_open else words


def total(points: Sequence[Point]) -> Total:
    return Total(*(sum(getattr(point, name) for point in points) for name in ("n", "negative", "neutral", "positive")))


def of(counts: Total, sentiment: Sentiment) -> int:
    found: int = getattr(counts, sentiment.value)
    return found


def bars(view: View, name: str) -> tuple[Bar, ...]:
    """One bar a bucket: of `n`, or of one sentiment."""
    return tuple(
        Bar(
            since=point.at,
            until=view.end(point),
            n=getattr(point, name),
            before=None if earlier is None else getattr(earlier, name),
            is_open=point.is_open,
            when=view.when(point),
            blind=blind_in(view, point),
        )
        for point, earlier in beside(view)
    )


def counted_as(view: View, now: Sequence[int], before: Sequence[int]) -> View:
    """The same period with other counts in its buckets."""
    points = tuple(replace(point, n=n, negative=0, neutral=0, positive=0) for point, n in zip(view.points, now, strict=False))
    earlier = tuple(replace(point, n=n, negative=0, neutral=0, positive=0) for point, n in zip(view.before, before, strict=False))
    return replace(view, points=points, before=earlier)


def beside(view: View) -> Iterator[tuple[Point, Point | None]]:
    """Each bucket with the one in its place in the period before."""
    yield from zip_longest(view.points, view.before[: len(view.points)])


def highest(view: View, *names: str) -> int:
    """The highest bar of several charts that stand on one scale, the period before among them."""
    return max((getattr(point, name) for point in (*view.points, *view.before) for name in names), default=0)


def bands(view: View) -> tuple[Band, ...]:
    """Where posts of at least one feed are missing, not merely read late: spells that overlap are one band, so that no stripes lie on stripes."""
    found: list[list[Span]] = []
    for span in sorted((span for span in view.blind if not span.is_read_late), key=lambda span: span.since):
        if found and span.since <= max(held.until for held in found[-1]):
            found[-1].append(span)
        else:
            found.append([span])
    return tuple(_band(view, spans) for spans in found)


def moments(view: View) -> tuple[Moment, ...]:
    """When another model took over: what is counted may move by that alone."""
    zone = view.period.zone
    return tuple(Moment(one.at, text("model.trend", model=one.name, time=point_words(one.at, zone=zone))) for one in view.changes)


def moment_sentences(view: View) -> list[str]:
    """The same in words."""
    zone = view.period.zone
    return [text("model.trend.said", time=point_words(one.at, zone=zone), model=one.name, before=one.before) for one in view.changes]


def blind_in(view: View, point: Point) -> str:
    """Which feeds were blind in a bucket, and why; empty when all could see."""
    until = view.end(point)
    return _who([span for span in view.blind if span.since < until and span.until > point.at])


def axis_ticks(view: View) -> tuple[Tick, ...]:
    return ticks([point.at for point in view.points], by=view.period.by, days=view.period.days, zone=view.period.zone)


def steps(view: View) -> tuple[Step, ...]:
    """The share of negative over time, pooled until each level can be believed."""
    counted = [Counted(point.at, view.end(point), point.negative, point.negative + point.neutral + point.positive) for point in view.points]
    return tuple(_step(view, found) for found in pooled(counted))


def share_of(counts: Total, sentiment: Sentiment) -> Share | None:
    """A sentiment's share of what is triaged, None where that is too little."""
    return share(of(counts, sentiment), counts.triaged)


def began_late(view: View) -> bool:
    """Whether the scope was first heard when a good part of the period before was over, so that the comparison flatters."""
    span = view.period.before_until - view.period.before_since
    return view.first is not None and view.first > view.period.before_since + span / 10


def peak(view: View) -> Point | None:
    """The highest bucket that is over; None when all are empty."""
    found = max((point for point in view.points if not point.is_open), key=lambda point: point.n, default=None)
    return found if found and found.n else None


def table(view: View) -> tuple[list[str], list[list[Any]]]:
    """The numbers behind all charts, oldest first: a header and rows of plain cells."""
    names = ("since", "until", "n", "before", "negative", "neutral", "positive", "untriaged", "blind", "open")
    return [text(f"trends.table.{name}") for name in names], [_cells(view, point, earlier) for point, earlier in beside(view)]


def _cells(view: View, point: Point, earlier: Point | None) -> list[Any]:
    edges = [point_words(edge, zone=view.period.zone) for edge in (point.at, view.end(point))]
    sentiments = [point.negative, point.neutral, point.positive]
    before = "" if earlier is None else earlier.n
    is_open = text("trends.table.yes") if point.is_open else ""
    return [*edges, point.n, before, *sentiments, point.n - sum(sentiments), blind_in(view, point), is_open]


def _band(view: View, spans: Sequence[Span]) -> Band:
    since, until = spans[0].since, max(span.until for span in spans)
    when = f"{point_words(since, zone=view.period.zone)} – {point_words(until, zone=view.period.zone)}"
    return Band(since, until, when, _who(spans))


def _who(spans: Sequence[Span]) -> str:
    said = dict.fromkeys(
        text("trends.tip.late_in" if span.is_read_late else "trends.tip.blind_in", feed=span.feed, reason=reason_of(span)) for span in spans
    )
    return "; ".join(said)


def _step(view: View, found: Level) -> Step:
    since, until = (point_words(edge, zone=view.period.zone) for edge in (found.since, found.until))
    held = found.share
    return Step(found.since, found.until, held.value, held.low, held.high, held.whole, f"{since} – {until}")
