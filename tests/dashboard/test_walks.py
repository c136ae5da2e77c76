"""An inspector's work in a real browser, signed in; and what axe says about every page."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from dashboard.pages import PAGES
from qa.access import Viewer
from qa.store import accounts
from qa.store.engine import open_store, writing
from tests.dashboard.centre import make_centre

pytest.importorskip("playwright.sync_api")
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.serving import PASSWORD, enter, served, settled, window

PEOPLE = (
    Viewer("zhijian", "周检", ("inspector",)),
    Viewer("banzhang", "班长", ("shift_lead",), teams=("早班一组",)),
    Viewer("wangfang", "王芳", ("agent",), agent_id="867"),
    Viewer("zhuguan", "主管", ("qa_lead",)),
)


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard at which people sign in."""
    folder = tmp_path_factory.mktemp("staffed")
    db = make_centre(folder)
    with writing(open_store(db)) as session:
        for viewer in PEOPLE:
            accounts.add_account(session=session, viewer=viewer, password=PASSWORD, at=datetime.now(UTC))
    with served(folder, db, sign_in="on") as url:
        yield url


def test_the_queue_is_worked_by_keys(browser: Browser, server: str) -> None:
    """Enter, evidence, verdicts, a deduction drawn on the waveform, and on; the score follows."""
    with window(browser) as page:
        enter(page, server, "zhijian")
        expect(page.get_by_text("待处理（通）")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("call=fatal-05"))
        expect(page.locator(".turn").first).to_be_visible()
        page.keyboard.press("n")
        expect(page).to_have_url(re.compile("call=heat-01"))
        call = page.locator("#call[data-ready=true]")
        call.wait_for()
        expect(call.locator("article.lit")).to_have_attribute("data-rule", "job-number")
        page.keyboard.press(" ")
        expect(call).to_have_attribute("data-playing", "true")
        page.keyboard.press("1")
        expect(call.locator(".decided")).to_have_count(1)
        page.keyboard.press("2")
        expect(call.locator(".decided")).to_have_count(2)
        expect(page.locator(".st-key-score [data-testid=stMetricValue]")).to_have_text("95")
        box = call.locator(".wave").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 42, steps=5)
        page.mouse.up()
        call.locator(".manual-form .note").fill("语气生硬")
        call.locator(".manual-form .save").click()
        expect(call.locator("article.manual")).to_contain_text("语气生硬")
        expect(page.locator(".st-key-score [data-testid=stMetricValue]")).to_have_text("85")
        call.locator("article[data-rule=dead-air] [data-decision=confirmed]").click()
        expect(call.locator(".decided")).to_have_count(3)
        expect(page.locator(".st-key-score [data-testid=stMetricValue]")).to_have_text("82")
        page.keyboard.press("n")
        expect(page.get_by_text("待处理（通）")).to_be_visible()
        page.reload()
        expect(page.get_by_text("待处理（通）")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, server: str, scheme: str) -> None:
    found: list[str] = []
    with window(browser, color_scheme=scheme) as page:
        page.goto(server)
        found += serious(page, "sign-in")
        enter(page, server, "zhuguan")
        for each in PAGES:
            page.goto(f"{server}/{each.name}" + ("?call=heat-01" if each.name == "call" else ""))
            expect(page.get_by_test_id("stPopover")).to_be_visible()
            settled(page)
            if each.name == "call":
                page.locator("#call[data-ready=true]").wait_for()
            if each.name == "rules":
                page.locator("#editor[data-ready=true]").wait_for()
            found += serious(page, each.name)
    assert found == []


def serious(page: Page, name: str) -> list[str]:
    """Violations that shut people out, with the element."""
    results = Axe().run(page).response
    return [
        f"{name}: {violation['id']} {node['target']} {node['html'][:120]}"
        for violation in results["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
