"""The pages on a real store, without a browser."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from qa.followup.order import Order
from qa.store.engine import open_store, writing
from qa.store.followups import save_orders
from qa.store.tables import CallRecord, ScorecardRecord
from tests.dashboard.centre import make_centre
from tests.dashboard.conftest import APP, MORE

CALLS = 7 + MORE


def tiles(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def listed(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["通话编号"])


def words(page: AppTest) -> str:
    return " ".join(str(each.value) for each in (*page.markdown, *page.caption, *page.error, *page.warning))


def call_page(call_id: str | None, **more: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.switch_page("views/call.py")
    if call_id is not None:
        page.query_params["call"] = call_id
    for key, value in more.items():
        page.query_params[key] = value
    return page.run()


def test_list_shows_figures_and_first_page(calls_page: AppTest) -> None:
    assert not calls_page.exception
    assert tiles(calls_page)["通话数"] == str(CALLS)
    assert tiles(calls_page)["一票否决"] == "1"
    assert tiles(calls_page)["处理失败"] == "1"
    assert len(listed(calls_page)) == 50


def test_next_page_shows_the_rest(calls_page: AppTest) -> None:
    first = listed(calls_page)
    calls_page.button(key="page-after").click().run()
    rest = listed(calls_page)
    assert len(rest) == CALLS - 50
    assert not set(first) & set(rest)
    calls_page.button(key="page-before").click().run()
    assert listed(calls_page) == first


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("filter_agent", "102", {"broad-03"}),
        ("filter_team", "早班一组", {"heat-01"}),
        ("filter_ruleset", "telecom", {"tele-02", "fatal-05"}),
        ("filter_rule", "rude-language", {"heat-01", "fatal-05"}),
        ("filter_review", "yes", {"heat-01"}),
        ("filter_status", "failed", {"bad-06"}),
        ("filter_grade", "B", {"heat-01"}),
    ],
)
def test_filters(calls_page: AppTest, key: str, value: Any, expected: set[str]) -> None:
    calls_page.selectbox(key=key).set_value(value).run()
    assert not calls_page.exception
    assert set(listed(calls_page)) == expected
    assert tiles(calls_page)["通话数"] == str(len(expected))


def test_search_and_score_range(calls_page: AppTest) -> None:
    calls_page.slider(key="filter_score").set_value((0, 90)).run()
    assert set(listed(calls_page)) == {"heat-01", "fatal-05"}
    calls_page.text_input(key="filter_text").set_value("heat").run()
    assert listed(calls_page) == ["heat-01"]


def test_no_match_says_what_to_do_and_can_be_cleared(calls_page: AppTest) -> None:
    calls_page.text_input(key="filter_text").set_value("没有这样的话").run()
    assert "没有符合条件的通话" in words(calls_page)
    calls_page.button(key="clear_empty").click().run()
    assert tiles(calls_page)["通话数"] == str(CALLS)


def test_sorting_by_score(calls_page: AppTest) -> None:
    calls_page.selectbox(key="sort_by").set_value("score").run()
    calls_page.selectbox(key="sort_down").set_value(False).run()
    assert listed(calls_page)[:3] == ["fatal-05", "heat-01", "tele-02"]


def test_english_switch(calls_page: AppTest) -> None:
    calls_page.selectbox(key="language").set_value("en").run()
    assert "Calls" in tiles(calls_page)


def test_scored_call(database: str) -> None:
    page = call_page("heat-01", t="12.5")
    assert not page.exception
    assert tiles(page) == {"得分": "85"}
    assert "100 − 5" in words(page)
    assert "有 1 项待复核" in words(page)


@pytest.mark.parametrize("t", ["", "abc", "-1", "inf", "nan"])
def test_a_bad_second_in_the_link_is_ignored(database: str, t: str) -> None:
    page = call_page("heat-01", t=t)
    assert not page.exception
    assert tiles(page) == {"得分": "85"}


@pytest.mark.parametrize(
    ("call_id", "expected"),
    [
        ("bad-06", "bad-06.wav:文件是空的"),
        ("short-07", "录音不足 1 秒"),
        ("tele-02", "录音不完整"),
        ("fatal-05", "一票否决"),
        ("nobody", "没有找到通话 nobody"),
        (None, "请先选择一通通话"),
    ],
)
def test_calls_that_are_special(database: str, call_id: str | None, expected: str) -> None:
    page = call_page(call_id)
    assert not page.exception
    assert expected in words(page) + " ".join(info.value for info in page.info)


def test_no_database_says_what_to_do_and_makes_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = tmp_path / "none.db"
    monkeypatch.setenv("QA_DB", f"sqlite:///{missing}")
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.switch_page("views/calls.py")
    page.run()
    assert not page.exception
    assert "还没有质检数据" in words(page)
    assert not missing.exists()


def test_database_without_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    open_store(url).dispose()
    monkeypatch.setenv("QA_DB", url)
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.switch_page("views/calls.py")
    page.run()
    assert "数据库里还没有通话" in words(page)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "text.db").write_text("not a database " * 100)
    monkeypatch.setenv("QA_DB", f"sqlite:///{tmp_path / 'text.db'}")
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.switch_page("views/calls.py")
    page.run()
    assert not page.exception
    assert [error.value.count("\n") for error in page.error] == [0]
    assert "数据库无法使用" in page.error[0].value


def agent_page(**state: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.session_state["view_as"] = "agent"
    page.session_state["view_as_agent"] = "003"
    for key, value in state.items():
        page.session_state[key] = value
    page.switch_page("views/agent.py")
    return page.run()


def test_confirmed_and_provisional_scores_stand_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = make_centre(tmp_path)
    monkeypatch.setenv("QA_DB", url)
    assert (tiles(agent_page())["已确认（通）"], tiles(agent_page())["待确认（通）"]) == ("2", "0")
    with writing(open_store(url)) as session:
        card = session.exec(select(ScorecardRecord).where(ScorecardRecord.call_id == "fatal-05")).one()
        card.provisional_until = datetime.now(UTC) + timedelta(days=1)
        session.add(card)
    page = agent_page()
    assert not page.exception
    assert (tiles(page)["已确认平均分"], tiles(page)["待确认平均分"]) == ("95.0", "0.0")
    assert [button.label for button in page.button if button.label in ("tele-02", "fatal-05")] == ["tele-02"] * 3
    page = agent_page(**{"standing-003": "provisional"})
    assert "待确认：复核或申诉后分数还可能变化" in words(page)
    assert [button.label for button in page.button if button.label in ("tele-02", "fatal-05")] == ["fatal-05"] * 4


def test_a_callers_other_calls_and_the_order_are_beside_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_centre(tmp_path)
    monkeypatch.setenv("QA_DB", url)
    assert "同一来电人" not in " ".join(expander.label for expander in call_page("heat-01").expander)
    with writing(open_store(url)) as session:
        for call_id in ("heat-01", "tele-02"):
            session.get_one(CallRecord, call_id).caller = "someone"
        session.get_one(CallRecord, "heat-01").work_order = "WO-1"
        order = Order(order_id="WO-1", address="幸福小区3号楼")
        save_orders(session=session, orders=[order], now=datetime.now(UTC))
    page = call_page("heat-01")
    assert not page.exception
    assert "同一来电人的其他通话 1 通 · 工单 1 张" in [expander.label for expander in page.expander]
    assert "tele-02" in [button.label for button in page.button]
    assert any("幸福小区3号楼" in str(each.proto) or "幸福小区3号楼" in str(each.value) for each in page.get("html"))
