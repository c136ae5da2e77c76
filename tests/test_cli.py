"""Every command has help, an example, a place in the documentation and variables; errors are one line."""

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
from tests.conftest import ROOT


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
