"""Conditions in rule files: `all`, `any`, `not` over operators."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from qa.checks.registry import OPERATORS
from qa.checks.signal import Signal, all_of, any_of, negated
from qa.checks.view import CallView
from qa.rules.model import Expression
from qa.rules.source import Location, Source

MAX_DEPTH = 12


def parse(data: Any, at: Location, source: Source, depth: int = 0) -> Expression | None:
    """A condition as a value; what is wrong is noted in the source and gives None."""
    if depth > MAX_DEPTH:
        source.complain(at, f"conditions nested deeper than {MAX_DEPTH}")
        return None
    if not isinstance(data, dict) or len(data) != 1:
        known = ", ".join(["all", "any", "not", *OPERATORS])
        source.complain(at, f"a condition is exactly one of: {known}")
        return None
    (name, body), here = next(iter(data.items())), (*at, next(iter(data)))
    if name in ("all", "any"):
        if not isinstance(body, list) or not body:
            source.complain(here, f"`{name}` takes a list of conditions")
            return None
        parts = [parse(part, (*here, i), source, depth + 1) for i, part in enumerate(body)]
        return Expression(name, parts=tuple(p for p in parts if p)) if all(parts) else None
    if name == "not":
        part = parse(body, here, source, depth + 1)
        return Expression("not", parts=(part,)) if part else None
    if name not in OPERATORS:
        source.complain(here, f"unknown operator {name!r}; known: {', '.join(['all', 'any', 'not', *OPERATORS])}")
        return None
    try:
        return Expression(name, params=OPERATORS[name].params.model_validate(body or {}))
    except ValidationError as error:
        for fault in error.errors():
            source.complain((*here, *fault["loc"]), f"{name}: {fault['msg']}")
        return None


@dataclass(frozen=True, slots=True)
class Traced:
    """A condition with its answer, and its parts with theirs."""

    expression: Expression
    signal: Signal
    parts: tuple["Traced", ...] = ()


def evaluate(expression: Expression, view: CallView) -> Signal:
    """How likely a condition holds for a call."""
    return trace(expression, view).signal


def trace(expression: Expression, view: CallView) -> Traced:
    """As `evaluate`, with the answer of every part."""
    parts = tuple(trace(part, view) for part in expression.parts)
    signals = [part.signal for part in parts]
    if expression.operator == "all":
        return Traced(expression, all_of(signals), parts)
    if expression.operator == "any":
        return Traced(expression, any_of(signals), parts)
    if expression.operator == "not":
        return Traced(expression, negated(signals[0]), parts)
    return Traced(expression, OPERATORS[expression.operator].run(view, expression.params))


def phrase_names(expression: Expression) -> set[str]:
    """Every phrase-set name or pattern that a condition uses; names that it gives to its own parts are none."""
    names: set[str] = set()
    for part in expression.parts:
        names |= phrase_names(part)
    if expression.params is not None:
        values = expression.params.model_dump().values()
        own = {key for value in values if isinstance(value, dict) for key in value}
        for value in values:
            groups = value.values() if isinstance(value, dict) else [value]
            for group in groups:
                if isinstance(group, tuple | list) and all(isinstance(x, str) for x in group):
                    names |= set(group) - own
    return names
