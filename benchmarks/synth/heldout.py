"""Makes a held-out evaluation set: `python -m benchmarks.synth.heldout [--n N] [--seed S] [--out DIR]`.

Situations of `cases.CASES` in an order in which every rule and every trap comes early; more than there are start
over with other dialogues, voices and sound. The sound is not committed: the same seed makes the same calls.
"""

import argparse
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.synth.build import build
from benchmarks.synth.cases import CASES, Case
from benchmarks.synth.labels import spoken_digits
from benchmarks.synth.script import ORDINARY_PAUSE_S, Channels, Line, Party, Script, Sound, read_lines
from benchmarks.synth.tts import VAR, VOICES, Speaker

_DIALOGUES = Path(__file__).resolve().parent / "dialogues"
_JOB_NUMBERS = ("017", "204", "385", "462", "529", "638", "741", "906", "1026", "2048", "3507", "6193")
_ADDRESSES = (
    "南湖路金桂苑十二号楼一单元八零三", "解放大街七十六号院四号楼二零五", "开发区枫林小区三号楼五单元六零二",
    "建设路阳光家园八号楼二单元九零四", "和平里北街二十号楼四单元三零幺",
)  # fmt: skip
# Days without a holiday, nor one within three days.
_PLAIN_DAYS = (
    "2026-03-11",
    "2026-04-15",
    "2026-05-20",
    "2026-06-10",
    "2026-07-08",
    "2026-08-19",
    "2026-11-12",
)
_TIMES = ("08:25", "09:40", "11:05", "13:30", "15:15", "17:50", "19:20", "21:10")
_SNRS_DB = (30.0, 28.0, 25.0, 22.0, 18.0, 15.0, 12.0)
_STEREO_CODECS = ("pcm", "alaw", "alaw", "mulaw", "mulaw", "mp3", "opus", "flac", "m4a")
_MONO_CODECS = ("pcm", "alaw", "mp3", "opus", "amr")
_MONO_SHARE = 0.36
_BLEED_SHARE = 0.2
_OPENINGS = {
    "telecom": (
        "您好,华信通信客服中心,欢迎您的来电,我是{n}号话务员,请问有什么可以帮您?",
        "您好,华信通信,欢迎您的来电,{n}号为您服务,请问有什么可以帮您?",
        "{greeting},华信通信客服中心,工号{n},请问有什么可以帮您?",
    ),
    "heating": (
        "您好,大龙供暖报修{n}号为您服务,请问您有什么问题?",
        "您好,大龙报修,{n}号为您服务,请问您有什么问题?",
        "{greeting},大龙供暖,我是{n}号,请问有什么可以帮您?",
    ),
    "broadband": (
        "您好,这里是星河网络客服中心,工号{n}为您服务,有什么可以帮您的吗?",
        "您好,星河网络客服中心,我是{n}号,请问有什么可以帮您?",
        "{greeting},这里是星河网络,{n}号话务员,请问有什么可以帮您?",
    ),
}
_FURTHER = ("请问您还有其他问题吗?", "请问还有其他可以帮您的吗?", "您看还有别的需要帮助吗?")
_NO_MORE = ("没有了。", "没了,谢谢。", "嗯,没有了。", "暂时没有了。")
_CLOSINGS = (
    "感谢您的来电,再见。", "感谢您的来电,祝您生活愉快,再见!", "好的,感谢您的来电,再见。", "谢谢您的来电,再见。",
)  # fmt: skip
_GOODBYES = ("再见。", "好,再见。", "嗯,再见。")


def scripts(count: int, seed: int) -> Iterator[Script]:
    """`count` calls, the same for the same seed."""
    rng = random.Random(seed)
    dialogues = {name: _dialogues(name, rng) for name in _OPENINGS}
    order: list[Case] = []
    for index in range(count):
        if not order:
            order = _order(rng)
        yield _script(f"held{index:03d}", order.pop(0), dialogues, rng)


def _order(rng: random.Random) -> list[Case]:
    """All cases: first one for every set of verdicts and every note, then their variants."""
    first: dict[object, Case] = {}
    variants = []
    for case in rng.sample(CASES, len(CASES)):
        kind = (frozenset(case.labels.items()), case.notes)
        if kind in first:
            variants.append(case)
        else:
            first[kind] = case
    return [*first.values(), *variants]


def _dialogues(ruleset: str, rng: random.Random) -> Iterator[tuple[Line, ...]]:
    blocks = (_DIALOGUES / f"{ruleset}.txt").read_text("utf-8").strip().split("\n\n")
    while True:
        for block in rng.sample(blocks, len(blocks)):
            yield read_lines(block)


def _script(call_id: str, case: Case, dialogues: dict[str, Iterator[tuple[Line, ...]]], rng: random.Random) -> Script:
    agent_id = rng.choice(_JOB_NUMBERS)
    started_at = case.started_at or f"{rng.choice(_PLAIN_DAYS)}T{rng.choice(_TIMES)}:00+08:00"
    phone = "1" + rng.choice("35789") + "".join(rng.choices("023456789", k=9))
    values = {
        "n": spoken_digits(agent_id),
        "wrong": spoken_digits(_one_off(agent_id, len(agent_id) - 1)),
        "address": rng.choice(_ADDRESSES),
        "phone": _spoken_phone(phone),
        "badphone": _spoken_phone(_one_off(phone, rng.randrange(5, 11))),
        "greeting": _greeting(started_at),
    }
    lines = read_lines(case.lines) if case.lines else _compose(case, next(dialogues[case.ruleset]), rng)
    agent_voice, customer_voice = rng.sample(VOICES, 2)
    return Script(
        call_id=call_id,
        ruleset=case.ruleset,
        agent_id=agent_id,
        lines=tuple(_live(line, values, rng) for line in lines),
        agent=Party(agent_voice, case.agent_speed or rng.choice((0.82, 0.86, 0.9, 0.94, 1.0)), rng.uniform(-3, 1)),
        customer=Party(customer_voice, rng.choice((0.9, 1.0, 1.1, 1.2)), rng.uniform(-8, 1)),
        sound=_sound(case, rng),
        started_at=started_at,
        direction=case.direction,
        hangup_by=case.hangup_by,
        ring_seconds=case.ring_seconds,
        complaint=case.complaint,
        tail_s=case.tail_s,
        labels=case.labels,
        omit=case.omit,
        notes=case.notes,
        answers=case.answers,
    )


def _compose(case: Case, dialogue: tuple[Line, ...], rng: random.Random) -> tuple[Line, ...]:
    """A whole call round a dialogue (problem, question, answer, solution, acknowledgement), as the case wants it."""
    problem, question, answer, solution, ack = dialogue
    opening = case.opening or "A: " + rng.choice(_OPENINGS[case.ruleset])
    problem = replace(problem, text=problem.text + case.more_problem)
    # What is put between problem and solution stands in place of the agent's own question.
    between = () if case.after_problem or case.before_solution_s or rng.random() < 0.8 else (question, answer)
    if case.before_solution_s is not None:
        solution = replace(solution, pause_s=case.before_solution_s)
    if case.before_ack_s is not None:
        ack = replace(ack, pause_s=case.before_ack_s)
    ending = case.ending
    if ending is None:
        asks_further = bool(case.after_ack) or rng.random() < 0.5
        said = (("A", _FURTHER), ("C", _NO_MORE)) if asks_further else ()
        said += (("A", _CLOSINGS), ("C", _GOODBYES))
        ending = "\n".join(f"{who}: {rng.choice(words)}" for who, words in said)
    return (
        *read_lines(opening), problem, *read_lines(case.after_problem), *between, solution, ack,
        *read_lines(case.after_ack), *read_lines(ending),
    )  # fmt: skip


def _live(line: Line, values: dict[str, str], rng: random.Random) -> Line:
    ordinary = line.pause_s == ORDINARY_PAUSE_S
    return replace(
        line,
        text=line.text.format(**values),
        pause_s=round(rng.uniform(0.35, 1.1), 2) if ordinary else line.pause_s,
    )


def _sound(case: Case, rng: random.Random) -> Sound:
    mono = not case.stereo and rng.random() < _MONO_SHARE
    channels: Channels = "mono" if mono else rng.choice(("agent-left", "agent-right"))
    bleed_db = rng.uniform(32, 42) if not mono and not case.lines and rng.random() < _BLEED_SHARE else None
    return Sound(rng.choice(_MONO_CODECS if mono else _STEREO_CODECS), channels, rng.choice(_SNRS_DB), bleed_db)


def _one_off(number: str, at: int) -> str:
    """The number with the digit at `at` replaced by one that sounds nothing like it."""
    return number[:at] + str((int(number[at]) + 4) % 10) + number[at + 1 :]


def _spoken_phone(phone: str) -> str:
    digits = spoken_digits(phone)
    return f"{digits[:3]},{digits[3:7]},{digits[7:]}"


def _greeting(started_at: str) -> str:
    hour = int(started_at[11:13])
    return "上午好" if 9 <= hour < 12 else "下午好" if 13 <= hour < 18 else "您好"


def main() -> None:
    """Writes the recordings, calls.csv and labels.jsonl below --out."""
    parser = argparse.ArgumentParser(description="Make the held-out evaluation set.")
    parser.add_argument("--n", type=int, default=64, help=f"how many calls; {len(CASES)} are every case once")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--out", type=Path, default=VAR / "heldout")
    options = parser.parse_args()
    total_s = build(list(scripts(options.n, options.seed)), options.out, Speaker(threads=1))
    print(f"{options.n} calls, {total_s / 60:.1f} min in {options.out}")


if __name__ == "__main__":
    main()
