"""Commands on the installation: dashboard, doctor."""

from typing import Annotated

import typer

from qa.cli.options import Db, Host, Port, Rules, settings_with


def register(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command(epilog="Example: qa dashboard --db sqlite:///qa.db --port 8501")(dashboard)
    app.command(epilog="Example: qa doctor")(doctor)


def dashboard(
    db: Db = None,
    host: Host = None,
    port: Port = None,
    sign_in: Annotated[
        bool,
        typer.Option(
            "--sign-in/--no-sign-in",
            envvar="QA_SIGN_IN",
            help="Ask for an account; without, only this machine may look.",
        ),
    ] = True,
) -> int:
    """Open the dashboard on a database."""
    from qa.launch import launch_dashboard

    settings = settings_with(db=db, host=host, port=port)
    launch_dashboard(db=settings.db, host=settings.host, port=settings.port, sign_in=sign_in)
    return 0


def doctor(db: Db = None, rules: Rules = None) -> int:
    """Say what is installed and in use (model, database, GPU) and what is missing."""
    from rich.console import Console
    from rich.table import Table

    from qa.doctor import examine

    settings = settings_with(db=db, rules=rules)
    table = Table("", "part", "found", "remedy")
    checks = examine(settings)
    for check in checks:
        table.add_row({"ok": "✓", "optional": "–", "missing": "✗"}[check.state], check.part, check.found, check.remedy)
    console = Console()
    Console(width=max(100, console.width)).print(table)
    return 1 if any(check.state == "missing" for check in checks) else 0
