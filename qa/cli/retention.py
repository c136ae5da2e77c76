"""The command forget: what was said, and recordings, once they have been kept long enough."""

from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.options import Db, JsonLog, ended_cleanly, make_reporter, settings_with

if TYPE_CHECKING:
    from qa.retention import Forgotten
    from qa.store.needed import Reason

KEPT: "dict[Reason, str]" = {
    "appeal": "with an open appeal",
    "follow_up": "with an open item in the register",
    "calibration": "in a calibration session that is not closed",
    "provisional": "whose score is provisional",
    "appealable": "whose score can be appealed still",
    "worked": "that a run has in hand",
    "shared": "that share it with a call that must keep it",
}


def register(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command(epilog="Example: qa forget --words-days 180 --recordings-days 90 --dry-run")(forget)


def forget(
    words_days: Annotated[
        int | None,
        typer.Option(
            "--words-days",
            envvar="QA_KEEP_WORDS_DAYS",
            metavar="N",
            min=1,
            help="Days after a call for which what was said in it is kept.",
            show_default="for ever",
        ),
    ] = None,
    recordings_days: Annotated[
        int | None,
        typer.Option(
            "--recordings-days",
            envvar="QA_KEEP_RECORDINGS_DAYS",
            metavar="N",
            min=1,
            help="Days after a call for which its recording is kept.",
            show_default="for ever",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", envvar="QA_DRY_RUN", help="Tell what would be removed; remove nothing.")
    ] = False,
    compact: Annotated[
        bool,
        typer.Option("--compact", envvar="QA_COMPACT", help="Also write the database anew, which makes it smaller."),
    ] = False,
    by: Annotated[
        str | None,
        typer.Option("--by", envvar="QA_BY", help="Who decides, for the audit log.", show_default="console"),
    ] = None,
    db: Db = None,
    json_log: JsonLog = False,
) -> int:
    """Remove what was said in old calls, and old recordings; scores, findings and decisions stay."""
    from datetime import UTC, datetime

    from qa.errors import ConfigError
    from qa.retention import forget as forget_old
    from qa.retention import write_anew
    from qa.store.accounts import CONSOLE
    from qa.store.retention import Periods

    if dry_run and compact:
        raise ConfigError("--dry-run removes nothing, --compact writes the database anew; give one of them")
    settings = settings_with(db=db, keep_words_days=words_days, keep_recordings_days=recordings_days)
    periods = Periods(settings.keep_words_days, settings.keep_recordings_days)
    found = None
    with ended_cleanly(), make_reporter(json_log) as reporter:
        if periods != Periods() or not compact:
            found = forget_old(
                db=settings.db,
                periods=periods,
                by=by or CONSOLE,
                now=datetime.now(UTC),
                reporter=reporter,
                dry_run=dry_run,
            )
        saved = write_anew(settings.db, reporter) if compact else None
    if found:
        _show(found, periods.words_days is not None, periods.recordings_days is not None, dry_run)
        if found.calls["words"] and not dry_run and not compact:
            print("the database keeps its size and uses the room again; `qa forget --compact` makes it smaller")
    if saved is not None:
        print(f"the database was written anew; it is {_mb(saved)} smaller")
    return 1 if found and found.failed else 0


def _show(found: "Forgotten", words: bool, recordings: bool, dry_run: bool) -> None:
    done = "would be removed" if dry_run else "removed"
    if words:
        size = f", about {_mb(found.bytes['words'])}" if dry_run else ""
        print(f"what was said in {found.calls['words']} calls {done}{size}")
    if recordings:
        print(f"recordings of {found.calls['recordings']} calls {done}, {_mb(found.bytes['recordings'])}")
    for reason, number in found.kept.items():
        print(f"kept: {number} calls {KEPT[reason]}")
    if found.replaced:
        print(f"kept: {found.replaced} files that are another recording now than their calls had")
    if found.remote:
        print(
            f"not removed: {found.remote} recordings in stores outside this machine; "
            "set a lifecycle rule on the bucket, or remove them there"
        )
    if found.failed:
        print(f"not removed: {found.failed} files, each told above")


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
