"""The command queue: what to hear."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from qa.cli.options import Db, settings_with


def register(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command(epilog="Example: qa queue --date 2026-03-11 --budget 200 --spot 50 --seed 7 --out queue.csv")(queue)


def queue(
    date: Annotated[
        str, typer.Option("--date", envvar="QA_DATE", metavar="YYYY-MM-DD", help="First day of the calls.")
    ],
    until: Annotated[
        str | None,
        typer.Option("--until", envvar="QA_UNTIL", metavar="YYYY-MM-DD", help="Last day.", show_default="the first"),
    ] = None,
    budget: Annotated[
        int, typer.Option("--budget", envvar="QA_BUDGET", min=0, help="Calls to hear where most is expected.")
    ] = 0,
    spot: Annotated[int, typer.Option("--spot", envvar="QA_SPOT", min=0, help="Random spot checks.")] = 0,
    per: Annotated[
        Literal["agent", "team"], typer.Option("--per", envvar="QA_PER", help="What spot checks are shared out by.")
    ] = "agent",
    seed: Annotated[int, typer.Option("--seed", envvar="QA_SEED", help="The same seed gives the same plan.")] = 1,
    team: Annotated[
        str | None, typer.Option("--team", envvar="QA_TEAM", metavar="NAME", help="Only this team.", show_default="all")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", envvar="QA_OUT", metavar="FILE", help="CSV file.", show_default="standard output"),
    ] = None,
    db: Db = None,
) -> int:
    """List the calls that a person should hear: what must be reviewed, spot checks, and a listening budget."""
    from qa.cli.reports import day
    from qa.files import atomic
    from qa.queues import plan, write
    from qa.store.engine import open_store, reading, store_errors
    from qa.store.filters import CallFilter

    first, last = day("--date", date), day("--until", until)
    settings = settings_with(db=db)
    where = CallFilter(date_from=first, date_to=last or first, team=team)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        entries = plan(session=session, where=where, budget=budget, spot=spot, per=per, seed=seed)
    if out is None:
        write(sys.stdout, entries)
        return 0
    with atomic(out) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
        write(file, entries)
    print(f"{len(entries)} calls to hear, listed in {out}")
    return 0
