"""Commands that make calls.csv of a telephone system's records: import asterisk, import freeswitch."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qa.importers.rows import Imported, Reading

app = typer.Typer(help="Make calls.csv of a telephone system's records.", no_args_is_help=True, rich_markup_mode=None)

Out = Annotated[
    Path,
    typer.Option("--out", envvar="QA_IMPORT_OUT", metavar="FILE", help="Calls file; rows that it has already stay."),
]
Extension = Annotated[
    str,
    typer.Option("--extension", envvar="QA_EXTENSION", metavar="REGEX", help="How the centre's own numbers look."),
]
Recording = Annotated[
    str | None,
    typer.Option(
        "--recording",
        envvar="QA_RECORDING",
        metavar="TEMPLATE",
        help="File name of a call's recording, of the record's fields.",
        show_default="what the record names, else {uniqueid}.wav or {uuid}.wav",
    ),
]
Utc = Annotated[bool, typer.Option("--utc", envvar="QA_UTC", help="The records' times are UTC.")]


@app.command(epilog="Example: qa import asterisk Master.csv --queue-log queue_log --out recordings/calls.csv")
def asterisk(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", envvar="QA_CDR", help="Master.csv, or an export with a header.")
    ],
    out: Out,
    queue_log: Annotated[
        list[Path] | None,
        typer.Option("--queue-log", envvar="QA_QUEUE_LOG", metavar="FILE", help="queue_log; may be given again."),
    ] = None,
    extension: Extension = r"\d{2,5}",
    recording: Recording = None,
    utc: Utc = False,
) -> int:
    """Take answered calls from Asterisk's call detail records and queue log."""
    from qa.importers.asterisk import import_asterisk

    return _write(import_asterisk(files, queue_log or (), _reading(extension, recording, utc)), out)


@app.command(epilog="Example: qa import freeswitch /var/log/freeswitch/xml_cdr --out recordings/calls.csv")
def freeswitch(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", envvar="QA_CDR", help="Records (.xml, .json, .csv), or folders of them."),
    ],
    out: Out,
    extension: Extension = r"\d{2,5}",
    recording: Recording = None,
    utc: Utc = False,
) -> int:
    """Take answered calls from FreeSWITCH's call detail records."""
    from qa.importers.freeswitch import import_freeswitch

    return _write(import_freeswitch(files, _reading(extension, recording, utc)), out)


def _reading(extension: str, recording: str | None, utc: bool) -> "Reading":
    from qa.errors import ConfigError
    from qa.importers.rows import Reading

    try:
        return Reading(re.compile(extension), recording, utc)
    except re.error as error:
        raise ConfigError(f"--extension {extension!r}: {error}") from error


def _write(imported: "Imported", out: Path) -> int:
    from qa.importers.rows import write_calls

    added = write_calls(out, imported.lines)
    for problem in imported.problems:
        typer.echo(problem, err=True)
    known = len(imported.lines) - added
    print(f"{added} calls added to {out}, {known} were there, {len(imported.problems)} records could not be read")
    return 1 if imported.problems else 0
