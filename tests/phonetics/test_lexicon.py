"""Finding wordings by sound: said with homophones they are found, sentences that merely resemble them are not."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.checks.view import UNEXPECTED
from qa.phonetics import Lexicon, build_lexicon, phones, probability
from qa.phonetics.lexicon import Hit
from tests.rules.shipped import ruleset

SURE, DOUBT = 0.9, 0.35
ORDINARY = "您好我家的暖气不热已经两天了麻烦帮忙看一下好吗谢谢嗯那个地址在朝阳区望京花园"
PHRASES = (
    "大龙供暖报修",
    "有什么可以帮您",
    "感谢您的来电",
    "再不说话我就挂机了",
    "跟你说过多少遍了",
    "我不知道怎么处理",
    "电话没有声音",
    "问题我已记录",
    "请您稍等",
    "中秋节快乐",
)
LEXICON = build_lexicon(PHRASES)


def found(pattern: str, text: str, prior: float = 0.0, lexicon: Lexicon | None = None) -> float:
    """Probability that a pattern is said in a text."""
    heard = phones(text)
    hits = (lexicon or build_lexicon([pattern])).search(heard).get(pattern, [])
    return max((probability(h.ratio, h.evidence, h.size, len(heard), prior) for h in hits), default=0.0)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("大龙供暖", "您好大龙公乱爆羞"),
        ("大龙供暖报修", "大龙公乱爆羞八六七好为您服务"),
        ("再不说话我就挂机了", "在不说话我就挂极了阿"),
        ("感谢您的来电", "感谢您的来点,在见"),
        ("为您服务", "位您服务"),
        ("我不负责这块", "我不付则这快"),
        ("有什么可以帮您", "请问有什么可以帮你"),
        ("您反映的问题", "您反应的问题"),
        # Regional sounds: s for sh, l for n, h for f, -n for -ng.
        ("有什么事快说", "有森么四快说"),
        ("请您慢慢说", "请林慢慢说"),
        # One syllable lost, one slipped in, a filler in between.
        ("跟你说过多少遍了", "跟你说多少遍了"),
        ("跟你说过多少遍了", "跟你说过了多少遍了"),
        ("有什么可以帮您", "有什么嗯可以帮您"),
        ("八号楼二单元", "8号楼2单元"),
        ("感谢…再见", "感谢您的来电,再见"),
        ("[早上|晚上]好", "晚上好"),
    ],
)
def test_a_phrase_is_found_by_its_sound(pattern: str, text: str) -> None:
    assert found(pattern, text) >= SURE


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("再不说话我就挂机了", "您再说一下话我就记下来了"),
        ("再不说话我就挂机了", "您不说话我听不见您"),
        ("你听不懂吗", "您听得懂吗"),
        ("大龙供暖", "星河网络客服中心"),
        ("劳动节快乐", "节日快乐"),
        ("国庆节快乐", "中秋节快乐"),
        ("我不知道怎么处理", "我来帮您处理"),
        ("感谢…再见", "感谢您一直以来对我们客服工作的理解和大力支持,回头再见"),
        ("电话没有声音", "电话是多少"),
        ("这都是技术部的错", "这个都需要技术部来做"),
        ("大龙供暖", ""),
        ("大龙供暖", "large dragon heating"),
    ],
)
def test_its_kin_is_not_found(pattern: str, text: str) -> None:
    assert found(pattern, text, prior=UNEXPECTED) < DOUBT


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("我不知道怎么处理", "我知道怎么处理"),
        ("我不负责这块", "我负责这块"),
        ("跟你说过多少遍", "跟您说过多少次费用"),
    ],
)
def test_its_opposite_is_never_sure(pattern: str, text: str) -> None:
    assert found(pattern, text) < SURE


@pytest.mark.parametrize(("pattern", "text"), [("我知道怎么处理", "我不知道怎么处理"), ("我负责这块", "我不负责这块")])
def test_a_phrase_is_not_found_in_its_denial(pattern: str, text: str) -> None:
    """An excuse that matches the very words it must not excuse hides a violation."""
    assert found(pattern, text) < 0.85


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("=亲", "亲,您好", True),
        ("=亲", "师傅会亲自上门", False),
        ("=亲", "青", False),
        ("=滚", "你滚", True),
        ("=滚", "滚动播放", False),
        ("=好哒", "好哒好哒", True),
    ],
)
def test_exact_patterns_are_words_of_their_own(pattern: str, text: str, expected: bool) -> None:
    hits = build_lexicon([pattern]).search(phones(text)).get(pattern, [])
    assert bool(hits) is expected
    assert all(h.exact and h.ratio == 1.0 for h in hits)


def test_hits_lie_where_the_words_are() -> None:
    heard = phones("您好,感谢您的来电,我家的暖气不热已经两天了,感谢您的来点")
    hits = build_lexicon(["感谢您的来电"]).search(heard)["感谢您的来电"]
    assert [(h.start, h.end) for h in sorted(hits, key=lambda h: h.start)] == [(2, 8), (20, 26)]
    assert hits[0].start == 2
    assert hits[0].ratio > hits[1].ratio


def test_hits_close_together_are_all_found() -> None:
    """Two short turns that follow one another are two occurrences."""
    hits = build_lexicon(["感谢您的来电"]).search(phones("感谢您的来电,再见,感谢您的来点"))["感谢您的来电"]
    assert sorted((h.start, h.end) for h in hits) == [(0, 6), (8, 14)]


def test_every_shipped_phrase_is_found_when_it_is_said() -> None:
    lexicon = ruleset().book.lexicon
    spoken = {
        source: "".join(chr(code) for code in pattern.wordings[0].codes)
        for source, pattern in lexicon.patterns.items()
        if pattern.exact is None
    }
    assert len(spoken) > 300
    assert [source for source, text in spoken.items() if source not in lexicon.search(phones(text))] == []


def test_the_perfect_hit_has_the_whole_evidence() -> None:
    (hit,) = build_lexicon(["大龙供暖报修"]).search(phones("大龙供暖报修"))["大龙供暖报修"]
    assert (hit.start, hit.end, hit.size) == (0, 6, 6)
    assert hit.ratio >= 0.99


@pytest.mark.parametrize("pattern", ["您[好", "", "[一|二|三|四|五]" * 5])
def test_a_faulty_pattern_is_a_value_error(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"partner|no words|more than"):
        build_lexicon(["大龙供暖", pattern])


def test_an_empty_lexicon_finds_nothing() -> None:
    assert build_lexicon([]).search(phones("您好")) == {}
    assert build_lexicon(["=亲"]).search(phones("您好")) == {}


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ((0.7, 20.0, 6, 100), (0.8, 20.0, 6, 100)),
        ((0.8, 8.0, 6, 100), (0.8, 12.0, 6, 100)),
        ((0.9, 10.0, 3, 2000), (0.9, 10.0, 3, 20)),
    ],
)
def test_probability_grows_with_what_speaks_for_it(
    weaker: tuple[float, float, int, int], stronger: tuple[float, float, int, int]
) -> None:
    assert probability(*weaker, 0.0) < probability(*stronger, 0.0)
    assert probability(*weaker, -0.5) < probability(*weaker, 1.5)


@given(st.floats(-3, 1), st.floats(-1000, 1000), st.integers(1, 60), st.integers(0, 100_000), st.floats(-5, 5))
def test_probability_is_one(ratio: float, score: float, size: int, length: int, prior: float) -> None:
    assert 0.0 <= probability(ratio, score, size, length, prior) <= 1.0


talk = st.text(alphabet=ORDINARY + ",。", max_size=80)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PHRASES), talk, talk)
def test_a_phrase_said_anywhere_is_found(phrase: str, before: str, after: str) -> None:
    assert found(phrase, before + phrase + after, lexicon=LEXICON) >= SURE


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_search_takes_any_text(text: str) -> None:
    heard = phones(text)
    for pattern, hits in LEXICON.search(heard).items():
        assert pattern in PHRASES
        assert_apart(hits, len(heard))


@settings(max_examples=25, deadline=None)
@given(talk)
def test_search_takes_any_text_in_a_shipped_lexicon(text: str) -> None:
    heard = phones(text)
    for hits in ruleset().book.lexicon.search(heard).values():
        assert_apart(hits, len(heard))


def assert_apart(hits: list[Hit], length: int) -> None:
    """Hits lie in the text (one gap may reach over an edge) and none overlaps another."""
    spans = sorted((h.start, h.end) for h in hits)
    assert all(0 <= start < end <= length for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
