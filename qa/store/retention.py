"""What a centre keeps of calls and for how long: which calls are past it, and which of those must stay all the same."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import and_, exists, false, func, not_, or_, select, true
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
    free: Counter[Kind] = Counter()
    kept: Counter[Reason] = Counter()
    remote = 0
    told: Any = false()
    for kind in SUBJECTS:
        before = periods.before(kind, now)
        if before is None:
            continue
        past = past_due(kind, before)
        here = true() if kind == "words" else local()
        stays = why(holds, kind, before)
        columns = (stays.label("why"), here.label("here"), told.label("told"))
        rows = select(*columns).where(past).subquery()
        for reason, is_here, was_told, number in session.execute(
            select(*rows.c, func.count()).select_from(rows).group_by(*rows.c)
        ):
            if not is_here:
                remote += number
            elif reason is None:
                free[kind] += number
            elif not was_told:
                kept[reason] += number
        told = and_(past, stays.is_not(None))
    return Due(free["words"], free["recordings"], dict(kept), remote)


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


def _began_before(call: Any, moment: datetime) -> Any:
    """A call without a start time counts from when it was stored."""
    heard = select(_TRANSCRIPT.created_at).where(_TRANSCRIPT.key == call.transcript_key).correlate(call)
    stored = func.coalesce(heard.scalar_subquery(), call.updated_at, type_=UtcDateTime)
    return or_(call.started_at < moment, and_(call.started_at.is_(None), stored < moment))
