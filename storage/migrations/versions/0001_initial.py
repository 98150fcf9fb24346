"""The first schema: every table of storage.models."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=False),
        sa.Column("told_at", types.Instant(), nullable=True),
        sa.Column("tell_at", types.Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("kind", "subject", "opened_at", name=op.f("uq_alert_kind_subject_opened_at")),
    )
    op.create_index(
        "uq_alert_open",
        "alert",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "author",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("handle", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("reach", sa.BigInteger(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("first_seen_at", types.Instant(), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("do_not_contact_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("source", "site", "external_id", name=op.f("uq_author_source_site_external_id")),
    )
    op.create_table(
        "brand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("name", name=op.f("uq_brand_name")),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("available_at", types.Instant(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("reset_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("name", name=op.f("uq_credential_name")),
    )
    op.create_table(
        "dictionary",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary")),
    )
    op.create_table(
        "errand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("done_at", types.Instant(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", types.Instant(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
    )
    op.create_index(
        "ix_errand_subject",
        "errand",
        ["kind", "subject", "id"],
        unique=False,
        postgresql_where=sa.text("subject <> ''"),
        sqlite_where=sa.text("subject <> ''"),
    )
    op.create_index(
        "ix_errand_waiting",
        "errand",
        ["kind", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'running')"),
        sqlite_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "fact",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_fact")),
    )
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", types.Instant(), nullable=False),
        sa.Column("beat_at", types.Instant(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("initials", sa.String(length=8), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("left_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("initials", name=op.f("uq_person_initials")),
    )
    op.create_table(
        "rollup_hour",
        sa.Column("hour", types.Instant(), nullable=False),
        sa.Column("scope", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("negative", sa.Integer(), nullable=False),
        sa.Column("neutral", sa.Integer(), nullable=False),
        sa.Column("positive", sa.Integer(), nullable=False),
        sa.Column("complaint", sa.Integer(), nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("praise", sa.Integer(), nullable=False),
        sa.Column("suggestion", sa.Integer(), nullable=False),
        sa.Column("churn", sa.Integer(), nullable=False),
        sa.Column("purchase", sa.Integer(), nullable=False),
        sa.Column("spam", sa.Integer(), nullable=False),
        sa.Column("other", sa.Integer(), nullable=False),
        sa.Column("needs_reply", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("abusive", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "scope", name=op.f("pk_rollup_hour")),
    )
    op.create_index("ix_rollup_hour_scope", "rollup_hour", ["scope", "hour", "n", "negative", "neutral", "positive"], unique=False)
    op.create_table(
        "thread",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("source", "site", "external_id", name=op.f("uq_thread_source_site_external_id")),
    )
    op.create_table(
        "tombstone",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("source", "site", "id_hash", name=op.f("uq_tombstone_source_site_id_hash")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_case", "audit", ["case_id", "id"], unique=False)
    op.create_table(
        "cost",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_cost_credential_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost")),
    )
    op.create_index("ix_cost_credential_at", "cost", ["credential_id", "at"], unique=False)
    op.create_table(
        "credential_token",
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_credential_token_credential_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("credential_id", "kind", name=op.f("pk_credential_token")),
    )
    op.create_table(
        "feed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(24), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("next_poll_at", types.Instant(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", types.Instant(), nullable=True),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("last_look_at", types.Instant(), nullable=True),
        sa.Column("last_result", sa.String(24), nullable=True),
        sa.Column("last_detail", sa.Text(), nullable=False),
        sa.Column("last_new_at", types.Instant(), nullable=True),
        sa.Column("failing_since", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_feed_brand_id")),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_feed_credential_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("name", name=op.f("uq_feed_name")),
    )
    op.create_index(
        "ix_feed_due", "feed", ["next_poll_at"], unique=False, postgresql_where=sa.text("enabled"), sqlite_where=sa.text("enabled")
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_role")),
    )
    op.create_table(
        "reply_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("handle", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("signature", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_reply_account_brand_id")),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_reply_account_credential_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_account")),
        sa.UniqueConstraint("name", name=op.f("uq_reply_account_name")),
    )
    op.create_table(
        "resolution",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("reused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_resolution_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
    )
    op.create_table(
        "case_",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opening_mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("latest_mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_name", sa.String(length=255), nullable=False),
        sa.Column("preview", sa.String(length=280), nullable=False),
        sa.Column("searched", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=True),
        sa.Column("resolution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("declined_reason", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("split_no", sa.Integer(), nullable=False),
        sa.Column("assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claim_no", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("posted_at", types.Instant(), nullable=False),
        sa.Column("seen_at", types.Instant(), nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=False),
        sa.Column("claimed_at", types.Instant(), nullable=True),
        sa.Column("answered_at", types.Instant(), nullable=True),
        sa.Column("closed_at", types.Instant(), nullable=True),
        sa.Column("waiting_since", types.Instant(), nullable=True),
        sa.Column("snoozed_until", types.Instant(), nullable=True),
        sa.Column("first_due_at", types.Instant(), nullable=True),
        sa.Column("next_due_at", types.Instant(), nullable=True),
        sa.Column("close_due_at", types.Instant(), nullable=True),
        sa.Column("breached_at", types.Instant(), nullable=True),
        sa.Column("answer_by", types.Instant(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("sentiment", sa.String(24), nullable=True),
        sa.Column("intent", sa.String(24), nullable=True),
        sa.Column("urgency", sa.String(24), nullable=True),
        sa.Column("abusive", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("flag", sa.String(24), nullable=True),
        sa.Column("reach", sa.BigInteger(), nullable=True),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("handovers", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_case__assignee_id")),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_case__author_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_case__brand_id")),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_case__feed_id")),
        sa.ForeignKeyConstraint(["resolution_id"], ["resolution.id"], name=op.f("fk_case__resolution_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_case__thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_")),
    )
    op.create_index(
        "ix_case_all", "case_", ["id", "source", "feed_id", "brand_id", "intent", "sentiment", "urgency", "language", "flag"], unique=False
    )
    op.create_index("ix_case_author", "case_", ["author_id", "opened_at"], unique=False)
    op.create_index(
        "ix_case_closed",
        "case_",
        [
            "closed_at",
            "id",
            "assignee_id",
            "snoozed_until",
            "source",
            "feed_id",
            "brand_id",
            "intent",
            "sentiment",
            "urgency",
            "language",
            "flag",
            "searched",
        ],
        unique=False,
        postgresql_where=sa.text("status = 'closed'"),
        sqlite_where=sa.text("status = 'closed'"),
    )
    op.create_index("ix_case_mine", "case_", ["assignee_id", "status", "answer_by"], unique=False)
    op.create_index(
        "ix_case_pending",
        "case_",
        [
            "answer_by",
            "id",
            "assignee_id",
            "snoozed_until",
            "source",
            "feed_id",
            "brand_id",
            "intent",
            "sentiment",
            "urgency",
            "language",
            "flag",
            "searched",
        ],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'on_hold')"),
        sqlite_where=sa.text("status IN ('pending', 'on_hold')"),
    )
    op.create_index(
        "ix_case_queue",
        "case_",
        [
            "answer_by",
            "id",
            "assignee_id",
            "snoozed_until",
            "source",
            "feed_id",
            "brand_id",
            "intent",
            "sentiment",
            "urgency",
            "language",
            "flag",
            "searched",
            "answered_at",
            "first_due_at",
            "next_due_at",
        ],
        unique=False,
        postgresql_where=sa.text("status IN ('new', 'open')"),
        sqlite_where=sa.text("status IN ('new', 'open')"),
    )
    op.create_index(
        "ix_case_snoozed",
        "case_",
        ["snoozed_until"],
        unique=False,
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.create_index(
        "ix_case_words",
        "case_",
        ["id", "source", "feed_id", "brand_id", "intent", "sentiment", "urgency", "language", "flag", "searched"],
        unique=False,
    )
    op.create_index(
        "uq_case_live",
        "case_",
        ["author_id", "thread_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'closed' AND split_no = 0"),
        sqlite_where=sa.text("status <> 'closed' AND split_no = 0"),
    )
    op.create_table(
        "coverage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("since", types.Instant(), nullable=True),
        sa.Column("result", sa.String(24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("retry_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_coverage_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage")),
    )
    op.create_index("ix_coverage_at", "coverage", ["at"], unique=False)
    op.create_index(
        "ix_coverage_failed",
        "coverage",
        ["feed_id", "at", "since", "result"],
        unique=False,
        postgresql_where=sa.text("result NOT IN ('looked', 'empty')"),
        sqlite_where=sa.text("result NOT IN ('looked', 'empty')"),
    )
    op.create_index("ix_coverage_feed_at", "coverage", ["feed_id", "at"], unique=False)
    op.create_table(
        "reject",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("parsed_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_reject_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reject")),
        sa.UniqueConstraint("feed_id", "digest", name=op.f("uq_reject_feed_id_digest")),
    )
    op.create_table(
        "hold",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("until", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_hold_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hold_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_until"), "hold", ["until"], unique=False)
    op.create_table(
        "mention",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_external_id", sa.String(length=255), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("posted_at", types.Instant(), nullable=False),
        sa.Column("seen_at", types.Instant(), nullable=False),
        sa.Column("bucket_at", types.Instant(), nullable=False),
        sa.Column("edited_at", types.Instant(), nullable=True),
        sa.Column("deleted_at", types.Instant(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("capability", sa.String(24), nullable=False),
        sa.Column("capability_reason", sa.Text(), nullable=False),
        sa.Column("addressed", sa.JSON(), nullable=False),
        sa.Column("triaged_at", types.Instant(), nullable=True),
        sa.Column("triage_owner", sa.String(length=64), nullable=True),
        sa.Column("triage_until", types.Instant(), nullable=True),
        sa.Column("triage_attempts", sa.Integer(), nullable=False),
        sa.Column("flag", sa.String(24), nullable=True),
        sa.Column("sentiment", sa.String(24), nullable=True),
        sa.Column("intent", sa.String(24), nullable=True),
        sa.Column("urgency", sa.String(24), nullable=True),
        sa.Column("needs_reply", sa.Boolean(), nullable=True),
        sa.Column("abusive", sa.Boolean(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_mention_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_mention_case_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_mention_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("source", "site", "external_id", name=op.f("uq_mention_source_site_external_id")),
    )
    op.create_index("ix_mention_author", "mention", ["author_id", "posted_at"], unique=False)
    op.create_index("ix_mention_bucket", "mention", ["bucket_at", "id"], unique=False)
    op.create_index("ix_mention_case", "mention", ["case_id", "posted_at"], unique=False)
    op.create_index("ix_mention_thread", "mention", ["thread_id", "posted_at"], unique=False)
    op.create_index(
        "ix_mention_untriaged",
        "mention",
        ["id"],
        unique=False,
        postgresql_where=sa.text("triaged_at IS NULL AND NOT is_own AND deleted_at IS NULL"),
        sqlite_where=sa.text("triaged_at IS NULL AND NOT is_own AND deleted_at IS NULL"),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_note_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_case", "note", ["case_id", "id"], unique=False)
    op.create_table(
        "catch",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("caught_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_catch_feed_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_catch_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "feed_id", name=op.f("pk_catch")),
    )
    op.create_index("ix_catch_feed", "catch", ["feed_id", "mention_id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(24), nullable=False),
        sa.Column("label", sa.String(length=24), nullable=False),
        sa.Column("said", sa.String(length=24), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("withdrawn_at", types.Instant(), nullable=True),
        sa.Column("withdrawn_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_correction_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_correction_person_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["person.id"], name=op.f("fk_correction_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_at", "correction", ["at"], unique=False)
    op.create_index("ix_correction_mention", "correction", ["mention_id", "question", "id"], unique=False)
    op.create_table(
        "embedding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("scale", sa.Double(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_embedding_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedding")),
        sa.UniqueConstraint("mention_id", "name", name=op.f("uq_embedding_mention_id_name")),
    )
    op.create_index("ix_embedding_name", "embedding", ["name", "id"], unique=False)
    op.create_table(
        "mention_raw",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("dictionary", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_mention_raw_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_mention_raw")),
    )
    op.create_table(
        "mention_revision",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaced_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_mention_revision_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "revision", name=op.f("pk_mention_revision")),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reply_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("claim_no", sa.Integer(), nullable=False),
        sa.Column("seen_mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("saved_at", types.Instant(), nullable=False),
        sa.Column("queued_at", types.Instant(), nullable=True),
        sa.Column("not_before", types.Instant(), nullable=True),
        sa.Column("sending_at", types.Instant(), nullable=True),
        sa.Column("sent_at", types.Instant(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", types.Instant(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proof", sa.String(length=24), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_reply_case_id")),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_reply_mention_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reply_person_id")),
        sa.ForeignKeyConstraint(["reply_account_id"], ["reply_account.id"], name=op.f("fk_reply_reply_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("key", name=op.f("uq_reply_key")),
    )
    op.create_index("ix_reply_case", "reply", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_reply_outbox",
        "reply",
        ["state", "not_before", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('queued', 'sending', 'uncertain', 'by_hand')"),
        sqlite_where=sa.text("state IN ('queued', 'sending', 'uncertain', 'by_hand')"),
    )
    op.create_index(
        "uq_reply_draft",
        "reply",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
        sqlite_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "uq_reply_external",
        "reply",
        ["reply_account_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
        sqlite_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "triage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_triage_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage")),
        sa.UniqueConstraint("mention_id", "revision", "engine", "version", name=op.f("uq_triage_mention_id_revision_engine_version")),
    )


def downgrade() -> None:
    op.drop_table("triage")
    op.drop_index(
        "uq_reply_external",
        table_name="reply",
        postgresql_where=sa.text("external_id IS NOT NULL"),
        sqlite_where=sa.text("external_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_reply_draft", table_name="reply", postgresql_where=sa.text("state = 'draft'"), sqlite_where=sa.text("state = 'draft'")
    )
    op.drop_index(
        "ix_reply_outbox",
        table_name="reply",
        postgresql_where=sa.text("state IN ('queued', 'sending', 'uncertain', 'by_hand')"),
        sqlite_where=sa.text("state IN ('queued', 'sending', 'uncertain', 'by_hand')"),
    )
    op.drop_index("ix_reply_case", table_name="reply")
    op.drop_table("reply")
    op.drop_table("mention_revision")
    op.drop_table("mention_raw")
    op.drop_index("ix_embedding_name", table_name="embedding")
    op.drop_table("embedding")
    op.drop_index("ix_correction_mention", table_name="correction")
    op.drop_index("ix_correction_at", table_name="correction")
    op.drop_table("correction")
    op.drop_index("ix_catch_feed", table_name="catch")
    op.drop_table("catch")
    op.drop_index("ix_note_case", table_name="note")
    op.drop_table("note")
    op.drop_index(
        "ix_mention_untriaged",
        table_name="mention",
        postgresql_where=sa.text("triaged_at IS NULL AND NOT is_own AND deleted_at IS NULL"),
        sqlite_where=sa.text("triaged_at IS NULL AND NOT is_own AND deleted_at IS NULL"),
    )
    op.drop_index("ix_mention_thread", table_name="mention")
    op.drop_index("ix_mention_case", table_name="mention")
    op.drop_index("ix_mention_bucket", table_name="mention")
    op.drop_index("ix_mention_author", table_name="mention")
    op.drop_table("mention")
    op.drop_index(op.f("ix_hold_until"), table_name="hold")
    op.drop_table("hold")
    op.drop_table("reject")
    op.drop_index("ix_coverage_feed_at", table_name="coverage")
    op.drop_index(
        "ix_coverage_failed",
        table_name="coverage",
        postgresql_where=sa.text("result NOT IN ('looked', 'empty')"),
        sqlite_where=sa.text("result NOT IN ('looked', 'empty')"),
    )
    op.drop_index("ix_coverage_at", table_name="coverage")
    op.drop_table("coverage")
    op.drop_index(
        "uq_case_live",
        table_name="case_",
        postgresql_where=sa.text("status <> 'closed' AND split_no = 0"),
        sqlite_where=sa.text("status <> 'closed' AND split_no = 0"),
    )
    op.drop_index("ix_case_words", table_name="case_")
    op.drop_index(
        "ix_case_snoozed",
        table_name="case_",
        postgresql_where=sa.text("snoozed_until IS NOT NULL"),
        sqlite_where=sa.text("snoozed_until IS NOT NULL"),
    )
    op.drop_index(
        "ix_case_queue",
        table_name="case_",
        postgresql_where=sa.text("status IN ('new', 'open')"),
        sqlite_where=sa.text("status IN ('new', 'open')"),
    )
    op.drop_index(
        "ix_case_pending",
        table_name="case_",
        postgresql_where=sa.text("status IN ('pending', 'on_hold')"),
        sqlite_where=sa.text("status IN ('pending', 'on_hold')"),
    )
    op.drop_index("ix_case_mine", table_name="case_")
    op.drop_index(
        "ix_case_closed", table_name="case_", postgresql_where=sa.text("status = 'closed'"), sqlite_where=sa.text("status = 'closed'")
    )
    op.drop_index("ix_case_author", table_name="case_")
    op.drop_index("ix_case_all", table_name="case_")
    op.drop_table("case_")
    op.drop_table("resolution")
    op.drop_table("reply_account")
    op.drop_table("person_role")
    op.drop_index("ix_feed_due", table_name="feed", postgresql_where=sa.text("enabled"), sqlite_where=sa.text("enabled"))
    op.drop_table("feed")
    op.drop_table("credential_token")
    op.drop_index("ix_cost_credential_at", table_name="cost")
    op.drop_table("cost")
    op.drop_index("ix_audit_case", table_name="audit")
    op.drop_table("audit")
    op.drop_table("tombstone")
    op.drop_table("thread")
    op.drop_index("ix_rollup_hour_scope", table_name="rollup_hour")
    op.drop_table("rollup_hour")
    op.drop_table("person")
    op.drop_table("heartbeat")
    op.drop_table("fact")
    op.drop_index(
        "ix_errand_waiting",
        table_name="errand",
        postgresql_where=sa.text("state IN ('queued', 'running')"),
        sqlite_where=sa.text("state IN ('queued', 'running')"),
    )
    op.drop_index(
        "ix_errand_subject", table_name="errand", postgresql_where=sa.text("subject <> ''"), sqlite_where=sa.text("subject <> ''")
    )
    op.drop_table("errand")
    op.drop_table("dictionary")
    op.drop_table("credential")
    op.drop_table("brand")
    op.drop_table("author")
    op.drop_index(
        "uq_alert_open", table_name="alert", postgresql_where=sa.text("ended_at IS NULL"), sqlite_where=sa.text("ended_at IS NULL")
    )
    op.drop_table("alert")
