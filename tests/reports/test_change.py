"""The parts of a change add up to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reports.change import causes
from qa.reports.figures import Cost, Tally

costs = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 500), st.integers(0, 20_000)),
    unique_by=lambda entry: entry[0],
).map(lambda rows: [Cost(rule, rule, "", calls=count, count=count, cents=cents) for rule, count, cents in rows])
tallies = st.tuples(st.integers(1, 1000), st.integers(0, 100_00)).map(
    lambda pair: Tally(calls=pair[0], scored=pair[0], score_cents=pair[0] * pair[1])
)


@given(now=tallies, former=tallies, costs=costs, former_costs=costs)
def test_parts_add_up(now: Tally, former: Tally, costs: list[Cost], former_costs: list[Cost]) -> None:
    assert now.mean is not None and former.mean is not None
    total = sum(cause.points for cause in causes(now, former, costs, former_costs))
    assert total == pytest.approx(now.mean - former.mean, abs=0.005 + 1e-9)


def test_a_rule_that_fires_more_often_pulls_the_mean_down() -> None:
    now, former = Tally(calls=10, scored=10, score_cents=95_000), Tally(calls=20, scored=20, score_cents=195_000)
    found = causes(
        now,
        former,
        [Cost("a", "甲", "1", 5, 5, 5000)],
        [Cost("a", "甲", "1", 5, 5, 2500), Cost("b", "乙", "2", 5, 5, 2500)],
    )
    assert [(c.rule, c.before, c.after, c.points) for c in found] == [("a", 25.0, 50.0, -3.75), ("b", 25.0, 0.0, 1.25)]


def test_the_floor_is_told_apart() -> None:
    now, former = Tally(calls=1, scored=1, score_cents=0), Tally(calls=1, scored=1, score_cents=100_00)
    found = causes(now, former, [Cost("a", "甲", "1", 1, 13, 130_00)], [])
    assert [(c.rule, c.points) for c in found] == [("a", -130.0), ("", 30.0)]


def test_nothing_to_compare() -> None:
    assert causes(Tally(calls=1), Tally(calls=1, scored=1), [], []) == ()
