"""A report as a file, or on standard output."""

from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from qa.files import atomic
from qa.reports.document import document
from qa.reports.figures import Report
from qa.reports.html import write_html
from qa.reports.plain import write_csv
from qa.reports.words import Lang
from qa.reports.xlsx import write_xlsx

Format = Literal["xlsx", "html", "csv"]


def write_report(
    report: Report, format: Format, out: Path | None, stdout: IO[str], *, lang: Lang, made_at: datetime
) -> None:
    """Writes the report to a file that appears whole or not at all, or to `stdout` (not XLSX)."""
    if out is None:
        _write_text(stdout, report, format, lang, made_at)
        return
    with atomic(out) as draft:
        if format == "xlsx":
            write_xlsx(draft, document(report, lang, made_at))
        else:
            # Excel takes a CSV for UTF-8 only if it begins with a byte order mark.
            encoding = "utf-8-sig" if format == "csv" else "utf-8"
            with draft.open("w", encoding=encoding, newline="") as file:
                _write_text(file, report, format, lang, made_at)


def _write_text(file: IO[str], report: Report, format: Format, lang: Lang, made_at: datetime) -> None:
    if format == "csv":
        write_csv(file, report)
    else:
        file.write(write_html(document(report, lang, made_at)))
