"""Sums over calls by day and agent; what follows from other tables is dropped and made anew, not put aside."""

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"

MEASURES = (
    "calls", "scored", "failed", "skipped", "score_cents", "needs_review", "fatal", "complaints", "dissatisfied",
    "silent", "reviewed",
)  # fmt: skip
ANSWERS = (
    "asked", "rated", "rating_sum", "low", "solved", "unsolved", "satisfied", "ordinary", "unsatisfied", "charged",
    "uncharged",
)  # fmt: skip
BINS = tuple(f"bin{at:02}" for at in range(20))


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String()) for name in ("agent_id", "team", "grade", "agent_name")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*MEASURES, *BINS, *ANSWERS, "waiting")),
    )
    op.create_index("ix_tally_day", "tally", ["day", "agent_id"])
    counted = ["calls", "failed", "scored", "skipped"]
    op.create_index("ix_tally_agent", "tally", ["agent_id", "team", "grade", "agent_name", *counted])
    op.create_table(
        "cost",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("month", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String()) for name in ("agent_id", "team")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("rule", "name")),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("calls", "count", "cents", "open")),
    )
    op.create_index("ix_cost_month", "cost", ["month", "agent_id"])
    op.create_index("ix_cost_rule", "cost", ["entered", "rule", "month", "team", "calls", "count", "cents"])
    op.create_table(
        "stale",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("agent_id", sa.String()),
    )
    op.create_index("ix_stale_day", "stale", ["day"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    day = "date(started_at, '+8 hours')" if sqlite else "CAST(timezone('Asia/Shanghai', started_at) AS DATE)"
    op.execute(
        f"INSERT INTO stale (day, agent_id) SELECT DISTINCT {day}, agent_id FROM call WHERE started_at IS NOT NULL"
    )
    op.drop_index("ix_call_agent_id", "call")
    op.create_index("ix_call_agent_id", "call", ["agent_id", "started_at"])


def downgrade() -> None:
    op.drop_index("ix_call_agent_id", "call")
    op.create_index("ix_call_agent_id", "call", ["agent_id"])
    for table in ("stale", "cost", "tally"):
        op.drop_table(table)
