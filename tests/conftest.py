"""What many tests need: an empty store, the repository's folder."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from sqlalchemy import Engine

from qa.store.engine import open_store
from tests.postgres import Server, server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def sqlite_db(tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'qa.db'}"


@pytest.fixture
def db(sqlite_db: str) -> str:
    """The URL of a database for tests to which the engine does not matter."""
    return sqlite_db


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; its database `postgres` is a store."""
    with tempfile.TemporaryDirectory(prefix="qa-postgres-") as folder, server(Path(folder)) as running:
        open_store(running.url()).dispose()
        yield running


@pytest.fixture
def postgres_db(postgres: Server) -> str:
    """The URL of an empty store on PostgreSQL; a test that changes its tables needs a database of its own."""
    postgres.empty(kept=("alembic_version", "schema_version"))
    return postgres.url()


@pytest.fixture
def store(db: str) -> Iterator[Engine]:
    """An empty store."""
    engine = open_store(db)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def rules_dir() -> Path:
    """The rule files of the project."""
    return ROOT / "rules"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Calls and speech that lie beside the repository on developers' machines."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside the repository")
    return folder


@pytest.fixture
def bucket(tmp_path: Path) -> Iterator[str]:
    """The URL of a store of objects with two recordings of nonsense, a hidden one and a calls file."""
    fs = fsspec.filesystem("memory")
    root = f"memory://{tmp_path.name}"
    for name in ("a.wav", "x/b.wav", ".parts/c.wav", "calls.csv"):
        fs.pipe(f"{root}/{name}", name.encode())
    yield root
    fs.rm(root, recursive=True)
