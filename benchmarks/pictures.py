"""The screenshots of docs/screenshots: every page, both languages, light and dark, on the sample calls.

`python -m benchmarks.pictures --db sqlite:///var/demo.db docs/screenshots` starts a dashboard of its own; what people
do is added to a store in which nobody has done anything (`benchmarks.dressing`).
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.dressing import COACHED, dress
from benchmarks.serving import Server, served
from dashboard.gate import SIGN_IN
from dashboard.i18n import COOKIE, LANGUAGES
from dashboard.pages import PAGES

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUALITY = 60
DOOR = "sign-in"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

LINKS = {
    "agent": f"?agent={COACHED}",
    "call": "?call={call}",
    "periods": f"?agent={COACHED}",
    "rules": "?file=common/24-slang.yaml",
    "search": "?q=您好",
}
"""What a page is opened with."""


def take(page: Page, url: str, folder: Path, code: str, scheme: str, call: str, only: str | None) -> None:
    """One picture a page."""
    for each in PAGES:
        if only not in (None, each.name):
            continue
        page.goto(f"{url}/{each.name}" + LINKS.get(each.name, "").format(call=call))
        page.get_by_test_id("stPopover").wait_for()
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        if each.name == "call":
            page.locator("#call[data-ready=true]").wait_for()
        page.wait_for_timeout(1500)  # charts and tables are drawn after the page is
        page.screenshot(path=folder / f"{each.name}-{code}-{scheme}.jpg", type="jpeg", quality=QUALITY)


def windows(browser: Browser, server: Server) -> Iterator[tuple[str, Scheme, Page]]:
    """A window in each language and theme, with the names of both."""
    for code in LANGUAGES:
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", color_scheme=scheme)
            context.set_default_timeout(120_000)
            context.add_cookies([{"name": COOKIE, "value": code, "url": server.url}])
            yield code, scheme, context.new_page()
            context.close()


def main() -> None:
    """Takes all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--db", required=True)
    parser.add_argument("--call", default="s05", help="the call to show")
    parser.add_argument("--only", choices=[*(page.name for page in PAGES), DOOR], help="one page instead of all")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    dress(given.db)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with served(given.db, sign_in=False) as server:
            for code, scheme, page in windows(browser, server):
                take(page, server.url, given.folder, code, scheme, given.call, given.only)
        if given.only in (None, DOOR):
            with served(given.db) as server:
                for code, scheme, page in windows(browser, server):
                    page.goto(server.url + SIGN_IN)
                    page.screenshot(path=given.folder / f"{DOOR}-{code}-{scheme}.jpg", type="jpeg", quality=QUALITY)
        browser.close()


if __name__ == "__main__":
    main()
