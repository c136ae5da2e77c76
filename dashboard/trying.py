"""Trying a draft of a rule file before it is published: on its own examples, and on calls of the last month."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard.data import last_day, require
from dashboard.database import database_url
from dashboard.rulebook import file_of, rules_dir
from qa.changes import VerdictChange
from qa.errors import QaError
from qa.rules.draft import drafted
from qa.rules.examples import ExampleOutcome, run_examples
from qa.rules.loader import load_rulebook

DAYS = 30


class BacktestError(QaError):
    """A back-test that broke off; the message is what it said last."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What the draft judges otherwise of `calls` calls from `since` on; `points` is what they gain (below 0: lose)."""

    since: date
    calls: int
    failed: int
    changed: int
    lower: int
    higher: int
    points: float
    rules: tuple[VerdictChange, ...]


def try_examples(file: str, text: str) -> list[ExampleOutcome]:
    """The examples of the rules in this file, or of all where it has none. Raises RuleError for a draft with faults."""
    require("manage_rules")
    with drafted(rules_dir(), {file: text}) as draft:
        book = load_rulebook(draft, with_learned=False)
        rules = (rule for ruleset in book.rulesets.values() for era in ruleset.eras for rule in era.rules)
        here = {rule.id for rule in rules if file_of(rule, draft) == file}
        return run_examples(book, here or None)


def try_on_calls(file: str, text: str, most: int, told: Callable[[int, int], None]) -> Tried:
    """Scores `most` calls of the last month by the rules in force and by the draft; `told` how many of how many.

    It runs in a process of its own, which ends with the page. Raises BacktestError.
    """
    require("manage_rules")
    since = last_day() - timedelta(days=DAYS)
    with drafted(rules_dir(), {file: text}) as draft:
        command = [sys.executable, "-m", "qa", "rules", "diff", str(rules_dir()), str(draft), "--since", str(since)]
        command += ["--sample", str(most), "--workers", "1", "--json", "--json-log"]
        answer, last = _run(command, told)
    if not answer:
        raise BacktestError(last)
    return _tried(json.loads(answer), since)


def _run(command: list[str], told: Callable[[int, int], None]) -> tuple[str, str]:
    """What a command prints, and the last line of its log, which tells what went wrong where something did.

    It prints to a file, since a pipe could fill up while the log is read.
    """
    environment = os.environ | {"QA_DB": database_url()}  # other users of the machine see a command's arguments
    with (
        tempfile.TemporaryFile("w+") as answer,
        subprocess.Popen(command, stdout=answer, stderr=subprocess.PIPE, env=environment, text=True) as process,
    ):
        try:
            last = _follow(process.stderr or (), told)
            process.wait()
        finally:
            process.kill()
        answer.seek(0)
        return answer.read(), last


def _follow(log: Iterable[str], told: Callable[[int, int], None]) -> str:
    """Reads the log to its end; returns its last line."""
    total, done, last = 0, 0, ""
    for line in log:
        last = line.strip()
        if last.startswith("{"):
            event = json.loads(last)
            total = event.get("total", total)
            done += event["event"] == "call"
            told(done, total)
    return last


def _tried(found: dict[str, Any], since: date) -> Tried:
    figures = {name: found[name] for name in ("calls", "failed", "changed", "lower", "higher", "points")}
    return Tried(since=since, rules=tuple(VerdictChange(**change) for change in found["rules"]), **figures)
