"""What the processes tell each other: errands, heartbeats, alerts, and facts about the workspace."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import AlertKind, ErrandKind, ErrandState

WAITING = text("state IN ('queued', 'running')")
NAMED = text("subject <> ''")


class Fact(Base):
    """One fact about this workspace: its kind (own or sample), its zone, where the search index stands."""

    __tablename__ = "fact"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Errand(Base):
    """Work that the board asks another process to do, and its result. `subject` names what it is about, where the answer is shared."""

    __tablename__ = "errand"
    __table_args__ = (
        Index(
            "ix_errand_waiting",
            "kind",
            "id",
            postgresql_where=WAITING,
            sqlite_where=WAITING,
        ),
        Index("ix_errand_subject", "kind", "subject", "id", postgresql_where=NAMED, sqlite_where=NAMED),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[ErrandKind] = word(ErrandKind)
    state: Mapped[ErrandState] = word(ErrandState, default=ErrandState.QUEUED)
    subject: Mapped[str] = mapped_column(String(120), default="")
    request: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any] | None]
    person_id: Mapped[int | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)


class Heartbeat(Base):
    """A sign of life of one process."""

    __tablename__ = "heartbeat"

    process: Mapped[str] = mapped_column(String(80), primary_key=True)
    pid: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(Text, default="")


class Alert(Base):
    """Something that somebody must be told. Open until it ends; told again only after the cooldown."""

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "opened_at"),
        Index(
            "uq_alert_open",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[AlertKind] = word(AlertKind)
    subject: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    tell_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]


class AlertTold(Base):
    """A recipient that one alert has reached, while others are still to be reached: kept so that a restart tells nobody twice."""

    __tablename__ = "alert_told"

    alert_id: Mapped[int] = mapped_column(Id, ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True)
    recipient: Mapped[str] = mapped_column(Text, primary_key=True)
