"""What the line asks of a recogniser, and the decoding options that make its output reproducible."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import ceil
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from qa.asr import bundled
from qa.audio import Samples
from qa.call import Word
from qa.speech import Span

_VERSION = 3  # counts the changes of decoding that no option tells

Profile = Literal["fast", "balanced", "careful"]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What an engine heard in one channel.

    `words` are in order of time, in simplified Chinese, inside the spans; punctuation belongs to the word before
    it; a span in which nothing was understood gives none. `mandarin` holds for each span the probability (0–1) that
    its language is Mandarin, judged on whatever stretch of speech the engine reads at once; it is empty where the
    engine cannot tell.
    """

    words: tuple[Word, ...] = ()
    mandarin: tuple[float, ...] = ()


class Transcriber(Protocol):
    """An engine. `name` identifies model and options: equal names on equal audio give equal words."""

    @property
    def name(self) -> str: ...

    def hear(self, samples: Sequence[Samples], spans: Sequence[Sequence[Span]]) -> tuple[Hearing, ...]:
        """What is said in the `spans` of each side; the sides may be of several calls, and are worked together.

        Each of `samples` is int16 at 16 kHz and may be a memory map of hours: read it span by span.
        """
        ...


class Listener(Protocol):
    """An engine that can also tell how well given words fit a sound."""

    def likelihoods(self, samples: Samples, said: str, texts: Sequence[str]) -> tuple[float, ...]:
        """The natural log probability of each text as that with which the words after `said` begin.

        `samples`, int16 at 16 kHz and at most 27 s, begin with the words `said`.
        """
        ...


class Way(NamedTuple):
    """A way to read a window: with so much silence after it, and with the prompt or without."""

    padding_s: float
    prompted: bool


@dataclass(frozen=True, slots=True)
class Decoding:
    """How Whisper decodes: speech with `margin_s` of what surrounds it, packed into windows of at most `window_s`.

    The model hears them `tempo` times as fast as they were spoken, at the pitch they had, followed by at least
    `padding_s` of silence; up to `batch_size` windows at once. The language is told of every window, or of each
    side's longest only. Every window is read again in each of the `other_ways`; the likeliest reading counts.
    """

    profile: Profile
    window_s: float
    margin_s: float
    padding_s: float
    tempo: float
    batch_size: int
    beam_size: int
    timestamps: bool
    every_language: bool
    prompt: str = "以下是普通话的句子。"
    other_ways: tuple[Way, ...] = ()

    @classmethod
    def of(cls, profile: Profile) -> "Decoding":
        """The options of a named profile; `careful` is the most accurate, `fast` the cheapest."""
        return _PROFILES[profile]

    @property
    def key(self) -> str:
        """Short text that changes with any option, for provenance and caching."""
        numbers = (*astuple(self)[1:-2], *(number for way in self.other_ways for number in way))
        options = "-".join(f"{value:g}" for value in numbers)
        return f"{_VERSION}-{self.profile}-{options}-{hashlib.sha256(self.prompt.encode()).hexdigest()[:6]}"

    def frames(self, length_s: float, padding_s: float | None = None) -> int:
        """How many frames, a hundred a second, the model reads of a window of this length."""
        heard_s = max(_LEAST_S, length_s / self.tempo + (self.padding_s if padding_s is None else padding_s))
        return int(min(_MOST_S, ceil(heard_s / _RUNG_S) * _RUNG_S) * 100)


_LEAST_S = 6.0  # with less, Whisper repeats itself
_MOST_S = 30.0
_RUNG_S = 2.0

_PROFILES = {
    "fast": Decoding(
        "fast",
        window_s=20,
        margin_s=0.25,
        padding_s=1,
        tempo=1,
        batch_size=16,
        beam_size=1,
        timestamps=False,
        every_language=False,
        prompt="",
    ),
    "balanced": Decoding(
        "balanced",
        window_s=20,
        margin_s=0.4,
        padding_s=2,
        tempo=1,
        batch_size=8,
        beam_size=5,
        timestamps=True,
        every_language=False,
    ),
    "careful": Decoding(
        "careful",
        window_s=20,
        margin_s=0.4,
        padding_s=2,
        tempo=1,
        batch_size=8,
        beam_size=5,
        timestamps=True,
        every_language=True,
        other_ways=(Way(5, prompted=True), Way(2, prompted=False)),
    ),
}


def engine_name(model: str | None, decoding: Decoding | Profile) -> str:
    """The `name` of the faster-whisper engine with this model and options, without loading it.

    A folder is known by its name, the size of its model file and the hash of its first megabyte.
    """
    options = decoding if isinstance(decoding, Decoding) else Decoding.of(decoding)
    if model is None:
        label = f"{bundled.NAME}-{bundled.SHA256[:12]}"
    elif (weights := Path(model) / "model.bin").is_file():
        with weights.open("rb") as file:
            start = hashlib.sha256(file.read(1 << 20)).hexdigest()
        label = f"{Path(model).resolve().name}-{weights.stat().st_size}-{start[:12]}"
    else:
        label = model
    return f"faster-whisper:{label}:{options.key}"
