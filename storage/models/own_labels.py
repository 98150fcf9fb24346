"""Labels that a team names itself, what is about us in a feed, and what people draw at random to check the classifier by."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import CheckKind, OwnLabelKind

OFFERED = text("retired_at IS NULL AND kind = 'label'")


class OwnLabel(Base):
    """A label of the team's own, or, with `feed_id`, whether what a feed catches is about us.

    `head_id`: the head in force, chosen by whoever switched the label on. `back_to`: older mentions are looked at down to this id, none when
    that has not begun, 0 when it is over.
    """

    __tablename__ = "own_label"
    __table_args__ = (
        UniqueConstraint("feed_id"),
        Index("uq_own_label_folded", "folded", unique=True, postgresql_where=OFFERED, sqlite_where=OFFERED),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[OwnLabelKind] = word(OwnLabelKind)
    name: Mapped[str] = mapped_column(String(60), default="")
    folded: Mapped[str] = mapped_column(String(60), default="")
    meaning: Mapped[str] = mapped_column(Text, default="")
    feed_id: Mapped[int | None] = mapped_column(Id, ForeignKey("feed.id", ondelete="CASCADE"))
    is_on: Mapped[bool] = mapped_column(default=False)
    head_id: Mapped[int | None] = mapped_column(Id)
    back_to: Mapped[int | None] = mapped_column(Id)
    switched_on_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class LabelExample(Base):
    """What a person says of one text for one label: it is, or it is not. The text is a mention's, or `text`, which somebody pasted."""

    __tablename__ = "label_example"
    __table_args__ = (UniqueConstraint("label_id", "mention_id"), Index("ix_label_example_mention", "mention_id"))

    id: Mapped[int] = id_column()
    label_id: Mapped[int] = mapped_column(Id, ForeignKey("own_label.id", ondelete="CASCADE"))
    mention_id: Mapped[int | None] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text, default="")
    is_it: Mapped[bool]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class LabelHead(Base):
    """What was learnt from a label's examples on one embedding: `weights` are float32 numbers, which with `bias` give calibrated log odds.

    `figures` were measured on examples that the head had not seen, and are whole when a person decides.
    """

    __tablename__ = "label_head"
    __table_args__ = (Index("ix_label_head_label", "label_id", "embedding", "id"),)

    id: Mapped[int] = id_column()
    label_id: Mapped[int] = mapped_column(Id, ForeignKey("own_label.id", ondelete="CASCADE"))
    embedding: Mapped[str] = mapped_column(String(80))
    weights: Mapped[bytes] = mapped_column(LargeBinary)
    bias: Mapped[float]
    threshold: Mapped[float]
    languages: Mapped[list[Any]] = mapped_column(default=list)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fitted_at: Mapped[datetime]


class MentionLabel(Base):
    """A label of the team's own on a mention. `score` is none where a person said so."""

    __tablename__ = "mention_label"
    __table_args__ = (Index("ix_mention_label_label", "label_id", "mention_id"), Index("ix_mention_label_at", "label_id", "bucket_at"))

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[int] = mapped_column(Id, ForeignKey("own_label.id", ondelete="CASCADE"), primary_key=True)
    bucket_at: Mapped[datetime]
    score: Mapped[float | None]


class SpotCheck(Base):
    """A mention that was drawn at random for a person to look at. `population` is of how many it was drawn; `is_missed` what the person found."""

    __tablename__ = "spot_check"
    __table_args__ = (
        UniqueConstraint("kind", "mention_id"),
        Index("ix_spot_check_day", "kind", "day"),
        Index("ix_spot_check_mention", "mention_id"),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[CheckKind] = word(CheckKind)
    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"))
    day: Mapped[str] = mapped_column(String(10))
    population: Mapped[int]
    drawn_at: Mapped[datetime]
    is_missed: Mapped[bool | None]
    person_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime | None]
