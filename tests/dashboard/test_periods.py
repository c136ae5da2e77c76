"""The page of period scores: the sum of each, complaints entered and taken back, a period closed."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from dashboard import data
from qa.store.engine import open_store, reading, writing
from qa.store.onsite import confirmed_complaints
from qa.store.tables import ScorecardRecord
from tests.dashboard.centre import make_centre
from tests.dashboard.conftest import APP

DAY = date(2026, 3, 11)


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A centre of its own."""
    url = make_centre(tmp_path)
    monkeypatch.setenv("QA_DB", url)
    return url


def opened(role: str = "admin", **state: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.session_state["view_as"] = role
    for key, value in state.items():
        page.session_state[key] = value
    page.switch_page("views/periods.py")
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    return next(each for each in page.button if each.label == label).click().run()


def tiles(page: AppTest) -> dict[str, str]:
    return {tile.label: tile.value for tile in page.metric}


def confirm(page: AppTest, agent: str | None, note: str = "属实", call_id: str = "") -> AppTest:
    page.selectbox(key="complaint_agent").set_value(agent)
    page.date_input(key="complaint_day").set_value(DAY)
    page.text_input(key="complaint_note").set_value(note)
    page.text_input(key="complaint_call").set_value(call_id)
    return press(page, "登记")


def test_an_agent_sees_the_own_score_and_enters_nothing(db: str) -> None:
    page = opened("agent", view_as_agent="867")
    assert not page.exception
    assert tiles(page)["通话均分"] == tiles(page)["期间得分"] != "—"
    assert not [each for each in page.button if each.label in ("登记", "关账")]


def test_a_complaint_is_entered_and_taken_back(db: str) -> None:
    page = opened("shift_lead", view_as_team="早班一组")
    before = float(tiles(page)["期间得分"])
    page = confirm(page, "867", call_id="heat-01")
    assert not page.exception and "扣 5 分" in page.success[0].value
    assert (tiles(page)["投诉扣分"], float(tiles(page)["期间得分"])) == ("-5", before - 5)
    assert [list(frame.value["通话编号"]) for frame in page.dataframe if "说明" in frame.value][-1] == ["heat-01"]
    page.selectbox(key="complaint_entry").set_value(1)
    page.text_input(key="complaint_why").set_value("看错人")
    page = press(page, "撤销登记的投诉")
    assert float(tiles(page)["期间得分"]) == before
    with reading(open_store(db)) as session:
        (kept,) = confirmed_complaints(session=session, first_day=DAY, last_day=DAY)
    assert (kept.withdrawn_reason, kept.note) == ("看错人", "属实")


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"agent": None}, "请选择坐席和日期"),
        ({"agent": "867", "note": " "}, "请写明查实情况"),
        ({"agent": "867", "call_id": "tele-02"}, "没有编号为 tele-02 的通话"),
        ({"agent": "867", "call_id": "unheard-of"}, "没有编号为 unheard-of 的通话"),
    ],
)
def test_what_is_refused(db: str, entered: dict[str, Any], told: str) -> None:
    page = confirm(opened(), **entered)
    assert told in page.error[0].value and not page.success


def test_a_period_is_closed_when_nothing_may_change_any_more(db: str) -> None:
    page = opened()
    assert next(each for each in page.button if each.label == "关账").disabled is bool(int(tiles(page)["未定分（通）"]))
    with writing(open_store(db)) as session:
        for card in session.exec(select(ScorecardRecord)):
            card.provisional_until = data.now() - timedelta(days=1)
    page = press(opened(), "关账")
    assert "已由 demo-admin" in page.info[0].value
    page = confirm(page, "867")
    assert page.error and not page.success
    page.text_input(key="complaint_correction").set_value("月后才查实")
    assert not press(page, "登记").error
