"""A database server that goes away for a while, as when it is restarted, is waited for."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

AWAY_S = 120.0
"""How long a run waits for a server that answered before."""
RETRY_S = 0.5
TRIES = 10
"""How often one piece of work is begun; each time the server is waited for."""

Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


def wait_for_server(engine: Engine, away_s: float) -> None:
    """Makes new connections wait for the server up to `away_s`, once it has answered."""
    answered = False

    def connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        nonlocal answered
        give_up = time.monotonic() + (away_s if answered else 0.0)
        while True:
            try:
                made = dialect.connect(*arguments, **options)
            except dialect.loaded_dbapi.OperationalError:
                if time.monotonic() >= give_up:
                    raise
                time.sleep(RETRY_S)
            else:
                answered = True
                return made

    event.listen(engine, "do_connect", connect)


def patiently(work: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A function that begins `work` again where the connection broke; doing it twice must be as good as once."""

    @wraps(work)
    def worked(*given: Arguments.args, **named: Arguments.kwargs) -> Result:
        for _ in range(TRIES - 1):
            try:
                return work(*given, **named)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
        return work(*given, **named)

    return worked
