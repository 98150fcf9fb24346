"""Who works here, and what each of them did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import Role, Shift

OF_AUTHOR = text("subject LIKE 'author %'")
"""The acts that were about an author and no case of theirs: few among many."""


class Person(Base):
    """One of the care team, or the team's marketers and admins. Initials are never used again.

    `subject`: who they are at the OpenID provider. `alias`: the name under which they sign, empty for their initials. `zone` and `locale` are
    theirs where they differ from the workspace's. `given_at`: when "next" last gave them a case. `from_groups`: their roles are those of the
    provider's groups, no longer given by hand.
    """

    __tablename__ = "person"
    __table_args__ = (Index("uq_person_subject", "subject", unique=True),)

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(120))
    initials: Mapped[str] = mapped_column(String(8), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(String(400))
    from_groups: Mapped[bool] = mapped_column(default=False)
    alias: Mapped[str] = mapped_column(String(60), default="")
    zone: Mapped[str] = mapped_column(String(60), default="")
    locale: Mapped[str] = mapped_column(String(8), default="")
    shift: Mapped[Shift] = word(Shift, default=Shift.OFF)
    shift_at: Mapped[datetime | None]
    given_at: Mapped[datetime | None]
    open_limit: Mapped[int | None]
    is_learning: Mapped[bool] = mapped_column(default=False)
    takes_abuse: Mapped[bool] = mapped_column(default=False)
    counts_exposure: Mapped[bool] = mapped_column(default=True)
    tour_step: Mapped[int] = mapped_column(default=0)
    roles: Mapped[list["PersonRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class PersonRole(Base):
    """A role that a person has."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = word(Role, primary_key=True)


class Audit(Base):
    """One act: by a person, or by the system where `person_id` is empty. Only ever appended to."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_case", "case_id", "id"),
        Index("ix_audit_author", "subject", postgresql_where=OF_AUTHOR, sqlite_where=OF_AUTHOR),
    )

    id: Mapped[int] = id_column()
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verb: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[int | None] = mapped_column(Id)
    subject: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
