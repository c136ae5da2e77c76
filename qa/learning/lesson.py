"""What the reviews of a centre would change in its rules: shown first, written only when asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from qa.learning.reviewed import Reviewed, RuleRecord, records
from qa.learning.thresholds import Fit, fit
from qa.rules.learned import Held, Learned
from qa.rules.model import RuleBook


@dataclass(frozen=True, slots=True)
class Lesson:
    """Records of all reviewed rules, thresholds that would fit better, and rules that should only ask from now on."""

    records: tuple[RuleRecord, ...]
    fits: tuple[Fit, ...]
    to_hold: tuple[RuleRecord, ...]


def lesson(reviewed: Iterable[Reviewed], sure: Mapping[str, float], learned: Learned) -> Lesson:
    """`sure` holds each rule's present threshold; rules that never deduct are not in it and are not fitted.

    Reviews from before a rule was released do not hold it again.
    """
    entries = list(reviewed)
    by_rule: dict[str, list[Reviewed]] = defaultdict(list)
    for entry in entries:
        by_rule[entry.rule].append(entry)
    fits = [fit(by_rule[rule], sure[rule]) for rule in sorted(by_rule) if rule in sure]
    fresh = [e for e in entries if e.at.date() >= learned.released.get(e.rule, date.min)]
    flagged = [record for record in records(fresh) if record.flagged and record.rule not in learned.held]
    return Lesson(records(entries), tuple(f for f in fits if f is not None), tuple(flagged))


def thresholds(book: RuleBook) -> dict[str, float]:
    """The present threshold of every rule that may deduct; where rule sets differ, the lowest."""
    found: dict[str, float] = {}
    for ruleset in book.rulesets.values():
        for rule in ruleset.rules:
            if not rule.review_only:
                found[rule.id] = min(found.get(rule.id, 1.0), rule.sure or ruleset.scheme.sure)
    return found


def taught(learned: Learned, found: Lesson, today: date, *, fitted: bool = True) -> Learned:
    """What is to be written: rules that should only ask are held, the others (if `fitted`) get thresholds that fit."""
    held = learned.held | {
        r.rule: Held(since=today, confirmed=r.confirmed, overturned=r.overturned) for r in found.to_hold
    }
    fits = found.fits if fitted else ()
    sure = {f.rule: f.after for f in fits if f.after is not None and f.rule not in held}
    return learned.model_copy(update={"held": held, "sure": learned.sure | sure})


def released(learned: Learned, rule: str, today: date) -> Learned:
    """The rule deducts again, and only later reviews can hold it anew."""
    held = {name: entry for name, entry in learned.held.items() if name != rule}
    return learned.model_copy(update={"held": held, "released": learned.released | {rule: today}})
