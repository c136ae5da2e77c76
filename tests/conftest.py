"""What many tests need: an empty store, the repository's folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.store.engine import open_store

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def db(tmp_path: Path) -> str:
    """The URL of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'qa.db'}"


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
