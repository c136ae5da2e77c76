"""What reviews say of the rules, and what a QA lead decides: hold a rule, let it deduct again, set a threshold."""

from dashboard.data import now, require
from dashboard.database import change, session
from dashboard.rulebook import book, rules_dir
from qa.learning.lesson import Lesson, lesson, released, taught, thresholds
from qa.rules.learned import Learned
from qa.rules.loader import load_learned
from qa.store.lessons import keep_learned
from qa.store.reviewed import reviewed


def learned() -> Learned:
    """What was decided so far."""
    require("manage_rules")
    return load_learned(rules_dir())[0]


def found() -> Lesson:
    """How reviews went, rule by rule, and what they would change."""
    require("manage_rules")
    with session() as opened:
        return lesson(reviewed(session=opened), thresholds(book()), learned())


def hold(rule: str) -> None:
    """The verdicts of a rule that is overturned too often go to review until somebody lets it deduct again."""
    records = tuple(record for record in found().to_hold if record.rule == rule)
    _keep(taught(learned(), Lesson((), (), records), now().date()))


def release(rule: str) -> None:
    """The rule deducts again; only later reviews can hold it anew."""
    require("manage_rules")
    _keep(released(learned(), rule, now().date()))


def fit(rule: str) -> None:
    """Sets the threshold of a rule to what fits the reviews."""
    fits = tuple(each for each in found().fits if each.rule == rule)
    _keep(taught(learned(), Lesson((), fits, ()), now().date()))


def _keep(after: Learned) -> None:
    person = require("manage_rules")
    with change() as opened:
        keep_learned(session=opened, rules_dir=rules_dir(), before=learned(), after=after, by=person.user)
