"""The noise model does what it says: as much as asked, of the kinds that recognisers make, digits kept."""

import random

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.noise.measure import align
from benchmarks.noise.model import RecognitionNoise, Said
from benchmarks.noise.numbers import value, words, write_digits
from benchmarks.noise.syllables import Relation, parse, relation, spoken, syllables

SENTENCES = [
    "您好,大龙供暖报修为您服务,请问您有什么问题?",
    "我已经给您登记了工单,师傅会尽快跟您联系。",
    "感谢您的来电,祝您生活愉快,再见!",
    "我家暖气片漏水了,地板都湿了,你们快派人过来看看。",
]


@pytest.mark.parametrize("cer", [0.0, 0.05, 0.15, 0.3])
def test_error_rate_is_the_one_asked_for(cer: float) -> None:
    noise, draw = RecognitionNoise(cer), random.Random(5)
    clean = [spoken(text) for text in SENTENCES * 150]
    noisy = [spoken(noise.text(text, draw)) for text in SENTENCES * 150]
    assert jiwer.cer(clean, noisy) == pytest.approx(cer, abs=0.02)


def test_same_seed_same_noise() -> None:
    noise = RecognitionNoise()
    assert [noise.text(t, random.Random(3)) for t in SENTENCES] == [noise.text(t, random.Random(3)) for t in SENTENCES]


def test_most_wrong_characters_sound_right() -> None:
    noise, draw = RecognitionNoise(0.15), random.Random(7)
    kinds: dict[Relation, int] = {"same_syllable": 0, "near": 0, "unrelated": 0}
    for text in SENTENCES * 100:
        said, heard = spoken(text), spoken(noise.text(text, draw))
        a, b = (list(zip(t, syllables(t), strict=True)) for t in (said, heard))
        for i, j in align(a, b):
            if i is not None and j is not None and said[i] != heard[j]:
                kinds[relation(a[i][1], b[j][1])] += 1
    assert kinds["same_syllable"] > kinds["near"] > kinds["unrelated"] > 0


@settings(max_examples=60, deadline=None)
@given(st.text("零一二三四五六七八九", min_size=3, max_size=11), st.randoms(use_true_random=False))
def test_a_digit_never_becomes_another_digit(digits: str, draw: random.Random) -> None:
    noisy = spoken(RecognitionNoise(0.3).text(digits, draw)).replace("幺", "一")
    left = iter(digits)
    kept = [c for c in noisy if c in "零一二三四五六七八九"]
    assert all(any(c == d for d in left) for c in kept)  # kept digits are a subsequence of the said ones


@pytest.mark.parametrize("number", [1, 9, 10, 12, 20, 24, 100, 102, 110, 567, 867, 999])
def test_number_words_read_back(number: int) -> None:
    assert value(words(number)) == number


def test_every_writing_of_a_job_number_turns_up() -> None:
    draw = random.Random(1)
    writings = {write_digits("八六七号为您服务", draw) for _ in range(3000)}
    assert {"867号为您服务", "八六七号为您服务", "把溜起号为您服务"} <= writings


def test_turns_keep_sides_order_and_time() -> None:
    turns = [Said("agent" if i % 3 else "customer", i * 4.0, i * 4.0 + 3.5, SENTENCES[i % 4]) for i in range(60)]
    noisy = RecognitionNoise(0.15).turns(turns, random.Random(2))
    assert len({len(noisy), len(turns)}) == 2  # some were merged or split
    assert noisy == sorted(noisy, key=lambda t: t.start_s)
    for turn in noisy:
        covered = [t for t in turns if t.start_s < turn.end_s and turn.start_s < t.end_s]
        assert {t.role for t in covered} == {turn.role}


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("xiu1", "xiu4", "same_syllable"),
        ("zhang1", "zang1", "near"),
        ("nin2", "ni3", "near"),
        ("long2", "ma3", "unrelated"),
    ],
)
def test_relation(said: str, heard: str, expected: Relation) -> None:
    assert relation(parse(said), parse(heard)) == expected


def test_alignment_pairs_what_sounds_alike() -> None:
    a, b = (list(zip(spoken(t), syllables(t), strict=True)) for t in ("报修八六七号", "爆羞嗯八六号"))
    assert align(a, b) == [(0, 0), (1, 1), (None, 2), (2, 3), (3, 4), (4, None), (5, 5)]
