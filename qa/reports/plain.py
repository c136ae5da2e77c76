"""A report as one rectangular CSV table: the total, every team, every agent, all figures and each rule's points."""

import csv
from typing import IO, Any

from qa.files import safe_cell
from qa.reports.figures import Group, Report
from qa.reports.table import points

HEAD = ("period", "level", "team", "agent_id", "agent_name", "calls", "scored", "failed", "skipped", "mean_score")
MORE = ("former_mean_score", "points", "needs_review", "reviewed", "fatal", "complaints", "dissatisfied", "silent")
ANSWERS = ("follow_up_calls", "rated", "mean_rating", "solved", "unsolved", "appeals", "onsite", "onsite_points")


def write_csv(file: IO[str], report: Report) -> None:
    """Columns keep their English names whatever the language of a report, for other programs."""
    grades = sorted(report.total.tally.grades)
    rules = [cost.rule for cost in report.total.costs]
    writer = csv.writer(file)
    tail = [*(f"grade:{grade}" for grade in grades), *(f"points:{rule}" for rule in rules)]
    writer.writerow([*HEAD, *MORE, *ANSWERS, *tail])
    levels = (("total", (report.total,)), ("team", report.teams), ("agent", report.agents))
    for level, groups in levels:
        for group in groups:
            values = [report.period.label, level, *_values(group, grades, rules)]
            writer.writerow([safe_cell(value) for value in values])


def _values(group: Group, grades: list[str], rules: list[str]) -> list[Any]:
    tally, answers = group.tally, group.answers
    lost = {cost.rule: cost.cents / 100 for cost in group.costs}
    return [
        group.team,
        group.agent_id,
        group.agent_name,
        *(tally.calls, tally.scored, tally.failed, tally.skipped),
        *(_hundredths(tally.mean), _hundredths(group.former.mean), points(group.costs)),
        *(tally.needs_review, tally.reviewed, tally.fatal, tally.complaints, tally.dissatisfied, tally.silent),
        *(answers.calls, answers.rated, _hundredths(answers.mean_rating), answers.solved, answers.unsolved),
        *(group.appeals.submitted, group.onsite.items, group.onsite.cents / 100),
        *(tally.grades.get(grade, 0) for grade in grades),
        *(lost.get(rule, 0.0) for rule in rules),
    ]


def _hundredths(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
