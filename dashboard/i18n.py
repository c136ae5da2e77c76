"""The pages' words: gettext catalogues under `locale/`, Chinese first; `t` gives them in the session's language."""

from collections.abc import Mapping
from functools import lru_cache
from gettext import GNUTranslations, translation
from pathlib import Path
from typing import Any, cast

import streamlit as st

LANGUAGES = {"zh_CN": "中文", "en": "English"}
COOKIE = "qa_language"
DOMAIN = "callqa"
LOCALES = Path(__file__).parent / "locale"


def language() -> str:
    """The session's language: what the reader has switched to, else the cookie of an earlier visit, else Chinese."""
    return str(st.session_state.get("language") or language_of(st.context.cookies))


def t(key: str, **values: object) -> str:
    """The text of `key` with its placeholders filled. Raises KeyError for an unknown key."""
    return text(language(), key, **values)


def text(code: str, key: str, **values: object) -> str:
    """The same in a language that is named, where there is no session."""
    found = catalogue(code).gettext(key)
    if found == key:
        raise KeyError(key)
    return found.format(**values)


def language_of(cookies: Mapping[str, str]) -> str:
    """The language that a reader has switched to, as the cookies of a request tell it."""
    chosen = cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else "zh_CN"


def known(key: str) -> bool:
    """Whether the catalogues have the key."""
    return catalogue("zh_CN").gettext(key) != key


def texts(prefix: str, keys: tuple[str, ...]) -> dict[str, str]:
    """The texts of `prefix.key` for every key: what a browser component needs."""
    return {key: t(f"{prefix}.{key}") for key in keys}


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(code: str) -> GNUTranslations:
    """The compiled catalogue of a language."""
    return cast(Any, translation(DOMAIN, LOCALES, languages=[code]))
