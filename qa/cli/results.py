"""Commands on results: export, evaluate."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from qa.cli.options import Db, settings_with


def register(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command(epilog="Example: qa export --format xlsx --out results.xlsx")(export)
    app.command(epilog="Example: qa evaluate results.jsonl labels.jsonl")(evaluate)


def export(
    format: Annotated[
        Literal["jsonl", "csv", "xlsx"], typer.Option("--format", envvar="QA_FORMAT", help="Kind of file.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", envvar="QA_OUT", metavar="FILE", help="File to write.", show_default="standard output"),
    ] = None,
    db: Db = None,
) -> int:
    """Write every stored result: JSON lines by the contract, or a table with one row a call."""
    from qa.errors import ConfigError
    from qa.export import export as write
    from qa.store.engine import open_store, store_errors

    if format == "xlsx" and out is None:
        raise ConfigError("xlsx cannot go to standard output; name a file with --out")
    settings = settings_with(db=db)
    with store_errors(settings.db):
        count = write(open_store(settings.db), format, out, sys.stdout)
    if out is not None:
        print(f"{count} calls written to {out}")
    return 0


def evaluate(
    results: Annotated[Path, typer.Argument(metavar="RESULTS", envvar="QA_RESULTS", help="results.jsonl of a run.")],
    labels: Annotated[
        Path, typer.Argument(metavar="LABELS", envvar="QA_LABELS", help="labels.jsonl of the same calls.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", envvar="QA_JSON", help="Print the figures as one JSON object.")
    ] = False,
) -> int:
    """Compare results with labelled calls: each rule's precision and recall, review share, error rate."""
    from qa.accuracy import evaluate as compare
    from qa.accuracy import figures, table

    accuracy = compare(results, labels)
    if as_json:
        import json

        print(json.dumps(figures(accuracy), ensure_ascii=False))
    else:
        from rich.console import Console

        console = Console()
        Console(width=max(140, console.width)).print(table(accuracy))
        for name, value in figures(accuracy)["overall"].items():
            print(f"{name}: {value}")
    return 0
