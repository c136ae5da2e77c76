"""Plans are fair, repeatable and spend a budget where it finds most; what they find can be projected without a bend."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.listening import centre, found, mixed
from qa.sampling.estimate import estimate
from qa.sampling.plan import Candidate, Stratum, each_agent, listening, spot_checks
from qa.sampling.quota import quotas
from tests.conftest import ROOT

SIZES = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 400), min_size=1, max_size=12)


@given(sizes=SIZES, total=st.integers(0, 3000))
def test_each_share_is_within_one_of_its_quota(sizes: dict[str, int], total: int) -> None:
    shares = quotas(sizes, total)
    everybody = sum(sizes.values())
    assert sum(shares.values()) == min(total, everybody)
    for name, share in shares.items():
        assert 0 <= share <= sizes[name]
        assert everybody == 0 or abs(share - min(total, everybody) * sizes[name] / everybody) < 1


@pytest.mark.parametrize(
    ("sizes", "total", "expected"),
    [
        ({"a": 10, "b": 10, "c": 10}, 4, {"a": 2, "b": 1, "c": 1}),
        ({"a": 53, "b": 24, "c": 23}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"a": 1, "b": 1}, 9, {"a": 1, "b": 1}),
        ({"a": 0}, 3, {"a": 0}),
    ],
)
def test_largest_remainder(sizes: dict[str, int], total: int, expected: dict[str, int]) -> None:
    assert quotas(sizes, total) == expected


def calls(sizes: dict[str, int]) -> list[Candidate]:
    return [Candidate(f"{agent}-{i}", agent, f"team {agent[0]}") for agent, size in sizes.items() for i in range(size)]


@given(sizes=SIZES, count=st.integers(0, 300), seed=st.integers(0, 99), per=st.sampled_from(["agent", "team"]))
def test_a_plan_is_fair_and_can_be_repeated(sizes: dict[str, int], count: int, seed: int, per: Stratum) -> None:
    candidates = calls(sizes)
    plan = spot_checks(candidates, count, seed, per)
    shuffled = random.Random(seed).sample(candidates, len(candidates))
    assert plan == spot_checks(shuffled, count, seed, per)
    assert len({pick.call_id for pick in plan}) == len(plan) == min(count, len(candidates))
    if per == "agent" and plan:
        heard = Counter(pick.call_id.split("-")[0] for pick in plan)
        for agent, size in sizes.items():
            assert abs(heard[agent] - len(plan) * size / len(candidates)) < 1


def test_another_seed_is_another_plan() -> None:
    candidates = calls({"a": 200, "b": 100})
    assert spot_checks(candidates, 30, 1) != spot_checks(candidates, 30, 2)


def test_every_agent_is_heard_as_often() -> None:
    plan = each_agent(calls({"a": 200, "b": 2, "c": 50}), 5, seed=3)
    assert Counter(pick.call_id[0] for pick in plan) == {"a": 5, "b": 2, "c": 5}
    assert {pick.chance for pick in plan} == {5 / 200, 1.0, 5 / 50}


def test_the_budget_goes_where_most_is_expected() -> None:
    candidates = [Candidate(f"c{i:03}", expected=i / 100) for i in range(100)]
    plan = listening(candidates, 20, seed=1)
    assert [pick.call_id for pick in plan[:18]] == [f"c{i:03}" for i in range(99, 81, -1)]
    assert {(pick.way, pick.chance) for pick in plan[18:]} == {("uniform", 2 / 82)}
    assert listening(candidates, 0, seed=1) == ()
    assert len(listening(candidates, 500, seed=1)) == 100


def test_the_estimate_is_unbiased() -> None:
    draw = random.Random(5)
    truth = {f"c{i}": draw.choice((0, 0, 0, 0, 1, 2)) for i in range(300)}
    candidates = [Candidate(call, expected=count * draw.random()) for call, count in truth.items()]
    told = [
        estimate(plan, {p.call_id: truth[p.call_id] for p in plan}, len(truth))
        for plan in (listening(candidates, 60, seed, uniform_share=0.5) for seed in range(400))
    ]
    total = sum(truth.values())
    assert sum(e.total for e in told) / len(told) == pytest.approx(total, rel=0.03)
    assert sum(e.low <= total <= e.high for e in told) / len(told) > 0.9


def test_nothing_heard_blindly_tells_nothing_of_the_rest() -> None:
    plan = listening([Candidate("a", expected=1), Candidate("b")], 2, seed=1, uniform_share=0)
    assert estimate(plan, {"a": 1}, 10).high == float("inf")
    assert estimate(plan, {"a": 1, "b": 0}, 2).total == 1


def test_a_budget_finds_several_times_what_chance_finds() -> None:
    made = centre(mixed(100, 0.1, seed=32, cer=0.15), ROOT / "rules", processes=1)
    plan = listening(made.candidates, 8, seed=1)
    blind = [found(listening(made.candidates, 8, seed, uniform_share=1.0), made.violations) for seed in range(60)]
    assert found(plan, made.violations) >= 4 * sum(blind) / len(blind)
