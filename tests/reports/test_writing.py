"""The same report as a workbook, a page and a table: job numbers stay text, figures stay the same, nothing runs."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sqlmodel import Session

from qa.call import LOCAL
from qa.reports.build import make_report
from qa.reports.document import document
from qa.reports.figures import Report
from qa.reports.words import WORDS
from qa.reports.writing import write_report
from tests.reports.conftest import MARCH

MADE_AT = datetime(2026, 4, 1, 8, 0, tzinfo=LOCAL)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def db(sqlite_db: str) -> str:
    return sqlite_db


@pytest.fixture
def report(centre: Session) -> Report:
    return make_report(session=centre, period=MARCH)


def cells(path: Path, sheet: int) -> list[list[Any]]:
    """The rows of a worksheet as Excel would show them, without their formats."""
    with zipfile.ZipFile(path) as book:
        shared = ["".join(si.itertext()) for si in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))

    def value(cell: ElementTree.Element) -> Any:
        raw = cell.findtext(f"{SHEET}v")
        return raw if raw is None else shared[int(raw)] if cell.get("t") == "s" else float(raw)

    return [[value(cell) for cell in row] for row in root.iter(f"{SHEET}row")]


def test_the_workbook_ties_out(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_report(report, "xlsx", path, io.StringIO(), lang="zh", made_at=MADE_AT)
    doc = document(report, "zh", MADE_AT)
    overview = {row[0]: row[1] for row in cells(path, 1) if len(row) == 4}
    assert overview["通话量"] == 120 and overview["平均分"] == pytest.approx(report.total.tally.mean, abs=1e-12)
    agents = [row for row in cells(path, 3) if len(row) == len(doc.table("agents").columns)][1:]
    assert [(row[0], row[3]) for row in agents] == [(a.agent_id, a.tally.calls) for a in report.agents]
    with zipfile.ZipFile(path) as book:
        everything = b"".join(book.read(name) for name in book.namelist())
        assert len([name for name in book.namelist() if "charts/chart" in name]) == 5
    assert b"<f>" not in everything.replace(b"<c:f>", b"") and b'state="frozen"' in everything


def test_the_table_ties_out(report: Report) -> None:
    out = io.StringIO()
    write_report(report, "csv", None, out, lang="zh", made_at=MADE_AT)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    total, agents = rows[0], [row for row in rows if row["level"] == "agent"]
    for column in ("calls", "scored", "needs_review", "silent"):
        assert int(total[column]) == sum(int(row[column]) for row in agents)
    lost = [name for name in total if name.startswith("points:")]
    assert float(total["points"]) == sum(float(total[name]) for name in lost)
    assert all(re.fullmatch(r"\d{3}", row["agent_id"]) for row in agents)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_stands_alone(report: Report, tmp_path: Path, lang: Any) -> None:
    path = tmp_path / "r.html"
    write_report(report, "html", path, io.StringIO(), lang=lang, made_at=MADE_AT)
    page = path.read_text(encoding="utf-8")
    own = page.replace(page[page.index("<script>") : page.index("</script>")], "", 1)
    assert "http://" not in own and "https://" not in own and " src=" not in own
    for key in ("table.agents", "col.mean", "chart.trend"):
        assert WORDS[key][lang == "en"] in own
    assert own.count("<tr>") > len(report.agents) and "003" in own


def test_what_a_page_quotes_cannot_run(report: Report) -> None:
    evil = replace(report.agents[0], agent_name="<script>alert(1)</script>", agent_id="=1+1")
    out = io.StringIO()
    write_report(replace(report, agents=(evil,)), "html", None, out, lang="zh", made_at=MADE_AT)
    assert "<script>alert" not in out.getvalue()
    write_report(replace(report, agents=(evil,)), "csv", None, out, lang="zh", made_at=MADE_AT)
    assert ",'=1+1," in out.getvalue()
