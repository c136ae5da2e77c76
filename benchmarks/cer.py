"""Character error rate of the recogniser on a folder of labelled clips, at 16 kHz and through a telephone.

usage: python benchmarks/cer.py FOLDER [--profile careful] [--model NAME_OR_DIR] [--threads 2]

FOLDER holds manifest.csv (columns `file`, `reference`) and the clips. The telephone is 8 kHz, 300-3400 Hz,
8-bit µ-law (ITU-T G.711). Digits and punctuation are normalised before jiwer counts.
"""

import argparse
import csv
import re
import time
from pathlib import Path

import jiwer
import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

from qa.asr import Decoding
from qa.asr.faster_whisper import FasterWhisper
from qa.audio import RATE, Samples, as_float, read_audio
from qa.speech import spans_of, speech_probabilities

_DIGITS = str.maketrans("0123456789幺〇", "零一二三四五六七八九一零")
_MU = 255.0


def normalised(text: str) -> str:
    """`text` without punctuation, in lower case, digits as Chinese ones."""
    return re.sub(r"[^\w]|_", "", text).lower().translate(_DIGITS)


def through_telephone(samples: Samples) -> Samples:
    """16 kHz samples as they arrive over a G.711 line, at 16 kHz again."""
    narrow = resample_poly(as_float(samples), 1, 2)
    band = sosfilt(butter(4, [300, 3400], "bandpass", fs=RATE // 2, output="sos"), narrow)
    coded = np.sign(band) * np.log1p(_MU * np.minimum(1, np.abs(band))) / np.log1p(_MU)
    coded = np.round(coded * 127) / 127
    heard = np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(_MU)) / _MU
    return np.clip(resample_poly(heard, 2, 1) * 32767, -32768, 32767).astype(np.int16)


def measure(engine: FasterWhisper, clips: list[tuple[str, Samples]]) -> tuple[float, float]:
    """CER (0-1) over all clips together, and seconds of work a second of audio."""
    started = time.perf_counter()
    heard = []
    for _, samples in clips:
        spans = spans_of(speech_probabilities(samples), len(samples) / RATE)
        heard.append(normalised("".join(word.text for word in engine.hear([samples], [spans])[0].words)))
    took = time.perf_counter() - started
    seconds = sum(len(samples) for _, samples in clips) / RATE
    return float(jiwer.cer([normalised(text) for text, _ in clips], heard)), took / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", choices=["fast", "balanced", "careful"], default="careful")
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    with (args.folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    clips = [(row["reference"], read_audio(args.folder / row["file"]).channels[0]) for row in rows]
    engine = FasterWhisper(args.model, Decoding.of(args.profile), args.threads)
    print(engine.name)
    for label, heard in (("16 kHz", clips), ("telephone", [(t, through_telephone(s)) for t, s in clips])):
        cer, rtf = measure(engine, heard)
        print(f"{label:10s} {len(heard)} clips  CER {100 * cer:.1f} %  RTF {rtf:.3f}", flush=True)


if __name__ == "__main__":
    main()
