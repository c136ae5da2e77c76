"""The command report: a period in figures, for people."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa.cli.options import Db, settings_with

if TYPE_CHECKING:
    from datetime import date


def register(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command(epilog="Example: qa report --period month --date 2026-03-01 --out march.xlsx")(report)


def report(
    period: Annotated[
        Literal["shift", "day", "week", "month", "quarter", "half-year", "year"],
        typer.Option("--period", envvar="QA_PERIOD", help="Length of the period."),
    ],
    date: Annotated[
        str | None,
        typer.Option(
            "--date",
            envvar="QA_DATE",
            metavar="YYYY-MM-DD",
            help="A day in the period; of a shift the day on which it begins.",
            show_default="the last period that is over",
        ),
    ] = None,
    shift: Annotated[
        str | None,
        typer.Option(
            "--shift", envvar="QA_SHIFT", metavar="NAME", help="The shift; elsewhere only calls that name it."
        ),
    ] = None,
    team: Annotated[
        str | None, typer.Option("--team", envvar="QA_TEAM", metavar="NAME", help="Only this team.", show_default="all")
    ] = None,
    format: Annotated[
        Literal["xlsx", "html", "csv"], typer.Option("--format", envvar="QA_FORMAT", help="Kind of file.")
    ] = "xlsx",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            envvar="QA_OUT",
            metavar="FILE",
            help="File to write.",
            show_default="standard output; xlsx: report-PERIOD.xlsx",
        ),
    ] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option("--lang", envvar="QA_LANG", help="Language.")] = "zh",
    db: Db = None,
) -> int:
    """Write the report of a period, from a shift's hand-over to a year: XLSX with charts, HTML to print, or CSV."""
    from qa.files import check_writable
    from qa.reports.beside import shifts
    from qa.reports.build import make_report
    from qa.reports.period import choose
    from qa.reports.writing import write_report
    from qa.store.engine import open_store, reading, store_errors

    now, wanted_day, settings = datetime.now().astimezone(), day("--date", date), settings_with(db=db)
    if out:
        check_writable(out)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        wanted = choose(period, wanted_day, shift, now, shifts(session=session))
        own_shift = None if period == "shift" else shift
        found = make_report(session=session, period=wanted, team=team, shift=own_shift, at=now)
    target = out or (Path(f"report-{wanted.label.replace(' ', '-')}.xlsx") if format == "xlsx" else None)
    write_report(found, format, target, sys.stdout, lang=lang, made_at=now)
    if target:
        print(f"{found.total.tally.calls} calls of {wanted.label}; report written to {target}")
    return 0


def day(option: str, text: str | None) -> "date | None":
    """The day that an option names. Raises ConfigError for what is none."""
    from datetime import date

    from qa.errors import ConfigError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{option} {text}: not a day; write it as 2026-03-01") from error
