"""Inventions are dropped, the same words said with certainty are kept."""

import pytest

from qa.asr.hallucination import Heard, is_doubtful, is_loop, keep

PROMPT = "以下是普通话的句子。"


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("谢谢谢谢谢谢谢谢谢谢谢谢谢谢", True),
        ("我们去我们去我们去我们去我们去我们去我们去", True),
        ("对对对,好的好的。", False),
        ("幺三八零零零幺三六五四二七", False),
        ("您好,请问有什么可以帮您?", False),
    ],
)
def test_loops(text: str, loop: bool) -> None:
    assert is_loop(text) == loop


@pytest.mark.parametrize(
    ("text", "logprob", "speech_s", "doubtful"),
    [
        ("您好请问有什么可以帮您", -0.3, 2.5, False),
        ("您好请问有什么可以帮您", -1.4, 2.5, True),
        ("您好请问有什么可以帮您", -0.3, 0.4, True),
        ("您好", -0.3, 9.0, True),
        ("嗯", -0.3, 0.6, False),
        ("以下是普通话的句子,我们开会", -0.3, 3.0, True),
        ("这个平台不是贷款的。这个平台不是贷款的。", -0.3, 2.0, True),  # said twice in the time of once
        ("这个平台不是贷款的,这个平台不是贷款的", -0.3, 4.0, False),
    ],
)
def test_doubt(text: str, logprob: float, speech_s: float, doubtful: bool) -> None:
    assert is_doubtful(text, PROMPT, logprob, speech_s) == doubtful


@pytest.mark.parametrize(
    ("text", "probability", "logprob", "no_speech", "kept"),
    [
        ("谢谢观看", 0.3, -0.8, 0.2, False),
        ("谢谢观看", 0.9, -0.2, 0.1, True),  # somebody may say so
        ("字幕由志愿者提供", 0.9, -0.4, 0.8, False),
        ("以下是普通话的句子", 0.95, -0.1, 0.1, False),  # the prompt read back
        ("这就是普通话的句子这就是普普通话", 0.8, -0.3, 0.1, False),  # … with something around it
        ("您说的是普通话吗", 0.8, -0.3, 0.1, True),
        ("您好请问有什么可以帮您", 0.9, -1.2, 0.9, False),  # neither believed nor heard
        ("您好请问有什么可以帮您", 0.6, -0.6, 0.9, True),
        ("您好", 0.1, -0.9, 0.3, False),
        ("好好好好好好好好好好", 0.9, -0.2, 0.1, False),
    ],
)
def test_keep(text: str, probability: float, logprob: float, no_speech: float, kept: bool) -> None:
    heard = [Heard(c, 0.2 * i, 0.2 * i + 0.2, probability, 0) for i, c in enumerate(text)]
    assert bool(keep(heard, [3.0], PROMPT, logprob, no_speech)) == kept


def test_only_the_bad_piece_goes() -> None:
    good = [Heard(c, 0.2 * i, 0.2 * i + 0.2, 0.9, 0) for i, c in enumerate("我家暖气不热")]
    bad = [Heard(c, 3 + 0.2 * i, 3.2 + 0.2 * i, 0.3, 1) for i, c in enumerate("请不吝点赞订阅")]
    assert keep([*good, *bad], [2.0, 2.0], PROMPT, -0.5, 0.1) == good
