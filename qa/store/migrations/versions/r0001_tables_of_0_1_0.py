"""The tables of 0.1.0."""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import Json, UtcDateTime
from qa.store.migrations.aside import table_away, tables_back

revision: str = "0001"
down_revision: str | None = None


TABLES = (
    "run",
    "schema_version",
    "transcript",
    "call",
    "run_item",
    "speech_span",
    "turn",
    "evidence",
    "finding",
    "scorecard",
)


def upgrade() -> None:
    if tables_back(*TABLES):
        return
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("qa_version", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    version = op.create_table(
        "schema_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema_version")),
    )
    op.create_table(
        "transcript",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("audio_sha256", sa.String(64), nullable=True),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("channels", sa.String(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("speech_measured", sa.Boolean(), nullable=False),
        sa.Column("notes", Json, nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=True),
        sa.Column("peaks_channels", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_transcript")),
    )
    op.create_index(op.f("ix_transcript_audio_sha256"), "transcript", ["audio_sha256"])

    op.create_table(
        "call",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("recording", sa.String(), nullable=True),
        sa.Column("recording_path", sa.String(), nullable=True),
        sa.Column("agent_id", sa.String(), nullable=True),
        sa.Column("agent_name", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("shift", sa.String(), nullable=True),
        sa.Column("ruleset", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ring_seconds", sa.Float(), nullable=True),
        sa.Column("hangup_by", sa.String(), nullable=True),
        sa.Column("complaint", sa.Boolean(), nullable=True),
        sa.Column("dissatisfied", sa.Boolean(), nullable=True),
        sa.Column("nuisance", sa.Boolean(), nullable=True),
        sa.Column("caller", sa.String(), nullable=True),
        sa.Column("work_order", sa.String(), nullable=True),
        sa.Column("channels_hint", sa.String(), nullable=True),
        sa.Column("extra", Json, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("transcript_key", sa.String(), nullable=True),
        sa.Column("audio_sha256", sa.String(64), nullable=True),
        sa.Column("engine", sa.String(), nullable=True),
        sa.Column("ruleset_sha256", sa.String(), nullable=True),
        sa.Column("meta_sha256", sa.String(), nullable=False),
        sa.Column("qa_version", sa.String(), nullable=True),
        sa.Column("scored_at", sa.String(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_call_run_id_run")),
        sa.ForeignKeyConstraint(["transcript_key"], ["transcript.key"], name=op.f("fk_call_transcript_key_transcript")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call")),
    )
    op.create_index(op.f("ix_call_agent_id"), "call", ["agent_id"])
    op.create_index(op.f("ix_call_audio_sha256"), "call", ["audio_sha256"])
    op.create_index(op.f("ix_call_ruleset"), "call", ["ruleset"])
    op.create_index(op.f("ix_call_run_id"), "call", ["run_id"])
    op.create_index(op.f("ix_call_started_at"), "call", ["started_at"])
    op.create_index(op.f("ix_call_status"), "call", ["status"])
    op.create_index(op.f("ix_call_team"), "call", ["team"])
    op.create_index(op.f("ix_call_transcript_key"), "call", ["transcript_key"])

    op.create_table(
        "run_item",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_item_run_id_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "call_id", name=op.f("pk_run_item")),
    )
    op.create_table(
        "speech_span",
        sa.Column("transcript_key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_key"],
            ["transcript.key"],
            name=op.f("fk_speech_span_transcript_key_transcript"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("transcript_key", "position", name=op.f("pk_speech_span")),
    )
    op.create_table(
        "turn",
        sa.Column("transcript_key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("role_confidence", sa.Float(), nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["transcript_key"], ["transcript.key"], name=op.f("fk_turn_transcript_key_transcript"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("transcript_key", "position", name=op.f("pk_turn")),
    )
    op.create_table(
        "evidence",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("finding", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_evidence_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "finding", "position", name=op.f("pk_evidence")),
    )
    op.create_table(
        "finding",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("multiplier", sa.Float(), nullable=False),
        sa.Column("right_wording", sa.Text(), nullable=False),
        sa.Column("covered_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_finding_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "position", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_rule"), "finding", ["rule"])

    op.create_table(
        "scorecard",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("fatal", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.call_id"], name=op.f("fk_scorecard_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_scorecard")),
    )
    op.create_index(op.f("ix_scorecard_grade"), "scorecard", ["grade"])
    op.create_index(op.f("ix_scorecard_needs_review"), "scorecard", ["needs_review"])
    op.create_index(op.f("ix_scorecard_score"), "scorecard", ["score"])
    op.bulk_insert(version, [{"id": 1, "version": 1}])


def downgrade() -> None:
    table_away(*TABLES)
