"""A period's report to take away: a workbook, a page to print, or CSV."""

import io
import tempfile
from pathlib import Path

import streamlit as st

from dashboard import data
from dashboard.i18n import language, t
from qa.reports.figures import Report
from qa.reports.words import Lang
from qa.reports.writing import Format, write_report

FORMATS: tuple[tuple[Format, str], ...] = (
    ("xlsx", ":material/table:"),
    ("html", ":material/print:"),
    ("csv", ":material/csv:"),
)


def report_buttons(report: Report) -> None:
    """One button a format; the file is made when it is asked for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{t('report.title', period=report.period.label)}**")
        for kind, icon in FORMATS:
            st.download_button(
                t(f"report.{kind}"),
                lambda kind=kind: content(report, kind),
                f"{t('report.file')}-{report.period.label}.{kind}",
                icon=icon,
                on_click="ignore",
                key=f"report-{kind}",
            )


def content(report: Report, kind: Format) -> bytes:
    """The file's bytes, in the language of the page."""
    lang: Lang = "en" if language() == "en" else "zh"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"report.{kind}"
        write_report(report, kind, target, io.StringIO(), lang=lang, made_at=data.now())
        return target.read_bytes()
