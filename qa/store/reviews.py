"""Reviewing a stored call: every act is an event, a row of the audit log and a score that is settled at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from qa.call import CallMeta
from qa.errors import QaError
from qa.finding import Finding
from qa.result import Scorecard
from qa.review.events import (
    Action,
    Confirmed,
    Decision,
    Deducted,
    Event,
    Judged,
    Noted,
    Retracted,
    State,
    Undone,
    action_json,
    decided,
    fold,
    standing,
)
from qa.review.settling import MARK, ManualDeduction, settle
from qa.rules.scheme import Multiplier, Price
from qa.rules.tariff import Tariff
from qa.store import audit
from qa.store.appealing import StoredAppeal, appeals_of, ruled_targets
from qa.store.loading import load_meta
from qa.store.locks import check_open
from qa.store.machine import card_of, machine_card
from qa.store.periods import correct_period
from qa.store.resettling import load_events, resettle
from qa.store.tables import CallRecord, ReviewEventRecord
from qa.store.tariffs import load_tariff


class ReviewError(QaError):
    """Something that cannot be done to a call; the message says why and what can."""


class ReviewConflict(ReviewError):
    """Somebody else has changed the call since it was read; nothing of the new act was stored."""

    def __init__(self, call_id: str, by: str, at: datetime) -> None:
        self.call_id, self.by, self.at = call_id, by, at
        super().__init__(
            f"{call_id}: {by} changed this call at {at.isoformat(timespec='seconds')}, after you opened it; "
            "nothing of yours was stored, open it again and repeat"
        )


@dataclass(frozen=True, slots=True)
class Review:
    """All that a reviewer's page shows of a call besides its transcript.

    `seen` is what the next act must name. `card` counts; `machine` is what the machine gave. The score is provisional
    until `provisional_until` (UTC), without one until somebody acts. `items` may be entered on this call.
    """

    call_id: str
    meta: CallMeta
    seen: int
    events: tuple[Event, ...]
    state: State
    card: Scorecard
    machine: Scorecard
    manual: tuple[ManualDeduction, ...]
    items: tuple[Price, ...]
    appeals: tuple[StoredAppeal, ...]
    provisional_until: datetime | None

    def provisional(self, at: datetime) -> bool:
        """Whether the score may still change without a correction."""
        return self.provisional_until is None or at < self.provisional_until

    def in_dispute(self, day: date) -> frozenset[str]:
        """The deductions under appeal on a local day: rules, and manual ones as `item#number`."""
        return frozenset(target for stored in self.appeals for target in stored.appeal.marked(day))

    @property
    def deductions(self) -> tuple[str, ...]:
        """What takes points off now, as appeals name it: rules, and manual deductions as `item#number`."""
        charged = [f.rule for f in self.card.findings if f.verdict == "violated"]
        return (*charged, *(f"{m.item}{MARK}{m.seq}" for m in self.manual if not m.covered_by))

    @property
    def undoable(self) -> Event | None:
        """The event that `undo` would take back; None where there is none or a ruling stands last."""
        left = standing(self.events)
        return left[-1] if left and left[-1].appeal_id is None else None


def review_of(*, session: Session, call_id: str) -> Review:
    """A scored call with everything that people did to it. Raises ReviewError where there is no score."""
    row, tariff = _scored(session, call_id)
    meta = load_meta(row)
    events = load_events(session=session, call_id=call_id)
    state = fold(events)
    machine = machine_card(session=session, call_id=call_id)
    card = card_of(session=session, call=row)
    assert machine is not None and card is not None
    settled = settle(machine, state, tariff, meta)
    return Review(
        call_id=call_id,
        meta=meta,
        seen=events[-1].seq if events else 0,
        events=events,
        state=state,
        card=settled.card,
        machine=machine,
        manual=settled.manual,
        items=tuple(tariff.manual(meta.day).values()),
        appeals=appeals_of(session=session, call_id=call_id),
        provisional_until=card.provisional_until,
    )


def judge(
    *,
    session: Session,
    call_id: str,
    seen: int,
    by: str,
    rule: str,
    decision: Decision,
    reason: str = "",
    facts: Sequence[Multiplier] = (),
    at: datetime | None = None,
    correction: str = "",
) -> Review:
    """A person's verdict on one finding; overturning needs a reason. `facts` are multipliers found given."""
    review = _opened(session, call_id, seen)
    finding = _finding(review.machine, rule)
    if decision != "confirmed" and not reason.strip():
        raise ReviewError(f"{rule}: say why the machine is wrong")
    row, tariff = _scored(session, call_id)
    _check_facts(facts, tariff.prices(review.meta.day)[rule])
    if rule in ruled_targets(review.appeals) and not correction:
        raise ReviewError(f"{rule}: there is a final ruling on it; only a correction with its reason changes that")
    machine = "violated" if finding.covered_by else finding.verdict
    verdict = decided(machine, decision)
    action = Judged(
        rule, decision, verdict, machine, finding.confidence, reason.strip(), tuple(facts), row.ruleset_sha256
    )
    return _append(session, review, by, action, at, correction)


def deduct(
    *,
    session: Session,
    call_id: str,
    seen: int,
    by: str,
    item: str,
    start_s: float | None = None,
    end_s: float | None = None,
    note: str = "",
    facts: Sequence[Multiplier] = (),
    at: datetime | None = None,
    correction: str = "",
) -> Review:
    """A deduction by an item of the scheme, for a stretch of the recording (seconds) or without one."""
    review = _opened(session, call_id, seen)
    items = {i.id: i for i in review.items}
    if item not in items:
        raise ReviewError(f"{item}: no such item in the scheme of that day; choose one of {', '.join(items)}")
    _check_facts(facts, items[item])
    if (start_s is None) != (end_s is None) or (start_s is not None and end_s is not None and not 0 <= start_s < end_s):
        raise ReviewError(f"{item}: a stretch runs from a second to a later one, or is left out")
    return _append(session, review, by, Deducted(item, start_s, end_s, note.strip(), tuple(facts)), at, correction)


def retract(
    *,
    session: Session,
    call_id: str,
    seen: int,
    by: str,
    deduction: int,
    reason: str = "",
    at: datetime | None = None,
    correction: str = "",
) -> Review:
    """Takes a manual deduction back; `deduction` is its number (`ManualDeduction.seq`)."""
    review = _opened(session, call_id, seen)
    if deduction not in {m.seq for m in review.manual}:
        raise ReviewError(f"{call_id}: no manual deduction {deduction}; it may have been taken back already")
    return _append(session, review, by, Retracted(deduction, reason.strip()), at, correction)


def note(*, session: Session, call_id: str, seen: int, by: str, text: str, at: datetime | None = None) -> Review:
    """A note for those who review; it changes no score."""
    return _append(session, _opened(session, call_id, seen), by, Noted(text.strip()), at)


def confirm(*, session: Session, call_id: str, seen: int, by: str, at: datetime | None = None) -> Review:
    """The score stands from now on. Raises ReviewError while a finding waits for a verdict."""
    review = _opened(session, call_id, seen)
    if waiting := [f.rule for f in review.card.findings if f.verdict == "needs_review"]:
        raise ReviewError(f"{call_id}: {', '.join(waiting)} wait for a verdict; confirm or overturn them first")
    return _append(session, review, by, Confirmed(), at)


def undo(
    *, session: Session, call_id: str, seen: int, by: str, at: datetime | None = None, correction: str = ""
) -> Review:
    """Takes back the latest act that stands; the state is exactly what it was before. A ruling is not undone."""
    review = _opened(session, call_id, seen)
    last = review.undoable
    if last is None:
        raise ReviewError(f"{call_id}: nothing to undo; what an appeal decided stays")
    return _append(session, review, by, Undone(last.seq), at, correction)


def _opened(session: Session, call_id: str, seen: int) -> Review:
    # The row is locked (on SQLite the file is): a rescore at the same moment waits, and settles by this event too.
    session.get(CallRecord, call_id, with_for_update=True)
    review = review_of(session=session, call_id=call_id)
    if review.seen != seen:
        last = review.events[-1]
        raise ReviewConflict(call_id, last.by, last.at)
    return review


def _append(
    session: Session, before: Review, by: str, action: Action, at: datetime | None, correction: str = ""
) -> Review:
    at = at or datetime.now(UTC)
    closed = check_open(session=session, day=before.meta.day, correction=correction)
    append_event(session=session, call_id=before.call_id, seq=before.seen + 1, by=by, at=at, action=action)
    resettle(session=session, call_id=before.call_id)
    after = review_of(session=session, call_id=before.call_id)
    audit.record(
        session=session,
        by=by,
        action=f"correction {action.kind}" if closed else action.kind,
        subject=f"call:{before.call_id}",
        before=_told(before, action),
        after=_told(after, action) | _logged(action),
        reason=correction or getattr(action, "reason", ""),
        at=at,
    )
    if closed and before.meta.agent_id:
        correct_period(session=session, lock=closed, agent_id=before.meta.agent_id, by=by, reason=correction)
    return after


def append_event(
    *, session: Session, call_id: str, seq: int, by: str, at: datetime, action: Action, appeal_id: int | None = None
) -> None:
    """Adds one event. Raises ReviewConflict where another took its number at the same moment."""
    session.add(
        ReviewEventRecord(
            call_id=call_id, seq=seq, kind=action.kind, by=by, at=at, data=action_json(action), appeal_id=appeal_id
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise ReviewConflict(call_id, "somebody", at) from error


def _told(review: Review, action: Action) -> dict[str, object]:
    """What the audit log keeps of a state: score, grade, and the verdict that the action is about."""
    told: dict[str, object] = {"score": review.card.score, "grade": review.card.grade}
    if isinstance(action, Judged):
        told["verdict"] = _finding(review.card, action.rule).verdict
    return told


def _logged(action: Action) -> dict[str, object]:
    """An action for the log, which keeps for ever: the note of a deduction quotes the call, and stays out of it."""
    plain = action_json(action)
    return {k: v for k, v in plain.items() if k != "note"} if isinstance(action, Deducted) else plain


def _scored(session: Session, call_id: str) -> tuple[CallRecord, Tariff]:
    row = session.get(CallRecord, call_id)
    if row is None or card_of(session=session, call=row) is None:
        raise ReviewError(f"{call_id}: no such scored call; nothing to review")
    tariff = load_tariff(session=session, ruleset_sha256=row.ruleset_sha256)
    if tariff is None:
        raise ReviewError(f"{call_id}: scored before reviews were kept; run qa rescore once")
    return row, tariff


def _finding(card: Scorecard, rule: str) -> Finding:
    found = next((f for f in card.findings if f.rule == rule), None)
    if found is None:
        raise ReviewError(f"{rule}: no such rule in this call's rule set")
    return found


def _check_facts(facts: Sequence[Multiplier], price: Price) -> None:
    if strange := [fact for fact in facts if fact not in price.multipliers]:
        raise ReviewError(f"{price.id}: the clause knows no multiplier {', '.join(strange)}")
