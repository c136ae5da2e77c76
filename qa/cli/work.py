"""Commands that score calls: run, retry, score, rescore, demo."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import (
    Calls,
    Db,
    DefaultRuleset,
    Host,
    JsonLog,
    Model,
    Out,
    Port,
    Profile,
    Rules,
    Workers,
    ended_cleanly,
    finish,
    make_reporter,
    settings_with,
)


def register(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command(epilog="Example: qa run recordings --calls recordings/calls.csv --out results.jsonl")(run)
    app.command(epilog="Example: qa retry 20260311-0042")(retry)
    app.command(epilog="Example: qa score --transcripts transcripts.jsonl --calls calls.csv")(score)
    app.command(epilog="Example: qa rescore --rules rules")(rescore)
    app.command(epilog="Example: qa demo --no-dashboard")(demo)


def run(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...",
            envvar="QA_PATHS",
            help="Recordings, folders of them, patterns such as 'in/*.wav', URLs (s3://…), lists of such (.txt).",
        ),
    ],
    calls: Calls = None,
    rules: Rules = None,
    db: Db = None,
    out: Out = None,
    workers: Workers = None,
    model: Model = None,
    profile: Profile = None,
    ruleset: DefaultRuleset = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", envvar="QA_CLUSTER", metavar="HOST:PORT", help="Ray cluster to work recordings on."),
    ] = None,
    verify: Annotated[
        bool,
        typer.Option("--verify", envvar="QA_VERIFY", help="Read every recording again, however unchanged it looks."),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", envvar="QA_WATCH", help="Go on with what is put into the folder, until Ctrl-C."),
    ] = False,
    json_log: JsonLog = False,
) -> int:
    """Transcribe, check and score recordings into the database; what is done is skipped."""
    from qa.batch import Options
    from qa.batch import run as run_batch
    from qa.errors import ConfigError, QaError
    from qa.morning import broken, message_of
    from qa.send import tell
    from qa.watch import watch as watch_folder

    if watch and out:
        raise ConfigError("--out is written at the end of a run, --watch has none; use `qa export`")

    settings = settings_with(
        rules=rules, db=db, workers=workers, model=model, profile=profile, ruleset=ruleset, cluster=cluster
    )
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
        verify=verify,
        cluster=settings.cluster,
    )
    with ended_cleanly(), make_reporter(json_log) as reporter:
        if watch:
            with suppress(KeyboardInterrupt):
                watch_folder(options, settings, reporter)
            return 0
        try:
            totals = run_batch(options, settings, reporter)
        except QaError as error:
            tell(broken(str(error)), settings, reporter)
            raise
        tell(message_of(settings.db, totals.run_id, settings.dashboard_url), settings, reporter)
    return finish(totals, settings.db)


def retry(
    call_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CALL_ID...]", envvar="QA_CALL_IDS", help="Calls that failed; all of them if none."),
    ] = None,
    calls: Calls = None,
    rules: Rules = None,
    db: Db = None,
    out: Out = None,
    workers: Workers = None,
    model: Model = None,
    profile: Profile = None,
    ruleset: DefaultRuleset = None,
    json_log: JsonLog = False,
) -> int:
    """Work recordings again that failed and are left alone since."""
    from qa.batch import Options
    from qa.retry import retry as retry_failed

    settings = settings_with(rules=rules, db=db, workers=workers, model=model, profile=profile, ruleset=ruleset)
    options = Options(
        paths=(),
        rules=settings.rules,
        db=settings.db,
        calls=calls,
        out=out,
        workers=settings.workers,
        model=settings.model,
        profile=settings.profile,
        ruleset=settings.ruleset,
        cluster=settings.cluster,
    )
    with ended_cleanly(), make_reporter(json_log) as reporter:
        totals = retry_failed(call_ids or (), options, settings, reporter)
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


def rescore(
    rules: Rules = None,
    db: Db = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", envvar="QA_WORKERS", min=0, max=256, help="Worker processes.", show_default="one a core"
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            envvar="QA_AS_OF",
            metavar="YYYY-MM-DD",
            help="Score all calls by what holds on this day.",
            show_default="each call's own day",
        ),
    ] = None,
    json_log: JsonLog = False,
) -> int:
    """Score every stored call again, without audio, by what the rule files say of its day, or of one day for all."""
    from qa.cli.reports import day
    from qa.rescore import rescore as rescore_stored

    settings = settings_with(rules=rules, db=db, workers=workers)
    wanted = day("--as-of", as_of)
    with make_reporter(json_log) as reporter:
        totals = rescore_stored(
            rules=settings.rules, db=settings.db, workers=settings.workers, reporter=reporter, as_of=wanted
        )
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
