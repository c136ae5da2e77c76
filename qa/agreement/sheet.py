"""Scoring sheets of a calibration session as CSV: every rule of every call, without what anybody thinks of it."""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from qa.agreement.session import VERDICTS
from qa.errors import ConfigError
from qa.files import csv_text, plain_cell, safe_cell
from qa.finding import Verdict

NEEDED = ("call_id", "rule", "verdict")
WORDS: dict[str, Verdict] = {
    **{verdict: verdict for verdict in VERDICTS},
    "违规": "violated",
    "符合": "passed",
    "不适用": "not_applicable",
    "待复核": "needs_review",
}
"""How an inspector may write a verdict."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A rule to be judged on a call."""

    call_id: str
    rule: str
    name: str


@dataclass(frozen=True, slots=True)
class Score:
    """One line as an inspector filled it in."""

    call_id: str
    rule: str
    verdict: Verdict
    note: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The scores of a file, how many lines are still empty, and what is wrong with others, one line each."""

    scores: tuple[Score, ...]
    empty: int
    problems: tuple[str, ...]


def write_sheet(file: IO[str], lines: Sequence[SheetLine]) -> None:
    """The sheet to fill in; `verdict` takes 违规, 符合, 不适用 or 待复核."""
    writer = csv.writer(file)
    writer.writerow(["call_id", "rule", "name", "verdict", "note"])
    writer.writerows([safe_cell(line.call_id), line.rule, line.name, "", ""] for line in lines)


def read_sheet(path: Path, lines: Collection[SheetLine]) -> Sheet:
    """Reads a filled-in sheet (UTF-8 or GB 18030). Raises ConfigError where the file as a whole cannot be read."""
    rows = csv.DictReader(io.StringIO(csv_text(path)))
    if lacking := [name for name in NEEDED if name not in (rows.fieldnames or ())]:
        raise ConfigError(f"{path}: no column {', '.join(lacking)}; fill in what `qa calibrate sheet` writes")
    known = {(line.call_id, line.rule) for line in lines}
    scores, problems, empty = [], [], 0
    for row in rows:
        call_id, rule, word, note = ((row.get(name) or "").strip() for name in (*NEEDED, "note"))
        call_id = plain_cell(call_id)
        if not word:
            empty += 1
        elif (call_id, rule) not in known:
            problems.append(f"{path}:{rows.line_num}: call {call_id!r} with rule {rule!r} is not in this session")
        elif word not in WORDS:
            choice = ", ".join(name for name in WORDS if name not in VERDICTS)
            problems.append(f"{path}:{rows.line_num}: verdict {word!r}; write one of {choice}")
        else:
            scores.append(Score(call_id, rule, WORDS[word], note))
    return Sheet(tuple(scores), empty, tuple(problems))
