"""Scripts in, a folder of recordings with calls.csv and labels.jsonl out."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.synth.channel import RATE_HZ, record
from benchmarks.synth.codecs import CODECS, write
from benchmarks.synth.labels import doubts, verdicts
from benchmarks.synth.script import Script
from benchmarks.synth.tts import Speaker

_COLUMNS = (
    "recording", "call_id", "agent_id", "agent_name", "team", "shift", "ruleset", "direction", "started_at",
    "ring_seconds", "hangup_by", "complaint", "channels",
)  # fmt: skip


def build(scripts: Sequence[Script], out: Path, speaker: Speaker, folders: dict[str, str] | None = None) -> float:
    """Writes every call below `out`; returns the seconds of sound.

    `folders` gives a call id the sub-folder its recording goes to. Stops at a label that its script contradicts.
    """
    out.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    labelled: list[dict[str, object]] = []
    total_s = 0.0
    for script in scripts:
        codec = CODECS[script.sound.codec]
        recording = Path((folders or {}).get(script.call_id, "")) / f"{script.call_id}{codec.suffix}"
        samples, placed = record(script, speaker, np.random.default_rng(crc32(script.call_id.encode())))
        duration_s = len(samples) / RATE_HZ
        labels = verdicts(script, placed)
        for doubt in doubts(script, placed, labels, duration_s):
            raise SystemExit(f"{script.call_id}: {doubt}: correct the script")
        (out / recording).parent.mkdir(parents=True, exist_ok=True)
        write(samples, codec, out / recording)
        rows.append(_row(script, recording))
        labelled.append(
            {
                "call_id": script.call_id,
                "labels": labels,
                "notes": list(script.notes),
                "answers": dict(script.answers),
                "duration_s": round(duration_s, 2),
                "snr_db": script.sound.snr_db,
                "voices": [script.agent.voice, script.customer.voice],
                "transcript": [
                    {"role": p.role, "start": round(p.start_s, 2), "end": round(p.end_s, 2), "text": p.text}
                    for p in sorted(placed, key=lambda p: p.start_s)
                ],
            }
        )
        # After every call, so that a long build can be used, and stopped, before its end.
        _write_csv(rows, out / "calls.csv")
        (out / "labels.jsonl").write_text(
            "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in labelled), encoding="utf-8"
        )
        total_s += duration_s
        print(f"{script.call_id} {duration_s:.1f} s", flush=True)
    return total_s


def _row(script: Script, recording: Path) -> dict[str, str]:
    ring = "" if script.ring_seconds is None else f"{script.ring_seconds:g}"
    return {
        "recording": recording.as_posix(),
        "call_id": script.call_id,
        "agent_id": script.agent_id,
        "ruleset": script.ruleset,
        "direction": script.direction,
        "started_at": script.started_at,
        "ring_seconds": ring,
        "hangup_by": script.hangup_by,
        "complaint": str(script.complaint).lower(),
        "channels": script.sound.channels,
        **script.row,
    }


def _write_csv(rows: Sequence[dict[str, str]], path: Path) -> None:
    used = {column for row in rows for column in row}
    columns = [c for c in _COLUMNS if c in used] + sorted(used - set(_COLUMNS))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
