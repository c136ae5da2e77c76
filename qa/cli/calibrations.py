"""Commands on calibration sessions (校准): open, list, sheet, rate, close, report."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Db, settings_with

if TYPE_CHECKING:
    from qa.agreement.kappa import Agreement, Percent

app = typer.Typer(
    help="The same calls scored blind by several inspectors, and how far they agree.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Number = Annotated[
    int, typer.Argument(metavar="SESSION", envvar="QA_SESSION", help="Number of the session, as listed.")
]
By = Annotated[str, typer.Option("--by", envvar="QA_BY", help="Who does it.")]


@app.command("open", epilog="Example: qa calibrate open 三月 20260311-0042 20260311-0043 --by 主管 --reference 主管")
def open_session(
    name: Annotated[str, typer.Argument(metavar="NAME", envvar="QA_NAME", help="What the session is called.")],
    call_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[CALL_ID]...", envvar="QA_CALL_IDS", help="The calls to score.")
    ] = None,
    calls: Annotated[
        Path | None,
        typer.Option(
            "--calls",
            envvar="QA_CALIBRATION_CALLS",
            metavar="FILE",
            help="CSV with a column call_id, as of `qa queue`.",
        ),
    ] = None,
    by: By = "console",
    reference: Annotated[
        str | None,
        typer.Option("--reference", envvar="QA_REFERENCE", help="Whose verdicts the others are held against."),
    ] = None,
    db: Db = None,
) -> int:
    """Open a session on some calls."""
    import csv
    import io

    from qa.call import LOCAL
    from qa.errors import ConfigError
    from qa.files import csv_text, plain_cell
    from qa.store.calibrations import open_calibration
    from qa.store.engine import open_store, store_errors, writing

    wanted = list(call_ids or ())
    if calls:
        rows = csv.DictReader(io.StringIO(csv_text(calls)))
        if "call_id" not in (rows.fieldnames or ()):
            raise ConfigError(f"{calls}: no column call_id; the first line must name the columns")
        wanted += [plain_cell(row["call_id"]) for row in rows if row["call_id"]]
    settings, now = settings_with(db=db), datetime.now(LOCAL)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        number = open_calibration(session=session, name=name, call_ids=wanted, by=by, now=now, reference=reference)
    print(f"session {number} is open on {len(set(wanted))} calls; `qa calibrate sheet {number}` writes what to fill in")
    return 0


@app.command("list", epilog="Example: qa calibrate list")
def show(db: Db = None) -> int:
    """List sessions, the newest first."""
    from qa.store.calibrations import list_calibrations
    from qa.store.engine import open_store, reading, store_errors

    settings = settings_with(db=db)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        found = list_calibrations(session=session)
    for one in found:
        state = f"closed {one.closed_at:%Y-%m-%d}" if one.closed_at else "open"
        measure = f", reference {one.reference}" if one.reference else ""
        scored = ", ".join(one.inspectors) or "nobody yet"
        print(
            f"{one.id:4d} {one.opened_at:%Y-%m-%d} {one.name}: {state}, {one.calls} calls{measure}; scored by {scored}"
        )
    print(f"{len(found)} sessions")
    return 0


@app.command(epilog="Example: qa calibrate sheet 3 --out 校准三月.csv")
def sheet(
    number: Number,
    out: Annotated[
        Path | None,
        typer.Option("--out", envvar="QA_OUT", metavar="FILE", help="CSV file.", show_default="standard output"),
    ] = None,
    db: Db = None,
) -> int:
    """Write the scoring sheet: every rule of every call, for each inspector to fill in alone."""
    from qa.agreement.sheet import write_sheet
    from qa.files import atomic
    from qa.store.calibrations import sheet_lines
    from qa.store.engine import open_store, reading, store_errors

    settings = settings_with(db=db)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        lines = sheet_lines(session=session, session_id=number)
    if out is None:
        write_sheet(sys.stdout, lines)
        return 0
    with atomic(out) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
        write_sheet(file, lines)
    print(f"{len(lines)} lines to fill in (column verdict: 违规, 符合, 不适用, 待复核), written to {out}")
    return 0


@app.command(epilog="Example: qa calibrate rate 3 张三.csv --by 张三")
def rate(
    number: Number,
    file: Annotated[Path, typer.Argument(metavar="FILE", envvar="QA_SHEET", help="The sheet as it was filled in.")],
    by: Annotated[str, typer.Option("--by", envvar="QA_BY", help="The inspector who filled it in.")],
    db: Db = None,
) -> int:
    """Take in an inspector's scores; those taken in again replace the former ones."""
    from qa.agreement.sheet import read_sheet
    from qa.call import LOCAL
    from qa.store.calibrations import rate as keep
    from qa.store.calibrations import sheet_lines
    from qa.store.engine import open_store, store_errors, writing

    settings, now = settings_with(db=db), datetime.now(LOCAL)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        filled = read_sheet(file, sheet_lines(session=session, session_id=number))
        for score in filled.scores:
            keep(
                session=session,
                session_id=number,
                call_id=score.call_id,
                rule=score.rule,
                inspector=by,
                verdict=score.verdict,
                now=now,
                note=score.note,
            )
    for problem in filled.problems:
        print(problem, file=sys.stderr)
    print(f"{len(filled.scores)} scores of {by}, {filled.empty} lines empty, {len(filled.problems)} with faults")
    return 1 if filled.problems else 0


@app.command(epilog="Example: qa calibrate close 3")
def close(number: Number, db: Db = None) -> int:
    """End the scoring; from then on everybody may see everything."""
    from qa.call import LOCAL
    from qa.store.calibrations import close_calibration
    from qa.store.engine import open_store, store_errors, writing

    settings = settings_with(db=db)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        close_calibration(session=session, session_id=number, now=datetime.now(LOCAL))
    print(f"session {number} is closed; `qa calibrate report {number}` tells how far inspectors agree")
    return 0


@app.command(epilog="Example: qa calibrate report 3")
def report(number: Number, db: Db = None) -> int:
    """Tell how far inspectors agree, rule by rule, each against the reference, and what to talk about."""
    from qa.store.calibrations import calibration_report
    from qa.store.engine import open_store, reading, store_errors

    settings = settings_with(db=db)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        found = calibration_report(session=session, session_id=number)
    print(f"{'rule':24s} {'calls':>5s} {'raters':>6s} {'split':>5s} {'agreement':>18s} {'Cohen':>21s} {'Fleiss':>21s}")
    for r in found.rules:
        heads = f"{r.rule:24s} {r.calls:5d} {r.raters:6d} {r.split:5d}"
        print(f"{heads} {_share(r.percent):>18s} {_kappa(r.cohen):>21s} {_kappa(r.fleiss):>21s}")
    for i in found.inspectors if any(i.percent.pairs for i in found.inspectors) else ():
        told = f"agreement {_share(i.percent)}, kappa {_kappa(i.kappa)}, harder {i.harder}, softer {i.softer}"
        print(f"{i.inspector} against the reference: {told}")
    for t in found.topics:
        said = ", ".join(f"{name} {verdict}" for name, verdict in t.verdicts)
        print(f"to talk about: {t.call_id} {t.rule}: {said}" + (f"; reference {t.reference}" if t.reference else ""))
    return 0


def _share(found: "Percent") -> str:
    return "—" if found.value is None else f"{found.value:.0%} ({found.low:.0%}–{found.high:.0%})"


def _kappa(found: "Agreement") -> str:
    if found.value is None:
        return "—"
    known = found.low is not None and found.high is not None
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})" if known else f"{found.value:.2f}"
