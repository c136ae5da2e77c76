"""Train the reader of style anew, or tell how well it does on sentences it was not trained on.

    python -m benchmarks.style            train on every sentence and write qa/data/style.npz
    python -m benchmarks.style --check    five-fold cross-validation; writes nothing

Both are deterministic. Neither looks at `later.jsonl` or the three `*unseen.jsonl` in `tests/corpora`.
"""

import argparse

from benchmarks.style.sentences import fingerprint, sentences
from benchmarks.style.training import FOLDS, WRONG, cross_validated, levels, save, trained


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="cross-validate only")
    options = parser.parse_args()
    found = sentences()
    odds = cross_validated(found)
    for share in (0.0025, 0.005, 0.01, 0.02):
        line = [f"{name} {caught:.1%}" for name, caught in levels(found, odds, share).items()]
        print(f"{FOLDS}-fold, {share:.2%} of the courteous sentences taken wrongly: {', '.join(line)}")
    if not options.check:
        save(trained(found), odds, found, fingerprint(found))
        print(f"{len(found)} sentences learnt; 0.5 stands for {WRONG}")


if __name__ == "__main__":
    main()
