"""The command learn: what reviews say of the rules."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Db, Rules, settings_with

if TYPE_CHECKING:
    from pathlib import Path

    from qa.learning.lesson import Lesson
    from qa.rules.learned import Learned


def register(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command(epilog="Example: qa learn --since 2026-01-01")(learn)


def learn(
    since: Annotated[
        str | None,
        typer.Option("--since", envvar="QA_SINCE", metavar="YYYY-MM-DD", help="Only reviews from this day on."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", envvar="QA_WRITE", help="Hold flagged rules, set thresholds (learned.yaml).")
    ] = False,
    hold: Annotated[
        bool, typer.Option("--hold", envvar="QA_HOLD", help="Hold flagged rules and nothing else; for every night.")
    ] = False,
    release: Annotated[
        str | None,
        typer.Option("--release", envvar="QA_RELEASE", metavar="RULE", help="Let a held rule deduct again."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", envvar="QA_BY", help="Who decides, for the audit log.", show_default="console"),
    ] = None,
    rules: Rules = None,
    db: Db = None,
) -> int:
    """Show how reviews went, rule by rule, and what they would change; --write changes it, --release takes it back."""
    from qa.call import LOCAL
    from qa.cli.reports import day
    from qa.errors import ConfigError
    from qa.learning.lesson import lesson, released, taught, thresholds
    from qa.rules.loader import load_learned, load_rulebook
    from qa.store.accounts import CONSOLE
    from qa.store.engine import open_store, reading, store_errors, writing
    from qa.store.lessons import keep_learned
    from qa.store.reviewed import reviewed

    settings = settings_with(db=db, rules=rules)
    book, (learned, _) = load_rulebook(settings.rules), load_learned(settings.rules)
    today = datetime.now(LOCAL).date()

    def keep(after: "Learned") -> "Path":
        with store_errors(settings.db), writing(open_store(settings.db)) as session:
            return keep_learned(
                session=session, rules_dir=settings.rules, before=learned, after=after, by=by or CONSOLE
            )

    if release is not None:
        if release not in learned.held:
            held = ", ".join(sorted(learned.held)) or "none"
            raise ConfigError(f"--release {release}: this rule is not held; held are: {held}")
        print(f"{release} may deduct again; written to {keep(released(learned, release, today))}")
        return 0
    first = day("--since", since)
    start = datetime.combine(first, datetime.min.time(), LOCAL) if first else None
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        found = lesson(reviewed(session=session, since=start), thresholds(book), learned)
    _show(found)
    if write or (hold and found.to_hold):
        path = keep(taught(learned, found, today, fitted=write))
        print(f"written to {path}; `qa rescore` applies it to stored calls")
    elif found.fits or found.to_hold:
        print("nothing is changed; `qa learn --write` does it, `qa rules diff` shows it on stored calls")
    return 0


def _show(found: "Lesson") -> None:
    if not found.records:
        print("no verdict has been reviewed yet")
        return
    heads = f"{'rule':24s} {'stood':>6s} {'overturned':>10s} {'precision':>22s} {'open → violated':>16s} {'missed':>6s}"
    print(f"{heads}  trend")
    for r in found.records:
        share = "—" if r.precision is None else f"{r.precision:.2f} ({r.low:.2f}–{r.high:.2f})"
        trend = " ".join(f"{m.confirmed / m.reviewed:.2f}" for m in r.trend[-6:])
        opened = f"{r.opened_violated}/{r.opened}"
        print(f"{r.rule:24s} {r.confirmed:6d} {r.overturned:10d} {share:>22s} {opened:>16s} {r.missed:6d}  {trend}")
    for record in found.to_hold:
        print(f"{record.rule}: overturned too often; its verdicts should go to review until a QA lead decides")
    for f in found.fits:
        after = "only ask" if f.after is None else f"{f.after:.2f}"
        print(
            f"{f.rule}: threshold {f.before:.2f} → {after}: of the reviewed verdicts {f.deducted_after} deducted "
            f"instead of {f.deducted}, {f.wrong_after} of them wrongly instead of {f.wrong}"
        )
