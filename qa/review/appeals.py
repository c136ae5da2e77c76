"""Appeals (申诉): agent → shift lead → QA lead, each with a deadline in working days, and one final ruling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from qa.call import LOCAL
from qa.errors import QaError
from qa.rules.scheme import Windows
from qa.rules.workdays import Workdays

State = Literal["at_shift_lead", "answered", "at_qa_lead", "closed"]
"""Who must act: the shift lead; the agent, who may go on to the QA lead or leave it; the QA lead; nobody."""
Kind = Literal["submitted", "answered", "escalated", "ruled", "withdrawn"]
Outcome = Literal["accepted", "partly", "rejected", "withdrawn"]


class AppealError(QaError):
    """An appeal that cannot go this way; the message says what can be done."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `targets` are the deductions appealed (`submitted`) or lifted (`answered`, `ruled`).

    A deduction is named by its rule, a manual one by `item#number`.
    """

    seq: int
    kind: Kind
    by: str
    at: datetime
    reason: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal as its steps left it.

    `due_on` is the last local day for who must act next; None once closed. `lifted` are the deductions that fell.
    """

    state: State
    targets: tuple[str, ...]
    lifted: tuple[str, ...]
    outcome: Outcome | None
    due_on: date | None
    closed_at: datetime | None

    def open_on(self, day: date) -> bool:
        """Whether anything may still come of it; an answer that the agent leaves for too long is the last word."""
        if self.state == "answered":
            return self.due_on is not None and day <= self.due_on
        return self.state != "closed"

    def marked(self, day: date) -> tuple[str, ...]:
        """The deductions that are in dispute on a day."""
        return tuple(t for t in self.targets if t not in self.lifted) if self.open_on(day) else ()


def fold_steps(steps: Sequence[Step], windows: Windows, workdays: Workdays) -> Appeal:
    """The appeal that steps lead to; the first must be its submission."""
    first = steps[0]
    appeal = Appeal("at_shift_lead", first.targets, (), None, _due(first, windows.shift_lead, workdays), None)
    for step in steps[1:]:
        lifted = tuple(dict.fromkeys((*appeal.lifted, *step.targets)))
        outcome = _outcome(appeal.targets, lifted)
        match step.kind:
            case "answered" if outcome != "accepted":
                due = _due(step, windows.escalate, workdays)
                appeal = Appeal("answered", appeal.targets, lifted, outcome, due, step.at)
            case "answered" | "ruled":
                appeal = Appeal("closed", appeal.targets, lifted, outcome, None, step.at)
            case "escalated":
                due = _due(step, windows.qa_lead, workdays)
                appeal = Appeal("at_qa_lead", appeal.targets, lifted, appeal.outcome, due, None)
            case "withdrawn":
                appeal = Appeal("closed", appeal.targets, lifted, "withdrawn", None, step.at)
    return appeal


def check_submission(targets: Sequence[str], deductions: Sequence[str], decided: Sequence[str]) -> None:
    """Raises AppealError unless every target is a deduction of the call on which no appeal was decided before."""
    if not targets:
        raise AppealError("an appeal names at least one deduction; choose what it is about")
    for target in targets:
        if target in decided:
            raise AppealError(f"{target}: was appealed before; an appeal has one final ruling")
        if target not in deductions:
            raise AppealError(f"{target}: is no deduction of this call; choose one of {', '.join(deductions) or '–'}")


def check_step(appeal: Appeal, kind: Kind, day: date, lifted: Sequence[str] = ()) -> None:
    """Raises AppealError where a step cannot follow on a day."""
    overdue = appeal.due_on is not None and day > appeal.due_on
    allowed: dict[Kind, bool] = {
        "submitted": False,
        "answered": appeal.state == "at_shift_lead",
        "escalated": (appeal.state == "answered" and not overdue) or (appeal.state == "at_shift_lead" and overdue),
        "ruled": appeal.state == "at_qa_lead",
        "withdrawn": appeal.open_on(day),
    }
    if not allowed[kind]:
        raise AppealError(f"an appeal that is {_told(appeal, overdue)} cannot be {kind}")
    if strange := [t for t in lifted if t not in appeal.targets]:
        raise AppealError(f"{', '.join(strange)}: not appealed; lift only what the appeal is about")


def _told(appeal: Appeal, overdue: bool) -> str:
    words = {
        "at_shift_lead": "with the shift lead",
        "answered": "answered",
        "at_qa_lead": "with the QA lead",
        "closed": "closed",
    }
    return words[appeal.state] + (f" and was due on {appeal.due_on}" if overdue else "")


def _due(step: Step, working_days: int, workdays: Workdays) -> date:
    return workdays.after(step.at.astimezone(LOCAL).date(), working_days)


def _outcome(targets: Sequence[str], lifted: Sequence[str]) -> Outcome:
    if not lifted:
        return "rejected"
    return "accepted" if set(lifted) >= set(targets) else "partly"
