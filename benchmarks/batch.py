"""How a batch scales: over worker processes, over calls, over the length of a call.

    python -m benchmarks.batch --workers 1 2 --calls 12 --seconds 60
    python -m benchmarks.batch --workers 2 --calls 4 8 16 --seconds 20 60 180

Recordings are sample calls put end to end and cut to length. They are worked by the workers of `qa run` with so many
threads each; every combination `--repeat` times, in turn, so that other load falls on all alike. The pace is that
between the moment when every worker has finished its first call and the end: what starting costs is told apart.
"""

import argparse
import itertools
import os
import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.recordings import make_recordings
from qa.call import CallMeta
from qa.machine import cores
from qa.pipeline import Line
from qa.settings import PROJECT
from qa.sources import Source
from qa.workers import Job, work_all


@dataclass(frozen=True, slots=True)
class Timed:
    """One run: audio seconds worked after the start, wall and CPU seconds for them; the start; a worker's memory."""

    audio_s: float
    wall_s: float
    cpu_s: float
    start_s: float
    peak_mib: float


def children() -> Iterator[Path]:
    """The /proc folders of this process's children."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            yield stat.parent


def used() -> tuple[float, float]:
    """CPU seconds of all children that run, and the largest peak of memory among them in MiB."""
    cpu_s, peak_mib = 0.0, 0.0
    for child in children():
        try:
            fields = (child / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            peak = re.search(r"VmHWM:\s+(\d+)", (child / "status").read_text(encoding="utf-8"))
        except OSError:
            continue
        cpu_s += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        peak_mib = max(peak_mib, int(peak.group(1)) / 1024 if peak else 0.0)
    return cpu_s, peak_mib


def timed(paths: list[Path], seconds: float, workers: int, threads: int, line: Line, cache: Path) -> Timed:
    """Works the recordings."""
    jobs = [Job(Source.of_file(path), CallMeta(path.stem, ruleset="telecom")) for path in paths]
    line = Line(line.rules, line.model, line.profile, threads)
    began = time.monotonic()
    first_at, first_cpu_s, last_cpu_s, peak_mib = began, 0.0, 0.0, 0.0
    for done, finished in enumerate(work_all(jobs, line, workers, cache), start=1):
        assert finished.outcome.result.status == "scored", finished.outcome.result.error
        last_cpu_s, peak_mib = used()
        if done == workers:
            first_at, first_cpu_s = time.monotonic(), last_cpu_s
    wall_s = time.monotonic() - first_at
    return Timed((len(paths) - workers) * seconds, wall_s, last_cpu_s - first_cpu_s, first_at - began, peak_mib)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how a batch scales.")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--threads", type=int, default=0, help="of each worker; 0: cores by workers")
    parser.add_argument("--calls", type=int, nargs="+", default=[12])
    parser.add_argument("--seconds", type=float, nargs="+", default=[60.0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--profile", choices=("fast", "balanced", "careful"), default="balanced")
    parser.add_argument("--rules", type=Path, default=PROJECT / "rules")
    args = parser.parse_args()
    line = Line(args.rules.resolve(), None, args.profile)
    results: dict[tuple[int, int, int, float], list[Timed]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="batch-") as name:
        folder = Path(name)
        made = {s: make_recordings(folder / f"{s:g}", max(args.calls), s) for s in args.seconds}
        cases = list(itertools.product(args.calls, args.seconds, args.workers))
        for _ in range(args.repeat):
            for calls, seconds, workers in cases:
                threads = args.threads or max(1, cores() // workers)
                one = timed(made[seconds][:calls], seconds, workers, threads, line, folder / "cache")
                results[workers, threads, calls, seconds].append(one)
    print("workers threads calls  length   × real time  CPU s / audio s  start s  MiB a worker")
    for (workers, threads, calls, seconds), runs in results.items():
        pace = statistics.median(run.audio_s / run.wall_s for run in runs)
        cost = statistics.median(run.cpu_s / run.audio_s for run in runs)
        start = statistics.median(run.start_s for run in runs)
        peak = max(run.peak_mib for run in runs)
        line = f"{workers:7} {threads:7} {calls:5} {seconds:6.0f} s {pace:13.1f} {cost:16.4f} {start:8.1f} {peak:13.0f}"
        print(line)


if __name__ == "__main__":
    main()
