"""The measured parts of docs/accuracy.md and its Chinese twin: tables put between marks, the prose left alone."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

PAGES = {"en": "accuracy.md", "zh": "accuracy.zh-CN.md"}
Say = Callable[[str], str]
"""A heading in the language of the page."""

CHINESE = {
    "rule": "规则",
    "violations": "违规",
    "near misses": "近似",
    "precision": "查准率",
    "recall": "查全率",
    "wrongful": "误扣",
    "missed": "漏判",
    "to a person": "转人工",
    "all rules": "全部规则",
    "probability of a violation": "给出的违规概率",
    "verdicts": "判定数",
    "stated": "平均给出",
    "observed": "实际",
    "difference in points": "相差（百分点）",
    "calls": "通话",
    "micro-F1": "微平均 F1",
    "wrongful per 100 calls": "每百通误扣",
    "missed per 100 calls": "每百通漏判",
    "share left to a person": "转人工占比",
    "calls with a review": "有待复核的通话",
    "agreement": "判定一致",
    "CER": "字错率",
    "answers": "回访答案",
    "deductions that were right": "扣分正确",
    "sentences": "语句",
    "violated": "判违规",
    "needs review": "待复核",
    "clips": "录音段",
    "texts": "文字",
    "recognised": "识别结果",
    "passed": "没有问题",
    "free wording": "换了话的违规（列表外）",
    "the curve": "可靠性曲线",
    "stereo": "双轨",
    "mono": "单轨",
    "developers' calls": "开发集，录音",
    "developers' calls, reference text": "开发集，标准文本",
    "held-out calls": "留出集，录音",
    "ordinary": "日常",
    "polite": "礼貌",
    "measured": "测于 {date}：{n} 通生成通话，种子 {seed}，{cer:.0%} 的字有误；{machine}，打分 {seconds} 秒。",
}
ENGLISH = {
    "free wording": "violations in words nobody listed",
    "measured": "Measured {date}: {n} generated calls, seed {seed}, {cer:.0%} of the characters wrong; {machine}, "
    "{seconds} s of scoring.",
    "the curve": "the reliability curve",
}


def _in_words(words: Mapping[str, str], word: str) -> str:
    return words.get(word, word)


def write_part(docs: Path, part: str, make: Callable[[Say], str]) -> None:
    """Puts a measured part between its marks on every page that has them."""
    for language, page in PAGES.items():
        path = docs / page
        if not path.exists():
            continue
        block = make(partial(_in_words, CHINESE if language == "zh" else ENGLISH))
        marks = re.compile(rf"(<!-- measured: {part} -->\n).*?(<!-- end of {part} -->)", re.DOTALL)
        text, found = marks.subn(lambda m, block=block: m[1] + block + m[2], path.read_text(encoding="utf-8"))
        if not found:
            raise SystemExit(f"{path}: no marks for the part “{part}”")
        path.write_text(text, encoding="utf-8")


def stored(docs: Path, name: str, text: str) -> None:
    """Writes a file into the folder of pictures."""
    folder = docs / "pictures"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table, all but the first column to the right."""
    ruler = ["---", *("---:" for _ in heads[1:])]
    return "".join(f"| {' | '.join(row)} |\n" for row in (heads, ruler, *rows))


def share(of: Mapping[str, Any], name: str, digits: int = 3) -> str:
    """A share with its 95 % interval."""
    if of[name] is None:
        return "–"
    low, high = of[f"{name}_95"]
    return f"{of[name]:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def rate(of: Mapping[str, Any], name: str) -> str:
    """Events per 100 calls with their interval."""
    low, high = of[f"{name}_per_100_calls_95"]
    return f"{of[f'{name}_per_100_calls']:.2f} ({low:.2f}–{high:.2f})"


def generated_part(
    found: dict[str, Any], near: Counter[str], told: dict[str, Any], names: Mapping[str, str], say: Say
) -> str:
    """The table of rules, the sums and the curve of generated calls."""
    heads = ["rule", "violations", "near misses", "precision", "recall", "wrongful", "missed", "to a person"]
    rows = []
    for rule, of in found["rules"].items():
        if rule.endswith("~paraphrase"):
            continue
        counts = [str(of["violations"]), str(near[rule])]
        left = [str(of["wrongful"]), str(of["missed"]), share(of, "review_share")]
        rows.append([named(rule, names, say), *counts, share(of, "precision"), share(of, "recall"), *left])
    every = found["overall"]
    sums = [str(sum(of["violations"] for name, of in found["rules"].items() if "~" not in name)), str(near.total())]
    rates = [rate(every, "wrongful"), rate(every, "missed"), share(every, "review_share")]
    both = [share(every, "precision"), share(every, "recall")]
    rows.append([f"**{say('all rules')}** ({say('wrongful per 100 calls')})", *sums, *both, *rates])
    picture = f"![{say('the curve')}](pictures/accuracy-curve.svg)\n"
    return "\n".join(
        [say("measured").format(**told), "", table([say(h) for h in heads], rows), reliability(found, say), picture]
    )


def reliability(found: dict[str, Any], say: Say) -> str:
    """The bins of the curve as a table."""
    heads = ["probability of a violation", "verdicts", "stated", "observed", "95 %", "difference in points"]
    rows = []
    for b in found["reliability"]["bins"]:
        low, high = b["observed_95"]
        values = [str(b["cases"]), f"{b['stated']:.1%}", f"{b['observed']:.1%}", f"{low:.1%}–{high:.1%}"]
        rows.append([f"{b['from']:.2f}–{b['to']:.2f}", *values, f"{100 * b['gap']:+.1f}"])
    return table([say(h) for h in heads], rows)


def spoken_part(sets: Sequence[tuple[str, str, dict[str, Any]]], say: Say) -> str:
    """One row a set of recordings, as its name and a kind of recording (or none) tell."""
    heads = ["calls", "micro-F1", "wrongful per 100 calls", "missed per 100 calls", "share left to a person"]
    heads += ["calls with a review", "agreement", "deductions that were right", "CER", "answers"]
    rows = []
    for name, kind, found in sets:
        every, right = found["overall"], found["reliability"]["deducted"]
        rows.append(
            [
                f"{say(name)}{' · ' if kind else ''}{say(kind)} ({every['calls']})",
                f"{every['micro_f1']:.3f}",
                rate(every, "wrongful"),
                rate(every, "missed"),
                share(every, "review_share"),
                share(every, "review_calls"),
                share(every, "agreement"),
                f"{right['violations']}/{right['cases']}" if right else "–",
                "–" if every["cer"] is None else f"{every['cer']:.1%}",
                every["answers"],
            ]
        )
    return table([say(h) for h in heads], rows)


def sentences_part(
    innocent: Mapping[str, Mapping[str, Counter[str]]],
    guilty: Mapping[str, Counter[str]],
    names: Mapping[str, str],
    say: Say,
) -> str:
    """How often a rule of forbidden language was seen in sentences that break none, and in free wording that does."""
    sizes = {name: next(iter(of.values())).total() for name, of in innocent.items()}
    heads = [say("rule"), *(f"{say(name)}: {n} {say('sentences')}" for name, n in sizes.items())]
    heads.append(say("free wording"))
    rows = []
    for rule in next(iter(innocent.values())):
        cells = [_tally(of[rule], ("violated", "needs_review"), say) for of in innocent.values()]
        free = guilty.get(rule)
        cells.append(f"{free.total()}: {_tally(free, ('violated', 'needs_review', 'passed'), say)}" if free else "–")
        rows.append([named(rule, names, say), *cells])
    return table(heads, rows)


def _tally(verdicts: Counter[str], shown: Sequence[str], say: Say) -> str:
    return " · ".join(f"{say(verdict.replace('_', ' '))} {verdicts[verdict]}" for verdict in shown)


def named(rule: str, names: Mapping[str, str], say: Say) -> str:
    """The rule as the page's reader calls it."""
    return f"{names[rule]} `{rule}`" if say("rule") == CHINESE["rule"] else f"`{rule}`"
