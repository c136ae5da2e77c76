"""Exports keep job numbers as text and can do no harm in a spreadsheet."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.call import Turn
from qa.export import COLUMNS, export, row_of
from qa.files import atomic
from qa.result import result_json, turn_json
from qa.store.engine import writing
from qa.store.saving import save_result, start_run
from tests.builders import make_failed, make_finding, make_meta, make_result, make_transcript

RESULTS = [
    make_result(
        "c1", make_finding(), make_finding("refusal", "needs_review", name="推诿"), meta=make_meta("c1", agent_id="003")
    ),
    make_result("c2", meta=make_meta("c2", agent_name="=HYPERLINK(1)", team="+1")),
    make_failed("c3"),
]


def fill(store: Engine) -> Engine:
    with writing(store) as session:
        run_id = start_run(session=session, command="run", total=len(RESULTS))
        for result in reversed(RESULTS):
            save_result(
                session=session,
                result=result,
                run_id=run_id,
                work="transcribed",
                transcript=make_transcript(result.call) if result.call else None,
            )
    return store


def test_jsonl_is_the_contract_by_call_id(store: Engine) -> None:
    out = io.StringIO()
    assert export(fill(store), "jsonl", None, out) == 3
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [result_json(r) for r in RESULTS]


def test_csv_opens_in_excel_as_utf8_without_formulas(store: Engine, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    export(fill(store), "csv", path, io.StringIO())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert (first["agent_id"], first["deductions"], first["reviews"]) == ("003", "主动报工号 −5 (002 开头语)", "推诿")
    assert (second["agent_name"], second["team"]) == ("'=HYPERLINK(1)", "'+1")
    assert (third["status"], third["score"], third["error"]) == ("failed", "", RESULTS[2].error)


def test_xlsx_keeps_job_numbers_text(store: Engine, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    export(fill(store), "xlsx", path, io.StringIO())
    assert path.read_bytes()[:2] == b"PK"
    with zipfile.ZipFile(path) as book:
        cells = b"".join(book.read(name) for name in book.namelist())
    assert b"003" in cells and b"<f>" not in cells


def test_a_row_has_every_column() -> None:
    for result in RESULTS:
        assert tuple(row_of(result)) == COLUMNS


def test_a_broken_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), atomic(path) as draft:
        draft.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_turn_tells_what_audio_told_and_nothing_else() -> None:
    bare = {"role": "customer", "start": 1.0, "end": 2.0, "text": "方分打", "confidence": 1.0}
    assert turn_json(Turn("customer", 1.0, 2.0, "方分打")) == bare
    heard = Turn("customer", 1.0, 2.0, "方分打", level_db=-23.4, mandarin=0.98, alternatives=("八分",))
    assert turn_json(heard) == bare | {"level_db": -23.4, "mandarin": 0.98, "alternatives": ["八分"]}
