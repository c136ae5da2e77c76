"""The dashboard in a real browser, on a real server with a real store and recordings."""

import re
import time
from collections.abc import Iterator

import pytest

from tests.dashboard.centre import RUDE_S, make_centre

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, Locator, Page, expect

from tests.dashboard.serving import choose, served, window


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard on a centre of its own."""
    folder = tmp_path_factory.mktemp("served")
    with served(folder, make_centre(folder)) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console errors fail the test."""
    with window(browser) as opened:
        yield opened


def player(page: Page) -> Locator:
    found = page.locator("#call[data-ready=true]")
    found.wait_for()
    return found


def second(call: Locator) -> float:
    return float(call.get_attribute("data-time") or "nan")


def click_first_row(page: Page) -> None:
    """As a hand does it: the table is a canvas that must see the pointer before it sees the button."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.wait_for_timeout(1000)
    box = page.locator("[data-testid=stDataFrame]").bounding_box()
    assert box
    x, y = box["x"] + 60, box["y"] + 36 + 18
    page.mouse.move(x, y)
    page.wait_for_timeout(300)
    page.mouse.click(x, y, delay=80)


def test_filter_open_and_play_the_evidence(page: Page, server: str) -> None:
    page.goto(f"{server}/calls")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("7")
    choose(page, "规则集", "heating")
    choose(page, "班组", "早班一组")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("1")

    clicked = time.monotonic()
    click_first_row(page)
    call = player(page)
    print(f"click to call page: {time.monotonic() - clicked:.2f} s")
    expect(page).to_have_url(re.compile(r"call\?call=heat-01"))

    # Noted in the page: on a busy machine seconds may pass before the test can look.
    call.evaluate("e => e.player.wave.once('play', () => { e.startedAt = e.player.wave.getCurrentTime(); })")
    rude = call.locator("article[data-rule=rude-language]")
    rude.get_by_role("button", name="▶ 00:12").click()
    expect(call).to_have_attribute("data-playing", "true")
    assert call.evaluate("e => e.startedAt") == pytest.approx(RUDE_S, abs=0.3)
    page.wait_for_timeout(1000)
    assert RUDE_S < second(call) < RUDE_S + 3
    audible = "e => { const a = e.player.wave.getMediaElement(); return !a.paused && a.readyState >= 2; }"
    assert call.evaluate(audible)
    expect(call.locator(".turn.now")).to_contain_text("跟你说过多少遍了")
    expect(rude).to_have_class(re.compile("lit"))


def test_link_to_a_second_waits_there(page: Page, server: str) -> None:
    page.goto(f"{server}/?call=heat-01&t=12.5")
    call = player(page)
    expect(call).to_have_attribute("data-time", "12.50")
    expect(call).to_have_attribute("data-playing", "false")
    expect(call.locator(".turn.now")).to_contain_text("跟你说过多少遍了")


def test_keys_turns_and_speed(page: Page, server: str) -> None:
    page.goto(f"{server}/?call=heat-01")
    call = player(page)
    call.locator(".turn.customer").first.click()
    expect(call).to_have_attribute("data-time", "6.00")
    page.keyboard.press("l")
    expect(call).to_have_attribute("data-time", "9.00")
    page.keyboard.press("j")
    expect(call).to_have_attribute("data-time", "6.00")
    call.locator(".speed").select_option("2")
    assert call.evaluate("e => e.player.wave.getPlaybackRate()") == 2
    call.locator(".transcript-title").click()
    page.keyboard.press(" ")
    expect(call).to_have_attribute("data-playing", "true")
    page.keyboard.press("k")
    expect(call).to_have_attribute("data-playing", "false")


def test_keys_pressed_in_the_same_moment_all_count(page: Page, server: str) -> None:
    page.goto(f"{server}/?call=heat-01")
    call = player(page)
    call.locator(".turn.customer").first.click()
    expect(call).to_have_attribute("data-time", "6.00")
    call.evaluate("() => { for (const key of 'lljl') document.dispatchEvent(new KeyboardEvent('keydown', {key})); }")
    expect(call).to_have_attribute("data-time", "12.00")
    page.wait_for_timeout(500)
    assert call.evaluate("e => e.player.wave.getMediaElement().currentTime") == pytest.approx(12)


def test_the_player_outlives_a_rerun(page: Page, server: str) -> None:
    page.goto(f"{server}/?call=heat-01")
    call = player(page)
    call.get_by_role("button", name="▶ 00:12").click()
    expect(call).to_have_attribute("data-playing", "true")
    call.evaluate("e => { e.player.mark = 'same'; }")
    page.locator(".transcript-title").click()
    page.keyboard.press("r")  # Streamlit's own key for a rerun
    page.wait_for_timeout(1500)
    assert call.evaluate("e => e.player.mark") == "same"
    expect(call).to_have_attribute("data-playing", "true")


def test_passed_findings_are_shown_on_demand(page: Page, server: str) -> None:
    page.goto(f"{server}/?call=heat-01")
    call = player(page)
    expect(call.locator("article")).to_have_count(3)
    regions = int(call.get_attribute("data-regions") or 0)
    call.get_by_role("button", name="通过 1").click()
    expect(call.locator("article")).to_have_count(4)
    assert int(call.get_attribute("data-regions") or 0) == regions + 1


@pytest.mark.parametrize("call_id", ["tele-02", "broad-03"])
def test_other_codecs_play(page: Page, server: str, call_id: str) -> None:
    page.goto(f"{server}/?call={call_id}")
    call = player(page)
    call.locator(".turn").nth(2).click()
    call.locator(".play").click()
    expect(call).to_have_attribute("data-playing", "true")
    page.wait_for_timeout(800)
    assert 11.0 < second(call) < 14.0
    expect(call.locator(".trouble")).to_be_hidden()


def test_call_without_recording_shows_text_and_says_so(page: Page, server: str) -> None:
    page.goto(f"{server}/?call=fatal-05")
    call = page.locator("#call")
    expect(call.locator(".trouble")).to_contain_text("没有可播放的录音")
    expect(call.locator(".turn")).to_have_count(4)
    call.get_by_role("button", name="▶ 00:12").click()
    expect(call.locator(".turn.now")).to_contain_text("跟你说过多少遍了")


def test_next_call_follows_the_list(page: Page, server: str) -> None:
    page.goto(f"{server}/calls")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("7")
    choose(page, "排序", "通话编号")
    choose(page, "规则集", "telecom")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("2")
    click_first_row(page)
    expect(page.get_by_role("heading", name="tele-02")).to_be_visible()
    expect(page.get_by_role("button", name="上一通")).to_be_disabled()
    page.get_by_role("button", name="下一通", exact=True).click()
    expect(page.get_by_role("heading", name="fatal-05")).to_be_visible()
    page.get_by_role("button", name="返回列表").click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("2")


def test_nothing_is_fetched_from_elsewhere(page: Page, server: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2] if "://" in request.url else ""))
    page.goto(f"{server}/?call=heat-01")
    player(page)
    assert {host for host in hosts if host} == {server.removeprefix("http://")}
