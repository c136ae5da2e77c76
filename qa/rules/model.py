"""Rules, rule sets and the scheme as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from qa.checks.phrasebook import Phrasebook
from qa.finding import Verdict
from qa.rules.script import AgentLikeness

Multiplier = Literal["complaint", "dissatisfied", "severe", "consequence"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition: an operator with its parameters, or `all`, `any`, `not` over others."""

    operator: str
    params: Any = None
    parts: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A little call that a rule carries with the verdict it must give; `at_s` is the second at which it fires."""

    verdict: Verdict
    note: str
    call: Mapping[str, Any]
    turns: tuple[tuple[str, float, float | None, str], ...]
    at_s: float | None
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when it applies, when it is violated, what it costs.

    `points` are per occurrence where `per` is `occurrence`; `cap` limits their sum. `review_only` rules never deduct.
    `excludes` names rules that are not applicable once this one is violated or in doubt.
    """

    id: str
    name: str
    clause: str
    points: float
    applies: Expression | None
    violated: Expression
    reason: str
    right_wording: str
    house: bool = False
    per: Literal["call", "occurrence"] = "call"
    cap: float | None = None
    fatal: bool = False
    review_only: bool = False
    enabled: bool = True
    multipliers: tuple[Multiplier, ...] = ()
    excludes: tuple[str, ...] = ()
    inapplicable: str = ""
    sure: float | None = None
    doubt: float | None = None
    examples: tuple[Example, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The 100-point deduction scheme: base, grade bands (lowest score of each, best first), multipliers, thresholds."""

    base: float = 100.0
    grades: tuple[tuple[str, float], ...] = (("A", 95.0), ("B", 85.0), ("C", 70.0), ("D", 0.0))
    multipliers: Mapping[str, float] = field(default_factory=dict)
    stack_multipliers: bool = False
    sure: float = 0.9
    doubt: float = 0.35
    version: str = "1"
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one company, in the order of the files; variables stand filled in in the phrases of its `book`.

    `sha256` covers everything that can change a verdict or a score.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    book: Phrasebook
    scheme: Scheme
    sha256: str
    agent_likeness: AgentLikeness

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the set."""
        return self.book.variables

    @property
    def phrases(self) -> Mapping[str, tuple[str, ...]]:
        """The phrases of the set, variables filled in."""
        return self.book.phrases


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rule sets of a rules folder."""

    rulesets: Mapping[str, RuleSet]
