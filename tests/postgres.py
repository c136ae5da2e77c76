"""A PostgreSQL server of the tests' own on a loopback port; all it held is gone afterwards."""

import glob
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

USER = "qa"
# Commits wait for the server's log, though not for the disk: a server that is stopped must lose nothing.
SETTINGS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass
class Server:
    """A server in a folder; it can be stopped and started again, as in the middle of a run."""

    binaries: Path
    folder: Path
    port: int
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """Makes the server's files; it does not run yet."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {self.folder}"
        options += "".join(f" -c {name}={value}" for name, value in SETTINGS.items())
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Ends it at once, as a power cut of the server would: every connection breaks."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def new_database(self) -> str:
        """The URL of a database without tables."""
        name = f"qa{next(self.numbers)}"
        with self._connected("template1") as link:
            link.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url(name)

    def empty(self, kept: Sequence[str]) -> None:
        """Takes all rows out of the database `postgres`, but for those of the tables `kept`.

        Emptying tables is ten times faster than another database; what tests left open is closed.
        """
        with self._connected("postgres") as link:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            link.execute(f"SELECT pg_terminate_backend(pid) {others}".encode())
            found = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            names = ", ".join(f'"{name}"' for (name,) in found if name not in kept)
            link.execute(f"TRUNCATE {names} RESTART IDENTITY".encode())

    def _connected(self, database: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(f"host=127.0.0.1 port={self.port} user={USER} dbname={database}", autocommit=True)

    def _run(self, command: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root.
        user = "postgres" if os.geteuid() == 0 else None
        subprocess.run(
            [str(self.binaries / command), "-D", str(self.folder / "data"), *arguments],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            cwd=self.folder,
            env={"PATH": f"{self.binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)},
            stdout=subprocess.DEVNULL,
            check=True,
        )


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A running server with its files in a new `folder`, which the server's user must be able to reach."""
    found = _binaries()
    if found is None:
        reason = "no PostgreSQL server: apt-get install -y postgresql"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = Server(found, folder, port)
    made.make()
    made.start()
    try:
        yield made
    finally:
        made.stop()


def _binaries() -> Path | None:
    debian = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    path = debian[-1] if debian else shutil.which("initdb")
    return Path(path).parent if path else None
