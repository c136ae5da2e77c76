"""Searching all transcripts by words or by their sound; the index tells which may have them, the turns which do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session

from qa.call import LOCAL, Role
from qa.errors import ConfigError
from qa.search.sounds import LEAST, places, readings, wanted
from qa.store.current import current
from qa.store.days import newest_first
from qa.store.filters import CallFilter, conditions
from qa.store.spoken import may_be_in, sounds_like
from qa.store.tables import CallRecord, ScorecardRecord, SpokenRecord, TurnRecord

CHUNK = 100
MOST_COUNTED = 10_000
BROAD, PATIENCE = 20_000, 5_000
"""Words that more transcripts may have are looked for in so many of the newest calls first, without the index: asking
it for all of them takes longer."""

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
class Place:
    """A call's place in the order of results: the newest first, those without a time last, then by id."""

    started_at: datetime | None
    call_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Hits, the newest calls first; `last` is where the next page goes on (None: there is none)."""

    hits: tuple[Hit, ...]
    last: Place | None


def find(*, session: Session, sought: Sought, where: CallFilter, limit: int, after: Place | None = None) -> Page:
    """One page of the calls of a filter that have the words; `after` is the `last` of the page before.

    Raises ConfigError for words that are too short.
    """
    sought.check()
    hits: list[Hit] = []
    looked_at, broad = 0, _broad(session, sought)
    while True:
        rows = _candidates(session, sought, where, after, indexed=not broad or looked_at >= PATIENCE)
        turns = _turns(session, [row.transcript_key for row in rows], sought.role)
        for row in rows:
            after = Place(row.started_at, row.call_id)
            hit = _hit(session, row, turns[row.transcript_key], sought)
            if hit:
                hits.append(hit)
                if len(hits) == limit:
                    return Page(tuple(hits), after)
        looked_at += len(rows)
        if len(rows) < CHUNK:
            return Page(tuple(hits), None)


def count(*, session: Session, sought: Sought, where: CallFilter) -> int | None:
    """How many calls may have the words, `MOST_COUNTED` at most: some of them have the sounds in another order.

    None for words that so many transcripts have that counting them takes longer than anybody waits.
    """
    sought.check()
    if _broad(session, sought):
        return None
    some = _chosen(session, sought, where, _CALL.call_id).limit(MOST_COUNTED).subquery()
    return int(session.execute(select(func.count()).select_from(some)).scalar_one())


def _broad(session: Session, sought: Sought) -> bool:
    return may_be_in(session=session, wanted=_wanted(sought), most=BROAD) == BROAD


def _candidates(
    session: Session, sought: Sought, where: CallFilter, after: Place | None, *, indexed: bool
) -> Sequence[Any]:
    columns = (_CALL.call_id, _CALL.started_at, _CALL.agent_id, _CALL.agent_name, _CALL.team, _CALL.transcript_key)
    query = _chosen(session, sought, where, *columns, _CARD.score, indexed=indexed)
    if after is not None:
        query = query.where(_follows(after))
    return session.execute(query.order_by(newest_first(session), _CALL.call_id).limit(CHUNK)).all()


def _follows(place: Place) -> Any:
    untimed, later = _CALL.started_at.is_(None), _CALL.call_id > place.call_id
    if place.started_at is None:
        return and_(untimed, later)
    same = and_(_CALL.started_at == place.started_at, later)
    return or_(_CALL.started_at < place.started_at, same, untimed)


def _chosen(session: Session, sought: Sought, where: CallFilter, *columns: Any, indexed: bool = True) -> Any:
    query = select(*columns).select_from(CallRecord).outerjoin(ScorecardRecord, current(ScorecardRecord))
    query = query.where(*conditions(where), _CALL.words_removed_at.is_(None))
    if not indexed:
        return query.where(_CALL.transcript_key.is_not(None))
    spoken = query.join(SpokenRecord, _SPOKEN.transcript_key == _CALL.transcript_key)
    return spoken.where(sounds_like(session=session, wanted=_wanted(sought)))


def _wanted(sought: Sought) -> list[list[int]]:
    return wanted(readings(sought.words), exact=sought.exact)


def _turns(session: Session, keys: Iterable[str], role: Role | None) -> dict[str, list[Any]]:
    columns = (_TURN.transcript_key, _TURN.position, _TURN.role, _TURN.start_s, _TURN.end_s, _TURN.text)
    query = select(*columns).where(_TURN.transcript_key.in_(set(keys))).order_by(_TURN.transcript_key, _TURN.position)
    if role is not None:
        query = query.where(_TURN.role == role)
    found: dict[str, list[Any]] = defaultdict(list)
    for turn in session.execute(query):
        found[turn.transcript_key].append(turn)
    return found


def _hit(session: Session, row: Any, turns: Iterable[Any], sought: Sought) -> Hit | None:
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
        at_s=_second(session, turn, begin),
        times=len(found),
    )


def _second(session: Session, turn: Any, at: int) -> float:
    """When the character at a position of a turn is said: where its word begins, else by its share of the turn."""
    # Most of what is read of a transcript are its words, and only those of this turn are needed.
    here = (_TURN.transcript_key == turn.transcript_key, _TURN.position == turn.position)
    words = session.execute(select(_TURN.words).where(*here)).scalar_one()
    if "".join(str(word[2]) for word in words) == turn.text:
        passed = 0
        for start_s, _, said, _ in words:
            passed += len(said)
            if passed > at:
                return float(start_s)
    return float(turn.start_s + (turn.end_s - turn.start_s) * at / max(1, len(turn.text)))
