"""The page of rules: editing, trying and publishing, on a small rules folder."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, rulebook, trying
from qa.access import Viewer
from qa.call import LOCAL
from qa.store import audit
from qa.store.engine import open_store, reading
from qa.store.publications import publications
from tests.dashboard.centre import make_centre
from tests.dashboard.conftest import APP
from tests.small_rules import write_rules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rules folder of its own, beside a centre of its own."""
    rules = write_rules(tmp_path / "rules")
    monkeypatch.setenv("QA_RULES", str(rules))
    monkeypatch.setenv("QA_DB", make_centre(tmp_path))
    return rules


def opened(**more: str) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=120)
    page.switch_page("views/rules.py")
    for key, value in more.items():
        page.query_params[key] = value
    return page.run()


def edit(page: AppTest, text: str) -> AppTest:
    """Types a text into the file that is open."""
    file = page.selectbox(key="rules_file").value
    page.session_state["rule_drafts"][file].put(text)
    return page.run()


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def click(page: AppTest, *cells: tuple[int, str]) -> AppTest:
    """Selects a cell of the table of rules, or nothing."""
    key = next(key for key in page.session_state if key.startswith("rules-"))
    page.session_state[key] = {"selection": {"cells": list(cells)}}
    return page.run()


def told(page: AppTest) -> str:
    kinds = (page.error, page.success, page.info, page.markdown, page.caption, page.code)
    return " ".join(str(each.value) for kind in kinds for each in kind)


def test_rules_are_listed_with_how_they_fare(folder: Path) -> None:
    page = opened()
    assert not page.exception
    assert list(page.dataframe[0].value["规则"]) == ["禁语", "结束语", "提前挂机", "接听过慢"]
    assert "与现行版本相同" in told(page)


def test_a_fault_is_told_with_its_line_and_cannot_be_published(folder: Path) -> None:
    page = opened(file="heating/r.yaml")
    text = (folder / "heating/r.yaml").read_text("utf-8")
    edit(page, text.replace("points: 5", "points: five", 1))
    assert not page.exception
    assert "heating/r.yaml:5: points: 应为数字" in told(page)
    assert button(page, "发布").disabled and button(page, "运行示例").disabled


def test_a_change_is_tried_published_and_taken_back(folder: Path) -> None:
    file = folder / "heating/r.yaml"
    before = file.read_text("utf-8")
    after = before.replace("[你到底听不听得懂]", "[你到底听不听得懂, 跟你说过多少遍了]")
    page = edit(opened(file="heating/r.yaml"), after)
    button(page, "运行示例").click().run()
    assert "个示例全部符合预期" in told(page)
    button(page, "用近 30 天通话回测").click().run()
    assert not page.exception
    changes = page.dataframe[-1].value
    assert list(changes["规则"]) == ["禁语"] and list(changes["判定变化"]) == ["通过 → 违规"]
    button(page, "发布").click().run()
    assert "请写明改了什么" in told(page) and file.read_text("utf-8") == before
    page.text_input[0].set_value("多了一句禁语")
    button(page, "发布").click().run()
    assert "已发布 heating/r.yaml" in told(page) and file.read_text("utf-8") == after
    page.button(key="take-1").click().run()
    page.text_input[0].set_value("撤回")
    button(page, "发布").click().run()
    assert not page.exception and file.read_text("utf-8") == before
    with reading(open_store(f"sqlite:///{folder.parent / 'qa.db'}")) as session:
        assert [row.note for row in publications(session=session)] == ["撤回", "多了一句禁语", ""]
        assert [entry.reason for entry in audit.entries(session=session)][:2] == ["撤回", "多了一句禁语"]


def test_what_somebody_else_published_meanwhile_is_not_lost(folder: Path) -> None:
    file = folder / "heating/r.yaml"
    page = edit(opened(file="heating/r.yaml"), file.read_text("utf-8").replace("points: 5", "points: 4", 1))
    theirs = file.read_text("utf-8").replace("points: 6", "points: 7", 1)
    file.write_text(theirs, "utf-8")
    page.text_input[0].set_value("改分")
    button(page, "发布").click().run()
    assert "已有人发布了新版本" in told(page) and file.read_text("utf-8") == theirs
    button(page, "放弃修改").click().run()
    assert "与现行版本相同" in told(page)


def test_a_draft_in_which_nothing_was_changed_takes_up_what_is_published(folder: Path) -> None:
    file = folder / "heating/r.yaml"
    page = opened(file="heating/r.yaml")
    theirs = file.read_text("utf-8").replace("points: 6", "points: 7", 1)
    file.write_text(theirs, "utf-8")
    page.run()
    assert "与现行版本相同" in told(page)
    assert page.session_state["rule_drafts"]["heating/r.yaml"].text == theirs


def test_a_rule_can_be_clicked_again(folder: Path) -> None:
    page = click(opened(file="scheme.yaml"), (2, "规则"))
    assert page.selectbox(key="rules_file").value == "heating/r.yaml"
    page.selectbox(key="rules_file").set_value("scheme.yaml").run()
    assert page.selectbox(key="rules_file").value == "scheme.yaml"
    assert click(page).selectbox(key="rules_file").value == "scheme.yaml"
    assert click(page, (2, "规则")).selectbox(key="rules_file").value == "heating/r.yaml"


FAKE = """\
#!{python}
import json, os, sys
told = {{"arguments": sys.argv, "db": os.environ["QA_DB"]}}
open("{told}", "w").write(json.dumps(told))
sums = dict.fromkeys(["calls", "failed", "changed", "lower", "higher", "points"], 1)
print(json.dumps(sums | {{"rules": [], "largest": "x" * 1_000_000}}))
"""


def test_a_backtest_may_answer_at_length_and_hides_the_password(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://centre:secret@localhost/qa"
    program, told = tmp_path / "fake", tmp_path / "told.json"
    program.write_text(FAKE.format(python=sys.executable, told=told), "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(data, "viewer", lambda: Viewer("zhuguan", "", ("qa_lead",)))
    monkeypatch.setattr(trying, "last_day", lambda: date(2026, 3, 11))
    monkeypatch.setattr(trying, "database_url", lambda: url)
    text = (folder / "heating/r.yaml").read_text("utf-8")
    assert trying.try_on_calls("heating/r.yaml", text, 1, lambda done, total: None).calls == 1
    given = json.loads(told.read_text("utf-8"))
    assert given["db"] == url and url not in given["arguments"]


def test_examples_of_a_coming_version_are_tried_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "viewer", lambda: Viewer("zhuguan", "", ("qa_lead",)))
    rude = (folder / "heating/r.yaml").read_text("utf-8").split("  - id: closing")[0]
    coming = rude.replace("points: 5", "points: 8\n    valid_from: 2099-01-01")
    now = (folder / "heating/r.yaml").read_text("utf-8")
    ending = now.replace("points: 5", "points: 5\n    valid_until: 2098-12-31", 1)
    (folder / "heating/r.yaml").write_text(ending, "utf-8")
    assert {each.rule for each in trying.try_examples("heating/coming.yaml", coming)} == {"rude"}
    everything = {each.rule for each in trying.try_examples("scheme.yaml", (folder / "scheme.yaml").read_text("utf-8"))}
    assert everything == {"rude", "closing", "hangup", "slow"}


def test_the_rules_in_force_are_those_of_the_day(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "heating/r.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("points: 5", "points: 5\n    valid_until: 2026-06-30", 1), "utf-8")
    for day, there in (("2026-06-30", True), ("2026-07-01", False), ("2026-06-30", True)):
        at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=LOCAL)
        monkeypatch.setattr(rulebook, "now", lambda at=at: at)
        assert ("rude" in rulebook.names()) == there


def test_faults_are_those_of_the_folder_as_it_stands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "viewer", lambda: Viewer("zhuguan", "", ("qa_lead",)))
    draft = "rules: [{id: rude, name: 态度}]\n"
    (folder / "more").mkdir()
    (folder / "more/set.yaml").write_text("name: 更多\nextends: heating\n", "utf-8")
    assert rulebook.faults_of("more/r.yaml", draft) == ()
    (folder / "more/set.yaml").write_text("name: 更多\n", "utf-8")
    assert rulebook.faults_of("more/r.yaml", draft) != ()
