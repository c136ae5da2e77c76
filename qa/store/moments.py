"""The moments of calls that cost most, each with the second at which it can be heard."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlmodel import Session, col

from qa.call import LOCAL
from qa.store.current import current
from qa.store.filters import CallFilter, conditions
from qa.store.tables import CallRecord, EvidenceRecord, FindingRecord, ScorecardRecord


@dataclass(frozen=True, slots=True)
class Moment:
    """A deduction where it was heard: seconds from the begin of the call, points that it cost."""

    call_id: str
    started_at: datetime | None
    name: str
    clause: str
    points: float
    start_s: float
    end_s: float
    text: str
    right_wording: str


def costliest(*, session: Session, where: CallFilter, limit: int) -> list[Moment]:
    """The dearest deductions of a choice of calls at their first evidence, the latest of equally dear ones first.

    Calls of which words or recording were removed are left out: there is nothing to hear.
    """
    first = and_(
        current(EvidenceRecord),
        col(EvidenceRecord.finding) == col(FindingRecord.position),
        col(EvidenceRecord.position) == 0,
    )
    query = (
        select(
            col(CallRecord.call_id),
            col(CallRecord.started_at),
            col(FindingRecord.name),
            col(FindingRecord.clause),
            col(FindingRecord.points),
            col(EvidenceRecord.start_s),
            col(EvidenceRecord.end_s),
            col(EvidenceRecord.text),
            col(FindingRecord.right_wording),
        )
        .select_from(CallRecord)
        .join(ScorecardRecord, current(ScorecardRecord))
        .join(FindingRecord, current(FindingRecord))
        .join(EvidenceRecord, first)
        .where(*conditions(where), col(FindingRecord.verdict) == "violated", col(FindingRecord.points) > 0)
        .where(col(CallRecord.words_removed_at).is_(None), col(CallRecord.recording_removed_at).is_(None))
        .order_by(col(FindingRecord.points).desc(), col(CallRecord.started_at).desc(), col(CallRecord.call_id))
        .limit(limit)
    )
    return [
        Moment(call_id, started_at.astimezone(LOCAL) if started_at else None, *rest)
        for call_id, started_at, *rest in session.execute(query)
    ]
