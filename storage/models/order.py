"""How a team keeps its cases in order: tags, rules with every firing, promises, incidents, and acts on many cases at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import Escalation

KEPT = text("removed_at IS NULL")
STANDING = text("kept_at IS NULL AND cancelled_at IS NULL")


class Tag(Base):
    """A word of the team's managed list. A retired one stays where it is and is offered no more; a merged one reads as the other."""

    __tablename__ = "tag"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(60))
    folded: Mapped[str] = mapped_column(String(60), unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(Id)
    retired_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(Id)


class CaseTag(Base):
    """A tag on a case, by a person or by a rule."""

    __tablename__ = "case_tag"
    __table_args__ = (Index("ix_case_tag_tag", "tag_id", "case_id"),)

    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(Id, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(Id)
    rule_id: Mapped[int | None] = mapped_column(Id)


class MentionTag(Base):
    """A tag on a mention, by a person or by a rule."""

    __tablename__ = "mention_tag"
    __table_args__ = (Index("ix_mention_tag_tag", "tag_id", "mention_id"),)

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(Id, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(Id)
    rule_id: Mapped[int | None] = mapped_column(Id)


class Rule(Base):
    """When a mention fits `condition`, `acts` are done; the lowest `position` first. A rule can never send.

    `tried_version`: the version whose effect on the last days somebody has looked at; only that one can be switched on.
    """

    __tablename__ = "rule"
    __table_args__ = (Index("uq_rule_name", "name", unique=True, postgresql_where=KEPT, sqlite_where=KEPT),)

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    condition: Mapped[dict[str, Any]] = mapped_column(default=dict)
    acts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    enabled: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    tried_version: Mapped[int | None]
    tried_at: Mapped[datetime | None]


class RuleFiring(Base):
    """One rule met one mention, once. `did` holds each act with what stood before, so that it can be undone."""

    __tablename__ = "rule_firing"
    __table_args__ = (
        UniqueConstraint("mention_id", "rule_id"),
        Index("ix_rule_firing_rule", "rule_id", "at"),
        Index("ix_rule_firing_case", "case_id"),
    )

    id: Mapped[int] = id_column()
    rule_id: Mapped[int] = mapped_column(Id, ForeignKey("rule.id"))
    version: Mapped[int]
    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime]
    did: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(Id)


class Promise(Base):
    """What the customer was told we would do, and by when. It stands until it is kept or cancelled, and comes back when it is due."""

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_case", "case_id", "id"),
        Index("ix_promise_due", "due_at", postgresql_where=STANDING, sqlite_where=STANDING),
    )

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(Id)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    came_back_at: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class Bulk(Base):
    """One act on many cases: `did` holds what stood before in each, so that it can be undone as one."""

    __tablename__ = "bulk"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    verb: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    did: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_at: Mapped[datetime | None]


class Incident(Base):
    """One cause that many customers write about: who owns it, what may be said, and what became of it.

    `statements`: texts with their variants, each with who wrote and who approved it. `attaches_by_id`: the lead who lets very similar cases be
    attached by themselves.
    """

    __tablename__ = "incident"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(120))
    cause: Mapped[str] = mapped_column(Text, default="")
    fix: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    known_issue: Mapped[str] = mapped_column(Text, default="")
    statements: Mapped[list[Any]] = mapped_column(default=list)
    approved_by_id: Mapped[int | None] = mapped_column(Id)
    approved_at: Mapped[datetime | None]
    owner_id: Mapped[int | None] = mapped_column(Id)
    opened_by_id: Mapped[int | None] = mapped_column(Id)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    resolution_id: Mapped[int | None] = mapped_column(Id)
    attaches_by_id: Mapped[int | None] = mapped_column(Id)
    attaches_since: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class EscalationOwner(Base):
    """Who is told when a case is a matter for the press office, the lawyers or for somebody's safety."""

    __tablename__ = "escalation_owner"

    kind: Mapped[Escalation] = word(Escalation, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
