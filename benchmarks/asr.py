"""What recognition costs and how often it errs: this project's profiles against plain faster-whisper.

usage: python -m benchmarks.asr RECORDINGS CALLS LABELS [--engines plain batched careful balanced fast] [--every N]

Two-channel calls with a reference transcript; the same weights (the bundled model, int8) and the same decoded audio
for everyone, speech detection counted in. Every engine has a process of its own; they take turns call by call (groups
of calls where an engine hears several together), in an order that rotates, so that other load falls on all alike.
CPU is user and system time of all threads, the figure to compare on a machine that does other things.
"""

import argparse
import csv
import json
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from benchmarks.cer import normalised
from qa.asr import Decoding
from qa.asr.bundled import bundled_model
from qa.audio import RATE, Audio, as_float, read_audio
from qa.speech import speech_spans

PROFILES = ("careful", "balanced", "fast")
PROMPT = Decoding.of("careful").prompt


@dataclass(frozen=True, slots=True)
class Spoken:
    """A two-channel call and what each side says, left first."""

    audio: Audio
    said: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """What an engine heard in a group of calls, side after side, and what it took."""

    texts: tuple[str, ...]
    cpu_s: float
    wall_s: float
    peak_mb: float


Hear = Callable[[Sequence[Audio]], list[str]]
_hear: Hear


def start(name: str, threads: int) -> None:
    """Loads an engine into this process, and warms it up."""
    global _hear
    _hear = engine(name, threads)
    _hear([Audio((np.zeros(RATE, np.int16),) * 2, 1.0, "", ())])


def work(calls: Sequence[Audio]) -> Work:
    """Runs this process's engine on calls."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    texts = tuple(_hear(calls))
    wall_s, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Work(texts, cpu_s, wall_s, after.ru_maxrss / 1024)


def engine(name: str, threads: int) -> Hear:
    """An engine by name: calls in, the text of each side out."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    if name in PROFILES:
        return profile(name, threads)
    model = WhisperModel(str(bundled_model()), device="cpu", compute_type="int8", cpu_threads=threads)
    transcribe: Any = model.transcribe
    options: dict[str, Any] = {}
    if name == "batched":
        transcribe, options = BatchedInferencePipeline(model).transcribe, {"batch_size": 8}

    def hear(calls: Sequence[Audio]) -> list[str]:
        return [
            "".join(
                segment.text
                for segment in transcribe(
                    as_float(side), language="zh", beam_size=5, vad_filter=True, initial_prompt=PROMPT, **options
                )[0]
            )
            for call in calls
            for side in call.channels
        ]

    return hear


def profile(name: Any, threads: int) -> Hear:
    """This project's engine with a profile."""
    from qa.asr.faster_whisper import FasterWhisper

    own = FasterWhisper(None, Decoding.of(name), threads)

    def hear(calls: Sequence[Audio]) -> list[str]:
        sides = [side for call in calls for side in call.channels]
        spans = [own_spans for call in calls for own_spans in speech_spans(call)]
        return ["".join(word.text for word in hearing.words) for hearing in own.hear(sides, spans)]

    return hear


def read(recordings: Path, calls: Path, labels: Path) -> Iterator[Spoken]:
    """The two-channel calls with a reference, in the order of calls.csv."""
    with labels.open(encoding="utf-8") as lines:
        said = {row["call_id"]: row.get("transcript") for row in map(json.loads, lines)}
    with calls.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["channels"] not in ("agent-left", "agent-right") or not said[row["call_id"]]:
                continue
            turns = sorted(said[row["call_id"]], key=lambda turn: turn["start"])
            agent, customer = ("".join(t["text"] for t in turns if t["role"] == r) for r in ("agent", "customer"))
            sides = (agent, customer) if row["channels"] == "agent-left" else (customer, agent)
            yield Spoken(read_audio(recordings / row["recording"]), sides)


def table(done: dict[str, list[Work]], groups: Sequence[Sequence[Spoken]]) -> Iterator[str]:
    """One row an engine."""
    said = [normalised(text) for group in groups for call in group for text in call.said]
    audio_s = sum(call.audio.duration_s for group in groups for call in group)
    cpu_s = {name: sum(w.cpu_s for w in works) for name, works in done.items()}
    first = next(iter(cpu_s.values()))
    yield "| engine | CPU s a second of call | wall | times as fast as the first (CPU) | CER | peak memory |"
    yield "|---|---|---|---|---|---|"
    for name, works in done.items():
        from qa.asr.words import simplified

        heard = [normalised("".join(simplified([text]))) for w in works for text in w.texts]
        wall_s = sum(w.wall_s for w in works)
        yield (
            f"| {name} | {cpu_s[name] / audio_s:.4f} | {wall_s / audio_s:.4f} | {first / cpu_s[name]:.2f} "
            f"| {100 * float(jiwer.cer(said, heard)):.2f} % | {max(w.peak_mb for w in works):.0f} MB |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("recordings", "calls", "labels"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--engines", nargs="+", default=["plain", "batched", *PROFILES])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--together", type=int, default=8, help="calls a group")
    parser.add_argument("--every", type=int, default=1, help="only every n-th call")
    parser.add_argument("--out", type=Path, help="all figures and texts, as JSON")
    args = parser.parse_args()
    calls = list(read(args.recordings, args.calls, args.labels))[:: args.every]
    groups = [calls[i : i + args.together] for i in range(0, len(calls), args.together)]
    pools = {name: ProcessPoolExecutor(1, get_context("spawn"), start, (name, args.threads)) for name in args.engines}
    done: dict[str, list[Work]] = {name: [] for name in args.engines}
    for turn, group in enumerate(groups):
        names = args.engines[turn % len(args.engines) :] + args.engines[: turn % len(args.engines)]
        for name in names:
            done[name].append(pools[name].submit(work, [call.audio for call in group]).result())
        if args.out:
            args.out.write_text(json.dumps({n: [list(_row(w)) for w in ws] for n, ws in done.items()}), "utf-8")
    print(f"{len(calls)} calls, {sum(call.audio.duration_s for call in calls):.0f} s")
    print(*table(done, groups), sep="\n")


def _row(work: Work) -> Iterator[Any]:
    yield from (work.texts, work.cpu_s, work.wall_s, work.peak_mb)


if __name__ == "__main__":
    main()
