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
    op.add_column("coverage", sa.Column("counted", sa.Integer(), nullable=True))
    op.add_column("coverage", sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "feed_click",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("errand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("author_external_id", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_feed_click_feed_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_click_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_click")),
        sa.UniqueConstraint("errand_id", "site", "external_id", name=op.f("uq_feed_click_errand_id_site_external_id")),
    )
    op.create_index("ix_feed_click_feed", "feed_click", ["feed_id", "at"], unique=False)
    op.create_index("ix_feed_click_author", "feed_click", ["source", "site", "author_external_id"], unique=False)
    op.create_index("ix_feed_click_post", "feed_click", ["source", "site", "external_id"], unique=False)
    op.drop_index("ix_coverage_failed", table_name="coverage")
    op.create_index(
        "ix_coverage_failed",
        "coverage",
        ["feed_id", "at", "since", "result", "counted"],
        unique=False,
        postgresql_where=sa.text("result NOT IN ('looked', 'empty')"),
        sqlite_where=sa.text("result NOT IN ('looked', 'empty')"),
    )
    op.add_column("cost", sa.Column("part", sa.String(length=24), nullable=False, server_default="keywords"))
    op.execute("UPDATE cost SET part = 'replies' WHERE reply_id IS NOT NULL")
    ours = "SELECT id FROM feed WHERE kind IN ('mentions', 'direct', 'timeline', 'notifications', 'inbox')"
    op.execute(f"UPDATE cost SET part = 'mentions' WHERE feed_id IN ({ours})")  # noqa: S608  no word of it comes from outside
    op.create_table(
        "budget_state",
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("decided_at", types.Instant(), nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.Column("pace", sa.JSON(), nullable=False),
        sa.Column("ends_at", types.Instant(), nullable=True),
        sa.Column("raised_until", types.Instant(), nullable=True),
        sa.Column("raised_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_budget_state_credential_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_budget_state_raised_by_id")),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_budget_state")),
    )
    op.add_column("mention", sa.Column("recheck_at", types.Instant(), nullable=True))
    op.create_index(
        "ix_mention_recheck",
        "mention",
        ["recheck_at", "id"],
        unique=False,
        postgresql_where=sa.text("recheck_at IS NOT NULL"),
        sqlite_where=sa.text("recheck_at IS NOT NULL"),
    )
    op.add_column("mention", sa.Column("aside_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.create_index(
        "ix_mention_aside",
        "mention",
        ["id"],
        unique=False,
        postgresql_where=sa.text("aside_by_id IS NOT NULL"),
        sqlite_where=sa.text("aside_by_id IS NOT NULL"),
    )
    op.create_table(
        "own_label",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("folded", sa.String(length=60), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("head_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("back_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("switched_on_at", types.Instant(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("retired_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_own_label_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_label")),
        sa.UniqueConstraint("feed_id", name=op.f("uq_own_label_feed_id")),
    )
    op.create_index(
        "uq_own_label_folded",
        "own_label",
        ["folded"],
        unique=True,
        postgresql_where=sa.text("retired_at IS NULL AND kind = 'label'"),
        sqlite_where=sa.text("retired_at IS NULL AND kind = 'label'"),
    )
    op.create_table(
        "label_example",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("label_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_it", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["own_label.id"], name=op.f("fk_label_example_label_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_label_example_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_label_example_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_example")),
        sa.UniqueConstraint("label_id", "mention_id", name=op.f("uq_label_example_label_id_mention_id")),
    )
    op.create_index("ix_label_example_mention", "label_example", ["mention_id"], unique=False)
    op.create_table(
        "label_head",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("label_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("embedding", sa.String(length=80), nullable=False),
        sa.Column("weights", sa.LargeBinary(), nullable=False),
        sa.Column("bias", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("fitted_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["label_id"], ["own_label.id"], name=op.f("fk_label_head_label_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_head")),
    )
    op.create_index("ix_label_head_label", "label_head", ["label_id", "embedding", "id"], unique=False)
    op.create_table(
        "mention_label",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("label_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket_at", types.Instant(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["label_id"], ["own_label.id"], name=op.f("fk_mention_label_label_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_mention_label_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "label_id", name=op.f("pk_mention_label")),
    )
    op.create_index("ix_mention_label_label", "mention_label", ["label_id", "mention_id"], unique=False)
    op.create_index("ix_mention_label_at", "mention_label", ["label_id", "bucket_at"], unique=False)
    op.create_table(
        "spot_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("drawn_at", types.Instant(), nullable=False),
        sa.Column("is_missed", sa.Boolean(), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_spot_check_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        sa.UniqueConstraint("kind", "mention_id", name=op.f("uq_spot_check_kind_mention_id")),
    )
    op.create_index("ix_spot_check_day", "spot_check", ["kind", "day"], unique=False)
    op.create_index("ix_spot_check_mention", "spot_check", ["mention_id"], unique=False)
    op.create_table(
        "mute",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("target", sa.String(length=255), nullable=False),
        sa.Column("scope", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", types.Instant(), nullable=True),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_mute_author_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_mute_thread_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_mute_created_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_mute_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mute")),
    )
    holds = sa.text("ended_at IS NULL")
    op.create_index("uq_mute_target", "mute", ["kind", "target", "scope"], unique=True, postgresql_where=holds, sqlite_where=holds)
    op.create_index("ix_mute_author", "mute", ["author_id"], unique=False)
    op.create_index("ix_mute_thread", "mute", ["thread_id"], unique=False)
    op.create_table(
        "mute_drop",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("back_at", types.Instant(), nullable=True),
        sa.Column("back_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_mute_drop_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mute_id"], ["mute.id"], name=op.f("fk_mute_drop_mute_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["back_by_id"], ["person.id"], name=op.f("fk_mute_drop_back_by_id")),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_mute_drop")),
    )
    op.create_index("ix_mute_drop_mute", "mute_drop", ["mute_id", "mention_id"], unique=False)
    op.create_table(
        "welcome",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_welcome_brand_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_welcome_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welcome")),
        sa.UniqueConstraint("brand_id", "source", "place", name=op.f("uq_welcome_brand_id_source_place")),
    )
    op.create_table(
        "link_host",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_link_host_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "host", name=op.f("pk_link_host")),
    )
    op.create_table(
        "alike",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_alike_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_alike")),
    )
    op.create_index("ix_alike_first", "alike", ["first_id", "mention_id"], unique=False)
    op.create_table(
        "alike_key",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("scope", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_alike_key_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "band", name=op.f("pk_alike_key")),
    )
    op.create_index("ix_alike_key_key", "alike_key", ["scope", "key"], unique=False)
    ruled_out = sa.text("muted_by_id IS NOT NULL")
    op.create_index("ix_mention_ruled_out", "mention", ["id"], unique=False, postgresql_where=ruled_out, sqlite_where=ruled_out)
