"""States in which there is nothing to draw: each says what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.database import NoDatabaseError
from dashboard.gate import SIGN_IN
from dashboard.i18n import t
from dashboard.who import SignedOut
from qa.errors import QaError


def empty(key: str, **values: object) -> None:
    """A quiet panel with a title (`empty.<key>`) and the next step (`empty.<key>_do`)."""
    with st.container(border=True, key=f"empty-{key}"):
        st.markdown(f"### {t(f'empty.{key}', **values)}")
        st.markdown(t(f"empty.{key}_do", **values))


@contextmanager
def store_in_words() -> Iterator[None]:
    """Ends the page with one readable line where the store cannot be read."""
    try:
        yield
    except NoDatabaseError as missing:
        empty("no_database", name=str(missing))
        st.stop()
    except SignedOut:
        empty("signed_out")
        st.link_button(t("account.again"), SIGN_IN, type="primary")
        st.stop()
    except QaError as error:
        st.error(t("error.store", message=str(error)))
        st.stop()


@contextmanager
def refusal_in_words() -> Iterator[None]:
    """Tells in one line why something that somebody did cannot be; what follows in the block is left out."""
    try:
        yield
    except QaError as error:
        st.error(str(error))
