"""What the page of rules asks and does: rules with how they fare, drafts checked and published. For QA leads."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from dashboard.data import last_day, now, require
from dashboard.database import change, session, summed
from qa.learning.reviewed import RuleRecord, records
from qa.reports.period import Period, period_of
from qa.reports.rates import rates
from qa.rules.draft import faults, rule_files
from qa.rules.loader import load_rulebook
from qa.rules.model import Rule, RuleBook
from qa.settings import load_settings
from qa.store import publications
from qa.store.reviewed import reviewed
from qa.store.tables import PublicationRecord

Stamp = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule and how it fares: deductions a hundred scored calls of a period and of the one before, and by review.

    `file` is where it is written, `record` what reviews say of it (None: nobody has reviewed it).
    """

    id: str
    name: str
    clause: str
    points: float
    file: str
    review_only: bool
    hits: int
    share: float | None
    former: float | None
    record: RuleRecord | None


def rules_dir() -> Path:
    """The rules folder of this installation."""
    return load_settings().rules


def book() -> RuleBook:
    """The rules in force today; they are no secret. Read anew when a file has changed."""
    return _book(rules_dir(), now().date(), _stamp(rules_dir()))


def names() -> dict[str, str]:
    """What rules are called, by id."""
    return {rule.id: rule.name for ruleset in book().rulesets.values() for rule in ruleset.rules}


def period() -> Period:
    """The month of the latest call: what the figures are of."""
    return period_of("month", last_day())


def rule_rows() -> list[RuleRow]:
    """Every rule in force, in the order of the files."""
    require("manage_rules")
    month, folder = period(), rules_dir()
    with summed() as opened:
        now, former = (rates(session=opened, period=each) for each in (month, month.before))
        known = {record.rule: record for record in records(reviewed(session=opened))}
    return [
        RuleRow(
            id=rule.id,
            name=rule.name,
            clause=rule.clause,
            points=rule.points,
            file=file_of(rule, folder),
            review_only=rule.review_only,
            hits=now.hits.get(rule.id, 0),
            share=now.of(rule.id),
            former=former.of(rule.id),
            record=known.get(rule.id),
        )
        for rule in _rules(folder)
    ]


def files() -> list[str]:
    """What can be edited: paths within the rules folder."""
    require("manage_rules")
    return rule_files(rules_dir())


def text_of(file: str) -> str:
    """A file of the rules folder as it stands; empty where there is none."""
    require("manage_rules")
    return (rules_dir() / file).read_text("utf-8") if file in files() else ""


def faults_of(file: str, text: str) -> tuple[str, ...]:
    """What would be wrong with the rules with this text, as `file:line: message`."""
    require("manage_rules")
    return _faults(rules_dir(), file, text, _stamp(rules_dir()))


def publish(file: str, text: str, note: str) -> None:
    """Puts the draft in force, with a note; calls that are stored keep their scores until they are scored again."""
    person = require("manage_rules")
    with change() as opened:
        publications.publish(session=opened, rules_dir=rules_dir(), file=file, text=text, by=person.user, note=note)


def versions(file: str | None = None) -> list[PublicationRecord]:
    """The published versions of a file, newest first."""
    require("manage_rules")
    with session() as opened:
        return publications.publications(session=opened, file=file)


def file_of(rule: Rule, folder: Path) -> str:
    """Where a rule is written: the file's path within the rules folder."""
    return Path(rule.origin.rpartition(":")[0]).relative_to(folder).as_posix()


def _rules(folder: Path) -> list[Rule]:
    """Each rule once, as the first rule set that has it."""
    found: dict[str, Rule] = {}
    for ruleset in book().rulesets.values():
        for rule in ruleset.rules:
            found.setdefault(rule.id, rule)
    return sorted(found.values(), key=lambda rule: (file_of(rule, folder).rpartition("/")[2], _line(rule)))


def _line(rule: Rule) -> int:
    return int(rule.origin.rpartition(":")[2])


def _stamp(folder: Path) -> Stamp:
    """What changes with every change in the folder."""
    return tuple((file, (folder / file).stat().st_mtime_ns) for file in [*rule_files(folder), *_learned(folder)])


def _learned(folder: Path) -> list[str]:
    return ["learned.yaml"] if (folder / "learned.yaml").is_file() else []


@lru_cache(maxsize=1)
def _book(folder: Path, today: date, _stamp: Stamp) -> RuleBook:
    return load_rulebook(folder, today=today)


@lru_cache(maxsize=16)
def _faults(folder: Path, file: str, text: str, _stamp: Stamp) -> tuple[str, ...]:
    return tuple(faults(folder, {file: text}))
