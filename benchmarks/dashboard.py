"""What the dashboard's pages ask the store at size: `python -m benchmarks.dashboard --calls 1000000`.

The calls are made by plain SQL inserts: metadata, scorecards and the findings that matter (violated or left to a
person), no turns. Then each page's questions are asked as each role asks them, three times, and the CPU time is told
beside the wall time: on a machine with other work only the first means much.
"""

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text

from qa.access import Viewer, calls_of
from qa.call import LOCAL
from qa.reports.build import make_report
from qa.reports.period import period_of
from qa.store import queries, queues, trends
from qa.store.engine import open_store, reading, writing
from qa.store.filters import CallFilter
from qa.store.loading import load_result
from qa.store.saving import start_run
from qa.store.tables import CallRecord, FindingRecord, ScorecardRecord, TranscriptRecord

AGENTS, TEAMS, DAYS = 300, 20, 365
FIRST = date(2026, 1, 1)
RULES = tuple((f"rule-{at:02}", f"规则{at:02}", f"003 考核条例 {at}") for at in range(25))
BATCH = 20_000
VIEWERS = (
    Viewer("q", "q", ("qa_lead",)),
    Viewer("l", "l", ("shift_lead",), teams=("班组03",)),
    Viewer("a", "a", ("agent",), agent_id="0042"),
)


def rows(calls: int, seed: int) -> Iterator[tuple[dict[str, Any], ...]]:
    """(transcript, call, scorecard, findings …) of each call, the same for the same seed."""
    draw = random.Random(seed)
    start = datetime.combine(FIRST, datetime.min.time(), LOCAL)
    for at in range(calls):
        agent = draw.randrange(AGENTS)
        violated = draw.choices((0, 1, 2, 3), (55, 28, 12, 5))[0]
        doubted = draw.random() < 0.08
        score = max(0.0, 100.0 - sum(draw.choice((2, 3, 5, 10)) for _ in range(violated)))
        call_id, began = f"c{at:07}", start + timedelta(seconds=DAYS * 86400 * at / calls)
        transcript = {
            "key": f"{at:064}", "source": f"{at:064}", "engine": "base", "channels": "agent-left",
            "duration_s": 60.0 + draw.random() * 240, "speech_measured": True, "notes": [], "peaks_channels": 0,
            "created_at": began,
        }  # fmt: skip
        call = {
            "call_id": call_id, "agent_id": f"{agent:04}", "agent_name": f"坐席{agent}",
            "team": f"班组{agent % TEAMS:02}",
            "ruleset": "heating", "direction": "inbound", "started_at": began, "extra": {}, "status": "scored",
            "transcript_key": transcript["key"], "meta_sha256": "", "updated_at": began,
            "complaint": draw.random() < 0.01, "run_id": 1,
        }  # fmt: skip
        card = {
            "call_id": call_id, "run_id": 1, "score": score, "fatal": draw.random() < 0.001, "needs_review": doubted,
            "grade": "A" if score >= 95 else "B" if score >= 85 else "C" if score >= 70 else "D",
            "answers": {}, "metrics": {},
        }  # fmt: skip
        found = draw.sample(RULES, violated + doubted)
        findings = [
            {
                "call_id": call_id, "run_id": 1, "position": position, "rule": rule, "name": name, "clause": clause,
                "verdict": "violated" if position < violated else "needs_review", "confidence": 0.95, "reason": "",
                "count": int(position < violated), "points": 5.0 if position < violated else 0.0, "multiplier": 1.0,
                "right_wording": "",
            }
            for position, (rule, name, clause) in enumerate(found)
        ]  # fmt: skip
        yield transcript, call, card, *findings


def fill(engine: Engine, calls: int, seed: int) -> None:
    """Makes the calls."""
    with writing(engine) as session:
        start_run(session=session, command="run", total=calls)
    tables = (TranscriptRecord, CallRecord, ScorecardRecord, FindingRecord)
    batch: tuple[list[dict[str, Any]], ...] = ([], [], [], [])

    def store() -> None:
        with engine.begin() as connection:
            for table, values in zip(tables, batch, strict=True):
                if values:
                    connection.execute(insert(table), values)
                    values.clear()

    for at, (transcript, call, card, *findings) in enumerate(rows(calls, seed), start=1):
        for values, value in zip(batch, ([transcript], [call], [card], findings), strict=True):
            values.extend(value)
        if at % BATCH == 0:
            store()
    store()
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def questions(engine: Engine, viewer: Viewer) -> dict[str, Callable[[], object]]:
    """What each page asks, in one name a page."""
    mine = CallFilter(within=calls_of(viewer))
    team = None if mine.within.everything else (mine.within.teams or ("\0",))[0]
    month = period_of("month", FIRST + timedelta(days=180))
    agent = CallFilter(agent_id="0042", status="scored", within=mine.within)

    def ask(question: Callable[[Any], object]) -> Callable[[], object]:
        def asked() -> object:
            with reading(engine) as session:
                return question(session)

        return asked

    asked = {
        "calls: choices": ask(lambda s: queries.filter_choices(session=s, where=mine)),
        "calls: summary": ask(lambda s: queries.summary(session=s, where=mine)),
        "calls: first page": ask(lambda s: queries.list_calls(session=s, where=mine, limit=50)),
        "calls: lowest scores": ask(
            lambda s: queries.list_calls(session=s, where=mine, order_by="score", descending=False, limit=50)
        ),
        "agent: summary": ask(lambda s: queries.summary(session=s, where=agent)),
        "agent: by day": ask(lambda s: trends.means_by_day(session=s, where=agent, by_agent=False)),
        "call": ask(lambda s: load_result(session=s, call_id="c0000042")),
    }
    if "agent" not in viewer.roles:
        asked["board: a month"] = ask(lambda s: make_report(session=s, period=month, team=team))
        asked["desk: queue"] = ask(lambda s: queues.waiting(session=s, where=mine, limit=200))
        asked["desk: count"] = ask(lambda s: queues.count_waiting(session=s, where=mine))
    return asked


def main() -> None:
    """Makes the calls unless they are there, asks, and prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--db", help="an SQLAlchemy URL; an empty database is filled")
    given = parser.parse_args()
    url = given.db or f"sqlite:///{Path(tempfile.gettempdir()) / f'callqa-{given.calls}-{os.getpid()}.db'}"
    engine = open_store(url)
    with engine.connect() as connection:
        there = connection.execute(text("SELECT count(*) FROM call")).scalar_one()
    if not there:
        began = time.process_time()
        fill(engine, given.calls, given.seed)
        print(f"{given.calls} calls made in {time.process_time() - began:.0f} s of CPU: {url}")
    print("| role | question | CPU s | wall s |\n|---|---|---|---|")
    for viewer in VIEWERS:
        for name, ask in questions(engine, viewer).items():
            times = []
            for _ in range(3):
                cpu, wall = time.process_time(), time.perf_counter()
                ask()
                times.append((time.process_time() - cpu, time.perf_counter() - wall))
            cpu, wall = min(times)
            print(f"| {viewer.roles[0]} | {name} | {cpu:.3f} | {wall:.3f} |", flush=True)
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
