"""Live cases with an escalation label are a list."""

import sqlalchemy as sa
from alembic import op

revision = "0008_escalated"
down_revision = "0007_apart"
branch_labels = None
depends_on = None


def upgrade() -> None:
    labelled = sa.text("escalation IS NOT NULL AND status <> 'closed'")
    op.create_index("ix_case_escalated", "case_", ["answer_by", "id"], postgresql_where=labelled, sqlite_where=labelled)
