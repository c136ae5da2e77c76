"""The trained reader that comes with the package is the one that `benchmarks/style` trains."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.style.sentences import CORPORA, HERE, Sentence, fingerprint, sentences
from benchmarks.style.training import cross_validated, save, thresholds, trained
from qa.checks.sounding import KINDS, Kind, model
from qa.phonetics import phones


def test_the_weights_are_learnt_from_these_sentences() -> None:
    assert model().learnt == fingerprint(sentences()), "run `python -m benchmarks.style`"


def test_there_are_enough_sentences_and_none_twice() -> None:
    for name, least in (("rudeness", 1400), ("refusal", 1900), ("blame", 800), ("polite", 2600)):
        lines = [x for x in (HERE / f"{name}.txt").read_text(encoding="utf-8").split("\n") if x]
        assert len(lines) >= least and len(set(lines)) == len(lines)
    found = sentences()
    assert sum(s.kind is None for s in found) >= 4500


def test_what_it_is_measured_on_was_not_learnt() -> None:
    """Compares sentences without their punctuation."""
    learnt = {_bare(s.text) for s in sentences()}
    for name in ("later", "unseen", "second_unseen", "third_unseen"):
        path = CORPORA / f"{name}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert not [1 for row in rows if row.get("kind") != "polite" and _bare(row["text"]) in learnt]


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _small() -> list[Sentence]:
    words: dict[Kind | None, str] = {
        "rudeness": "你烦不烦",
        "refusal": "这个办不了",
        "blame": "都怪物流",
        None: "好的请稍等",
    }
    tails = ("啊", "呀", "吧", "哦", "了", "的")
    return [Sentence(text + tail, kind, block) for block, tail in enumerate(tails) for kind, text in words.items()]


def test_training_is_deterministic_and_tells_the_kinds_apart(tmp_path: Path) -> None:
    found = _small()
    odds = cross_validated(found)
    for k, kind in enumerate(KINDS):
        limit = thresholds(found, odds, 0.005)[k]
        assert all(odds[i, k] > limit for i, s in enumerate(found) if s.kind == kind)
    first, again = tmp_path / "a.npz", tmp_path / "b.npz"
    for path in (first, again):
        save(trained(found), odds, found, fingerprint(found), path)
    with np.load(first) as one, np.load(again) as other:
        assert set(one) == {"version", "learnt", "steps", "weights", "scale", "bias"}
        assert all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("kind", KINDS)
def test_even_odds_are_kept_where_weights_become_bytes(kind: Kind) -> None:
    """Sentences that were learnt are heard as what they are, by the shipped model."""
    texts = [s.text for s in sentences() if s.kind == kind]
    column = KINDS.index(kind)
    hits = 0
    for text in texts:
        heard = phones(text)
        hits += model().likely(heard, np.array([[0, len(heard)]]))[0, column] > 0.5
    assert hits >= 0.7 * len(texts)
