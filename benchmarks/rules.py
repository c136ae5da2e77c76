"""How fast stored calls are checked: calls a second with the whole `heating` set, and how that scales.

    python -m benchmarks.rules [--calls 4000] [--seconds 180] [--workers 1 2]

Calls are generated ones (see `generate`) of three minutes each: the middle of others that break no rule is put
into each. What a call brings from the store (turns, speech, syllables) is at hand; scoring it to a scorecard is timed.
"""

import argparse
import json
import os
import platform
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.generate import GeneratedCall, generate
from qa.call import Call, CallMeta, Speech, Turn
from qa.phonetics.packed import prepare
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet
from qa.score import score_call

RULES = Path(__file__).resolve().parents[1] / "rules"
WARM_UP, MIDDLES = 50, 5
DISTINCT = 500
"""Calls are made once and gone through again and again; nothing of a call is kept from one time to the next."""


def heating() -> RuleSet:
    """The rule set that is timed."""
    return load_rulebook(RULES).rulesets["heating"]


def long_calls(count: int, seconds: float, seed: int = 1) -> list[Call]:
    """Generated heating calls of about that length, with their syllables as the store keeps them."""
    found = (c for c in generate(100 * count + 100, seed) if c.row["ruleset"] == "heating")
    inbound = (c for c in found if c.row["direction"] == "inbound" and len(c.transcript["transcript"]) >= 8)
    middles: list[list[Turn]] = []
    calls: list[Call] = []
    for made in inbound:
        turns = _turns(made)
        if "violated" not in made.labels["labels"].values() and len(turns) > 6:
            middles = [turns[3:-3], *middles[: MIDDLES - 1]]
        if len(middles) == MIDDLES:
            calls.append(_stretched(made, turns, middles, seconds))
        if len(calls) == count:
            break
    return calls


def _turns(made: GeneratedCall) -> list[Turn]:
    return [Turn(t["role"], t["start"], t["end"], t["text"]) for t in made.transcript["transcript"]]


def _stretched(made: GeneratedCall, turns: list[Turn], middles: list[list[Turn]], seconds: float) -> Call:
    """The call with the middles of others after its third turn, until it is long enough."""
    row, at, grown = made.row, turns[2].end_s, list(turns[:3])
    shift = 0.0
    others = cycle(middles)
    while shift < seconds - made.transcript["duration_s"]:
        middle = next(others)
        grown += [_moved(t, at + 1.0 - middle[0].start_s + shift) for t in middle]
        shift += middle[-1].end_s - middle[0].start_s + 1.0
    grown += [_moved(t, shift) for t in turns[3:]]
    spans = tuple(Speech(t.role, t.start_s, t.end_s) for t in grown)
    meta = CallMeta(
        call_id=row["call_id"],
        agent_id=row["agent_id"],
        ruleset="heating",
        started_at=datetime.fromisoformat(row["started_at"]),
        ring_seconds=6.0,
        hangup_by=row["hangup_by"],
        complaint=row["complaint"] == "true",
    )
    blob = prepare([t.text for t in grown])
    return Call(meta, grown[-1].end_s + 1.0, "agent-left", tuple(grown), spans, phones=blob)


def _moved(turn: Turn, by: float) -> Turn:
    return replace(turn, start_s=round(turn.start_s + by, 2), end_s=round(turn.end_s + by, 2))


@lru_cache(maxsize=1)
def _ready(seconds: float) -> tuple[RuleSet, list[Call]]:
    ruleset, calls = heating(), long_calls(DISTINCT, seconds)
    for call in calls[:WARM_UP]:
        score_call(call, ruleset)
    return ruleset, calls


def _begin(seconds: float, together: Barrier) -> None:
    """Be ready, and wait until all are."""
    _ready(seconds)
    together.wait()


def timed(first: int, count: int, seconds: float, prepared: bool) -> tuple[float, float, int]:
    """When scoring `count` calls began and ended (monotonic seconds), and the peak memory in bytes."""
    ruleset, calls = _ready(seconds)
    began = time.monotonic()
    for i in range(first, first + count):
        call = calls[i % len(calls)]
        if not prepared:
            call = replace(call, phones=prepare([t.text for t in call.turns]))
        score_call(call, ruleset)
    return began, time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(calls: int, seconds: float, workers: int, prepared: bool = True) -> dict[str, float]:
    """Calls a second by so many processes, from the first that begins to the last that ends."""
    context = get_context("spawn")
    together = context.Barrier(workers)
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(seconds, together)) as pool:
        share = calls // workers
        tasks = [pool.submit(timed, worker * share, share, seconds, prepared) for worker in range(workers)]
        began, ended, memory = zip(*(task.result() for task in tasks), strict=True)
    count = share * workers
    return {
        "workers": workers,
        "calls": count,
        "calls a second": round(count / (max(ended) - min(began)), 1),
        "memory of all, MiB": round(sum(memory) / 2**20),
    }


def main(argv: Sequence[str] | None = None) -> None:
    """Print one line of JSON for every number of workers and calls."""
    parser = argparse.ArgumentParser(description="Calls a second of the rules, and their scaling.")
    parser.add_argument("--calls", type=int, default=4000)
    parser.add_argument("--seconds", type=float, default=180.0, help="length of a call")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args(argv)
    ruleset, calls = _ready(options.seconds)
    letters = sum(len(t.text) for c in calls for t in c.turns) / len(calls)
    length = sum(c.duration_s for c in calls) / len(calls)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{len(ruleset.rules)} rules; calls of {length:.0f} s and {letters:.0f} characters on average")
    for workers in options.workers:
        for part in (4, 2, 1):
            print(json.dumps(measure(options.calls // part, options.seconds, workers)))
    with_syllables = measure(options.calls // 4, options.seconds, options.workers[-1], prepared=False)
    print(json.dumps(with_syllables), "syllables found out anew")


if __name__ == "__main__":
    main()
