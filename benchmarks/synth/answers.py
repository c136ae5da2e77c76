"""Makes follow-up calls whose short answers are hard to hear: `python -m benchmarks.synth.answers [--n N] [--seed S]`.

Each call asks whether the problem is solved, how the repairman behaved, whether he took money and for a rating;
the labels hold the answers. Wordings differ from the held-out set's. The same seed makes the same calls.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.synth.build import build
from benchmarks.synth.script import Channels, Line, Party, Script, Sound
from benchmarks.synth.tts import VAR, VOICES, Speaker

_OPENING = (
    "您好,这里是供暖报修平台,想就您家的报修做一个回访,请问现在方便吗?",
    "您好,大龙供暖回访,占用您一分钟时间,方便吗?",
)
_READY = ("方便。", "行,你问吧。", "可以的。", "嗯,说吧。")
_SOLVED = ("请问您报修的问题解决了吗?", "您家的暖气修好了吗?", "问题有没有解决?")
_ATTITUDE = ("师傅的服务态度怎么样?满意,普通,还是不满意?", "您对维修人员的态度满意吗?是满意,普通还是不满意?")
_CHARGED = ("师傅有没有收费?", "这次上门跟您收费了吗?", "维修的时候收您钱了吗?")
_RATING = (
    "那请您给我们打个分吧,一到十分。",
    "最后请您为这次服务评个分,满分十分。",
    "您给这次服务打几分呢?一分到十分。",
)
_THANKS = ("好的,感谢您的配合,再见。", "记下了,谢谢您,再见。")
_SOLVED_SAID: dict[bool, tuple[str, ...]] = {
    True: ("解决了。", "修好了。", "嗯,好了。", "已经解决了。", "热了。", "解决了,挺快的。", "弄好了。"),
    False: ("没有解决。", "没解决。", "还没修好。", "没有,还是不热。", "没修好呢。", "还没呢。"),
}
_ATTITUDE_SAID: dict[str, tuple[str, ...]] = {
    "满意": ("满意。", "挺满意的。", "很满意。", "满意,挺好的。", "态度不错。"),
    "普通": ("普通。", "普通吧。", "一般吧。", "就普通。", "还行吧,普通。"),
    "不满意": ("不满意。", "不太满意。", "很不满意。", "不满意,来得晚。", "态度不好。"),
}
_CHARGED_SAID: dict[bool, tuple[str, ...]] = {
    True: ("收了。", "收了五十块。", "收费了。", "嗯,收了二十块钱。", "收了一百。"),
    False: ("没有。", "没收费。", "没收。", "没有收钱。", "没收我钱。", "没要钱。"),
}
_RATING_SAID = (
    "{n}分。", "{n}分吧。", "打{n}分。", "就{n}分吧。", "给{n}分。", "我打{n}分。", "嗯,{n}分。", "打个{n}分吧。",
    "{n}分,可以了。", "那给{n}分吧。", "{n}分。", "{n}分吧。",
)  # fmt: skip
_NUMBERS = "一二三四五六七八九十"
_SNRS_DB = (30.0, 24.0, 20.0, 17.0, 14.0, 12.0)
_STEREO_CODECS = ("pcm", "alaw", "mulaw", "mp3", "opus", "m4a")
_MONO_CODECS = ("pcm", "alaw", "mp3", "opus", "amr")


def scripts(count: int, seed: int) -> Iterator[Script]:
    """`count` calls, the same for the same seed; every rating comes equally often."""
    rng = random.Random(seed)
    ratings: list[int] = []
    for index in range(count):
        ratings = ratings or rng.sample(range(1, 11), 10)
        yield _script(f"answers{index:03d}", ratings.pop(), rng)


def _script(call_id: str, rating: int, rng: random.Random) -> Script:
    solved, charged = rng.random() < 0.6, rng.random() < 0.4
    attitude = rng.choice(tuple(_ATTITUDE_SAID))
    # 满分 is 十分 in another word; 两分 is how 二分 is said.
    number = "两" if rating == 2 else _NUMBERS[rating - 1]
    said = rng.choice(("满分。", "给满分吧。")) if rating == 10 and rng.random() < 0.3 else rng.choice(_RATING_SAID)
    asked = [
        (rng.choice(_OPENING), rng.choice(_READY)),
        (rng.choice(_SOLVED), rng.choice(_SOLVED_SAID[solved])),
        (rng.choice(_ATTITUDE), rng.choice(_ATTITUDE_SAID[attitude])),
        (rng.choice(_CHARGED), rng.choice(_CHARGED_SAID[charged])),
        (rng.choice(_RATING), said.format(n=number)),
        (rng.choice(_THANKS), rng.choice(("再见。", "嗯,再见。", "好,再见。"))),
    ]
    lines = []
    for question, answer in asked:
        lines.append(Line("agent", question, round(rng.uniform(0.4, 1.0), 2)))
        lines.append(Line("customer", answer, round(rng.uniform(0.35, 1.1), 2)))
    mono = rng.random() < 0.25
    channels: Channels = "mono" if mono else rng.choice(("agent-left", "agent-right"))
    # Few voices and one speed for the agent, whose sentences are long and come from the cache.
    agent = rng.choice(("zf_xiaoxiao", "zm_yunxi"))
    return Script(
        call_id=call_id,
        ruleset="heating",
        agent_id="529",
        lines=tuple(lines),
        agent=Party(agent, 1.0, rng.uniform(-3, 1)),
        customer=Party(
            rng.choice([v for v in VOICES if v != agent]), rng.choice((0.9, 1.0, 1.1, 1.2)), rng.uniform(-8, 1)
        ),
        sound=Sound(rng.choice(_MONO_CODECS if mono else _STEREO_CODECS), channels, rng.choice(_SNRS_DB)),
        started_at="2026-03-11T10:20:00+08:00",
        direction="outbound",
        ring_seconds=None,
        labels={"callback-questions": "passed"},
        answers={"solved": solved, "attitude": attitude, "charged": charged, "rating": rating},
    )


def main() -> None:
    """Writes the recordings, calls.csv and labels.jsonl below --out."""
    parser = argparse.ArgumentParser(description="Make follow-up calls with short answers.")
    parser.add_argument("--n", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--out", type=Path, default=VAR / "answers")
    options = parser.parse_args()
    total_s = build(list(scripts(options.n, options.seed)), options.out, Speaker(threads=1))
    print(f"{options.n} calls, {total_s / 60:.1f} min in {options.out}")


if __name__ == "__main__":
    main()
