"""Faults of rule files in the reader's language.

The loader of the rules says them in English, as the English catalogue has them under `fault.…`.
"""

import re
from functools import lru_cache
from string import Formatter

from dashboard.i18n import catalogue, text

# fmt: off
KINDS = (
    "above", "alias", "at_least", "at_most", "backwards", "bad_regex", "below", "bool", "bool_type",
    "cap_below", "cap_per", "condition", "conditions", "date", "deep", "differ", "empty", "empty_text",
    "examples", "excludes", "extends", "extends_itself", "grades", "holiday", "integer", "integer_part",
    "integer_type", "item", "key_twice", "large", "limit", "list", "mapping", "matches_nothing", "multiplier",
    "no_item", "no_words", "number", "number_type", "one_of", "operator", "parameter", "parameter_inside",
    "partner", "pattern", "phrases", "phrases_list", "phrases_mapping", "phrases_twice", "points", "required",
    "rule_file", "rule_id", "rule_twice", "rules_list", "section", "syllable", "text", "too_few", "turn",
    "unknown_key", "utf8", "variable", "wordings", "yaml",
)
# fmt: on


def told(problem: str, code: str) -> str:
    """A fault `file:line: message` in a language; a message of a rare kind stays as it is."""
    file, line, message = problem.split(":", 2)
    return f"{file}:{line}: {_told(message.strip(), code)}"


def _told(message: str, code: str) -> str:
    for kind, pattern in _patterns().items():
        if found := pattern.fullmatch(message):
            return text(code, f"fault.{kind}", **found.groupdict())
    what, _, rest = message.partition(": ")
    return f"{what}: {_told(rest, code)}" if rest else message


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """What the loader says, by kind, the longest first: "unknown key {name}" fits longer messages too."""
    said = {kind: catalogue("en").gettext(f"fault.{kind}") for kind in KINDS}
    return {kind: _pattern(said[kind]) for kind in sorted(KINDS, key=lambda kind: -len(said[kind]))}


def _pattern(template: str) -> re.Pattern[str]:
    parts = ((re.escape(words), name) for words, name, _, _ in Formatter().parse(template))
    return re.compile("".join(words + (f"(?P<{name}>.+)" if name else "") for words, name in parts))
