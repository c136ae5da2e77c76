"""The root: a link to a call leads on to it, everybody else to the first page of the own role."""

import streamlit as st

from dashboard.components.notices import store_in_words
from dashboard.pages import pages_of
from dashboard.who import viewer

with store_in_words():
    if "call" in st.query_params:
        st.switch_page("views/call.py", query_params=st.query_params.to_dict())
    st.switch_page(f"views/{pages_of(viewer())[0].name}.py")
