"""The demonstration: the sample calls of the project, scored into a database of their own."""

from rich.console import Console
from rich.table import Table

from qa.batch import Options, Totals
from qa.batch import run as run_batch
from qa.errors import ConfigError
from qa.export import stored_results
from qa.logs import Reporter
from qa.result import CallResult
from qa.settings import PROJECT, Settings
from qa.store.engine import open_store

GRADE_COLOURS = {"A": "green", "B": "cyan", "C": "yellow", "D": "red"}


def run_demo(settings: Settings, reporter: Reporter) -> tuple[Totals, str]:
    """Scores the sample calls and prints their scorecards; returns the totals and the database's URL."""
    samples = PROJECT / "sample_data"
    if not (samples / "calls.csv").is_file():
        raise ConfigError(f"{samples}: no sample calls; run `qa demo` from a checkout of the project")
    (PROJECT / "var").mkdir(exist_ok=True)
    options = Options(
        paths=(str(samples),),
        calls=samples / "calls.csv",
        rules=PROJECT / "rules",
        db=f"sqlite:///{PROJECT / 'var' / 'demo.db'}",
        model=settings.model,
        profile=settings.profile,
        workers=settings.workers,
        ruleset=settings.ruleset,
    )
    totals = run_batch(options, settings, reporter)
    engine = open_store(options.db)
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(scorecards(list(stored_results(engine))))
    engine.dispose()
    return totals, options.db


def scorecards(results: list[CallResult]) -> Table:
    """One row a call: score, grade, each deduction with its clause, and what a person must look at."""
    table = Table(title="评分卡", show_lines=True)
    for name in ("通话", "坐席", "规则集", "得分", "等级", "扣分项(条款)", "待复核"):
        table.add_column(name, overflow="fold", no_wrap=name in ("通话", "坐席", "得分", "等级"))
    for result in results:
        table.add_row(*_cells(result))
    return table


def _cells(result: CallResult) -> tuple[str, ...]:
    head = (result.meta.call_id, result.meta.agent_id or "", result.meta.ruleset or "")
    card = result.scorecard
    if card is None:
        return (*head, "", "", result.error or "", "")
    colour = GRADE_COLOURS.get(card.grade, "white")
    return (
        *head,
        f"{card.score:g}",
        f"[{colour}]{card.grade}[/]",
        "\n".join(f"{f.name} −{f.points:g}({f.clause})" for f in card.findings if f.verdict == "violated"),
        "\n".join(f.name for f in card.findings if f.verdict == "needs_review"),
    )
