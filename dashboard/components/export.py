"""The listed calls as a table: on the page, as CSV and as a workbook, with the same columns and words."""

import io
from collections.abc import Mapping, Sequence

import pandas as pd

from dashboard.i18n import t
from dashboard.wording import clock, moment, outcome, person
from qa.store.queries import CallRow

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "call_id",
    "started_at",
    "agent",
    "team",
    "ruleset",
    "duration",
    "score",
    "grade",
    "verdict",
    "violated",
    "review",
)


def table(rows: Sequence[CallRow], rule_names: Mapping[str, str]) -> pd.DataFrame:
    """One line a call; job numbers stay text, scores are numbers or empty."""

    def named(rules: Sequence[str]) -> str:
        return "、".join(rule_names.get(rule, rule) for rule in rules)

    lines = [
        (
            row.call_id,
            moment(row.started_at),
            person(row.agent_id, row.agent_name),
            row.team or "—",
            row.ruleset or "—",
            clock(row.duration_s),
            row.score,
            row.grade or "—",
            outcome(row),
            named(row.violated_rules) or (row.error or "—"),
            named(row.review_rules) or "—",
        )
        for row in rows
    ]
    frame = pd.DataFrame(lines, columns=[t(f"column.{name}") for name in COLUMNS])
    frame[t("column.score")] = pd.to_numeric(frame[t("column.score")])
    return frame


def as_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with BOM, which Excel needs to read Chinese. Text that would start a formula gets a quote."""
    return frame.map(_plain).to_csv(index=False).encode("utf-8-sig")


def as_xlsx(frame: pd.DataFrame) -> bytes:
    """A workbook with one sheet; text is written as text, never as a formula."""
    file = io.BytesIO()
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as writer:
        frame.to_excel(writer, index=False, sheet_name=t("list.file"), freeze_panes=(1, 1))
        writer.sheets[t("list.file")].autofit()
    return file.getvalue()


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
