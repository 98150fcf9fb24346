"""What the Outcomes page is asked for by its address, and its figures in words. Pure.

`?scope=feed-7&days=28&clock=wall&show=frt:late` shows one feed by all hours and lists the first answers that came late.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.filters import read_number
from dashboard.format import span_words
from dashboard.shares import LEAST
from dashboard.texts import known, text
from desk.figures.figure_cases import LATE, NAMES, Figure, place_of, span_of
from desk.figures.performance import Clock, Measure, Outcomes, Spread, Within
from storage.words import Outcome

DAYS = (7, 28, 90)
KINDS = ("brand", "feed", "team")
DAILY_AT_MOST = 28
"""A longer period is drawn by weeks."""

BESIDE = (Outcome.ANSWERED, Outcome.MOVED, Outcome.DECLINED, Outcome.NO_ANSWER)
APART = (Outcome.DUPLICATE, Outcome.SPAM, Outcome.NO_ACTION)
CAUSE_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `scope` is `all`, `brand-n`, `feed-n` or `team-n`; `show` the figure whose cases are listed."""

    scope: str = "all"
    days: int = 28
    clock: Clock = Clock.HOURS
    show: Figure | None = None

    def as_query(self) -> dict[str, str]:
        query = {"scope": self.scope, "days": str(self.days), "clock": self.clock.value}
        return query | ({"show": f"{self.show.name}:{self.show.value}"} if self.show else {})

    def within(self, now: datetime, *, zone: str) -> Within:
        """The last so many days of the workspace's calendar, up to now."""
        kind, _, number = self.scope.partition("-")
        return Within(self.starts(now, zone=zone)[0], now, **({f"{kind}_id": int(number)} if kind in KINDS else {}))

    def starts(self, now: datetime, *, zone: str) -> list[datetime]:
        """Where its days begin, or its weeks when it is long; oldest first."""
        midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        step = 1 if self.days <= DAILY_AT_MOST else 7
        # Arithmetic on a local time moves its wall clock: a day with a change of clocks is 23 or 25 hours long.
        return [(midnight - timedelta(days=back)).astimezone(UTC) for back in range(self.days - 1, -1, -step)]


def asked(query: Mapping[str, str]) -> Asked:
    """Read an address. It comes from outside: what makes no sense falls back to the usual view."""
    days = next((days for days in DAYS if str(days) == query.get("days")), Asked().days)
    clock = next((clock for clock in Clock if clock == query.get("clock")), Clock.HOURS)
    kind, _, number = query.get("scope", "").partition("-")
    scope = f"{kind}-{read_number(number)}" if kind in KINDS and read_number(number) else "all"
    name, _, value = query.get("show", "").partition(":")
    return Asked(scope, days, clock, Figure(name, value) if name in NAMES else None)


def half_words(spread: Spread) -> str:
    return text("outcomes.half", span=minutes_words(spread.p50))


def spread_words(spread: Spread) -> str:
    return text("outcomes.spread", three=minutes_words(spread.p75), nine=minutes_words(spread.p90), n=spread.n)


def kept_words(spread: Spread) -> str:
    """The share within the promise; below thirty the bare numbers; nothing where nothing was promised."""
    if not spread.promised:
        return ""
    if spread.promised < LEAST:
        return text("outcomes.kept.few", kept=spread.kept, n=spread.promised)
    return text("outcomes.kept", percent=round(spread.kept * 100 / spread.promised), n=spread.promised)


def kept_short(spread: Spread) -> str:
    """The same in a column that says what it is."""
    if not spread.promised:
        return "–"
    if spread.promised < LEAST:
        return text("outcomes.kept.short_few", kept=spread.kept, n=spread.promised)
    return text("outcomes.kept.short", percent=round(spread.kept * 100 / spread.promised), n=spread.promised)


def minutes_words(span: timedelta | None) -> str:
    """A time that was measured in whole minutes."""
    if span is None:
        return "–"
    return span_words(span) if span >= timedelta(minutes=1) else text("outcomes.under")


def held_words(found: Outcomes) -> str:
    """How much of what was solved held; a share only of enough."""
    if not found.judged:
        return text("outcomes.solved.nothing")
    if found.judged < LEAST:
        return text("outcomes.solved.few", held=found.held, n=found.judged, least=LEAST)
    return text("outcomes.solved.share", percent=round(found.held * 100 / found.judged), n=found.judged)


def bar_words(place: int) -> str:
    return text(f"outcomes.bar.{place}")


def day_words(at: datetime, zone: str) -> str:
    there = at.astimezone(ZoneInfo(zone))
    return text("trends.tick.date", weekday="", day=there.day, month=text(f"month.{there.month}"))


def figure_words(figure: Figure, *, about: str = "", zone: str = "UTC") -> str:
    """What a list of cases is of."""
    if figure.name in set(Measure):
        measure = text(f"outcomes.{figure.name}")
        if figure.value == LATE:
            return text("outcomes.late.of", measure=measure)
        return text("outcomes.bar.of", measure=measure, bar=bar_words(place_of(figure.value)))
    if figure.name == "outcome":
        return text("outcomes.what.outcome", outcome=text(f"outcome.{figure.value}") if figure.value in set(Outcome) else figure.value)
    if figure.name == "rule":
        return text("outcomes.what.rule", rule=figure.value or text("outcomes.rules.none"))
    if figure.name == "cause":
        return text("outcomes.what.cause", cause=about or figure.value)
    own = {"step": _step_words, "span": _span_words, "person": _person_words}.get(figure.name)
    return own(figure.value, about, zone) if own else text(f"outcomes.{figure.name}")


def _step_words(value: str, _about: str, _zone: str) -> str:
    return known(f"outcomes.steps.{value}", value)


def _span_words(value: str, _about: str, zone: str) -> str:
    since, until = span_of(value)
    return text("outcomes.what.week" if until - since > timedelta(days=2) else "outcomes.what.day", day=day_words(since, zone))


def _person_words(value: str, about: str, _zone: str) -> str:
    return text(f"outcomes.what.person.{'back' if value.endswith('-back') else 'held'}", person=about)
