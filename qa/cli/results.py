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
    channels: Annotated[
        Literal["stereo", "mono"] | None,
        typer.Option("--channels", envvar="QA_CHANNELS", help="Only calls of this kind.", show_default="both"),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", envvar="QA_JSON", help="Print the figures as one JSON object.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", envvar="QA_OUT", metavar="FILE", help="Also write the figures as JSON.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", envvar="QA_PICTURE", metavar="FILE", help="Draw the reliability curve (SVG)."),
    ] = None,
) -> int:
    """Compare results with labelled calls: each rule's precision and recall, review share, whether 0.9 is 90 %."""
    import json

    from qa.accuracy import evaluate as compare
    from qa.accuracy import figures, scripted_cases
    from qa.cli.accuracy import show
    from qa.curve import reliability_svg
    from qa.files import check_writable
    from qa.reliability import curve

    for target in (out, picture):
        if target:
            check_writable(target)
    accuracy = compare(results, labels, channels)
    found = figures(accuracy)
    if out:
        out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if picture:
        title = f"{accuracy.calls} calls, {results.name}"
        picture.write_text(reliability_svg(curve(scripted_cases(accuracy)), title), encoding="utf-8")
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        show(found)
    return 0
