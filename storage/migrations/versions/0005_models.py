"""A model is tried side by side before it takes over; how surely a post presses; lists narrowed by further intents."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0005_models"
down_revision = "0004_everywhere"
branch_labels = None
depends_on = None

LABELLED = ["source", "feed_id", "brand_id", "intent", "sentiment", "urgency", "language", "flag", "also"]
FILTERED = ["assignee_id", "snoozed_until", *LABELLED, "team_id", "shielded_until", "incident_id", "searched"]
WAITING, PENDING, CLOSED = (sa.text(f"status {which}") for which in ("IN ('new', 'open')", "IN ('pending', 'on_hold')", "= 'closed'"))
AT_ONCE = 5_000


def upgrade() -> None:
    _models()
    op.add_column("feed_click", sa.Column("author_handle", sa.String(length=255), nullable=False, server_default=""))
    op.add_column("mention", sa.Column("chance_high", sa.Float(), nullable=True))
    op.add_column("mention", sa.Column("also", sa.String(length=48), nullable=False, server_default=""))
    op.add_column("case_", sa.Column("chance_high", sa.Float(), nullable=True))
    op.add_column("case_", sa.Column("also", sa.String(length=48), nullable=False, server_default=""))
    for name in ("ix_case_all", "ix_case_closed", "ix_case_pending", "ix_case_queue", "ix_case_words"):
        op.drop_index(name, table_name="case_")
    _copy_further_intents()
    op.create_index("ix_case_all", "case_", ["id", *LABELLED, "assignee_id", "team_id"])
    op.create_index("ix_case_words", "case_", ["id", *LABELLED, "assignee_id", "team_id", "searched"])
    op.create_index("ix_case_closed", "case_", ["closed_at", "id", *FILTERED], postgresql_where=CLOSED, sqlite_where=CLOSED)
    op.create_index("ix_case_pending", "case_", ["answer_by", "id", *FILTERED], postgresql_where=PENDING, sqlite_where=PENDING)
    dues = ["answered_at", "first_due_at", "next_due_at"]
    op.create_index("ix_case_queue", "case_", ["answer_by", "id", *FILTERED, *dues], postgresql_where=WAITING, sqlite_where=WAITING)


def _models() -> None:
    op.create_table(
        "model",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("begun_at", types.Instant(), nullable=False),
        sa.Column("since", types.Instant(), nullable=True),
        sa.Column("until", types.Instant(), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("back_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model")),
    )
    for state in ("in_force", "candidate"):
        only = sa.text(f"state = '{state}'")
        op.create_index(f"uq_model_{state}", "model", ["state"], unique=True, postgresql_where=only, sqlite_where=only)
    op.create_table(
        "model_trial",
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mention_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("is_failed", sa.Boolean(), nullable=False),
        sa.Column("looked_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_model_trial_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_model_trial_model_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("model_id", "mention_id", name=op.f("pk_model_trial")),
    )
    unseen = sa.text("looked_at IS NULL")
    columns = ["model_id", "mention_id"]
    op.create_index("ix_model_trial_unseen", "model_trial", columns, postgresql_where=unseen, sqlite_where=unseen)
    op.create_index("ix_model_trial_mention", "model_trial", ["mention_id"])


def _copy_further_intents() -> None:
    """What models saw besides stood in their answers alone, where no list could be narrowed by it."""
    connection = op.get_bind()
    triage = sa.table("triage", sa.column("id"), sa.column("mention_id"), sa.column("answers", sa.JSON()))
    named = sa.cast(triage.c.answers, sa.Text()).like('%"also"%')
    found = connection.execute(sa.select(triage.c.mention_id, triage.c.answers).where(named).order_by(triage.c.id)).all()
    rows = [{"key": mention_id, "said": f",{','.join(answers['also'])},"} for mention_id, answers in found if answers.get("also")]
    write = sa.text("UPDATE mention SET also = :said WHERE id = :key")
    for part in _parts(rows):
        connection.execute(write, part)
    if rows:
        of_latest = "SELECT mention.also FROM mention WHERE mention.id = case_.latest_mention_id"
        op.execute(f"UPDATE case_ SET also = COALESCE(({of_latest}), '')")  # noqa: S608  no word of it comes from outside


def _parts(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield list(rows[start : start + AT_ONCE])
