"""Labelled text calls with recognition noise, to measure the rules on more calls than anybody can record.

    python -m benchmarks.generate --n 5000 --seed 1 --cer 0.15 --out DIR

writes `transcripts.jsonl` and `calls.csv` (design: contract) and `labels.jsonl` (as labelled recordings have
it, with `near_misses`: the rules that a call comes near without breaking). Labels hold for the clean text; noise
comes after. The same seed gives the same calls, whatever `n`.
"""

import argparse
import csv
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.dialogue import words
from benchmarks.dialogue.calls import follow_up, inbound, silent
from benchmarks.dialogue.draft import Draft
from benchmarks.noise.model import RecognitionNoise, Said

KINDS, KIND_WEIGHTS = (inbound, silent, follow_up), (76, 13, 11)
FASTEST_CLEAR, SLOWEST_CLEAR, BAND_CLEAR = 390, 130, (180, 306)
SHORT_S, LONG_S = 12.0, 17.0


@dataclass(frozen=True, slots=True)
class GeneratedCall:
    """A line of transcripts.jsonl, a row of calls.csv and a line of labels.jsonl, as JSON values."""

    transcript: dict[str, Any]
    row: dict[str, Any]
    labels: dict[str, Any]


def generate(n: int, seed: int = 1, cer: float = 0.15) -> Iterator[GeneratedCall]:
    """`n` calls at `cer` (0–1) character noise; call `i` depends on `seed` and `i` alone."""
    noise = RecognitionNoise(cer)
    for i in range(n):
        draw = random.Random(f"{seed}:{i}")
        draft = draw.choices(KINDS, KIND_WEIGHTS)[0](draw)
        _settle(draft)
        turns = noise.turns(draft.turns, draw)
        yield _written(f"g{seed}_{i:05d}", draft, turns)


def _settle(draft: Draft) -> None:
    """The labels that only the whole call can tell, and the ones it leaves open."""
    seconds, _ = draft.agent_speech()
    rate = draft.chars_per_min()
    if seconds < SHORT_S:
        draft.mark("speech-rate", "not_applicable")
    elif seconds > LONG_S and (rate > FASTEST_CLEAR or rate < SLOWEST_CLEAR):
        draft.mark("speech-rate", "violated")
    elif seconds > LONG_S and BAND_CLEAR[0] <= rate <= BAND_CLEAR[1]:
        draft.mark("speech-rate", "passed")
    if draft.labels.get("speech-rate") != "passed":
        draft.near.discard("speech-rate")
    if draft.labels["complaint-closing"] == "passed":  # which may stand for the closing
        draft.leave_out(*(r for r in ("closing", "early-hangup") if draft.labels[r] == "violated"))
    goodbyes = {*words.NO_MORE, *words.CUSTOMER_BYE, "谢谢,再见。"}
    thanked = any("谢" in t.text and t.text not in goodbyes for t in draft.turns if t.role == "customer")
    if thanked and draft.labels["thanks-reply"] == "not_applicable":
        draft.leave_out("thanks-reply")
    spoken = draft.spoken_by("agent") + draft.spoken_by("customer")
    quiet = draft.labels["complaint-closing"] == "not_applicable" and "complaint-closing" not in draft.near
    if quiet and "投诉" in spoken:
        draft.leave_out("complaint-closing")
    draft.near = {rule for rule in draft.near if draft.labels.get(rule) in ("passed", "not_applicable")}


def _json_turns(turns: Sequence[Said]) -> list[dict[str, Any]]:
    ordered = sorted(turns, key=lambda t: t.start_s)
    return [{"role": t.role, "start": round(t.start_s, 2), "end": round(t.end_s, 2), "text": t.text} for t in ordered]


def _written(call_id: str, draft: Draft, turns: Sequence[Said]) -> GeneratedCall:
    clean = _json_turns(draft.turns)
    return GeneratedCall(
        transcript={
            "call_id": call_id,
            "duration_s": draft.duration_s,
            "transcript": _json_turns(turns),
            "speech": [{key: turn[key] for key in ("role", "start", "end")} for turn in clean],
        },
        row={
            "recording": f"{call_id}.wav",
            "call_id": call_id,
            "agent_id": draft.agent_id,
            "ruleset": draft.ruleset,
            "direction": draft.direction,
            "started_at": draft.started_at,
            "ring_seconds": "" if draft.ring_seconds is None else draft.ring_seconds,
            "hangup_by": draft.hangup_by,
            "complaint": str(draft.complaint).lower(),
            "channels": draft.channels,
        },
        labels={
            "call_id": call_id,
            "labels": dict(sorted(draft.labels.items())),
            "near_misses": sorted(draft.near),
            "near_kinds": {rule: draft.near_kinds[rule] for rule in sorted(draft.near_kinds) if rule in draft.near},
            "notes": draft.notes,
            "answers": draft.answers,
            "duration_s": draft.duration_s,
            "transcript": clean,
        },
    )


def write(calls: Iterator[GeneratedCall], folder: Path) -> dict[str, Counter[str]]:
    """Writes the three files into `folder`; returns how many violations and near misses each rule has."""
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, Counter[str]] = {"violated": Counter(), "near_misses": Counter()}
    with (
        (folder / "transcripts.jsonl").open("w", encoding="utf-8") as transcripts,
        (folder / "labels.jsonl").open("w", encoding="utf-8") as labels,
        (folder / "calls.csv").open("w", encoding="utf-8", newline="") as rows,
    ):
        table: csv.DictWriter[str] | None = None
        for call in calls:
            if table is None:
                table = csv.DictWriter(rows, list(call.row))
                table.writeheader()
            table.writerow(call.row)
            transcripts.write(json.dumps(call.transcript, ensure_ascii=False) + "\n")
            labels.write(json.dumps(call.labels, ensure_ascii=False) + "\n")
            counts["violated"].update(r for r, verdict in call.labels["labels"].items() if verdict == "violated")
            counts["near_misses"].update(call.labels["near_misses"])
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description="Generate labelled text calls with recognition noise.")
    parser.add_argument("--n", type=int, default=5000, help="number of calls")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cer", type=float, default=0.15, help="share of characters in error, 0 for clean text")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    args = parser.parse_args()
    counts = write(generate(args.n, args.seed, args.cer), args.out)
    print(f"{'rule':26s} violated near")
    for rule in sorted(counts["violated"] | counts["near_misses"]):
        print(f"{rule:26s} {counts['violated'][rule]:8d} {counts['near_misses'][rule]:4d}")


if __name__ == "__main__":
    main()
