"""The command `qa`. A command imports what it needs when it runs, so that help and errors come at once."""

import os
import signal
import sys
from collections.abc import Sequence

import typer

from qa.cli import (
    calibrations,
    followups,
    imports,
    learning,
    log,
    people,
    periods,
    queues,
    reports,
    results,
    retention,
    rules,
    searching,
    staff,
    system,
    work,
)
from qa.errors import QaError
from qa.interrupts import interrupted_by

INTERRUPTED = 130

app = typer.Typer(
    name="qa",
    help="Call quality for Mandarin call centres: recordings in, scored and explained calls out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
work.register(app)
results.register(app)
reports.register(app)
queues.register(app)
learning.register(app)
system.register(app)
retention.register(app)
searching.register(app)
app.add_typer(rules.app, name="rules")
app.add_typer(people.app, name="user")
app.add_typer(staff.app, name="people")
app.add_typer(log.app, name="audit")
app.add_typer(imports.app, name="import")
app.add_typer(followups.app, name="follow-up")
app.add_typer(calibrations.app, name="calibrate")
app.add_typer(periods.app, name="period")


@app.callback()
def _globals(
    debug: bool = typer.Option(False, "--debug", envvar="QA_DEBUG", help="Show tracebacks of errors."),
) -> None:
    """Call quality for Mandarin call centres: recordings in, scored and explained calls out."""


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one command and exits: 0 all well, 1 some calls failed, 2 bad usage or set-up, 130 Ctrl-C."""
    given = list(sys.argv[1:] if argv is None else argv)
    if "--debug" in given:
        # It may stand anywhere on the line; worker processes see it in the environment.
        given.remove("--debug")
        os.environ["QA_DEBUG"] = "1"
    with interrupted_by(signal.SIGINT):
        status = _status(given)
    if status == INTERRUPTED:
        print("stopped; what was finished is saved, start again to go on", file=sys.stderr)
    sys.exit(status)


def _status(argv: list[str]) -> int:
    try:
        return int(app(args=argv, prog_name="qa", standalone_mode=False) or 0)
    except (QaError, typer.TyperException) as error:
        _traceback()
        # What typer says may be spread over lines, one a choice.
        text = " ".join(error.format_message().split()) if isinstance(error, typer.TyperException) else str(error)
        if text:
            print(text, file=sys.stderr)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        _traceback()
        print(f"internal error ({type(error).__name__}); run again with --debug and report it", file=sys.stderr)
        return 2


def _traceback() -> None:
    if os.environ.get("QA_DEBUG") not in (None, "", "0", "false"):
        import traceback

        traceback.print_exc()


__all__ = ["app", "main"]
