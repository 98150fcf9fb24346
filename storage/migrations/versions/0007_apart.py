"""Limits of a part of a credential's calls, and when an author was read last, where reading one costs."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0007_apart"
down_revision = "0006_gaps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_limit",
        sa.Column("credential_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("calls", sa.String(length=24), nullable=False),
        sa.Column("available_at", types.Instant(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("reset_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name=op.f("fk_call_limit_credential_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("credential_id", "calls", name=op.f("pk_call_limit")),
    )
    op.add_column("author", sa.Column("read_at", types.Instant(), nullable=True))
