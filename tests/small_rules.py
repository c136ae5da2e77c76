"""A rules folder of four rules and variants of it: tests of what works on rules need not hang on the real ones."""

from pathlib import Path

SCHEME = 'version: "1"\nbase: 100\ngrades: {A: 95, B: 85, C: 70, D: 0}\nmultipliers: {complaint: 2}\n'
HEAD = "name: 测试\nvariables:\n  company: [大龙供暖]\n"
RULES = """\
rules:
  - id: rude
    name: 禁语
    clause: 第1条
    points: 5
    per: occurrence
    cap: 10
    violated:
      forbidden: {phrases: [rude-words]}
    reason: 使用禁语
    examples:
      - {verdict: violated, turns: [{坐席 1: 你到底听不听得懂}]}
      - {verdict: passed, turns: [{坐席 1: 请您稍等一下}]}
  - id: closing
    name: 结束语
    clause: 第2条
    points: 5
    multipliers: [complaint]
    violated:
      not: {said: {phrases: [closing], where: {part: ending, turns: 2}}}
    reason: 没有说结束语
    examples:
      - {verdict: violated, turns: [{坐席 1: 好的知道了我会处理的}]}
      - {verdict: passed, turns: [{坐席 1: 感谢您的来电再见}]}
  - id: hangup
    name: 提前挂机
    clause: 第3条
    points: 6
    excludes: [closing]
    applies:
      call: {hangup_by: agent}
    violated:
      not: {said: {phrases: [closing], where: {part: ending, turns: 2}}}
    reason: 没有说结束语就挂机
    examples:
      - {verdict: violated, call: {hangup_by: agent}, turns: [{坐席 1: 好的知道了我会处理的}]}
      - {verdict: passed, call: {hangup_by: agent}, turns: [{坐席 1: 感谢您的来电再见}]}
      - {verdict: not_applicable, call: {hangup_by: customer}, turns: [{坐席 1: 您好}]}
  - id: slow
    name: 接听过慢
    clause: 第4条
    points: 2
    violated:
      over: {field: ring_seconds, limit: 15}
    reason: 接听过慢
    examples:
      - {verdict: violated, call: {ring_seconds: 20}, turns: [{坐席 1: 您好}]}
      - {verdict: passed, call: {ring_seconds: 5}, turns: [{坐席 1: 您好}]}
phrases:
  rude-words: [你到底听不听得懂]
  closing: [感谢您的来电, 祝您生活愉快]
  company: ["{company}"]
  quoting: [您刚才说]
"""


def write_rules(folder: Path, *changes: tuple[str, str]) -> Path:
    """Writes the folder (rule set `heating`) with texts replaced, in whichever file they stand; returns it."""
    texts = {"scheme.yaml": SCHEME, "holidays.yaml": "windows: []\n", "heating/set.yaml": HEAD, "heating/r.yaml": RULES}
    for old, new in changes:
        assert any(old in text for text in texts.values()), f"{old!r} stands in no file"
        texts = {name: text.replace(old, new, 1) for name, text in texts.items()}
    (folder / "heating").mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
