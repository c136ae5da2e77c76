"""A report in words: the tables that every format draws."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from qa.followup.item import TITLES
from qa.reports.build import KEY_CALLS, OVERDUE
from qa.reports.cube import LOW_RATING
from qa.reports.figures import BIN_POINTS, BINS, Answers, Cost, Group, Report, Tally
from qa.reports.words import Lang, word

Kind = Literal["text", "count", "score", "points", "share", "rate", "change", "more"]
"""How values look: whole numbers, two decimals, percentages, one decimal; differences of scores and of counts."""

TOP = 3


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `kinds` has an entry a column; in the overview each row has its own, `cell_kinds`."""

    key: str
    title: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    cell_kinds: tuple[tuple[Kind, ...], ...] = ()

    def kind(self, row: int, column: int) -> Kind:
        """How a cell looks."""
        return self.cell_kinds[row][column] if self.cell_kinds else self.kinds[column]


@dataclass(frozen=True, slots=True)
class Document:
    """A worded report: title, lines under it, tables in order; the first one is the overview."""

    lang: Lang
    title: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]

    def table(self, key: str) -> Table:
        """One table by its key. Raises KeyError where the report has none."""
        found = next((table for table in self.tables if table.key == key), None)
        if found is None:
            raise KeyError(key)
        return found


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
    shown = [_overview, _teams, _agents, _costs, _causes, _trend, _scores, _answers, _people, _key_calls]
    if report.overdue:
        # What is late leads the hand-over of a shift.
        shown.insert(0 if period.shift else len(shown), _overdue)
    return Document(lang, title, tuple(lines), tuple(make(report, lang) for make in shown))


def points(costs: Iterable[Cost]) -> float:
    """Points lost together."""
    return sum(cost.cents for cost in costs) / 100


def _overview(report: Report, lang: Lang) -> Table:
    now, former = report.total.tally, report.total.former
    lost, lost_before = points(report.total.costs), points(report.former_costs)
    rows: list[tuple[str, Kind, Any, Any]] = [
        ("calls", "count", now.calls, former.calls),
        ("scored", "count", now.scored, former.scored),
        ("coverage", "share", _share(now.scored, now.calls), _share(former.scored, former.calls)),
        ("mean", "score", now.mean, former.mean),
        ("points", "points", lost, lost_before),
        ("per_hundred", "rate", _per_hundred(report.total.costs, now), _per_hundred(report.former_costs, former)),
        *((key, "count", getattr(now, key), getattr(former, key)) for key in (*_COUNTS, "failed", "skipped")),
    ]
    own = report.total
    beside: list[tuple[str, Kind, Any]] = [
        ("appeals", "count", own.appeals.submitted),
        ("onsite", "count", own.onsite.items),
        ("onsite_points", "points", own.onsite.cents / 100),
    ]
    grades = sorted(now.grades.keys() | former.grades.keys())
    told = [(word(f"col.{key}", lang), kind, a, b) for key, kind, a, b in rows]
    told += [(word("col.grade", lang, grade=g), "count", now.grades.get(g, 0), former.grades.get(g, 0)) for g in grades]
    told += [(word(f"col.{key}", lang), kind, value, None) for key, kind, value in beside]
    return Table(
        key="overview",
        title=word("table.overview", lang),
        columns=tuple(word(f"col.{key}", lang) for key in ("measure", "now", "former", "change")),
        kinds=("text", "score", "score", "change"),
        rows=tuple((name, a, b, _difference(a, b, kind)) for name, kind, a, b in told),
        cell_kinds=tuple(("text", kind, kind, "more" if kind == "count" else "change") for _, kind, *_ in told),
    )


_COUNTS = ("needs_review", "reviewed", "fatal", "complaints", "dissatisfied", "silent")
_GROUP_KINDS: tuple[Kind, ...] = ("count", "count", "share", "score", "score", "change", "points", "rate")


def _group_columns(lang: Lang, grades: Sequence[str]) -> list[str]:
    keys = ("calls", "scored", "coverage", "mean", "former", "change", "points", "per_hundred")
    return [
        *(word(f"col.{key}", lang) for key in keys),
        *(word("col.grade", lang, grade=grade) for grade in grades),
        *(word(f"col.{key}", lang) for key in _COUNTS),
        word("col.top", lang),
    ]


def _group_values(group: Group, grades: Sequence[str]) -> list[Any]:
    tally = group.tally
    return [
        tally.calls,
        tally.scored,
        _share(tally.scored, tally.calls),
        tally.mean,
        group.former.mean,
        _difference(tally.mean, group.former.mean, "score"),
        points(group.costs),
        _per_hundred(group.costs, tally),
        *(tally.grades.get(grade, 0) for grade in grades),
        *(getattr(tally, key) for key in _COUNTS),
        ";".join(f"{cost.name} −{cost.cents / 100:g}" for cost in group.costs[:TOP] if cost.cents),
    ]


def _group_kinds(grades: Sequence[str]) -> tuple[Kind, ...]:
    return (*_GROUP_KINDS, *_counts(len(grades) + len(_COUNTS)), "text")


def _teams(report: Report, lang: Lang) -> Table:
    grades = sorted(report.total.tally.grades)
    rows = [(_named(team.team, lang), *_group_values(team, grades)) for team in report.teams]
    total = (word("report.all", lang), *_group_values(report.total, grades))
    return Table(
        key="teams",
        title=word("table.teams", lang),
        columns=(word("col.team", lang), *_group_columns(lang, grades)),
        kinds=("text", *_group_kinds(grades)),
        rows=(*rows, total),
    )


def _agents(report: Report, lang: Lang) -> Table:
    grades = sorted(report.total.tally.grades)
    return Table(
        key="agents",
        title=word("table.agents", lang),
        columns=(*(word(f"col.{key}", lang) for key in ("agent", "name", "team")), *_group_columns(lang, grades)),
        kinds=("text", "text", "text", *_group_kinds(grades)),
        rows=tuple(
            (_named(a.agent_id, lang), a.agent_name or "", _named(a.team, lang), *_group_values(a, grades))
            for a in report.agents
        ),
    )


def _costs(report: Report, lang: Lang) -> Table:
    former = {cost.rule: cost for cost in report.former_costs}
    all_points = points(report.total.costs)
    keys = ("rule", "clause", "hit_calls", "count", "points", "share", "former", "change", "needs_review")
    rows = []
    for cost in report.total.costs:
        lost, before = cost.cents / 100, former[cost.rule].cents / 100 if cost.rule in former else 0.0
        share = lost / all_points if all_points else 0.0
        rows.append((cost.name, cost.clause, cost.calls, cost.count, lost, share, before, lost - before, cost.review))
    return Table(
        key="costs",
        title=word("table.costs", lang),
        columns=tuple(word(f"col.{key}", lang) for key in keys),
        kinds=("text", "text", "count", "count", "points", "share", "points", "change", "count"),
        rows=tuple(rows),
        note=word("note.costs", lang),
    )


def _causes(report: Report, lang: Lang) -> Table:
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


def _trend(report: Report, lang: Lang) -> Table:
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


def _scores(report: Report, lang: Lang) -> Table:
    groups = [report.total, *(report.teams if len(report.teams) > 1 else ())]
    heads = [word("report.all", lang), *(_named(team.team, lang) for team in groups[1:])]
    labels = [f"{i * BIN_POINTS}–{(i + 1) * BIN_POINTS}" for i in range(BINS)]
    return Table(
        key="scores",
        title=word("table.scores", lang),
        columns=(word("col.bin", lang), *heads),
        kinds=("text", *_counts(len(groups))),
        rows=tuple((label, *(group.tally.bins[i] for group in groups)) for i, label in enumerate(labels)),
        note=word("note.scores", lang),
    )


_ANSWERS = ("solved", "unsolved", "satisfied", "ordinary", "unsatisfied", "charged", "uncharged")


def _answers(report: Report, lang: Lang) -> Table:
    keys = ("followed", "rated", "rating", "low", *_ANSWERS)

    def values(found: Answers) -> tuple[Any, ...]:
        return (found.calls, found.rated, found.mean_rating, found.low, *(getattr(found, key) for key in _ANSWERS))

    groups = [
        *((_named(a.team, lang), _named(a.agent_id, lang), a.agent_name or "", a.answers) for a in report.agents),
        *((_named(t.team, lang), word("report.all", lang), "", t.answers) for t in report.teams),
        (word("report.all", lang), word("report.all", lang), "", report.total.answers),
    ]
    return Table(
        key="answers",
        title=word("table.answers", lang),
        columns=tuple(word(f"col.{key}", lang) for key in ("team", "agent", "name", *keys)),
        kinds=("text", "text", "text", "count", "count", "score", *_counts(8)),
        rows=tuple((*who, *values(found)) for *who, found in groups if found.calls),
        note=word("note.answers", lang, low=LOW_RATING),
    )


def _people(report: Report, lang: Lang) -> Table:
    ruled = ("accepted", "partly", "rejected", "withdrawn")
    keys = ("team", "agent", "name", "appeals", "appeals_open", *ruled, "onsite", "warnings", "onsite_points")

    def values(group: Group) -> tuple[Any, ...]:
        a, o = group.appeals, group.onsite
        return (a.submitted, a.open, *(getattr(a, key) for key in ruled), o.items, o.warnings, o.cents / 100)

    groups = [
        *((_named(g.team, lang), _named(g.agent_id, lang), g.agent_name or "", values(g)) for g in report.agents),
        (word("report.all", lang), word("report.all", lang), "", values(report.total)),
    ]
    return Table(
        key="people",
        title=word("table.people", lang),
        columns=tuple(word(f"col.{key}", lang) for key in keys),
        kinds=("text", "text", "text", *_counts(8), "points"),
        rows=tuple((*who, *found) for *who, found in groups if any(found)),
        note=word("note.people", lang),
    )


def _overdue(report: Report, lang: Lang) -> Table:
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
                *(_named(item.team, lang), _named(item.agent_id, lang), item.call_id or item.order_id or ""),
            )
            for item in report.overdue_items
        ),
        note=word("note.overdue", lang, limit=OVERDUE),
    )


def _key_calls(report: Report, lang: Lang) -> Table:
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
                *(_named(call.team, lang), _named(call.agent_id, lang), call.score),
                *(word("yes", lang) if flag else "" for flag in (call.fatal, call.complaint)),
                call.deductions,
            )
            for call in report.key_calls
        ),
        note=word("note.key_calls", lang, limit=KEY_CALLS),
    )


def _counts(columns: int) -> tuple[Kind, ...]:
    return tuple("count" for _ in range(columns))


def _named(name: str | None, lang: Lang) -> str:
    return name or word("report.none", lang)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _per_hundred(costs: Iterable[Cost], tally: Tally) -> float | None:
    return 100 * sum(cost.count for cost in costs) / tally.scored if tally.scored else None


def _difference(now: float | None, former: float | None, kind: Kind) -> float | None:
    """Percentages differ in points of a hundred."""
    if now is None or former is None:
        return None
    return (now - former) * (100 if kind == "share" else 1)
