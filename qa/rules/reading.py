"""Examples inside rule files, from their short form to values."""

import re
from typing import Any

from qa.rules.model import Example
from qa.rules.schema import ExampleFile, RuleFile
from qa.rules.source import Location, Source

ROLES = {"坐席": "agent", "客户": "customer", "未知": "unknown"}
TURN = re.compile(r"^(坐席|客户|未知)\s*([\d.]+)(?:\s*-\s*([\d.]+))?$")


def read_examples(rule: RuleFile, source: Source, at: Location) -> tuple[Example, ...]:
    """The examples of a rule; a rule without a violated and a passed one (or a not applicable one) is at fault."""
    wanted = {"needs_review"} if rule.review_only else {"violated", "passed"}
    if rule.applies is not None and not _only_switched(rule.applies):
        wanted.add("not_applicable")
    lacking = wanted - {e.verdict for e in rule.examples}
    if lacking and rule.enabled:
        source.complain(at, f"rule {rule.id!r} lacks examples for: {', '.join(sorted(lacking))}")
    return tuple(_example(e, source, (*at, i)) for i, e in enumerate(rule.examples))


def _example(file: ExampleFile, source: Source, at: Location) -> Example:
    turns: list[tuple[str, float, float | None, str]] = []
    for index, entry in enumerate(file.turns):
        for key, text in entry.items():
            match = TURN.match(key)
            if not match:
                source.complain((*at, "turns", index), f"{key!r}: write a turn as `坐席 0.5-5.8: words`")
                continue
            who, start, end = match.groups()
            turns.append((ROLES[who], float(start), float(end) if end else None, text))
    call: dict[str, Any] = dict(file.call)
    return Example(file.verdict, file.note, call, tuple(turns), file.at, f"{source.path}:{source.line(at)}")


def _only_switched(applies: Any) -> bool:
    """A rule that only a switch of the set turns off needs no example of that."""
    return isinstance(applies, dict) and set(applies) == {"switched_on"}
