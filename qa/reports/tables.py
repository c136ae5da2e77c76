"""Tables of a report as a whole: overview, deductions and causes of change, trend, calls and items to look at."""

from typing import Any

from qa.followup.item import TITLES
from qa.reports.build import KEY_CALLS, OVERDUE
from qa.reports.figures import Report
from qa.reports.table import COUNTS, Kind, Table, difference, named, per_hundred, points, share
from qa.reports.words import Lang, word


def overview(report: Report, lang: Lang) -> Table:
    """The figures of the whole, beside those of the period before."""
    now, former = report.total.tally, report.total.former
    lost, lost_before = points(report.total.costs), points(report.former_costs)
    rows: list[tuple[str, Kind, Any, Any]] = [
        ("calls", "count", now.calls, former.calls),
        ("scored", "count", now.scored, former.scored),
        ("coverage", "share", share(now.scored, now.calls), share(former.scored, former.calls)),
        ("mean", "score", now.mean, former.mean),
        ("points", "points", lost, lost_before),
        ("per_hundred", "rate", per_hundred(report.total.costs, now), per_hundred(report.former_costs, former)),
        *((key, "count", getattr(now, key), getattr(former, key)) for key in (*COUNTS, "failed", "skipped")),
    ]
    own, was = report.total, (report.former_appeals, report.former_onsite)
    beside: list[tuple[str, Kind, Any, Any]] = [
        ("appeals", "count", own.appeals.submitted, was[0].submitted),
        ("onsite", "count", own.onsite.items, was[1].items),
        ("onsite_points", "points", own.onsite.cents / 100, was[1].cents / 100),
    ]
    grades = sorted(now.grades.keys() | former.grades.keys())
    told = [(word(f"col.{key}", lang), kind, a, b) for key, kind, a, b in rows]
    told += [(word("col.grade", lang, grade=g), "count", now.grades.get(g, 0), former.grades.get(g, 0)) for g in grades]
    told += [(word(f"col.{key}", lang), kind, a, b) for key, kind, a, b in beside]
    return Table(
        key="overview",
        title=word("table.overview", lang),
        columns=tuple(word(f"col.{key}", lang) for key in ("measure", "now", "former", "change")),
        kinds=("text", "score", "score", "change"),
        rows=tuple((name, a, b, difference(a, b, kind)) for name, kind, a, b in told),
        cell_kinds=tuple(("text", kind, kind, "more" if kind == "count" else "change") for _, kind, *_ in told),
    )


def costs(report: Report, lang: Lang) -> Table:
    """What was deducted, by clause."""
    former = {cost.rule: cost for cost in report.former_costs}
    all_points = points(report.total.costs)
    keys = ("rule", "clause", "hit_calls", "count", "points", "share", "former", "change", "needs_review")
    rows = []
    for cost in report.total.costs:
        lost, before = cost.cents / 100, former[cost.rule].cents / 100 if cost.rule in former else 0.0
        part = lost / all_points if all_points else 0.0
        rows.append((cost.name, cost.clause, cost.calls, cost.count, lost, part, before, lost - before, cost.review))
    return Table(
        key="costs",
        title=word("table.costs", lang),
        columns=tuple(word(f"col.{key}", lang) for key in keys),
        kinds=("text", "text", "count", "count", "points", "share", "points", "change", "count"),
        rows=tuple(rows),
        note=word("note.costs", lang),
    )


def causes(report: Report, lang: Lang) -> Table:
    """What changed the mean score."""
    now, former = report.total.tally.mean, report.total.former.mean
    known = now is not None and former is not None
    return Table(
        key="causes",
        title=word("table.causes", lang),
        columns=tuple(word(f"col.{key}", lang) for key in ("rule", "clause", "before", "after", "effect")),
        kinds=("text", "text", "rate", "rate", "change"),
        rows=tuple(
            (cause.name, cause.clause, cause.before, cause.after, cause.points)
            if cause.rule
            else (word("cause.rest", lang), "", None, None, cause.points)
            for cause in report.causes
        ),
        note=word("note.causes", lang, change=f"{now - former:+.2f}")
        if known and now is not None and former is not None
        else word("note.causes_none", lang),
    )


def trend(report: Report, lang: Lang) -> Table:
    """The period step by step."""
    keys = ("step", "calls", "scored", "mean", "needs_review", "fatal", "complaints", "silent")
    return Table(
        key="trend",
        title=word("table.trend", lang),
        columns=tuple(word(f"col.{key}", lang) for key in keys),
        kinds=("text", "count", "count", "score", "count", "count", "count", "count"),
        rows=tuple(
            (
                step.label,
                *(step.tally.calls, step.tally.scored, step.tally.mean, step.tally.needs_review),
                *(step.tally.fatal, step.tally.complaints, step.tally.silent),
            )
            for step in report.trend
        ),
    )


def overdue(report: Report, lang: Lang) -> Table:
    """Follow-up items that are late."""
    keys = ("due", "item", "clause", "urgent", "owner", "team", "agent", "call")
    return Table(
        key="overdue",
        title=word("table.overdue", lang),
        columns=tuple(word(f"col.{key}", lang) for key in keys),
        kinds=tuple("text" for _ in keys),
        rows=tuple(
            (
                f"{item.due_at:%Y-%m-%d %H:%M}",
                *TITLES[item.kind],
                ",".join(item.reasons) or "★" * item.priority,
                item.owner or "",
                *(named(item.team, lang), named(item.agent_id, lang), item.call_id or item.order_id or ""),
            )
            for item in report.overdue_items
        ),
        note=word("note.overdue", lang, limit=OVERDUE),
    )


def key_calls(report: Report, lang: Lang) -> Table:
    """Calls to look at first."""
    return Table(
        key="key_calls",
        title=word("table.key_calls", lang),
        columns=tuple(
            word(f"col.{key}", lang) for key in ("call", "at", "team", "agent", "score", "fatal", "complaints", "rule")
        ),
        kinds=("text", "text", "text", "text", "score", "text", "text", "text"),
        rows=tuple(
            (
                call.call_id,
                f"{call.started_at:%Y-%m-%d %H:%M}",
                *(named(call.team, lang), named(call.agent_id, lang), call.score),
                *(word("yes", lang) if flag else "" for flag in (call.fatal, call.complaint)),
                call.deductions,
            )
            for call in report.key_calls
        ),
        note=word("note.key_calls", lang, limit=KEY_CALLS),
    )
