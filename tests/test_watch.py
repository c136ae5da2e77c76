"""A drop folder: written files are worked, those being written are left."""

import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.call import CallMeta
from qa.discover import Task
from qa.sources import Source
from qa.store.engine import open_store, reading
from qa.store.state import call_states
from qa.watch import Settled
from tests.conftest import ROOT


def task(stamp: str, **meta: Any) -> Task:
    return Task(Source("/in/a.wav", "a.wav", stamp), CallMeta("a", **meta))


@pytest.mark.parametrize(
    ("looks", "given"),
    [
        ([(0, task("1")), (5, task("1")), (10, task("1")), (15, task("1"))], [10]),
        ([(0, task("1")), (5, task("2")), (10, task("2")), (15, task("2"))], [15]),
        ([(0, task("1")), (10, task("1")), (20, task("2")), (30, task("2"))], [10, 30]),
        ([(0, task("1")), (10, task("1")), (20, task("1", agent_id="7"))], [10, 20]),
        ([(0, task("")), (10, task("")), (20, task(""))], [10]),
    ],
)
def test_a_file_is_given_out_once_it_has_settled(looks: list[tuple[int, Task]], given: list[int]) -> None:
    settled = Settled(10.0)
    assert [now_s for now_s, seen in looks if settled.new([seen], float(now_s))] == given


def test_one_file_that_is_being_written_holds_up_no_other() -> None:
    settled, written = Settled(10.0), task("1")
    for now_s in (0.0, 10.0):
        growing = replace(written, source=Source("/in/b.wav", "b.wav", str(now_s)))
        ready = settled.new([growing, written], now_s)
    assert ready == [written]


def test_the_command_works_what_comes_and_ends_cleanly(tmp_path: Path, rules_dir: Path) -> None:
    (tmp_path / "in").mkdir()
    db = f"sqlite:///{tmp_path / 'qa.db'}"
    command = [sys.executable, "-m", "qa", "run", str(tmp_path / "in"), "--watch", "--rules", str(rules_dir)]
    process = subprocess.Popen(
        [*command, "--db", db, "--profile", "fast"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(1.0)
    shutil.copy(ROOT / "sample_data" / "clean" / "clean01.wav", tmp_path / "in" / "late.wav")
    store = open_store(db)
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        with reading(store) as session:
            if call_states(session=session, call_ids=["late"]):
                break
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate()
    assert (process.returncode, err) == (0, "")
    with reading(store) as session:
        assert call_states(session=session, call_ids=["late"])["late"].status == "scored"
    store.dispose()
