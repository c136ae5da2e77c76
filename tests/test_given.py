"""Transcripts that are given, by commands: scored, scored again, written out, explained, compared by other rules."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa.store.engine import open_store, reading
from qa.store.runs import list_runs
from tests.builders import OPENING
from tests.small_rules import write_rules
from tests.test_cli import qa

TURNS = [
    {"role": "agent", "start": 0.5, "end": 5.5, "text": OPENING},
    {"role": "customer", "start": 6.0, "end": 8.0, "text": "暖气不热"},
    {"role": "agent", "start": 8.5, "end": 11.0, "text": "感谢您的来电,再见。"},
]
RUDE = {"role": "agent", "start": 12.0, "end": 14.0, "text": "你到底听不听得懂"}


def given(**fields: Any) -> str:
    return json.dumps({"call_id": "c1", "duration_s": 12.0, "transcript": TURNS} | fields, ensure_ascii=False)


@pytest.fixture
def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules_dir: Path) -> Path:
    """A working folder with the project's rules configured."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QA_RULES", str(rules_dir))
    monkeypatch.setenv("QA_RULESET", "heating")
    return tmp_path


def score(capsys: pytest.CaptureFixture[str], centre: Path, *lines: str, calls: str | None = None) -> Any:
    (centre / "t.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    argv = ["score", "--transcripts", "t.jsonl", "--out", "r.jsonl"]
    if calls is not None:
        (centre / "calls.csv").write_text(calls, encoding="utf-8")
        argv += ["--calls", "calls.csv"]
    status, out, err = qa(capsys, *argv)
    written = (centre / "r.jsonl").read_text(encoding="utf-8").splitlines()
    return status, out, err, [json.loads(line) for line in written]


def test_score_fills_every_field_of_the_contract(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    calls = "recording,call_id,agent_id,started_at\nc1.wav,c1,867,2026-03-11T09:15:00\n"
    status, _, err, (result,) = score(capsys, centre, given(), calls=calls)
    assert (status, err) == (0, "")
    assert (result["status"], result["error"], result["agent_id"], result["ruleset"]) == (
        "scored",
        None,
        "867",
        "heating",
    )
    assert result["started_at"] == "2026-03-11T09:15:00+08:00"
    assert set(result) >= {"call_id", "recording", "duration_s", "channels", "score", "fatal", "grade", "needs_review"}
    assert set(result["metrics"]) >= {"talk_ratio_agent", "silence_s", "longest_silence_s", "overlap_s"}
    assert [t["text"] for t in result["transcript"]] == [t["text"] for t in TURNS]
    assert result["provenance"]["audio_sha256"] is None and result["provenance"]["ruleset_sha256"]
    rules = [finding["rule"] for finding in result["findings"]]
    assert len(rules) == len(set(rules)) > 0


def test_what_another_system_measured_goes_through(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    heard = {"confidence": 0.5, "level_db": -41.2, "mandarin": 0.07, "alternatives": ["八分"]}
    lines = [given(transcript=[TURNS[0] | heard]), given(call_id="c2", transcript=[TURNS[0] | {"mandarin": 7}])]
    status, _, err, (first, second) = score(capsys, centre, *lines)
    assert first["transcript"] == [TURNS[0] | heard]
    assert (status, second["status"]) == (1, "failed") and "mandarin" in err


def test_bad_lines_fail_alone(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    bad_role = [TURNS[0], TURNS[1] | {"role": "boss"}]
    bad_time = [TURNS[0] | {"end": 0.1}]
    status, out, err, results = score(
        capsys,
        centre,
        given(),
        "nonsense",
        given(call_id="c2", transcript=bad_role),
        given(call_id="c3", transcript=bad_time),
        given(),
        given(call_id="c4"),
    )
    assert status == 1 and "2 scored, 4 failed" in out
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"t.jsonl:{n}" for n in (2, 3, 4, 5)]
    assert "transcript.1.role" in err and "before start" in err and "already in line 1" in err
    store = open_store(f"sqlite:///{centre / 'qa.db'}")
    with reading(store) as session:
        (run,) = list_runs(session=session)
    store.dispose()
    assert (run.state, run.failed, run.left) == ("finished", 4, 0)
    assert [r["status"] for r in results] == ["scored", "failed", "failed", "failed", "failed", "scored"]


def test_a_bad_row_fails_its_call_and_correcting_it_scores(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    rows = "recording,call_id,agent_id,direction\nc1.wav,c1,867,{}\n"
    status, _, err, (result,) = score(capsys, centre, given(), calls=rows.format("sideways"))
    assert (status, result["status"], result["score"]) == (1, "failed", None)
    assert "row 2: column direction" in err and len(err.splitlines()) == 1
    status, _, err, (result,) = score(capsys, centre, given(), calls=rows.format("inbound"))
    assert (status, result["status"], err) == (0, "scored", "")


def test_nobody_speaking_is_skipped(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    status, _, _, (result,) = score(capsys, centre, given(transcript=[]))
    assert (status, result["status"]) == (0, "skipped") and result["error"]


def test_an_agent_alone_is_scored(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    status, _, _, (result,) = score(capsys, centre, given(transcript=TURNS[:1]))
    assert (status, result["status"]) == (0, "scored")


def test_what_is_done_is_kept_and_a_late_flag_scores_again(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    rows = "recording,call_id,agent_id,complaint\nc1.wav,c1,867,{}\n"
    score(capsys, centre, given(), calls=rows.format("false"))
    before = (centre / "r.jsonl").read_bytes()
    _, out, _, _ = score(capsys, centre, given(), calls=rows.format("false"))
    assert "1 kept" in out and (centre / "r.jsonl").read_bytes() == before
    _, out, _, _ = score(capsys, centre, given(), calls=rows.format("true"))
    assert "0 kept" in out


def test_rescore_and_export(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    score(capsys, centre, given(), given(call_id="c2"))
    status, out, _ = qa(capsys, "rescore")
    assert status == 0 and "2 scored from transcripts" in out
    status, out, _ = qa(capsys, "export", "--format", "jsonl")
    assert status == 0
    assert [json.loads(line)["call_id"] for line in out.splitlines()] == ["c1", "c2"]


def test_json_log_is_json_without_words(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    (centre / "t.jsonl").write_text(given() + "\n", encoding="utf-8")
    status, _, err = qa(capsys, "score", "--transcripts", "t.jsonl", "--json-log")
    events = [json.loads(line) for line in err.splitlines()]
    assert status == 0 and [e["event"] for e in events] == ["start", "call", "end"]
    assert "暖气" not in err and "您好" not in err


def test_callers_are_stored_under_a_pseudonym(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    score(capsys, centre, given(), calls="recording,call_id,caller\nc1.wav,c1,13800001234\n")
    stored = b"".join(path.read_bytes() for path in centre.glob("qa.db*"))
    assert b"13800001234" not in stored
    assert (centre / "qa.key").stat().st_mode & 0o077 == 0


def test_rules_diff_prints_and_stores_nothing(
    capsys: pytest.CaptureFixture[str], centre: Path, rules_dir: Path
) -> None:
    new = write_rules(centre / "new")
    old = write_rules(centre / "old", ("points: 5", "points: 3"))
    score(capsys, centre, given(), given(call_id="c2", transcript=[*TURNS, RUDE]))
    stored = qa(capsys, "export", "--format", "jsonl")
    status, out, err = qa(capsys, "rules", "diff", old, new)
    assert (status, err) == (0, "") and "2 calls compared: 1 judged otherwise" in out
    assert "rude" in out and "c2 at 12.0 s" in out
    status, out, _ = qa(capsys, "rules", "diff", old, new, "--json")
    found = json.loads(out)
    assert (status, found["largest"][0]["call_id"], found["points"]) == (0, "c2", -2.0)
    status, out, _ = qa(capsys, "rules", "diff", new, new)
    assert (status, out) == (0, "2 calls compared: no difference\n")
    assert qa(capsys, "export", "--format", "jsonl") == stored


def test_rules_explain(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    rules = write_rules(centre / "new")
    score(capsys, centre, given(transcript=[*TURNS, RUDE]))
    status, out, err = qa(capsys, "rules", "explain", "rude", "c1", "--rules", rules)
    assert (status, err) == (0, "") and "结论：违规" in out and "听到“你到底听不听得懂”" in out
    status, _, err = qa(capsys, "rules", "explain", "rude", "c9", "--rules", rules)
    assert status == 2 and "qa.db: no call 'c9'" in err and len(err.splitlines()) == 1


def test_rules_new_and_schema(capsys: pytest.CaptureFixture[str], centre: Path) -> None:
    rules = write_rules(centre / "new")
    status, out, _ = qa(capsys, "rules", "new", "no-slang", "--dir", rules / "heating")
    assert (status, out) == (0, f"{rules / 'heating' / 'no-slang.yaml'}\n")
    assert qa(capsys, "rules", "check", rules)[0] == 0
    status, out, _ = qa(capsys, "rules", "schema")
    assert status == 0 and json.loads(out)["title"]
    assert qa(capsys, "rules", "schema", "--out", centre / "s.json") == (0, "", "")
    assert json.loads((centre / "s.json").read_text(encoding="utf-8")) == json.loads(out)
