"""What a rule set charges, apart from how it judges: enough to settle a call again, whatever became of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from qa.rules.model import Era, RuleSet
from qa.rules.scheme import OnsiteItem, Price, Scheme, priced, scheme_on
from qa.rules.workdays import PUBLIC, Workdays


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of a rule set in the order of its rules, the schemes it may be scored by, the working days.

    `later` holds the prices from each day on which the rules change, oldest first; `rules` those of before.
    """

    ruleset: str
    rules: tuple[Price, ...]
    schemes: tuple[Scheme, ...]
    workdays: Workdays = PUBLIC
    later: tuple[tuple[date, tuple[Price, ...]], ...] = ()

    def scheme(self, day: date | None) -> Scheme:
        """The scheme of a call's local day; without a day the newest."""
        return scheme_on(self.schemes, day)

    def prices(self, day: date | None) -> Mapping[str, Price]:
        """What the rules of a day cost, by id; without a day the newest ones."""
        scheme = self.scheme(day)
        rules = [self.rules, *(rules for begins, rules in self.later if day is None or begins <= day)][-1]
        return {rule.id: priced(rule, scheme) for rule in rules}

    def manual(self, day: date | None) -> Mapping[str, Price]:
        """What an inspector may enter on a call of that day, by id."""
        scheme = self.scheme(day)
        return {item.id: priced(item, scheme) for item in scheme.manual}

    def onsite(self, day: date | None) -> Mapping[str, OnsiteItem]:
        """The on-site items of a day, by id."""
        return {item.id: item for item in self.scheme(day).onsite}


def tariff_of(ruleset: RuleSet) -> Tariff:
    """What a rule set charges, by the rule files alone: the scheme of the day goes before them."""
    first, *later = ruleset.eras
    return Tariff(
        ruleset=ruleset.name,
        rules=_prices(first),
        schemes=ruleset.schemes,
        workdays=ruleset.workdays,
        later=tuple((era.begins, _prices(era)) for era in later),
    )


def _prices(era: Era) -> tuple[Price, ...]:
    return tuple(
        Price(r.id, r.name, r.clause, r.points, r.per, r.cap, r.fatal, r.multipliers, r.sure, r.excludes)
        for r in era.rules
    )


_TARIFF = TypeAdapter(Tariff)


def tariff_json(tariff: Tariff) -> dict[str, Any]:
    """A tariff as plain values for JSON."""
    plain: dict[str, Any] = _TARIFF.dump_python(tariff, mode="json")
    return plain


def read_tariff(plain: Mapping[str, Any]) -> Tariff:
    """The inverse of `tariff_json`."""
    return _TARIFF.validate_python(plain)
