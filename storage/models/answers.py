"""Around a reply: saved replies, attachments, four eyes, pictures that customers posted, and how long each answer took."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import ApprovalReason, MediaKind, MediaState, Outcome, SavedPurpose, Verdict

UNDECIDED = text("decided_at IS NULL")
TO_FETCH = text("state = 'waiting'")


class SavedReply(Base):
    """A text to begin a reply with; `{name}` and the like are filled in from the case. Without `person_id` it is the team's."""

    __tablename__ = "saved_reply"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8), default="")
    brand_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    purpose: Mapped[SavedPurpose] = word(SavedPurpose, default=SavedPurpose.ANSWER)
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Attachment(Base):
    """A picture that leaves with a reply. It belongs to the case's draft until the reply has a row of its own."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_case", "case_id", "id"), Index("ix_attachment_reply", "reply_id"))

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"))
    reply_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    alt: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Approval(Base):
    """A reply that a second person reads before it leaves. Until then it is a draft; `request` holds what Send was asked with."""

    __tablename__ = "approval"
    __table_args__ = (
        Index("uq_approval_open", "case_id", unique=True, postgresql_where=UNDECIDED, sqlite_where=UNDECIDED),
        Index("ix_approval_reply", "reply_id"),
    )

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"))
    reply_id: Mapped[int] = mapped_column(Id, ForeignKey("reply.id", ondelete="CASCADE"))
    reason: Mapped[ApprovalReason] = word(ApprovalReason)
    text: Mapped[str] = mapped_column(Text)
    request: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_by_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(Id)
    decided_at: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = word(Verdict)
    words: Mapped[str] = mapped_column(Text, default="")


class Media(Base):
    """A picture, or the still of a video, of a post: fetched by the listener from the source's own hosts, re-encoded, erased with its mention."""

    __tablename__ = "media"
    __table_args__ = (
        UniqueConstraint("mention_id", "position"),
        Index("ix_media_waiting", "next_at", "id", postgresql_where=TO_FETCH, sqlite_where=TO_FETCH),
    )

    id: Mapped[int] = id_column()
    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[MediaKind] = word(MediaKind)
    url: Mapped[str] = mapped_column(Text)
    alt: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[MediaState] = word(MediaState, default=MediaState.WAITING)
    error: Mapped[str] = mapped_column(Text, default="")
    media_type: Mapped[str] = mapped_column(String(40), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_at: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]


class Answer(Base):
    """One time that a waiting customer got an answer, here or elsewhere: from `since` to `at`, copied so that figures read no other table.

    `wall_s`: how long it took by the wall. `hours_s`: how much of that lay in our hours, unknown until it is measured.
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index("ix_answer_at", "at", "is_first", "hours_s", "wall_s", "due_at", "brand_id", "feed_id", "team_id"),
        Index("ix_answer_unmeasured", "id", postgresql_where=text("hours_s IS NULL"), sqlite_where=text("hours_s IS NULL")),
        UniqueConstraint("case_id", "since"),
    )

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(Id)
    brand_id: Mapped[int] = mapped_column(Id)
    feed_id: Mapped[int] = mapped_column(Id)
    team_id: Mapped[int | None] = mapped_column(Id)
    is_first: Mapped[bool]
    since: Mapped[datetime]
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    wall_s: Mapped[int]
    hours_s: Mapped[int | None]


class Pause(Base):
    """A time in which a case did not wait for us: the customer was asked, or the case was closed and came back."""

    __tablename__ = "pause"
    __table_args__ = (Index("ix_pause_case", "case_id", "id"),)

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    until: Mapped[datetime]


class Ending(Base):
    """One time that a case was closed, and what came of it, copied so that figures read no other table.

    `held_at`: it was solved, and held. `back_at`: the case came back, so that it counts as nothing else. `seen_s`: how long
    after it was posted we saw it; from then on, by the wall, `claimed_s`, `answered_s` and, less its pauses, `ttr_s`; that in our hours is
    `ttr_hours_s`, unknown until it is measured.
    """

    __tablename__ = "ending"
    __table_args__ = (
        Index(
            "ix_ending_at", "at", "outcome", "held_at", "back_at", "ttr_hours_s", "ttr_s", "brand_id", "feed_id", "team_id", "resolution_id"
        ),
        Index("uq_ending_standing", "case_id", unique=True, postgresql_where=text("back_at IS NULL"), sqlite_where=text("back_at IS NULL")),
        Index("ix_ending_person", "person_id", "at"),
        Index("ix_ending_resolution", "resolution_id", "at"),
        Index("ix_ending_unmeasured", "id", postgresql_where=text("ttr_hours_s IS NULL"), sqlite_where=text("ttr_hours_s IS NULL")),
    )

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(Id)
    brand_id: Mapped[int] = mapped_column(Id)
    feed_id: Mapped[int] = mapped_column(Id)
    team_id: Mapped[int | None] = mapped_column(Id)
    outcome: Mapped[Outcome] = word(Outcome)
    resolution_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    back_at: Mapped[datetime | None]
    seen_s: Mapped[int]
    claimed_s: Mapped[int | None]
    answered_s: Mapped[int | None]
    ttr_s: Mapped[int]
    ttr_hours_s: Mapped[int | None]
