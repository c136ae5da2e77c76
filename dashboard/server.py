"""The dashboard's ASGI application: `streamlit run dashboard/server.py`.

It adds the door and the recordings' route to Streamlit's own, and turns every unforeseen error of a page into one line.
"""

import gc
import logging

import streamlit as st
from starlette.middleware import Middleware

# What judging needs takes seconds to load; nobody is to wait for it at the first call.
from dashboard import acts as acts
from dashboard import audio, gate
from dashboard.components import charts as charts
from dashboard.i18n import t

# Streamlit looks for garbage after every page: in all that is loaded for good this takes longer than most pages.
gc.collect()
gc.freeze()

log = logging.getLogger("dashboard")


def say_error(error: Exception) -> bool:
    """Show one line, not a stack trace; the log names the kind of error, never a transcript's words."""
    log.error("page failed: %s", type(error).__name__, exc_info=log.isEnabledFor(logging.DEBUG))
    st.error(t("error.page", kind=type(error).__name__))
    return True


app = st.App(
    "app.py", routes=[*gate.routes, *audio.routes], middleware=[Middleware(gate.Gate)], on_script_error=say_error
)
