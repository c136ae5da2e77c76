"""Commands that score calls: run, score, rescore, demo."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import (
    Calls,
    Db,
    DefaultRuleset,
    Host,
    JsonLog,
    Out,
    Port,
    Profile,
    Rules,
    finish,
    make_reporter,
    settings_with,
)


def register(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command(epilog="Example: qa run recordings --calls recordings/calls.csv --out results.jsonl")(run)
    app.command(epilog="Example: qa score --transcripts transcripts.jsonl --calls calls.csv")(score)
    app.command(epilog="Example: qa rescore --rules rules")(rescore)
    app.command(epilog="Example: qa demo --no-dashboard")(demo)


def run(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            envvar="QA_PATHS",
            help="Recordings, folders of them, or patterns such as 'in/*.wav'.",
        ),
    ],
    calls: Calls = None,
    rules: Rules = None,
    db: Db = None,
    out: Out = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            envvar="QA_WORKERS",
            min=0,
            max=256,
            help="Worker processes.",
            show_default="sized to the cores",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            envvar="QA_MODEL",
            metavar="NAME_OR_DIR",
            help="Whisper model: a folder, or a name that faster-whisper fetches.",
            show_default="the bundled base model",
        ),
    ] = None,
    profile: Annotated[
        Profile | None,
        typer.Option(
            "--profile",
            envvar="QA_PROFILE",
            help="Speed against accuracy of recognition.",
            show_default="balanced",
        ),
    ] = None,
    ruleset: DefaultRuleset = None,
    json_log: JsonLog = False,
) -> int:
    """Transcribe, check and score recordings into the database; what is done is skipped."""
    from qa.batch import Options
    from qa.batch import run as run_batch

    settings = settings_with(rules=rules, db=db, workers=workers, model=model, profile=profile, ruleset=ruleset)
    options = Options(
        paths=tuple(paths),
        rules=settings.rules,
        db=settings.db,
        calls=calls,
        out=out,
        workers=settings.workers,
        model=settings.model,
        profile=settings.profile,
        ruleset=settings.ruleset,
    )
    with make_reporter(json_log) as reporter:
        totals = run_batch(options, settings, reporter)
    return finish(totals, settings.db)


def score(
    transcripts: Annotated[
        Path,
        typer.Option(
            "--transcripts",
            envvar="QA_TRANSCRIPTS",
            metavar="FILE",
            help="Transcripts, one JSON line a call.",
        ),
    ],
    calls: Calls = None,
    rules: Rules = None,
    db: Db = None,
    out: Out = None,
    ruleset: DefaultRuleset = None,
    json_log: JsonLog = False,
) -> int:
    """Check and score transcripts that exist already, without audio."""
    from qa.given import ScoreOptions, score_given

    settings = settings_with(rules=rules, db=db, ruleset=ruleset)
    options = ScoreOptions(
        transcripts=transcripts,
        rules=settings.rules,
        db=settings.db,
        calls=calls,
        out=out,
        ruleset=settings.ruleset,
    )
    with make_reporter(json_log) as reporter:
        totals = score_given(options, settings, reporter)
    return finish(totals, settings.db)


def rescore(rules: Rules = None, db: Db = None, json_log: JsonLog = False) -> int:
    """Score every stored call again by the present rules, from the stored transcripts."""
    from qa.given import rescore as rescore_stored

    settings = settings_with(rules=rules, db=db)
    with make_reporter(json_log) as reporter:
        totals = rescore_stored(rules=settings.rules, db=settings.db, reporter=reporter)
    return finish(totals, settings.db)


def demo(
    dashboard: Annotated[
        bool,
        typer.Option("--dashboard/--no-dashboard", envvar="QA_DASHBOARD", help="Open the dashboard afterwards."),
    ] = True,
    host: Host = None,
    port: Port = None,
) -> int:
    """Score the sample calls, show their scorecards and open the dashboard on them."""
    from qa.demo import run_demo
    from qa.launch import LOOPBACK, launch_dashboard

    settings = settings_with(host=host, port=port)
    with make_reporter(False) as reporter:
        totals, db = run_demo(settings, reporter)
    status = finish(totals, db)
    if dashboard:
        launch_dashboard(db=db, host=settings.host, port=settings.port, sign_in=settings.host not in LOOPBACK)
    return status
