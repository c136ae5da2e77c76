"""Rules, rule sets and the scheme as values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from qa.checks.phrasebook import Phrasebook
from qa.finding import Verdict
from qa.rules.scheme import Multiplier, Per, Scheme, priced, scheme_on
from qa.rules.script import AgentLikeness
from qa.rules.workdays import PUBLIC, Workdays


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
    per: Per = "call"
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
class RuleSet:
    """The rules of one company, in the order of the files; variables stand filled in in the phrases of its `book`.

    `sha256` covers everything that can change a verdict or a score. `rules` have the points of `scheme`, which is
    the newest of `schemes`; `on` gives the set as of another day.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    book: Phrasebook
    scheme: Scheme
    sha256: str
    agent_likeness: AgentLikeness
    unpriced: tuple[Rule, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    workdays: Workdays = PUBLIC

    def on(self, day: date | None) -> "RuleSet":
        """The set with the scheme of a local day and the points that it gives."""
        scheme = scheme_on(self.schemes, day) if self.schemes else self.scheme
        if scheme == self.scheme:
            return self
        return replace(self, scheme=scheme, rules=tuple(priced(rule, scheme) for rule in self.unpriced))

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
