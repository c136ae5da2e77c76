"""One small centre for all read-only tests, and the pages opened on it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.centre import make_centre
from tests.dashboard.secrets import fill

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
MORE = 55


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests of a process."""
    pytest.importorskip("playwright.sync_api")
    from tests.dashboard.serving import launched

    with launched() as opened:
        yield opened


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database URL of a centre with more calls than fit on a page."""
    return make_centre(tmp_path_factory.mktemp("centre"), more=MORE)


@pytest.fixture(autouse=True)
def _open_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are drawn without signing in; who may see what has tests of its own."""
    monkeypatch.setenv("QA_SIGN_IN", "off")


@pytest.fixture(autouse=True)
def _same_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit puts the page in the place of `__main__`, which a worker process that is started later imports."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def database(centre: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The centre as the dashboard's database."""
    monkeypatch.setenv("QA_DB", centre)
    return centre


@pytest.fixture(scope="session")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database URL of a centre in which there is something to keep of everybody."""
    return fill(tmp_path_factory.mktemp("secretive"))


@pytest.fixture
def filled(secretive: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """That centre as the dashboard's database."""
    monkeypatch.setenv("QA_DB", secretive)
    return secretive


@pytest.fixture
def calls_page(database: str) -> AppTest:
    """The calls list, drawn."""
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.switch_page("views/calls.py")
    return page.run()


@pytest.fixture(autouse=True)
def _same_folder() -> Iterator[None]:
    """Pages must not depend on, or change, the working folder."""
    before = os.getcwd()
    yield
    assert os.getcwd() == before
