"""Tables of teams and agents: scores and their distribution, what customers answered, appeals and on-site items."""

from collections.abc import Sequence
from typing import Any

from qa.reports.figures import BIN_POINTS, BINS, Answers, Group, Report
from qa.reports.table import COUNTS, Kind, Table, counts, difference, named, per_hundred, points, share
from qa.reports.words import Lang, word
from qa.store.measures import LOW_RATING

TOP = 3
_GROUP_KINDS: tuple[Kind, ...] = ("count", "count", "share", "score", "score", "change", "points", "rate")


def _group_columns(lang: Lang, grades: Sequence[str]) -> list[str]:
    keys = ("calls", "scored", "coverage", "mean", "former", "change", "points", "per_hundred")
    return [
        *(word(f"col.{key}", lang) for key in keys),
        *(word("col.grade", lang, grade=grade) for grade in grades),
        *(word(f"col.{key}", lang) for key in COUNTS),
        word("col.top", lang),
    ]


def _group_values(group: Group, grades: Sequence[str]) -> list[Any]:
    tally = group.tally
    return [
        tally.calls,
        tally.scored,
        share(tally.scored, tally.calls),
        tally.mean,
        group.former.mean,
        difference(tally.mean, group.former.mean, "score"),
        points(group.costs),
        per_hundred(group.costs, tally),
        *(tally.grades.get(grade, 0) for grade in grades),
        *(getattr(tally, key) for key in COUNTS),
        ";".join(f"{cost.name} −{cost.cents / 100:g}" for cost in group.costs[:TOP] if cost.cents),
    ]


def _group_kinds(grades: Sequence[str]) -> tuple[Kind, ...]:
    return (*_GROUP_KINDS, *counts(len(grades) + len(COUNTS)), "text")


def teams(report: Report, lang: Lang) -> Table:
    """One row a team, and all of them."""
    grades = sorted(report.total.tally.grades)
    rows = [(named(team.team, lang), *_group_values(team, grades)) for team in report.teams]
    total = (word("report.all", lang), *_group_values(report.total, grades))
    return Table(
        key="teams",
        title=word("table.teams", lang),
        columns=(word("col.team", lang), *_group_columns(lang, grades)),
        kinds=("text", *_group_kinds(grades)),
        rows=(*rows, total),
        sums=1,
    )


def agents(report: Report, lang: Lang) -> Table:
    """One row an agent in a team."""
    grades = sorted(report.total.tally.grades)
    return Table(
        key="agents",
        title=word("table.agents", lang),
        columns=(*(word(f"col.{key}", lang) for key in ("agent", "name", "team")), *_group_columns(lang, grades)),
        kinds=("text", "text", "text", *_group_kinds(grades)),
        rows=tuple(
            (named(a.agent_id, lang), a.agent_name or "", named(a.team, lang), *_group_values(a, grades))
            for a in report.agents
        ),
    )


def scores(report: Report, lang: Lang) -> Table:
    """How many calls got how many points."""
    groups = [report.total, *(report.teams if len(report.teams) > 1 else ())]
    heads = [word("report.all", lang), *(named(team.team, lang) for team in groups[1:])]
    labels = [f"{i * BIN_POINTS}–{(i + 1) * BIN_POINTS}" for i in range(BINS)]
    return Table(
        key="scores",
        title=word("table.scores", lang),
        columns=(word("col.bin", lang), *heads),
        kinds=("text", *counts(len(groups))),
        rows=tuple((label, *(group.tally.bins[i] for group in groups)) for i, label in enumerate(labels)),
        note=word("note.scores", lang),
    )


_ANSWERS = ("solved", "unsolved", "satisfied", "ordinary", "unsatisfied", "charged", "uncharged")


def answers(report: Report, lang: Lang) -> Table:
    """What customers answered when called back."""
    keys = ("followed", "rated", "rating", "low", *_ANSWERS)

    def values(found: Answers) -> tuple[Any, ...]:
        return (found.calls, found.rated, found.mean_rating, found.low, *(getattr(found, key) for key in _ANSWERS))

    groups = [
        *((named(a.team, lang), named(a.agent_id, lang), a.agent_name or "", a.answers) for a in report.agents),
        *((named(t.team, lang), word("report.all", lang), "", t.answers) for t in report.teams),
        (word("report.all", lang), word("report.all", lang), "", report.total.answers),
    ]
    return Table(
        key="answers",
        title=word("table.answers", lang),
        columns=tuple(word(f"col.{key}", lang) for key in ("team", "agent", "name", *keys)),
        kinds=("text", "text", "text", "count", "count", "score", *counts(8)),
        rows=tuple((*who, *values(found)) for *who, found in groups if found.calls),
        sums=sum(t.answers.calls > 0 for t in (*report.teams, report.total)),
        note=word("note.answers", lang, low=LOW_RATING),
    )


def people(report: Report, lang: Lang) -> Table:
    """Appeals, and what was seen on site."""
    ruled = ("accepted", "partly", "rejected", "withdrawn")
    keys = ("team", "agent", "name", "appeals", "appeals_open", *ruled, "onsite", "warnings", "onsite_points")

    def values(group: Group) -> tuple[Any, ...]:
        a, o = group.appeals, group.onsite
        return (a.submitted, a.open, *(getattr(a, key) for key in ruled), o.items, o.warnings, o.cents / 100)

    groups = [
        *((named(g.team, lang), named(g.agent_id, lang), g.agent_name or "", values(g)) for g in report.agents),
        (word("report.all", lang), word("report.all", lang), "", values(report.total)),
    ]
    return Table(
        key="people",
        title=word("table.people", lang),
        columns=tuple(word(f"col.{key}", lang) for key in keys),
        kinds=("text", "text", "text", *counts(8), "points"),
        rows=tuple((*who, *found) for *who, found in groups if any(found)),
        sums=int(any(values(report.total))),
        note=word("note.people", lang),
    )
