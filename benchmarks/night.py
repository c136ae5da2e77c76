"""How long a night that is done already takes to be found and skipped.

    python -m benchmarks.night --calls 10000

So many short recordings in one folder, each with a row in calls.csv and a stored result as `qa run` stores it (one call
is scored, the others are given its scorecard). Then `qa run` goes over them: as it is, with every file to be read again
(`--verify`), and with results.jsonl to be written.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.recordings import same_words
from qa.batch import Options, find_tasks
from qa.call import Speech, Turn
from qa.ledger import open_ledger
from qa.logs import JsonReporter
from qa.pipeline import Line, Outcome, load_rules, ruleset_of, work_transcript
from qa.plan import plan
from qa.settings import PROJECT, Settings
from qa.sources import sha256_of
from qa.store.engine import open_store, reading
from qa.store.transcripts import StoredTranscript

SECONDS = 1.5
TURNS = (
    Turn("agent", 0.1, 0.8, "您好,华信通信客服中心,请问有什么可以帮您?"),
    Turn("customer", 0.9, 1.3, "我的宽带上不了网"),
)


class Quiet(JsonReporter):
    """Tells nothing."""

    def _write(self, event: str, **fields: object) -> None:
        pass


def store_night(folder: Path, calls: int, options: Options) -> None:
    """Makes the recordings and their results."""
    same_words(folder / "in", calls, SECONDS)
    rows = [f"k{n:05}.wav,{100 + n % 30},telecom,2026-03-11T09:{n % 60:02}:00" for n in range(calls)]
    (folder / "calls.csv").write_text("recording,agent_id,ruleset,started_at\n" + "\n".join(rows), encoding="utf-8")
    tasks, _ = find_tasks(options, Settings(db=options.db))
    book = load_rules(options.rules)
    engine = open_store(options.db)
    with reading(engine) as session:
        steps = plan(tasks, book, session=session)
    engine.dispose()
    line = Line(options.rules, options.model, options.profile)
    made: Outcome | None = None
    with open_ledger(options.db, command="run", total=calls, reporter=Quiet()) as ledger:
        for step in steps:
            source, meta = step.task.source, step.task.meta
            sha256 = sha256_of(source)
            transcript = StoredTranscript(
                source=sha256,
                audio_sha256=sha256,
                engine=line.engine_of("agent-left"),
                channels="agent-left",
                duration_s=SECONDS,
                turns=TURNS,
                speech=tuple(Speech(t.role, t.start_s, t.end_s) for t in TURNS),
            )
            made = made or work_transcript(meta, transcript, options.rules)
            assert made.result.provenance is not None
            result = replace(
                made.result,
                meta=meta,
                provenance=replace(
                    made.result.provenance,
                    audio_sha256=sha256,
                    ruleset_sha256=ruleset_of(meta, book.rulesets).sha256,
                ),
            )
            outcome = Outcome(result, transcript)
            ledger.save_worked(outcome, source=source, work="transcribed", seconds=0.1, meta_sha256=step.meta_sha256)


def measured(options: Options, folder: Path, *more: str) -> str:
    """One `qa run` over the folder: what it says, wall and CPU seconds."""
    command = [sys.executable, "-m", "qa", "run", str(folder / "in"), "--calls", str(folder / "calls.csv")]
    command += ["--db", options.db, "--rules", str(options.rules), "--profile", options.profile, *more]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall_s, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"{wall_s:6.1f} s wall, {cpu_s:6.1f} s CPU: {done.stdout.strip().split(';')[0]}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how fast a finished night is skipped.")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--rules", type=Path, default=PROJECT / "rules")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="night-") as name:
        folder = Path(name)
        options = Options(
            paths=(str(folder / "in"),),
            rules=args.rules,
            db=f"sqlite:///{folder / 'qa.db'}",
            calls=folder / "calls.csv",
            profile="fast",
        )
        began = time.monotonic()
        store_night(folder, args.calls, options)
        print(f"{args.calls} calls made and stored in {time.monotonic() - began:.0f} s", flush=True)
        for more in ([], ["--verify"], ["--out", str(folder / "results.jsonl")]):
            print(f"{' '.join(more[:1]) or 'as it is':10} {measured(options, folder, *more)}", flush=True)


if __name__ == "__main__":
    main()
