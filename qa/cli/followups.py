"""Commands on the follow-up register: scan, list, take, close, orders."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Db, Rules, settings_with

if TYPE_CHECKING:
    from qa.followup.item import FollowUp

app = typer.Typer(
    help="What calls leave to be done: complaints, promises, work orders.", no_args_is_help=True, rich_markup_mode=None
)

Item = Annotated[int, typer.Argument(metavar="ITEM", envvar="QA_ITEM", help="Number of the item, as listed.")]
By = Annotated[str, typer.Option("--by", envvar="QA_BY", help="Who does it.")]


@app.command(epilog="Example: qa follow-up scan --date 2026-03-11")
def scan(
    date: Annotated[
        str | None,
        typer.Option(
            "--date", envvar="QA_DATE", metavar="YYYY-MM-DD", help="First day of the calls.", show_default="yesterday"
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", envvar="QA_UNTIL", metavar="YYYY-MM-DD", help="Last day.", show_default="today"),
    ] = None,
    rules: Rules = None,
    db: Db = None,
) -> int:
    """Go through stored calls for complaints, promised call-backs and orders that differ; nothing comes in twice."""
    from datetime import timedelta

    from qa.call import LOCAL
    from qa.cli.reports import day
    from qa.followup.scan import scan as go_through
    from qa.rules.loader import load_rulebook
    from qa.store.engine import open_store, store_errors
    from qa.store.filters import CallFilter

    settings, now = settings_with(db=db, rules=rules), datetime.now(LOCAL)
    where = CallFilter(
        date_from=day("--date", date) or now.date() - timedelta(days=1), date_to=day("--until", until) or now.date()
    )
    with store_errors(settings.db):
        found = go_through(open_store(settings.db), load_rulebook(settings.rules).rulesets, where, now=now)
    print(f"{found.calls} calls gone through, {found.added} items added")
    return 0


@app.command("list", epilog="Example: qa follow-up list --overdue")
def show(
    overdue: Annotated[
        bool, typer.Option("--overdue", envvar="QA_OVERDUE", help="Only overdue items; each counts a reminder more.")
    ] = False,
    db: Db = None,
) -> int:
    """List open items, the urgent first, then by due time."""
    from qa.call import LOCAL
    from qa.store.engine import open_store, reading, store_errors, writing
    from qa.store.followups import list_items, remind

    settings, now = settings_with(db=db), datetime.now(LOCAL)
    with store_errors(settings.db):
        if overdue:
            with writing(open_store(settings.db)) as session:
                items = remind(session=session, by="qa", now=now)
        else:
            with reading(open_store(settings.db)) as session:
                items = list_items(session=session, limit=1_000_000)
    for item in items:
        print(_line(item, now))
    print(f"{len(items)} items")
    return 0


@app.command(epilog="Example: qa follow-up take 17 --owner 张三 --by 李班长")
def take(
    item: Item,
    owner: Annotated[str, typer.Option("--owner", envvar="QA_OWNER", help="Who answers for it.")],
    by: By,
    db: Db = None,
) -> int:
    """Give an item to somebody."""
    from qa.call import LOCAL
    from qa.store.engine import open_store, store_errors, writing
    from qa.store.followups import take as give

    settings = settings_with(db=db)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        give(session=session, item_id=item, owner=owner, by=by, now=datetime.now(LOCAL))
    return 0


@app.command(epilog="Example: qa follow-up close 17 --note 已回电,客户满意 --by 张三")
def close(
    item: Item,
    note: Annotated[str, typer.Option("--note", envvar="QA_NOTE", help="What was done, or why nothing is to be done.")],
    by: By,
    dropped: Annotated[
        bool, typer.Option("--dropped", envvar="QA_DROPPED", help="Nothing is to be done about it.")
    ] = False,
    db: Db = None,
) -> int:
    """Close an item with a note."""
    from qa.call import LOCAL
    from qa.store.engine import open_store, store_errors, writing
    from qa.store.followups import close as end

    settings = settings_with(db=db)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        end(session=session, item_id=item, by=by, now=datetime.now(LOCAL), note=note, dropped=dropped)
    return 0


@app.command(epilog="Example: qa follow-up orders orders.csv")
def orders(
    file: Annotated[Path, typer.Argument(metavar="FILE", envvar="QA_ORDERS", help="orders.csv, one row an order.")],
    db: Db = None,
) -> int:
    """Import work orders, to hold them against calls in the next scan."""
    import sys

    from qa.call import LOCAL
    from qa.followup.order import read_orders
    from qa.store.engine import open_store, store_errors, writing
    from qa.store.followups import save_orders

    settings, read = settings_with(db=db), read_orders(file)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        count = save_orders(session=session, orders=read.orders, now=datetime.now(LOCAL))
    for problem in read.problems:
        print(problem, file=sys.stderr)
    print(f"{count} orders imported, {len(read.problems)} rows with faults")
    return 1 if read.problems else 0


def _line(item: "FollowUp", now: datetime) -> str:
    from qa.followup.item import TITLES

    title, clause = TITLES[item.kind]
    subject = item.call_id or item.order_id or ""
    why = f" ({','.join(item.reasons)})" if item.reasons else ""
    late = " 已逾期" if item.overdue(now) else ""
    owner = f" 负责人 {item.owner}" if item.owner else ""
    head = f"{item.id:6d} {'★' * item.priority:2s} {item.due_at:%Y-%m-%d %H:%M}{late}"
    return f"{head} {title} [{clause}] {subject}{owner}{why}"
