"""What shift leads talk over with agents, and the actions agreed on."""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import UtcDateTime
from qa.store.migrations.aside import table_away, tables_back

revision: str = "0014"
down_revision: str | None = "0013"


def upgrade() -> None:
    if tables_back("coaching"):
        return
    op.create_table(
        "coaching",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_coaching_call_id_call"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching")),
    )
    op.create_index(op.f("ix_coaching_agent_id"), "coaching", ["agent_id"])
    op.create_index(op.f("ix_coaching_call_id"), "coaching", ["call_id"])


def downgrade() -> None:
    table_away("coaching")
