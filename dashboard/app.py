"""The script that Streamlit runs at every interaction: page set-up, navigation, language."""

from pathlib import Path

import streamlit as st

from dashboard.i18n import t

HERE = Path(__file__).parent
# An own file: the icons that Streamlit offers for a tab are fetched from the internet.
ICON = HERE / "icon.svg"

st.set_page_config(page_title=t("app.title"), page_icon=ICON, layout="wide", initial_sidebar_state=310)
st.html(HERE / "style.css")
chosen = st.navigation(
    [
        st.Page("views/calls.py", title=t("page.calls"), icon=":material/list:", url_path="calls", default=True),
        st.Page("views/call.py", title=t("page.call"), icon=":material/headphones:", url_path="call"),
    ],
    position="top",
)
chosen.run()
