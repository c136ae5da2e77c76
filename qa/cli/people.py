"""Commands on accounts: user add, list, password, role, disable, enable."""

from typing import Annotated, cast, get_args

import typer

from qa.access import Role
from qa.cli.options import Db, settings_with

app = typer.Typer(help="Accounts of the dashboard.", no_args_is_help=True)

User = Annotated[str, typer.Argument(metavar="USER", envvar="QA_USER", help="The account's name.")]

Roles = Annotated[
    list[str], typer.Option("--role", envvar="QA_ROLE", help=f"One or more of {', '.join(get_args(Role))}.")
]


@app.command(epilog="Example: qa user add wangfang --role agent --agent 003 --name 王芳")
def add(
    user: User,
    role: Roles,
    name: Annotated[str | None, typer.Option("--name", envvar="QA_NAME", help="The name that is shown.")] = None,
    agent: Annotated[str | None, typer.Option("--agent", envvar="QA_AGENT", help="An agent's job number.")] = None,
    team: Annotated[str | None, typer.Option("--team", envvar="QA_TEAM", help="The team of a shift lead.")] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", envvar="QA_SUBJECT", help="Who it is for the sign-in service (OIDC): no password."),
    ] = None,
    db: Db = None,
) -> int:
    """Add an account and print its one-time password."""
    import secrets
    from datetime import UTC, datetime

    from qa.access import Viewer
    from qa.store import accounts
    from qa.store.engine import open_store, store_errors, writing

    settings = settings_with(db=db)
    password = None if subject else secrets.token_urlsafe(12)
    viewer = Viewer(user, name or user, tuple(cast(list[Role], role)), agent, (team,) if team else ())
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        accounts.add_account(
            session=session,
            viewer=viewer,
            password=password,
            at=datetime.now(UTC),
            must_change_password=password is not None,
            subject=subject,
        )
    print(f"{user}: one-time password {password}" if password else f"{user}: signs in as {subject}")
    return 0


@app.command("list", epilog="Example: qa user list")
def list_(db: Db = None) -> int:
    """Show all accounts."""
    from rich.console import Console
    from rich.table import Table

    from qa.store import accounts
    from qa.store.engine import open_store, reading, store_errors

    settings = settings_with(db=db)
    with store_errors(settings.db), reading(open_store(settings.db)) as session:
        found = accounts.list_accounts(session=session)
    table = Table("account", "name", "roles", "agent", "team", "state")
    for one in found:
        state = "disabled" if one.disabled else "one-time password" if one.must_change_password else "active"
        who = one.viewer
        table.add_row(who.user, who.name, ", ".join(who.roles), who.agent_id or "", ", ".join(who.teams), state)
    Console().print(table)
    return 0


@app.command(epilog="Example: qa user password wangfang")
def password(user: User, db: Db = None) -> int:
    """Give an account a new one-time password; its sign-ins end."""
    import secrets

    from qa.store import accounts
    from qa.store.engine import open_store, store_errors, writing

    settings = settings_with(db=db)
    new = secrets.token_urlsafe(12)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        accounts.set_password(session=session, user=user, password=new, must_change_password=True)
    print(f"{user}: one-time password {new}")
    return 0


@app.command(epilog="Example: qa user role wangfang --role inspector --role qa_lead")
def role(
    user: User,
    role: Roles,
    agent: Annotated[str | None, typer.Option("--agent", envvar="QA_AGENT", help="An agent's job number.")] = None,
    team: Annotated[str | None, typer.Option("--team", envvar="QA_TEAM", help="The team of a shift lead.")] = None,
    db: Db = None,
) -> int:
    """Give an account other roles, at once; job number and team stay where none is given."""
    from qa.store import accounts
    from qa.store.engine import open_store, store_errors, writing

    settings = settings_with(db=db)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        accounts.set_roles(session=session, user=user, roles=cast(list[Role], role), agent_id=agent, team=team)
    print(f"{user}: {', '.join(role)}")
    return 0


@app.command(epilog="Example: qa user disable wangfang")
def disable(user: User, db: Db = None) -> int:
    """Shut an account; its sign-ins end."""
    return _switch(user, db, on=False)


@app.command(epilog="Example: qa user enable wangfang")
def enable(user: User, db: Db = None) -> int:
    """Open a shut account again."""
    return _switch(user, db, on=True)


def _switch(user: str, db: str | None, *, on: bool) -> int:
    from datetime import UTC, datetime

    from qa.store import accounts
    from qa.store.engine import open_store, store_errors, writing

    settings = settings_with(db=db)
    with store_errors(settings.db), writing(open_store(settings.db)) as session:
        accounts.set_disabled(session=session, user=user, at=None if on else datetime.now(UTC))
    return 0
