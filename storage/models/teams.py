"""Who works with whom and on what: sign-ins, teams, skills, own views, and what somebody must be told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import NoticeKind, SkillKind

UNSEEN = text("seen_at IS NULL")


class SignIn(Base):
    """One browser in which one person is signed in. The cookie carries `token`: ended or expired here, it opens nothing, however often it is replayed."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person", "person_id", "until"),)

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    way: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Team(Base):
    """A group of colleagues that cases can be given to."""

    __tablename__ = "team"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class TeamMember(Base):
    """A person in a team."""

    __tablename__ = "team_member"
    __table_args__ = (Index("ix_team_member_person", "person_id"),)

    team_id: Mapped[int] = mapped_column(Id, ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)


class Skill(Base):
    """What a person can take: a language (ISO 639-1), a topic (the name of a tag) or a source. Who has none of a kind takes all of it."""

    __tablename__ = "skill"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[SkillKind] = word(SkillKind, primary_key=True)
    value: Mapped[str] = mapped_column(String(80), primary_key=True)


class SavedView(Base):
    """A filter of the queue under a name; `params` is the part of the address that says what is shown."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    params: Mapped[str] = mapped_column(Text, default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Notice(Base):
    """Something that one person must be told on the board. `key` makes the same news once: a note, a post, a promise."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_notice_unseen", "person_id", "id", postgresql_where=UNSEEN, sqlite_where=UNSEEN),
        Index("ix_notice_case", "case_id"),
    )

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[NoticeKind] = word(NoticeKind)
    key: Mapped[str] = mapped_column(String(80))
    case_id: Mapped[int | None] = mapped_column(Id)
    by_id: Mapped[int | None] = mapped_column(Id)
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class Exposure(Base):
    """One abusive post that one person had open. Private to that person, and forgotten after thirty days."""

    __tablename__ = "exposure"
    __table_args__ = (UniqueConstraint("person_id", "mention_id"), Index("ix_exposure_person", "person_id", "at"))

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    mention_id: Mapped[int] = mapped_column(Id)
    at: Mapped[datetime]


class Exported(Base):
    """How many texts of one source one person exported on one UTC day: some platforms set a limit."""

    __tablename__ = "exported"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(24), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
