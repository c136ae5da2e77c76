"""A batch that is killed again and again, to see that it loses nothing and doubles nothing.

    python -m benchmarks.kills --kills 200                      # SIGKILL at random instants
    python -m benchmarks.kills --kills 20 --how worker          # a worker process each time
    python -m benchmarks.kills --kills 5 --how locked           # the database held by somebody else
    python -m benchmarks.kills --kills 3 --how full             # the disk full (needs root: a small tmpfs)
    python -m benchmarks.kills --kills 200 --db postgresql+psycopg://…

Short recordings are cut from a sample call. `qa run` works them in a process of its own, which is started again after
every kill until there have been enough; then once more to its end. That process is forked from this one, which spares
it the loading of modules, in which there is nothing to lose.
"""

import argparse
import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from sqlalchemy import func, text
from sqlmodel import select

from qa.cli import main as qa
from qa.pipeline import load_rules
from qa.settings import PROJECT
from qa.store.engine import engine_for, reading, shown
from qa.store.tables import CallRecord, ClaimRecord, RunItemRecord, ScorecardRecord, TranscriptRecord

SAMPLE = PROJECT / "sample_data" / "clean" / "clean01.wav"
RATE = 8000


@dataclass(frozen=True, slots=True)
class Soak:
    """What is killed: `qa run` over a folder of so many recordings."""

    folder: Path
    calls: int
    db: str
    rules: Path
    workers: int = 1

    @property
    def command(self) -> list[str]:
        """The arguments of `qa`."""
        return [
            *("run", str(self.folder / "in"), "--db", self.db, "--rules", str(self.rules), "--profile", "fast"),
            *("--workers", str(self.workers), "--out", str(self.folder / "results.jsonl")),
        ]


def make_recordings(folder: Path, calls: int, seconds: float = 1.5) -> None:
    """So many recordings of a few words, of which no two have equal bytes."""
    folder.mkdir(parents=True)
    with av.open(str(SAMPLE)) as container:
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
        blocks = [piece.to_ndarray() for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    samples = np.concatenate(blocks, axis=1).reshape(-1, 2)[: int(seconds * RATE)].copy()
    for number in range(calls):
        samples[0, 0] = number
        with av.open(str(folder / f"k{number:04}.wav"), "w") as container:
            stream = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="stereo")
            frame.sample_rate = RATE
            container.mux([*stream.encode(frame), *stream.encode(None)])


def start(soak: Soak) -> int:
    """Starts `qa run` in a forked process; returns its id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        with (soak.folder / "log.txt").open("a", encoding="utf-8") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        qa(soak.command)
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    finally:
        os._exit(99)


def stored(soak: Soak) -> int:
    """The calls that are stored by now."""
    engine = engine_for(soak.db)
    try:
        with reading(engine) as session:
            return int(session.execute(select(func.count()).select_from(CallRecord)).scalar_one())
    except Exception:  # no table yet, or the file is locked: nothing to count
        return 0
    finally:
        engine.dispose()


def ended(pid: int) -> int | None:
    """The exit status of a process, None while it runs."""
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def until(pid: int, soak: Soak, draw: random.Random, startup_s: float) -> None:
    """Waits for a random instant: while the run starts up, or when some more calls have been stored and a bit more."""
    if draw.random() < 0.25:
        deadline = time.monotonic() + draw.uniform(0.0, startup_s)
        while time.monotonic() < deadline and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            time.sleep(0.005)
        return
    target = stored(soak) + draw.randint(1, 2)
    while stored(soak) < target and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.01)
    time.sleep(draw.uniform(0.0, 0.5))


def kill_run(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Kills the whole run at a random instant; False where it had ended before."""
    until(pid, soak, draw, startup_s=10.0)
    if ended(pid) is not None:
        return False
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return True


def children_of(pid: int) -> list[int]:
    """The worker processes of a run."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=,args="], capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in found.splitlines() if "spawn_main" in line]


def kill_worker(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Kills one worker of a run, which goes on."""
    until(pid, soak, draw, startup_s=10.0)
    workers = children_of(pid)
    if workers:
        os.kill(draw.choice(workers), signal.SIGKILL)
    return bool(workers)


def lock_database(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Holds the database longer than a run waits for it, which then ends with one line."""
    until(pid, soak, draw, startup_s=10.0)
    if ended(pid) is not None:
        return False
    with sqlite3.connect(shown(soak.db), timeout=60.0, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        _, status = os.waitpid(pid, 0)
        other.execute("ROLLBACK")
    assert os.waitstatus_to_exitcode(status) == 2, "a locked database must end the run with status 2"
    return True


def fill_disk(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Fills the disk under the database until the run ends with one line, then frees it."""
    until(pid, soak, draw, startup_s=10.0)
    if ended(pid) is not None:
        return False
    filler = Path(shown(soak.db)).parent / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    _, status = os.waitpid(pid, 0)
    filler.unlink()
    assert os.waitstatus_to_exitcode(status) == 2, "a full disk must end the run with status 2"
    return True


HOW: dict[str, Callable[[int, Soak, random.Random], bool]] = {
    "kill": kill_run,
    "worker": kill_worker,
    "locked": lock_database,
    "full": fill_disk,
}


def soak_through(soak: Soak, kills: int, how: str, seed: int) -> int:
    """Starts the run, disturbs it so many times, and lets it come to its end; returns how often it was disturbed."""
    draw, done = random.Random(seed), 0
    disturb = HOW[how]
    while done < kills and stored(soak) < soak.calls:
        pid = start(soak)
        while disturb(pid, soak, draw):
            done += 1
            if done % 10 == 0:
                print(f"{done} times, {stored(soak)} calls stored", flush=True)
            if how != "worker" or done >= kills:
                break
        if how == "worker":
            os.waitpid(pid, 0)
    _, status = os.waitpid(start(soak), 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"the last run failed; see {soak.folder / 'log.txt'}"
    return done


def verify(soak: Soak) -> dict[str, Any]:
    """Checks that every call is stored exactly once and whole; returns the counts."""
    engine = engine_for(soak.db)
    with reading(engine) as session:

        def count(table: Any) -> int:
            return int(session.execute(select(func.count()).select_from(table)).scalar_one())

        statuses = Counter(session.execute(select(CallRecord.status)).scalars())
        worked = Counter(
            session.execute(select(RunItemRecord.call_id).where(RunItemRecord.work == "transcribed")).scalars()
        )
        calls, cards, claims = count(CallRecord), count(ScorecardRecord), count(ClaimRecord)
        transcripts = count(TranscriptRecord)
        orphans = session.execute(
            text("SELECT count(*) FROM call WHERE transcript_key NOT IN (SELECT key FROM transcript)")
        ).scalar_one()
        if engine.dialect.name == "sqlite":
            assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    lines = (soak.folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert calls == transcripts == len(lines) == soak.calls, (calls, transcripts, len(lines))
    assert statuses == {"scored": soak.calls} and cards == soak.calls, statuses
    assert len(worked) == soak.calls and set(worked.values()) == {1}, "a call was worked and stored twice"
    assert claims == 0 and orphans == 0, (claims, orphans)
    return {"calls": calls, "transcripts": transcripts, "scorecards": cards}


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A tmpfs of that size."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def run_soak(folder: Path, args: argparse.Namespace) -> None:
    calls = args.calls or round(args.kills * 2.5) + 5
    make_recordings(folder / "in", calls)
    load_rules(args.rules.resolve())
    with small_disk(folder / "disk", 30 + calls // 20) if args.how == "full" else tempfile.TemporaryDirectory() as disk:
        db = args.db or f"sqlite:///{Path(disk) / 'qa.db'}"
        soak = Soak(folder, calls, db, args.rules.resolve(), args.workers)
        began = time.monotonic()
        done = soak_through(soak, args.kills, args.how, args.seed)
        print(f"{args.how}: {done} times in {time.monotonic() - began:.0f} s; {verify(soak)}, each exactly once")


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill a batch again and again.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--how", choices=sorted(HOW), default="kill")
    parser.add_argument("--calls", type=int, help="recordings; by default two and a half for each kill")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--db", help="URL of an empty database; by default an SQLite file")
    parser.add_argument("--rules", type=Path, default=PROJECT / "rules")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.db and args.how in ("locked", "full"):
        parser.error(f"--how {args.how} is about SQLite files")
    multiprocessing.set_start_method("spawn")
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        run_soak(Path(folder), args)


if __name__ == "__main__":
    main()
