"""Starting the dashboard: Streamlit takes the place of this process."""

import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from qa.errors import ConfigError


def launch_dashboard(*, db: str, host: str, port: int) -> NoReturn:
    """Serves the dashboard on the database. Raises ConfigError if it is not installed or the port is taken."""
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
    print(f"http://{host}:{port}", flush=True)
    command = [sys.executable, "-m", "streamlit", "run", str(server)]
    command += ["--server.address", host, "--server.port", str(port)]
    # Streamlit would ask a first-time user for an e-mail address and report usage.
    command += ["--server.showEmailPrompt", "false", "--browser.gatherUsageStats", "false"]
    os.execve(sys.executable, command, os.environ | {"QA_DB": db})
