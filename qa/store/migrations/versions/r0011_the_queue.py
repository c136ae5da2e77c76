"""Why a person must hear a call and how many violations to expect in it, so that the queue is read in its order."""

import sqlalchemy as sa
from alembic import op

from qa.store.migrations.aside import columns_away, columns_back

revision: str = "0011"
down_revision: str | None = "0010"

KEY, COLUMNS, WAITS = ("call_id", "run_id"), ("gravity", "expected"), "gravity IS NOT NULL"
GRAVITY = """
    UPDATE scorecard SET gravity = CASE WHEN fatal THEN 3 ELSE coalesce(
        (SELECT CASE WHEN complaint THEN 2 WHEN dissatisfied THEN 1 END FROM call
            WHERE call.call_id = scorecard.call_id),
        CASE WHEN needs_review THEN 0 END) END
    WHERE expected IS NULL
        AND NOT EXISTS (SELECT 1 FROM review_event WHERE review_event.call_id = scorecard.call_id)
"""
EXPECTED = """
    UPDATE scorecard SET expected =
        (SELECT coalesce(sum(CASE WHEN verdict = 'violated' THEN confidence ELSE 1 - confidence END), 0)
            FROM finding WHERE finding.call_id = scorecard.call_id AND finding.run_id = scorecard.run_id)
    WHERE gravity IS NOT NULL AND expected IS NULL
"""


def upgrade() -> None:
    columns = (sa.Column("gravity", sa.Integer(), nullable=True), sa.Column("expected", sa.Float(), nullable=True))
    columns_back("scorecard", KEY, columns)
    op.execute(GRAVITY)
    op.execute(EXPECTED)
    where = sa.text(WAITS)
    op.create_index(
        "ix_scorecard_gravity",
        "scorecard",
        ["gravity", "expected", "call_id", "run_id"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    op.drop_index("ix_scorecard_gravity", "scorecard")
    columns_away("scorecard", KEY, COLUMNS)
