"""An agent's page: costly moments to play, talks whose agreed actions are settled, praise; the agent reads along."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.centre import make_centre
from tests.dashboard.conftest import APP


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A centre of its own."""
    url = make_centre(tmp_path)
    monkeypatch.setenv("QA_DB", url)
    return url


def opened(role: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.session_state["view_as"] = role
    if role == "shift_lead":
        page.session_state["view_as_team"] = "早班一组"
        page.session_state["agent_chosen"] = "867"
    else:
        page.session_state["view_as_agent"] = "867"
    page.switch_page("views/agent.py")
    return page.run()


def labelled(elements: Any, label: str) -> Any:
    return next(each for each in elements if each.label == label)


def save(page: AppTest, at: int) -> AppTest:
    return [each for each in page.button if each.label == "保存"][at].click().run()


def words(page: AppTest) -> str:
    return "\n".join(each.value for each in page.markdown)


def test_a_talk_is_recorded_and_its_action_settled(db: str) -> None:
    page = opened("shift_lead")
    assert not page.exception
    page = save(page, 0)
    assert "请填写谈了什么" in page.error[0].value
    labelled(page.text_area, "谈了什么").set_value("开场白漏报公司名")
    labelled(page.text_input, "约定的改进措施").set_value("默写标准开场白")
    page = save(page, 0)
    assert "开场白漏报公司名" in words(page) and "约定：默写标准开场白" in words(page)
    page = labelled(page.button, "已完成").click().run()
    assert not [each for each in page.button if each.label == "已完成"]

    agent = opened("agent")
    assert "约定：默写标准开场白" in words(agent)
    assert not [each for each in agent.button if each.label == "保存"]


def test_praise_is_for_a_call_that_one_may_see(db: str) -> None:
    page = opened("shift_lead")
    labelled(page.text_input, "表扬内容").set_value("耐心")
    page.text_input[-1].set_value("tele-02")
    page = save(page, 1)
    assert page.error and "耐心" not in words(page)
    labelled(page.text_input, "表扬内容").set_value("耐心")
    page.text_input[-1].set_value("heat-01")
    page = save(page, 1)
    assert "耐心" in words(page) and "heat-01" in words(page)


def test_what_cost_most_can_be_heard(db: str) -> None:
    page = opened("agent")
    clips = [each.proto.body for each in page.get("html") if "<audio" in each.proto.body]
    assert clips and all('preload="none"' in clip and "#t=" in clip for clip in clips)
