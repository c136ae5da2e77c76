"""Rules, rule sets and the scheme as values."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
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
    """A little call that a rule carries with the verdict it must give; `at_s` is the second at which it fires.

    `place` is its file and line.
    """

    verdict: Verdict
    note: str
    call: Mapping[str, Any]
    turns: tuple[tuple[str, float, float | None, str], ...]
    at_s: float | None
    place: str = ""


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
class Era:
    """The rules that hold from a day until the next era begins, in the order and with the points of the files."""

    begins: date
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class RuleSet:
    """The rules of one company, in the order of the files; variables stand filled in in the phrases of its `book`.

    `sha256` covers everything that can change a verdict or a score. `rules` and `scheme` are those of one day, with
    the points that the scheme gives; `eras` and `schemes` hold those of all days, oldest first, and `on` another day's.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    book: Phrasebook
    scheme: Scheme
    sha256: str
    agent_likeness: AgentLikeness
    eras: tuple[Era, ...]
    schemes: tuple[Scheme, ...]
    workdays: Workdays = PUBLIC

    def on(self, day: date) -> "RuleSet":
        """The set with the rules and the scheme of a local day; the same object for all days that have the same."""
        return self.versions[self._place(day)][1]

    def under(self, scheme: Scheme, today: date) -> "RuleSet":
        """The set under one of its schemes: as it is today, or on the day nearest to it on which the scheme holds."""
        held = [(begins, version) for begins, version in self.versions if version.scheme == scheme]
        begun = [version for begins, version in held if begins <= today]
        return begun[-1] if begun else held[0][1]

    def pinned(self, day: date) -> "RuleSet":
        """What holds on a day as a set without dates, for calls of any day; its hash tells it from the whole set."""
        return self.alone[self._place(day)]

    @cached_property
    def versions(self) -> tuple[tuple[date, "RuleSet"], ...]:
        """The set from each day on which its rules or its scheme change, oldest first; before the first as on it."""
        days = {era.begins for era in self.eras} | {s.valid_from for s in self.schemes if s.valid_from}
        if len(self.eras) < 2 and len(self.schemes) < 2:
            return ((date.min, self),)
        return tuple((day, self._version(day)) for day in sorted({date.min, *days}))

    @cached_property
    def hashes(self) -> frozenset[str]:
        """The hashes that calls scored by this set may name: its own, and those of its pinned versions."""
        return frozenset({self.sha256, *(ruleset.sha256 for ruleset in self.alone)})

    @cached_property
    def alone(self) -> tuple["RuleSet", ...]:
        """Each version as a set without dates, oldest first."""
        if len(self.versions) == 1:
            return (self,)
        return tuple(
            replace(
                version,
                sha256=sha256(f"{self.sha256} as of {begins}".encode()).hexdigest(),
                eras=(Era(date.min, era_on(self.eras, begins).rules),),
                schemes=(version.scheme,),
            )
            for begins, version in self.versions
        )

    def _place(self, day: date) -> int:
        return max(0, bisect_right(self.versions, day, key=lambda version: version[0]) - 1)

    def _version(self, day: date) -> "RuleSet":
        scheme = scheme_on(self.schemes, day)
        rules = tuple(priced(rule, scheme) for rule in era_on(self.eras, day).rules)
        return replace(self, rules=rules, scheme=scheme)

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


def era_on(eras: tuple[Era, ...], day: date) -> Era:
    """The era of a day; before all of them the oldest."""
    return max((era for era in eras if era.begins <= day), key=lambda era: era.begins, default=eras[0])
