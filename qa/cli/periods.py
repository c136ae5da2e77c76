"""Commands on period scores: scores, close, list, correct."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa.cli.options import Db, settings_with

if TYPE_CHECKING:
    from datetime import date

app = typer.Typer(
    help="Scores of agents over a period, and closed periods.", no_args_is_help=True, rich_markup_mode=None
)

First = Annotated[str, typer.Option("--date", envvar="QA_DATE", metavar="YYYY-MM-DD", help="First day of the period.")]
Last = Annotated[str, typer.Option("--until", envvar="QA_UNTIL", metavar="YYYY-MM-DD", help="Last day.")]
By = Annotated[str, typer.Option("--by", envvar="QA_BY", help="Who does it.")]


@app.command(epilog="Example: qa period scores --date 2026-03-01 --until 2026-03-31")
def scores(date: First, until: Last, db: Db = None) -> int:
    """Tell each agent's score of a period and what it is made of; a closed period's as it was kept."""
    from qa.call import LOCAL
    from qa.store.engine import open_store, reading, store_errors
    from qa.store.periods import kept_scores, lock_of, period_scores

    first, last = _days(date, until)
    settings, now = settings_with(db=db), datetime.now(LOCAL)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        found = period_scores(session=session, first_day=first, last_day=last, at=now)
        lock = lock_of(session=session, first_day=first, last_day=last)
        kept = kept_scores(session=session, lock_id=lock.id) if lock and lock.id else {}
    print(f"{'agent':12s}  score     mean  calls  on-site complaints provisional")
    for one in found:
        score = kept.get(one.agent_id) if lock else one.score
        off = [sum(cost.points for cost in costs) for costs in (one.onsite, one.complaints)]
        line = f"{one.agent_id:12s} {_number(score):>6s} {_number(one.mean):>8s} {len(one.calls):6d}"
        print(f"{line} {-off[0]:8g} {-off[1]:10g} {one.provisional:11d}")
    state = f"closed by {lock.closed_by} on {lock.closed_at.astimezone(LOCAL):%Y-%m-%d}" if lock else "not closed"
    print(f"{len(found)} agents; {first} to {last}: {state}")
    return 0


@app.command(epilog="Example: qa period close --date 2026-03-01 --until 2026-03-31 --by 主管")
def close(date: First, until: Last, by: By, db: Db = None) -> int:
    """Close a period: its scores are kept, and only a recorded correction changes what counts in it."""
    from qa.store.engine import open_store, store_errors, writing
    from qa.store.periods import close_period, kept_scores

    first, last = _days(date, until)
    settings = settings_with(db=db)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        lock = close_period(session=session, first_day=first, last_day=last, by=by)
        agents = len(kept_scores(session=session, lock_id=lock.id or 0))
    print(f"{first} to {last} is closed with the scores of {agents} agents; `qa period correct` changes what counts")
    return 0


@app.command("list", epilog="Example: qa period list")
def show(db: Db = None) -> int:
    """List closed periods, the newest first."""
    from qa.call import LOCAL
    from qa.store.engine import open_store, reading, store_errors
    from qa.store.periods import closed_periods

    settings = settings_with(db=db)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        found = closed_periods(session=session)
    for lock, agents in found:
        closed = f"{lock.closed_at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
        print(f"{lock.first_day} to {lock.last_day}: {agents} agents, closed by {lock.closed_by} at {closed}")
    print(f"{len(found)} closed periods")
    return 0


@app.command(
    epilog="Example: qa period correct 20260311-0042 slang --decision overturned --reason 客户先用的词 --by 主管"
)
def correct(
    call_id: Annotated[str, typer.Argument(metavar="CALL_ID", envvar="QA_CALL_ID", help="The call.")],
    target: Annotated[
        str, typer.Argument(metavar="RULE", envvar="QA_RULE", help="A rule, or a manual deduction as manual-06#3.")
    ],
    reason: Annotated[str, typer.Option("--reason", envvar="QA_REASON", help="Why; it stays in the audit log.")],
    by: By,
    decision: Annotated[
        Literal["confirmed", "overturned", "not_applicable"],
        typer.Option("--decision", envvar="QA_DECISION", help="On a rule; a manual deduction is taken back."),
    ] = "overturned",
    db: Db = None,
) -> int:
    """Correct a verdict in a closed period; the agent's kept score follows, with the former one on record."""
    from qa.store.corrections import correct as put_right
    from qa.store.engine import open_store, store_errors, writing

    settings = settings_with(db=db)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        done = put_right(session=session, call_id=call_id, target=target, decision=decision, reason=reason, by=by)
    print(f"{call_id}: {done.call[0]:g} → {done.call[1]:g}")
    print(
        f"{done.agent_id}, {done.first_day} to {done.last_day}: {_number(done.period[0])} → {_number(done.period[1])}"
    )
    return 0


def _days(first: str, last: str) -> "tuple[date, date]":
    from qa.cli.reports import day

    found = day("--date", first), day("--until", last)
    assert found[0] and found[1]
    return found[0], found[1]


def _number(score: float | None) -> str:
    return "—" if score is None else f"{score:.2f}"
