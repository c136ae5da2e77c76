"""Commands on people: import."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import Db, settings_with

app = typer.Typer(
    help="Agents, teams, shifts and absence.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _people() -> None:
    """Agents, teams, shifts and absence."""


@app.command("import", epilog="Example: qa people import agents.csv shifts.csv duty.csv absence.csv")
def import_people(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", envvar="QA_PEOPLE", help="CSV lists; the columns tell what each one is."),
    ],
    db: Db = None,
) -> int:
    """Import lists of agents, shifts, duty and absence; a bad row fails alone, repeating changes nothing."""
    import sys

    from qa.people.lists import read_list
    from qa.store.accounts import CONSOLE
    from qa.store.engine import open_store, store_errors, writing
    from qa.store.people import import_list

    settings = settings_with(db=db)
    lists = [read_list(path) for path in files]
    faults = 0
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        for file in lists:
            done = import_list(session=session, file=file, by=CONSOLE)
            print(f"{file.path}: {done.rows} rows imported")
            for fault in done.faults:
                print(fault, file=sys.stderr)
            faults += len(done.faults)
    return 1 if faults else 0
