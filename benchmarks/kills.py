"""A batch that is killed again and again, to see that it loses nothing and doubles nothing.

    python -m benchmarks.kills --kills 200                       # SIGKILL at random instants while it transcribes
    python -m benchmarks.kills --kills 200 --work score          # while it scores what was transcribed before: faster
    python -m benchmarks.kills --kills 20 --how worker           # a worker process each time
    python -m benchmarks.kills --kills 3 --how locked            # the database held by somebody else
    python -m benchmarks.kills --kills 3 --how full              # the disk full (needs root: a small tmpfs)
    python -m benchmarks.kills --kills 200 --db postgresql+psycopg://…

`qa run` works short recordings in a process of its own, which is started again after every kill until there have been
enough; then once more to its end. That process is forked from this one, which spares it the loading of modules, in
which there is nothing to lose. With `--work score` the rules change whenever all calls are scored.
"""

import argparse
import itertools
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from benchmarks.disturbances import HOW, small_disk
from benchmarks.night import store_night
from benchmarks.recordings import same_words
from benchmarks.soak import Soak, start, status_of, stored
from qa.batch import Options
from qa.errors import QaError
from qa.pipeline import load_rules
from qa.settings import PROJECT
from qa.store.engine import engine_for, reading
from qa.store.loading import load_result
from qa.store.tables import CallRecord, ClaimRecord, RunItemRecord, TranscriptRecord

SECONDS = 1.5


def disturb(soak: Soak, times: int, how: str, draw: random.Random) -> int:
    """Starts the run and disturbs it until that has been so many times, or it is through; returns how many."""
    done = 0
    while done < times:
        pid = start(soak)
        hit = HOW[how](pid, soak, draw)
        while hit and how == "worker" and (done := done + 1) < times and HOW[how](pid, soak, draw):
            pass
        try:
            status = status_of(pid)
        except ChildProcessError:
            status = 2
        if hit and how != "worker":
            done += 1
        if status == 0:
            return done
    return done


def finish(soak: Soak) -> None:
    """Lets the run come to its end."""
    status = status_of(start(soak))
    assert status == 0, f"the last run failed with status {status}:\n{(soak.folder / 'log.txt').read_text('utf-8')}"


def verify(soak: Soak, work: str) -> None:
    """Checks that every call was worked exactly once and is stored whole, and the database is consistent."""
    engine = engine_for(soak.db)
    with reading(engine) as session:

        def count(table: Any) -> int:
            return int(session.execute(select(func.count()).select_from(table)).scalar_one())

        _whole(session, soak)
        calls, transcripts, claims = count(CallRecord), count(TranscriptRecord), count(ClaimRecord)
        rows = session.execute(select(RunItemRecord.call_id, RunItemRecord.work).order_by(col(RunItemRecord.run_id)))
        worked = Counter(call_id for call_id, kind in rows.all()[soak.before :] if kind == work)
        if engine.dialect.name == "sqlite":
            assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()
    lines = (soak.folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert calls == transcripts == len(lines) == soak.calls, (calls, transcripts, len(lines))
    assert len(worked) == soak.calls and set(worked.values()) == {1}, "a call was worked and stored twice"
    assert claims == 0, claims


def _whole(session: Session, soak: Soak) -> None:
    book = load_rules(soak.rules)
    for call_id in session.execute(select(CallRecord.call_id)).scalars().all():
        result = load_result(session=session, call_id=call_id)
        assert result is not None and result.status == "scored" and result.provenance is not None, call_id
        assert result.scorecard is not None and result.call is not None and result.call.turns, call_id
        ruleset = book.rulesets[result.meta.ruleset or ""]
        assert result.provenance.ruleset_sha256 == ruleset.sha256, call_id
        assert [f.rule for f in result.scorecard.findings] == [rule.id for rule in ruleset.rules], call_id


def soak_transcribing(soak: Soak, times: int, how: str, draw: random.Random) -> int:
    """Disturbs runs that transcribe."""
    same_words(soak.folder / "in", soak.calls, SECONDS)
    load_rules(soak.rules)
    done = disturb(soak, times, how, draw)
    finish(soak)
    verify(soak, "transcribed")
    return done


def soak_scoring(soak: Soak, times: int, how: str, draw: random.Random) -> int:
    """Disturbs runs that score all calls by changed rules, so often that it has been that many times."""
    store_night(soak.folder, soak.calls, Options((str(soak.folder / "in"),), soak.rules, soak.db, profile="fast"))
    done, rules = 0, soak.rules
    for generation in itertools.count():
        if done >= times:
            break
        changed = _changed(rules, soak.folder / f"rules-{generation}", generation)
        soak = replace(soak, rules=changed, before=0)
        soak = replace(soak, before=stored(soak))
        load_rules(soak.rules)
        done += disturb(soak, times - done, how, draw)
        finish(soak)
        verify(soak, "rescored")
        print(f"{done} times", flush=True)
    return done


def _changed(rules: Path, copy: Path, generation: int) -> Path:
    """The rules with another hash."""
    shutil.copytree(rules, copy)
    scheme = copy / "scheme.yaml"
    scheme.write_text(f"{scheme.read_text(encoding='utf-8')}\n# {generation}\n", encoding="utf-8")
    return copy


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill a batch again and again.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--how", choices=sorted(HOW), default="kill")
    parser.add_argument("--work", choices=("transcribe", "score"), default="transcribe")
    parser.add_argument("--calls", type=int, help="recordings; by default two and a half for each kill, 50 for scoring")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--db", help="URL of an empty database; by default an SQLite file")
    parser.add_argument("--rules", type=Path, default=PROJECT / "rules")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.db and args.how in ("locked", "full"):
        parser.error(f"--how {args.how} is about SQLite files")
    multiprocessing.set_start_method("spawn")
    calls = args.calls or (50 if args.work == "score" else round(args.kills * 2.5) + 5)
    work = soak_scoring if args.work == "score" else soak_transcribing
    disk = small_disk(20 + calls // 10) if args.how == "full" else tempfile.TemporaryDirectory()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder, disk as database:
        db = args.db or f"sqlite:///{Path(database) / 'qa.db'}"
        soak = Soak(Path(folder), calls, db, args.rules.resolve(), args.workers)
        began = time.monotonic()
        try:
            done = work(soak, args.kills, args.how, random.Random(args.seed))
        except QaError as error:
            sys.exit(str(error))
        taken_s = time.monotonic() - began
        print(f"{args.how}: {done} times in {taken_s:.0f} s, {calls} calls, each stored once and whole")


if __name__ == "__main__":
    main()
