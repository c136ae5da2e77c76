"""The follow-up register, work orders and calibration sessions."""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import Json, UtcDateTime
from qa.store.migrations.aside import table_away, tables_back

revision: str = "0007"
down_revision: str | None = "0006"

TABLES = ("calibration", "work_order", "calibration_call", "calibration_rating", "follow_up", "follow_up_step")


def upgrade() -> None:
    if not tables_back(*TABLES):
        _make()


def downgrade() -> None:
    table_away(*TABLES)


def _refer(column: str, to: str, name: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(name), ondelete=ondelete)


def _make() -> None:
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    op.create_table(
        "work_order",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_work_order")),
    )
    op.create_index(op.f("ix_work_order_call_id"), "work_order", ["call_id"])
    op.create_index(op.f("ix_work_order_closed_at"), "work_order", ["closed_at"])
    op.create_index(op.f("ix_work_order_opened_at"), "work_order", ["opened_at"])

    op.create_table(
        "calibration_call",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_calibration_call_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration.id"],
            name=op.f("fk_calibration_call_session_id_calibration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "call_id", name=op.f("pk_calibration_call")),
    )
    op.create_table(
        "calibration_rating",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("inspector", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_calibration_rating_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration.id"],
            name=op.f("fk_calibration_rating_session_id_calibration"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "call_id", "rule", "inspector", name=op.f("pk_calibration_rating")),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at_s", sa.Float(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_follow_up_call_id_call"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("kind", "subject", name="uq_follow_up_kind"),
    )
    op.create_index(op.f("ix_follow_up_agent_id"), "follow_up", ["agent_id"])
    op.create_index(op.f("ix_follow_up_call_id"), "follow_up", ["call_id"])
    op.create_index(op.f("ix_follow_up_due_at"), "follow_up", ["due_at"])
    op.create_index(op.f("ix_follow_up_kind"), "follow_up", ["kind"])
    op.create_index(op.f("ix_follow_up_order_id"), "follow_up", ["order_id"])
    op.create_index(op.f("ix_follow_up_owner"), "follow_up", ["owner"])
    op.create_index(op.f("ix_follow_up_state"), "follow_up", ["state"])
    op.create_index(op.f("ix_follow_up_team"), "follow_up", ["team"])

    op.create_table(
        "follow_up_step",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["follow_up.id"], name=op.f("fk_follow_up_step_item_id_follow_up"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "seq", name=op.f("pk_follow_up_step")),
    )
