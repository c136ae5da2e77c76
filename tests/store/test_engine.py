"""The database says in one line what is wrong with it; two processes may open it at once."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import Session

from qa.errors import StoreError
from qa.store.engine import open_store, reading, shown, store_errors, writing
from qa.store.saving import start_run
from qa.store.tables import RunRecord


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not a database URL"),
        ("foo://x/y", "not a database URL"),
        ("sqlite:////no/such/folder/qa.db", "cannot be opened"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/x", "psycopg"),
    ],
)
def test_a_url_that_cannot_be_used(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        open_store(url)
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "qa.db"
    path.write_text("recording,call_id\n" * 100)
    with pytest.raises(StoreError, match="is not a database"):
        open_store(f"sqlite:///{path}")


def test_a_locked_database(sqlite_db: str) -> None:
    open_store(sqlite_db).dispose()
    other = sqlite3.connect(shown(sqlite_db), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with (
            pytest.raises(StoreError, match="locked by another program"),
            store_errors(sqlite_db),
            writing(open_store(sqlite_db, busy_s=0.1)) as session,
        ):
            start_run(session=session, command="run", total=0)
    finally:
        other.close()


def test_readers_go_on_while_another_writes(db: str) -> None:
    engine = open_store(db)
    with writing(engine) as writer:
        start_run(session=writer, command="run", total=0)
        with reading(engine) as reader:
            assert reader.get(RunRecord, 1) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can drop to another user")
def test_a_database_that_cannot_be_written(sqlite_db: str, tmp_path: Path) -> None:
    open_store(sqlite_db).dispose()
    os.chmod(tmp_path, 0o755)
    script = (
        "import os, sys; from qa.store.engine import *\n"
        "from qa.errors import StoreError\n"
        "from qa.store.saving import start_run\n"
        # Everything is imported as root: another user may not see the interpreter's files.
        "open_store('sqlite://'); os.setgid(65534); os.setuid(65534)\n"
        "try:\n"
        "    with store_errors(sys.argv[1]), writing(open_store(sys.argv[1])) as s:\n"
        "        start_run(session=s, command='run', total=0)\n"
        "except StoreError as error: print(error)\n"
    )
    os.chmod(tmp_path.parent, 0o755)
    os.chmod(tmp_path.parent.parent, 0o755)
    done = subprocess.run([sys.executable, "-c", script, sqlite_db], capture_output=True, text=True, check=False)
    assert "cannot be written" in done.stdout or "cannot be opened" in done.stdout, done.stderr
    assert done.stdout.count("\n") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        db = f"sqlite:///{small / 'qa.db'}"

        def fill(session: Session) -> None:
            for _ in range(2000):
                start_run(session=session, command="x" * 1000, total=0)

        with pytest.raises(StoreError, match="full"), store_errors(db), writing(open_store(db)) as session:
            fill(session)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_many_open_a_new_database_at_once(db: str) -> None:
    def begin(_: int) -> int:
        with writing(open_store(db)) as session:
            return start_run(session=session, command="run", total=0)

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(begin, range(16))) == list(range(1, 17))


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("sqlite:///qa.db", "qa.db"),
        ("sqlite://", ":memory:"),
        ("postgresql+psycopg://u:secret@h/x", "postgresql+psycopg://u:***@h/x"),
    ],
)
def test_urls_are_shown_without_passwords(url: str, text: str) -> None:
    assert shown(url) == text
