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
COSTS = "FROM finding f JOIN call c ON c.call_id = f.call_id AND c.run_id = f.run_id WHERE f.verdict = 'violated' AND"


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
    """Totals of the report beside those of one plain SQL query."""
    period = month_of(month)
    with reading(open_store(db)) as session:
        total = make_report(session=session, period=period).total
        span: dict[str, Any] = {"start": period.start.astimezone(UTC), "end": period.end.astimezone(UTC)}
        if session.get_bind().dialect.name == "sqlite":
            span = {name: f"{at:%Y-%m-%d %H:%M:%S.%f}" for name, at in span.items()}
        calls, score = session.execute(text(f"SELECT COUNT(*), SUM(s.score) {SCORES} {DATED}"), span).one()
        points = session.execute(text(f"SELECT SUM(f.points) {COSTS} {DATED}"), span).scalar_one()
    lost = sum(cost.cents for cost in total.costs) / 100
    told, asked = (total.tally.calls, total.tally.score_cents / 100, lost), (calls, score, points)
    print(f"calls, scores, points: report {told}, SQL {asked}")
    assert told == asked


if __name__ == "__main__":
    main()
