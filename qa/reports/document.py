"""A report in words: title, lines, and the tables that every format draws."""

from datetime import datetime, timedelta

from qa.reports.figures import Report
from qa.reports.groups import agents, answers, people, scores, teams
from qa.reports.table import Document
from qa.reports.tables import causes, costs, key_calls, overdue, overview, trend
from qa.reports.words import Lang, word


def document(report: Report, lang: Lang, made_at: datetime) -> Document:
    """The report in words. `made_at` is an aware time."""
    period = report.period
    last = period.end - timedelta(minutes=1)
    lines = [
        word("report.span", lang, start=f"{period.start:%Y-%m-%d %H:%M}", end=f"{last:%Y-%m-%d %H:%M}")
        + " · "
        + word("report.before", lang, label=period.before.label)
    ]
    if report.team is not None:
        lines.append(word("report.team", lang, team=report.team))
    if report.shift is not None and period.shift is None:
        lines.append(word("report.shift", lang, shift=report.shift))
    if not report.total.tally.calls:
        lines.append(word("report.empty", lang))
    if report.total.tally.needs_review:
        lines.append(word("report.provisional", lang))
    if report.undated:
        lines.append(word("report.undated", lang, count=report.undated))
    lines.append(word("report.made", lang, at=f"{made_at.astimezone(period.start.tzinfo):%Y-%m-%d %H:%M}"))
    title = word("report.title", lang, kind=word(f"kind.{period.kind}", lang), label=period.label)
    if report.overdue:
        lines.insert(0, word("report.overdue", lang, count=report.overdue))
    shown = [overview, teams, agents, costs, causes, trend, scores, answers, people, key_calls]
    if report.overdue:
        # What is late leads the hand-over of a shift.
        shown.insert(0 if period.shift else len(shown), overdue)
    return Document(lang, title, tuple(lines), tuple(make(report, lang) for make in shown))
