"""The scoring scheme: what a rule or an item costs, grades, multipliers, deadlines; of today or of another version."""

import pandas as pd
import streamlit as st

from dashboard import data, rulebook
from dashboard.components.about import facts
from dashboard.components.notices import store_in_words
from dashboard.i18n import t
from dashboard.who import viewer
from dashboard.wording import moment, number
from qa.access import may
from qa.call import LOCAL
from qa.rules.model import RuleSet
from qa.rules.scheme import OnsiteItem, Price, Scheme

ROW_PX = 36
SCHEME = "scheme.yaml"


def choose(ruleset: RuleSet) -> Scheme:
    """The version to show, the newest first; at first the one that holds today."""
    newest = sorted(ruleset.schemes, key=lambda scheme: str(scheme.valid_from or ""), reverse=True)

    def name(scheme: Scheme) -> str:
        since = t("scheme.since", day=scheme.valid_from) if scheme.valid_from else t("scheme.always")
        return t("scheme.version", version=scheme.version, since=since)

    today = newest.index(ruleset.scheme)
    return st.selectbox(t("scheme.choose"), newest, index=today, format_func=name, key="scheme_version")


def rules(ruleset: RuleSet) -> pd.DataFrame:
    """What each rule costs."""
    return pd.DataFrame(
        {
            t("rules.name"): [rule.name for rule in ruleset.rules],
            t("rules.clause"): [rule.clause for rule in ruleset.rules],
            t("rules.points"): [
                t("rules.asks") if rule.review_only else cost(rule.points, rule.per) for rule in ruleset.rules
            ],
            t("scheme.cap"): ["—" if rule.cap is None else number(rule.cap) for rule in ruleset.rules],
            t("scheme.doubled"): [told(rule.multipliers) for rule in ruleset.rules],
            t("scheme.fatal"): [t("value.yes") if rule.fatal else "—" for rule in ruleset.rules],
        }
    )


def manual(items: tuple[Price, ...]) -> pd.DataFrame:
    """What an inspector can enter."""
    return pd.DataFrame(
        {
            t("onsite.item"): [item.name for item in items],
            t("rules.clause"): [item.clause for item in items],
            t("rules.points"): [cost(item.points, item.per) for item in items],
            t("scheme.doubled"): [told(item.multipliers) for item in items],
        }
    )


def onsite(items: tuple[OnsiteItem, ...]) -> pd.DataFrame:
    """What can be entered on the spot."""
    return pd.DataFrame(
        {
            t("onsite.item"): [item.name for item in items],
            t("rules.clause"): [item.clause for item in items],
            t("rules.points"): [number(item.points) for item in items],
            t("scheme.warned"): [t("value.yes") if item.after_warning else "—" for item in items],
        }
    )


def cost(points: float, per: str) -> str:
    """Points, and whether each occurrence costs them."""
    return t("scheme.each", points=number(points)) if per == "occurrence" else number(points)


def told(facts: tuple[str, ...]) -> str:
    """What multiplies the points."""
    return "、".join(t(f"player.fact_{fact}") for fact in facts) or "—"


def general(scheme: Scheme) -> list[tuple[str, str]]:
    """Base, grades, multipliers, how a period is made up."""
    grades = " · ".join(f"{grade} ≥ {number(least)}" for grade, least in scheme.grades)
    factors = " · ".join(f"{told((name,))} ×{number(by)}" for name, by in scheme.multipliers.items())
    return [
        (t("scheme.base"), number(scheme.base)),
        (t("scheme.grades"), grades),
        (t("scheme.multipliers"), factors or "—"),
        (t("scheme.complaint"), number(scheme.complaint_points)),
        (t("scheme.warning_days"), t("scheme.days", days=scheme.warning_days)),
    ]


def deadlines(scheme: Scheme) -> list[tuple[str, str]]:
    """Until when what can be done."""
    names = ("provisional", "appeal", "shift_lead", "escalate", "qa_lead")
    return [(t(f"scheme.{name}"), t("scheme.workdays", days=getattr(scheme.windows, name))) for name in names]


def history() -> None:
    """The published versions of the scheme, for those who publish them."""
    found = rulebook.versions(SCHEME)
    with st.expander(t("rules.versions", count=len(found)), icon=":material/history:"):
        if not found:
            st.caption(t("rules.no_versions"))
        for version in found:
            at, who = moment(version.at.astimezone(LOCAL)), version.by or t("rules.found")
            st.markdown(f"{at} · {who} · {version.note or '—'}")
    if st.button(t("scheme.edit"), icon=":material/edit:"):
        st.session_state["rules_file"] = SCHEME
        st.switch_page("views/rules.py")


with store_in_words():
    book = rulebook.book()
    sets, versions = st.columns(2)
    with sets:
        name = st.selectbox(
            t("filter.ruleset"), book.rulesets, format_func=lambda key: book.rulesets[key].title, key="scheme_set"
        )
    ruleset = book.rulesets[name]
    with versions:
        scheme = choose(ruleset)
    ruleset = ruleset.under(scheme, data.now().date())
    left, right = st.columns(2)
    with left:
        facts(t("scheme.general"), general(scheme))
    with right:
        facts(t("scheme.deadlines"), deadlines(scheme))
    frames = {
        t("scheme.rules"): rules(ruleset),
        t("scheme.manual"): manual(scheme.manual),
        t("scheme.onsite"): onsite(scheme.onsite),
    }
    for tab, (name, frame) in zip(st.tabs(list(frames)), frames.items(), strict=True):
        with tab:
            st.dataframe(frame, hide_index=True, row_height=ROW_PX, key=f"scheme-{name}")
    if may(viewer(), "manage_rules"):
        history()
