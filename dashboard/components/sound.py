"""The recording of a call as the player takes it."""

import av
import streamlit as st

from dashboard import audio, data
from qa.store.transcripts import Peaks


def sound(call_id: str) -> tuple[str | None, Peaks]:
    """The recording's URL and waveform; neither where there is no file or it cannot be read."""
    path, peaks = data.waveform(call_id)
    if path is None or not path.is_file():
        return None, ()
    try:
        return url_of(call_id), peaks or tuple(tuple(lane) for lane in audio.peaks_of(path))
    except (av.FFmpegError, IndexError):
        return None, ()


def url_of(call_id: str) -> str:
    """The same address for as long as the session lasts, so that what the browser fetched ahead is used."""
    urls: dict[str, str] = st.session_state.setdefault("urls", {})
    return urls.setdefault(call_id, audio.signed_url(call_id))
