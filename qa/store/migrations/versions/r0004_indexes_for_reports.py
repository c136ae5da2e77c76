"""Indexes from which reports read deductions, open verdicts and silent calls."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"

LOUD, SILENT = "verdict IN ('violated', 'needs_review')", "rule = 'silent-call'"


def upgrade() -> None:
    told = ["call_id", "verdict", "rule", "name", "clause", "count", "points"]
    _make("ix_finding_loud", told, LOUD)
    _make("ix_finding_silent", ["call_id", "verdict"], SILENT)


def downgrade() -> None:
    op.drop_index("ix_finding_loud", "finding")
    op.drop_index("ix_finding_silent", "finding")


def _make(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "finding", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
