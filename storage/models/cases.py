"""The care team's work: cases, who is at them, what was answered and what solved it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import CaseStatus, ChangeKind, ChangeState, Escalation, Flag, HoldKind, Intent, Outcome, ReplyState, Sentiment, Urgency

LIVE = text("status <> 'closed'")
WAITING = text("status IN ('new', 'open')")
PENDING = text("status IN ('pending', 'on_hold')")
CLOSED = text("status = 'closed'")
PUT_OFF = text("snoozed_until IS NOT NULL")
TO_CHANGE = text("change_state IN ('asked', 'working')")
OUTBOX = text("state IN ('queued', 'sending', 'uncertain', 'by_hand')")
ABUSIVE = text("abusive AND status IN ('new', 'open')")
ESCALATED = text("escalation IS NOT NULL AND status <> 'closed'")
ATTACHED = text("incident_id IS NOT NULL")
LEFT = text("left_incident_id IS NOT NULL")
TO_HOLD = text("outcome = 'solved' AND held_at IS NULL")
ONE_LIVE = text("status <> 'closed' AND split_no = 0")

LABELLED = ("source", "feed_id", "brand_id", "intent", "sentiment", "urgency", "language", "flag", "also")
FILTERED = ("assignee_id", "snoozed_until", *LABELLED, "team_id", "shielded_until", "incident_id", "searched")
"""What lists are narrowed by stands in their index, so that a filter which fits few of 20,000 waiting cases reads no row of the others."""

DUE = ("answered_at", "first_due_at", "next_due_at")
"""What the counts beside the lists are made of."""


class Case(Base):
    """One author, one thread, one issue. Narrow: the queue reads no other table. `searched`: who wrote what, without case and accents.

    `preferred_id`: who answered this customer before. `promised_at`: when the first of our standing promises is due. `shielded_until`:
    abusive, so volunteers and leads see it first, until then. `left_incident_id`: it came back from that incident, as the customer wrote something else. `paused_s`: seconds in which it waited for the customer. `held_at`: it was
    solved, and it held. `earlier`: other cases of this author in the 90 days before it was opened. `chance_high`, `also`: as of the mention that its label is from.
    """

    __tablename__ = "case_"
    __table_args__ = (
        Index("ix_case_queue", "answer_by", "id", *FILTERED, *DUE, postgresql_where=WAITING, sqlite_where=WAITING),
        Index("ix_case_pending", "answer_by", "id", *FILTERED, postgresql_where=PENDING, sqlite_where=PENDING),
        Index("ix_case_snoozed", "snoozed_until", postgresql_where=PUT_OFF, sqlite_where=PUT_OFF),
        Index("ix_case_mine", "assignee_id", "status", "answer_by"),
        Index(
            "uq_case_live",
            "author_id",
            "thread_id",
            unique=True,
            postgresql_where=ONE_LIVE,
            sqlite_where=ONE_LIVE,
        ),
        Index("ix_case_author", "author_id", "opened_at"),
        Index("ix_case_closed", "closed_at", "id", *FILTERED, postgresql_where=CLOSED, sqlite_where=CLOSED),
        # Two for the list of all cases: without the words an index is a third as long, and so quickly read to its end.
        Index("ix_case_all", "id", *LABELLED, "assignee_id", "team_id"),
        Index("ix_case_words", "id", *LABELLED, "assignee_id", "team_id", "searched"),
        Index("ix_case_shield", "answer_by", "id", postgresql_where=ABUSIVE, sqlite_where=ABUSIVE),
        Index("ix_case_escalated", "answer_by", "id", postgresql_where=ESCALATED, sqlite_where=ESCALATED),
        Index("ix_case_incident", "incident_id", "id", "status", "waiting_since", postgresql_where=ATTACHED, sqlite_where=ATTACHED),
        Index("ix_case_left", "left_incident_id", postgresql_where=LEFT, sqlite_where=LEFT),
        Index("ix_case_to_hold", "closed_at", postgresql_where=TO_HOLD, sqlite_where=TO_HOLD),
    )

    id: Mapped[int] = id_column()
    author_id: Mapped[int] = mapped_column(Id, ForeignKey("author.id"))
    thread_id: Mapped[int] = mapped_column(Id, ForeignKey("thread.id"))
    opening_mention_id: Mapped[int] = mapped_column(Id)
    latest_mention_id: Mapped[int] = mapped_column(Id)
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    feed_id: Mapped[int] = mapped_column(Id, ForeignKey("feed.id"))
    author_name: Mapped[str] = mapped_column(String(255), default="")
    preview: Mapped[str] = mapped_column(String(280), default="")
    searched: Mapped[str] = mapped_column(String(400), default="")
    status: Mapped[CaseStatus] = word(CaseStatus, default=CaseStatus.NEW)
    outcome: Mapped[Outcome | None] = word(Outcome)
    resolution_id: Mapped[int | None] = mapped_column(Id, ForeignKey("resolution.id"))
    declined_reason: Mapped[str] = mapped_column(Text, default="")
    declined_rule: Mapped[str] = mapped_column(Text, default="")
    declined_instead: Mapped[str] = mapped_column(Text, default="")
    moved_to: Mapped[str] = mapped_column(String(80), default="")
    moved_ref: Mapped[str] = mapped_column(String(120), default="")
    merged_into_id: Mapped[int | None] = mapped_column(Id)
    split_no: Mapped[int] = mapped_column(default=0)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(Id)
    preferred_id: Mapped[int | None] = mapped_column(Id)
    incident_id: Mapped[int | None] = mapped_column(Id)
    attached_at: Mapped[datetime | None]
    left_incident_id: Mapped[int | None] = mapped_column(Id)
    escalation: Mapped[Escalation | None] = word(Escalation)
    claim_no: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    posted_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    shielded_until: Mapped[datetime | None]
    pending_since: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
    paused_s: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    first_due_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]
    close_due_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    answer_by: Mapped[datetime]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    sentiment: Mapped[Sentiment | None] = word(Sentiment)
    intent: Mapped[Intent | None] = word(Intent)
    urgency: Mapped[Urgency | None] = word(Urgency)
    abusive: Mapped[bool] = mapped_column(default=False)
    confidence: Mapped[float | None]
    language: Mapped[str | None] = mapped_column(String(8))
    flag: Mapped[Flag | None] = word(Flag)
    ruled_by: Mapped[str] = mapped_column(String(80), default="")
    reach: Mapped[int | None] = mapped_column(BigInteger)
    contacts: Mapped[int] = mapped_column(default=1)
    handovers: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    earlier: Mapped[int] = mapped_column(default=0)
    chance_high: Mapped[float | None]
    also: Mapped[str] = mapped_column(String(48), default="")


class Hold(Base):
    """Who is at a case right now; renewed by presence, worth nothing after `until`."""

    __tablename__ = "hold"

    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[HoldKind] = word(HoldKind)
    since: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class Note(Base):
    """An internal note on a case; never leaves the house."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_case", "case_id", "id"),)

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class Reply(Base):
    """Our answer, from draft to sent. `key` makes a double click one reply; `claim_no` fences a lost claim."""

    __tablename__ = "reply"
    __table_args__ = (
        Index(
            "uq_reply_draft",
            "case_id",
            unique=True,
            postgresql_where=text("state = 'draft'"),
            sqlite_where=text("state = 'draft'"),
        ),
        Index(
            "ix_reply_outbox",
            "state",
            "not_before",
            "id",
            postgresql_where=OUTBOX,
            sqlite_where=OUTBOX,
        ),
        Index("ix_reply_case", "case_id", "id"),
        Index("ix_reply_change", "id", postgresql_where=TO_CHANGE, sqlite_where=TO_CHANGE),
        Index("ix_reply_incident", "incident_id", "state", postgresql_where=ATTACHED, sqlite_where=ATTACHED),
        Index(
            "uq_reply_external",
            "reply_account_id",
            "external_id",
            unique=True,
            postgresql_where=text("external_id IS NOT NULL"),
            sqlite_where=text("external_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("case_.id"))
    mention_id: Mapped[int | None] = mapped_column(Id, ForeignKey("mention.id"))
    reply_account_id: Mapped[int | None] = mapped_column(ForeignKey("reply_account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[ReplyState] = word(ReplyState, default=ReplyState.DRAFT)
    text: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    claim_no: Mapped[int] = mapped_column(default=0)
    seen_mention_id: Mapped[int | None] = mapped_column(Id)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    sending_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    external_id: Mapped[str | None] = mapped_column(String(255))
    url: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    proof: Mapped[str] = mapped_column(String(24), default="")
    cost_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    is_private: Mapped[bool] = mapped_column(default=False)
    incident_id: Mapped[int | None] = mapped_column(Id)
    saved_reply_id: Mapped[int | None] = mapped_column(Id)
    change_kind: Mapped[ChangeKind | None] = word(ChangeKind)
    change_state: Mapped[ChangeState | None] = word(ChangeState)
    change_text: Mapped[str] = mapped_column(Text, default="")
    change_reason: Mapped[str] = mapped_column(Text, default="")
    change_by_id: Mapped[int | None] = mapped_column(Id)
    changed_at: Mapped[datetime | None]


class Resolution(Base):
    """What solved it: cause, fix, how we know. Reused by later cases and counted."""

    __tablename__ = "resolution"
    __table_args__ = (Index("ix_resolution_case", "case_id"),)

    id: Mapped[int] = id_column()
    case_id: Mapped[int | None] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(Text)
    fix: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    reused: Mapped[int] = mapped_column(default=0)
