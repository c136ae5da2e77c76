"""What tells two versions of a rule set apart, so that a back-test can pass over calls that it cannot concern."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from qa.checks.naming import as_choice
from qa.checks.phrasebook import Phrasebook
from qa.checks.view import ORDINARY
from qa.phonetics import build_lexicon
from qa.rules.expression import phrase_names
from qa.rules.model import Rule, RuleSet
from qa.rules.script import WEIGHTS

DECIDING = (
    "applies",
    "violated",
    "points",
    "per",
    "cap",
    "fatal",
    "review_only",
    "multipliers",
    "excludes",
    "sure",
    "doubt",
)
"""The fields of a rule on which verdicts and points depend; names, reasons and examples change nothing."""


@dataclass(frozen=True, slots=True)
class Differences:
    """`rules`: ids of the rules that may judge otherwise (or stand in one set only); `sides`: whether the words by
    which agent and customer are told apart differ."""

    rules: frozenset[str]
    sides: bool


def differences(old: RuleSet, new: RuleSet, *, same_holidays: bool) -> Differences:
    """What may judge otherwise; every rule where something differs that all of them rest on.

    `same_holidays`: whether the two folders have the same notices (a rule set cannot tell).
    """
    mine = {rule.id: rule for rule in old.rules}
    theirs = {rule.id: rule for rule in new.rules}
    sides = any(old.phrases.get(name) != new.phrases.get(name) for name in WEIGHTS)
    every = frozenset(mine) | frozenset(theirs)
    changed = {n for n in {*old.phrases, *new.phrases} if old.phrases.get(n) != new.phrases.get(n)}
    shared = changed & (_common(old) | _common(new))
    if sides or shared or not same_holidays or old.scheme != new.scheme or _values(old) != _values(new):
        return Differences(every, sides)
    told = {
        id_
        for id_ in every
        if id_ not in mine
        or id_ not in theirs
        or any(getattr(mine[id_], name) != getattr(theirs[id_], name) for name in DECIDING)
        or changed & _names(mine[id_])
    }
    return Differences(frozenset(told), sides=False)


def sieves(old: RuleSet, new: RuleSet, rules: frozenset[str]) -> tuple[RuleSet, RuleSet]:
    """Both versions with these rules alone and one lexicon for both, of no more phrases than they can ask for."""
    lexicon = build_lexicon([*_texts(old, rules), *_texts(new, rules)])
    first, second = (
        replace(
            version,
            rules=tuple(r for r in version.rules if r.id in rules),
            book=Phrasebook(version.variables, version.phrases, lexicon),
        )
        for version in (old, new)
    )
    return first, second


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
