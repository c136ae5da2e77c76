"""Speech spans packed into the windows that Whisper reads, and window times mapped back to the recording."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.audio import RATE, Samples, as_float
from qa.speech import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """One span (or a part of a long one) within a window: it begins at `offset_s` of the window's audio.

    `start_s`/`end_s` bound the speech in the recording, `cut_s` is where the copied audio begins there.
    """

    start_s: float
    end_s: float
    cut_s: float
    offset_s: float
    length_s: float


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces that are decoded together, in order; `length_s` is that of the packed audio."""

    pieces: tuple[Piece, ...]
    length_s: float

    @property
    def speech_s(self) -> float:
        """Seconds of speech in it."""
        return sum(piece.end_s - piece.start_s for piece in self.pieces)

    def audio(self, samples: Samples) -> NDArray[np.float32]:
        """The packed audio, float32 at 16 kHz, shape [round(length_s × RATE)]."""
        out = np.zeros(round(self.length_s * RATE), np.float32)
        for piece in self.pieces:
            cut, at = round(piece.cut_s * RATE), round(piece.offset_s * RATE)
            part = as_float(samples[cut : cut + round(piece.length_s * RATE)])[: len(out) - at]
            out[at : at + len(part)] = part
        return out

    def piece_at(self, start_s: float, end_s: float) -> int:
        """The index of the piece that a word at `start_s`…`end_s` of the window belongs to: the nearest."""
        middle = (start_s + end_s) / 2
        return min(
            range(len(self.pieces)),
            key=lambda i: max(
                self.pieces[i].offset_s - middle,
                middle - self.pieces[i].offset_s - self.pieces[i].length_s,
            ),
        )


def pack(samples: Samples, spans: Sequence[Span], window_s: float, margin_s: float) -> tuple[Window, ...]:
    """`spans` in windows of at most `window_s`; a longer span is split at its quietest places.

    `margin_s` of what surrounds a span comes with it, so that the model hears a pause.
    """
    windows: list[Window] = []
    pieces: list[Piece] = []
    at = 0.0
    total_s = len(samples) / RATE
    short = [part for span in spans for part in _split(samples, span, window_s - 2 * margin_s)]
    for index, span in enumerate(short):
        # A margin reaches at most half way to the neighbour: no sound is heard twice.
        before = short[index - 1].end_s if index else 0.0
        after = short[index + 1].start_s if index + 1 < len(short) else total_s
        cut = max(0.0, span.start_s - min(margin_s, max(0.0, span.start_s - before) / 2))
        stop = min(total_s, span.end_s + min(margin_s, max(0.0, after - span.end_s) / 2))
        if pieces and at + stop - cut > window_s:
            windows.append(Window(tuple(pieces), at))
            pieces, at = [], 0.0
        pieces.append(Piece(span.start_s, span.end_s, cut, at, stop - cut))
        at += stop - cut
    if pieces:
        windows.append(Window(tuple(pieces), at))
    return tuple(windows)


def _split(samples: Samples, span: Span, most_s: float) -> list[Span]:
    """`span` in parts of at most `most_s`, each cut at the quietest tenth of a second of its last third."""
    parts = []
    start = span.start_s
    while span.end_s - start > most_s:
        low, high = start + most_s * 2 / 3, start + most_s
        x = as_float(samples[round(low * RATE) : round(high * RATE)])
        tenth = RATE // 10
        energy = (x[: len(x) // tenth * tenth].reshape(-1, tenth) ** 2).sum(axis=1)
        cut = low + (int(energy.argmin()) + 0.5) * 0.1
        parts.append(Span(start, cut))
        start = cut
    return [*parts, Span(start, span.end_s)]
