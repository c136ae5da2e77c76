"""People, accounts, review, appeals, period scores, tariffs and the audit log.

From here on, versions before Alembic refuse the database, since they would leave reviews out.
"""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import Json, UtcDateTime
from qa.store.migrations.aside import columns_away, columns_back, table_away, tables_back

revision: str = "0003"
down_revision: str | None = "0002"

TABLES = (
    "account",
    "agent",
    "audit",
    "onsite",
    "period_lock",
    "publication",
    "shift",
    "tariff",
    "team",
    "absence",
    "account_role",
    "duty",
    "login",
    "membership",
    "period_score",
    "appeal",
    "confirmed_complaint",
    "manual_deduction",
    "praise",
    "reply",
    "review_event",
    "review_verdict",
    "appeal_step",
)


def upgrade() -> None:
    op.execute("UPDATE schema_version SET version = 2")
    columns_back("finding", ("call_id", "position"), (sa.Column("machine", Json, nullable=True),))
    columns_back(
        "scorecard",
        ("call_id",),
        (sa.Column("machine", Json, nullable=True), sa.Column("provisional_until", UtcDateTime(), nullable=True)),
    )
    op.create_index(op.f("ix_scorecard_provisional_until"), "scorecard", ["provisional_until"])
    if not tables_back(*TABLES):
        _make()


def downgrade() -> None:
    table_away(*TABLES)
    op.drop_index(op.f("ix_scorecard_provisional_until"), "scorecard")
    columns_away("scorecard", ("call_id",), ("machine", "provisional_until"))
    columns_away("finding", ("call_id", "position"), ("machine",))
    op.execute("UPDATE schema_version SET version = 1")


def _make() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcDateTime(), nullable=True),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account")),
        sa.UniqueConstraint("subject", name=op.f("uq_account_subject")),
    )
    op.create_index(op.f("ix_account_agent_id"), "account", ["agent_id"])

    op.create_table(
        "agent",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_agent")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_by"), "audit", ["by"])
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])

    op.create_table(
        "onsite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(), nullable=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("warning", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_onsite")),
    )
    op.create_index(op.f("ix_onsite_agent_id"), "onsite", ["agent_id"])
    op.create_index(op.f("ix_onsite_day"), "onsite", ["day"])

    op.create_table(
        "period_lock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_lock")),
    )
    op.create_index(op.f("ix_period_lock_first_day"), "period_lock", ["first_day"])
    op.create_index(op.f("ix_period_lock_last_day"), "period_lock", ["last_day"])

    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_file"), "publication", ["file"])

    op.create_table(
        "shift",
        sa.Column("shift", sa.String(), nullable=False),
        sa.Column("starts", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
        sa.PrimaryKeyConstraint("shift", name=op.f("pk_shift")),
    )
    op.create_table(
        "tariff",
        sa.Column("ruleset_sha256", sa.String(64), nullable=False),
        sa.Column("ruleset", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("ruleset_sha256", name=op.f("pk_tariff")),
    )
    op.create_table(
        "team", sa.Column("team", sa.String(), nullable=False), sa.PrimaryKeyConstraint("team", name=op.f("pk_team"))
    )
    op.create_table(
        "absence",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.agent_id"], name=op.f("fk_absence_agent_id_agent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agent_id", "from_day", name=op.f("pk_absence")),
    )
    op.create_table(
        "account_role",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.name"], name=op.f("fk_account_role_account_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account", "role", name=op.f("pk_account_role")),
    )
    op.create_table(
        "duty",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.agent_id"], name=op.f("fk_duty_agent_id_agent"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["shift"], ["shift.shift"], name=op.f("fk_duty_shift_shift")),
        sa.PrimaryKeyConstraint("agent_id", "day", "shift", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_day"), "duty", ["day"])

    op.create_table(
        "login",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.name"], name=op.f("fk_login_account_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_login")),
    )
    op.create_index(op.f("ix_login_account"), "login", ["account"])
    op.create_index(op.f("ix_login_expires_at"), "login", ["expires_at"])

    op.create_table(
        "membership",
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.agent_id"], name=op.f("fk_membership_agent_id_agent"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team"], ["team.team"], name=op.f("fk_membership_team_team")),
        sa.PrimaryKeyConstraint("agent_id", "from_day", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_team"), "membership", ["team"])

    op.create_table(
        "period_score",
        sa.Column("lock_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("made_of", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["lock_id"], ["period_lock.id"], name=op.f("fk_period_score_lock_id_period_lock"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lock_id", "agent_id", name=op.f("pk_period_score")),
    )
    op.create_index(op.f("ix_period_score_agent_id"), "period_score", ["agent_id"])

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.call_id"], name=op.f("fk_appeal_call_id_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    op.create_index(op.f("ix_appeal_agent_id"), "appeal", ["agent_id"])
    op.create_index(op.f("ix_appeal_call_id"), "appeal", ["call_id"])
    op.create_index(op.f("ix_appeal_due_on"), "appeal", ["due_on"])
    op.create_index(op.f("ix_appeal_opened_at"), "appeal", ["opened_at"])
    op.create_index(op.f("ix_appeal_state"), "appeal", ["state"])

    op.create_table(
        "confirmed_complaint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_confirmed_complaint_call_id_call"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmed_complaint")),
    )
    op.create_index(op.f("ix_confirmed_complaint_agent_id"), "confirmed_complaint", ["agent_id"])
    op.create_index(op.f("ix_confirmed_complaint_call_id"), "confirmed_complaint", ["call_id"])
    op.create_index(op.f("ix_confirmed_complaint_day"), "confirmed_complaint", ["day"])

    op.create_table(
        "manual_deduction",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("multiplier", sa.Float(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("start_s", sa.Float(), nullable=True),
        sa.Column("end_s", sa.Float(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("covered_by", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_manual_deduction_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_manual_deduction")),
    )
    op.create_index(op.f("ix_manual_deduction_item"), "manual_deduction", ["item"])

    op.create_table(
        "praise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_praise_call_id_call"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_praise")),
    )
    op.create_index(op.f("ix_praise_agent_id"), "praise", ["agent_id"])
    op.create_index(op.f("ix_praise_at"), "praise", ["at"])
    op.create_index(op.f("ix_praise_call_id"), "praise", ["call_id"])

    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.call_id"], name=op.f("fk_reply_call_id_call"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_agent_id"), "reply", ["agent_id"])
    op.create_index(op.f("ix_reply_call_id"), "reply", ["call_id"])

    op.create_table(
        "review_event",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_review_event_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_review_event")),
    )
    op.create_index(op.f("ix_review_event_appeal_id"), "review_event", ["appeal_id"])
    op.create_index(op.f("ix_review_event_at"), "review_event", ["at"])
    op.create_index(op.f("ix_review_event_by"), "review_event", ["by"])

    op.create_table(
        "review_verdict",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("machine_verdict", sa.String(), nullable=False),
        sa.Column("machine_confidence", sa.Float(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ruleset_sha256", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_review_verdict_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "rule", name=op.f("pk_review_verdict")),
    )
    op.create_index(op.f("ix_review_verdict_at"), "review_verdict", ["at"])
    op.create_index(op.f("ix_review_verdict_rule"), "review_verdict", ["rule"])

    op.create_table(
        "appeal_step",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_step_appeal_id_appeal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("appeal_id", "seq", name=op.f("pk_appeal_step")),
    )
