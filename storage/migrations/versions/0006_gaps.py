"""What a look could not read is known by feed, part and time, not by its words alone."""

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0006_gaps"
down_revision = "0005_models"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coverage_gap",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("found_at", types.Instant(), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("until", types.Instant(), nullable=False),
        sa.Column("part", sa.String(length=255), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("closed_at", types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_coverage_gap_feed_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_gap")),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index("ix_coverage_gap_open", "coverage_gap", ["feed_id", "until"], postgresql_where=is_open, sqlite_where=is_open)
    _copy_what_words_told()


def _copy_what_words_told() -> None:
    """Gaps stood in the words of a look alone: each began with the look before it."""
    before = "(SELECT max(earlier.at) FROM coverage AS earlier WHERE earlier.feed_id = coverage.feed_id AND earlier.at < coverage.at)"
    told = "coverage.detail LIKE '%posts between may be missing%' OR coverage.detail LIKE '%were missed%'"
    op.execute(
        "INSERT INTO coverage_gap (feed_id, found_at, since, until, part, why) "  # noqa: S608  no word of it comes from outside
        f"SELECT feed_id, at, COALESCE({before}, at), at, '', detail FROM coverage WHERE {told}"
    )
