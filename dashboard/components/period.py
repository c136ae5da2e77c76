"""Choosing a period: its kind, and a day in it; the last one with calls unless another is chosen."""

from collections.abc import Sequence
from datetime import date
from typing import cast, get_args

import streamlit as st

from dashboard import data
from dashboard.i18n import t
from qa.reports.period import SHIFTS, Kind, Period, period_of, shift_of

KINDS: tuple[Kind, ...] = get_args(Kind)


def period(
    default: Kind = "month", *, day: date | None = None, key: str = "period", kinds: Sequence[Kind] = KINDS
) -> Period:
    """Draw the choice in one line and give the period; it begins with that of `day`, else of the latest call.

    Pages with the same `key` share the choice.
    """
    first = day or data.last_day()
    left, days, shifts = st.columns([4, 2, 2], vertical_alignment="bottom")
    with left:
        kind = st.segmented_control(
            t("period.kind"),
            kinds,
            default=default,
            required=True,
            format_func=lambda kind: t(f"period.{kind}"),
            key=f"{key}_kind",
            persist_state="session",
        )
    with days:
        picked = st.date_input(t("period.on_day"), value=first, key=f"{key}_day", persist_state="session")
    chosen = picked if isinstance(picked, date) else first
    if kind == "shift":
        names = [shift.name for shift in SHIFTS]
        with shifts:
            name = st.selectbox(t("period.of_shift"), names, key=f"{key}_shift", persist_state="session")
        return shift_of(chosen, SHIFTS[names.index(name)])
    return period_of(cast(Kind, kind), chosen)
