"""The rule sets of the project, loaded once a test process, and calls checked against them."""

from functools import lru_cache
from pathlib import Path

from qa.rules.loader import load_rulebook
from qa.rules.model import RuleBook, RuleSet

RULES = Path(__file__).resolve().parents[2] / "rules"
NAMES = ("broadband", "heating", "telecom")


@lru_cache(maxsize=1)
def book() -> RuleBook:
    """All shipped rule sets."""
    return load_rulebook(RULES)


def ruleset(name: str = "heating") -> RuleSet:
    """A shipped rule set."""
    return book().rulesets[name]
