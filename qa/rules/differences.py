"""What tells two versions of a rule set apart, so that a back-test can pass over what it cannot concern."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from qa.checks.naming import as_choice
from qa.checks.phrasebook import Phrasebook
from qa.checks.view import ORDINARY
from qa.phonetics import build_lexicon
from qa.rules.expression import phrase_names
from qa.rules.model import Expression, Rule, RuleSet
from qa.rules.script import WEIGHTS

Days = Callable[[date], frozenset[str]]

JUDGING = ("applies", "violated", "review_only", "excludes", "sure", "doubt")
CHARGING = ("points", "per", "cap", "fatal", "multipliers")
"""The fields of a rule on which its verdict depends, and those on which only its points do; names, reasons and
examples change nothing."""
TOTALLING = ("base", "grades", "multipliers", "stack_multipliers")


@dataclass(frozen=True, slots=True)
class Differences:
    """`judged`: rules whose verdict may differ (or that stand in one set only), with all that they exclude or that
    exclude them; `charged`: rules that may cost otherwise; `totalled`: whether any score or grade may differ;
    `sides`: whether the words by which agent and customer are told apart differ; `rivals`: patterns of one version
    only that compete with the phrases of every rule or tell the sides apart: where one of them is heard, any rule may
    judge otherwise; `days`: the holidays of both versions and how many days around a call they matter, where they
    differ.
    """

    judged: frozenset[str] = frozenset()
    charged: frozenset[str] = frozenset()
    totalled: bool = False
    sides: bool = False
    rivals: frozenset[str] = frozenset()
    days: tuple[Days, Days, int] | None = None

    @property
    def none(self) -> bool:
        """Whether no call can be judged or scored otherwise."""
        return not (self.judged or self.charged or self.totalled or self.rivals or self.days)

    def on(self, day: date | None) -> bool:
        """Whether holidays that concern a call of this day differ."""
        if day is None or self.days is None:
            return False
        old, new, around = self.days
        near = (day + timedelta(days=n) for n in range(-around, around + 1))
        return any(old(d) != new(d) for d in near)


def differences(old: RuleSet, new: RuleSet, *, same_holidays: bool) -> Differences:
    """What may be judged or scored otherwise: every rule where something differs that all of them rest on.

    `same_holidays`: whether the two folders have the same notices (a rule set cannot tell).
    """
    mine = {rule.id: rule for rule in old.rules}
    theirs = {rule.id: rule for rule in new.rules}
    every, both = frozenset(mine) | frozenset(theirs), mine.keys() & theirs.keys()
    changed = {n for n in {*old.phrases, *new.phrases} if old.phrases.get(n) != new.phrases.get(n)}
    # What is looked up unasked: the ordinary phrases compete with those of every rule wherever they are heard.
    unasked = changed & (_common(old) | _common(new))
    limits = (old.scheme.sure, old.scheme.doubt) != (new.scheme.sure, new.scheme.doubt)
    if unasked - {*ORDINARY} or limits or _values(old) != _values(new):
        judged = every
    else:
        told = {id_ for id_ in both if _differ(mine[id_], theirs[id_], JUDGING) or changed & _names(mine[id_])}
        judged = _with_excluded(told | (every - both), [*old.rules, *new.rules])
    return Differences(
        judged=judged,
        charged=frozenset(id_ for id_ in both if _differ(mine[id_], theirs[id_], CHARGING)),
        totalled=_differ(old.scheme, new.scheme, TOTALLING),
        sides=any(name in changed for name in WEIGHTS),
        rivals=_unlike(old, new, changed & {*ORDINARY, *WEIGHTS}),
        days=None if same_holidays else _days(old, new),
    )


def only(ruleset: RuleSet, rules: frozenset[str]) -> RuleSet:
    """The rule set with these rules alone, and a lexicon of no more phrases than they can ask for."""
    if rules >= {rule.id for rule in ruleset.rules}:
        return ruleset
    book = Phrasebook(ruleset.variables, ruleset.phrases, build_lexicon(_texts(ruleset, rules)))
    return replace(ruleset, rules=tuple(r for r in ruleset.rules if r.id in rules), book=book)


def _differ(one: object, other: object, names: Iterable[str]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in names)


def _unlike(old: RuleSet, new: RuleSet, names: Iterable[str]) -> frozenset[str]:
    """The patterns that stand in one version only under these names."""
    return frozenset(p for n in names for p in {*old.phrases.get(n, ())} ^ {*new.phrases.get(n, ())})


def _with_excluded(ids: Iterable[str], rules: Iterable[Rule]) -> frozenset[str]:
    """The rules with all that stand in a chain of exclusions with them: an excluded one does not show its verdict."""
    pairs = [{rule.id, other} for rule in rules for other in rule.excludes]
    found = set(ids)
    while grown := {id_ for pair in pairs if pair & found for id_ in pair} - found:
        found |= grown
    return frozenset(found)


def _days(old: RuleSet, new: RuleSet) -> tuple[Days, Days, int]:
    conditions = [e for rule in (*old.rules, *new.rules) for e in (rule.applies, rule.violated) if e]
    around = max((getattr(e.params, "margin_days", 0) for c in conditions for e in _parts(c)), default=0)
    return old.variables["holiday_windows"], new.variables["holiday_windows"], around


def _parts(expression: Expression) -> list[Expression]:
    return [expression, *(e for part in expression.parts for e in _parts(part))]


def _texts(ruleset: RuleSet, rules: frozenset[str]) -> list[str]:
    """The patterns that these rules can ask for."""
    names = {n for rule in ruleset.rules if rule.id in rules for n in _names(rule)} | _common(ruleset)
    texts = [text for name in sorted(names & set(ruleset.phrases)) for text in ruleset.phrases[name]]
    return [*texts, *(as_choice(name, ruleset.variables) for name in sorted(names - set(ruleset.phrases)))]


def _common(ruleset: RuleSet) -> set[str]:
    """Phrases that operators look for unasked: the ordinary ones, and all that no rule names."""
    named = {name for rule in ruleset.rules for name in _names(rule)}
    return (set(ruleset.phrases) - named) | (set(ORDINARY) & set(ruleset.phrases))


def _names(rule: Rule) -> set[str]:
    return phrase_names(rule.violated) | (phrase_names(rule.applies) if rule.applies else set())


def _values(ruleset: RuleSet) -> Mapping[str, Any]:
    return {name: value for name, value in ruleset.variables.items() if not callable(value)}
