"""Running the examples that rules carry."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any, cast

from qa.call import LOCAL, Call, CallMeta, Channels, Role, Speech, Turn
from qa.checks.naming import spoken
from qa.finding import Verdict
from qa.phonetics.syllables import DIGITS
from qa.rules.model import Example, Expression, Rule, RuleBook, RuleSet
from qa.score import score_call

CHARS_A_SECOND = 4.5
TAIL_S = 1.0
KNOWN = frozenset(CallMeta.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class ExampleOutcome:
    """What an example gave; `at_s` is where the evidence began, `place` its file and line."""

    ruleset: str
    rule: str
    example: str
    place: str
    expected: Verdict
    got: Verdict
    expected_at_s: float | None
    at_s: float | None
    reason: str

    @property
    def ok(self) -> bool:
        """Whether verdict and second (±1 s) are as written."""
        close = self.expected_at_s is None or (self.at_s is not None and abs(self.at_s - self.expected_at_s) <= 1.0)
        return self.got == self.expected and close


def run_examples(book: RuleBook, only: Collection[str] | None = None) -> list[ExampleOutcome]:
    """Every example of every rule (or of the rules `only`), under each rule set that has the rule.

    Of a rule with versions today's comes first, the former and coming ones after it.
    """
    return [
        _run(version, rule, number, example)
        for ruleset in book.rulesets.values()
        for version, rule in _versions(ruleset)
        if (only is None or rule.id in only) and _in_force(rule.applies, version)
        for number, example in enumerate(rule.examples, start=1)
    ]


def _versions(ruleset: RuleSet) -> list[tuple[RuleSet, Rule]]:
    """Each version of each rule with the set in which it stands, today's set first; a price makes no version."""
    found: dict[int, tuple[RuleSet, Rule]] = {}
    for each in (ruleset, *(version for _, version in ruleset.versions)):
        for rule in each.rules:
            found.setdefault(id(rule.examples), (each, rule))
    return list(found.values())


def _in_force(condition: Expression | None, ruleset: RuleSet) -> bool:
    """Whether no switch of the rule set turns the rule off; its examples would all be not applicable."""
    if condition is None:
        return True
    if condition.operator == "switched_on":
        return bool(ruleset.variables.get(condition.params.variable))
    return condition.operator != "all" or all(_in_force(part, ruleset) for part in condition.parts)


def _run(ruleset: RuleSet, rule: Rule, number: int, example: Example) -> ExampleOutcome:
    call = example_call(example, ruleset.variables, f"{rule.id}-{number}")
    finding = next(f for f in score_call(call, ruleset).findings if f.rule == rule.id)
    return ExampleOutcome(
        ruleset=ruleset.name,
        rule=rule.id,
        example=example.note or f"{number}",
        place=example.place,
        expected=example.verdict,
        got=finding.verdict,
        expected_at_s=example.at_s,
        at_s=min((e.start_s for e in finding.evidence), default=None),
        reason=finding.reason,
    )


def example_call(example: Example, variables: Mapping[str, Any], call_id: str) -> Call:
    """The little call of an example; `{job_number}` in its text is the call's agent id, `{company}` the first name.

    `level_db` and `mandarin` of its `call` go to the turns one after the other, what is no field to further columns.
    """
    facts = dict(example.call)
    agent_id = str(facts.pop("agent_id", "867"))
    started = str(facts.pop("started_at", "2026-03-11T09:15:00"))
    duration = facts.pop("duration_s", None)
    channels = cast(Channels, facts.pop("channels", "agent-left"))
    levels, mandarin = facts.pop("level_db", ()), facts.pop("mandarin", ())
    extra = {name: str(facts.pop(name)) for name in set(facts) - KNOWN}
    named = {**variables, "job_number": "".join({**DIGITS, "1": "幺"}.get(c, c) for c in agent_id)}
    turns: list[Turn] = []
    said = len(example.turns)
    for (role, start, end, raw), level, language in zip_longest(example.turns, levels[:said], mandarin[:said]):
        text = spoken(raw, named)
        stop = end or start + len(text) / CHARS_A_SECOND
        turns.append(Turn(cast(Role, role), start, stop, text, level_db=level, mandarin=language))
    last = max((t.end_s for t in turns), default=0.0)
    meta = CallMeta(
        call_id=call_id,
        agent_id=agent_id or None,
        started_at=datetime.fromisoformat(started).replace(tzinfo=LOCAL),
        extra=extra,
        **facts,
    )
    return Call(
        meta=meta,
        duration_s=float(duration) if duration is not None else last + TAIL_S,
        channels=channels,
        turns=tuple(turns),
        speech=tuple(Speech(t.role, t.start_s, t.end_s) for t in turns),
    )
