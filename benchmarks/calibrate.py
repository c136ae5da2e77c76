"""Fits the map from the engine's raw probability to observed shares (`qa/calibration.py`) and checks it elsewhere.

    python -m benchmarks.calibrate --seeds 701 702 703 704 --check 705 [--n 900] [--spoken RESULTS LABELS]

Prints points to put into `qa/calibration.py`, and for the seed that had no part in the fit (and for calls recognised
from sound) how far the stated probability is from the observed share before and after.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import lsq_linear

from benchmarks.accuracy import measure
from benchmarks.generate import generate
from qa.accuracy import Accuracy, compare, load, scripted_cases
from qa.calibration import calibrated, raw
from qa.reliability import Case, curve, expected_error

KNOTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.53, 0.6, 0.61, 0.69, 0.7, 0.79, 0.8, 0.82, 0.89, 0.9, 0.95, 1.0)
"""Close together beside the fixed numbers that operators give what they doubt (0.6, 0.7, 0.8, all below 0.9): these
are worth something else than their neighbours, which were weighed."""
LEAST_RISE = 0.004
EDGES = (0.0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0)


def fit(cases: Iterable[Case], knots: Sequence[float] = KNOTS) -> list[tuple[float, float]]:
    """The rising polyline through `knots` that is nearest to what happened, in least squares; it starts at nothing."""
    counts: defaultdict[float, list[int]] = defaultdict(lambda: [0, 0])
    for probability, violated in cases:
        counts[probability][0] += 1
        counts[probability][1] += violated
    x = np.array(sorted(counts))
    weight = np.sqrt([counts[p][0] for p in x])
    observed = np.array([counts[p][1] / counts[p][0] for p in x])
    grid = np.array(knots)
    place = np.clip(np.searchsorted(grid, x, side="right") - 1, 0, len(grid) - 2)
    part = (x - grid[place]) / (grid[place + 1] - grid[place])
    between = np.zeros((len(x), len(grid)))
    between[np.arange(len(x)), place] = 1 - part
    between[np.arange(len(x)), place + 1] = part
    # The unknowns are the rises from knot to knot, so that bounds keep the line rising.
    rises = between @ np.tril(np.ones((len(grid), len(grid))))[:, 1:]
    least = np.full(len(grid) - 1, LEAST_RISE)
    found = lsq_linear(rises * weight[:, None], observed * weight, bounds=(least, np.ones(len(least)))).x
    heights = np.concatenate([[0.0], np.cumsum(found)])
    return [(float(k), round(float(h), 3)) for k, h in zip(grid, heights / max(1.0, heights[-1]), strict=True)]


def told(title: str, cases: Sequence[Case]) -> None:
    bins = curve(cases, EDGES)
    error, open_error = expected_error(bins), expected_error([b for b in bins if b.low > 0])
    print(f"{title}: {len(cases)} verdicts, error {error or 0:.4f}, from 5 % on {open_error or 0:.4f}")
    for b in bins:
        low, high = b.interval
        print(f"  {b.low:.2f}–{b.high:.2f} {b.cases:6d} stated {b.stated:.3f} observed {b.observed:.3f}", end="")
        print(f" ({low:.3f}–{high:.3f})")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit and check the calibration of probabilities.")
    parser.add_argument("--seeds", type=int, nargs="+", required=True, help="seeds to fit on")
    parser.add_argument("--check", type=int, required=True, help="a seed that has no part in the fit")
    parser.add_argument("--n", type=int, default=900, help="calls a seed")
    parser.add_argument("--cer", type=float, default=0.15)
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--stated", choices=["calibrated", "raw"], default="calibrated", help="what findings state now")
    parser.add_argument("--spoken", nargs=2, action="append", default=[], metavar=("RESULTS", "LABELS"))
    args = parser.parse_args()

    def cases_of(accuracy: Accuracy) -> list[Case]:
        cases = scripted_cases(accuracy)
        return cases if args.stated == "raw" else [(round(raw(p), 4), violated) for p, violated in cases]

    def generated(seed: int) -> list[Case]:
        return cases_of(measure(generate(args.n, seed, args.cer), args.rules, args.processes).accuracy())

    points = fit([case for seed in args.seeds for case in generated(seed)])
    print("POINTS =", points)
    check = {f"seed {args.check}": generated(args.check)}
    check |= {Path(r).name: cases_of(compare(load(Path(r)), load(Path(wanted)))) for r, wanted in args.spoken}
    for name, cases in check.items():
        told(f"{name}, raw", cases)
        told(f"{name}, by these points", [(calibrated(p, points), violated) for p, violated in cases])


if __name__ == "__main__":
    main()
