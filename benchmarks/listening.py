"""How many violations a listening budget finds, against as many calls drawn blindly.

    python -m benchmarks.listening --n 5000 --violating 0.1 --budget 0.04 --seed 31

Calls come from `benchmarks.generate`: those whose labels hold a violation and those whose labels hold none are mixed so
that `--violating` of them hold one. What counts as a violation is the label, made with the clean text, never the
machine's verdict: one that the machine misses counts, and one that it only imagines does not. The queue sees the
machine's findings on the noisy text alone.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.accuracy import measure
from benchmarks.generate import GeneratedCall, generate
from qa.sampling.estimate import estimate
from qa.sampling.expected import violation_probability
from qa.sampling.plan import Candidate, Pick, listening

BATCH = 100


@dataclass(frozen=True, slots=True)
class Centre:
    """Calls as the queue sees them, and how many violations each really holds."""

    candidates: tuple[Candidate, ...]
    violations: dict[str, int]
    missed: dict[str, int]


def mixed(n: int, violating: float, seed: int, cer: float) -> Iterator[GeneratedCall]:
    """`n` generated calls of which a share `violating` holds a violation by its labels, in random order."""
    wanted = {True: round(n * violating), False: n - round(n * violating)}
    kept: dict[bool, list[GeneratedCall]] = {True: [], False: []}
    calls = generate(10**9, seed, cer)
    while any(len(kept[kind]) < wanted[kind] for kind in wanted):
        for call in islice(calls, BATCH):
            kind = violations(call.labels) > 0
            if len(kept[kind]) < wanted[kind]:
                kept[kind].append(call)
    together = kept[True] + kept[False]
    random.Random(seed).shuffle(together)
    return iter(together)


def violations(labels: dict[str, Any]) -> int:
    """Violated rules of a call by its labels."""
    return sum(verdict == "violated" for verdict in labels["labels"].values())


def centre(calls: Iterator[GeneratedCall], rules: Path, processes: int) -> Centre:
    """Scores the calls and puts what the machine expects beside what is true."""
    made = list(calls)
    measured = measure(made, rules, processes)
    candidates, missed = [], {}
    for call in made:
        call_id = call.labels["call_id"]
        findings = measured.results[call_id]["findings"]
        expected = sum(violation_probability(f["verdict"], f["confidence"]) for f in findings)
        candidates.append(Candidate(call_id, call.row["agent_id"], call.row["ruleset"], expected))
        said = {f["rule"]: f["verdict"] for f in findings}
        wrong = [rule for rule, verdict in call.labels["labels"].items() if verdict == "violated"]
        missed[call_id] = sum(said.get(rule) not in ("violated", "needs_review") for rule in wrong)
    return Centre(tuple(candidates), {call.labels["call_id"]: violations(call.labels) for call in made}, missed)


def found(picks: Sequence[Pick], truth: dict[str, int]) -> int:
    """Violations in the picked calls."""
    return sum(truth[pick.call_id] for pick in picks)


def main() -> None:
    parser = argparse.ArgumentParser(description="Violations found by a listening budget, against uniform sampling.")
    parser.add_argument("--n", type=int, default=5000)
    parser.add_argument("--violating", type=float, default=0.1, help="share of calls that hold a violation")
    parser.add_argument("--budget", type=float, default=0.04, help="share of calls that can be heard")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--cer", type=float, default=0.15)
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--draws", type=int, default=200, help="uniform samples to average over")
    args = parser.parse_args()
    made = centre(mixed(args.n, args.violating, args.seed, args.cer), args.rules, args.processes)
    report(made, round(args.n * args.budget), args.seed, args.draws)


def report(made: Centre, budget: int, seed: int, draws: int) -> None:
    """Prints the figures."""
    truth, all_calls = made.violations, len(made.candidates)
    plan = listening(made.candidates, budget, seed)
    by_way = {way: [p for p in plan if p.way == way] for way in ("guided", "uniform")}
    blind = [found(listening(made.candidates, budget, s, uniform_share=1.0), truth) for s in range(draws)]
    baseline = sum(blind) / len(blind)
    total, calls_with = sum(truth.values()), sum(count > 0 for count in truth.values())
    print(f"{all_calls} calls, {calls_with} with a violation, {total} violations; the machine misses", end=" ")
    print(f"{sum(made.missed.values())}; budget {budget} calls")
    print(f"queue: {found(plan, truth)} violations in {sum(truth[p.call_id] > 0 for p in plan)} calls")
    for way, picks in by_way.items():
        print(f"  {way}: {found(picks, truth)} violations in {len(picks)} calls; missed {found(picks, made.missed)}")
    print(f"uniform: {baseline:.1f} violations (mean of {draws} draws, {min(blind)} to {max(blind)})")
    print(f"ratio: {found(plan, truth) / baseline:.2f}")
    told = estimate(plan, {p.call_id: truth[p.call_id] for p in plan}, all_calls)
    print(f"estimate from the queue: {told.total:.0f} violations ({told.low:.0f}–{told.high:.0f}), true {total}")


if __name__ == "__main__":
    main()
