"""Logistic regression with an L2 penalty, one kind against all else, by L-BFGS."""

from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from benchmarks.style.sentences import Sentence, pieces
from qa.checks.ngrams import BITS, hashed
from qa.checks.sounding import KINDS, VERSION, Kind
from qa.phonetics import phones

PENALTY = 0.05
OTHER_KINDS = 0.15
"""How much a sentence of another kind counts as a counter-example: many are rude and blame at once."""
RARE = 3
FOLDS = 5
WRONG: dict[Kind, float] = {"rudeness": 0.0125, "refusal": 0.015, "blame": 0.01}
"""Share of the courteous sentences, most of them hard, that each kind may take wrongly; blame is told most easily."""
SHARPEST = 127


def matrix(found: list[Sentence]) -> csr_matrix:
    """Counts (sentences, n-grams) as the reader weighs them."""
    rows, columns, values = [], [], []
    for row, sentence in enumerate(found):
        heard = phones(sentence.text)
        grams = hashed(heard.codes, heard.ids, heard.chars, 0, len(heard)).astype(np.int64)
        rows.append(np.full(len(grams), row))
        columns.append(grams)
        values.append(np.full(len(grams), 1.0 / np.sqrt(max(1, len(heard)))))
    shape = (len(found), 1 << BITS)
    counts = csr_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)
    counts.sum_duplicates()
    return counts


def fitted(x: csr_matrix, wanted: NDArray[np.bool_], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of all columns, then the bias."""
    sign = np.where(wanted, 1.0, -1.0)
    turned = x.T.tocsr()

    def loss(v: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (x @ v[:-1] + v[-1])
        pull = -weight * sign / (1.0 + np.exp(np.clip(margin, -50, 50)))
        value = (weight * np.logaddexp(0, -margin)).sum() + 0.5 * PENALTY * (v[:-1] @ v[:-1])
        return float(value), np.append(turned @ pull + PENALTY * v[:-1], pull.sum())

    result = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 60})
    solution: NDArray[np.float64] = result.x
    return solution


def _learnt(x: csr_matrix, found: list[Sentence]) -> NDArray[np.float64]:
    """Weights (columns + 1, kinds)."""
    kinds = np.array([KINDS.index(s.kind) if s.kind else -1 for s in found])
    return np.stack(
        [fitted(x, kinds == k, np.where((kinds == k) | (kinds < 0), 1.0, OTHER_KINDS)) for k in range(len(KINDS))],
        axis=1,
    )


def _common(x: csr_matrix) -> NDArray[np.int64]:
    """The n-grams that at least `RARE` sentences have."""
    return np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]) >= RARE)


def trained(found: list[Sentence]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The n-grams that count, ascending, and their weights with the bias in the last row."""
    learnt = [*found, *pieces(found)]
    x = matrix(learnt)
    columns = _common(x)
    return columns, _learnt(x[:, columns], learnt)


def cross_validated(found: list[Sentence]) -> NDArray[np.float64]:
    """Log odds (sentences, kinds) of every sentence from a model that has seen none of its block."""
    every = [*found, *pieces(found)]
    x = matrix(every)
    x = x[:, _common(x)]
    blocks = np.array([s.block for s in every])
    fold = np.random.RandomState(0).permutation(blocks.max() + 1)[blocks] % FOLDS
    odds = np.zeros((len(every), len(KINDS)))
    for number in range(FOLDS):
        inside = fold != number
        v = _learnt(x[inside], [s for s, i in zip(every, inside, strict=True) if i])
        odds[~inside] = x[~inside] @ v[:-1] + v[-1]
    return odds[: len(found)]


def thresholds(found: list[Sentence], odds: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Log odds (kinds,) that this share of the courteous sentences exceeds."""
    courteous = np.array([s.kind is None for s in found])
    limits: NDArray[np.float64] = np.quantile(odds[courteous], 1 - share, axis=0)
    return limits


def levels(found: list[Sentence], odds: NDArray[np.float64], share: float) -> dict[str, float]:
    """Which share of each kind is caught where this share of the courteous ones is taken wrongly."""
    limits = thresholds(found, odds, share)
    return {
        kind: float(np.mean([odds[i, k] > limits[k] for i, s in enumerate(found) if s.kind == kind]))
        for k, kind in enumerate(KINDS)
    }


def save(
    learnt: tuple[NDArray[np.int64], NDArray[np.float64]],
    odds: NDArray[np.float64],
    found: list[Sentence],
    print_of: str,
    path: Path | None = None,
) -> None:
    """Write the weights, a byte each; the bias is such that even odds stand for the share `WRONG`."""
    columns, weights = learnt
    scale = np.abs(weights[:-1]).max(axis=0) / SHARPEST
    np.savez_compressed(
        path or Path(str(files("qa.data").joinpath("style.npz"))),
        version=np.int64(VERSION),
        learnt=np.str_(print_of),
        steps=np.diff(columns, prepend=0).astype(np.int32),
        weights=np.round(weights[:-1] / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=(weights[-1] - [thresholds(found, odds, WRONG[kind])[k] for k, kind in enumerate(KINDS)]).astype(
            np.float32
        ),
    )
