"""A report as a workbook: one sheet a table, charts that Excel draws itself on the first."""

from collections.abc import Mapping, Sequence
from math import floor
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from qa.reports.table import Document, Kind, Table
from qa.reports.words import word

FONT = "Microsoft YaHei"
FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "count": "#,##0",
    "score": "0.00",
    "points": "#,##0.00",
    "share": "0.0%",
    "change": "+#,##0.00;-#,##0.00;0.00",
    "rate": "0.0",
    "more": "+#,##0;-#,##0;0",
}
INK, HEAD, BAR, COST, GOOD, LINE = "#1c2733", "#dce6f1", "#0b5cad", "#b3261e", "#2e7d32", "#d5dce4"
BEST, WORST, MIDDLE, SUM = "#c6e0b4", "#f8cbad", "#ffffff", "#f2f5f9"
TOP_COSTS, TOP_TEAMS, WIDEST = 10, 15, 44
ROUND, ROOM = 1000, 1.15
"""From here on bars are told in whole points; what a bar leaves free for its figure."""
CHART = {"width": 620, "height": 300}


def write_xlsx(path: Path, doc: Document) -> None:
    """Writes the workbook. Job numbers are text; no cell is a formula."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_format_properties": {"font_name": FONT}}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": doc.title})
        sheets = {table.key: _sheet(book, table, doc) for table in doc.tables}
        _charts(book, sheets["overview"], doc)


def _sheet(book: Any, table: Table, doc: Document) -> Any:
    sheet = book.add_worksheet(table.title)
    sheet.set_default_row(18)
    plain = {"bold": True, "bg_color": HEAD, "font_name": FONT, "text_wrap": True, "valign": "vcenter", "bottom": 1}
    left, right = book.add_format(plain | {"indent": 1}), book.add_format(plain | {"align": "right"})
    looks = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    sums = {
        kind: book.add_format({"num_format": form, "bold": True, "bg_color": SUM}) for kind, form in FORMATS.items()
    }
    for every in (looks, sums):
        every["text"].set_indent(1)
    top = _title(book, sheet, table, doc)
    for column, name in enumerate(table.columns):
        sheet.write_string(top, column, name, left if table.kinds[column] == "text" else right)
    sheet.set_row(top, 32)
    for at, row in enumerate(table.rows):
        kept = sums if at >= len(table.rows) - table.sums else looks
        for column, value in enumerate(row):
            look = kept[table.kind(at, column)]
            if isinstance(value, str):
                sheet.write_string(top + 1 + at, column, value, kept["text"])
            elif value is not None:
                sheet.write_number(top + 1 + at, column, value, look)
    for column, name in enumerate(table.columns):
        shown = [_shown(table, at, column) for at in range(len(table.rows))]
        sheet.set_column(column, column, min(WIDEST, max(7, max(map(_width, [*_halves(name), *shown])) + 2)))
    names = sum(1 for kind in table.kinds[:3] if kind == "text")
    sheet.freeze_panes(top + 1, min(names, 3) if len(table.columns) > 6 else 1)
    if len(table.rows) > 1 and table.key in ("agents", "costs", "key_calls", "answers"):
        sheet.autofilter(top, 0, top + len(table.rows) - table.sums, len(table.columns) - 1)
    _colour(book, sheet, table, top, doc)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_footer("&C&P / &N")
    return sheet


def _title(book: Any, sheet: Any, table: Table, doc: Document) -> int:
    """Title and notes above the table; returns the row of its head."""
    big = book.add_format({"bold": True, "font_size": 16, "font_color": INK, "font_name": FONT})
    small = book.add_format({"font_color": "#5b6773", "font_name": FONT})
    first = table.key == "overview"
    sheet.write_string(0, 0, doc.title if first else f"{table.title} · {doc.title}", big)
    sheet.set_row(0, 26)
    lines = doc.lines if first else (table.note,) if table.note else ()
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, small)
    return len(lines) + 2


def _colour(book: Any, sheet: Any, table: Table, top: int, doc: Document) -> None:
    if table.key not in ("agents", "teams") or len(table.rows) < 3:
        return
    mean = table.columns.index(word("col.mean", doc.lang))
    change = table.columns.index(word("col.change", doc.lang))
    last = top + len(table.rows)
    scale = {"type": "3_color_scale", "min_color": WORST, "mid_color": MIDDLE, "max_color": BEST}
    sheet.conditional_format(top + 1, mean, last, mean, scale)
    for criteria, colour in (("<", COST), (">", GOOD)):
        look = book.add_format({"font_color": colour})
        rule = {"type": "cell", "criteria": criteria, "value": 0, "format": look}
        sheet.conditional_format(top + 1, change, last, change, rule)


def _charts(book: Any, sheet: Any, doc: Document) -> None:
    """Trend, distribution, dearest deductions, causes and teams, in two columns beside the overview."""
    trend, scores, costs, causes, teams = (doc.table(k) for k in ("trend", "scores", "costs", "causes", "teams"))
    mean = trend.columns.index(word("col.mean", doc.lang))
    lowest = next((at for at, row in enumerate(scores.rows) if row[1]), 0)
    wanted = [
        ("chart.trend", _chart(book, "line", trend, mean, BAR)),
        ("chart.scores", _chart(book, "column", scores, 1, BAR, first=min(lowest, len(scores.rows) - 8))),
        ("chart.costs", _chart(book, "bar", costs, 4, COST, most=TOP_COSTS)),
        ("chart.causes", _chart(book, "bar", causes, 4, GOOD, most=TOP_COSTS)),
        ("chart.teams", _chart(book, "bar", teams, 4, BAR, most=TOP_TEAMS)),
    ]
    drawn = [(key, chart) for key, chart in wanted if chart is not None]
    for at, (key, chart) in enumerate(drawn):
        chart.set_title({"name": word(key, doc.lang), "name_font": {"name": FONT, "size": 12}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_size(CHART)
        sheet.insert_chart(len(doc.lines) + 2, 5, chart, {"x_offset": at % 2 * 640, "y_offset": at // 2 * 316})


def _chart(book: Any, kind: str, table: Table, values: int, colour: str, *, first: int = 0, most: int = 100) -> Any:
    """A column of the table over its first column, `most` rows from `first` on; None where there is nothing."""
    rows = table.rows[first : first + most]
    known = [row[values] for row in rows if row[values] is not None]
    if not known:
        return None
    chart = book.add_chart({"type": kind})
    top = (1 if table.note else 0) + 3 + first
    series: dict[str, Any] = {
        "name": table.columns[values],
        "categories": [table.title, top, 0, top + len(rows) - 1, 0],
        "values": [table.title, top, values, top + len(rows) - 1, values],
    }
    font = {"name": FONT, "size": 9}
    if kind == "line":
        series |= {"line": {"color": colour, "width": 2.25}, "marker": {"type": "circle", "size": 4}}
    else:
        series |= {"fill": {"color": colour}, "gap": 40}
        if table.key == "causes":
            series["points"] = [{"fill": {"color": COST if row[values] < 0 else colour}} for row in rows]
    if kind == "bar":
        form = FORMATS[table.kinds[values]] if max(map(abs, known)) < ROUND else FORMATS["count"]
        series |= {"data_labels": {"value": True, "font": font, "num_format": form}}
    chart.add_series(series)
    axis = {"num_font": font, "major_gridlines": {"visible": False}}
    grid = {"num_font": font, "major_gridlines": {"visible": True, "line": {"color": LINE}}}
    if kind == "bar":
        chart.set_y_axis(axis | {"reverse": True, "label_position": "low", "crossing": "max"})
        # Means lie close together: their axis need not begin at 0, and then it is shown.
        near = {"min": max(0, floor(min(known)) - 2)} if table.key == "teams" else {"visible": False}
        if min(known) >= 0 and table.key != "teams":
            near["max"] = ROOM * max(known)
        chart.set_x_axis(grid | {"major_gridlines": {"visible": False}, "num_format": "0"} | near)
    else:
        chart.set_x_axis(axis | ({"interval_unit": 5} if len(rows) > 14 and kind == "line" else {}))
        chart.set_y_axis(grid | {"num_format": "0.0" if kind == "line" else FORMATS["count"]})
    return chart


def _shown(table: Table, row: int, column: int) -> str:
    value = table.rows[row][column]
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:,.2f}" if table.kind(row, column) != "count" else f"{value:,}"


def _halves(name: str) -> Sequence[str]:
    """A head may break into two lines."""
    return (name,) if len(name) < 5 else (name[: (len(name) + 1) // 2 + 1],)


def _width(text: str) -> int:
    """Columns that a text takes: two for a Chinese character."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
