"""Listening everywhere: deliveries from other programs, and what they are told."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0004_everywhere"
down_revision = "0003_team"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_delivery_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("feed_id", "digest", name=op.f("uq_delivery_feed_id_digest")),
    )
    op.create_index("ix_delivery_feed", "delivery", ["feed_id", "at"], unique=False)
    op.create_index("ix_delivery_at", "delivery", ["at"], unique=False)
    op.create_table(
        "event_stream",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("since_audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("next_at", types.Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("told_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_stream")),
        sa.UniqueConstraint("name", name=op.f("uq_event_stream_name")),
    )
    op.create_table(
        "event_told",
        sa.Column("stream_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("audit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["stream_id"], ["event_stream.id"], name=op.f("fk_event_told_stream_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("stream_id", "audit_id", name=op.f("pk_event_told")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("author_hash", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", types.Instant(), nullable=False),
        sa.Column("done_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_index("ix_erasure_author", "erasure", ["author_hash"], unique=False)
    op.create_index("ix_author_handle", "author", ["source", "site", "handle"], unique=False)
    op.create_index("ix_notice_case", "notice", ["case_id"], unique=False)
    op.create_index("ix_resolution_case", "resolution", ["case_id"], unique=False)
    op.create_index(
        "ix_audit_author",
        "audit",
        ["subject"],
        unique=False,
        postgresql_where=sa.text("subject LIKE 'author %'"),
        sqlite_where=sa.text("subject LIKE 'author %'"),
    )
