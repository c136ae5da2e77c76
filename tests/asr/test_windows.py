"""Packing spans and mapping words back."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa.asr.windows import pack
from qa.audio import RATE
from qa.speech import Span

MARGIN_S = 0.4

lengths = st.lists(st.tuples(st.floats(0.2, 3), st.floats(0.1, 70)), min_size=1, max_size=8)


@given(lengths)
def test_every_moment_of_speech_is_packed_once_in_windows_that_fit(parts: list[tuple[float, float]]) -> None:
    spans, at = [], 0.0
    for silence, speech in parts:
        spans.append(Span(at + silence, at + silence + speech))
        at += silence + speech
    windows = pack(np.zeros(int((at + 1) * RATE), np.int16), spans, 28, MARGIN_S)
    pieces = [piece for window in windows for piece in window.pieces]
    assert sum(p.end_s - p.start_s for p in pieces) == sum(s.end_s - s.start_s for s in spans) or np.isclose(
        sum(p.end_s - p.start_s for p in pieces), sum(s.end_s - s.start_s for s in spans)
    )
    assert all(window.length_s <= 28 + 1e-6 for window in windows)
    assert all(b.cut_s >= a.cut_s + a.length_s - 1e-6 for a, b in itertools.pairwise(pieces))


def test_audio_lands_where_the_pieces_say() -> None:
    samples = np.arange(10 * RATE) % 2000
    window = pack(samples.astype(np.int16), [Span(1, 2), Span(5, 6)], 28, MARGIN_S)[0]
    audio = window.audio(samples.astype(np.int16))
    first, second = window.pieces
    assert first.cut_s == 1 - MARGIN_S
    assert np.isclose(second.offset_s, first.length_s)
    for piece in window.pieces:
        at, cut = round(piece.offset_s * RATE), round(piece.cut_s * RATE)
        assert np.allclose(audio[at : at + 100] * 32768, samples[cut : cut + 100])
    assert len(audio) == round((first.length_s + second.length_s) * RATE)


def test_words_find_their_piece() -> None:
    window = pack(np.zeros(10 * RATE, np.int16), [Span(1, 2), Span(5, 6)], 28, MARGIN_S)[0]
    second = window.pieces[1].offset_s
    assert window.piece_at(0.3, 0.5) == 0
    assert window.piece_at(second + 0.3, second + 0.5) == 1
    assert window.piece_at(second - 0.05, second + 0.02) == 0
    assert window.piece_at(second - 0.02, second + 0.05) == 1
