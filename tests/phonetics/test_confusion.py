"""How likely one syllable is written for another: the evidence of an aligned pair, in nats."""

from collections.abc import Callable

import numpy as np
import pytest

from qa.phonetics.confusion import (
    HIGHEST,
    LOWEST,
    evidence,
    final_distance,
    initial_distance,
    parts,
    sound_classes,
    split,
)
from qa.phonetics.syllables import inventory

IDS = inventory()


def pair(heard: str, said: str) -> float:
    return float(evidence()[IDS[heard], IDS[said]])


MERGERS = [
    *(("zhi", "zi"), ("chi", "ci"), ("shi", "si"), ("zhang", "zang"), ("chou", "cou"), ("shan", "san")),
    *(("nan", "lan"), ("ni", "li"), ("niu", "liu"), ("fa", "ha"), ("fei", "hui"), ("rou", "lou")),
    *(("xin", "xing"), ("fen", "feng"), ("lan", "lang"), ("qin", "qing"), ("chuan", "chuang")),
]
UNRELATED = ["gua", "pai", "kou", "mo", "tui"]


@pytest.mark.parametrize(("one", "other"), MERGERS)
def test_a_merger_counts_for_a_syllable_either_way(one: str, other: str) -> None:
    for heard, said in ((one, other), (other, one)):
        assert pair(heard, said) > 0.5
        assert all(pair(heard, said) > pair(far, said) + 1.0 for far in UNRELATED)
        assert pair(said, said) > pair(heard, said) + 0.5


def test_nothing_explains_a_syllable_better_than_itself() -> None:
    table = evidence()[1:, 1:]
    everything = np.arange(len(IDS))
    assert (table.argmax(axis=0) == everything).all()
    assert (table.argmax(axis=1) == everything).all()
    assert table.diagonal().min() > 2.0


def test_evidence_stays_within_its_bounds() -> None:
    table = evidence()
    assert table.shape == (len(IDS) + 1, len(IDS) + 1)
    assert table.min() == pytest.approx(LOWEST)
    assert table.max() == pytest.approx(HIGHEST)
    assert (table[0] == table.min()).all()
    assert (table[:, 0] == table.min()).all()


def test_rare_syllables_weigh_more() -> None:
    assert pair("gou", "gou") > pair("de", "de")
    assert pair("nuan", "nuan") > pair("shi", "shi")


@pytest.mark.parametrize(
    ("syllable", "expected"),
    [
        ("zhang", ("zh", "ang")),
        ("zang", ("z", "ang")),
        ("shi", ("sh", "I")),
        ("xi", ("x", "i")),
        ("ju", ("j", "v")),
        ("lv", ("l", "v")),
        ("lu", ("l", "u")),
        ("yi", ("", "i")),
        ("yuan", ("", "van")),
        ("ya", ("", "ia")),
        ("wu", ("", "u")),
        ("wang", ("", "uang")),
        ("er", ("", "er")),
        ("a", ("", "a")),
        ("n", ("", "n")),
        ("ng", ("", "ng")),
    ],
)
def test_split(syllable: str, expected: tuple[str, str]) -> None:
    assert split(syllable) == expected


@pytest.mark.parametrize("distance", [initial_distance, final_distance])
def test_distance_is_a_symmetric_share(distance: Callable[..., float]) -> None:
    side = 0 if distance is initial_distance else 1
    sound = str if distance is initial_distance else parts
    sounds = sorted({split(s)[side] for s in IDS})
    for one in sounds:
        assert distance(one, one) == 0
        for other in sounds:
            assert distance(one, other) == distance(other, one)
            assert 0 <= distance(one, other) <= 1
            assert (distance(one, other) == 0) == (sound(one) == sound(other))


@pytest.mark.parametrize(
    ("near", "far"),
    [(("zh", "z"), ("zh", "d")), (("n", "l"), ("n", "d")), (("f", "h"), ("f", "b")), (("b", "p"), ("b", "k"))],
)
def test_near_initials(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert initial_distance(*near) < initial_distance(*far)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("an", "ang"), ("an", "ou")),
        (("in", "ing"), ("in", "ai")),
        (("en", "eng"), ("en", "u")),
        (("ei", "uei"), ("ei", "ang")),
    ],
)
def test_near_finals(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert final_distance(*near) < final_distance(*far)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("zhi", "zi", True), ("nan", "lan", True), ("fang", "hang", True), ("xing", "xin", True), ("ba", "pa", False)],
)
def test_sound_classes(one: str, other: str, same: bool) -> None:
    classes = sound_classes()
    assert (classes[IDS[one]] == classes[IDS[other]]) is np.bool_(same)
    assert classes[0] == 0
    assert (classes[1:] > 0).all()
