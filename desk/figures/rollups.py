"""Counts of mentions by hour, for all and for each feed and brand; moved in the transaction that changes what they count."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import Insert, Select, select
from sqlalchemy.orm import Session

from storage import recount
from storage.dialect import among_given, excluded, given, is_sqlite, upserting
from storage.models import Catch, Feed, Mention, RollupHour
from storage.recount import COUNTS, EVERYTHING, Difference
from storage.words import Intent, Sentiment, Urgency

POSITION = {name: position for position, name in enumerate(COUNTS)}


@dataclass(frozen=True, slots=True)
class Labels:
    """The effective labels of a mention, as far as they are known."""

    sentiment: Sentiment | None = None
    intent: Intent | None = None
    urgency: Urgency | None = None
    needs_reply: bool | None = None
    abusive: bool | None = None

    @classmethod
    def of(cls, mention: Mention) -> Self:
        return cls(mention.sentiment, mention.intent, mention.urgency, mention.needs_reply, mention.abusive)

    @classmethod
    def counted(cls, mention: Mention) -> Self | None:
        """The labels with which a mention counts; None for one that counts nowhere: our own, a private or an erased one."""
        is_left_out = mention.is_own or mention.is_private or mention.deleted_at is not None
        return None if is_left_out else cls.of(mention)

    def counters(self) -> list[str]:
        """The counters in which a mention with these labels counts once."""
        said = [word.value for word in (self.sentiment, self.intent) if word is not None]
        flags = {"needs_reply": self.needs_reply, "high": self.urgency is Urgency.HIGH, "abusive": self.abusive}
        return ["n", *said, *(name for name, is_set in flags.items() if is_set)]


@dataclass(frozen=True, slots=True)
class Change:
    """A mention, or `times` of them alike, counts differently from now on. None: it does not count (not yet, or no more)."""

    hour: datetime
    scopes: Sequence[int]
    before: Labels | None
    after: Labels | None
    times: int = 1


def move(session: Session, changes: Iterable[Change]) -> None:
    """Take each mention out of the counters that held it, and put it into those that hold it now."""
    deltas: dict[tuple[datetime, int], list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for change in changes:
        if change.before != change.after:
            _add(deltas, change, change.before, -change.times)
            _add(deltas, change, change.after, change.times)
    _write(session, {key: delta for key, delta in deltas.items() if any(delta)})


def scopes(session: Session, mention_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Where each mention counts: in all, in the feeds that caught it, and in their brands."""
    found: dict[int, set[int]] = {mention_id: {EVERYTHING} for mention_id in mention_ids}
    for mention_id, feed_id, brand_id in session.execute(_caught(is_sqlite(session)), {"given": given(session, mention_ids)}):
        found[mention_id] |= {feed_id, -brand_id}
    return {mention_id: tuple(sorted(of)) for mention_id, of in found.items()}


@cache
def _caught(sqlite: bool) -> Select[Any]:
    columns: list[Any] = [Catch.mention_id, Catch.feed_id, Feed.brand_id]
    caught = select(*columns).join(Feed, Feed.id == Catch.feed_id)
    return caught.where(among_given("given", Catch.mention_id, sqlite=sqlite))


def check(session: Session) -> list[Difference]:
    """Every counter that differs from a recount of the mentions; empty when all is well."""
    return recount.differences(session)


def rebuild(session: Session, of: Sequence[int] | None = None) -> None:
    """Count the mentions anew, in all scopes or in some."""
    recount.rebuild(session, of)


def _add(deltas: Mapping[tuple[datetime, int], list[int]], change: Change, labels: Labels | None, step: int) -> None:
    if labels is None:
        return
    positions = [POSITION[name] for name in labels.counters()]
    for scope in change.scopes:
        delta = deltas[change.hour, scope]
        for position in positions:
            delta[position] += step


def _write(session: Session, deltas: Mapping[tuple[datetime, int], Sequence[int]]) -> None:
    rows = [{"hour": hour, "scope": scope, **dict(zip(COUNTS, delta, strict=True))} for (hour, scope), delta in deltas.items()]
    if rows:
        session.execute(_counting(is_sqlite(session)), sorted(rows, key=lambda row: (row["hour"], row["scope"])))


@cache
def _counting(sqlite: bool) -> Insert:
    """Built once: it names each counter three times, and every page and every batch of triage executes it."""
    table = RollupHour.__table__
    change = {name: table.c[name] + excluded(name) for name in COUNTS}
    return upserting(table, key=("hour", "scope"), change=change, sqlite=sqlite)
