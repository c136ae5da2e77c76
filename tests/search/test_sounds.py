"""What sounds alike, what an index must have of it, and where it stands in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.search.sounds import heard, pairs, places, readings, wanted

CHARS = st.text(alphabet="您好大龙供暖公乱报修爆羞银行航重庆庆长a1，。 ", min_size=2, max_size=20)


@pytest.mark.parametrize(
    ("text", "words", "exact", "expected"),
    [
        ("您好，大龙供暖报修", "大龙供暖", True, [(3, 7)]),
        ("您好，大龙供暖报修", "您好大龙", True, [(0, 5)]),
        ("您好大龙公乱爆羞", "大龙供暖报修", True, []),
        ("您好大龙公乱爆羞", "大龙供暖报修", False, [(2, 8)]),
        ("您好大隆公司报修", "大龙供暖报修", False, []),
        ("我在银航排队", "银行", False, [(2, 4)]),
        ("工号８６７号", "八六七", True, [(2, 5)]),
        ("用APP报修", "app", True, [(1, 4)]),
        ("好的好的", "好的", True, [(0, 2), (2, 4)]),
        ("", "好的", True, []),
    ],
)
def test_where_words_stand(text: str, words: str, exact: bool, expected: list[tuple[int, int]]) -> None:
    assert list(places(text, words, exact=exact)) == expected


@given(text=CHARS, start=st.integers(0, 18), length=st.integers(2, 8), exact=st.booleans())
def test_the_index_never_hides_what_is_there(text: str, start: int, length: int, exact: bool) -> None:
    words = text[start : start + length]
    if len(readings(words)) < 2:
        return
    assert list(places(text, words, exact=exact))
    known = set(pairs(heard(text).sounds))
    assert all(known & set(choice) for choice in wanted(readings(words), exact=exact))
