"""A database with very many stored calls, to measure what goes through a whole archive.

    python -m benchmarks.archive --n 100000 --rules rules --db sqlite:///archive.db

Some thousand calls of the generator (see `benchmarks.generate`) are drawn out with everyday sentences to three minutes,
given words with times as a recogniser gives them, scored and stored in the ordinary way. The rest are copies of
them in the database, under ids of their own and each with a transcript of its own, so that nothing is read twice;
calls that are copies of each other stand thousands of ids apart.
"""

import argparse
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from sqlmodel import SQLModel

from benchmarks.generate import GeneratedCall, generate
from benchmarks.language import sentences
from qa.call import CallMeta, Channels, HangupBy, Role, Speech, Turn, Word
from qa.pipeline import work_transcript
from qa.store.engine import open_store, shown, writing
from qa.store.saving import save_result, start_run
from qa.store.transcripts import StoredTranscript

MIDDLE = 0.4
PAUSE_S, RATE = 0.6, 4.5
CHANGED = {
    "transcript": {"key": "key", "source": "key", "audio_sha256": "key"},
    "turn": {"transcript_key": "key"},
    "speech_span": {"transcript_key": "key"},
    "prepared": {"transcript_key": "key"},
    "call": {"call_id": "id", "transcript_key": "key", "audio_sha256": "key"},
    "scorecard": {"call_id": "id"},
    "finding": {"call_id": "id"},
    "evidence": {"call_id": "id"},
}
"""The columns in which a copy differs, by table, parents first: keys of transcripts and ids of calls. No key of an
original has an x in it."""


def originals(n: int, seed: int, seconds: float) -> Iterator[tuple[CallMeta, StoredTranscript]]:
    """`n` generated calls of at least `seconds` s with their transcripts."""
    fillers = sentences("polite")
    for number, call in enumerate(generate(n, seed)):
        draw = random.Random(f"{seed}:{number}:filler")
        turns = _stretched(_turns(call), seconds, fillers, draw)
        source = sha256(f"{seed}:{number}".encode()).hexdigest()
        made = StoredTranscript(
            source=source,
            audio_sha256=source,
            engine="generated",
            channels=cast(Channels, call.row["channels"]),
            duration_s=turns[-1].end_s + 1.0,
            turns=tuple(turns),
            speech=tuple(Speech(t.role, t.start_s, t.end_s) for t in turns),
        )
        yield _meta(call, f"000-{number:05d}"), made


def _turns(call: GeneratedCall) -> list[Turn]:
    return [Turn(t["role"], t["start"], t["end"], t["text"]) for t in call.transcript["transcript"]]


def _stretched(turns: list[Turn], seconds: float, fillers: list[tuple[Role, str]], draw: random.Random) -> list[Turn]:
    """The call with everyday sentences put in before its end, and with words."""
    middle = round(MIDDLE * len(turns)) if turns[-1].end_s > 20.0 else len(turns)
    at = max([t.end_s for t in turns[:middle]], default=0.0)
    lacking = seconds - turns[-1].end_s
    inserted: list[Turn] = []
    while lacking > sum(t.end_s - t.start_s + PAUSE_S for t in inserted):
        role, text = draw.choice(fillers)
        start = inserted[-1].end_s + PAUSE_S if inserted else at + PAUSE_S
        inserted.append(Turn(role, start, start + len(text) / RATE, text))
    later = inserted[-1].end_s - at if inserted else 0.0
    moved = [replace(t, start_s=t.start_s + later, end_s=t.end_s + later) for t in turns[middle:]]
    return [_with_words(t, draw) for t in (*turns[:middle], *inserted, *moved)]


def _with_words(turn: Turn, draw: random.Random) -> Turn:
    """A word of one or two characters at a time, evenly spread."""
    words: list[Word] = []
    step = (turn.end_s - turn.start_s) / max(1, len(turn.text))
    position = 0
    while position < len(turn.text):
        text = turn.text[position : position + draw.choice((1, 1, 2))]
        start, end = (round(turn.start_s + step * p, 3) for p in (position, position + len(text)))
        words.append(Word(start, end, text, round(draw.uniform(0.6, 1.0), 4)))
        position += len(text)
    confidence = sum(w.confidence for w in words) / max(1, len(words))
    return replace(turn, words=tuple(words), confidence=confidence, level_db=-24.0, mandarin=0.98)


def _meta(call: GeneratedCall, call_id: str) -> CallMeta:
    row: dict[str, Any] = call.row
    return CallMeta(
        call_id=call_id,
        agent_id=row["agent_id"],
        ruleset=row["ruleset"],
        direction=row["direction"],
        started_at=datetime.fromisoformat(row["started_at"]),
        ring_seconds=row["ring_seconds"] or None,
        hangup_by=cast(HangupBy, row["hangup_by"]),
        complaint=row["complaint"] == "true",
        channels=cast(Channels, row["channels"]),
    )


def store_originals(n: int, seed: int, seconds: float, rules: Path, db: str) -> None:
    """Scores and stores the calls from which copies are made."""
    engine = open_store(db)
    with writing(engine) as session:
        run_id = start_run(session=session, command="archive", total=n)
        for number, (meta, transcript) in enumerate(originals(n, seed, seconds), start=1):
            done = work_transcript(meta, transcript, rules)
            save_result(session=session, result=done.result, run_id=run_id, work="rescored", transcript=done.transcript)
            if number % 100 == 0:
                session.expunge_all()
    engine.dispose()


def copy(path: str, of: int, n: int) -> None:
    """Copies the `of` stored calls in the SQLite file until there are `n`."""
    with closing(sqlite3.connect(path)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TEMP TABLE original AS SELECT call_id AS id, transcript_key AS key FROM call")
        for number in range(1, -(-n // of)):
            rest = min(of, n - number * of)
            for table, changed in CHANGED.items():
                connection.execute(_copied(table, changed, number), {"number": number, "rest": rest})
        connection.commit()
        connection.execute("PRAGMA journal_mode = WAL")


def _copied(table: str, changed: dict[str, str], number: int) -> str:
    """SQL that copies the rows of the originals under ids that begin with the number of the copy."""
    again = {"id": "printf('%03d', :number) || substr({}, 4)", "key": "printf('x%03d', :number) || substr({}, 5)"}
    columns = [column.name for column in SQLModel.metadata.tables[table].columns]
    values = [again[changed[c]].format(c) if c in changed else f'"{c}"' for c in columns]
    name, kind = next(iter(changed.items()))
    names = ", ".join(f'"{c}"' for c in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} "
        f"WHERE {name} IN (SELECT {kind} FROM original ORDER BY id LIMIT :rest)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a database of very many stored calls.")
    parser.add_argument("--n", type=int, default=100_000, help="number of calls")
    parser.add_argument("--originals", type=int, default=2000, help="calls that are generated; the others are copies")
    parser.add_argument("--seconds", type=float, default=180.0, help="least length of a call")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", type=Path, required=True)
    parser.add_argument("--db", required=True, help="SQLite URL of a database that does not exist yet")
    args = parser.parse_args()
    path, of, began = shown(args.db), min(args.n, args.originals), time.monotonic()
    if Path(path).exists():
        parser.error(f"{path} exists; name another or remove it")
    store_originals(of, args.seed, args.seconds, args.rules, args.db)
    print(f"{of} calls scored and stored in {time.monotonic() - began:.0f} s", flush=True)
    copy(path, of, args.n)
    print(f"{args.n} calls in {time.monotonic() - began:.0f} s, {Path(path).stat().st_size / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
