"""A report as one HTML file that needs no network and prints well: tables, and charts by plotly."""

import json
from html import escape
from importlib.resources import files
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from qa.reports.table import Document, Kind, Table
from qa.reports.words import word

FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"
INK, BAR, COST, GOOD, LINE = "#1c2733", "#0b5cad", "#b3261e", "#2e7d32", "#e3e9f0"
TOP_COSTS, TOP_TEAMS = 10, 15
SUM = ' class="sum"'
BAR_HEIGHT, HEIGHT = 26, 300
BESIDE = {"overview": ("trend", "scores"), "costs": ("costs", "causes"), "teams": ("teams",)}
"""Which charts stand under which table."""


def write_html(doc: Document) -> str:
    """The page. Charts are drawn in the browser from figures inside the file."""
    charts = {key: figure for key, figure in _figures(doc).items() if figure is not None}
    parts = [
        _section(table, doc, {k: charts[k] for k in BESIDE.get(table.key, ()) if k in charts}) for table in doc.tables
    ]
    style = files("qa.reports").joinpath("report.css").read_text(encoding="utf-8")
    lang = "zh-CN" if doc.lang == "zh" else "en"
    lines = "".join(f"<p>{escape(line)}</p>" for line in doc.lines)
    links = "".join(f'<a href="#{t.key}">{escape(t.title)}</a>' for t in doc.tables if t.rows)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(doc.title)}</title><style>{style}</style><script>{get_plotlyjs()}</script></head>"
        f"<body><header><h1>{escape(doc.title)}</h1>{lines}<nav>{links}</nav></header>"
        f"<main>{''.join(parts)}</main></body></html>"
    )


def _section(table: Table, doc: Document, charts: dict[str, go.Figure]) -> str:
    if not table.rows:
        return ""
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    drawn = "".join(_drawn(f"chart-{key}", word(f"chart.{key}", doc.lang), figure) for key, figure in charts.items())
    head = "".join(
        f'<th class="{table.kinds[i]}" scope="col">{escape(name)}</th>' for i, name in enumerate(table.columns)
    )
    plain = len(table.rows) - table.sums
    rows = "".join(f"<tr{'' if at < plain else SUM}>{_cells(table, at, row)}</tr>" for at, row in enumerate(table.rows))
    return (
        f'<section id="{table.key}"><h2>{escape(table.title)}</h2>{note}<div class="charts">{drawn}</div>'
        f'<div class="wide"><table class="{table.key}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _drawn(target: str, title: str, figure: go.Figure) -> str:
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><div id="{target}"></div></figure>'
        f"<script>{_script(target, figure)}</script>"
    )


def _cells(table: Table, at: int, row: tuple[Any, ...]) -> str:
    cells = []
    for column, value in enumerate(row):
        kind = table.kind(at, column)
        tone = "" if kind != "change" or not value else " up" if value > 0 else " down"
        cells.append(f'<td class="{kind}{tone}">{escape(shown(value, kind))}</td>')
    return "".join(cells)


def shown(value: Any, kind: Kind) -> str:
    """A value as people read it; a dash where it is not known."""
    if value is None:
        return "—"
    match kind:
        case "text":
            return str(value)
        case "count":
            return f"{value:,}"
        case "share":
            return f"{value:.1%}"
        case "change":
            return f"{value:+,.2f}".replace("-", "−") if round(value, 2) else "0.00"
        case "more":
            return f"{value:+,}".replace("-", "−") if value else "0"
        case "rate":
            return f"{value:.1f}"
        case _:
            return f"{value:,.2f}"


def _figures(doc: Document) -> dict[str, go.Figure | None]:
    trend, costs, causes = doc.table("trend"), doc.table("costs"), doc.table("causes")
    mean = trend.columns.index(word("col.mean", doc.lang))
    return {
        "trend": _trend(trend, mean) if any(row[mean] is not None for row in trend.rows) else None,
        "scores": _scores(doc.table("scores")),
        "costs": _bars(costs, 4, TOP_COSTS, COST, "{:,.1f}"),
        "causes": _bars(causes, 4, TOP_COSTS, None, "{:+.2f}"),
        "teams": _dots(doc.table("teams"), 4),
    }


def _trend(table: Table, mean: int) -> go.Figure:
    hover = f"%{{x}}<br>{table.columns[mean]} %{{y:.2f}}<br>{table.columns[1]} %{{customdata}}<extra></extra>"
    figure = go.Figure(
        go.Scatter(
            x=[row[0] for row in table.rows],
            y=[row[mean] for row in table.rows],
            mode="lines+markers",
            line={"color": BAR, "width": 2.5},
            customdata=[row[1] for row in table.rows],
            hovertemplate=hover,
        )
    )
    figure.update_xaxes(type="category", nticks=12)
    figure.update_yaxes(title=table.columns[mean], gridcolor=LINE)
    return _styled(figure, HEIGHT)


def _scores(table: Table) -> go.Figure | None:
    if not any(row[1] for row in table.rows):
        return None
    first = next(at for at, row in enumerate(table.rows) if row[1])
    rows = table.rows[min(first, len(table.rows) - 8) :]
    figure = go.Figure(go.Bar(x=[row[0] for row in rows], y=[row[1] for row in rows], marker_color=BAR))
    figure.update_xaxes(type="category", title=table.columns[0])
    figure.update_yaxes(gridcolor=LINE, rangemode="tozero")
    return _styled(figure, HEIGHT)


def _bars(table: Table, values: int, limit: int, colour: str | None, form: str) -> go.Figure | None:
    rows = [row for row in table.rows[:limit] if row[values] is not None]
    if not rows:
        return None
    figure = go.Figure(
        go.Bar(
            # An index keeps two rows of one name apart; the names are the ticks.
            y=list(range(len(rows))),
            x=[row[values] for row in rows],
            orientation="h",
            marker_color=colour or [COST if row[values] < 0 else GOOD for row in rows],
            text=[form.format(row[values]) for row in rows],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="text",
        )
    )
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(rows))), ticktext=[row[0] for row in rows], autorange="reversed"
    )
    low, high = min(0.0, *(row[values] for row in rows)), max(0.0, *(row[values] for row in rows))
    room = (high - low or 1.0) * 0.16
    figure.update_xaxes(visible=False, range=[low - room if low else 0.0, high + room])
    return _styled(figure, max(160, BAR_HEIGHT * len(rows) + 40))


def _dots(table: Table, values: int) -> go.Figure | None:
    """Means lie close together: points on an axis that need not begin at 0."""
    rows = [row for row in table.rows[:-1] if row[values] is not None][:TOP_TEAMS]
    if len(rows) < 2:
        return None
    figure = go.Figure(
        go.Scatter(
            x=[row[values] for row in rows],
            y=list(range(len(rows))),
            mode="markers+text",
            marker={"color": BAR, "size": 11},
            text=[f"{row[values]:.2f}" for row in rows],
            textposition="middle right",
            cliponaxis=False,
            hoverinfo="text",
        )
    )
    if (mean := table.rows[-1][values]) is not None:
        figure.add_vline(
            x=mean, line={"color": COST, "dash": "dot"}, annotation={"text": f"{table.rows[-1][0]} {mean:.2f}"}
        )
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(rows))), ticktext=[row[0] for row in rows], autorange="reversed"
    )
    figure.update_xaxes(gridcolor=LINE, title=table.columns[values])
    return _styled(figure, max(180, BAR_HEIGHT * len(rows) + 70))


def _styled(figure: go.Figure, height: int) -> go.Figure:
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 56, "t": 18, "b": 8},
        font={"family": FONT, "size": 12, "color": INK},
        bargap=0.3,
        showlegend=False,
        plot_bgcolor="#ffffff",
        paper_bgcolor="#ffffff",
    )


def _script(target: str, figure: go.Figure) -> str:
    plain = json.loads(figure.to_json() or "{}")
    data, layout = (json.dumps(plain[part], ensure_ascii=False).replace("</", "<\\/") for part in ("data", "layout"))
    drawn = f'Plotly.newPlot("{target}",{data},{layout},{{displayModeBar:false,responsive:true}})'
    # A chart takes its width from the page, which must be whole first.
    return f'addEventListener("DOMContentLoaded",()=>{drawn})'
