"""Results as files for other programs: JSON lines by the contract, CSV and XLSX with one row a call."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Literal

from sqlalchemy import Engine

from qa.files import atomic, safe_cell
from qa.result import CallResult, result_json
from qa.store.engine import reading
from qa.store.filters import CallFilter
from qa.store.queries import call_ids
from qa.store.results import load_results

Format = Literal["jsonl", "csv", "xlsx"]

COLUMNS = (
    "call_id",
    "recording",
    "started_at",
    "agent_id",
    "agent_name",
    "team",
    "ruleset",
    "duration_s",
    "status",
    "score",
    "grade",
    "fatal",
    "needs_review",
    "deductions",
    "reviews",
    "error",
)


def export(engine: Engine, format: Format, out: Path | None, stdout: IO[str]) -> int:
    """Writes every stored call, by call id, to a file or to `stdout` (not XLSX); returns how many."""
    results = _Counted(stored_results(engine))
    if out is None:
        _write_text(stdout, format, results)
        return results.count
    with atomic(out) as draft:
        if format == "xlsx":
            _write_xlsx(draft, results)
        else:
            # Excel takes a CSV for UTF-8 only if it begins with a byte order mark.
            encoding = "utf-8-sig" if format == "csv" else "utf-8"
            with draft.open("w", encoding=encoding, newline="") as file:
                _write_text(file, format, results)
    return results.count


def stored_results(engine: Engine) -> Iterator[CallResult]:
    """Every stored call, one at a time."""
    with reading(engine) as session:
        yield from load_results(session=session, call_ids=call_ids(session=session, where=CallFilter()))


def write_jsonl(file: IO[str], results: Iterable[CallResult]) -> None:
    """One line a call, as the contract has it."""
    for result in results:
        file.write(json.dumps(result_json(result), ensure_ascii=False) + "\n")


def row_of(result: CallResult) -> dict[str, Any]:
    """A call as one flat row; `deductions` and `reviews` list the rules with clause and points."""
    card = result.scorecard
    findings = card.findings if card else ()
    return {
        "call_id": result.meta.call_id,
        "recording": result.meta.recording,
        "started_at": result.meta.started_at.isoformat() if result.meta.started_at else None,
        "agent_id": result.meta.agent_id,
        "agent_name": result.meta.agent_name,
        "team": result.meta.team,
        "ruleset": result.meta.ruleset,
        "duration_s": round(result.call.duration_s, 2) if result.call else None,
        "status": result.status,
        "score": card.score if card else None,
        "grade": card.grade if card else None,
        "fatal": card.fatal if card else None,
        "needs_review": card.needs_review if card else None,
        "deductions": "; ".join(f"{f.name} −{f.points:g} ({f.clause})" for f in findings if f.verdict == "violated"),
        "reviews": "; ".join(f.name for f in findings if f.verdict == "needs_review"),
        "error": result.error,
    }


class _Counted:
    def __init__(self, results: Iterable[CallResult]) -> None:
        self._results = results
        self.count = 0

    def __iter__(self) -> Iterator[CallResult]:
        for result in self._results:
            self.count += 1
            yield result


def _write_text(file: IO[str], format: Format, results: Iterable[CallResult]) -> None:
    if format == "jsonl":
        write_jsonl(file, results)
        return
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    for result in results:
        writer.writerow({name: safe_cell(value) for name, value in row_of(result).items()})


def _write_xlsx(path: Path, results: Iterable[CallResult]) -> None:
    import xlsxwriter

    # strings_to_numbers is off by default: a job number such as 003 stays text.
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("通话")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        last = 0
        for last, result in enumerate(results, start=1):
            for column, value in enumerate(row_of(result).values()):
                if isinstance(value, str):
                    sheet.write_string(last, column, value)
                elif value is not None:
                    sheet.write(last, column, value)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
