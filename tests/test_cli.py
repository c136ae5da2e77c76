"""Every command has help, an example, a place in the documentation and variables; errors are one line."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from qa.cli import app, main
from qa.store.engine import open_store, reading
from qa.store.runs import list_runs
from tests.builders import OPENING
from tests.conftest import ROOT
from tests.small_rules import write_rules


def commands() -> Iterator[tuple[str, Any]]:
    root: Any = typer.main.get_command(app)

    def walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
        for child, value in getattr(command, "commands", {}).items():
            yield from walk(f"{name} {child}", value)
        if not hasattr(command, "commands"):
            yield name, command

    return walk("qa", root)


COMMANDS = dict(commands())


def qa(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main([str(arg) for arg in argv])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_the_contract_is_there() -> None:
    expected = ["run", "retry", "score", "rescore", "export", "evaluate", "report", "demo", "dashboard", "doctor"]
    assert {f"qa {name}" for name in expected} | {"qa rules check", "qa rules test"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_example_documentation_and_variables(name: str) -> None:
    command = COMMANDS[name]
    assert command.help and command.help.strip().endswith(".")
    assert f"Example: {name}" in (command.epilog or "")
    assert f"### {name}\n" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for parameter in command.params:
        if parameter.name != "help":
            assert str(parameter.envvar).startswith("QA_"), f"{name} {parameter.name}"
            assert parameter.help, f"{name} {parameter.name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_printed(capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, out, err = qa(capsys, *name.split()[1:], "--help")
    assert (status, err) == (0, "") and "Usage:" in out


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys\nfrom qa.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('numpy', 'av', 'torch', 'streamlit', 'sqlalchemy', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["frobnicate"], "frobnicate"),
        (["run"], "PATH"),
        (["run", "no-such-folder"], "no-such-folder: no such file or folder"),
        (["run", ".", "--workers", "many"], "--workers"),
        (["run", ".", "--rules", "no-rules"], "no-rules: no such rules folder"),
        (["run", ".", "--calls", "none.csv"], "none.csv: no such file"),
        (["run", ".", "--db", "nonsense"], "nonsense: not a database URL"),
        (["run", ".", "--out", "no/such/folder/r.jsonl"], "r.jsonl"),
        (["run", ".", "--watch", "--out", "r.jsonl"], "--watch"),
        (["retry", "nobody"], "no failed recording 'nobody'"),
        (["import", "asterisk", "none.csv", "--out", "c.csv"], "none.csv: cannot be read"),
        (["import", "freeswitch", "none.xml", "--out", "c.csv"], "none.xml: cannot be read"),
        (["import", "asterisk", "none.csv", "--out", "c.csv", "--extension", "("], "--extension"),
        (["score", "--transcripts", "none.jsonl"], "none.jsonl: no such file"),
        (["rules", "diff", "no-rules", "no-rules"], "no-rules: no such rules folder"),
        (["rules", "diff", "one"], "NEW_DIR"),
        (["rules", "new", "x", "--dir", "no-folder"], "no-folder: no rule set"),
        (["rules", "schema", "--out", "no/such/folder/s.json"], "s.json"),
        (["rules", "check", "no-rules"], "no-rules: no such rules folder"),
        (["export"], "--format"),
        (["export", "--format", "xlsx"], "--out"),
        (["export", "--format", "pdf"], "pdf"),
        (["evaluate", "none.jsonl", "none.jsonl"], "none.jsonl"),
        (["report"], "--period"),
        (["report", "--period", "month", "--date", "2026-3"], "--date 2026-3"),
        (["report", "--period", "shift", "--shift", "白班"], "白班"),
    ],
)
def test_bad_usage_is_one_line_and_status_two(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    rules_dir: Path,
    argv: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    if "no-rules" not in argv:
        monkeypatch.setenv("QA_RULES", str(rules_dir))
    status, _, err = qa(capsys, *argv)
    assert status == 2
    assert said in err and len(err.strip().splitlines()) == 1, err


@pytest.mark.parametrize(("name", "value"), [("QA_WORKERS", "-1"), ("QA_PROFILE", "sloppy"), ("QA_PORT", "0")])
def test_a_bad_variable_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(name, value)
    status, _, err = qa(capsys, "rescore")
    assert status == 2 and name in err and len(err.strip().splitlines()) == 1


def test_a_traceback_only_with_debug(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    assert "Traceback" not in qa(capsys, "rules", "check", "no-rules")[2]
    assert "Traceback" in qa(capsys, "rules", "check", "no-rules", "--debug")[2]


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


def test_rules_check_and_test(capsys: pytest.CaptureFixture[str], rules_dir: Path) -> None:
    status, out, err = qa(capsys, "rules", "check", str(rules_dir))
    assert (status, err) == (0, "") and "heating" in out
    status, out, _ = qa(capsys, "rules", "test", str(rules_dir))
    assert status == 0 and re.search(r"\d+ examples: \d+ as expected, 0 not", out), out


def test_every_fault_of_rule_files_comes_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "scheme.yaml").write_text("grades: 3\n")
    (tmp_path / "holidays.yaml").write_text("- nonsense\n")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "set.yaml").write_text("name: x\nname: y\n")
    status, _, err = qa(capsys, "rules", "check", str(tmp_path))
    places = err.strip().splitlines()
    assert status == 2 and len(places) >= 3
    assert all(re.match(r".+\.yaml:\d+: .+", place) for place in places), err


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


def test_people_are_imported_and_the_log_is_verified(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path / 'qa.db'}"
    agents = tmp_path / "agents.csv"
    agents.write_text("agent_id,name,team\n003,王芳,一组\n,无名,一组\n", "utf-8")
    status, out, err = qa(capsys, "people", "import", str(agents), "--db", db)
    assert (status, out) == (1, f"{agents}: 1 rows imported\n") and "row 3, column agent_id" in err
    status, out, err = qa(capsys, "audit", "verify", "--db", db)
    assert (status, err) == (0, "") and out.startswith("1 rows, 0 faults; head ")
    with sqlite3.connect(tmp_path / "qa.db") as connection:
        connection.execute("UPDATE audit SET after = '{}'")
    status, out, err = qa(capsys, "audit", "verify", "--db", db)
    assert (status, err) == (1, "row 1 was changed (import people:agents.csv by console)\n")
