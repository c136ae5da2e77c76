"""How long a night that is done already takes to be found and skipped.

    python -m benchmarks.night --calls 10000

So many short recordings in one folder, each with a row in calls.csv and a stored result as `qa run` stores it (one call
is scored, the others get copies of its rows). Then `qa run` goes over them: as it is, with every file to be read again
(`--verify`), and with results.jsonl to be written.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from benchmarks.recordings import same_words
from qa.batch import Options, find_tasks
from qa.call import Speech, Turn
from qa.ledger import open_ledger
from qa.logs import JsonReporter
from qa.pipeline import Line, load_rules, work_transcript
from qa.plan import Step, plan
from qa.settings import PROJECT, Settings
from qa.sources import sha256_of
from qa.store.engine import open_store, reading, writing
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
    """Makes the recordings and their results: the first as a run does, the others as copies of its rows."""
    same_words(folder / "in", calls, SECONDS)
    rows = [f"k{n:05}.wav,{100 + n % 30},telecom,2026-03-11T09:15:00" for n in range(calls)]
    (folder / "calls.csv").write_text("recording,agent_id,ruleset,started_at\n" + "\n".join(rows), encoding="utf-8")
    tasks, _ = find_tasks(options, Settings(db=options.db))
    engine, book = open_store(options.db), load_rules(options.rules)
    with reading(engine) as session:
        steps = plan(tasks, book, session=session)
    originals = [_transcript(step, options) for step in steps]
    first = steps[0]
    with open_ledger(options.db, command="run", total=calls, reporter=Quiet(), book=book) as ledger:
        outcome = work_transcript(first.task.meta, originals[0], options.rules)
        assert outcome.transcript is not None
        source = first.task.source
        ledger.save_worked(outcome, source=source, work="transcribed", seconds=0.1, meta_sha256=first.meta_sha256)
    with writing(engine) as session:
        copies = [_changes(step, transcript) for step, transcript in zip(steps[1:], originals[1:], strict=True)]
        model = _changes(first, outcome.transcript)
        for table, where in OWNERS.items():
            _copy(session, table, where, model[where], copies)
    engine.dispose()


OWNERS = {
    "transcript": "transcript_key",
    "turn": "transcript_key",
    "speech_span": "transcript_key",
    "prepared": "transcript_key",
    "call": "call_id",
    "scorecard": "call_id",
    "finding": "call_id",
    "evidence": "call_id",
    "run_item": "call_id",
    "seen": "location",
}
"""The tables of a call, parents first, with what tells whose rows are whose."""
ALIASES = {("transcript", "key"): "transcript_key", ("transcript", "source"): "audio_sha256"}
ALIASES |= {("call", "recording_path"): "location", ("seen", "sha256"): "audio_sha256"}


def _transcript(step: Step, options: Options) -> StoredTranscript:
    sha256 = sha256_of(step.task.source)
    return StoredTranscript(
        source=sha256,
        audio_sha256=sha256,
        engine=Line(options.rules, options.model, options.profile).engine_of("agent-left"),
        channels="agent-left",
        duration_s=SECONDS,
        turns=TURNS,
        speech=tuple(Speech(t.role, t.start_s, t.end_s) for t in TURNS),
    )


def _changes(step: Step, transcript: StoredTranscript) -> dict[str, str | None]:
    """The columns in which a call's rows differ from those of another."""
    meta, source = step.task.meta, step.task.source
    return {
        "call_id": meta.call_id,
        "recording": meta.recording,
        "agent_id": meta.agent_id,
        "meta_sha256": step.meta_sha256,
        "transcript_key": transcript.key,
        "audio_sha256": transcript.source,
        "location": source.location,
        "stamp": source.stamp,
    }


def _copy(session: Session, table: str, where: str, of: str | None, copies: list[dict[str, str | None]]) -> None:
    names = [column.name for column in SQLModel.metadata.tables[table].columns]
    fields = {name: ALIASES.get((table, name), name) for name in names}
    values = [f":{field}" if field in copies[0] else f'"{name}"' for name, field in fields.items()]
    owner = next(name for name, field in fields.items() if field == where)
    into = ", ".join(f'"{name}"' for name in names)
    statement = f'INSERT INTO "{table}" ({into}) SELECT {", ".join(values)} FROM "{table}" WHERE "{owner}" = :of'
    session.execute(text(statement), [copy | {"of": of} for copy in copies])


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
