"""Recordings for measuring: sample calls put end to end and cut to length, no two with equal bytes."""

from pathlib import Path
from typing import Any

import av
import numpy as np

from qa.settings import PROJECT

RATE = 8000
Samples = np.ndarray[Any, np.dtype[np.int16]]


def make_recordings(folder: Path, calls: int, seconds: float, names: str = "k{:05}.wav") -> list[Path]:
    """So many two-channel recordings of that length, each from another place of the sample calls."""
    folder.mkdir(parents=True, exist_ok=True)
    spoken, length = _spoken(), int(seconds * RATE)
    paths = []
    for number in range(calls):
        at = number * length % len(spoken)
        samples = np.take(spoken, range(at, at + length), axis=0, mode="wrap")
        samples[0, 0] = number % 20_000
        paths.append(_write(folder / names.format(number), samples))
    return paths


def same_words(folder: Path, calls: int, seconds: float, names: str = "k{:05}.wav") -> list[Path]:
    """So many recordings of the beginning of one sample call, which differ in one sample only."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = _spoken()[: int(seconds * RATE)].copy()
    paths = []
    for number in range(calls):
        samples[0, 0] = number % 20_000
        paths.append(_write(folder / names.format(number), samples))
    return paths


def _spoken() -> Samples:
    blocks: list[Samples] = []
    for path in sorted((PROJECT / "sample_data" / "clean").glob("*.wav")):
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
            blocks += [p.to_ndarray() for frame in container.decode(audio=0) for p in resampler.resample(frame)]
    return np.concatenate(blocks, axis=1).reshape(-1, 2)


def _write(path: Path, samples: Samples) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.reshape(1, -1)), "s16", "stereo")
        frame.sample_rate = RATE
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path
