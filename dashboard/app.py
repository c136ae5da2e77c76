"""The script that Streamlit runs at every interaction: page set-up, who is looking, navigation by role."""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.components.account import account
from dashboard.components.notices import store_in_words
from dashboard.i18n import t
from dashboard.pages import Page, menu_of, pages_of
from dashboard.who import viewer

HERE = Path(__file__).parent
# An own file: the icons that Streamlit offers for a tab are fetched from the internet.
ICON = HERE / "icon.svg"


def menu_entry(page: Page) -> Any:
    """What Streamlit's menu needs of a page."""
    return st.Page(f"views/{page.name}.py", title=t(f"page.{page.name}"), icon=page.icon, url_path=page.name)


st.set_page_config(page_title=t("app.title"), page_icon=ICON, layout="wide", initial_sidebar_state=310)
st.html(HERE / "style.css")
with store_in_words():
    person = viewer()
    home = st.Page("views/home.py", title=t("app.title"), url_path="home", default=True, visibility="hidden")
    menu: dict[str, list[Any]] = {
        section and t(f"menu.{section}"): [menu_entry(page) for page in pages]
        for section, pages in menu_of(person).items()
    }
    menu[""].insert(0, home)
    chosen = st.navigation(menu, position="top")
    account(person)
    if chosen.url_path in {page.name for page in pages_of(person) if page.section}:
        st.markdown(f"#### {chosen.title}")  # the menu shows only the section
chosen.run()
