"""The command forget on calls that were scored by commands: what is left, and what every other command makes of it."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from qa.batch import Options, run
from qa.settings import Settings
from tests.notebook import Notebook
from tests.test_batch import SAMPLES
from tests.test_cli import qa
from tests.test_given import RUDE, TURNS, centre, given, score
from tests.test_kill import CALLS, start, transcripts

__all__ = ["centre"]

ROWS = "recording,call_id,agent_id,team,started_at\n" + "".join(
    f"c{n}.wav,c{n},867,早班,2026-03-11T0{n}:15:00\n" for n in range(1, 4)
)
SECRET = "我住在幸福路三号"
HOME = {"role": "customer", "start": 15.0, "end": 18.0, "text": SECRET}


def settle(folder: Path, name: str = "qa.db") -> None:
    """Makes all scores as old as their calls: no longer provisional, no longer to be appealed."""
    with sqlite3.connect(folder / name) as connection:
        connection.execute("UPDATE scorecard SET provisional_until = '2026-03-20 00:00:00'")
        connection.execute("UPDATE call SET scored_at = '2026-03-12T01:00:00+00:00'")


@pytest.fixture
def scored(capsys: pytest.CaptureFixture[str], centre: Path) -> Path:
    lines = [given(call_id=f"c{n}", transcript=[*TURNS, RUDE, HOME], duration_s=20.0 + n) for n in range(1, 4)]
    score(capsys, centre, *lines, calls=ROWS)
    settle(centre)
    return centre


def exported(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    _, out, _ = qa(capsys, "export", "--format", "jsonl")
    return [json.loads(line) for line in out.splitlines()]


def test_the_words_are_nowhere_in_the_files(
    capsys: pytest.CaptureFixture[str], scored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def holds(*words: str) -> bool:
        raw = b"".join(path.read_bytes() for path in scored.glob("qa.db*"))
        # Lists of words are kept as JSON with escapes.
        return any(form in raw for w in words for form in (w.encode(), json.dumps(w).strip('"').encode()))

    assert holds(SECRET, *SECRET)
    assert qa(capsys, "forget", "--words-days", "30", "--dry-run")[:2] == (
        0,
        "what was said in 3 calls would be removed, about 0.0 MB\n",
    )
    assert holds(SECRET)
    monkeypatch.setenv("QA_KEEP_WORDS_DAYS", "30")
    status, out, err = qa(capsys, "forget", "--by", "张")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "what was said in 3 calls removed",
        "the database keeps its size and uses the room again; `qa forget --compact` makes it smaller",
    ]
    assert not holds(SECRET, RUDE["text"], "暖气不热")
    status, out, err = qa(capsys, "forget", "--compact")
    assert status == 0 and "is 0." in out and "twice its size" in err
    assert not holds(SECRET, RUDE["text"], "暖气不热")
    with sqlite3.connect(scored / "qa.db") as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, spoken_index, instance)")
        assert connection.execute("SELECT count(*) FROM temp.terms").fetchone() == (0,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert qa(capsys, "audit", "verify")[0] == 0


def test_no_figure_changes(capsys: pytest.CaptureFixture[str], scored: Path) -> None:
    def told() -> tuple[Any, ...]:
        reports = [
            qa(capsys, "report", "--period", period, "--date", "2026-03-11", "--format", "csv", "--out", "r.csv")[0]
            or (scored / "r.csv").read_text(encoding="utf-8-sig")
            for period in ("day", "month", "year")
        ]
        _, table, _ = qa(capsys, "export", "--format", "csv")
        scores = qa(capsys, "period", "scores", "--date", "2026-03-01", "--until", "2026-03-31")[1]
        return *reports, table, scores

    before, lines = told(), exported(capsys)
    assert "867" in before[0] and len(lines) == 3
    qa(capsys, "forget", "--words-days", "30")
    assert told() == before
    for old, new in zip(lines, exported(capsys), strict=True):
        assert (new["transcript"], new["call_id"]) == ([], old["call_id"]) and new.pop("words_removed_at")
        assert not [e for f in new["findings"] for e in f["evidence"] if e["text"]]
        for line in (old, new):
            line.pop("transcript")
            for finding in line["findings"]:
                finding.pop("reason")
                for quoted in finding["evidence"]:
                    quoted.pop("text")
        assert new == old


def test_other_commands_leave_such_calls_as_they_are(
    capsys: pytest.CaptureFixture[str], scored: Path, rules_dir: Path, tmp_path: Path
) -> None:
    qa(capsys, "forget", "--words-days", "30")
    before = exported(capsys)
    # By its whole path: both commands keep the databases that they have opened.
    db = f"sqlite:///{scored / 'qa.db'}"
    dearer = tmp_path / "dearer"
    shutil.copytree(rules_dir, dearer)
    scheme = dearer / "scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("base: 100", "base: 99"), "utf-8")
    status, out, err = qa(capsys, "rescore", "--rules", str(dearer), "--db", db)
    assert (status, "3 kept" in out) == (0, True)
    assert err == (
        "3 calls are left out and keep their score: what was said was removed, since it was kept long enough "
        "(qa forget)\n"
    )
    assert exported(capsys) == before
    status, out, err = qa(capsys, "rules", "diff", str(rules_dir), str(dearer), "--db", db)
    assert (status, out) == (0, "0 calls compared: no difference\n") and err.startswith("3 calls are left out: ")
    status, out, _ = qa(capsys, "score", "--transcripts", "t.jsonl", "--calls", "calls.csv", "--rules", str(dearer))
    assert (status, "3 kept" in out) == (0, True) and exported(capsys) == before
    assert qa(capsys, "index")[1] == "0 transcripts indexed\n"
    assert qa(capsys, "follow-up", "scan", "--date", "2026-03-11")[0] == 0
    status, _, err = qa(capsys, "rules", "explain", "closing", "c1")
    assert status == 2 and err.startswith("c1: what was said was removed")
    assert "c1" not in qa(capsys, "queue", "--date", "2026-03-11")[1]


def test_why_calls_stay_is_told(capsys: pytest.CaptureFixture[str], scored: Path) -> None:
    qa(capsys, "calibrate", "open", "三月", "c1")
    _, out, _ = qa(capsys, "forget", "--words-days", "30", "--recordings-days", "30")
    assert out.splitlines()[:3] == [
        "what was said in 2 calls removed",
        "recordings of 0 calls removed, 0.0 MB",
        "kept: 1 calls in a calibration session that is not closed",
    ]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "QA_KEEP_WORDS_DAYS"),
        (["--words-days", "0"], "--words-days"),
        (["--words-days", "30", "--dry-run", "--compact"], "--dry-run"),
    ],
)
def test_bad_usage(capsys: pytest.CaptureFixture[str], centre: Path, argv: list[str], said: str) -> None:
    status, _, err = qa(capsys, "forget", *argv)
    assert status == 2 and said in err and len(err.strip().splitlines()) == 1


def test_killed_again_and_again(tmp_path: Path, rules_dir: Path) -> None:
    transcripts(tmp_path / "t.jsonl")
    process = start(tmp_path, rules_dir, "killed")
    assert process.wait() == 0
    process.communicate()
    settle(tmp_path, "killed.db")
    database = tmp_path / "killed.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE call SET started_at = '2026-03-11 01:00:00'")

    def forgetting() -> "subprocess.Popen[str]":
        script = "import qa.retention; qa.retention.BATCH = 3; from qa.cli import main; main()"
        command = [sys.executable, "-c", script, "forget", "--words-days", "30", "--db", f"sqlite:///{database}"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def gone() -> int:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            calls, bare = (
                connection.execute(f"SELECT count(*) FROM {table} WHERE words_removed_at IS NOT NULL").fetchone()[0]
                for table in ("call", "transcript")
            )
            turns, told = connection.execute(
                "SELECT (SELECT count(DISTINCT transcript_key) FROM turn), (SELECT json_extract(after, '$.in_all') "
                "FROM audit WHERE subject = 'retention:words' ORDER BY seq DESC LIMIT 1)"
            ).fetchone()
        assert calls == bare == CALLS - turns and (told or 0) <= calls
        return int(calls)

    reached = [0]
    for target in (1, CALLS // 3, 2 * CALLS // 3):
        process = forgetting()
        while gone() < target and process.poll() is None:
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        reached.append(gone())
        assert target <= reached[-1] < CALLS, "the kill came too late to test anything"
    finished = forgetting()
    out, err = finished.communicate()
    assert (finished.returncode, err, gone()) == (0, "", CALLS)
    assert out.startswith(f"what was said in {CALLS - reached[-1]} calls removed")
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_recording_that_still_lies_there_is_not_transcribed_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rules_dir: Path
) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(SAMPLES / "clean" / "clean01.wav", tmp_path / "in" / "c1.wav")
    row = "recording,call_id,agent_id,ruleset,started_at,complaint\nin/c1.wav,c1,1021,telecom,2026-03-11T09:15:00,{}\n"
    (tmp_path / "calls.csv").write_text(row.format("false"), encoding="utf-8")
    db = f"sqlite:///{tmp_path / 'qa.db'}"
    options: dict[str, Any] = {"paths": (str(tmp_path / "in"),), "db": db, "calls": tmp_path / "calls.csv"}

    def again(**changed: Any) -> tuple[int, int, int]:
        given = Options(**({"rules": rules_dir, "profile": "fast"} | options | changed))
        totals = run(given, Settings(db=db), Notebook())
        return totals.transcribed, totals.rescored, totals.kept

    assert again() == (1, 0, 0)
    settle(tmp_path)
    _, out, _ = qa(capsys, "forget", "--words-days", "30", "--db", db)
    assert "what was said in 1 calls removed" in out
    other = tmp_path / "rules"
    shutil.copytree(rules_dir, other)
    scheme = other / "scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("base: 100", "base: 99"), "utf-8")
    assert again() == again(profile="careful") == again(rules=other) == again(verify=True) == (0, 0, 1)
    (tmp_path / "calls.csv").write_text(row.format("true"), encoding="utf-8")
    assert again() == (0, 0, 1)
    _, out, _ = qa(capsys, "forget", "--recordings-days", "30", "--db", db)
    assert "recordings of 1 calls removed" in out and list((tmp_path / "in").iterdir()) == []
    assert again() == (0, 0, 0), "its row is no fault"
