"""Calls whose content somebody needs still, whatever their age, as a condition of SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import and_, case, exists, or_, select
from sqlmodel import Session

from qa.call import LOCAL, midnight
from qa.rules.tariff import Tariff
from qa.store.followups import ACTIVE
from qa.store.tables import (
    AppealRecord,
    CalibrationCallRecord,
    CalibrationRecord,
    ClaimRecord,
    FindingRecord,
    FollowUpRecord,
    ManualDeductionRecord,
    ReviewEventRecord,
    ScorecardRecord,
    TariffRecord,
)
from qa.store.tariffs import load_tariff
from qa.store.work import run_lives

Reason = Literal["appeal", "follow_up", "calibration", "provisional", "appealable", "worked", "shared"]
"""Why a call's content stays: an open appeal, an open item of the register, a session of calibration that is not
closed, a score that is provisional or can be appealed, a run that has it in hand, a call that shares it and must keep
it."""
REASONS: tuple[Reason, ...] = get_args(Reason)

_APPEAL: Any = AppealRecord
_CARD: Any = ScorecardRecord
_CLAIM: Any = ClaimRecord
_ENTERED: Any = ManualDeductionRecord
_EVENT: Any = ReviewEventRecord
_FINDING: Any = FindingRecord
_ITEM: Any = FollowUpRecord
_OF_SESSION: Any = CalibrationCallRecord
_SESSION: Any = CalibrationRecord
_TARIFF: Any = TariffRecord


@dataclass(frozen=True, slots=True)
class Needs:
    """What holds at `now`: scores given or changed from `since` on can be appealed; `runs` are at work."""

    now: datetime
    since: datetime
    runs: tuple[int, ...]

    def reasons(self, call: Any) -> list[tuple[Any, Reason]]:
        """The conditions under which a call (CallRecord or an alias of it) is needed, the gravest first."""
        today = self.now.astimezone(LOCAL).date()
        card = and_(_CARD.call_id == call.call_id, _CARD.run_id == call.run_id)
        answered = and_(_APPEAL.state == "answered", _APPEAL.due_on >= today)
        charged = exists().where(
            _FINDING.call_id == call.call_id, _FINDING.run_id == call.run_id, _FINDING.verdict == "violated"
        )
        changed = exists().where(_EVENT.call_id == call.call_id, _EVENT.at >= self.since, _EVENT.kind != "noted")
        scored_at = self.since.astimezone(UTC).isoformat(timespec="seconds")
        return [
            (
                exists().where(
                    _APPEAL.call_id == call.call_id, or_(_APPEAL.state.in_(("at_shift_lead", "at_qa_lead")), answered)
                ),
                "appeal",
            ),
            (exists().where(_ITEM.call_id == call.call_id, _ITEM.state.in_(ACTIVE)), "follow_up"),
            (
                exists().where(
                    _OF_SESSION.call_id == call.call_id,
                    _OF_SESSION.session_id == _SESSION.id,
                    _SESSION.closed_at.is_(None),
                ),
                "calibration",
            ),
            (
                and_(
                    # One that was scored before tariffs were kept has no window, and cannot be reviewed.
                    exists().where(_TARIFF.ruleset_sha256 == call.ruleset_sha256),
                    exists().where(card, or_(_CARD.provisional_until.is_(None), _CARD.provisional_until > self.now)),
                ),
                "provisional",
            ),
            (
                and_(
                    call.agent_id.is_not(None),
                    or_(call.scored_at >= scored_at, changed),
                    or_(charged, exists().where(_ENTERED.call_id == call.call_id)),
                ),
                "appealable",
            ),
            (exists().where(_CLAIM.call_id == call.call_id, _CLAIM.run_id.in_(self.runs)), "worked"),
        ]

    def why(self, call: Any, shared: Any) -> Any:
        """The gravest reason as a column, NULL where the call is not needed; `shared` is the condition of the last."""
        return case(*self.reasons(call), (shared, "shared"), else_=None)

    def needed(self, call: Any) -> Any:
        """Whether a call is needed for itself."""
        return or_(*(condition for condition, _ in self.reasons(call)))


def needs(*, session: Session, now: datetime) -> Needs:
    """What holds at a time."""
    runs = session.execute(select(_CLAIM.run_id).distinct()).scalars().all()
    living = tuple(run for run in runs if run_lives(session=session, run_id=run))
    hashes = session.execute(select(_TARIFF.ruleset_sha256)).scalars().all()
    tariffs = [t for sha256 in hashes if (t := load_tariff(session=session, ruleset_sha256=sha256))]
    return Needs(now, midnight(appealable_since(tariffs, now.astimezone(LOCAL).date())), living)


def appealable_since(tariffs: Sequence[Tariff], today: date) -> date:
    """The first local day on which a score could be given or changed so that it can be appealed still today.

    By the longest window that any of the tariffs has.
    """
    first = today
    for tariff in tariffs:
        longest = max(scheme.windows.appeal for scheme in tariff.schemes)
        day = today
        while tariff.workdays.after(day - timedelta(days=1), longest) >= today:
            day -= timedelta(days=1)
        first = min(first, day)
    return first
