"""Measures of a call that need no rule."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.call import Call, Role, Speech
from qa.metrics import gaps, measure
from tests.builders import make_call, make_turn

AGENT, CUSTOMER, UNKNOWN = "agent", "customer", "unknown"


def call_of(*spans: tuple[Role, float, float], duration_s: float = 20.0, **fields: Any) -> Call:
    turns = tuple(make_turn(role, start, end, "好的") for role, start, end in spans)
    speech = tuple(Speech(*span) for span in spans)
    return make_call(*(turns or (make_turn("agent", 0, 0, ""),)), speech=speech, duration_s=duration_s, **fields)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], {"talk_ratio_agent": None, "silence_s": 20.0, "longest_silence_s": 20.0, "overlap_s": 0.0}),
        (
            [(AGENT, 1, 4), (CUSTOMER, 6, 7)],
            {"talk_ratio_agent": 0.75, "silence_s": 16.0, "longest_silence_s": 13.0, "overlap_s": 0.0},
        ),
        # Both at once is speech of each and silence of nobody.
        (
            [(AGENT, 0, 10), (CUSTOMER, 8, 20)],
            {"talk_ratio_agent": 0.455, "silence_s": 0.0, "longest_silence_s": 0.0, "overlap_s": 2.0},
        ),
        # Spans of one side that overlap are one stretch.
        ([(AGENT, 0, 5), (AGENT, 3, 8)], {"talk_ratio_agent": 1.0, "silence_s": 12.0, "overlap_s": 0.0}),
        # Speech of nobody in particular breaks a silence but belongs to no side.
        ([(UNKNOWN, 9, 11)], {"talk_ratio_agent": None, "silence_s": 18.0, "longest_silence_s": 9.0}),
        # The order of the spans does not matter.
        ([(CUSTOMER, 6, 7), (AGENT, 1, 4)], {"talk_ratio_agent": 0.75, "longest_silence_s": 13.0}),
    ],
)
def test_shares_and_silences(spans: list[tuple[Role, float, float]], expected: dict[str, float | None]) -> None:
    measured = measure(call_of(*spans))
    assert {name: measured[name] for name in expected} == expected


def test_overlap_cannot_be_heard_on_one_track() -> None:
    call = call_of(("agent", 0, 10), ("customer", 8, 20), channels="mono")
    assert measure(call)["overlap_s"] is None


@pytest.mark.parametrize(
    ("text", "seconds", "rate"),
    [("好的好的", 2.0, 120.0), ("好的,好的。", 2.0, 120.0), ("867", 2.0, 90.0), ("好的", 0.5, None), ("。", 5.0, None)],
)
def test_rate_counts_syllables_a_minute_of_own_speech(text: str, seconds: float, rate: float | None) -> None:
    call = make_call(make_turn("agent", 1.0, 1.0 + seconds, text), make_turn("customer", 30.0, 40.0, "嗯嗯嗯嗯"))
    assert measure(call)["agent_chars_per_min"] == rate


@pytest.mark.parametrize(
    ("spans", "duration_s", "expected"),
    [
        ([], 5.0, [(0.0, 5.0)]),
        ([(0.0, 5.0)], 5.0, []),
        ([(1.0, 2.0)], 5.0, [(0.0, 1.0), (2.0, 5.0)]),
        ([(1.0, 2.0), (2.0, 3.0)], 3.0, [(0.0, 1.0)]),
        # A transcript may run over the end of the recording by a hair.
        ([(1.0, 5.2)], 5.0, [(0.0, 1.0)]),
    ],
)
def test_gaps(spans: list[tuple[float, float]], duration_s: float, expected: list[tuple[float, float]]) -> None:
    assert gaps(spans, duration_s) == expected


roles = st.sampled_from(["agent", "customer", "unknown"])
any_spans = st.lists(st.tuples(roles, st.floats(0, 50), st.floats(0, 10)).map(lambda t: (t[0], t[1], t[1] + t[2])))


@given(any_spans)
def test_measures_stay_within_the_call(spans: list[tuple[Role, float, float]]) -> None:
    measured = measure(call_of(*spans, duration_s=60.0))
    silence, longest, overlap = (measured[name] for name in ("silence_s", "longest_silence_s", "overlap_s"))
    assert silence is not None and longest is not None and overlap is not None
    assert 0 <= longest <= silence <= 60
    assert 0 <= overlap <= 60
    assert measured["talk_ratio_agent"] is None or 0 <= measured["talk_ratio_agent"] <= 1
