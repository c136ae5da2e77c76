"""What 0.2.0 keeps of the sound: level, language and alternatives of a turn, and transcripts prepared for scoring.

Versions before Alembic added these to a database of 0.1.0 themselves, some of them or all.
"""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import Json
from qa.store.migrations.aside import columns_away, columns_back, table_away, tables_back

revision: str = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    columns_back(
        "turn",
        ("transcript_key", "position"),
        (
            sa.Column("level_db", sa.Float(), nullable=True),
            sa.Column("mandarin", sa.Float(), nullable=True),
            sa.Column("alternatives", Json, nullable=True),
        ),
    )
    if tables_back("prepared") or sa.inspect(op.get_bind()).has_table("prepared"):
        return
    op.create_table(
        "prepared",
        sa.Column("transcript_key", sa.String(), nullable=False),
        sa.Column("turns", sa.LargeBinary(), nullable=False),
        sa.Column("phones", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["transcript_key"],
            ["transcript.key"],
            name=op.f("fk_prepared_transcript_key_transcript"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("transcript_key", name=op.f("pk_prepared")),
    )


def downgrade() -> None:
    table_away("prepared")
    columns_away("turn", ("transcript_key", "position"), ("level_db", "mandarin", "alternatives"))
