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
    """How likely a condition holds for a call; where one part of an `all` surely does not, the rest is not asked."""
    signal, least, _ = _judge(expression, view)
    return _firm(signal, least)


def trace(expression: Expression, view: CallView) -> Traced:
    """As `evaluate`, with the answer of every part."""
    traced = _trace(expression, view)
    return replace(traced, signal=_firm(traced.signal, traced.least))


Judged = tuple[Signal, float, float]
"""An answer with the bounds of its probability, whatever advisory operators would have answered."""


def _firm(signal: Signal, least: float) -> Signal:
    firm = max(least, ASKED_AT_MOST)
    return signal if signal.probability <= firm else signal._replace(probability=firm)


def _judge(expression: Expression, view: CallView) -> Judged:
    """A condition shared by rules (see `interned`) is judged once a call; kept with it, its id is no other's."""
    known = view.judged.get(id(expression))
    if known is None:
        known = view.judged[id(expression)] = (expression, _judged(expression, view))
    judged: Judged = known[1]
    return judged


def _judged(expression: Expression, view: CallView) -> Judged:
    if not expression.parts:
        return _ask(expression, view)
    judged: list[Judged] = []
    for part in expression.parts:
        answer = _judge(part, view)
        judged.append(answer)
        if answer[2] <= 0.0 and expression.operator == "all" and not answer[0].missing:
            return answer
    return _joined(expression, judged)


def _trace(expression: Expression, view: CallView) -> Traced:
    if not expression.parts:
        signal, least, most = _ask(expression, view)
        return Traced(expression, signal, (), least, most)
    parts = tuple(_trace(part, view) for part in expression.parts)
    signal, least, most = _joined(expression, [(p.signal, p.least, p.most) for p in parts])
    return Traced(expression, signal, parts, least, most)


def _ask(expression: Expression, view: CallView) -> Judged:
    operator = OPERATORS[expression.operator]
    signal = operator.run(view, expression.params)
    return (signal, 0.0, 1.0) if operator.advisory else (signal, signal.probability, signal.probability)


def _joined(expression: Expression, judged: list[Judged]) -> Judged:
    """The answer of a condition from those of its parts."""
    if expression.operator == "all":
        return all_of([j[0] for j in judged]), min([j[1] for j in judged]), min([j[2] for j in judged])
    if expression.operator == "not":
        ((signal, least, most),) = judged
        return negated(signal), 1.0 - most, 1.0 - least
    there = _there(expression, judged)
    least, most, signal = max([j[1] for j in there]), max([j[2] for j in there]), any_of([j[0] for j in there])
    return (signal, least, most) if expression.operator == "any" else (negated(signal), 1.0 - most, 1.0 - least)


def _there(expression: Expression, judged: list[Judged]) -> list[Judged]:
    """The parts of an `any` or `none` that count: an adviser that has no data must not silence the others."""
    if not any(signal.missing for signal, _, _ in judged):
        return judged
    advises = [_advises(part) for part in expression.parts]
    if all(advises):
        return judged
    return [j for j, adviser in zip(judged, advises, strict=True) if not adviser or not j[0].missing]


def _advises(expression: Expression) -> bool:
    """Whether an advisory operator takes part in a condition."""
    if expression.parts:
        return any(_advises(part) for part in expression.parts)
    return OPERATORS[expression.operator].advisory


def interned(expression: Expression, known: dict[str, Expression]) -> Expression:
    """The condition with its parts, each the very object of an equal one in `known`, to which new ones are added."""
    own = replace(expression, parts=tuple(interned(part, known) for part in expression.parts))
    return known.setdefault(repr(own), own)


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
