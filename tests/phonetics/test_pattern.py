"""The language of patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.phonetics.pattern import MAX_WORDINGS, compile_pattern
from qa.phonetics.syllables import phones


def wordings(pattern: str) -> set[tuple[str, ...]]:
    """The wordings of a pattern as characters, `…` before one that others may precede."""
    return {
        tuple(("…" if gap else "") + chr(code) for code, gap in zip(w.codes, w.gap_before, strict=True))
        for w in compile_pattern(pattern).wordings
    }


def plain(*texts: str) -> set[tuple[str, ...]]:
    return {tuple(text) for text in texts}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("再见", plain("再见")),
        ("再见。", plain("再见")),
        ("[您|你]好", plain("您好", "你好")),
        ("[您]好", plain("您好")),
        ("(请)讲话", plain("请讲话", "讲话")),
        ("(请|您)讲话", plain("请讲话", "您讲话", "讲话")),
        ("[早上|晚上]好(啊)", plain("早上好", "晚上好", "早上好啊", "晚上好啊")),
        ("[稍(微)|再]等", plain("稍等", "稍微等", "再等")),
        ("([您|你])好吗", plain("您好吗", "你好吗", "好吗")),
        ("[您|您]好", plain("您好")),
        ("8号", plain("八号")),
        ("感谢…再见", {("感", "谢", "…再", "见")}),
        ("…再见…", {("再", "见")}),
        ("感谢……再见", {("感", "谢", "…再", "见")}),
        ("[感谢…|]再见", {("感", "谢", "…再", "见"), ("再", "见")}),
    ],
)
def test_wordings(pattern: str, expected: set[tuple[str, ...]]) -> None:
    assert wordings(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        ("=亲", ["亲"], ["青", ""]),
        ("=[滚|滚蛋]", ["滚", "滚蛋"], ["蛋"]),
        ("=好(的)亲", ["好亲", "好的亲"], ["好吧亲"]),
        ("=你…笨", ["你笨", "你真笨", "你真的很笨"], ["你真的是非常笨"]),
        ("=.", ["."], ["亲"]),
    ],
)
def test_exact_patterns(pattern: str, hits: list[str], misses: list[str]) -> None:
    compiled = compile_pattern(pattern)
    assert compiled.wordings == ()
    assert isinstance(compiled.exact, re.Pattern)
    assert all(compiled.exact.fullmatch(text) for text in hits)
    assert not any(compiled.exact.fullmatch(text) for text in misses)


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("", "no words"),
        ("。", "no words"),
        ("…", "no words"),
        ("(再见)", "no words"),
        ("(请)讲", "too short"),
        ("[您|你好", "no partner"),
        ("您|你", "no partner"),
        ("您]好", "no partner"),
        ("您)好", "no partner"),
        ("(您好", "no partner"),
        ("[您(好]", "no partner"),
        ("=[亲", "no partner"),
        ("=亲)", "no partner"),
        ("[一|二|三|四|五]" * 5, "more than 1000 wordings"),
    ],
)
def test_faults(pattern: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        compile_pattern(pattern)


def test_an_ideal_hit_is_worth_more_the_longer_it_is() -> None:
    short, long = (compile_pattern(text).wordings[0].ideal for text in ("谢谢", "谢谢您的来电"))
    assert 0 < short < long


@given(st.text(alphabet="您好[]()|…=八a。"))
def test_any_text_is_a_pattern_or_a_value_error(text: str) -> None:
    try:
        pattern = compile_pattern(text)
    except ValueError:
        return
    assert (pattern.exact is None) is not text.startswith("=")
    assert len(pattern.wordings) <= MAX_WORDINGS
    for wording in pattern.wordings:
        assert len(wording.ids) == len(wording.tones) == len(wording.codes) == len(wording.gap_before) > 0


@given(st.text(alphabet="您好请问有什么可以帮零八六七", min_size=2))
def test_plain_words_are_their_own_only_wording(text: str) -> None:
    (wording,) = compile_pattern(text).wordings
    assert wording.ids.tolist() == phones(text).ids.tolist()
    assert not wording.gap_before.any()
