"""The script that Streamlit runs at every interaction: page set-up, navigation, language."""

import streamlit as st

from dashboard.i18n import LANGUAGES, t

st.set_page_config(page_title=t("app.title"), page_icon=":material/headset_mic:", layout="wide")
chosen = st.navigation(
    [
        st.Page(
            "views/calls.py", title=t("page.calls"), icon=":material/list:", url_path="calls", default=True
        ),
        st.Page("views/call.py", title=t("page.call"), icon=":material/headphones:", url_path="call"),
    ],
    position="top",
)
chosen.run()
with st.sidebar:
    st.selectbox(
        t("app.language"),
        LANGUAGES,
        format_func=LANGUAGES.__getitem__,
        key="language",
        persist_state="session",
    )
