"""Figures against labelled calls on the terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table

WIDTH = 150
SHARES = ("precision", "recall", "review_share", "review_calls", "agreement")
RATES = ("wrongful_per_100_calls", "missed_per_100_calls")


def show(figures: dict[str, Any]) -> None:
    """Prints the figures of `qa.accuracy.figures`: by rule, in sum, and the reliability curve."""
    console = Console(highlight=False)
    console = Console(highlight=False, width=max(WIDTH, console.width))
    console.print(_rules(figures["rules"]))
    console.print(_reliability(figures["reliability"]["bins"]))
    for line in _sums(figures):
        print(line)


def _rules(rules: dict[str, Any]) -> Table:
    table = Table()
    names = (
        "rule",
        "calls",
        "violated",
        "found",
        "missed",
        "review",
        "wrongful",
        "precision",
        "recall",
        "left to review",
    )
    for name in names:
        table.add_column(name, justify="left" if name == "rule" else "right", no_wrap=True)
    for rule, of in rules.items():
        counts = (of[key] for key in ("calls", "violations", "found", "missed", "review", "wrongful"))
        table.add_row(rule, *map(str, counts), *(_share(of, key, 2) for key in ("precision", "recall", "review_share")))
    return table


def _reliability(bins: list[dict[str, Any]]) -> Table:
    table = Table(title="is 90 % really 90 %?", title_justify="left")
    for name in ("probability of a violation", "cases", "stated", "observed", "95 %", "gap in points"):
        table.add_column(name, justify="right", no_wrap=True)
    for b in bins:
        low, high = b["observed_95"]
        table.add_row(
            f"{b['from']:.2f}–{b['to']:.2f}",
            str(b["cases"]),
            f"{b['stated']:.1%}",
            f"{b['observed']:.1%}",
            f"{low:.1%}–{high:.1%}",
            f"{100 * b['gap']:+.1f}",
        )
    return table


def _sums(figures: dict[str, Any]) -> list[str]:
    overall, reliability = figures["overall"], figures["reliability"]
    lines = []
    for name, value in overall.items():
        if name.endswith("_95"):
            continue
        if name in SHARES:
            value = _share(overall, name, 4)
        elif name in RATES:
            value = "{} ({}–{})".format(value, *overall[f"{name}_95"])
        lines.append(f"{name}: {value}")
    lines.append(f"expected_calibration_error: {reliability['expected_calibration_error']}")
    lines.append(f"the same from 5 % probability on: {reliability['error_open']}")
    return lines


def _share(of: dict[str, Any], name: str, digits: int) -> str:
    if of[name] is None:
        return "–"
    low, high = of[f"{name}_95"]
    return f"{of[name]:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"
