"""Indexes from which pages read key calls, a team's days and what runs did."""

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"


def upgrade() -> None:
    _make("ix_call_grave", "call", ["started_at", "call_id"], "complaint OR dissatisfied")
    _make("ix_scorecard_fatal", "scorecard", ["call_id"], "fatal")
    op.create_index("ix_run_item_work", "run_item", ["run_id", "work", "status", "audio_s"])
    op.drop_index("ix_call_team", "call")
    op.create_index("ix_call_team", "call", ["team", "started_at"])


def downgrade() -> None:
    op.drop_index("ix_call_team", "call")
    op.create_index("ix_call_team", "call", ["team"])
    op.drop_index("ix_call_grave", "call")
    op.drop_index("ix_scorecard_fatal", "scorecard")
    op.drop_index("ix_run_item_work", "run_item")


def _make(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
