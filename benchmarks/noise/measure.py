"""Measures what a recogniser does to real speech and writes it as `confusions.json`.

    python -m benchmarks.noise.measure CLIPS_DIR --model MODEL_DIR

CLIPS_DIR holds `manifest.csv` (columns `file`, `reference`) beside the clips. Every clip is recognised twice,
as it is and through a telephone band (8 kHz, 300 to 3400 Hz); both hypotheses are aligned with the reference
character by character, dear where the sounds differ and cheap where they agree.
"""

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import faster_whisper
import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC
from scipy.signal import butter, resample_poly, sosfiltfilt

from benchmarks.noise.syllables import Syllable, relation, spoken, syllables

Audio = NDArray[np.float32]
Char = tuple[str, Syllable]

HERE = Path(__file__).parent
RATE_HZ = 16000
PROMPT = "以下是普通话的句子。"
COST = {"same_syllable": 0.3, "near": 0.7, "unrelated": 1.1}
BIN = 0.1


@dataclass
class Tally:
    """Counts over aligned syllables; `confidence` maps a tenth to [characters, errors]."""

    said: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    initials: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    finals: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    tones: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    confidence: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))


def telephone(audio: Audio) -> Audio:
    """16 kHz audio as a telephone passes it, back at 16 kHz."""
    narrow = resample_poly(audio, 1, 2)
    band = butter(4, [300, 3400], "bandpass", fs=RATE_HZ // 2, output="sos")
    return resample_poly(sosfiltfilt(band, narrow), 2, 1).astype(np.float32)


def align(said: Sequence[Char], heard: Sequence[Char]) -> list[tuple[int | None, int | None]]:
    """The cheapest pairing of indices; `None` stands opposite a dropped or an inserted character."""

    def cost(a: Char, b: Char) -> float:
        return 0.0 if a[0] == b[0] else COST[relation(a[1], b[1])]

    rows, columns = len(said) + 1, len(heard) + 1
    best = np.zeros((rows, columns))
    best[:, 0], best[0, :] = np.arange(rows), np.arange(columns)
    for i in range(1, rows):
        for j in range(1, columns):
            swap = best[i - 1, j - 1] + cost(said[i - 1], heard[j - 1])
            best[i, j] = min(swap, best[i - 1, j] + 1, best[i, j - 1] + 1)
    pairs: list[tuple[int | None, int | None]] = []
    i, j = rows - 1, columns - 1
    while i or j:
        if i and j and np.isclose(best[i, j], best[i - 1, j - 1] + cost(said[i - 1], heard[j - 1])):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and np.isclose(best[i, j], best[i - 1, j] + 1):
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def count(tally: Tally, reference: str, hypothesis: str, confidences: Sequence[float]) -> None:
    """Adds one clip; `confidences` holds the word probability of each character of `spoken(hypothesis)`."""
    said = list(zip(spoken(reference), syllables(reference), strict=True))
    heard = list(zip(spoken(hypothesis), syllables(hypothesis), strict=True))
    tally.said += len(said)
    for i, j in align(said, heard):
        if j is None:
            tally.kinds["deletion"] += 1
            continue
        right = i is not None and said[i][0] == heard[j][0]
        bin_ = tally.confidence[min(int(confidences[j] / BIN), 9)]
        bin_[0] += 1
        bin_[1] += not right
        if i is None:
            tally.kinds["insertion"] += 1
            continue
        a, b = said[i][1], heard[j][1]
        kind = "right" if right else relation(a, b)
        tally.kinds[kind] += 1
        if kind != "unrelated":
            tally.initials[a.initial][b.initial] += 1
            tally.finals[a.final][b.final] += 1
            tally.tones[str(a.tone)][str(b.tone)] += 1


def recognise(model: faster_whisper.WhisperModel, audio: Audio) -> Iterator[tuple[str, float]]:
    """Simplified characters with their words' probabilities."""
    simplify = OpenCC("t2s").convert
    segments, _ = model.transcribe(
        audio,
        language="zh",
        beam_size=5,
        initial_prompt=PROMPT,
        word_timestamps=True,
        condition_on_previous_text=False,
    )
    for segment in segments:
        for word in segment.words or ():
            for character in spoken(simplify(word.word)):
                yield character, word.probability


def table(tally: Tally, provenance: dict[str, Any]) -> dict[str, Any]:
    """What is stored: rates per said syllable, and how often each sound was heard as which."""

    def confusions(counts: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
        return {said: dict(sorted(heard.items())) for said, heard in sorted(counts.items())}

    wrong = sum(n for kind, n in tally.kinds.items() if kind != "right")
    return {
        "provenance": provenance,
        "syllables": tally.said,
        "cer": round(wrong / tally.said, 4),
        "rates": {k: round(n / tally.said, 4) for k, n in sorted(tally.kinds.items()) if k != "right"},
        "initials": confusions(tally.initials),
        "finals": confusions(tally.finals),
        "tones": confusions(tally.tones),
        "confidence": [
            {"from": round(b * BIN, 1), "characters": n, "errors": errors}
            for b, (n, errors) in sorted(tally.confidence.items())
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure recognition confusions on real speech.")
    parser.add_argument("clips", type=Path, help="folder with manifest.csv and the clips")
    parser.add_argument("--model", required=True, help="a faster-whisper model folder or name")
    parser.add_argument("--out", type=Path, default=HERE / "confusions.json")
    args = parser.parse_args()
    model = faster_whisper.WhisperModel(args.model, device="cpu", compute_type="int8", cpu_threads=2)
    tally, per_band = Tally(), {}
    with (args.clips / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        rows = list(csv.DictReader(manifest))
    for band, through in (("16 kHz", lambda audio: audio), ("8 kHz", telephone)):
        before = (tally.said, tally.kinds.total() - tally.kinds["right"])
        for row in rows:
            audio = through(faster_whisper.decode_audio(str(args.clips / row["file"]), sampling_rate=RATE_HZ))
            heard = list(recognise(model, audio))
            count(tally, row["reference"], "".join(c for c, _ in heard), [p for _, p in heard])
        wrong = tally.kinds.total() - tally.kinds["right"] - before[1]
        per_band[band] = round(wrong / (tally.said - before[0]), 4)
    provenance = {
        "clips": len(rows),
        "speech": "the real_speech set: people's recordings from public corpora; no synthetic calls",
        "recogniser": f"faster-whisper {faster_whisper.__version__}, Whisper base, int8, beam 5, {PROMPT}",
        "cer_by_band": per_band,
        "measured_on": date.today().isoformat(),
        "command": "python -m benchmarks.noise.measure CLIPS_DIR --model MODEL_DIR",
    }
    args.out.write_text(json.dumps(table(tally, provenance), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({"cer": per_band, "kinds": tally.kinds}, ensure_ascii=False))


if __name__ == "__main__":
    main()
