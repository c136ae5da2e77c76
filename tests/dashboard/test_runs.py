"""The page of runs: how far they are, what they could not score and why."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import operating
from qa.store.audit import entries
from qa.store.engine import open_store, reading, writing
from qa.store.queries import list_calls
from qa.store.saving import finish_run, save_result, start_run
from qa.store.tables import RunItemRecord, RunRecord
from qa.store.work import note_failure
from tests.builders import make_failed, make_result, make_transcript
from tests.conftest import ROOT
from tests.dashboard.conftest import APP

PATIENCE_S = 240


@pytest.fixture(autouse=True)
def no_retry_yet() -> None:
    operating._desk.cache_clear()


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """A run with a failure that has ended, and one at work."""
    url = f"sqlite:///{tmp_path / 'qa.db'}"
    monkeypatch.setenv("QA_DB", url)
    store = open_store(url)
    with writing(store) as session:
        first, second = (start_run(session=session, command="run", total=4) for _ in range(2))
        save_result(session=session, result=make_failed("bad"), run_id=first, work="failed")
        note_failure(session=session, call_id="bad", stamp="1", meta_sha256="", passing=False)
        session.get_one(RunRecord, first).kept = 3
        finish_run(session=session, run_id=first)
        save_result(
            session=session,
            result=make_result("good"),
            run_id=second,
            work="transcribed",
            transcript=make_transcript(duration_s=7200.0),
        )
    store.dispose()
    return first, second


def page(**params: str) -> AppTest:
    opened = AppTest.from_file(str(APP), default_timeout=30)
    opened.switch_page("views/runs.py")
    for name, value in params.items():
        opened.query_params[name] = value
    return opened.run()


def tiles(opened: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in opened.metric}


def test_the_newest_run_is_shown_with_how_far_it_is(nights: tuple[int, int]) -> None:
    opened = page()
    assert not opened.exception
    found = tiles(opened)
    assert (found["评分"], found["失败"], found["录音小时数"]) == ("1", "0", "2.0")
    assert list(opened.dataframe[-1].value["状态"]) == ["进行中", "完成"]


def test_a_run_of_the_link_tells_what_it_could_not_score(nights: tuple[int, int]) -> None:
    opened = page(run=str(nights[0]))
    assert (tiles(opened)["失败"], tiles(opened)["早已完成"]) == ("1", "3")
    failures = opened.dataframe[0].value
    assert list(failures["通话编号"]) == ["bad"] and list(failures["尝试次数"]) == ["1"]
    assert any("qa retry" in caption.value for caption in opened.caption)


def test_without_runs_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    open_store(url).dispose()
    monkeypatch.setenv("QA_DB", url)
    assert "还没有运行记录" in " ".join(text.value for text in page().markdown)


def test_who_may_not_look_after_runs_sees_none(nights: tuple[int, int]) -> None:
    opened = AppTest.from_file(str(APP), default_timeout=30)
    opened.session_state["view_as"] = "agent"
    opened.run()
    assert not opened.exception
    with pytest.raises(ValueError, match="runs"):
        opened.switch_page("views/runs.py").run()


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recording of nonsense, which a run has tried."""
    monkeypatch.setenv("QA_DB", f"sqlite:///{tmp_path / 'qa.db'}")
    recording = tmp_path / "in" / "call1.wav"
    recording.parent.mkdir()
    recording.write_text("no sound at all")
    run = subprocess.run([sys.executable, "-m", "qa", "run", str(recording.parent)], capture_output=True)
    assert run.returncode == 1
    return recording


def statuses(tmp_path: Path) -> list[str]:
    store = open_store(f"sqlite:///{tmp_path / 'qa.db'}")
    with reading(store) as session:
        found = [row.status for row in list_calls(session=session)]
    store.dispose()
    return found


def ended() -> operating.Retry:
    until = time.monotonic() + PATIENCE_S
    while (found := operating._desk().begun) and found.process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.2)
    last = operating.retried()
    assert last is not None
    return last


def press(opened: AppTest, label: str) -> AppTest:
    return next(button for button in opened.button if button.label == label).click().run()


def test_a_recording_that_was_mended_is_tried_again_from_the_page(broken: Path) -> None:
    assert statuses(broken.parent.parent) == ["failed"]
    # A copy that keeps the stamp of the nonsense would be left alone by a run: only the retry works it.
    shutil.copy(ROOT / "sample_data" / "clean" / "clean01.wav", broken)
    opened = press(page(), "重试全部失败的录音")
    assert not opened.exception and "正在重试" in " ".join(caption.value for caption in opened.caption)
    assert ended() == operating.Retry(by="demo-admin", state="ended")
    assert statuses(broken.parent.parent) == ["scored"]
    store = open_store(f"sqlite:///{broken.parent.parent / 'qa.db'}")
    with reading(store) as session:
        assert [entry.action for entry in entries(session=session)][-1] == "retry"
    store.dispose()
    assert list(page().dataframe[-1].value["状态"]) == ["完成", "完成"]


def test_a_retry_that_does_not_begin_says_why(nights: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_RULES", "no/such/folder")
    press(page(run=str(nights[0])), "重试全部失败的录音")
    assert "no/such/folder" in (ended().fault or "")
    assert "no/such/folder" in " ".join(error.value for error in page(run=str(nights[0])).error)


def test_two_retries_at_once_are_refused(nights: tuple[int, int]) -> None:
    operating.retry(["bad"])
    with pytest.raises(operating.RetryError):
        operating.retry(["bad"])
    ended()


def test_what_is_stored_and_left(nights: tuple[int, int]) -> None:
    found = tiles(page())
    assert (found["已存通话（通）"], found["数据库大小"].split()[1]) == ("2", "MB")
    assert float(found["数据库盘剩余"].split()[0]) > 0


@pytest.mark.parametrize(
    ("days", "told"),
    [({}, ["没有设置期限"]), ({"WORDS": "180", "RECORDINGS": "90"}, ["180 天", "90 天", "还没有清除过"])],
)
def test_how_long_content_is_kept(
    nights: tuple[int, int], monkeypatch: pytest.MonkeyPatch, days: dict[str, str], told: list[str]
) -> None:
    for kind, count in days.items():
        monkeypatch.setenv(f"QA_KEEP_{kind}_DAYS", count)
    opened = page()
    assert not opened.exception
    assert all(words in opened.caption[-1].value for words in told)


def test_what_runs_recognised_is_drawn_from_the_second_one_on(nights: tuple[int, int], tmp_path: Path) -> None:
    assert not page().get("plotly_chart")
    store = open_store(f"sqlite:///{tmp_path / 'qa.db'}")
    with writing(store) as session:
        session.get_one(RunItemRecord, (nights[0], "bad")).audio_s = 3600.0
    store.dispose()
    (chart,) = page().get("plotly_chart")
    drawn = json.loads(chart.proto.spec)["data"][0]
    assert [label.split("#")[1] for label in drawn["x"]] == [str(run) for run in nights]
