"""What people do about the calls of `benchmarks.store`: reviews, deductions, appeals, follow-ups, on-site items."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from qa.reports.period import Period
from qa.review.events import Action, Confirmed, Deducted, Judged, action_json
from qa.rules.scheme import Price, Scheme
from qa.store.machine import FINDING
from qa.store.verdicts import LOUD

GRADES = (("A", 95), ("B", 85), ("C", 70), ("D", 0))
SHIFTS = ((8, 16, "早班"), (16, 24, "中班"), (0, 8, "夜班"))
OUTCOMES = ("accepted", "partly", "rejected", "rejected", "withdrawn", None)
BY = "质检一"


def beside(draw: np.random.Generator, rows: dict[str, list[dict[str, Any]]], scheme: Scheme) -> dict[str, list[Any]]:
    """What people did about some of these calls; a manual deduction is in the score."""
    calls = {call["call_id"]: call for call in rows["call"]}
    loud: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in rows["finding"]:
        if finding["verdict"] in LOUD:
            loud[finding["call_id"]].append(finding)
    tables = ("manual_deduction", "review_event", "review_verdict", "appeal", "appeal_step", "follow_up")
    found: dict[str, list[Any]] = {table: [] for table in tables}
    for card in rows["scorecard"]:
        call, odds = calls[card["call_id"]], draw.random(4)
        at = call["started_at"] + timedelta(days=1 + int(odds[3] * 5))
        if odds[0] < 0.02:
            item = scheme.manual[int(odds[1] * len(scheme.manual))]
            found["manual_deduction"].append(_manual(card["call_id"], item, at))
            found["review_event"].append(_event(card["call_id"], 1, Deducted(item.id, note="复听发现"), at))
            card["score"] = max(0.0, card["score"] - item.points)
            card["grade"] = next(grade for grade, least in GRADES if card["score"] >= least)
        elif odds[0] < 0.07:
            actions = [_judged(finding, call["ruleset_sha256"]) for finding in loud[card["call_id"]]]
            for seq, action in enumerate((*actions, Confirmed()), start=1):
                found["review_event"].append(_event(card["call_id"], seq, action, at))
            found["review_verdict"] += [_verdict(card["call_id"], seq, each, at) for seq, each in enumerate(actions, 1)]
            card["needs_review"] = False
        card["gravity"] = None if odds[0] < 0.07 else _gravity(call, card)
        if card["score"] < 95 and odds[2] < 0.01:
            appeal = _appeal(call, OUTCOMES[int(odds[1] * len(OUTCOMES))], at)
            found["appeal"].append(appeal)
            found["appeal_step"] += _steps(appeal, [each["rule"] for each in loud[card["call_id"]]], at)
        if call["complaint"]:
            found["follow_up"].append(_follow_up(call, odds[1] < 0.9, at))
    return found


def _gravity(call: dict[str, Any], card: dict[str, Any]) -> int | None:
    return 2 if call["complaint"] else 1 if call["dissatisfied"] else 0 if card["needs_review"] else None


def _judged(finding: dict[str, Any], ruleset_sha256: str) -> Judged:
    """What was deducted is confirmed, what was open is passed: neither changes the score."""
    machine, confidence = finding["verdict"], finding["confidence"]
    if machine == "violated":
        return Judged(finding["rule"], "confirmed", machine, machine, confidence, ruleset_sha256=ruleset_sha256)
    finding["machine"] = {name: finding[name] for name in FINDING}
    finding["verdict"] = "passed"
    return Judged(finding["rule"], "overturned", "passed", machine, confidence, "误判", ruleset_sha256=ruleset_sha256)


def _event(call_id: str, seq: int, action: Action, at: datetime) -> dict[str, Any]:
    told = {"kind": action.kind, "by": BY, "at": at, "data": action_json(action)}
    return {"call_id": call_id, "seq": seq, **told}


def _verdict(call_id: str, seq: int, action: Judged, at: datetime) -> dict[str, Any]:
    names = ("rule", "decision", "verdict", "machine_verdict", "machine_confidence", "reason", "ruleset_sha256")
    told = {name: getattr(action, name) for name in names}
    return {"call_id": call_id, "seq": seq, **told, "facts": [], "by": BY, "at": at}


def _manual(call_id: str, item: Price, at: datetime) -> dict[str, Any]:
    told = {"item": item.id, "name": item.name, "clause": item.clause, "points": item.points, "multiplier": 1.0}
    return {"call_id": call_id, "seq": 1, **told, "facts": [], "note": "复听发现", "by": BY, "at": at}


def _appeal(call: dict[str, Any], outcome: str | None, at: datetime) -> dict[str, Any]:
    state, closed_at = ("closed", at) if outcome else ("at_shift_lead", None)
    told = {"state": state, "outcome": outcome, "opened_at": call["started_at"], "closed_at": closed_at}
    back, start, place = call["call_id"].lstrip("m").split("-")
    whose = {
        "id": int(back) * 10**7 + int(start) + int(place),
        "call_id": call["call_id"],
        "agent_id": call["agent_id"],
    }
    return {**whose, **told, "due_on": None if outcome else at.date()}


def _steps(appeal: dict[str, Any], targets: list[str], at: datetime) -> list[dict[str, Any]]:
    first = {"appeal_id": appeal["id"], "seq": 1, "kind": "submitted", "by": appeal["agent_id"], "at": at}
    steps = [first | {"reason": "客户说得不清楚", "data": {"targets": targets}}]
    if appeal["outcome"]:
        kind = "withdrawn" if appeal["outcome"] == "withdrawn" else "answered"
        steps.append(first | {"seq": 2, "kind": kind, "by": BY, "reason": "维持", "data": {"targets": []}})
    return steps


def _follow_up(call: dict[str, Any], done: bool, due_at: datetime) -> dict[str, Any]:
    told = {"kind": "complaint", "subject": call["call_id"], "said": "", "priority": 1, "reasons": ["投诉"]}
    ended = {"state": "done" if done else "open", "closing_note": "已回电" if done else "", "reminders": 0}
    whose = {name: call[name] for name in ("call_id", "team", "agent_id")}
    return {**told, **ended, **whose, "opened_at": call["started_at"], "due_at": due_at}


def onsite(draw: np.random.Generator, agents: int, period: Period, scheme: Scheme) -> list[dict[str, Any]]:
    """Two items an agent and month; of those with a warning before, every other one is a warning."""
    rows = []
    for place, (when, which) in enumerate(draw.random((2 * agents, 2))):
        item = scheme.onsite[int(which * len(scheme.onsite))]
        at, warning = period.start + when * (period.end - period.start), item.after_warning and place % 2 == 0
        told = {"item": item.id, "name": item.name, "clause": item.clause, "note": "", "by": BY}
        shift = next(name for first, last, name in SHIFTS if first <= at.hour < last)
        whose = {"agent_id": f"{place // 2 + 3:03d}", "day": at.date(), "shift": shift, "at": at}
        rows.append({**told, **whose, "warning": warning, "points": 0.0 if warning else item.points})
    return rows
