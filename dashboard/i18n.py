"""Every word of the pages, Chinese first; `t` gives it in the language of the session."""

import streamlit as st

from dashboard.catalogue import CATALOGUE

LANGUAGES = {"zh": "中文", "en": "English"}


def language() -> str:
    """The session's language code; Chinese unless the reader has switched."""
    return str(st.session_state.get("language", "zh"))


def t(key: str, **values: object) -> str:
    """The text of `key` with its placeholders filled. Raises KeyError for an unknown key."""
    zh, en = CATALOGUE[key]
    return (en if language() == "en" else zh).format(**values)


def texts(prefix: str) -> dict[str, str]:
    """All texts under `prefix.`, by the rest of their keys: what a browser component needs."""
    return {key.removeprefix(prefix + "."): t(key) for key in CATALOGUE if key.startswith(prefix + ".")}
