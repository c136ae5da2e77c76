"""Names in texts of rule files: `{company}` stands for the rule set's variable."""

from collections.abc import Mapping
from typing import Any


def as_choice(pattern: str, variables: Mapping[str, Any]) -> str:
    """A pattern with `{name}` replaced by the set's variable; a list becomes a choice."""
    for name, value in variables.items():
        if "{" + name + "}" in pattern:
            several = isinstance(value, list | tuple)
            pattern = pattern.replace("{" + name + "}", f"[{'|'.join(value)}]" if several else str(value))
    return pattern


def spoken(text: str, variables: Mapping[str, Any]) -> str:
    """A text with `{name}` replaced by the set's variable, the first of a list."""
    for name, value in variables.items():
        text = text.replace("{" + name + "}", str(value[0] if isinstance(value, list | tuple) else value))
    return text
