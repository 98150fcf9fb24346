"""A team at work: sign-ins, teams and shifts, order among cases, answers with four eyes, incidents, outcomes that hold."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0003_team"
down_revision = "0002_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("known_issue", sa.Text(), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", types.Instant(), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", types.Instant(), nullable=False),
        sa.Column("closed_at", types.Instant(), nullable=True),
        sa.Column("resolution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("attaches_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("attaches_since", types.Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_table(
        "rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("changed_at", types.Instant(), nullable=False),
        sa.Column("removed_at", types.Instant(), nullable=True),
        sa.Column("tried_version", sa.Integer(), nullable=True),
        sa.Column("tried_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
    )
    op.create_index(
        "uq_rule_name",
        "rule",
        ["name"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
        sqlite_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "saved_reply",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("changed_at", types.Instant(), nullable=False),
        sa.Column("retired_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_reply")),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("folded", sa.String(length=60), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("retired_at", types.Instant(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("folded", name=op.f("uq_tag_folded")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("retired_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "alert_told",
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_told_alert_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("alert_id", "recipient", name=op.f("pk_alert_told")),
    )
    op.create_table(
        "bulk",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("did", sa.JSON(), nullable=False),
        sa.Column("undone_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bulk_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk")),
    )
    op.create_table(
        "escalation_owner",
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_escalation_owner_person_id")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_escalation_owner")),
    )
    op.create_table(
        "exported",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exported_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "source", "day", name=op.f("pk_exported")),
    )
    op.create_table(
        "exposure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exposure_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
        sa.UniqueConstraint("person_id", "mention_id", name=op.f("uq_exposure_person_id_mention_id")),
    )
    op.create_index("ix_exposure_person", "exposure", ["person_id", "at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("seen_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notice_person_id_key")),
    )
    op.create_index(
        "ix_notice_unseen",
        "notice",
        ["person_id", "id"],
        unique=False,
        postgresql_where=sa.text("seen_at IS NULL"),
        sqlite_where=sa.text("seen_at IS NULL"),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id_name")),
    )
    op.create_table(
        "sign_in",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("way", sa.String(length=24), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("until", types.Instant(), nullable=False),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sign_in")),
    )
    op.create_index("ix_sign_in_person", "sign_in", ["person_id", "until"], unique=False)
    op.create_table(
        "skill",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_skill_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "kind", "value", name=op.f("pk_skill")),
    )
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_team_member_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_member_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "person_id", name=op.f("pk_team_member")),
    )
    op.create_index("ix_team_member_person", "team_member", ["person_id"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("wall_s", sa.Integer(), nullable=False),
        sa.Column("hours_s", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_answer_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("case_id", "since", name=op.f("uq_answer_case_id_since")),
    )
    op.create_index(
        "ix_answer_at", "answer", ["at", "is_first", "hours_s", "wall_s", "due_at", "brand_id", "feed_id", "team_id"], unique=False
    )
    op.create_index(
        "ix_answer_unmeasured",
        "answer",
        ["id"],
        unique=False,
        postgresql_where=sa.text("hours_s IS NULL"),
        sqlite_where=sa.text("hours_s IS NULL"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_attachment_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index("ix_attachment_case", "attachment", ["case_id", "id"], unique=False)
    op.create_index("ix_attachment_reply", "attachment", ["reply_id"], unique=False)
    op.create_table(
        "case_tag",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_case_tag_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_case_tag_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("case_id", "tag_id", name=op.f("pk_case_tag")),
    )
    op.create_index("ix_case_tag_tag", "case_tag", ["tag_id", "case_id"], unique=False)
    op.create_table(
        "ending",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("brand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("resolution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("held_at", types.Instant(), nullable=True),
        sa.Column("back_at", types.Instant(), nullable=True),
        sa.Column("seen_s", sa.Integer(), nullable=False),
        sa.Column("claimed_s", sa.Integer(), nullable=True),
        sa.Column("answered_s", sa.Integer(), nullable=True),
        sa.Column("ttr_s", sa.Integer(), nullable=False),
        sa.Column("ttr_hours_s", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_ending_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ending")),
    )
    op.create_index(
        "ix_ending_at",
        "ending",
        ["at", "outcome", "held_at", "back_at", "ttr_hours_s", "ttr_s", "brand_id", "feed_id", "team_id", "resolution_id"],
        unique=False,
    )
    op.create_index("ix_ending_person", "ending", ["person_id", "at"], unique=False)
    op.create_index("ix_ending_resolution", "ending", ["resolution_id", "at"], unique=False)
    op.create_index(
        "ix_ending_unmeasured",
        "ending",
        ["id"],
        unique=False,
        postgresql_where=sa.text("ttr_hours_s IS NULL"),
        sqlite_where=sa.text("ttr_hours_s IS NULL"),
    )
    op.create_index(
        "uq_ending_standing",
        "ending",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("back_at IS NULL"),
        sqlite_where=sa.text("back_at IS NULL"),
    )
    op.create_table(
        "pause",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("until", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_pause_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    op.create_index("ix_pause_case", "pause", ["case_id", "id"], unique=False)
    op.create_table(
        "promise",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", types.Instant(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=False),
        sa.Column("came_back_at", types.Instant(), nullable=True),
        sa.Column("kept_at", types.Instant(), nullable=True),
        sa.Column("cancelled_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_promise_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    op.create_index("ix_promise_case", "promise", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_promise_due",
        "promise",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("kept_at IS NULL AND cancelled_at IS NULL"),
        sqlite_where=sa.text("kept_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_table(
        "media",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("next_at", types.Instant(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", types.Instant(), nullable=True),
        sa.Column("fetched_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_media_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("mention_id", "position", name=op.f("uq_media_mention_id_position")),
    )
    op.create_index(
        "ix_media_waiting",
        "media",
        ["next_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "mention_tag",
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_mention_tag_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_mention_tag_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mention_id", "tag_id", name=op.f("pk_mention_tag")),
    )
    op.create_index("ix_mention_tag_tag", "mention_tag", ["tag_id", "mention_id"], unique=False)
    op.create_table(
        "rule_firing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("did", sa.JSON(), nullable=False),
        sa.Column("undone_at", types.Instant(), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_rule_firing_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_firing_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_firing")),
        sa.UniqueConstraint("mention_id", "rule_id", name=op.f("uq_rule_firing_mention_id_rule_id")),
    )
    op.create_index("ix_rule_firing_case", "rule_firing", ["case_id"], unique=False)
    op.create_index("ix_rule_firing_rule", "rule_firing", ["rule_id", "at"], unique=False)
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", types.Instant(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", types.Instant(), nullable=True),
        sa.Column("verdict", sa.String(24), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_approval_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name=op.f("fk_approval_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_approval_reply_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_reply", "approval", ["reply_id"], unique=False)
    op.create_index(
        "uq_approval_open",
        "approval",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
        sqlite_where=sa.text("decided_at IS NULL"),
    )
    op.add_column("author", sa.Column("blocked_at", types.Instant(), nullable=True))
    op.add_column("author", sa.Column("blocked_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("case_", sa.Column("declined_rule", sa.Text(), nullable=False, server_default=""))
    op.add_column("case_", sa.Column("declined_instead", sa.Text(), nullable=False, server_default=""))
    op.add_column("case_", sa.Column("moved_to", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("case_", sa.Column("moved_ref", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("case_", sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("case_", sa.Column("preferred_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("case_", sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("case_", sa.Column("attached_at", types.Instant(), nullable=True))
    op.add_column("case_", sa.Column("left_incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("case_", sa.Column("escalation", sa.String(24), nullable=True))
    op.add_column("case_", sa.Column("shielded_until", types.Instant(), nullable=True))
    op.add_column("case_", sa.Column("pending_since", types.Instant(), nullable=True))
    op.add_column("case_", sa.Column("promised_at", types.Instant(), nullable=True))
    op.add_column("case_", sa.Column("paused_s", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("case_", sa.Column("confirmed_at", types.Instant(), nullable=True))
    op.add_column("case_", sa.Column("held_at", types.Instant(), nullable=True))
    op.add_column("case_", sa.Column("ruled_by", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("case_", sa.Column("earlier", sa.Integer(), nullable=False, server_default="0"))
    op.drop_index(op.f("ix_case_all"), table_name="case_")
    op.create_index(
        "ix_case_all",
        "case_",
        ["id", "source", "feed_id", "brand_id", "intent", "sentiment", "urgency", "language", "flag", "assignee_id", "team_id"],
        unique=False,
    )
    op.drop_index(op.f("ix_case_closed"), table_name="case_", sqlite_where=sa.text("status = 'closed'"))
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
            "team_id",
            "shielded_until",
            "incident_id",
            "searched",
        ],
        unique=False,
        postgresql_where=sa.text("status = 'closed'"),
        sqlite_where=sa.text("status = 'closed'"),
    )
    op.drop_index(op.f("ix_case_pending"), table_name="case_", sqlite_where=sa.text("status IN ('pending', 'on_hold')"))
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
            "team_id",
            "shielded_until",
            "incident_id",
            "searched",
        ],
        unique=False,
        postgresql_where=sa.text("status IN ('pending', 'on_hold')"),
        sqlite_where=sa.text("status IN ('pending', 'on_hold')"),
    )
    op.drop_index(op.f("ix_case_queue"), table_name="case_", sqlite_where=sa.text("status IN ('new', 'open')"))
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
            "team_id",
            "shielded_until",
            "incident_id",
            "searched",
            "answered_at",
            "first_due_at",
            "next_due_at",
        ],
        unique=False,
        postgresql_where=sa.text("status IN ('new', 'open')"),
        sqlite_where=sa.text("status IN ('new', 'open')"),
    )
    op.drop_index(op.f("ix_case_words"), table_name="case_")
    op.create_index(
        "ix_case_words",
        "case_",
        ["id", "source", "feed_id", "brand_id", "intent", "sentiment", "urgency", "language", "flag", "assignee_id", "team_id", "searched"],
        unique=False,
    )
    op.create_index(
        "ix_case_incident",
        "case_",
        ["incident_id", "id", "status", "waiting_since"],
        unique=False,
        postgresql_where=sa.text("incident_id IS NOT NULL"),
        sqlite_where=sa.text("incident_id IS NOT NULL"),
    )
    op.create_index(
        "ix_case_left",
        "case_",
        ["left_incident_id"],
        unique=False,
        postgresql_where=sa.text("left_incident_id IS NOT NULL"),
        sqlite_where=sa.text("left_incident_id IS NOT NULL"),
    )
    op.create_index(
        "ix_case_shield",
        "case_",
        ["answer_by", "id"],
        unique=False,
        postgresql_where=sa.text("abusive AND status IN ('new', 'open')"),
        sqlite_where=sa.text("abusive AND status IN ('new', 'open')"),
    )
    op.create_index(
        "ix_case_to_hold",
        "case_",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("outcome = 'solved' AND held_at IS NULL"),
        sqlite_where=sa.text("outcome = 'solved' AND held_at IS NULL"),
    )
    op.add_column("mention", sa.Column("is_private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("mention", sa.Column("muted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("mention", sa.Column("ruled_urgency", sa.String(24), nullable=True))
    op.add_column("mention", sa.Column("ruled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("person", sa.Column("subject", sa.String(length=400), nullable=True))
    op.add_column("person", sa.Column("from_groups", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("alias", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("person", sa.Column("zone", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("person", sa.Column("locale", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("person", sa.Column("shift", sa.String(24), nullable=False, server_default="on"))
    op.add_column("person", sa.Column("shift_at", types.Instant(), nullable=True))
    op.add_column("person", sa.Column("given_at", types.Instant(), nullable=True))
    op.add_column("person", sa.Column("open_limit", sa.Integer(), nullable=True))
    op.add_column("person", sa.Column("is_learning", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("takes_abuse", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("counts_exposure", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("person", sa.Column("tour_step", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("uq_person_subject", "person", ["subject"], unique=True)
    op.add_column("reply", sa.Column("is_private", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("reply", sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("reply", sa.Column("saved_reply_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("reply", sa.Column("change_kind", sa.String(24), nullable=True))
    op.add_column("reply", sa.Column("change_state", sa.String(24), nullable=True))
    op.add_column("reply", sa.Column("change_text", sa.Text(), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("change_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("change_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column("reply", sa.Column("changed_at", types.Instant(), nullable=True))
    op.create_index(
        "ix_reply_change",
        "reply",
        ["id"],
        unique=False,
        postgresql_where=sa.text("change_state IN ('asked', 'working')"),
        sqlite_where=sa.text("change_state IN ('asked', 'working')"),
    )
    op.create_index(
        "ix_reply_incident",
        "reply",
        ["incident_id", "state"],
        unique=False,
        postgresql_where=sa.text("incident_id IS NOT NULL"),
        sqlite_where=sa.text("incident_id IS NOT NULL"),
    )
