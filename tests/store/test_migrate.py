"""Databases of older versions are brought up with all that is in them, and taken back without a loss."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, select, text

from qa.errors import StoreError
from qa.store.engine import open_store, reading, shown, writing
from qa.store.loading import load_result
from qa.store.migrate import check, downgrade, revision, upgrade
from qa.store.saving import note_item, save_result, start_run
from tests.builders import make_call, make_failed, make_finding, make_result, make_transcript, make_turn

OLD = Path(__file__).parent / "databases" / "0.1.0.sql"


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    """The URL of a database whose tables a test may change."""
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()


def fill(store: Engine) -> None:
    """Something in every table."""
    measured = make_turn("agent", 0.5, 5.5, "您好", level_db=-20.0, mandarin=0.9, alternatives=("你好",))
    with writing(store) as session:
        run = start_run(session=session, command="run", total=2)
        save_result(
            session=session,
            result=make_result("c1", make_finding(), make_finding("closing", "passed")),
            run_id=run,
            work="transcribed",
            transcript=make_transcript(make_call(measured, make_turn("customer", 6.0, 8.0, "好"))),
        )
        save_result(session=session, result=make_failed(), run_id=run, work="failed")
        note_item(session=session, run_id=run, call_id="c2", work="kept", status="scored", error=None)


def contents(store: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but Alembic's own."""
    found = MetaData()
    found.reflect(store)
    with store.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def test_the_migrations_make_what_the_models_say(store: Engine) -> None:
    check(store)


@pytest.mark.parametrize("target", ["-1", "0001", "base"])
def test_down_and_up_keep_every_row(store: Engine, target: str) -> None:
    fill(store)
    before = contents(store)
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    downgrade(store, target)
    assert set(contents(store)) != set(before)
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
