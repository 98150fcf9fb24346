"""The models that classify, classified, or are tried side by side before one takes over."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import ModelState

IN_FORCE = text("state = 'in_force'")
CANDIDATE = text("state = 'candidate'")
UNSEEN = text("looked_at IS NULL")


class Model(Base):
    """One spell of a model. `options` load it; `base` is what the settings named as the classifier when it came into force.

    While the settings still name that, the model in force is the one loaded here; once they name another one, they win. `back_to`: posts of live
    cases are read again down to this id, none when that has not begun, 0 when it is over. `error`: why it cannot be used.
    """

    __tablename__ = "model"
    __table_args__ = (
        Index("uq_model_in_force", "state", unique=True, postgresql_where=IN_FORCE, sqlite_where=IN_FORCE),
        Index("uq_model_candidate", "state", unique=True, postgresql_where=CANDIDATE, sqlite_where=CANDIDATE),
    )

    id: Mapped[int] = id_column()
    engine: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(40))
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    base: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[ModelState] = word(ModelState)
    begun_at: Mapped[datetime]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(Id)
    back_to: Mapped[int | None] = mapped_column(Id)
    error: Mapped[str] = mapped_column(Text, default="")


class ModelTrial(Base):
    """What a candidate says of one mention that the model in force has labelled. `is_drawn`: at random; else because people looked at its labels.

    `is_failed`: the candidate could not say. It moves no label, no count and no case.
    """

    __tablename__ = "model_trial"
    __table_args__ = (
        Index("ix_model_trial_unseen", "model_id", "mention_id", postgresql_where=UNSEEN, sqlite_where=UNSEEN),
        Index("ix_model_trial_mention", "mention_id"),
    )

    model_id: Mapped[int] = mapped_column(Id, ForeignKey("model.id", ondelete="CASCADE"), primary_key=True)
    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    is_drawn: Mapped[bool]
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_failed: Mapped[bool] = mapped_column(default=False)
    looked_at: Mapped[datetime | None]
