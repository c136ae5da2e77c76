"""A few seconds of a recording to play in the page."""

from html import escape

import streamlit as st

from dashboard.components.sound import url_of
from dashboard.i18n import t
from dashboard.wording import clock

BEFORE_S, AFTER_S = 2.0, 2.0


def clip(call_id: str, start_s: float, end_s: float) -> None:
    """Draw a player of the seconds around a stretch of a call; nothing is fetched before it is played."""
    begin, end = max(0.0, start_s - BEFORE_S), end_s + AFTER_S
    label = escape(t("clip.label", call=call_id, at=clock(start_s)))
    source = f"{url_of(call_id)}#t={begin:.1f},{end:.1f}"
    st.html(f'<audio controls preload="none" aria-label="{label}" src="{source}" style="width:100%"></audio>')
