"""Text as syllables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.phonetics.syllables import OTHER, frequencies, inventory, is_han, normalise, phones

NAMES = {id_: name for name, id_ in inventory().items()}


def sounds(text: str) -> list[str]:
    """Toneless syllables; `?` for what is not Mandarin."""
    return [NAMES.get(int(i), "?") for i in phones(text).ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("您好", ["nin", "hao"]),
        ("您好,请问?", ["nin", "hao", "qing", "wen"]),
        ("867", ["ba", "liu", "qi"]),
        ("八六七", ["ba", "liu", "qi"]),
        ("８６７", ["ba", "liu", "qi"]),
        ("〇零0", ["ling", "ling", "ling"]),
        ("幺", ["yao"]),
        ("绿色女人", ["lv", "se", "nv", "ren"]),
        ("OK好", ["?", "?", "hao"]),
        ("ＡB", ["?", "?"]),
        ("。,!? \n\t", []),
        ("👍", []),
        # The same character in different words.
        ("银行", ["yin", "hang"]),
        ("行人", ["xing", "ren"]),
        ("重新", ["chong", "xin"]),
        ("重要", ["zhong", "yao"]),
    ],
)
def test_sounds(text: str, expected: list[str]) -> None:
    assert sounds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("妈麻马骂吗", [1, 2, 3, 4, 5]), ("您好", [2, 3]), ("a", [0]), ("2", [4])],
)
def test_tones(text: str, expected: list[int]) -> None:
    assert phones(text).tones.tolist() == expected


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("您好", ""),
        ("嗯您呃好啊", "嗯呃啊"),
        ("那个我想问", "那个"),
        ("就是说我家", "就是说"),
        ("然后呢", "然后呢"),
        ("那里", ""),
    ],
)
def test_fillers(text: str, fillers: str) -> None:
    heard = phones(text)
    assert "".join(text[c] for c, idle in zip(heard.chars, heard.filler, strict=True) if idle) == fillers


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ＡＢｃ１２３", "abc一二三"), ("①", "一"), ("㎏", "㎏"), ("ß", "ß"), ("：，", ":,"), ("八〇年", "八〇年")],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("char", "expected"), [("一", True), ("〇", True), ("龥", True), ("a", False), ("。", False), ("か", False)]
)
def test_is_han(char: str, expected: bool) -> None:
    assert is_han(char) is expected


def test_the_inventory_is_whole() -> None:
    assert len(inventory()) == len(frequencies()) > 380
    assert OTHER not in inventory().values()
    assert sum(frequencies().values()) == pytest.approx(1.0, abs=0.01)


@given(st.text())
def test_any_text_keeps_its_length_and_places(text: str) -> None:
    plain = normalise(text)
    assert len(plain) == len(text)
    heard = phones(text)
    assert heard.text == plain
    assert heard.chars.tolist() == sorted(set(heard.chars.tolist()))
    assert [chr(c) for c in heard.codes] == [plain[i] for i in heard.chars]
    assert len(heard.ids) == len(heard.tones) == len(heard.filler) == len(heard)


@given(st.text(alphabet="您好请问零一二八六七嗯，。 aZ９"), st.text(alphabet="您好零一八，。"))
def test_punctuation_parts_texts(one: str, other: str) -> None:
    """Nothing is heard across a full stop, so texts can be taken apart there."""
    assert sounds(one + "。" + other) == sounds(one) + sounds(other)
