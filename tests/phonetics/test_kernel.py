"""The compiled search against the same written plainly: alignments, numbers in order, traces."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.phonetics import Phones, build_lexicon, phones
from qa.phonetics.align import PAIRS, listen
from qa.phonetics.digit_kernel import in_order
from qa.phonetics.kernel import (
    GAP_REACH,
    IN_GAP,
    LOST,
    NOTHING,
    OTHER_TONE,
    SAME_CHARACTER,
    SAME_TONE,
    SLACK,
    align,
    trace,
)
from qa.phonetics.pattern import Wording, compile_pattern

SCRIPT = "感谢您的来电再见"
TEXT = st.text(alphabet="感谢您的来电再见甘戴点件嗯那个好暖气热不没", min_size=1, max_size=24)


def plainly(wording: Wording, heard: Phones) -> float:
    """The best alignment anywhere in a text, by the book: every syllable taken or lost, any number slipped in."""
    around = listen(heard, 0)
    best = np.zeros(len(heard) + 1)
    for step, said in enumerate(wording.ids):
        if step:
            if wording.gap_before[step]:
                passed = [
                    np.concatenate([np.full(r, NOTHING), best[:-r] + r * IN_GAP]) for r in range(1, GAP_REACH + 1)
                ]
                best = np.max([best, *passed], axis=0)
            for p in range(1, len(best)):
                best[p] = max(best[p], best[p - 1] + around["slip"][p - 1])
        after = np.full(len(best), NOTHING)
        for p in range(len(best)):
            if step:
                after[p] = best[p] + (LOST if chr(wording.codes[step]) not in "不没别" else -18.0)
            if p:
                pair = float(PAIRS[said, heard.ids[p - 1]])
                if heard.codes[p - 1] == wording.codes[step]:
                    pair += SAME_CHARACTER
                elif heard.ids[p - 1] == said:
                    pair += SAME_TONE if heard.tones[p - 1] == wording.tones[step] else OTHER_TONE
                after[p] = max(after[p], best[p - 1] + pair)
        best = after
    return float(best.max())


def compiled(pattern: str, heard: Phones, at: int) -> tuple[float, int, int]:
    lexicon = build_lexicon([pattern])
    room = lexicon.margin
    return align(
        0, at + room, lexicon.table, listen(heard, room), PAIRS, np.empty(room, np.float32), np.empty(room, np.int32)
    )


@settings(max_examples=200, deadline=None)
@given(TEXT, st.integers(0, 4), st.sampled_from([SCRIPT, "感谢…再见", "不热"]))
def test_what_is_said_near_the_place_is_aligned_as_by_the_book(tail: str, before: int, pattern: str) -> None:
    heard = phones("那" * before + pattern.replace("…", "您") + tail)
    score, start, end = compiled(pattern, heard, before)
    room = build_lexicon([pattern]).margin
    assert score == pytest.approx(plainly(compile_pattern(pattern).wordings[0], heard), abs=1e-3)
    assert 0 <= start - room < end - room <= len(heard)


@settings(max_examples=200, deadline=None)
@given(TEXT)
def test_no_alignment_beats_the_book(text: str) -> None:
    heard = phones(text)
    score, _, _ = compiled(SCRIPT, heard, 0)
    best = plainly(compile_pattern(SCRIPT).wordings[0], heard)
    assert score <= best + 1e-3
    # Texts of two dozen syllables lie within reach, so that what is worth telling is told exactly.
    if len(heard) <= 2 * SLACK and best >= build_lexicon([SCRIPT]).table.least[0]:
        assert score == pytest.approx(best, abs=1e-3)


def by_trial(pair: NDArray[np.float64], slips: NDArray[np.float64], left_out: NDArray[np.float64]) -> float:
    """The best of every way to put k things in order among n places, any of them lost."""
    k, n = pair.shape
    found = []
    for count in range(1, k + 1):
        for which in combinations(range(k), count):
            for places in combinations(range(n), count):
                slipped = sum(slips[i] for i in range(places[0], places[-1]) if i not in places)
                edges = (left_out[places[0] - 1] if places[0] else 0.0) + (
                    left_out[places[-1] + 1] if places[-1] + 1 < n else 0.0
                )
                taken = sum(pair[i, p] for i, p in zip(which, places, strict=True))
                found.append(taken + slipped + edges + LOST * (k - count))
    return max(found)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 3), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_numbers_are_put_in_the_best_order(k: int, n: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    pair, left_out = draw.normal(2, 3, (k, n)), -draw.random(n)
    slips = left_out - draw.random(n) * 3  # leaving out at an edge is never dearer than slipping in
    pair[0] += 20.0  # the first is never lost: what stands before a lost one would be counted otherwise
    best, places = in_order(pair, slips, left_out)
    assert best == pytest.approx(by_trial(pair, slips, left_out), abs=1e-6)
    told = [p for p in places if p >= 0]
    assert told == sorted(set(told))


@pytest.mark.parametrize(
    ("pattern", "text", "least", "most"),
    [
        ("大龙供暖", "大龙供暖", 0.9, 1.0),
        ("大龙供暖", "供暖", 0.4, 0.6),
        ("大龙供暖", "暖供", 0.2, 0.3),
        ("大龙供暖", "您好", 0.0, 0.1),
        ("大龙供暖", "", 0.0, 0.0),
    ],
)
def test_traces_count_what_sounds_again_in_order(pattern: str, text: str, least: float, most: float) -> None:
    table = build_lexicon([pattern]).table
    assert least <= trace(table, PAIRS, np.array([0]), phones(text).ids) <= most
