"""An editor for the text of a file: line numbers, lines with faults marked, told of what is typed after a pause."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
KEY = "editor"


def editor(name: str, text: str, *, document: str, faults: Sequence[int] = ()) -> None:
    """Draw it; `faults` are lines from 1.

    `document` tells texts apart: with another one the editor takes `text` anew, with the same one what was typed stays.
    """
    data = {"name": name, "text": text, "document": document, "faults": list(faults)}
    _component()(key=KEY, data=data, on_text_change=lambda: None)


def typed(document: str) -> str | None:
    """What stands in the editor of a document, before it is drawn; None where nothing was typed into it."""
    state = st.session_state.get(KEY)
    told = state.get("text") if state else None
    return str(told["text"]) if told and told["document"] == document else None


def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "qa_editor",
        html=(HERE / "editor.html").read_text(encoding="utf-8"),
        css=(HERE / "editor.css").read_text(encoding="utf-8"),
        js=(HERE / "editor.js").read_text(encoding="utf-8"),
    )
