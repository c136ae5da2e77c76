"""How long a month's report takes and how much memory, and that its totals are those of plain SQL.

    python -m benchmarks.store --calls 100000 --agents 300 --month 2026-03 --db sqlite:///big.db
    python -m benchmarks.reports --month 2026-03 --db sqlite:///big.db

Each format is written by a fresh `qa report`, as a user would; time is CPU and wall, memory the largest resident set.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.store import month_of
from qa.reports.build import make_report
from qa.store.engine import open_store, reading

FORMATS = ("xlsx", "html", "csv")
DATED = "c.started_at >= :start AND c.started_at < :end"
SCORES = "FROM call c LEFT JOIN scorecard s ON s.call_id = c.call_id AND s.run_id = c.run_id WHERE"
LOST = (
    "SELECT SUM(f.points) FROM finding f JOIN call c ON c.call_id = f.call_id AND c.run_id = f.run_id "
    "WHERE f.verdict = 'violated' AND",
    "SELECT SUM(m.points) FROM manual_deduction m JOIN call c ON c.call_id = m.call_id WHERE",
)
ONSITE = "SELECT COUNT(*), SUM(points) FROM onsite WHERE day >= :start AND day < :end AND withdrawn_at IS NULL"
APPEALS = "SELECT COUNT(*) FROM appeal a JOIN call c ON c.call_id = a.call_id WHERE"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of a month's report.")
    parser.add_argument("--month", default="2026-03")
    parser.add_argument("--db", required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind in FORMATS:
            out = Path(folder) / f"report.{kind}"
            command = [sys.executable, "-m", "qa", "report", "--period", "month", "--date", f"{args.month}-01"]
            started = time.monotonic()
            child = subprocess.Popen([*command, "--format", kind, "--out", str(out), "--db", args.db])
            _, status, usage = os.wait4(child.pid, 0)
            took, cpu = time.monotonic() - started, usage.ru_utime + usage.ru_stime
            print(f"{kind}: {cpu:.1f} s of CPU, {took:.1f} s wall, {usage.ru_maxrss / 1024:.0f} MB, status {status}")
    compare(args.db, args.month)


def compare(db: str, month: str) -> None:
    """Totals of the report beside those of plain SQL."""
    period = month_of(month)
    with reading(open_store(db)) as session:
        total = make_report(session=session, period=period).total
        span: dict[str, Any] = {"start": period.start.astimezone(UTC), "end": period.end.astimezone(UTC)}
        if session.get_bind().dialect.name == "sqlite":
            span = {name: f"{at:%Y-%m-%d %H:%M:%S.%f}" for name, at in span.items()}
        calls, score = session.execute(text(f"SELECT COUNT(*), SUM(s.score) {SCORES} {DATED}"), span).one()
        asked = (calls, score, sum(session.execute(text(f"{query} {DATED}"), span).scalar_one() or 0 for query in LOST))
        days = {"start": period.start.date().isoformat(), "end": period.end.date().isoformat()}
        onsite = session.execute(text(ONSITE), days).one()
        appeals = session.execute(text(f"{APPEALS} {DATED}"), span).scalar_one()
    told = (total.tally.calls, total.tally.score_cents / 100, sum(cost.cents for cost in total.costs) / 100)
    beside = (total.onsite.items, total.onsite.cents / 100, total.appeals.submitted)
    print(f"calls, scores, points: report {told}, SQL {asked}")
    print(f"on-site items, their points, appeals: report {beside}, SQL {(*onsite, appeals)}")
    assert told == asked and beside == (*onsite, appeals)


if __name__ == "__main__":
    main()
