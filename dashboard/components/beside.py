"""What an inspector wants at hand beside a call: the caller's other calls, and its work orders."""

import streamlit as st

from dashboard import data
from dashboard.components.about import facts
from dashboard.components.call_links import call_links
from dashboard.i18n import t
from dashboard.wording import moment
from qa.call import LOCAL
from qa.followup.order import Order
from qa.result import CallResult


def beside(result: CallResult) -> None:
    """Draw both, folded; nothing where there is neither."""
    calls, orders = data.caller_calls(result), data.orders(result)
    if not calls and not orders:
        return
    title = t("beside.title", calls=len(calls), orders=len(orders))
    with st.expander(title, icon=":material/contact_phone:"):
        left, right = st.columns(2)
        with left:
            call_links(t("beside.calls"), calls, "caller")
        with right:
            if not orders:
                st.markdown(f"**{t('beside.no_order')}**")
            for order in orders:
                facts(t("beside.order", id=order.order_id), told(order))


def told(order: Order) -> list[tuple[str, str]]:
    """What is known of an order."""
    known = (
        ("opened", moment(order.opened_at.astimezone(LOCAL)) if order.opened_at else None),
        ("closed", moment(order.closed_at.astimezone(LOCAL)) if order.closed_at else t("beside.not_closed")),
        ("agent", order.agent_id),
        ("phone", order.phone),
        ("address", order.address),
    )
    return [(t(f"beside.{name}"), value) for name, value in known if value]
