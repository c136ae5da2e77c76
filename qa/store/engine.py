"""Opening a database, and turning its failures into one readable line.

Reads and writes have their own sessions. On SQLite a write takes the lock when it begins: a transaction that
reads first and writes later would fail at once, not wait, whenever another process wrote in between.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, NoSuchModuleError
from sqlmodel import Session

from qa.errors import StoreError
from qa.store.migrate import upgrade
from qa.store.patience import wait_for_server

BUSY_S = 30.0
_NO_URL = "{url}: not a database URL; write e.g. sqlite:///qa.db or postgresql+psycopg://user@host/qa"


def engine_for(url: str, *, busy_s: float = BUSY_S, away_s: float = 0.0) -> Engine:
    """The engine of a database URL, not yet connected.

    A locked SQLite file is waited for `busy_s`, a server that goes away after it has answered once `away_s`.
    """
    parsed = parse_url(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"timeout": busy_s})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        engine = create_engine(parsed, pool_pre_ping=True)
        wait_for_server(engine, away_s)
        return engine
    except (NoSuchModuleError, ValueError) as error:
        raise StoreError(_NO_URL.format(url=shown(url))) from error
    except ModuleNotFoundError as error:
        raise StoreError(f"{shown(url)}: the driver {error.name} is missing; pip install {error.name}") from error


def parse_url(url: str) -> URL:
    """A database URL in its parts. Raises StoreError for what is none."""
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError(_NO_URL.format(url=url)) from error


def open_store(url: str, *, busy_s: float = BUSY_S, away_s: float = 0.0) -> Engine:
    """The engine of a database with the tables of this program: made on first use, brought up from older versions.

    Raises StoreError where the tables are of a version that this program does not know.
    """
    engine = engine_for(url, busy_s=busy_s, away_s=away_s)
    with store_errors(url):
        upgrade(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for queries; it never blocks a writer."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that is one transaction: all of it is stored, or nothing."""
    with Session(engine.execution_options(qa_write=True)) as session, session.begin():
        yield session


def shown(url: str) -> str:
    """The URL without its password, the plain file name for SQLite."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return parsed.database or ":memory:"
    return parsed.render_as_string(hide_password=True)


@contextmanager
def store_errors(url: str) -> Iterator[None]:
    """Turns what a database driver raises into a StoreError that names the database and the remedy."""
    try:
        yield
    except IntegrityError as error:
        raise StoreError(f"{shown(url)}: contradicting rows ({error.orig}); restore a backup") from error
    except DatabaseError as error:
        raise StoreError(f"{shown(url)}: {_remedy(str(error.orig))}") from error


def _remedy(cause: str) -> str:
    known = {
        "locked": "locked by another program; wait until it has finished or close it, then start again",
        "readonly": "cannot be written; give write permission on file and folder or name another --db",
        "unable to open": "cannot be opened; make its folder and give write permission, or name another --db",
        "disk is full": "the disk is full; free some space and start again, what was done is kept",
        "not a database": "is not a database; name another file with --db",
        "disk I/O error": "the disk failed or is full; free some space or check it, then start again",
        "connection failed": "the server does not answer; start it, then start again, what was done is kept",
        "server closed the connection": "the server went away; start it, then start again, what was done is kept",
        "malformed": "is damaged; restore a backup or name another --db",
    }
    for sign, remedy in known.items():
        if sign in cause:
            return remedy
    return f"database error: {cause.strip().splitlines()[0] if cause.strip() else 'unknown'}; check --db"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # SQLAlchemy begins transactions itself (see _begin_sqlite); the driver must not.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    _use_wal(cursor)
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    # The change to WAL fails at once, whatever the timeout, while another process makes the same change.
    for attempt in range(50):
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] in ("wal", "memory"):
            return
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or attempt == 49:
                raise
            time.sleep(0.1)


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("qa_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
