"""A calibration session by commands: opened, scored blind from sheets, closed, and told how far inspectors agree."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.agreement.sheet import SheetLine, read_sheet
from qa.cli import main
from qa.errors import ConfigError
from tests.review.centre import FINDINGS, keep

LINES = [SheetLine("c1", "slang", "网络用语"), SheetLine("c2", "slang", "网络用语")]


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")


class Commands:
    """Runs `qa calibrate …`."""

    def __init__(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._db, self._capsys = db, capsys

    def __call__(self, *argv: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as stopped:
            main(["calibrate", *argv, "--db", self._db])
        told = self._capsys.readouterr()
        assert (stopped.value.code or 0) == status, told.err
        return told.err if status else told.out


@pytest.fixture
def qa(db: str, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(db, capsys)


def filled(sheet: Path, name: str, verdicts: dict[tuple[str, str], str], encoding: str = "utf-8-sig") -> Path:
    """A copy of the sheet with an inspector's verdicts."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["verdict"] = verdicts.get((row["call_id"], row["rule"]), "")
    path = sheet.with_name(f"{name}.csv")
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_from_the_sheet_to_kappa(store: Engine, qa: Commands, tmp_path: Path) -> None:
    for call_id in ("c1", "c2"):
        keep(store, call_id=call_id)
    (tmp_path / "queue.csv").write_text("call_id,reasons\nc2,投诉\n", encoding="utf-8")
    told = qa("open", "三月", "c1", "--calls", str(tmp_path / "queue.csv"), "--by", "主管", "--reference", "主管")
    assert told.startswith("session 1 is open on 2 calls")
    sheet = tmp_path / "sheet.csv"
    assert qa("sheet", "1", "--out", str(sheet)).startswith(f"{2 * len(FINDINGS)} lines to fill in")
    blank = sheet.read_text(encoding="utf-8-sig")
    assert (
        blank == qa("sheet", "1").replace("\r\n", "\n") and "violated" not in blank and "c1,slang,网络用语,," in blank
    )

    said = {
        "张三": {("c1", "slang"): "违规", ("c2", "slang"): "符合"},
        "李四": {("c1", "slang"): "符合", ("c2", "slang"): "passed"},
        "主管": {("c1", "slang"): "违规", ("c2", "slang"): "符合"},
    }
    for inspector, verdicts in said.items():
        path = filled(sheet, inspector, verdicts, "gb18030" if inspector == "李四" else "utf-8-sig")
        assert qa("rate", "1", str(path), "--by", inspector).startswith(f"2 scores of {inspector}, 12 lines empty, 0")
    assert "still open; close it" in qa("report", "1", status=2)
    assert "open, 2 calls, reference 主管; scored by 主管, 张三, 李四" in qa("list")
    qa("close", "1")
    report = qa("report", "1")
    assert "slang 2 2 1 50% (9%–91%)" in " ".join(report.split())
    assert "张三 against the reference: agreement 100%" in report
    assert "李四 against the reference: agreement 50%" in report and "harder 0, softer 1" in report
    assert "to talk about: c1 slang: 张三 violated, 李四 passed; reference violated" in report
    assert "is closed; open another one" in qa("rate", "1", str(tmp_path / "张三.csv"), "--by", "张三", status=2)


def test_what_cannot_be(store: Engine, qa: Commands, tmp_path: Path) -> None:
    keep(store)
    (tmp_path / "list.csv").write_text("id\nc1\n", encoding="utf-8")
    assert "c8, c9: no such scored call" in qa("open", "三月", "c9", "c1", "c8", status=2)
    assert "needs calls" in qa("open", "三月", status=2)
    assert "no column call_id" in qa("open", "三月", "--calls", str(tmp_path / "list.csv"), status=2)
    for command in ("sheet", "close", "report"):
        assert "`qa calibrate list` shows them" in qa(command, "7", status=2)


def test_lines_with_faults_are_told_and_the_others_count(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(
        "call_id,rule,verdict\nc1,slang,对\nc3,slang,违规\nc1,slagn,违规\nc2,slang,\nc2,slang,不适用\n", "utf-8"
    )
    found = read_sheet(path, LINES)
    assert [(s.call_id, s.verdict) for s in found.scores] == [("c2", "not_applicable")] and found.empty == 1
    assert [problem.removeprefix(f"{path}:") for problem in found.problems] == [
        "2: verdict '对'; write one of 违规, 符合, 不适用, 待复核",
        "3: call 'c3' with rule 'slang' is not in this session",
        "4: call 'c1' with rule 'slagn' is not in this session",
    ]


@pytest.mark.parametrize("content", ["rule,verdict\nslang,违规\n", ""])
def test_a_file_that_is_no_sheet(tmp_path: Path, content: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=r"call_id.*`qa calibrate sheet`"):
        read_sheet(path, LINES)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_sheet(tmp_path / "nowhere.csv", LINES)
