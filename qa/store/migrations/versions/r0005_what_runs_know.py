"""What runs know of each other and of earlier nights: files seen, calls claimed, calls that failed; a run's record."""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import UtcDateTime
from qa.store.migrations.aside import columns_away, columns_back, table_away, tables_back

revision: str = "0005"
down_revision: str | None = "0004"

_RUN = (
    ("kept", sa.Integer(), "0"),
    ("held", sa.Integer(), "0"),
    ("outcome", sa.String(), None),
    ("host", sa.String(), None),
    ("pid", sa.Integer(), None),
    ("beat_at", UtcDateTime(), None),
)
_ITEM = ("audio_s", "seconds")


def upgrade() -> None:
    run = [sa.Column(name, kind, nullable=default is None, server_default=default) for name, kind, default in _RUN]
    columns_back("run", ("id",), run)
    columns_back("run_item", ("run_id", "call_id"), [sa.Column(name, sa.Float(), nullable=True) for name in _ITEM])
    if tables_back("seen", "claim", "failure"):
        return
    op.create_table(
        "seen",
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("location", name=op.f("pk_seen")),
    )
    op.create_table(
        "claim",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_claim_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_run_id"), "claim", ["run_id"])
    op.create_table(
        "failure",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("meta_sha256", sa.String(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_failure_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_failure")),
    )


def downgrade() -> None:
    table_away("seen", "claim", "failure")
    columns_away("run_item", ("run_id", "call_id"), _ITEM)
    columns_away("run", ("id",), [name for name, *_ in _RUN])
