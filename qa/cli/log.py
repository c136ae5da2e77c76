"""Commands on the audit log: verify."""

from typing import Annotated

import typer

from qa.cli.options import Db, settings_with

app = typer.Typer(
    help="The log of who changed what.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _audit() -> None:
    """The log of who changed what."""


@app.command(epilog="Example: qa audit verify --head 5f2c…")
def verify(
    head: Annotated[
        str | None,
        typer.Option(
            "--head",
            envvar="QA_HEAD",
            metavar="HASH",
            help="Hash that an earlier verification printed: finds rows cut off the end.",
        ),
    ] = None,
    db: Db = None,
) -> int:
    """Go through the audit log and name every row that was changed, removed or put in."""
    import sys

    from qa.store.audit import verify as go_through
    from qa.store.engine import open_store, reading, store_errors

    settings = settings_with(db=db)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        found = go_through(session=session, head=head)
    for fault in found.faults:
        print(fault, file=sys.stderr)
    print(f"{found.rows} rows, {len(found.faults)} faults; head {found.head}")
    return 1 if found.faults else 0
