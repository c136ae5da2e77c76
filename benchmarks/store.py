"""A store of made-up calls of any size, to measure reports and pages: every table row a real run would write.

    python -m benchmarks.store --calls 100000 --agents 300 --month 2026-03 --db sqlite:///big.db

fills the month and the one before with as many calls each (`--months`). Scores follow from the findings, whose rates
differ by agent and drift from month to month, and from what inspectors deducted; there are appeals, on-site entries and
follow-up items. The same seed gives the same store.
"""

import argparse
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection
from sqlmodel import SQLModel

from qa.reports.period import Period, period_of
from qa.rules.loader import load_rulebook
from qa.rules.model import Rule
from qa.rules.scheme import Price, Scheme
from qa.store.engine import open_store, writing
from qa.store.saving import start_run

ROOT = Path(__file__).resolve().parent.parent
TEAMS = ("早班一组", "早班二组", "中班一组", "中班二组", "夜班一组", "回访组", "投诉组", "供暖组", "宽带组", "电信组")
SHIFTS = ((8, 16, "早班"), (16, 24, "中班"), (0, 8, "夜班"))
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "芳伟敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚"
BATCH = 2000
GRADES = (("A", 95), ("B", 85), ("C", 70), ("D", 0))
OUTCOMES = ("accepted", "partly", "rejected", "rejected", "withdrawn", None)
ATTITUDES = ("满意", "满意", "满意", "普通", "不满意")


def fill(url: str, *, calls: int, agents: int, period: Period, seed: int = 1, months: int = 2) -> None:
    """Adds `calls` calls to the period and to each of the `months` − 1 before it."""
    ruleset = load_rulebook(ROOT / "rules").rulesets["heating"]
    rules, scheme = ruleset.rules, ruleset.scheme
    with writing(open_store(url)) as session:
        run_id = start_run(session=session, command="run", total=calls * months)
        connection = session.connection()
        for back in range(months):
            draw = np.random.default_rng([seed, back])
            for start in range(0, calls, BATCH):
                many = min(BATCH, calls - start)
                rows = _rows(draw, rules, period, f"m{back}-{start:07d}", many, agents, back)
                _insert(connection, rows | _beside(draw, rows, scheme), run_id)
            _insert(connection, {"onsite": _onsite(draw, agents, period, scheme)}, run_id)
            period = period.before


def _insert(connection: Connection, rows: dict[str, list[dict[str, Any]]], run_id: int) -> None:
    for table, values in rows.items():
        if values:
            made = SQLModel.metadata.tables[table]
            run = {"run_id": run_id} if "run_id" in made.c else {}
            connection.execute(made.insert(), [row | run for row in values])


def _rows(
    draw: np.random.Generator, rules: tuple[Rule, ...], period: Period, prefix: str, many: int, agents: int, back: int
) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("call", "scorecard", "finding", "evidence")}
    seconds = draw.uniform(0, (period.end - period.start).total_seconds(), many)
    who = draw.integers(0, agents, many)
    chances = draw.random((many, len(rules)))
    skill = 0.4 + np.random.default_rng(7).gamma(4, 0.25, agents)
    base = np.random.default_rng(8).beta(1, 40, len(rules)) * (1 + 0.25 * back * np.sin(np.arange(len(rules))))
    odds = draw.random((many, 8))
    for i in range(many):
        call_id, agent, odd = f"{prefix}-{i:04d}", int(who[i]), odds[i]
        started = period.start + timedelta(seconds=int(seconds[i]))
        outbound, failed = odd[0] < 0.11, odd[1] < 0.004
        silent = not outbound and odd[2] < 0.03
        complaint = bool(odd[3] < 0.015)
        rows["call"].append(_call(call_id, agent, started, outbound, complaint, bool(odd[4] < 0.02), failed))
        if failed:
            continue
        lost, review = 0.0, False
        for position, rule in enumerate(rules):
            chance, limit = float(chances[i, position]), float(base[position] * skill[agent])
            verdict = "violated" if chance < limit else "needs_review" if chance < 1.3 * limit else "passed"
            if rule.id == "silent-call" and not silent:
                verdict = "not_applicable"
            if verdict == "violated" and rule.review_only:
                verdict = "needs_review"
            points = rule.points if verdict == "violated" else 0.0
            lost, review = lost + points, review or verdict == "needs_review"
            rows["finding"].append(_finding(call_id, position, rule, verdict, points, chance))
            if verdict in ("violated", "needs_review"):
                rows["evidence"].append(_evidence(call_id, position))
        rows["scorecard"].append(_card(call_id, max(0.0, 100 - lost), review, odd if outbound else None))
    return rows


def _beside(draw: np.random.Generator, rows: dict[str, list[dict[str, Any]]], scheme: Scheme) -> dict[str, list[Any]]:
    """What people did about some of these calls; a manual deduction is in the score."""
    calls = {call["call_id"]: call for call in rows["call"]}
    found: dict[str, list[Any]] = {"manual_deduction": [], "appeal": [], "follow_up": []}
    for card in rows["scorecard"]:
        call, odds = calls[card["call_id"]], draw.random(4)
        at = call["started_at"] + timedelta(days=1 + int(odds[3] * 5))
        if odds[0] < 0.02:
            item = scheme.manual[int(odds[1] * len(scheme.manual))]
            found["manual_deduction"].append(_manual(card["call_id"], item, at))
            card["score"] = max(0.0, card["score"] - item.points)
            card["grade"] = next(grade for grade, least in GRADES if card["score"] >= least)
        if card["score"] < 95 and odds[2] < 0.01:
            found["appeal"].append(_appeal(call, OUTCOMES[int(odds[1] * len(OUTCOMES))], at))
        if call["complaint"]:
            found["follow_up"].append(_follow_up(call, odds[1] < 0.9, at))
    return found


def _manual(call_id: str, item: Price, at: datetime) -> dict[str, Any]:
    told = {"item": item.id, "name": item.name, "clause": item.clause, "points": item.points, "multiplier": 1.0}
    return {"call_id": call_id, "seq": 1, **told, "facts": [], "note": "复听发现", "by": "质检一", "at": at}


def _appeal(call: dict[str, Any], outcome: str | None, at: datetime) -> dict[str, Any]:
    state, closed_at = ("closed", at) if outcome else ("at_shift_lead", None)
    told = {"state": state, "outcome": outcome, "opened_at": call["started_at"], "closed_at": closed_at}
    return {"call_id": call["call_id"], "agent_id": call["agent_id"], **told, "due_on": None if outcome else at.date()}


def _follow_up(call: dict[str, Any], done: bool, due_at: datetime) -> dict[str, Any]:
    told = {"kind": "complaint", "subject": call["call_id"], "said": "", "priority": 1, "reasons": ["投诉"]}
    ended = {"state": "done" if done else "open", "closing_note": "已回电" if done else "", "reminders": 0}
    whose = {name: call[name] for name in ("call_id", "team", "agent_id")}
    return {**told, **ended, **whose, "opened_at": call["started_at"], "due_at": due_at}


def _onsite(draw: np.random.Generator, agents: int, period: Period, scheme: Scheme) -> list[dict[str, Any]]:
    """Two items an agent and month; of those with a warning before, every other one is a warning."""
    rows = []
    for place, (when, which) in enumerate(draw.random((2 * agents, 2))):
        item = scheme.onsite[int(which * len(scheme.onsite))]
        at, warning = period.start + when * (period.end - period.start), item.after_warning and place % 2 == 0
        told = {"item": item.id, "name": item.name, "clause": item.clause, "note": "", "by": "质检一"}
        shift = next(name for first, last, name in SHIFTS if first <= at.hour < last)
        whose = {"agent_id": f"{place // 2 + 3:03d}", "day": at.date(), "shift": shift, "at": at}
        rows.append({**told, **whose, "warning": warning, "points": 0.0 if warning else item.points})
    return rows


def _call(
    call_id: str, agent: int, started: datetime, outbound: bool, complaint: bool, dissatisfied: bool, failed: bool
) -> dict[str, Any]:
    name = SURNAMES[agent % len(SURNAMES)] + GIVEN[agent * 7 % len(GIVEN)]
    return {
        "call_id": call_id,
        "recording": f"{call_id}.wav",
        "agent_id": f"{agent + 3:03d}",
        "agent_name": name,
        "team": TEAMS[agent % len(TEAMS)],
        "shift": next(shift for first, last, shift in SHIFTS if first <= started.hour < last),
        "ruleset": "heating",
        "direction": "outbound" if outbound else "inbound",
        "started_at": started,
        "complaint": complaint,
        "dissatisfied": dissatisfied,
        "extra": {},
        "status": "failed" if failed else "scored",
        "error": "the file is empty; export it again" if failed else None,
        "meta_sha256": "",
        "ruleset_sha256": None if failed else "b" * 64,
        "updated_at": datetime.now(UTC),
    }


def _finding(call_id: str, position: int, rule: Rule, verdict: str, points: float, chance: float) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "position": position,
        "rule": rule.id,
        "name": rule.name,
        "clause": rule.clause,
        "verdict": verdict,
        "confidence": 0.97 if verdict == "violated" else 0.6 if verdict == "needs_review" else 1 - chance / 20,
        "reason": rule.reason,
        "count": int(verdict == "violated"),
        "points": points,
        "multiplier": 1.0,
        "right_wording": rule.right_wording,
        "covered_by": None,
    }


def _evidence(call_id: str, position: int) -> dict[str, Any]:
    said = {"role": "agent", "start_s": 1.5, "end_s": 4.0, "text": "您好,请问有什么问题?", "probability": 0.9}
    return {"call_id": call_id, "finding": position, "position": 0, **said}


def _card(call_id: str, score: float, review: bool, odd: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if odd is not None:
        answers = {"solved": bool(odd[5] < 0.9), "attitude": ATTITUDES[int(odd[6] * 5)], "charged": bool(odd[7] < 0.1)}
        answers["rating"] = None if odd[7] > 0.9 else 10 - int(odd[6] * odd[7] * 8)
    return {
        "call_id": call_id,
        "score": score,
        "fatal": False,
        "grade": next(grade for grade, least in GRADES if score >= least),
        "needs_review": review,
        "answers": answers,
        "metrics": {"silence_s": 4.2, "agent_chars_per_min": 250.0},
    }


def month_of(text: str) -> Period:
    """The month written as 2026-03."""
    return period_of("month", date.fromisoformat(f"{text}-01"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fill a store with made-up calls.")
    parser.add_argument("--calls", type=int, default=100_000, help="calls a month")
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--month", default="2026-03")
    parser.add_argument("--months", type=int, default=2, help="this month and those before")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", required=True)
    args = parser.parse_args()
    start = time.process_time()
    fill(
        args.db,
        calls=args.calls,
        agents=args.agents,
        period=month_of(args.month),
        seed=args.seed,
        months=args.months,
    )
    print(f"{args.calls * args.months} calls in {time.process_time() - start:.0f} s of CPU time")


if __name__ == "__main__":
    main()
