"""What asking again for posts that were heard will cost: all their days until then, in the calls that it takes."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from desk import platforms
from desk.intake.rechecks import DAY_ZERO, STANDS, TOGETHER
from desk.settings import DeskSettings
from desk.sources.declaration import Recheck
from storage.dialect import later, slot
from storage.models import Catch, Credential, Feed, Mention

INSTANT = timedelta(microseconds=1)
AT_ONCE = -1
"""The slot of what is due already."""

Occasion = tuple[ColumnElement[bool], ColumnElement[int]]
"""Which mentions are asked for then, and in which slot."""


@dataclass(frozen=True, slots=True)
class RecheckForecast:
    """`times`: how often a post is asked for; one that is due on two of its days counts twice. `units`: of a day's quota, where nothing costs money."""

    times: int
    calls: int
    micros: int = 0
    units: int = 0


NOTHING = RecheckForecast(0, 0)


def forecast(session: Session, credential: Credential, *, settings: DeskSettings, until: datetime, now: datetime) -> RecheckForecast:
    """How often a credential asks for posts until then, and what that costs. What is heard in the meantime comes on top."""
    asked = platforms.recheck(credential.source)
    if asked is None:
        return NOTHING
    found = Counter[tuple[str, int]]()
    theirs = (Mention.source == credential.source) & STANDS & (Mention.recheck_at < until) & _asks(session, credential)
    for due, at in _occasions(session, asked, settings, until=until, now=now):
        counted = select(Mention.site, at, func.count()).where(theirs, due).group_by(Mention.site, at)
        for site, number, n in session.execute(counted):
            found[site, number] += n
    return _charged(credential.source, asked, found)


def _occasions(session: Session, asked: Recheck, settings: DeskSettings, *, until: datetime, now: datetime) -> list[Occasion]:
    """The next time, and each later one of a post's days."""
    last = until - INSTANT
    if asked.together:
        last -= (last - DAY_ZERO) % TOGETHER
    is_due = Mention.recheck_at <= now
    next_slot = case((is_due, AT_ONCE), else_=_slot(session, asked, Mention.recheck_at))
    occasions: list[Occasion] = [(Mention.recheck_at.is_not(None), next_slot)]
    for after in settings.recheck_after:
        at = later(session, Mention.seen_at, after)
        # Written with the column alone, so that the instants of an index say it.
        is_within = (Mention.seen_at > now - after) & (Mention.seen_at <= last - after)
        occasions.append((is_within & (at > Mention.recheck_at), _slot(session, asked, at)))
    return occasions


def _slot(session: Session, asked: Recheck, at: Any) -> ColumnElement[int]:
    """What is asked for at the same hour has the same number; 0 where each post is asked for at a moment of its own."""
    return slot(session, later(session, at, -INSTANT), TOGETHER) if asked.together else literal(0)


def _asks(session: Session, credential: Credential) -> ColumnElement[bool]:
    """The mentions that this credential asks for: that of the first feed that goes on and caught them."""
    alone = select(func.count()).select_from(Credential).where(Credential.source == credential.source)
    if session.scalar(alone) == 1:
        return literal(1) == 1
    first = (
        select(func.min(Feed.id))
        .join(Catch, Catch.feed_id == Feed.id)
        .where(Catch.mention_id == Mention.id, ~Feed.retired, Feed.enabled)
        .correlate(Mention)
    )
    ours = select(Feed.id).where(Feed.credential_id == credential.id)
    return first.scalar_subquery().in_(ours)


def _charged(source: str, asked: Recheck, found: Counter[tuple[str, int]]) -> RecheckForecast:
    times, calls = found.total(), sum(-(-n // asked.at_once) for n in found.values())
    charged = calls if asked.is_by_call else times
    if asked.price == platforms.QUOTA_UNIT:
        return RecheckForecast(times, calls, units=charged)
    return RecheckForecast(times, calls, micros=charged * platforms.recheck_price(source))
