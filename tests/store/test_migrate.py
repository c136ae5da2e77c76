"""Databases of older versions are brought up with all that is in them, and taken back without a loss."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Engine, MetaData, select, text
from sqlmodel import Session

from qa.errors import StoreError
from qa.store.columns import Json, UtcDateTime
from qa.store.engine import open_store, reading, shown, writing
from qa.store.loading import load_result
from qa.store.migrate import check, downgrade, revision, upgrade
from qa.store.saving import note_item, save_result, start_run
from qa.store.tables import CallRecord
from qa.store.tables.sums import DERIVED
from tests.builders import make_call, make_failed, make_finding, make_result, make_transcript, make_turn

MADE_ANEW = {"alembic_version", *(table.name for table in DERIVED)}
"""What tells nothing of its own: Alembic's table, and sums over the others."""
OLD = Path(__file__).parent / "databases" / "0.1.0.sql"


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    """The URL of a database whose tables a test may change."""
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()


def fill(store: Engine) -> None:
    """Something in every table: calls as a run saves them, elsewhere a row of any values."""
    measured = make_turn("agent", 0.5, 5.5, "您好", level_db=-20.0, mandarin=0.9, alternatives=("你好",))
    transcript = make_transcript(make_call(measured, make_turn("customer", 6.0, 8.0, "好")))
    with writing(store) as session:
        run = start_run(session=session, command="run", total=2)
        save_result(
            session=session,
            result=make_result("c1", make_finding(), make_finding("closing", "passed")),
            run_id=run,
            work="transcribed",
            transcript=transcript,
        )
        save_result(session=session, result=make_failed(), run_id=run, work="failed")
        again = start_run(session=session, command="rescore", total=1)
        result = make_result("c1", make_finding("closing"))
        save_result(session=session, result=result, run_id=again, work="rescored", transcript=transcript)
        note_item(session=session, run_id=run, call_id="c2", work="kept", status="scored", error=None)
        for name in ("finding", "scorecard"):
            session.execute(CallRecord.metadata.tables[name].update().values(machine={"score": 90.5}))
        at = datetime(2026, 5, 1, tzinfo=UTC)
        session.execute(CallRecord.metadata.tables["transcript"].update().values(words_removed_at=at))
        session.execute(CallRecord.metadata.tables["call"].update().values(recording_removed_at=at))
        for table in CallRecord.metadata.sorted_tables:
            if session.execute(select(table)).first() is None:
                session.execute(table.insert().values({c.name: some(session, c) for c in table.columns}))


def some(session: Session, column: Column[Any]) -> Any:
    """A value that a column takes: of the row it refers to, or any."""
    for key in column.foreign_keys:
        return session.execute(select(key.column)).scalars().first()
    if isinstance(column.type, UtcDateTime):
        return datetime(2026, 3, 1, tzinfo=UTC)
    if isinstance(column.type, JSON) or column.type is Json:
        return {"说明": [1, 2.5, None]}
    values: dict[type, Any] = {int: 7, float: 2.5, bool: True, date: date(2026, 3, 1), bytes: b"\x00\xff"}
    return values.get(column.type.python_type, "值")


def contents(store: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but Alembic's own."""
    found = MetaData()
    found.reflect(store)
    with store.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in found.sorted_tables
            if table.name not in MADE_ANEW
        }


def test_the_migrations_make_what_the_models_say(store: Engine) -> None:
    check(store)


@pytest.mark.parametrize("target", ["-1", "0003", "0002", "0001", "base"])
def test_down_and_up_keep_every_row(store: Engine, target: str) -> None:
    fill(store)
    before, newest = contents(store), revision(store)
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    downgrade(store, target)
    assert revision(store) != newest
    upgrade(store)
    assert contents(store) == before
    check(store)


def test_an_older_program_works_on_a_database_taken_back(store: Engine) -> None:
    fill(store)
    downgrade(store, "0001")
    with store.begin() as connection:
        connection.execute(text("DELETE FROM turn WHERE position = 0"))
    upgrade(store)
    assert [row[1] for row in contents(store)["turn"]] == [1]


def test_a_database_of_the_first_version_loses_nothing(sqlite_db: str) -> None:
    old = sqlite3.connect(shown(sqlite_db))
    old.executescript(OLD.read_text("utf-8"))
    old.close()
    store = open_store(sqlite_db)
    check(store)
    with reading(store) as session:
        assert load_result(session=session, call_id="c1") == make_result("c1")
        assert load_result(session=session, call_id="broken") == make_failed()


@pytest.mark.parametrize(
    "done_before",
    [
        ["ALTER TABLE turn ADD COLUMN level_db FLOAT"],
        [
            "CREATE TABLE prepared (transcript_key VARCHAR NOT NULL, turns BLOB NOT NULL, phones BLOB, "
            "CONSTRAINT pk_prepared PRIMARY KEY (transcript_key), "
            "CONSTRAINT fk_prepared_transcript_key_transcript FOREIGN KEY(transcript_key) "
            "REFERENCES transcript (key) ON DELETE CASCADE)",
            "ALTER TABLE turn ADD COLUMN level_db FLOAT",
            "ALTER TABLE turn ADD COLUMN mandarin FLOAT",
            "ALTER TABLE turn ADD COLUMN alternatives JSON",
        ],
    ],
)
def test_a_database_that_a_version_before_alembic_brought_up(sqlite_db: str, done_before: list[str]) -> None:
    old = sqlite3.connect(shown(sqlite_db))
    old.executescript(OLD.read_text("utf-8"))
    for statement in done_before:
        old.execute(statement)
    old.close()
    store = open_store(sqlite_db)
    check(store)
    with reading(store) as session:
        assert load_result(session=session, call_id="c1") == make_result("c1")


def test_many_bring_up_one_database_at_once(store: Engine, db: str) -> None:
    fill(store)
    before = contents(store)
    downgrade(store, "0001")
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: open_store(db).dispose(), range(6)))
    assert contents(store) == before


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "revision 9999"),
        ("UPDATE schema_version SET version = 99; DROP TABLE alembic_version", "version 99"),
    ],
)
def test_tables_of_another_version_are_refused(store: Engine, db: str, statement: str, said: str) -> None:
    with store.begin() as connection:
        for part in statement.split(";"):
            connection.execute(text(part))
    with pytest.raises(StoreError, match=said):
        open_store(db)


def test_a_new_database_is_of_the_newest_revision(store: Engine) -> None:
    newest = revision(store)
    assert newest is not None
    downgrade(store, "-1")
    assert revision(store) != newest
