"""What people do on the pages: every act is checked against role and scope in the transaction that stores it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, get_args

from sqlmodel import Session

from dashboard.data import Forbidden
from dashboard.database import change, session
from dashboard.i18n import t
from dashboard.who import viewer
from qa.access import Action, Viewer, calls_of, may
from qa.review.events import Decision
from qa.store import appeals, queries, reviews
from qa.store.filters import CallFilter
from qa.store.reviews import Review
from qa.store.tables import ReplyRecord


def review(call_id: str) -> Review | None:
    """What people decided about a call; None where it has no score, was scored long ago, or is not the viewer's."""
    with session() as opened:
        if not _visible(opened, viewer(), call_id):
            return None
        try:
            return reviews.review_of(session=opened, call_id=call_id)
        except reviews.ReviewError:
            return None


def review_act(act: Mapping[str, Any]) -> Review:
    """What was done in the player: `kind`, `call_id`, `seen` and what the kind needs. Raises QaError."""
    kinds: dict[str, Callable[..., Review]] = {
        "judge": _judge,
        "deduct": reviews.deduct,
        "retract": reviews.retract,
        "note": reviews.note,
        "confirm": reviews.confirm,
        "undo": reviews.undo,
    }
    values = {key: value for key, value in act.items() if key not in ("kind", "n")}
    with allowed("review", str(act["call_id"])) as (opened, by):
        return kinds[str(act["kind"])](session=opened, by=by, **values)


def appeal(call_id: str, targets: list[str], reason: str) -> None:
    """The agent's appeal against deductions of an own call."""
    with allowed("appeal", call_id) as (opened, by):
        appeals.submit(session=opened, call_id=call_id, by=by, targets=targets, reason=reason)


def replies(call_id: str) -> list[ReplyRecord]:
    """What the agent said to a call's score, oldest first; nothing for a call that the viewer may not see."""
    with session() as opened:
        return appeals.replies(session=opened, call_id=call_id) if _visible(opened, viewer(), call_id) else []


def acknowledge(call_id: str, words: str = "") -> None:
    """The agent accepts the score, or says something to it."""
    person = viewer()
    with allowed("appeal", call_id) as (opened, by):
        appeals.reply(session=opened, call_id=call_id, agent_id=person.agent_id or "", by=by, text=words)


def withdraw(call_id: str, appeal_id: int) -> None:
    """The agent takes an appeal back."""
    with allowed("appeal", call_id) as (opened, by):
        appeals.withdraw(session=opened, appeal_id=_on(opened, appeal_id, call_id), by=by)


def escalate(call_id: str, appeal_id: int, reason: str) -> None:
    """The agent goes on to the QA lead."""
    with allowed("appeal", call_id) as (opened, by):
        appeals.escalate(session=opened, appeal_id=_on(opened, appeal_id, call_id), by=by, reason=reason)


def answer(call_id: str, appeal_id: int, lifted: list[str], reason: str) -> None:
    """The shift lead's answer, or the QA lead's ruling: whoever's turn it is."""
    person = viewer()
    with allowed("rule_on_appeal", call_id) as (opened, by):
        stored = appeals.appeal_by_id(session=opened, appeal_id=_on(opened, appeal_id, call_id))
        final = stored.appeal.state == "at_qa_lead"
        if final and not may(person, "manage_rules"):
            raise Forbidden(t("review.forbidden"))
        decide = appeals.rule if final else appeals.answer
        decide(session=opened, appeal_id=appeal_id, by=by, lifted=lifted, reason=reason)


@contextmanager
def allowed(action: Action, call_id: str) -> Iterator[tuple[Session, str]]:
    """A transaction, and in whose name, for an action on a call. Raises Forbidden."""
    person = viewer()
    with change() as opened:
        if not may(person, action) or not _visible(opened, person, call_id):
            raise Forbidden(t("review.forbidden"))
        yield opened, person.user


def _judge(*, decision: Decision, **values: Any) -> Review:
    if decision not in get_args(Decision):
        raise Forbidden(t("review.forbidden"))
    reasons = {"overturned": t("review.false_hit"), "not_applicable": t("review.not_applicable")}
    return reviews.judge(decision=decision, reason=reasons.get(decision, ""), **values)


def _visible(opened: Session, person: Viewer, call_id: str) -> bool:
    return bool(queries.call_ids(session=opened, where=CallFilter(call_id=call_id, within=calls_of(person))))


def _on(opened: Session, appeal_id: int, call_id: str) -> int:
    """The appeal, if it is one on this call."""
    if appeals.appeal_by_id(session=opened, appeal_id=appeal_id).call_id != call_id:
        raise Forbidden(t("review.forbidden"))
    return appeal_id
