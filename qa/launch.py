"""Starting the dashboard: Streamlit takes the place of this process."""

import os
import socket
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from qa.errors import ConfigError
from qa.store.accounts import add_first_admin
from qa.store.engine import open_store, store_errors, writing

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def launch_dashboard(*, db: str, host: str, port: int, sign_in: bool = True) -> NoReturn:
    """Serves the dashboard on the database, with or without signing in; the first account is made and told.

    Raises ConfigError if it is not installed, the port is taken, or a network could look in without signing in.
    """
    if not sign_in and host not in LOOPBACK:
        raise ConfigError(f"--host {host}: without signing in only this machine may look; use --host 127.0.0.1")
    spec = find_spec("dashboard")
    server = Path(spec.submodule_search_locations[0], "server.py") if spec and spec.submodule_search_locations else None
    if server is None or not server.is_file():
        raise ConfigError("the dashboard is not installed; run `make setup` in the project folder")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(
                f"{host}:{port}: cannot listen there ({error.strerror}); choose another --port"
            ) from error
    engine = open_store(db)
    with store_errors(db), writing(engine) as session:
        password = add_first_admin(session=session, name="管理员", at=datetime.now(UTC)) if sign_in else None
    engine.dispose()
    if password:
        print(f"first account: admin, one-time password: {password}")
    print(f"http://{host}:{port}", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(server)]
    command += ["--server.address", host, "--server.port", str(port)]
    # Streamlit would ask a first-time user for an e-mail address and report usage.
    command += ["--server.showEmailPrompt", "false", "--browser.gatherUsageStats", "false"]
    os.execve(sys.executable, command, os.environ | {"QA_DB": db, "QA_SIGN_IN": "on" if sign_in else "off"})
