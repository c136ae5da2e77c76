"""Scorecards, findings and evidence by call and run: former ones stay as a call's history."""

import sqlalchemy as sa
from alembic import op

from qa.store.migrations.aside import PREFIX, columns_away, columns_back

revision: str = "0006"
down_revision: str | None = "0005"

KEYS = {"scorecard": (), "finding": ("position",), "evidence": ("finding", "position")}
MADE_FROM = {
    "transcript_key": sa.String(64),
    "audio_sha256": sa.String(64),
    "engine": sa.String(),
    "ruleset_sha256": sa.String(),
    "qa_version": sa.String(),
    "scored_at": sa.String(),
}


def upgrade() -> None:
    columns_back("run", ("id",), (sa.Column("goal", sa.String(64), nullable=True),))
    op.add_column("scorecard", sa.Column("replaces", sa.Integer(), nullable=True))
    for name, kind in MADE_FROM.items():
        op.add_column("scorecard", sa.Column(name, kind, nullable=True))
        op.execute(f"UPDATE scorecard SET {name} = {_of_call('scorecard', name)}")
    for table in KEYS:
        op.add_column(table, sa.Column("run_id", sa.Integer(), nullable=True))
        op.execute(f"UPDATE {table} SET run_id = {_of_call(table, 'run_id')}")
    _drop_indexes()
    for table, key in KEYS.items():
        with op.batch_alter_table(table, recreate="auto") as batch:
            batch.alter_column("run_id", existing_type=sa.Integer(), nullable=False)
            batch.drop_constraint(f"pk_{table}", type_="primary")
            batch.create_primary_key(f"pk_{table}", ["call_id", "run_id", *key])
            if table == "scorecard":
                batch.create_foreign_key("fk_scorecard_run_id_run", "run", ["run_id"], ["id"])
            else:
                both = ["call_id", "run_id"]
                batch.drop_constraint(f"fk_{table}_call_id_call", type_="foreignkey")
                batch.create_foreign_key(f"fk_{table}_call_id_scorecard", "scorecard", both, both, ondelete="CASCADE")
    _make_indexes("call_id", "run_id")
    if sa.inspect(op.get_bind()).has_table(_aside("scorecard")):
        _former_back()


def downgrade() -> None:
    for table in KEYS:
        columns = sa.inspect(op.get_bind()).get_columns(table)
        op.create_table(_aside(table), *(sa.Column(c["name"], c["type"]) for c in columns))
        op.execute(f"INSERT INTO {_aside(table)} SELECT * FROM {table}")
    _drop_indexes()
    for table, key in reversed(KEYS.items()):
        counts = f"EXISTS (SELECT 1 FROM call WHERE call.call_id = {table}.call_id AND call.run_id = {table}.run_id)"
        with op.batch_alter_table(table, recreate="auto") as batch:
            refers = "scorecard_run_id_run" if table == "scorecard" else f"{table}_call_id_scorecard"
            batch.drop_constraint(f"fk_{refers}", type_="foreignkey")
            batch.drop_constraint(f"pk_{table}", type_="primary")
        op.execute(f"DELETE FROM {table} WHERE NOT {counts}")
        with op.batch_alter_table(table, recreate="auto") as batch:
            batch.create_primary_key(f"pk_{table}", ["call_id", *key])
            if table != "scorecard":
                batch.create_foreign_key(
                    f"fk_{table}_call_id_call", "call", ["call_id"], ["call_id"], ondelete="CASCADE"
                )
            for name in ("run_id", "replaces", *MADE_FROM) if table == "scorecard" else ("run_id",):
                batch.drop_column(name)
    _make_indexes("call_id")
    columns_away("run", ("id",), ("goal",))


def _drop_indexes() -> None:
    for name in ("ix_finding_loud", "ix_finding_silent"):
        op.drop_index(name, "finding")


def _make_indexes(*key: str) -> None:
    """The indexes from which reports read, as in 0004 but for the key."""
    loud = [*key, "verdict", "rule", "name", "clause", "count", "points"]
    told = {
        "ix_finding_loud": (loud, sa.text("verdict IN ('violated', 'needs_review')")),
        "ix_finding_silent": ([*key, "verdict"], sa.text("rule = 'silent-call'")),
    }
    for name, (columns, where) in told.items():
        op.create_index(name, "finding", columns, sqlite_where=where, postgresql_where=where)


def _aside(table: str) -> str:
    return f"{PREFIX}{table}_run_id"


def _of_call(table: str, column: str) -> str:
    return f"(SELECT call.{column} FROM call WHERE call.call_id = {table}.call_id)"


def _former_back() -> None:
    """What a downgrade put aside stands again, but for calls that have gone since."""
    for table in KEYS:
        names = ", ".join(f'"{c["name"]}"' for c in sa.inspect(op.get_bind()).get_columns(table))
        aside = _aside(table)
        same = f"SELECT 1 FROM {aside} WHERE {aside}.call_id = {table}.call_id AND {aside}.run_id = {table}.run_id"
        op.execute(f"DELETE FROM {table} WHERE EXISTS ({same})")
        kept = f"EXISTS (SELECT 1 FROM call WHERE call.call_id = {aside}.call_id)"
        op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {aside} WHERE {kept}")
        op.drop_table(aside)
