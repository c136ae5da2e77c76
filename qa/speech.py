"""Who is heard when: speech spans of each channel, from the Silero VAD that faster-whisper carries.

Spans are not padded: the silent-call and dead-air rules measure the gaps between them with a tolerance of 0.3 s
(design: rules, silent-call).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.audio import RATE, Audio, Samples, as_float, correlation

HOP = 512  # samples a probability; the network's own step at 16 kHz
HOP_S = HOP / RATE

_ENTER, _LEAVE = 0.5, 0.35  # Silero's own hysteresis
_MIN_SPEECH_S = 0.1
_MIN_SILENCE_S = 0.2
_BLOCK_HOPS = 1875  # one minute
_WARM_UP_HOPS = 31  # the network forgets within a second

_BLEED_LEVEL = 2.0  # the true side is at least 6 dB louder …
_BLEED_CORRELATION = 0.6  # … and the two sides sound alike; independent talkers stay below 0.4
_BLEED_WINDOW_HOPS = 16
_BLEED_LAG = int(0.05 * RATE)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of speech in one channel, seconds from the start of the recording."""

    start_s: float
    end_s: float


def speech_spans(audio: Audio) -> tuple[tuple[Span, ...], ...]:
    """The speech of each channel, in order, without padding.

    What a channel carries only as a fainter copy of the other one (cross-talk, echo) is not its speech.
    """
    probabilities = [speech_probabilities(channel) for channel in audio.channels]
    if len(audio.channels) == 2:
        left, right = audio.channels
        first, second = probabilities
        first[bleed(left, right, first > _LEAVE)] = 0.0
        second[bleed(right, left, second > _LEAVE)] = 0.0
    return tuple(spans_of(p, audio.duration_s) for p in probabilities)


def speech_probabilities(samples: Samples) -> NDArray[np.float32]:
    """The probability of speech in each `HOP` samples, shape [ceil(n / HOP)], read in blocks of a minute."""
    model = _vad()
    parts = []
    block, warm_up = _BLOCK_HOPS * HOP, _WARM_UP_HOPS * HOP
    for start in range(0, len(samples), block):
        before = min(start, warm_up)
        piece = as_float(samples[start - before : start + block])
        piece = np.pad(piece, (0, -len(piece) % HOP))
        parts.append(np.asarray(model(piece), dtype=np.float32).reshape(-1)[before // HOP :])
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def spans_of(probabilities: NDArray[np.float32], duration_s: float) -> tuple[Span, ...]:
    """Spans entered at 0.5 and left below 0.35; shorter silences than 0.2 s do not split, shorter speech than
    0.1 s does not count."""
    spans: list[Span] = []
    start: int | None = None
    last = 0  # the hop after the last one that may still be speech
    for hop, probability in enumerate([*probabilities.tolist(), *[0.0] * (int(_MIN_SILENCE_S / HOP_S) + 1)]):
        if probability >= _ENTER and start is None:
            start = hop
        if start is not None and probability >= _LEAVE:
            last = hop + 1
        elif start is not None and (hop + 1 - last) * HOP_S >= _MIN_SILENCE_S:
            if (last - start) * HOP_S >= _MIN_SPEECH_S:
                spans.append(Span(start * HOP_S, min(last * HOP_S, duration_s)))
            start = None
    return tuple(spans)


def bleed(samples: Samples, other: Samples, where: Mask) -> Mask:
    """The hops of `where` at which `samples` is only a fainter copy of `other`: quieter and correlated with it.

    Both channels have equal length; `where` holds one flag a `HOP`.
    """
    found = np.zeros(len(where), np.bool_)
    half = _BLEED_WINDOW_HOPS // 2
    for hop in range(0, len(where), half):
        if not where[hop : hop + half].any():
            continue
        start, stop = max(0, hop - half // 2) * HOP, (hop + half + half // 2) * HOP
        x, y = as_float(samples[start:stop]), as_float(other[start:stop])
        if np.linalg.norm(y) > _BLEED_LEVEL * np.linalg.norm(x) and (
            correlation(x, y, _BLEED_LAG) > _BLEED_CORRELATION
        ):
            found[hop : hop + half] = True
    return found


def _vad() -> Any:
    from faster_whisper.vad import get_vad_model  # slow to import: only where audio is read

    return get_vad_model()
