"""A store of made-up calls of any size, to measure reports and pages: every row a run would write but for the turns.

    python -m benchmarks.store --calls 100000 --agents 300 --month 2026-03 --db sqlite:///big.db

fills the month and the one before with as many calls each (`--months`). Scores follow from the findings, whose rates
differ by agent and drift from month to month, and from what inspectors deducted; there is what people do beside it
(`benchmarks.deeds`). What was said is added by `benchmarks.search`. The same seed gives the same store.
"""

import argparse
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, text, true
from sqlmodel import SQLModel

from benchmarks.deeds import GRADES, SHIFTS, beside, onsite
from qa.reports.period import Period, period_of
from qa.rules.loader import load_rulebook
from qa.rules.model import Rule, RuleSet
from qa.sampling.expected import violation_probability
from qa.store.engine import open_store, writing
from qa.store.saving import finish_run, start_run
from qa.store.sums import mark
from qa.store.tariffs import keep_tariffs

ROOT = Path(__file__).resolve().parent.parent
TEAMS = ("早班一组", "早班二组", "中班一组", "中班二组", "夜班一组", "回访组", "投诉组", "供暖组", "宽带组", "电信组")
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡", "芳伟敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚"
BATCH, NIGHT = 2000, 10_000
CALLERS, PROVISIONAL = 200_000, timedelta(days=3)
ATTITUDES = ("满意", "满意", "满意", "普通", "不满意")


def fill(url: str, *, calls: int, agents: int, period: Period, seed: int = 1, months: int = 2) -> None:
    """Adds `calls` calls to the period and to each of the `months` − 1 before it, by runs of a night."""
    engine = open_store(url)
    ruleset = load_rulebook(ROOT / "rules").rulesets["heating"]
    for back in range(months):
        draw = np.random.default_rng([seed, back])
        for night in range(0, calls, NIGHT):
            ends = min(calls, night + NIGHT)
            with writing(engine) as session:
                keep_tariffs(session=session, rulesets=(ruleset,))
                run_id = start_run(session=session, command="run", total=ends - night)
                for start in range(night, ends, BATCH):
                    many = min(BATCH, ends - start)
                    rows = _rows(draw, ruleset, period, f"m{back}-{start:07d}", many, agents, back)
                    _insert(session.connection(), rows | beside(draw, rows, ruleset.scheme), run_id)
                finish_run(session=session, run_id=run_id)
        with writing(engine) as session:
            _insert(session.connection(), {"onsite": onsite(draw, agents, period, ruleset.scheme)}, 0)
        period = period.before
    with writing(engine) as session:
        mark(session=session, where=true())
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _insert(connection: Connection, rows: dict[str, list[dict[str, Any]]], run_id: int) -> None:
    for table, values in rows.items():
        if values:
            made = SQLModel.metadata.tables[table]
            run = {"run_id": run_id} if "run_id" in made.c else {}
            connection.execute(made.insert(), [row | run for row in values])


def _rows(
    draw: np.random.Generator, ruleset: RuleSet, period: Period, prefix: str, many: int, agents: int, back: int
) -> dict[str, list[dict[str, Any]]]:
    rules = ruleset.rules
    tables = ("transcript", "call", "run_item", "scorecard", "finding", "evidence")
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
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
        call = _call(call_id, agent, started, outbound, complaint, bool(odd[4] < 0.02), failed)
        call["caller"] = f"{int(odd[5] * CALLERS):012d}"
        rows["call"].append(call)
        rows["run_item"].append(_item(call, audio_s=60 + 240 * float(odd[7])))
        if failed:
            continue
        rows["transcript"].append(_transcript(call, duration_s=60 + 240 * float(odd[7])))
        call |= {"transcript_key": call_id, "ruleset_sha256": ruleset.sha256}
        lost, review, expected = 0.0, False, 0.0
        for position, rule in enumerate(rules):
            chance, limit = float(chances[i, position]), float(base[position] * skill[agent])
            verdict = "violated" if chance < limit else "needs_review" if chance < 1.3 * limit else "passed"
            if rule.id == "silent-call" and not silent:
                verdict = "not_applicable"
            if verdict == "violated" and rule.review_only:
                verdict = "needs_review"
            points = rule.points if verdict == "violated" else 0.0
            lost, review = lost + points, review or verdict == "needs_review"
            finding = _finding(call_id, position, rule, verdict, points, chance)
            expected += violation_probability(finding["verdict"], finding["confidence"])
            rows["finding"].append(finding)
            if verdict in ("violated", "needs_review"):
                rows["evidence"].append(_evidence(call_id, position))
        card = _card(call_id, max(0.0, 100 - lost), review, odd if outbound else None)
        rows["scorecard"].append(card | {"provisional_until": started + PROVISIONAL, "expected": expected})
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
        "transcript_key": None,
        "ruleset_sha256": None,
        "qa_version": "0",
        "scored_at": started.isoformat(),
        "updated_at": datetime.now(UTC),
    }


def _item(call: dict[str, Any], audio_s: float) -> dict[str, Any]:
    whose = {name: call[name] for name in ("call_id", "status", "error")}
    failed = call["status"] == "failed"
    return {**whose, "work": "failed" if failed else "transcribed", "at": call["updated_at"], "audio_s": audio_s}


def _transcript(call: dict[str, Any], duration_s: float) -> dict[str, Any]:
    heard = {"engine": "base", "channels": "agent-left", "speech_measured": True, "notes": [], "peaks_channels": 0}
    key = call["call_id"]
    return {"key": key, "source": key, **heard, "duration_s": duration_s, "created_at": call["started_at"]}


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
        "machine": None,
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
