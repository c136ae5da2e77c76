"""Days of agent, shift lead and QA lead in a real browser: an appeal, an on-site item, a rule, a report."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qa.access import Viewer
from qa.store import accounts
from qa.store.engine import open_store, writing
from tests.dashboard.centre import make_centre
from tests.small_rules import write_rules

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.serving import PASSWORD, choose, enter, served, settled, window

PEOPLE = (
    Viewer("zhijian", "周检", ("inspector",)),
    Viewer("banzhang", "班长", ("shift_lead",), teams=("早班二组",)),
    Viewer("lina", "李娜", ("agent",), agent_id="003"),
    Viewer("zhuguan", "主管", ("qa_lead",)),
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rules folder that may be changed."""
    return write_rules(tmp_path_factory.mktemp("rules") / "rules")


@pytest.fixture(scope="module")
def server(browser: Browser, rules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard at which people sign in."""
    folder = tmp_path_factory.mktemp("days")
    db = make_centre(folder)
    with writing(open_store(db)) as session:
        for viewer in PEOPLE:
            accounts.add_account(session=session, viewer=viewer, password=PASSWORD, at=datetime.now(UTC))
    with served(folder, db, sign_in="on", rules=rules) as url:
        yield url


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_test_id("stPopover")).to_be_visible()
    settled(page)


def score(page: Page) -> str:
    return page.locator(".st-key-score [data-testid=stMetricValue]").inner_text()


def test_an_appeal_goes_from_the_agent_to_the_lead_and_changes_the_score(browser: Browser, server: str) -> None:
    with window(browser) as page:
        enter(page, server, "zhijian")
        opened(page, f"{server}/call?call=tele-02")
        call = page.locator("#call[data-ready=true]")
        call.locator("article[data-rule=job-number] [data-decision=confirmed]").click()
        expect(call.locator(".decided")).to_have_count(1)
    with window(browser) as page:
        enter(page, server, "lina")
        opened(page, f"{server}/call?call=tele-02")
        assert score(page) == "95"
        form = page.locator(".st-key-respond")
        form.get_by_role("button", name="提出申诉").click()
        expect(form.get_by_text("请先选择要申诉的扣分项")).to_be_visible()
        form.get_by_role("button", name="主动报工号").click()
        form.get_by_label("理由或回复").fill("第 3 秒报了工号")
        form.get_by_role("button", name="提出申诉").click()
        expect(page.get_by_text("等待班长答复")).to_be_visible()
    with window(browser) as page:
        enter(page, server, "banzhang")
        opened(page, f"{server}/appeals")
        expect(page.get_by_text("处理中的申诉 1 件")).to_be_visible()
        opened(page, f"{server}/call?call=tele-02")
        expect(page.get_by_text("第 3 秒报了工号")).to_be_visible()
        page.get_by_role("button", name="主动报工号").click()
        page.get_by_label("理由", exact=True).fill("听录音，确实报了")
        page.get_by_role("button", name="提交处理结果").click()
        expect(page.get_by_text("已结束")).to_be_visible()
        expect(page.locator(".st-key-score [data-testid=stMetricValue]")).to_have_text("100")
    with window(browser) as page:
        enter(page, server, "lina")
        opened(page, f"{server}/call?call=tele-02")
        expect(page.get_by_text("班长答复 · banzhang")).to_be_visible()
        assert score(page) == "100"


def test_a_lead_enters_an_onsite_item_and_takes_a_report_away(browser: Browser, server: str, tmp_path: Path) -> None:
    with window(browser) as page:
        enter(page, server, "banzhang")
        opened(page, f"{server}/onsite")
        choose(page, "坐席", "003")
        choose(page, "检查项目", "无关物品、通信工具、私人电话 · 扣 3 分 · 002 工作现场 9")
        page.get_by_label("说明").fill("桌上有手机")
        page.get_by_role("button", name="录入").click()
        expect(page.get_by_text("003：无关物品、通信工具、私人电话，扣 3 分")).to_be_visible()
        opened(page, f"{server}/reports")
        with page.expect_download() as download:
            page.get_by_role("button", name="Excel").click()
        file = tmp_path / "report.xlsx"
        download.value.save_as(file)
        assert file.read_bytes()[:2] == b"PK" and download.value.suggested_filename.endswith(".xlsx")


def test_a_rule_is_changed_tried_and_published(browser: Browser, server: str, rules: Path) -> None:
    with window(browser) as page:
        enter(page, server, "zhuguan")
        opened(page, f"{server}/rules?file=heating/r.yaml")
        text = page.locator("#editor[data-ready=true] textarea")
        before = text.input_value()
        text.fill(before.replace("points: 5", "points: five", 1))
        expect(page.get_by_text("有 1 处错误")).to_be_visible()
        expect(page.locator("#editor .fault")).to_have_text("5")
        text.fill(before.replace("[你到底听不听得懂]", "[你到底听不听得懂, 跟你说过多少遍了]"))
        expect(page.get_by_text("没有错误，可以试跑和发布")).to_be_visible()
        page.get_by_role("button", name="用近 30 天通话回测").click()
        expect(page.get_by_text(re.compile("回测：.* 以来抽取的 1 通"))).to_be_visible()
        page.get_by_label("修改说明").fill("多了一句禁语")
        page.get_by_role("button", name="发布").click()
        expect(page.get_by_text("已发布 heating/r.yaml")).to_be_visible()
        assert "跟你说过多少遍了" in (rules / "heating" / "r.yaml").read_text("utf-8")


def test_the_last_word_before_publishing_is_published(browser: Browser, server: str, rules: Path) -> None:
    with window(browser) as page:
        enter(page, server, "zhuguan")
        opened(page, f"{server}/rules?file=heating/r.yaml")
        text = page.locator("#editor[data-ready=true] textarea")
        before = text.input_value()
        text.fill(before.replace("points: 6", "points: 7"))
        expect(page.get_by_text("没有错误，可以试跑和发布")).to_be_visible()
        page.get_by_label("修改说明").fill("改分")
        settled(page)
        text.fill(before.replace("points: 6", "points: 8"))
        page.get_by_role("button", name="发布").click()
        expect(page.get_by_text("已发布 heating/r.yaml")).to_be_visible()
        assert "points: 8" in (rules / "heating" / "r.yaml").read_text("utf-8")
