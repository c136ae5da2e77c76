"""Options that several commands share; each has an environment variable, and None means: as configured."""

import signal
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from qa.interrupts import interrupted_by

if TYPE_CHECKING:
    from qa.batch import Totals
    from qa.logs import Reporter
    from qa.settings import Settings

Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        envvar="QA_DB",
        metavar="URL",
        help="Database (SQLAlchemy URL).",
        show_default="sqlite:///qa.db",
    ),
]
Rules = Annotated[
    Path | None,
    typer.Option("--rules", envvar="QA_RULES", metavar="DIR", help="Folder of rule sets.", show_default="rules"),
]
Calls = Annotated[
    Path | None,
    typer.Option(
        "--calls",
        envvar="QA_CALLS",
        metavar="FILE",
        help="Metadata: calls.csv or .jsonl, one row a recording.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", envvar="QA_OUT", metavar="FILE", help="Also write the run's results, one JSON line a call."),
]
DefaultRuleset = Annotated[
    str | None,
    typer.Option(
        "--ruleset",
        envvar="QA_RULESET",
        metavar="NAME",
        help="Rule set of calls whose metadata names none.",
        show_default="telecom",
    ),
]
JsonLog = Annotated[
    bool,
    typer.Option("--json-log", envvar="QA_JSON_LOG", help="Progress as JSON lines on stderr, for machines."),
]
Port = Annotated[
    int | None,
    typer.Option("--port", envvar="QA_PORT", min=1, max=65535, help="Port of the dashboard.", show_default="8501"),
]
Host = Annotated[
    str | None,
    typer.Option(
        "--host",
        envvar="QA_HOST",
        help="Address the dashboard listens on.",
        show_default="127.0.0.1, this machine only",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        envvar="QA_WORKERS",
        min=0,
        max=256,
        help="Worker processes.",
        show_default="sized to cores and memory",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        envvar="QA_MODEL",
        metavar="NAME_OR_DIR",
        help="Whisper model: a folder, or a name that faster-whisper fetches.",
        show_default="the bundled base model",
    ),
]
Profile = Annotated[
    Literal["fast", "balanced", "careful"] | None,
    typer.Option(
        "--profile",
        envvar="QA_PROFILE",
        help="Speed against accuracy of recognition.",
        show_default="balanced",
    ),
]


def settings_with(**given: Any) -> "Settings":
    """The settings with the options that were given on the command line."""
    from qa.settings import load_settings

    return load_settings().model_copy(update={k: v for k, v in given.items() if v is not None})


def make_reporter(json_log: bool) -> "Reporter":
    """Sets up what a command tells while it works."""
    from qa.logs import quiet_libraries, reporter

    quiet_libraries()
    return reporter(json_log=json_log)


def ended_cleanly() -> AbstractContextManager[None]:
    """Makes the signal that ends a service (SIGTERM) end a command as Ctrl-C does: what was done is saved."""
    return interrupted_by(signal.SIGTERM)


def finish(totals: "Totals", db: str) -> int:
    """Prints the one-line summary of a run; returns the exit status."""
    from qa.store.engine import shown

    calls = totals.scored + totals.failed + totals.skipped
    print(
        f"{calls} calls: {totals.scored} scored, {totals.failed} failed, {totals.skipped} skipped "
        f"({totals.transcribed} transcribed, {totals.rescored} scored from transcripts, {totals.kept} kept"
        f"{f', {totals.held} failed before' if totals.held else ''}); "
        f"database {shown(db)}"
    )
    return 1 if totals.failed else 0
