"""What somebody found out about answering in a place within a source, such as a subreddit."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import WelcomeKind


class Welcome(Base):
    """Whether a brand may answer in this place; where there is no row nobody knows yet. `place` is its name in lower case."""

    __tablename__ = "welcome"
    __table_args__ = (UniqueConstraint("brand_id", "source", "place", name="uq_welcome_brand_id_source_place"),)

    id: Mapped[int] = id_column()
    brand_id: Mapped[int] = mapped_column(Id, ForeignKey("brand.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(24))
    place: Mapped[str] = mapped_column(String(80))
    kind: Mapped[WelcomeKind] = word(WelcomeKind)
    reason: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
