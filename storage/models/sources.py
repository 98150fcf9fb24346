"""Where mentions come from and where replies go: brands, credentials, feeds, accounts, and what each look brought."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import BrandKind, BudgetPart, LookResult, Origin, ThriftStep

FAILED_LOOK = text("result NOT IN ('looked', 'empty')")
"""The looks after which we do not know what was there: few among many."""


OPEN_GAP = text("closed_at IS NULL")
"""What was not read to this day: few among many."""


class Brand(Base):
    """A name that feeds listen for: ours, a competitor's or a topic."""

    __tablename__ = "brand"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[BrandKind] = word(BrandKind, default=BrandKind.OWN)


class Credential(Base):
    """One API identity. Rate limits and budget belong to it; secrets that people set for it never stand in the database."""

    __tablename__ = "credential"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    source: Mapped[str] = mapped_column(String(24))
    available_at: Mapped[datetime | None]
    remaining: Mapped[int | None]
    reset_at: Mapped[datetime | None]


class CallLimit(Base):
    """The limit of a part of a credential's calls that its platform counts apart: those of one kind of feed, or of rechecks."""

    __tablename__ = "call_limit"

    credential_id: Mapped[int] = mapped_column(Id, ForeignKey("credential.id", ondelete="CASCADE"), primary_key=True)
    calls: Mapped[str] = mapped_column(String(24), primary_key=True)
    available_at: Mapped[datetime | None]
    remaining: Mapped[int | None]
    reset_at: Mapped[datetime | None]


class CredentialToken(Base):
    """What a platform gave a credential by consent, sealed; and whose turn it is to renew it (desk/feeds/connections.py)."""

    __tablename__ = "credential_token"

    credential_id: Mapped[int] = mapped_column(Id, ForeignKey("credential.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]


class ReplyAccount(Base):
    """An account that answers for a brand on one source and site; the first by `position` is offered first."""

    __tablename__ = "reply_account"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"))
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    handle: Mapped[str] = mapped_column(String(255))
    external_id: Mapped[str | None] = mapped_column(String(255))
    signature: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Feed(Base):
    """One standing query on one source and site. The schedule is data on this row."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_due", "next_poll_at", postgresql_where=text("enabled"), sqlite_where=text("enabled")),)

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    kind: Mapped[str] = mapped_column(String(24), default="")
    query: Mapped[str] = mapped_column(Text, default="")
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"))
    interval_s: Mapped[int] = mapped_column(default=300)
    enabled: Mapped[bool] = mapped_column(default=True)
    retired: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[Origin] = word(Origin, default=Origin.BOARD)
    created_at: Mapped[datetime]
    next_poll_at: Mapped[datetime]
    cursor: Mapped[str | None] = mapped_column(Text)
    lease_owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None]
    error_count: Mapped[int] = mapped_column(default=0)
    last_look_at: Mapped[datetime | None]
    last_result: Mapped[LookResult | None] = word(LookResult)
    last_detail: Mapped[str] = mapped_column(Text, default="")
    last_new_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]


class Coverage(Base):
    """One look of one feed and its one result. A `blind` row spans `since` to `at`.

    `counted`: how many posts the platform says there are since the last look that read them, where they were counted and not read.
    `left_out`: posts that came and were not kept, because the feed takes so many a day, or every so-many-th (desk/feeds/feed_shares.py).
    """

    __tablename__ = "coverage"
    __table_args__ = (
        Index("ix_coverage_feed_at", "feed_id", "at"),
        Index("ix_coverage_at", "at"),
        Index("ix_coverage_failed", "feed_id", "at", "since", "result", "counted", postgresql_where=FAILED_LOOK, sqlite_where=FAILED_LOOK),
    )

    id: Mapped[int] = id_column()
    feed_id: Mapped[int] = mapped_column(Id, ForeignKey("feed.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    since: Mapped[datetime | None]
    result: Mapped[LookResult] = word(LookResult)
    detail: Mapped[str] = mapped_column(Text, default="")
    new: Mapped[int] = mapped_column(default=0)
    seen: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    counted: Mapped[int | None]
    left_out: Mapped[int] = mapped_column(default=0)


class CoverageGap(Base):
    """What of a feed was not read from `since` to `until`, and why. Without `part`: posts that its looks never came to and may be missing.

    `part`: one of several that it asks for, not read since then. `closed_at`: read in the end.
    """

    __tablename__ = "coverage_gap"
    __table_args__ = (Index("ix_coverage_gap_open", "feed_id", "until", postgresql_where=OPEN_GAP, sqlite_where=OPEN_GAP),)

    id: Mapped[int] = id_column()
    feed_id: Mapped[int] = mapped_column(Id, ForeignKey("feed.id", ondelete="CASCADE"))
    found_at: Mapped[datetime]
    since: Mapped[datetime]
    until: Mapped[datetime]
    part: Mapped[str] = mapped_column(String(255), default="")
    why: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime | None]


class Cost(Base):
    """What one look, question or sending was billed of one kind, in micro-units of its currency or, where a quota counts, in its units; `part` says what it was for."""

    __tablename__ = "cost"
    __table_args__ = (Index("ix_cost_credential_at", "credential_id", "at"),)

    id: Mapped[int] = id_column()
    at: Mapped[datetime]
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"))
    feed_id: Mapped[int | None] = mapped_column(Id)
    reply_id: Mapped[int | None] = mapped_column(Id)
    part: Mapped[BudgetPart] = word(BudgetPart, default=BudgetPart.KEYWORDS)
    kind: Mapped[str] = mapped_column(String(24))
    units: Mapped[int] = mapped_column(default=1)
    micros: Mapped[int] = mapped_column(BigInteger, default=0)
    currency: Mapped[str] = mapped_column(String(3), default="USD")


class BudgetState(Base):
    """What a credential's budget lets go on, as it was decided last (desk/money/thrift.py).

    `ways`: by part how it goes on and since when; `pace`: micro-units, or units of a quota, a day of each part while nothing of it was given up.
    `ends_at`: when the month's money, or the day's quota, is spent at full pace, None where it lasts. Until `raised_until` nothing is given up.
    """

    __tablename__ = "budget_state"

    credential_id: Mapped[int] = mapped_column(Id, ForeignKey("credential.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[ThriftStep] = word(ThriftStep, default=ThriftStep.FULL)
    since: Mapped[datetime]
    decided_at: Mapped[datetime]
    ways: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pace: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ends_at: Mapped[datetime | None]
    raised_until: Mapped[datetime | None]
    raised_by_id: Mapped[int | None] = mapped_column(Id, ForeignKey("person.id"))


class Reject(Base):
    """A post that could not be read: kept raw with the error, so that a later version can read it."""

    __tablename__ = "reject"
    __table_args__ = (UniqueConstraint("feed_id", "digest"),)

    id: Mapped[int] = id_column()
    feed_id: Mapped[int] = mapped_column(Id, ForeignKey("feed.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    error: Mapped[str] = mapped_column(Text)
    parsed_at: Mapped[datetime | None]
