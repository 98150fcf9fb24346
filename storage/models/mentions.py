"""What people said: authors, threads, mentions, which feed caught them, and what triage made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, id_column, word
from storage.types import Id
from storage.words import Capability, Flag, Intent, Question, Sentiment, Urgency

DRAWN = ("n", "negative", "neutral", "positive")
"""The counts that charts are drawn from stand in their index: ninety days of fifty feeds are 100,000 rows."""

ASIDE = text("aside_by_id IS NOT NULL")
UNTRIAGED = text("triaged_at IS NULL AND NOT is_own AND deleted_at IS NULL")

RULED_OUT = text("muted_by_id IS NOT NULL")

TO_RECHECK = text("recheck_at IS NOT NULL")


class Author(Base):
    """A person on one source and site. Never merged across sources."""

    __tablename__ = "author"
    __table_args__ = (UniqueConstraint("source", "site", "external_id"), Index("ix_author_handle", "source", "site", "handle"))

    id: Mapped[int] = id_column()
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    external_id: Mapped[str] = mapped_column(String(255))
    handle: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str] = mapped_column(String(255), default="")
    reach: Mapped[int | None] = mapped_column(BigInteger)
    url: Mapped[str] = mapped_column(Text, default="")
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    do_not_contact_reason: Mapped[str] = mapped_column(Text, default="")
    blocked_at: Mapped[datetime | None]
    blocked_reason: Mapped[str] = mapped_column(Text, default="")


class Thread(Base):
    """Posts joined by the source's own reply structure."""

    __tablename__ = "thread"
    __table_args__ = (UniqueConstraint("source", "site", "external_id"),)

    id: Mapped[int] = id_column()
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    external_id: Mapped[str] = mapped_column(String(255))


class Mention(Base):
    """A stored post. `is_own` marks one written by a reply account of ours, `is_private` a direct message. Labels are the effective ones.

    `muted_by_id`: the rule that lets it open no case; `aside_by_id`: the relevance by which it is probably not about us. `ruled_urgency`: what a rule says instead of the label, for its case alone.
    `chance_high`: how probable it is that hours matter; 1 where a person said so. `also`: the further intents that the model sees, each between commas.
    `recheck_at`: when its source is asked whether it still stands there and what it says; None when it is followed no more.
    """

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("source", "site", "external_id"),
        Index("ix_mention_untriaged", "id", postgresql_where=UNTRIAGED, sqlite_where=UNTRIAGED),
        Index("ix_mention_aside", "id", postgresql_where=ASIDE, sqlite_where=ASIDE),
        Index("ix_mention_thread", "thread_id", "posted_at"),
        Index("ix_mention_author", "author_id", "posted_at"),
        Index("ix_mention_case", "case_id", "posted_at"),
        Index("ix_mention_bucket", "bucket_at", "id"),
        Index("ix_mention_ruled_out", "id", postgresql_where=RULED_OUT, sqlite_where=RULED_OUT),
        Index("ix_mention_recheck", "recheck_at", "id", postgresql_where=TO_RECHECK, sqlite_where=TO_RECHECK),
    )

    id: Mapped[int] = id_column()
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    external_id: Mapped[str] = mapped_column(String(255))
    author_id: Mapped[int] = mapped_column(Id, ForeignKey("author.id"))
    thread_id: Mapped[int] = mapped_column(Id, ForeignKey("thread.id"))
    parent_external_id: Mapped[str | None] = mapped_column(String(255))
    case_id: Mapped[int | None] = mapped_column(Id, ForeignKey("case_.id"))
    kind: Mapped[str] = mapped_column(String(24), default="post")
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    posted_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    bucket_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[str] = mapped_column(String(64))
    is_own: Mapped[bool] = mapped_column(default=False)
    is_private: Mapped[bool] = mapped_column(default=False)
    capability: Mapped[Capability] = word(Capability, default=Capability.LINK)
    capability_reason: Mapped[str] = mapped_column(Text, default="")
    addressed: Mapped[list[Any]] = mapped_column(default=list)
    triaged_at: Mapped[datetime | None]
    triage_owner: Mapped[str | None] = mapped_column(String(64))
    triage_until: Mapped[datetime | None]
    triage_attempts: Mapped[int] = mapped_column(default=0)
    flag: Mapped[Flag | None] = word(Flag)
    sentiment: Mapped[Sentiment | None] = word(Sentiment)
    intent: Mapped[Intent | None] = word(Intent)
    urgency: Mapped[Urgency | None] = word(Urgency)
    needs_reply: Mapped[bool | None]
    abusive: Mapped[bool | None]
    language: Mapped[str | None] = mapped_column(String(8))
    confidence: Mapped[float | None]
    muted_by_id: Mapped[int | None] = mapped_column(Id)
    ruled_urgency: Mapped[Urgency | None] = word(Urgency)
    ruled_by_id: Mapped[int | None] = mapped_column(Id)
    recheck_at: Mapped[datetime | None]
    aside_by_id: Mapped[int | None] = mapped_column(Id)
    chance_high: Mapped[float | None]
    also: Mapped[str] = mapped_column(String(48), default="")


class MentionRaw(Base):
    """What the platform sent, compressed, apart from the mention so that it can be dropped by age."""

    __tablename__ = "mention_raw"

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    dictionary: Mapped[int] = mapped_column(default=0)


class Dictionary(Base):
    """A trained zstd dictionary that raw payloads were compressed with."""

    __tablename__ = "dictionary"

    id: Mapped[int] = id_column()
    created_at: Mapped[datetime]
    body: Mapped[bytes] = mapped_column(LargeBinary)


class MentionRevision(Base):
    """The text that a mention had before its author edited it."""

    __tablename__ = "mention_revision"

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class Catch(Base):
    """This mention was caught by this feed."""

    __tablename__ = "catch"
    __table_args__ = (Index("ix_catch_feed", "feed_id", "mention_id"),)

    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    feed_id: Mapped[int] = mapped_column(Id, ForeignKey("feed.id", ondelete="CASCADE"), primary_key=True)
    caught_at: Mapped[datetime]


class Triage(Base):
    """What one engine said of one revision of a mention; `answers` holds label, confidence and scores of each question, what is `unsure`, and which intents it has `also`."""

    __tablename__ = "triage"
    __table_args__ = (UniqueConstraint("mention_id", "revision", "engine", "version"),)

    id: Mapped[int] = id_column()
    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"))
    revision: Mapped[int]
    engine: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Correction(Base):
    """What a person says of one label of one mention. Of those that were not taken back the newest holds, over any model; the others are history.

    Where `label` is what the model had said, the person confirmed it. `said`, `confidence`, `engine` and `version` are the model's part, empty
    where it had said nothing.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_mention", "mention_id", "question", "id"),
        Index("ix_correction_at", "at"),
    )

    id: Mapped[int] = id_column()
    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"))
    revision: Mapped[int]
    question: Mapped[Question] = word(Question)
    label: Mapped[str] = mapped_column(String(24))
    said: Mapped[str | None] = mapped_column(String(24))
    confidence: Mapped[float | None]
    engine: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[str] = mapped_column(String(40), default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Embedding(Base):
    """What one revision of a mention is about, by one embedding: `vector` holds int8 numbers, which times `scale` have the length one."""

    __tablename__ = "embedding"
    __table_args__ = (UniqueConstraint("mention_id", "name"), Index("ix_embedding_name", "name", "id"))

    id: Mapped[int] = id_column()
    mention_id: Mapped[int] = mapped_column(Id, ForeignKey("mention.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    scale: Mapped[float]
    created_at: Mapped[datetime]


class RollupHour(Base):
    """Counts of distinct mentions in one UTC hour. `scope`: 0 is all, n is feed n, -n is brand n."""

    __tablename__ = "rollup_hour"
    __table_args__ = (Index("ix_rollup_hour_scope", "scope", "hour", *DRAWN),)

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    scope: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(default=0)
    negative: Mapped[int] = mapped_column(default=0)
    neutral: Mapped[int] = mapped_column(default=0)
    positive: Mapped[int] = mapped_column(default=0)
    complaint: Mapped[int] = mapped_column(default=0)
    question: Mapped[int] = mapped_column(default=0)
    praise: Mapped[int] = mapped_column(default=0)
    suggestion: Mapped[int] = mapped_column(default=0)
    churn: Mapped[int] = mapped_column(default=0)
    purchase: Mapped[int] = mapped_column(default=0)
    spam: Mapped[int] = mapped_column(default=0)
    other: Mapped[int] = mapped_column(default=0)
    needs_reply: Mapped[int] = mapped_column(default=0)
    high: Mapped[int] = mapped_column(default=0)
    abusive: Mapped[int] = mapped_column(default=0)


class Tombstone(Base):
    """A post that must not come back: only a hash of its id is kept."""

    __tablename__ = "tombstone"
    __table_args__ = (UniqueConstraint("source", "site", "id_hash"),)

    id: Mapped[int] = id_column()
    source: Mapped[str] = mapped_column(String(24))
    site: Mapped[str] = mapped_column(String(255), default="")
    id_hash: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
