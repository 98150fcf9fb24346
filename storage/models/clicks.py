"""What people said of the posts of a preview: about us, or not."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column
from storage.types import Id


class FeedClick(Base):
    """One post of a preview, and whether a person says that it is about us. It is no mention: what was sampled need never be stored.

    `feed_id` is there once the previewed feed is saved; `errand_id` names the preview, whose row goes before this one. `author_handle`: so that
    who asks what is held about them is found by their name.
    """

    __tablename__ = "feed_click"
    __table_args__ = (
        UniqueConstraint("errand_id", "site", "external_id"),
        Index("ix_feed_click_feed", "feed_id", "at"),
        Index("ix_feed_click_author", "source", "site", "author_external_id"),
        Index("ix_feed_click_post", "source", "site", "external_id"),
    )

    id: Mapped[int] = id_column()
    errand_id: Mapped[int] = mapped_column(Id)
    feed_id: Mapped[int | None] = mapped_column(Id, ForeignKey("feed.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    external_id: Mapped[str] = mapped_column(String(255))
    author_external_id: Mapped[str] = mapped_column(String(255))
    author_handle: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    is_ours: Mapped[bool]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
