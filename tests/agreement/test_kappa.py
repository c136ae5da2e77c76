"""Kappa figures are those of statsmodels and scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from qa.agreement.kappa import Agreement, cohen, fleiss, percent


@pytest.mark.parametrize("seed", range(100))
def test_equal_to_reference_implementations(seed: int) -> None:
    draw = np.random.default_rng(seed)
    size = int(draw.integers(2, 6))
    table = draw.integers(0, 30, (size, size)) + np.diag(draw.integers(1, 60, size))
    found, expected = cohen(table), cohens_kappa(table)
    assert found.value == pytest.approx(expected.kappa, abs=1e-12)
    assert found.value == pytest.approx(cohen_kappa_score(*_pairs(table)), abs=1e-12)
    assert found.low == pytest.approx(max(-1.0, expected.kappa_low), abs=1e-6)
    assert found.high == pytest.approx(min(1.0, expected.kappa_upp), abs=1e-6)
    raters = int(draw.integers(2, 8))
    ratings = draw.multinomial(raters, draw.dirichlet(np.ones(size)), int(draw.integers(5, 60)))
    assert fleiss(ratings).value == pytest.approx(fleiss_kappa(ratings), abs=1e-12)


def _pairs(table: np.ndarray) -> tuple[list[int], list[int]]:
    cells = [(i, j) for i in range(len(table)) for j in range(len(table)) for _ in range(int(table[i, j]))]
    return [i for i, _ in cells], [j for _, j in cells]


def test_the_jackknife_interval_covers_the_truth() -> None:
    def sample(draw: np.random.Generator, cases: int) -> np.ndarray:
        """Four raters who say the case's own category three times of four."""
        true = draw.integers(0, 2, cases)
        said = np.where(draw.random((cases, 4)) < 0.75, true[:, None], 1 - true[:, None])
        return np.stack([(said == 0).sum(axis=1), (said == 1).sum(axis=1)], axis=1)

    draw = np.random.default_rng(1)
    truth = 0.25  # agreement of two raters is .75² + .25² = .625, by chance .5
    covered = [truth for _ in range(100) if _inside(fleiss(sample(draw, 60)), truth)]
    assert len(covered) >= 88


def _inside(found: Agreement, truth: float) -> bool:
    return found.low <= truth <= found.high


@pytest.mark.parametrize("table", [[[0, 0], [0, 0]], [[5, 0], [0, 0]], []])
def test_nothing_beyond_chance_can_be_said(table: list[list[int]]) -> None:
    assert cohen(table or np.zeros((2, 2))).value is None
    assert fleiss([row for row in table if sum(row)] or np.zeros((0, 2))).value is None


def test_cases_with_one_rater_say_nothing() -> None:
    whole = [[2, 1], [0, 3], [3, 0], [1, 2]]
    assert fleiss([*whole, [1, 0], [0, 1]]) == fleiss(whole)


def test_plain_agreement_knows_how_little_it_knows() -> None:
    assert percent(0, 0).value is None
    few, many = percent(8, 10), percent(800, 1000)
    assert few.value == many.value == 0.8 and few.high - few.low > many.high - many.low
