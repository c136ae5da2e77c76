"""The page of on-site inspections: entering, warnings first, taking back, own agents only."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, onsite
from qa.access import Viewer
from qa.people.lists import read_list
from qa.store import audit, people
from qa.store.engine import open_store, reading, writing
from tests.dashboard.centre import make_centre
from tests.dashboard.conftest import APP

LEAD = Viewer("banzhang", "班长", ("shift_lead",), teams=("早班一组",))


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A centre of its own."""
    url = make_centre(tmp_path)
    monkeypatch.setenv("QA_DB", url)
    return url


def opened(role: str = "admin") -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.session_state["view_as"] = role
    if role == "shift_lead":
        page.session_state["view_as_team"] = "早班一组"
    page.switch_page("views/onsite.py")
    return page.run()


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def enter(page: AppTest, agent: str, item: str) -> AppTest:
    page.selectbox(key="onsite_agent").set_value(agent)
    page.selectbox(key="onsite_item").set_value(item)
    page.text_input(key="onsite_note").set_value("巡场所见")
    return button(page, "录入").click().run()


def test_the_first_time_warns_the_second_costs(db: str) -> None:
    page = enter(opened(), "867", "onsite-03")
    assert not page.exception
    assert "记警告一次" in page.success[0].value
    page = enter(page, "867", "onsite-03")
    assert "扣 2 分" in page.success[0].value
    assert list(page.dataframe[1].value["结果（分）"]) == ["−2", "警告"]
    assert {tile.label: tile.value for tile in page.metric}["扣分合计（分）"] == "2"


def test_an_entry_is_taken_back_with_a_reason(db: str) -> None:
    page = enter(opened(), "867", "onsite-09")
    button(page, "撤销一条记录").click().run()
    assert "请写明撤销理由" in page.error[0].value
    page.text_input(key="onsite_why").set_value("看错了人")
    button(page, "撤销一条记录").click().run()
    assert list(page.dataframe[1].value["结果（分）"]) == ["已撤销：看错了人"]
    with reading(open_store(db)) as session:
        assert [entry.action for entry in audit.entries(session=session)][:2] == ["onsite withdrawn", "onsite"]


def test_nothing_chosen_is_told(db: str) -> None:
    page = opened()
    button(page, "录入").click().run()
    assert "请选择坐席" in page.error[0].value


def test_a_shift_lead_enters_on_the_own_team_alone(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened("shift_lead")
    assert [option.split()[0] for option in page.selectbox(key="onsite_agent").options] == ["867"]
    today = datetime.now(UTC).date()
    foreign = enter(opened(), "102", "onsite-09")
    assert not foreign.exception
    monkeypatch.setattr(data, "viewer", lambda: LEAD)
    for act in (lambda: onsite.enter("102", today, "onsite-09", None, ""), lambda: onsite.withdraw(1, "x")):
        with pytest.raises(data.Forbidden):
            act()


def test_whom_one_looks_after_and_who_works_now(db: str) -> None:
    rows: tuple[tuple[str, ...], ...] = (
        ("agents.csv", "agent_id,name,team,from,to", "867,王芳,早班一组,2020-01-01,", "102,李敏,晚班一组,2020-01-01,"),
        ("shifts.csv", "shift,starts,ends", "全天,00:00,00:00"),
        ("duty.csv", "agent_id,day,shift", f"867,{data.now().date()},全天"),
    )
    folder = Path(db.removeprefix("sqlite:///")).parent
    with writing(open_store(db)) as session:
        for name, *lines in rows:
            file = folder / name
            file.write_text("\n".join(lines), "utf-8")
            people.import_list(session=session, file=read_list(file), by="x")
    page = opened("shift_lead")
    assert not page.exception
    assert page.expander[0].label == "人员（1 人，当班 1 人）"
    table = page.dataframe[0].value
    assert (list(table["坐席"]), list(table["班组"]), list(table["当班"])) == (["867 王芳"], ["早班一组"], ["全天"])
