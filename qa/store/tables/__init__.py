"""All tables, one noun a file."""

from qa.store.tables.accounts import AccountRecord, AccountRoleRecord, LoginRecord
from qa.store.tables.appeals import AppealRecord, AppealStepRecord
from qa.store.tables.audit import AuditRecord, PublicationRecord, TariffRecord
from qa.store.tables.calibration import CalibrationCallRecord, CalibrationRatingRecord, CalibrationRecord
from qa.store.tables.calls import (
    CallRecord,
    EvidenceRecord,
    FindingRecord,
    PreparedRecord,
    SchemaRecord,
    ScorecardRecord,
    SpeechRecord,
    TranscriptRecord,
    TurnRecord,
)
from qa.store.tables.followup import FollowUpRecord, FollowUpStepRecord, WorkOrderRecord
from qa.store.tables.people import AbsenceRecord, AgentRecord, DutyRecord, MembershipRecord, ShiftRecord, TeamRecord
from qa.store.tables.periods import ComplaintRecord, OnsiteRecord, PeriodLockRecord, PeriodScoreRecord
from qa.store.tables.review import (
    CoachingRecord,
    ManualDeductionRecord,
    PraiseRecord,
    ReplyRecord,
    ReviewEventRecord,
    ReviewVerdictRecord,
)
from qa.store.tables.runs import ClaimRecord, FailureRecord, RunItemRecord, RunRecord, SeenRecord
from qa.store.tables.search import SavedViewRecord, SpokenRecord
from qa.store.tables.sums import COST, STALE, TALLY

__all__ = [
    "COST",
    "STALE",
    "TALLY",
    "AbsenceRecord",
    "AccountRecord",
    "AccountRoleRecord",
    "AgentRecord",
    "AppealRecord",
    "AppealStepRecord",
    "AuditRecord",
    "CalibrationCallRecord",
    "CalibrationRatingRecord",
    "CalibrationRecord",
    "CallRecord",
    "ClaimRecord",
    "CoachingRecord",
    "ComplaintRecord",
    "DutyRecord",
    "EvidenceRecord",
    "FailureRecord",
    "FindingRecord",
    "FollowUpRecord",
    "FollowUpStepRecord",
    "LoginRecord",
    "ManualDeductionRecord",
    "MembershipRecord",
    "OnsiteRecord",
    "PeriodLockRecord",
    "PeriodScoreRecord",
    "PraiseRecord",
    "PreparedRecord",
    "PublicationRecord",
    "ReplyRecord",
    "ReviewEventRecord",
    "ReviewVerdictRecord",
    "RunItemRecord",
    "RunRecord",
    "SavedViewRecord",
    "SchemaRecord",
    "ScorecardRecord",
    "SeenRecord",
    "ShiftRecord",
    "SpeechRecord",
    "SpokenRecord",
    "TariffRecord",
    "TeamRecord",
    "TranscriptRecord",
    "TurnRecord",
    "WorkOrderRecord",
]
