"""Who is to be forgotten: how far each erasure has come in this database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.types import Id


class Erasure(Base):
    """One author who is to be forgotten: an entry of the journal beside the database, as far as this database has followed it.

    `id` is the journal's. `author_hash` is keyed: without the workspace's secret it says nothing. `step` comes next, none when it is `done_at`.
    """

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_author", "author_hash"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    author_hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(Id)
    step: Mapped[str] = mapped_column(String(24), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
