"""How many calls a platform still takes: of a credential as a whole, or of a part of its calls that is counted apart.

A source declares what is counted apart (`limited_apart`): a search that is spent then stops neither mentions nor replies. Where a day's calls of a kind
are counted by us (`calls_a_day`), the ledger tells how many are left.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.orm import Session

from desk.post import Limits
from desk.sources import known
from storage.dialect import among, excluded, upsert
from storage.models import CallLimit, Cost, Credential, Feed

IN_TURN = (Feed.next_poll_at, Feed.failing_since.nulls_last(), Feed.last_look_at.nulls_first(), Feed.id)
"""Who waits longest comes first; of several that wait for one reset those that were sent away, so that all get equal turns."""

RECHECK = "recheck"
WHOLE = ""
Calls = tuple[int, str]
"""A credential, and what of its calls is counted apart; WHOLE for all others."""


@dataclass(frozen=True, slots=True)
class DaysCalls:
    """A kind of call of which a day has so many: how many are `left`, and when the next day begins."""

    most: int
    left: int
    anew_at: datetime


def turn(row: Any) -> tuple[Any, ...]:
    """The same order for rows that were read."""
    never = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    return row.next_poll_at, row.failing_since or never[0], row.last_look_at or never[1], row.id


def calls_of(source: str, kind: str) -> str:
    """What of a credential's calls a look of this kind belongs to."""
    return kind if kind in known.of(source).limited_apart else WHOLE


def is_ready(now: datetime) -> ColumnElement[bool]:
    """Of a feed: neither its credential nor the calls of its kind have to wait."""
    ready = select(Credential.id).where(_may_call(Credential, now))
    waiting = select(CallLimit.calls).where(
        CallLimit.credential_id == Feed.credential_id, CallLimit.calls == Feed.kind, ~func.coalesce(_may_call(CallLimit, now), False)
    )
    return or_(Feed.credential_id.is_(None), Feed.credential_id.in_(ready) & ~waiting.exists())


def beyond_their_turn(session: Session, due: ColumnElement[bool], *, most: int, now: datetime) -> list[int]:
    """Of the feeds that are due those for which a limit has no call left once all that have waited longer are looked at."""
    left = [(Feed.credential_id == row.id, row.remaining) for row in session.execute(_scarce(Credential, most, now))]
    left += [
        ((Feed.credential_id == row.credential_id) & (Feed.kind == row.calls), row.remaining)
        for row in session.execute(_scarce(CallLimit, most, now))
    ]
    late = (select(Feed.id).where(due, theirs).order_by(*IN_TURN).offset(remaining).limit(1_000) for theirs, remaining in left)
    return sorted({feed_id for wanted in late for feed_id in session.scalars(wanted)})


def reserve(session: Session, looks: Iterable[Calls], *, now: datetime) -> None:
    """Each look takes one call of its limit, as far as that is known; after its reset nobody knows until the next headers say so."""
    for (credential_id, calls), taken in sorted(Counter(looks).items()):
        table: Any = CallLimit if calls else Credential
        left = case((table.reset_at <= now, None), (table.remaining > taken, table.remaining - taken), else_=0)
        counted = update(table).where(_is((credential_id, calls)), table.remaining.is_not(None))
        session.execute(counted.values(remaining=left).execution_options(synchronize_session=False))


def note(session: Session, calls: Calls, limits: Limits | None) -> None:
    """What headers said corrects what was reserved; where nothing is left the calls wait for their reset."""
    if limits is None:
        return
    _put(session, calls, {"remaining": limits.remaining, "reset_at": limits.reset_at})
    if limits.remaining == 0 and limits.reset_at:
        hold(session, calls, until=limits.reset_at)


def hold(session: Session, calls: Calls, *, until: datetime) -> None:
    """These calls wait. Feeds that would be due before are due then: who was sent away is not behind those who were not."""
    _put(session, calls, {"available_at": until})
    theirs = (Feed.credential_id == calls[0]) & (Feed.next_poll_at < until) & Feed.enabled & Feed.lease_until.is_(None)
    columns = select(Feed.id, Feed.source, Feed.kind).where(theirs).order_by(Feed.id)
    # Whoever else ends a look just now holds its row, and waits for none of these.
    free = session.execute(columns.with_for_update(skip_locked=True, key_share=True)).all()
    waiting = [row.id for row in free if calls_of(row.source, row.kind) == calls[1] or not calls[1]]
    later = update(Feed).where(among(session, Feed.id, waiting)).values(next_poll_at=until)
    session.execute(later.execution_options(synchronize_session=False))


def waits_until(session: Session, calls: Calls, *, now: datetime) -> datetime | None:
    """Until when these calls have to wait, or the whole credential; None when neither has to."""
    parts = select(CallLimit.available_at).where(CallLimit.credential_id == calls[0], CallLimit.calls == calls[1])
    whole = select(Credential.available_at).where(Credential.id == calls[0])
    found = [at for at in (session.scalar(whole), session.scalar(parts)) if at is not None and at > now]
    return max(found, default=None)


def days_calls(session: Session, source: str, kind: str, credential_id: int | None, *, now: datetime) -> DaysCalls | None:
    """What is left of a day's calls of a kind, by the ledger; None where no such number is known."""
    most = known.of(source).calls_a_day.get(kind)
    if most is None or credential_id is None:
        return None
    begins, ends = day_of(known.of(source).quota_zone, now)
    taken = select(func.sum(Cost.units)).where(Cost.credential_id == credential_id, Cost.kind == f"{kind}_call", Cost.at >= begins)
    return DaysCalls(most, max(0, most - (session.scalar(taken) or 0)), ends)


def spent_until(session: Session, looks: Sequence[tuple[str, str, int | None]], *, now: datetime) -> list[DaysCalls | None]:
    """For each look, as source, kind and credential, the day's calls where those before it have taken the last one."""
    left: dict[tuple[str, str, int | None], int] = {}
    found: list[DaysCalls | None] = []
    for look in looks:
        day = days_calls(session, *look, now=now)
        if day is not None:
            left[look] = left.get(look, day.left) - 1
        found.append(day if day is not None and left[look] < 0 else None)
    return found


def day_of(zone: str, now: datetime) -> tuple[datetime, datetime]:
    """Where the platform's day begins and ends, clock changes among its hours."""
    day = now.astimezone(ZoneInfo(zone)).date()
    first, following = (datetime.combine(one, datetime.min.time(), ZoneInfo(zone)) for one in (day, day + timedelta(days=1)))
    return first.astimezone(now.tzinfo), following.astimezone(now.tzinfo)


def _may_call(table: Any, now: datetime) -> ColumnElement[bool]:
    has_calls = or_(table.remaining.is_(None), table.remaining > 0, table.reset_at <= now)
    return or_(table.available_at.is_(None), table.available_at <= now) & has_calls


def _scarce(table: Any, most: int, now: datetime) -> Any:
    return select(*table.__table__.c).where(
        table.remaining > 0, table.remaining < most, or_(table.reset_at.is_(None), table.reset_at > now)
    )


def _is(calls: Calls) -> ColumnElement[bool]:
    credential_id, part = calls
    return (CallLimit.credential_id == credential_id) & (CallLimit.calls == part) if part else Credential.id == credential_id


def _put(session: Session, calls: Calls, told: Mapping[str, Any]) -> None:
    credential_id, part = calls
    if not part:
        session.execute(update(Credential).where(_is(calls)).values(**told).execution_options(synchronize_session=False))
        return
    row = {"credential_id": credential_id, "calls": part, "available_at": None, "remaining": None, "reset_at": None, **told}
    upsert(session, CallLimit.__table__, [row], key=("credential_id", "calls"), change={name: excluded(name) for name in told})
