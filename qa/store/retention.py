"""What a centre keeps of calls and for how long: which calls are past it, and which of those must stay all the same."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session

from qa.call import LOCAL
from qa.errors import ConfigError
from qa.store import audit
from qa.store.columns import UtcDateTime
from qa.store.needed import Needs, Reason, needs
from qa.store.tables import CallRecord, ScorecardRecord, TranscriptRecord

Kind = Literal["words", "recordings"]
SUBJECTS: dict[Kind, str] = {"words": "retention:words", "recordings": "retention:recordings"}
"""What the audit log calls the removal of either."""

_CALL: Any = CallRecord
_CARD: Any = ScorecardRecord
_TRANSCRIPT: Any = TranscriptRecord
_OTHER: Any = aliased(CallRecord, name="other_call")


@dataclass(frozen=True, slots=True)
class Periods:
    """For how many days after a call what was said, and the recording, are kept; None: for ever."""

    words_days: int | None = None
    recordings_days: int | None = None

    def __post_init__(self) -> None:
        for name, days in (("words", self.words_days), ("recordings", self.recordings_days)):
            if days is not None and days < 1:
                raise ConfigError(f"{name} cannot be kept for {days} days; keep them for one at least")

    def before(self, kind: Kind, now: datetime) -> datetime | None:
        """Calls that began before this moment are past the period of a kind."""
        days = self.words_days if kind == "words" else self.recordings_days
        return None if days is None else now - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Due:
    """What is past its time: calls of which the words can go, calls of which the recording can, and which stay.

    `kept` counts the calls past either period that somebody needs still, by the gravest reason; `remote` those whose
    recording is no file of this machine, so that it must be removed where it lies.
    """

    calls: int
    recordings: int
    kept: Mapping[Reason, int]
    remote: int


@dataclass(frozen=True, slots=True)
class Removal:
    """The last removal of a kind: when (Asia/Shanghai), by whom, of how many calls, kept for how many days."""

    kind: Kind
    at: datetime
    by: str
    calls: int
    days: int


def due(*, session: Session, periods: Periods, now: datetime) -> Due:
    """What `qa forget` would do at a time, in counts. Calls that both periods keep back count once."""
    holds = needs(session=session, now=now)
    free: dict[Kind, int] = {}
    kept: Counter[Reason] = Counter()
    told: list[Any] = []
    remote = 0
    for kind in SUBJECTS:
        before = periods.before(kind, now)
        if before is None:
            continue
        whose = [past_due(kind, before)]
        if kind == "recordings":
            remote = _count(session, select(_CALL.call_id).where(*whose, not_(local())))
            whose.append(local())
        reason = why(holds, kind, before)
        free[kind] = _count(session, select(_CALL.call_id).where(*whose, reason.is_(None)))
        rows = select(reason.label("why")).where(*whose, reason.is_not(None), *(not_(other) for other in told))
        found = rows.subquery()
        for told_as, number in session.execute(select(found.c.why, func.count()).group_by(found.c.why)):
            kept[told_as] += int(number)
        told.append(and_(*whose))
    return Due(free.get("words", 0), free.get("recordings", 0), dict(kept), remote)


def last_removals(*, session: Session) -> tuple[Removal, ...]:
    """The last removal of words and of recordings, whichever there were."""
    found = []
    for kind, subject in SUBJECTS.items():
        for entry in audit.entries(session=session, subject=subject, limit=1):
            at = entry.at.astimezone(LOCAL)
            found.append(Removal(kind, at, entry.by, int(entry.after["in_all"]), int(entry.after["days"])))
    return tuple(found)


def past_due(kind: Kind, before: datetime) -> Any:
    """The condition on calls that they have content of the kind and began before a moment."""
    if kind == "words":
        scored = exists().where(_CARD.call_id == _CALL.call_id)
        has = and_(_CALL.words_removed_at.is_(None), or_(_CALL.transcript_key.is_not(None), scored))
    else:
        has = and_(_CALL.recording_removed_at.is_(None), _CALL.recording_path.is_not(None))
    return and_(has, _began_before(_CALL, before))


def local() -> Any:
    """The condition on calls that their recording was a file of this machine."""
    return not_(_CALL.recording_path.contains("://"))


def why(holds: Needs, kind: Kind, before: datetime) -> Any:
    """Why a call past its time stays, as a column; NULL where it need not."""
    if kind == "words":
        same = and_(_OTHER.transcript_key == _CALL.transcript_key, _OTHER.words_removed_at.is_(None))
    else:
        same = and_(_OTHER.recording_path == _CALL.recording_path, _OTHER.recording_removed_at.is_(None))
    stays = or_(not_(_began_before(_OTHER, before)), holds.needed(_OTHER))
    return holds.why(_CALL, exists().where(same, _OTHER.call_id != _CALL.call_id, stays))


def _count(session: Session, query: Any) -> int:
    return int(session.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _began_before(call: Any, moment: datetime) -> Any:
    """A call without a start time counts from when it was stored."""
    heard = select(_TRANSCRIPT.created_at).where(_TRANSCRIPT.key == call.transcript_key).correlate(call)
    stored = func.coalesce(heard.scalar_subquery(), call.updated_at, type_=UtcDateTime)
    return or_(call.started_at < moment, and_(call.started_at.is_(None), stored < moment))
