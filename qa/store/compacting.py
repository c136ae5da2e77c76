"""Writing a database anew, so that what was deleted is in its files no more and takes no room."""

import os
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from qa.errors import StoreError
from qa.store.engine import writing
from qa.store.spoken import tidy_index

TIMES = 2
"""So many times its size a SQLite file needs beside it: once as a copy, once in the log that brings it back."""
TABLES = ("turn", "prepared", "speech_span", "spoken", "transcript", "evidence", "finding", "call")


def compact(engine: Engine) -> int:
    """Writes the database anew; returns how many bytes smaller it is (0 on a server, which does not tell).

    Nobody else can write meanwhile. Raises StoreError where the disk has no room for it.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in TABLES:
                connection.exec_driver_sql(f'VACUUM FULL "{table}"')
        return 0
    path = _file(engine)
    before = path.stat().st_size if path else 0
    if path:
        _check_room(path, before)
    with writing(engine) as session:
        tidy_index(session=session)
    _outside(engine, "VACUUM")
    empty_log(engine)
    return max(0, before - path.stat().st_size) if path else 0


def empty_log(engine: Engine) -> None:
    """Brings what is in the log of a SQLite file (-wal) into the file and cuts the log to nothing, if nobody reads."""
    if engine.dialect.name == "sqlite":
        _outside(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


def _outside(engine: Engine, statement: str) -> None:
    """A statement that SQLite does outside transactions only."""
    connection = engine.raw_connection()
    try:
        raw: Any = connection.driver_connection
        raw.execute(statement).fetchall()
    finally:
        connection.close()


def _file(engine: Engine) -> Path | None:
    name = engine.url.database
    return Path(name) if name and name != ":memory:" else None


def _check_room(path: Path, size: int) -> None:
    free = shutil.disk_usage(os.path.abspath(path.parent)).free
    if free < size * TIMES:
        raise StoreError(
            f"{path}: writing it anew needs {_mb(size * TIMES)} of free disk space, there are {_mb(free)}; free some "
            "and start again with --compact, what was removed stays removed"
        )


def _mb(size: int) -> str:
    return f"{max(1, round(size / 1_000_000))} MB"
