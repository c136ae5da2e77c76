"""Small calls judged by the shipped rules."""

from dataclasses import replace
from typing import Any

from qa.call import Call, Role, Speech, Turn
from qa.finding import Finding
from qa.score import score_call
from tests.builders import make_call, make_meta, make_turn
from tests.rules.shipped import ruleset

META = {"started_at", "agent_id", "direction", "hangup_by", "complaint", "dissatisfied", "nuisance", "ring_seconds"}
SECONDS_A_CHARACTER = 0.22
ROLES: dict[str, Role] = {"坐席": "agent", "客户": "customer", "未知": "unknown"}


def turn(line: str, **fields: Any) -> Turn:
    """A turn written `坐席 0.5-5.8: words` or `客户 6: words`."""
    head, _, text = line.partition(": ")
    who, _, when = head.partition(" ")
    start, _, end = when.partition("-")
    until = float(end) if end else float(start) + SECONDS_A_CHARACTER * len(text)
    return make_turn(ROLES[who], float(start), until, text, **fields)


def call_of(*lines: str, each: dict[str, Any] | None = None, **fields: Any) -> Call:
    """A call of written turns; `each` goes to every turn, metadata and the call's own fields by name."""
    turns = tuple(turn(line, **(each or {})) for line in lines)
    meta = make_meta(**{k: v for k, v in fields.items() if k in META})
    return make_call(*turns, meta=meta, **{k: v for k, v in fields.items() if k not in META})


def finding(rule: str, call: Call, name: str = "heating") -> Finding:
    """What a rule of a shipped set finds in a call."""
    return next(f for f in score_call(call, ruleset(name)).findings if f.rule == rule)


def verdict(rule: str, call: Call, name: str = "heating") -> str:
    """A rule's verdict."""
    return finding(rule, call, name).verdict


def heard(call: Call, *spans: tuple[Role, float, float]) -> Call:
    """The call with measured speech of its own."""
    return replace(call, speech=tuple(Speech(role, start, end) for role, start, end in spans))
