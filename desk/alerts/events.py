"""What becomes of cases, told to other programs: read from the record of acts, at least once, in its order.

An event names its case and the public post that opened it. It never holds words of a customer or of ours, nor anything of a private message.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from desk.intake.cleaning import plain
from storage.dialect import insert_new, lease
from storage.models import Audit, Brand, Case, EventStream, EventTold, Mention, Person
from storage.words import CaseStatus

EVENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "case.opened": frozenset({"open", "open_by_hand"}),
        "case.claimed": frozenset({"claim", "take_over", "hand_over"}),
        "case.closed": frozenset({"close"}),
        "case.reopened": frozenset({"reopen"}),
    }
)
"""The events by name, each with the acts that it stands for."""

OF_VERB: Mapping[str, str] = MappingProxyType({verb: event for event, verbs in EVENTS.items() for verb in verbs})
MOST_AT_ONCE = 100
TELLING = timedelta(minutes=2)
SETTLED_AFTER = timedelta(hours=1)
"""No transaction lasts so long: what was recorded before then is visible to all."""

PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Telling:
    """A stream that one worker may tell now."""

    id: int
    name: str
    since_audit_id: int
    attempts: int


def begin(session: Session, names: Collection[str], *, now: datetime) -> None:
    """Streams of the settings begin with what is recorded from now on; those that vanished are forgotten."""
    newest = session.scalar(select(func.max(Audit.id))) or 0
    rows = [{"name": name, "since_audit_id": newest, "next_at": now} for name in names]
    insert_new(session, EventStream.__table__, rows, key=("name",))
    session.execute(delete(EventStream).where(EventStream.name.not_in(names)).execution_options(synchronize_session=False))


def due(session: Session, *, now: datetime) -> list[Telling]:
    """Streams to tell now, each to one worker only. Each must end in `told` or `not_told`; else it is due again in two minutes."""
    columns = EventStream.__table__.c
    rows = lease(
        session,
        EventStream.__table__,
        due=columns.next_at <= now,
        order=columns.next_at,
        limit=20,
        change={"next_at": now + TELLING},
        returning=[columns[name] for name in Telling.__slots__],
    )
    return [Telling(*row) for row in rows]


def waiting(session: Session, telling: Telling, wanted: Collection[str]) -> list[dict[str, Any]]:
    """The oldest events that this stream has not taken."""
    verbs = [verb for event in wanted for verb in EVENTS.get(event, ())]
    taken = exists().where(EventTold.stream_id == telling.id, EventTold.audit_id == Audit.id)
    acts = (
        select(Audit.id, Audit.at, Audit.verb, Case, Brand.name.label("brand"), Mention, Person)
        .join(Case, Case.id == Audit.case_id)
        .join(Brand, Brand.id == Case.brand_id)
        .join(Mention, Mention.id == Case.opening_mention_id)
        .outerjoin(Person, Person.id == Audit.person_id)
        .where(Audit.id > telling.since_audit_id, Audit.verb.in_(verbs), ~taken)
        .order_by(Audit.id)
        .limit(MOST_AT_ONCE)
    )
    return [_event(*row) for row in session.execute(acts)]


def told(session: Session, telling: Telling, ids: Sequence[int], *, now: datetime) -> None:
    """The stream has taken these. More may wait: it is due again at once when there were any."""
    rows = [{"stream_id": telling.id, "audit_id": audit_id} for audit_id in ids]
    if rows:
        insert_new(session, EventTold.__table__, rows, key=("stream_id", "audit_id"))
    change: dict[str, Any] = {"next_at": now if ids else now + PAUSE, "attempts": 0, "error": ""}
    _change(session, telling.id, **change, **({"told_at": now} if ids else {}))
    if not ids:
        _settle(session, telling, now=now)


def not_told(session: Session, telling: Telling, error: str, *, retry_at: datetime | None = None, now: datetime) -> datetime:
    """It did not take them: once more later, each time later, for as long as the stream is there. When."""
    again = retry_at or now + min(PAUSE * 2 ** min(telling.attempts, 12), LONGEST_PAUSE)
    _change(session, telling.id, next_at=again, attempts=telling.attempts + 1, error=plain(error)[:LONGEST_ERROR])
    return again


def _settle(session: Session, telling: Telling, *, now: datetime) -> None:
    """All is told: what lies so far back that nothing older can still appear need not be remembered one by one."""
    settled = session.scalar(select(func.max(Audit.id)).where(Audit.id > telling.since_audit_id, Audit.at < now - SETTLED_AFTER))
    if settled is None:
        return
    _change(session, telling.id, since_audit_id=settled)
    old = delete(EventTold).where(EventTold.stream_id == telling.id, EventTold.audit_id <= settled)
    session.execute(old.execution_options(synchronize_session=False))


def _change(session: Session, stream_id: int, **values: Any) -> None:
    session.execute(update(EventStream).where(EventStream.id == stream_id).values(**values).execution_options(synchronize_session=False))


def _event(audit_id: int, at: datetime, verb: str, case: Case, brand: str, opening: Mention, person: Person | None) -> dict[str, Any]:
    is_closed = case.status == CaseStatus.CLOSED
    return {
        "id": audit_id,
        "event": OF_VERB[verb],
        "at": at.isoformat(),
        "case": {
            "id": case.id,
            "status": case.status.value,
            "brand": brand,
            "source": case.source,
            "site": case.site,
            "outcome": case.outcome.value if is_closed and case.outcome else None,
        },
        "post": None if opening.is_private or opening.deleted_at is not None else {"id": opening.external_id, "url": opening.url},
        "by": {"id": person.id, "initials": person.initials} if person else None,
    }
