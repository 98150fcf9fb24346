"""What is kept from making cases, and which posts say nearly the same."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import MuteKind

HOLDS = text("ended_at IS NULL")


class Mute(Base):
    """What opens no case: an author, a thread, a term, or links to a domain. `scope`: a brand's id, 0 for all.

    `target` is the term folded or the domain; of an author or a thread its id, which `author_id` or `thread_id` holds as well. Past `until` it
    holds nothing back, whether somebody ended it or not.
    """

    __tablename__ = "mute"
    __table_args__ = (
        Index("uq_mute_target", "kind", "target", "scope", unique=True, postgresql_where=HOLDS, sqlite_where=HOLDS),
        Index("ix_mute_author", "author_id"),
        Index("ix_mute_thread", "thread_id"),
    )

    id: Mapped[int] = id_column()
    kind: Mapped[MuteKind] = word(MuteKind)
    target: Mapped[str] = mapped_column(String(255))
    scope: Mapped[int] = mapped_column(Id, default=0)
    author_id: Mapped[int | None] = mapped_column(Id, ForeignKey("author.id"))
    thread_id: Mapped[int | None] = mapped_column(Id, ForeignKey("thread.id"))
    words: Mapped[str] = mapped_column(String(255), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[datetime | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class MuteDrop(Base):
    """This mention opened no case because of this mute, as of this `revision` of it. With `back_at` somebody brought it back, and no mute holds it again."""

    __tablename__ = "mute_drop"
    __table_args__ = (Index("ix_mute_drop_mute", "mute_id", "mention_id"),)

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    mute_id: Mapped[int] = mapped_column(Id, ForeignKey("mute.id", ondelete="CASCADE"))
    revision: Mapped[int]
    at: Mapped[datetime]
    back_at: Mapped[datetime | None]
    back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LinkHost(Base):
    """A host that a mention links to and that its text does not show: platforms shorten links, and keep cards beside the text."""

    __tablename__ = "link_host"

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), primary_key=True)


class Alike(Base):
    """This mention says nearly what `first_id` says, the first of its group, which has a row too."""

    __tablename__ = "alike"
    __table_args__ = (Index("ix_alike_first", "first_id", "mention_id"),)

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    first_id: Mapped[int] = mapped_column(Id)


class AlikeKey(Base):
    """One of the keys by which a later mention finds this one, if it says nearly the same to the same brand. Kept as long as groups are open."""

    __tablename__ = "alike_key"
    __table_args__ = (Index("ix_alike_key_key", "scope", "key"),)

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[int] = mapped_column(Id)
    key: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
