"""Full text of mentions: an FTS5 index over the mention table, or a table of text vectors."""

from alembic import op

revision = "0002_search"
down_revision = "0001_initial"
branch_labels = None
depends_on = None

SQLITE = (
    """
    CREATE VIRTUAL TABLE mention_search USING fts5(
        title, text, content='mention', content_rowid='id', columnsize=0, tokenize='unicode61 remove_diacritics 2'
    )
    """,
)
POSTGRESQL = (
    "CREATE TABLE mention_search (mention_id bigint PRIMARY KEY REFERENCES mention (id) ON DELETE CASCADE, words tsvector NOT NULL)",
    # Without a pending list a search never reads thousands of rows that are not in the index yet.
    "CREATE INDEX ix_mention_search_words ON mention_search USING gin (words) WITH (fastupdate = off)",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
