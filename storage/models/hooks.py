"""What other programs send us and are told: deliveries that were taken, and how far each event stream is."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column
from storage.types import Id


class Delivery(Base):
    """A signed delivery that was taken, by the digest of its signature: it is taken once, whoever sends it again."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("feed_id", "digest"), Index("ix_delivery_feed", "feed_id", "at"), Index("ix_delivery_at", "at"))

    id: Mapped[int] = id_column()
    feed_id: Mapped[int] = mapped_column(Id, ForeignKey("feed.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class EventStream(Base):
    """One address that is told what becomes of cases. All that was recorded up to `since_audit_id` is told; `next_at` is also its lease."""

    __tablename__ = "event_stream"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    since_audit_id: Mapped[int] = mapped_column(Id)
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    told_at: Mapped[datetime | None]


class EventTold(Base):
    """An event beyond `since_audit_id` that its stream has taken: records may become visible in another order than that of their ids."""

    __tablename__ = "event_told"

    stream_id: Mapped[int] = mapped_column(Id, ForeignKey("event_stream.id", ondelete="CASCADE"), primary_key=True)
    audit_id: Mapped[int] = mapped_column(Id, primary_key=True)
