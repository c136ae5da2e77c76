"""A run that is killed at any instant loses nothing that was told done, and doubles nothing when started again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.builders import OPENING

CALLS = 60


def transcripts(path: Path) -> Path:
    closing = "感谢您的来电,再见。"
    with path.open("w", encoding="utf-8") as file:
        for i in range(CALLS):
            said = [
                {"role": "agent", "start": 0.5, "end": 5.5, "text": OPENING},
                {"role": "customer", "start": 6.0, "end": 8.0, "text": f"我家的暖气不热,这是第{i}次了"},
                {"role": "agent", "start": 8.5, "end": 11.0, "text": closing},
            ]
            line = {"call_id": f"c{i:02}", "duration_s": 12.0, "transcript": said}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def start(folder: Path, rules_dir: Path, name: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "qa", "score", "--transcripts", str(folder / "t.jsonl")]
    command += ["--rules", str(rules_dir), "--ruleset", "heating", "--db", f"sqlite:///{folder / name}.db"]
    command += ["--out", str(folder / f"{name}.jsonl")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def stored(path: Path) -> int:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return int(
                connection.execute("SELECT count(*) FROM scorecard JOIN call USING (call_id, run_id)").fetchone()[0]
            )
    except sqlite3.OperationalError:
        return 0


def lines(path: Path) -> list[dict[str, Any]]:
    results = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for result in results:
        result["provenance"].pop("scored_at")
    return results


def test_killed_again_and_again(tmp_path: Path, rules_dir: Path) -> None:
    transcripts(tmp_path / "t.jsonl")
    database = tmp_path / "killed.db"
    reached = [0]
    for target in (1, CALLS // 3, 2 * CALLS // 3):
        process = start(tmp_path, rules_dir, "killed")
        while stored(database) < target and process.poll() is None:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        reached.append(stored(database))
        assert target <= reached[-1] < CALLS, "the kill came too late to test anything"
    assert reached == sorted(reached)
    assert not (tmp_path / "killed.jsonl").exists()

    finished = start(tmp_path, rules_dir, "killed")
    out, err = finished.communicate()
    assert (finished.returncode, err) == (0, "")
    assert f"{CALLS} scored" in out and f"{reached[-1]} kept" in out

    whole = start(tmp_path, rules_dir, "whole")
    assert whole.wait() == 0
    whole.communicate()
    assert lines(tmp_path / "killed.jsonl") == lines(tmp_path / "whole.jsonl")
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for table, query in (("call", "call_id"), ("scorecard", "call_id"), ("transcript", "key")):
            count = connection.execute(f"SELECT count(*), count(DISTINCT {query}) FROM {table}").fetchone()
            assert count == (CALLS, CALLS), table


def test_two_runs_at_once(tmp_path: Path, rules_dir: Path) -> None:
    transcripts(tmp_path / "t.jsonl")
    both = [start(tmp_path, rules_dir, "both") for _ in range(2)]
    assert [(p.communicate()[1], p.returncode) for p in both] == [("", 0), ("", 0)]
    assert stored(tmp_path / "both.db") == CALLS


def test_ctrl_c_says_what_to_do(tmp_path: Path, rules_dir: Path) -> None:
    transcripts(tmp_path / "t.jsonl")
    process = start(tmp_path, rules_dir, "stopped")
    while stored(tmp_path / "stopped.db") < 1 and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert err == "stopped; what was finished is saved, start again to go on\n"
    assert 1 <= stored(tmp_path / "stopped.db") < CALLS
