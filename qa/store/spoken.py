"""The index of what was said: every transcript by its pairs of sounds, on SQLite and on PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, column, func, insert, select, table, text, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from qa.store.tables import SpokenRecord, TranscriptRecord, TurnRecord

_SPOKEN: Any = SpokenRecord
_TURN: Any = TurnRecord
_TRANSCRIPT: Any = TranscriptRecord


def index_transcripts(*, session: Session, texts: Mapping[str, Iterable[str]]) -> None:
    """Puts transcripts, by key, with the texts of their turns into the index; whichever is in it is left out."""
    known = set(session.execute(select(_SPOKEN.transcript_key).where(_SPOKEN.transcript_key.in_(texts))).scalars())
    said = {key: _pairs(turns) for key, turns in texts.items() if key not in known}
    if not said:
        return
    if not _sqlite(session):
        session.execute(insert(SpokenRecord), [{"transcript_key": key, "pairs": found} for key, found in said.items()])
        return
    session.execute(insert(SpokenRecord), [{"transcript_key": key} for key in said])
    ids = session.execute(select(_SPOKEN.id, _SPOKEN.transcript_key).where(_SPOKEN.transcript_key.in_(said)))
    session.execute(
        text("INSERT INTO spoken_index(rowid, pairs) VALUES (:id, :pairs)"),
        [{"id": id_, "pairs": " ".join(map(_token, said[key]))} for id_, key in ids],
    )


def index_missing(*, session: Session, most: int, after: str = "") -> Sequence[str]:
    """Indexes up to so many transcripts that are not in the index, from a key on; returns their keys, in order."""
    missing = (
        select(_TRANSCRIPT.key)
        .outerjoin(SpokenRecord, _SPOKEN.transcript_key == _TRANSCRIPT.key)
        .where(_SPOKEN.id.is_(None), _TRANSCRIPT.key > after)
    )
    keys = session.execute(missing.order_by(_TRANSCRIPT.key).limit(most)).scalars().all()
    texts: dict[str, list[str]] = {key: [] for key in keys}
    query = select(_TURN.transcript_key, _TURN.text).where(_TURN.transcript_key.in_(keys))
    for key, said in session.execute(query):
        texts[key].append(said)
    index_transcripts(session=session, texts=texts)
    return keys


def count_missing(*, session: Session) -> int:
    """How many transcripts cannot be found by a search yet."""
    tables = (TranscriptRecord, SpokenRecord)
    heard, indexed = (session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    return int(heard - indexed)


def sounds_like(*, session: Session, wanted: Sequence[Sequence[int]]) -> ColumnElement[bool]:
    """The condition on SpokenRecord that of each of the lists a pair was said."""
    if _sqlite(session):
        return and_(_SPOKEN.id.in_(_matching(wanted)))
    return and_(*(type_coerce(_SPOKEN.pairs, ARRAY(Integer)).overlap(list(choice)) for choice in wanted))


def may_be_in(*, session: Session, wanted: Sequence[Sequence[int]], most: int) -> int:
    """How many transcripts have of each of the lists a pair; not counted further than `most`."""
    some = select(_SPOKEN.id).where(sounds_like(session=session, wanted=wanted))
    if _sqlite(session):
        # The table itself is left out: so the index is read only as far as it is counted.
        some = _matching(wanted)
    return int(session.execute(select(func.count()).select_from(some.limit(most).subquery())).scalar_one())


def _matching(wanted: Sequence[Sequence[int]]) -> Any:
    match = " AND ".join(f"({' OR '.join(map(_token, choice))})" for choice in wanted)
    index = table("spoken_index", column("rowid", Integer))
    return select(index.c.rowid).where(text("spoken_index MATCH :match").bindparams(match=match))


def _pairs(turns: Iterable[str]) -> list[int]:
    # Imported by all that uses the store, most of which indexes nothing: readings take a second to load.
    from qa.search.sounds import heard, pairs

    return sorted({pair for said in turns for pair in pairs(heard(said).sounds)})


def _token(pair: int) -> str:
    return f"p{pair:x}"


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
