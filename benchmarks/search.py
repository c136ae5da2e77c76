"""How long searches take at size: `python -m benchmarks.search --db sqlite:///big.db`.

The calls of `benchmarks.store` get, unless they have them, turns of the synthetic dialogues in which an address and a
number differ from call to call, indexed as a run would. Then words that are in every call, in some and in none are
looked up by writing and by sound, for everybody's calls and for an agent's.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, text
from sqlmodel import col

from qa.access import EVERY_CALL, Scope
from qa.store.engine import open_store, reading, writing
from qa.store.filters import CallFilter
from qa.store.search import Sought, count, find
from qa.store.spoken import index_transcripts
from qa.store.tables import TranscriptRecord, TurnRecord

DIALOGUES = Path(__file__).parent / "synth" / "dialogues"
TURNS, BATCH, PAGE = 12, 5_000, 50
WHOSE = {"everybody": EVERY_CALL, "an agent": Scope(agent_id="042")}
PLACES = "东西南北中金玉龙凤福安平和光明胜利建设长江"
SOUGHT = {
    "in every call": "有什么",
    "in one of fourteen": "测温人员",
    "a sentence, in one of thirty": "测温人员今天下午三点到四点之间上门",
    "in one of hundreds": "我住在玉龙小区",
    "in a few of a million": "玉龙小区凤安楼",
    "in none": "区块链游艇",
}


def sentences() -> list[str]:
    """What is said in the synthetic dialogues."""
    lines = [line for file in sorted(DIALOGUES.glob("*.txt")) for line in file.read_text("utf-8").splitlines()]
    said = [line.partition(":")[2].strip() for line in lines if ":" in line and not line.startswith("#")]
    return [line for line in said if len(line) > 5]


def turns(calls: int, seed: int) -> Iterator[list[str]]:
    """What is said in each call."""
    draw, known = random.Random(seed), sentences()
    for _ in range(calls):
        where = "".join(draw.choices(PLACES, k=2)) + "小区" + "".join(draw.choices(PLACES, k=2)) + "楼"
        number = "".join(draw.choices("0123456789", k=11))
        middle = [f"我住在{where}", f"电话是{number}", *draw.sample(known, TURNS - 3)]
        yield ["您好，请问有什么可以帮您", *middle]


def speak(engine: Engine, seed: int) -> int:
    """Gives the calls their turns, and indexes them; returns how many."""
    texts: dict[str, list[str]] = {}

    def store() -> None:
        rows: list[dict[str, Any]] = [
            {
                "transcript_key": key, "position": at, "role": ("agent", "customer")[at % 2], "start_s": 4.0 * at,
                "end_s": 4.0 * at + 3.5, "text": said, "confidence": 0.9, "role_confidence": 1.0, "words": [],
            }
            for key, lines in texts.items()
            for at, said in enumerate(lines)
        ]  # fmt: skip
        with writing(engine) as session:
            session.execute(insert(TurnRecord), rows)
            index_transcripts(session=session, texts=texts)
        texts.clear()

    with reading(engine) as session:
        keys = session.execute(select(col(TranscriptRecord.key)).order_by(col(TranscriptRecord.key))).scalars().all()
    for key, lines in zip(keys, turns(len(keys), seed), strict=True):
        texts[key] = lines
        if len(texts) == BATCH:
            store()
    if texts:
        store()
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return len(keys)


def main() -> None:
    """Makes the turns unless they are there, asks, and prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--db", required=True, help="the SQLAlchemy URL of a store that `benchmarks.store` filled")
    given = parser.parse_args()
    engine = open_store(given.db)
    with engine.connect() as connection:
        there = connection.execute(text("SELECT 1 FROM turn LIMIT 1")).first()
    if there is None:
        began = time.process_time()
        calls = speak(engine, given.seed)
        print(f"turns of {calls} calls made and indexed in {time.process_time() - began:.0f} s of CPU")
    print("| whose calls | words | way | calls | first page, wall s | count, wall s |\n|---|---|---|---|---|---|")
    for whose, scope in WHOSE.items():
        where = CallFilter(within=scope)
        for name, words in SOUGHT.items():
            for exact in (True, False):
                sought = Sought(words, exact=exact)
                best, counted, many = 1e9, 1e9, None
                for _ in range(3):
                    with reading(engine) as session:
                        began = time.perf_counter()
                        find(session=session, sought=sought, where=where, limit=PAGE)
                        found = time.perf_counter()
                        many = count(session=session, sought=sought, where=where)
                        best, counted = min(best, found - began), min(counted, time.perf_counter() - found)
                way = "words" if exact else "sound"
                told = "very many" if many is None else many
                print(
                    f"| {whose} | {name} | {way} | {told} | {best:.3f} | {counted:.3f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
