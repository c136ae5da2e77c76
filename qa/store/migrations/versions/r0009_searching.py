"""What was said, by its sounds, and the searches that people keep."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from qa.store.columns import Json, UtcDateTime
from qa.store.migrations.aside import table_away, tables_back

revision: str = "0009"
down_revision: str | None = "0008"


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not tables_back("saved_view"):
        op.create_table(
            "saved_view",
            sa.Column("user", sa.String(), nullable=False),
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("asked", Json, nullable=False),
            sa.Column("at", UtcDateTime(), nullable=False),
            sa.PrimaryKeyConstraint("user", "name", name=op.f("pk_saved_view")),
        )
    if tables_back("spoken"):
        return
    op.create_table(
        "spoken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transcript_key", sa.String(64), nullable=False),
        sa.Column("pairs", sa.Text() if sqlite else postgresql.ARRAY(sa.Integer()), nullable=True),
        sa.ForeignKeyConstraint(
            ["transcript_key"], ["transcript.key"], name=op.f("fk_spoken_transcript_key_transcript"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken")),
        sa.UniqueConstraint("transcript_key", name=op.f("uq_spoken_transcript_key")),
        sqlite_autoincrement=True,
    )
    if sqlite:
        op.execute("CREATE VIRTUAL TABLE spoken_index USING fts5(pairs, content='', detail='none')")
    else:
        op.create_index("ix_spoken_pairs", "spoken", ["pairs"], postgresql_using="gin")


def downgrade() -> None:
    # The full-text index of SQLite stays: no older program looks at it.
    table_away("spoken", "saved_view")
