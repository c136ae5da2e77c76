"""The pages of follow-up, sampling, learning, scheme and calibration, on a centre of their own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import calibration, data, followups
from qa.access import Viewer
from qa.followup.item import Draft
from qa.rules.learned import NAME
from qa.store import audit
from qa.store.engine import open_store, reading, writing
from qa.store.followups import add_items
from qa.store.tables import ReviewVerdictRecord
from tests.dashboard.centre import make_centre
from tests.dashboard.conftest import APP
from tests.small_rules import write_rules

NOW = datetime.now(UTC)


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A centre of its own, with a rules folder of its own."""
    url = make_centre(tmp_path, more=12)
    monkeypatch.setenv("QA_DB", url)
    monkeypatch.setenv("QA_RULES", str(write_rules(tmp_path / "rules")))
    return url


def opened(name: str, role: str = "qa_lead", **state: Any) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.session_state["view_as"] = role
    for key, value in state.items():
        page.session_state[key] = value
    page.switch_page(f"views/{name}.py")
    return page.run()


def told(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error, page.success)
    return " ".join(str(each.value) for kind in kinds for each in kind)


def tiles(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def register(db: str) -> None:
    """A complaint that is overdue, and a promise on a call of another team."""
    drafts = (
        Draft("complaint", "heat-01", NOW - timedelta(days=1), said="我要投诉", at_s=12.0, priority=2),
        Draft("promise", "broad-03", NOW + timedelta(days=1), said="明天给您回电"),
    )
    with writing(open_store(db)) as session:
        add_items(session=session, drafts=drafts, by="scan", now=NOW)


def test_an_item_is_taken_and_closed_with_a_note(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register(db)
    page = opened("followups")
    assert not page.exception
    assert tiles(page)["已逾期（件）"] == "1"
    assert list(page.dataframe[0].value["事项"]) == ["投诉待答复", "承诺回电"]
    with monkeypatch.context() as patch:
        patch.setattr(data, "viewer", lambda: Viewer("zhuguan", "", ("qa_lead",)))
        followups.take(1)
        followups.close(1, "已回电致歉", dropped=False)
    page = opened("followups", followup_state="done")
    assert list(page.dataframe[0].value["负责人"]) == ["zhuguan"]


def test_a_shift_lead_sees_the_items_of_the_own_team(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register(db)
    page = opened("followups", "shift_lead", view_as_team="早班一组")
    assert list(page.dataframe[0].value["通话编号"]) == ["heat-01"]
    monkeypatch.setattr(data, "viewer", lambda: Viewer("l", "", ("shift_lead",), teams=("早班一组",)))
    acts: tuple[Callable[[], None], ...] = (
        lambda: followups.take(2),
        lambda: followups.close(2, "x", dropped=True),
        lambda: followups.reopen(2, "x"),
        lambda: followups.take(99),
    )
    for act in acts:
        with pytest.raises(data.Forbidden):
            act()


def test_a_selection_does_not_stick_to_another_item(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register(db)
    page = opened("followups")
    key = next(key for key in page.session_state if key.startswith("followups-"))
    page.session_state[key] = {"selection": {"rows": [0]}}
    page.run()
    assert "**投诉待答复** · 2026" in told(page)
    with monkeypatch.context() as patch:
        patch.setattr(data, "viewer", lambda: Viewer("zhuguan", "", ("qa_lead",)))
        followups.close(1, "已回电致歉", dropped=False)
    page.run()
    assert not page.exception
    assert len(page.dataframe[0].value) == 1 and "**承诺回电**" not in told(page)


def test_the_same_seed_gives_the_same_plan(db: str) -> None:
    days = (datetime(2026, 1, 1).date(), datetime(2026, 1, 31).date())
    page = opened("sampling", sampling_days=days)
    assert not page.exception
    page.number_input(key="sampling_budget").set_value(0)
    page.number_input(key="sampling_spot").set_value(5).run()
    first = list(page.dataframe[0].value["通话编号"])
    assert len(first) == 5 and tiles(page)["抽检（通）"] == "5"
    page.number_input(key="sampling_seed").set_value(2).run()
    assert list(page.dataframe[0].value["通话编号"]) != first
    page.number_input(key="sampling_seed").set_value(1).run()
    assert list(page.dataframe[0].value["通话编号"]) == first
    assert "种子（1）" in told(page)


def overturn(db: str, rule: str, times: int) -> None:
    """So many deductions of a rule that people overturned."""
    with writing(open_store(db)) as session:
        for at in range(times):
            session.add(
                ReviewVerdictRecord(
                    call_id=f"plain-{at:03}", rule=rule, machine_verdict="violated", machine_confidence=0.95,
                    decision="overturned", verdict="passed", reason="", by="zhijian", at=NOW, seq=1,
                )
            )  # fmt: skip


def test_a_flagged_rule_is_held_and_released(db: str, tmp_path: Path) -> None:
    assert "还没有复核记录" in told(opened("learning"))
    overturn(db, "rude", 12)
    page = opened("learning")
    assert not page.exception
    assert "**禁语**：复核后只有 0% 的扣分成立" in told(page)
    page.button(key="hold-rude").click().run()
    assert "rude" in (tmp_path / "rules" / NAME).read_text("utf-8") and tiles(page)["已暂停扣分（条）"] == "1"
    page.button(key="release-rude").click().run()
    assert tiles(page)["已暂停扣分（条）"] == "0"
    with reading(open_store(db)) as session:
        assert [entry.action for entry in audit.entries(session=session)][:2] == ["rule released", "rule held"]


@pytest.mark.parametrize("role", ["agent", "inspector", "qa_lead"])
def test_everybody_may_know_the_scheme(db: str, role: str) -> None:
    page = opened("scheme", role, view_as_agent="003")
    assert not page.exception
    assert list(page.dataframe[0].value["规则"]) == ["禁语", "结束语", "提前挂机", "接听过慢"]
    assert ("修改评分方案" in [each.label for each in page.button]) == (role == "qa_lead")


def test_a_scheme_is_shown_with_what_it_charges(db: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    first = (rules / "scheme.yaml").read_text("utf-8")
    (rules / "scheme-1.yaml").write_text(first, "utf-8")
    second = first.replace('"1"', '"2"') + "valid_from: 2026-01-01\npoints: {rude: 1}\n"
    (rules / "scheme.yaml").write_text(second, "utf-8")
    coming = first.replace('"1"', '"3"') + "valid_from: 2099-01-01\npoints: {rude: 3}\n"
    (rules / "scheme-3.yaml").write_text(coming, "utf-8")
    page = opened("scheme")
    choice = page.selectbox(key="scheme_version")
    shown = {choice.value.version: page.dataframe[0].value["扣分"].iloc[0]}
    assert shown == {"2": "每次 1"}
    for option in choice.options:
        page.selectbox(key="scheme_version").select(option).run()
        shown[page.selectbox(key="scheme_version").value.version] = page.dataframe[0].value["扣分"].iloc[0]
    assert shown == {"1": "每次 5", "2": "每次 1", "3": "每次 3"}


def test_a_session_is_scored_blind_and_then_told(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "还没有校准" in told(opened("calibration", "inspector"))
    page = opened("calibration")
    page.text_input(key="calibration_name").set_value("三月校准")
    page.number_input(key="calibration_count").set_value(2)
    button(page, "开始校准").click().run()
    assert not page.exception and "盲评中" in told(page)
    judging = opened("calibration", "inspector")
    assert not judging.exception
    assert "结束评分并查看一致性" not in [each.label for each in judging.button]
    button(judging, "保存这通的判定").click().run()
    assert not judging.exception
    with monkeypatch.context() as patch:
        patch.setattr(data, "viewer", lambda: Viewer("another", "", ("inspector",)))
        [session] = calibration.sessions()
        assert calibration.own(session.id) == {}
        for call_id, rules in calibration.sheet(session.id).items():
            calibration.rate(session.id, call_id, dict.fromkeys(rules, "violated"))
    page = opened("calibration")
    button(page, "结束评分并查看一致性").click().run()
    assert not page.exception
    assert "0%（" in page.dataframe[0].value["一致率（95% 区间）"].iloc[0]
    assert len(page.dataframe[1].value) == 2
