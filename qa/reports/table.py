"""A worded report as values: a document of tables, and how their cells look."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from qa.reports.figures import Cost, Tally
from qa.reports.words import Lang, word

Kind = Literal["text", "count", "score", "points", "share", "rate", "change", "more"]
"""How values look: whole numbers, two decimals, percentages, one decimal; differences of scores and of counts."""

COUNTS = ("needs_review", "reviewed", "fatal", "complaints", "dissatisfied", "silent")
"""What is counted of every group besides its calls."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `kinds` has an entry a column; in the overview each row has its own, `cell_kinds`.

    The last `sums` rows sum up those above."""

    key: str
    title: str
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    cell_kinds: tuple[tuple[Kind, ...], ...] = ()
    sums: int = 0

    def kind(self, row: int, column: int) -> Kind:
        """How a cell looks."""
        return self.cell_kinds[row][column] if self.cell_kinds else self.kinds[column]


@dataclass(frozen=True, slots=True)
class Document:
    """A worded report: title, lines under it, tables in order; the first one is the overview."""

    lang: Lang
    title: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]

    def table(self, key: str) -> Table:
        """One table by its key. Raises KeyError where the report has none."""
        found = next((table for table in self.tables if table.key == key), None)
        if found is None:
            raise KeyError(key)
        return found


def points(costs: Iterable[Cost]) -> float:
    """Points lost together."""
    return sum(cost.cents for cost in costs) / 100


def counts(columns: int) -> tuple[Kind, ...]:
    """The kinds of so many columns of whole numbers."""
    return tuple("count" for _ in range(columns))


def named(name: str | None, lang: Lang) -> str:
    """A name, or that there is none."""
    return name or word("report.none", lang)


def share(part: int, whole: int) -> float | None:
    """A part of a whole, 0 to 1."""
    return part / whole if whole else None


def per_hundred(costs: Iterable[Cost], tally: Tally) -> float | None:
    """Deductions a hundred scored calls."""
    return 100 * sum(cost.count for cost in costs) / tally.scored if tally.scored else None


def difference(now: float | None, former: float | None, kind: Kind) -> float | None:
    """Percentages differ in points of a hundred."""
    if now is None or former is None:
        return None
    return (now - former) * (100 if kind == "share" else 1)
