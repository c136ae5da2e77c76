"""Searching all transcripts by words or by their sound; the index tells which may have them, the turns which do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlmodel import Session

from qa.call import LOCAL, Role
from qa.errors import ConfigError
from qa.search.sounds import LEAST, places, readings, wanted
from qa.store.current import current
from qa.store.filters import CallFilter, conditions
from qa.store.spoken import sounds_like
from qa.store.tables import CallRecord, ScorecardRecord, SpokenRecord, TurnRecord

CHUNK = 100
MOST_COUNTED = 10_000

_CALL: Any = CallRecord
_CARD: Any = ScorecardRecord
_SPOKEN: Any = SpokenRecord
_TURN: Any = TurnRecord


@dataclass(frozen=True, slots=True)
class Sought:
    """Words to find, as they are written (`exact`) or as they sound; whose (None: anybody's)."""

    words: str
    exact: bool = True
    role: Role | None = None

    def check(self) -> None:
        """Raises ConfigError for words that are too short to be looked up."""
        if len(readings(self.words)) < LEAST:
            raise ConfigError(f"{self.words!r}: a search needs at least {LEAST} characters")


@dataclass(frozen=True, slots=True)
class Hit:
    """A call that has the words: the turn in which they first occur, where in it, at which second, and how often.

    `started_at` is in Asia/Shanghai.
    """

    call_id: str
    started_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    score: float | None
    role: Role
    text: str
    begin: int
    end: int
    at_s: float
    times: int


@dataclass(frozen=True, slots=True)
class Page:
    """Hits, the newest calls first; `after` is where the next page begins (None: there is none)."""

    hits: tuple[Hit, ...]
    after: int | None


def find(*, session: Session, sought: Sought, where: CallFilter, limit: int, start: int = 0) -> Page:
    """One page of the calls of a filter that have the words; `start` is 0, or the `after` of the page before.

    Raises ConfigError for words that are too short.
    """
    sought.check()
    hits: list[Hit] = []
    while True:
        rows = _candidates(session, sought, where, start)
        turns = _turns(session, [row.transcript_key for row in rows], sought.role)
        for row in rows:
            start += 1
            hit = _hit(row, turns[row.transcript_key], sought)
            if hit:
                hits.append(hit)
                if len(hits) == limit:
                    return Page(tuple(hits), start)
        if len(rows) < CHUNK:
            return Page(tuple(hits), None)


def count(*, session: Session, sought: Sought, where: CallFilter) -> int:
    """How many calls may have the words, `MOST_COUNTED` at most: some of them have the sounds in another order."""
    sought.check()
    some = _chosen(session, sought, where, _CALL.call_id).limit(MOST_COUNTED).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def _candidates(session: Session, sought: Sought, where: CallFilter, start: int) -> Sequence[Any]:
    columns = (_CALL.call_id, _CALL.started_at, _CALL.agent_id, _CALL.agent_name, _CALL.team, _CALL.transcript_key)
    query = _chosen(session, sought, where, *columns, _CARD.score)
    query = query.order_by(_CALL.started_at.desc().nulls_last(), _CALL.call_id)
    return session.execute(query.limit(CHUNK).offset(start)).all()


def _chosen(session: Session, sought: Sought, where: CallFilter, *columns: Any) -> Any:
    pairs = wanted(readings(sought.words), exact=sought.exact)
    return (
        select(*columns)
        .select_from(CallRecord)
        .join(SpokenRecord, _SPOKEN.transcript_key == _CALL.transcript_key)
        .outerjoin(ScorecardRecord, current(ScorecardRecord))
        .where(sounds_like(session=session, wanted=pairs), *conditions(where))
    )


def _turns(session: Session, keys: Iterable[str], role: Role | None) -> dict[str, list[Any]]:
    columns = (_TURN.transcript_key, _TURN.role, _TURN.start_s, _TURN.end_s, _TURN.text, _TURN.words)
    query = select(*columns).where(_TURN.transcript_key.in_(set(keys))).order_by(_TURN.transcript_key, _TURN.position)
    if role is not None:
        query = query.where(_TURN.role == role)
    found: dict[str, list[Any]] = defaultdict(list)
    for turn in session.execute(query):
        found[turn.transcript_key].append(turn)
    return found


def _hit(row: Any, turns: Iterable[Any], sought: Sought) -> Hit | None:
    found = [(turn, *place) for turn in turns for place in places(turn.text, sought.words, exact=sought.exact)]
    if not found:
        return None
    turn, begin, end = found[0]
    return Hit(
        call_id=row.call_id,
        started_at=row.started_at.astimezone(LOCAL) if row.started_at else None,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        team=row.team,
        score=row.score,
        role=cast(Role, turn.role),
        text=turn.text,
        begin=begin,
        end=end,
        at_s=_second(turn, begin),
        times=len(found),
    )


def _second(turn: Any, at: int) -> float:
    """When the character at a position of a turn is said: where its word begins, else by its share of the turn."""
    if "".join(str(word[2]) for word in turn.words) == turn.text:
        passed = 0
        for start_s, _, said, _ in turn.words:
            passed += len(said)
            if passed > at:
                return float(start_s)
    return float(turn.start_s + (turn.end_s - turn.start_s) * at / max(1, len(turn.text)))
