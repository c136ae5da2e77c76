"""Errors that reach a person: one readable line naming the thing at fault and the remedy."""


class QaError(Exception):
    """Base of every error shown to a user as one line."""


class AudioError(QaError):
    """A recording that cannot be scored; the message names the remedy, the caller names the file."""


class ConfigError(QaError):
    """Bad usage or bad configuration (exit status 2)."""


class MetadataError(QaError):
    """A bad row in calls.csv; the message names row and column."""


class RuleError(QaError):
    """One or more faults in rule files, each as `file:line: message`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class StoreError(QaError):
    """The database cannot be used; the message names the remedy."""
