"""What somebody must be told, from when it begins to when it ends; the telling itself is done by the listener."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from desk.alerts.concerns import Concern, concerns, tell_owners
from desk.incidents import incident_spikes
from desk.intake.cleaning import plain
from desk.settings import DeskSettings
from storage import dialect
from storage.models import Alert, AlertTold
from storage.words import AlertKind

ONE_OPEN = text("ended_at IS NULL")
TELLING = timedelta(minutes=2)
"""How long one worker has for telling, before another one may try."""

MOST_AT_ONCE = 20
LONGEST_SUBJECT = 120
LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Telling:
    """One alert that is to be told now. `attempts` counts those that failed."""

    id: int
    kind: AlertKind
    subject: str
    text: str
    opened_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many alerts began and how many ended."""

    opened: int
    ended: int


def refresh(session: Session, *, settings: DeskSettings, now: datetime) -> Refreshed:
    """Begin an alert for all that is wrong now and has none, and end those whose reason is gone. Safe to call as often as one likes."""
    wrong = {(c.kind, c.subject): c for c in concerns(session, rules=settings.alerts, zone=settings.zone, now=now)}
    standing = session.scalars(select(Alert).where(Alert.ended_at.is_(None)).execution_options(populate_existing=True)).all()
    ended = [alert for alert in standing if (alert.kind, alert.subject) not in wrong]
    for alert in standing:
        concern = wrong.pop((alert.kind, alert.subject), None)
        if concern is not None:
            alert.text = concern.text
    for alert in ended:
        alert.ended_at = now
    session.flush()
    opened = sum(_open(session, concern, settings=settings, now=now) for concern in wrong.values())
    incident_spikes.tell_leads(session, now=now)
    tell_owners(session, rules=settings.alerts, now=now)
    return Refreshed(opened, len(ended))


def due(session: Session, *, now: datetime) -> list[Telling]:
    """Take what is to be told now, oldest first. Each must end in `told` or `not_told`; what ends in neither is taken again in two minutes."""
    columns = Alert.__table__.c
    rows = dialect.lease(
        session,
        Alert.__table__,
        due=columns.ended_at.is_(None) & (columns.tell_at <= now),
        order=columns.opened_at,
        limit=MOST_AT_ONCE,
        change={"tell_at": now + TELLING},
        returning=[columns[name] for name in Telling.__slots__],
    )
    return sorted((Telling(**row._mapping) for row in rows), key=lambda telling: (telling.opened_at, telling.id))  # noqa: SLF001  SQLAlchemy's public name


def told(session: Session, alert_id: int, *, settings: DeskSettings, now: datetime) -> None:
    """Everybody knows. It is told again only after the cooldown, if it still stands then, and then to all of them."""
    session.execute(delete(AlertTold).where(AlertTold.alert_id == alert_id))
    _change(session, alert_id, told_at=now, tell_at=now + settings.alerts.cooldown, attempts=0, error="")


def not_told(session: Session, alert_id: int, *, error: str, retry_at: datetime) -> None:
    """Nobody could be reached; the error stands on the alert until it works."""
    _change(session, alert_id, tell_at=retry_at, attempts=Alert.attempts + 1, error=plain(error)[:LONGEST_ERROR])


def reached(session: Session, alert_id: int) -> frozenset[str]:
    """The recipients that this telling has reached so far, by name; none once all were."""
    return frozenset(session.scalars(select(AlertTold.recipient).where(AlertTold.alert_id == alert_id)))


def note_reached(session: Session, alert_id: int, recipient: str) -> None:
    """One more recipient knows: whoever goes on with this telling, also after a crash, leaves them alone."""
    dialect.insert_new(session, AlertTold.__table__, [{"alert_id": alert_id, "recipient": recipient}], key=("alert_id", "recipient"))


def standing(session: Session) -> Sequence[Alert]:
    """Every alert that has not ended, oldest first."""
    return session.scalars(select(Alert).where(Alert.ended_at.is_(None)).order_by(Alert.opened_at, Alert.id)).all()


def _open(session: Session, concern: Concern, *, settings: DeskSettings, now: datetime) -> bool:
    subject = concern.subject[:LONGEST_SUBJECT]
    last_told = session.scalar(select(func.max(Alert.told_at)).where(Alert.kind == concern.kind, Alert.subject == subject))
    tell_at = max(now, last_told + settings.alerts.cooldown) if last_told else now
    row = {"kind": concern.kind, "subject": subject, "text": concern.text, "opened_at": now, "tell_at": tell_at}
    return dialect.insert_one(session, Alert.__table__, row, key=("kind", "subject"), where=ONE_OPEN) is not None


def _change(session: Session, alert_id: int, **values: Any) -> None:
    session.execute(update(Alert).where(Alert.id == alert_id).values(**values).execution_options(synchronize_session=False))
