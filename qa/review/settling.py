"""What a call's score comes to once people have spoken: the machine's findings, their verdicts, one arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast

from qa.call import CallMeta, midnight
from qa.finding import Evidence, Finding
from qa.result import Scorecard
from qa.review.events import Deducted, Event, Judged, State
from qa.rules.scheme import Price
from qa.rules.tariff import Tariff
from qa.score import charge, total

OPEN = "请人工复核："
MARK = "#"


@dataclass(frozen=True, slots=True)
class ManualDeduction:
    """A deduction that a person entered, charged; `points` is 0 where `covered_by` paid for the same words."""

    seq: int
    item: str
    name: str
    clause: str
    points: float
    multiplier: float
    action: Deducted
    covered_by: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """A call's score as it counts, with the manual deductions that are in it."""

    card: Scorecard
    manual: tuple[ManualDeduction, ...]


def settle(machine: Scorecard, state: State, tariff: Tariff, meta: CallMeta) -> Settled:
    """Score the final verdicts afresh: machine's findings with people's verdicts in place, then what they entered.

    Pure; without events the machine's scorecard comes back as it is.
    """
    if not state.verdicts and not state.deductions:
        return Settled(machine, ())
    scheme, prices, items = tariff.scheme(meta.day), dict(tariff.prices(meta.day)), tariff.manual(meta.day)
    findings = tuple(_judged(_uncharged(f), state) for f in machine.findings)
    findings = _without_excluded(findings, prices)
    entered = _ranked(state)
    manual = tuple(_finding(event, id_, items[_deducted(event).item]) for id_, event in entered.items())
    prices |= {id_: items[_deducted(event).item] for id_, event in entered.items()}
    facts = {rule: _verdict(event).facts for rule, event in state.verdicts.items()}
    facts |= {id_: _deducted(event).facts for id_, event in entered.items()}
    charged = charge((*findings, *manual), prices, scheme, meta, facts)
    card = total(charged, prices, scheme, machine.answers, machine.metrics)
    named = {id_: target_of(event) for id_, event in entered.items()}
    charged = tuple(replace(f, covered_by=named.get(f.covered_by or "", f.covered_by)) for f in charged)
    added = (_deduction(entered[f.rule], f) for f in charged if f.rule in entered)
    return Settled(
        replace(card, findings=tuple(f for f in charged if f.rule not in entered)),
        tuple(sorted(added, key=lambda deduction: deduction.seq)),
    )


def target_of(deduction: Event) -> str:
    """How appeals name a manual deduction."""
    return f"{_deducted(deduction).item}{MARK}{deduction.seq}"


def _ranked(state: State) -> dict[str, Event]:
    """The manual deductions by an id that does not tell when they were entered: that must not change a score.

    The ids come after those of rules: of equal points for the same words, the machine's finding pays.
    """

    def place(event: Event) -> tuple[str, float, float, tuple[str, ...]]:
        action = _deducted(event)
        begins, ends = action.start_s, action.end_s
        return action.item, -1.0 if begins is None else begins, -1.0 if ends is None else ends, action.facts

    ordered = sorted(state.deductions, key=place)
    return {f"~{_deducted(event).item}{MARK}{rank:06}": event for rank, event in enumerate(ordered)}


def end_of(day: date) -> datetime:
    """The moment at which a local day is over."""
    return midnight(day + timedelta(days=1))


def _uncharged(finding: Finding) -> Finding:
    if finding.covered_by:
        finding = replace(finding, verdict="violated", covered_by=None)
    return replace(finding, points=0.0, multiplier=1.0) if finding.verdict == "violated" else finding


def _judged(finding: Finding, state: State) -> Finding:
    event = state.verdicts.get(finding.rule)
    if event is None:
        return finding
    action = _verdict(event)
    reason = f"人工复核：{action.reason}" if action.reason else finding.reason.removeprefix(OPEN)
    return replace(finding, verdict=action.verdict, confidence=1.0, reason=reason, count=0, points=0.0, multiplier=1.0)


def _without_excluded(findings: Sequence[Finding], prices: dict[str, Price]) -> tuple[Finding, ...]:
    """What another violated rule replaces (提前挂机 replaces 结束语) is not charged as well."""
    struck = {
        other: f.name
        for f in findings
        if f.verdict == "violated" and f.rule in prices
        for other in prices[f.rule].excludes
    }
    return tuple(
        replace(f, verdict="not_applicable", count=0, reason=f"不适用：由“{struck[f.rule]}”判定")
        if f.rule in struck and f.verdict in ("violated", "needs_review")
        else f
        for f in findings
    )


def _finding(event: Event, id_: str, item: Price) -> Finding:
    action = _deducted(event)
    heard: tuple[Evidence, ...] = ()
    if action.start_s is not None and action.end_s is not None:
        heard = (Evidence("agent", action.start_s, action.end_s, ""),)
    return Finding(id_, item.name, item.clause, "violated", 1.0, action.note, evidence=heard)


def _deduction(event: Event, finding: Finding) -> ManualDeduction:
    action = _deducted(event)
    return ManualDeduction(
        seq=event.seq,
        item=action.item,
        name=finding.name,
        clause=finding.clause,
        points=finding.points,
        multiplier=finding.multiplier,
        action=action,
        covered_by=finding.covered_by,
        by=event.by,
        at=event.at,
    )


def _verdict(event: Event) -> Judged:
    return cast(Judged, event.action)


def _deducted(event: Event) -> Deducted:
    return cast(Deducted, event.action)
