"""Conditions in rule files: `all`, `any`, `none`, `not` over operators."""

from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from qa.checks.registry import OPERATORS
from qa.checks.signal import Signal, all_of, any_of, negated
from qa.checks.view import CallView
from qa.rules.model import Expression
from qa.rules.source import Location, Source

MAX_DEPTH = 12
LOGIC = ("all", "any", "none", "not")
ASKED_AT_MOST = 0.5
"""What rests on advisory operators alone is no likelier than this: below every threshold for a deduction."""


def parse(data: Any, at: Location, source: Source, depth: int = 0) -> Expression | None:
    """A condition as a value; what is wrong is noted in the source and gives None."""
    if depth > MAX_DEPTH:
        source.complain(at, f"conditions nested deeper than {MAX_DEPTH}")
        return None
    if not isinstance(data, dict) or len(data) != 1:
        known = ", ".join([*LOGIC, *OPERATORS])
        source.complain(at, f"a condition is exactly one of: {known}")
        return None
    (name, body), here = next(iter(data.items())), (*at, next(iter(data)))
    if name in ("all", "any", "none"):
        if not isinstance(body, list) or not body:
            source.complain(here, f"`{name}` takes a list of conditions")
            return None
        parts = [parse(part, (*here, i), source, depth + 1) for i, part in enumerate(body)]
        return Expression(name, parts=tuple(p for p in parts if p)) if all(parts) else None
    if name == "not":
        part = parse(body, here, source, depth + 1)
        return Expression("not", parts=(part,)) if part else None
    if name not in OPERATORS:
        source.complain(here, f"unknown operator {name!r}; known: {', '.join([*LOGIC, *OPERATORS])}")
        return None
    try:
        return Expression(name, params=OPERATORS[name].params.model_validate(body or {}))
    except ValidationError as error:
        for fault in error.errors():
            source.complain((*here, *fault["loc"]), f"{name}: {_told(name, fault['loc'], fault['msg'])}")
        return None


def _told(operator: str, place: tuple[int | str, ...], text: str) -> str:
    """What is wrong with a parameter, in words that help."""
    if text == "Extra inputs are not permitted":
        known = f"; known: {', '.join(OPERATORS[operator].params.model_fields)}" if len(place) == 1 else ""
        return f"unknown parameter {place[-1]!r}{known}"
    text = text.removeprefix("Value error, ")
    return f"{'.'.join(map(str, place))}: {text}" if place else text


@dataclass(frozen=True, slots=True)
class Traced:
    """A condition with its answer, and its parts with theirs.

    `least` and `most` bound the probability whatever advisory operators would have answered.
    """

    expression: Expression
    signal: Signal
    parts: tuple["Traced", ...] = ()
    least: float = 0.0
    most: float = 1.0


def evaluate(expression: Expression, view: CallView) -> Signal:
    """How likely a condition holds for a call."""
    return trace(expression, view).signal


def trace(expression: Expression, view: CallView) -> Traced:
    """As `evaluate`, with the answer of every part."""
    traced = _trace(expression, view)
    probability = traced.signal.probability
    firm = max(traced.least, min(ASKED_AT_MOST, probability))
    if firm >= probability:
        return traced
    return replace(traced, signal=replace(traced.signal, probability=firm))


def _trace(expression: Expression, view: CallView) -> Traced:
    name = expression.operator
    if not expression.parts:
        signal = OPERATORS[name].run(view, expression.params)
        if OPERATORS[name].advisory:
            return Traced(expression, signal)
        return Traced(expression, signal, (), signal.probability, signal.probability)
    parts = tuple(_trace(part, view) for part in expression.parts)
    if name == "all":
        least, most = min(p.least for p in parts), min(p.most for p in parts)
        return Traced(expression, all_of([p.signal for p in parts]), parts, least, most)
    if name == "not":
        return Traced(expression, negated(parts[0].signal), parts, 1.0 - parts[0].most, 1.0 - parts[0].least)
    there = _there(parts)
    least, most, signal = max(p.least for p in there), max(p.most for p in there), any_of([p.signal for p in there])
    if name == "any":
        return Traced(expression, signal, parts, least, most)
    return Traced(expression, negated(signal), parts, 1.0 - most, 1.0 - least)


def _there(parts: tuple[Traced, ...]) -> list[Traced]:
    """The parts of an `any` or `none` that count: an adviser that has no data must not silence the others."""
    firm = [p for p in parts if not _advises(p.expression)]
    return [p for p in parts if p in firm or not p.signal.missing] if firm else list(parts)


def _advises(expression: Expression) -> bool:
    """Whether an advisory operator takes part in a condition."""
    if expression.parts:
        return any(_advises(part) for part in expression.parts)
    return OPERATORS[expression.operator].advisory


def phrase_names(expression: Expression) -> set[str]:
    """Every phrase-set name or pattern that a condition uses; names that it gives to its own parts are none."""
    names: set[str] = set()
    for part in expression.parts:
        names |= phrase_names(part)
    if expression.params is not None:
        fields = expression.params.model_dump()
        values = [value for name, value in fields.items() if name not in expression.params.plain]
        own = {key for value in values if isinstance(value, dict) for key in value}
        for group in _groups(values):
            names |= set(group) - own
    return names


def _groups(values: list[Any]) -> list[tuple[str, ...]]:
    """Every list of texts in values of parameters, also those inside others."""
    found: list[tuple[str, ...]] = []
    for value in values:
        if isinstance(value, dict):
            found += _groups(list(value.values()))
        elif isinstance(value, tuple | list) and all(isinstance(x, str) for x in value):
            found.append(tuple(value))
    return found
