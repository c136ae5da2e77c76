"""A dashboard on a real server, and a real browser to look at it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse"
START_S = 240  # a busy machine takes a minute to load the program
WAIT_MS = 45_000
expect.set_options(timeout=WAIT_MS)  # a busy machine needs seconds for the first page


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def launched() -> Iterator[Browser]:
    """Debian's Chromium; the test is skipped without one, except where nothing may be skipped."""
    if CHROMIUM is None:
        reason = "no Chromium: apt-get install -y chromium fonts-noto-cjk"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def served(folder: Path, db: str, *, sign_in: str = "off", rules: Path = ROOT / "rules") -> Iterator[str]:
    """The address of a dashboard on a database; started in another folder, as users do."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    environment = os.environ | {"QA_DB": db, "PYTHONPATH": str(ROOT), "QA_SIGN_IN": sign_in, "QA_RULES": str(rules)}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "server.py")]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            wait_for(f"{url}/_stcore/health", process)
            yield url
        finally:
            process.terminate()
    assert "Traceback" not in (folder / "log").read_text()


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page whose console errors fail the test."""
    errors: list[str] = []
    usual: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN"}
    context = browser.new_context(**(usual | options))
    opened = context.new_page()

    def note(kind: str, text: str) -> None:
        # Streamlit itself looks for its endpoints below a page's own path first, and finds nothing.
        if kind == "error" and " 404 " not in text:
            errors.append(text)

    opened.on("console", lambda message: note(message.type, message.text))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.set_default_timeout(WAIT_MS)
    yield opened
    context.close()
    assert errors == []


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(url)


def settled(page: Page) -> None:
    """Until the page has been drawn."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def choose(page: Page, label: str, option: str) -> None:
    """Picks an option; a rerun of the page that is still under way closes the list, so the list is opened again."""
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(4):
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        page.get_by_role("combobox", name=re.compile(label)).click()
        try:
            wanted.wait_for(timeout=5_000)
            break
        except TimeoutError:
            page.keyboard.press("Escape")
    wanted.click()


def enter(page: Page, server: str, user: str) -> None:
    """Signs in."""
    page.goto(server)
    page.get_by_label("账号").fill(user)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_test_id("stPopover")).to_be_visible()
    settled(page)
