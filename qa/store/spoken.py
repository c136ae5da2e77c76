"""The index of what was said: every transcript by its pairs of sounds, on SQLite and on PostgreSQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, column, delete, func, insert, select, table, text, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from qa.store.guard import adding_words
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
    adding_words(session=session)
    missing = (
        select(_TRANSCRIPT.key)
        .outerjoin(SpokenRecord, _SPOKEN.transcript_key == _TRANSCRIPT.key)
        .where(_SPOKEN.id.is_(None), _TRANSCRIPT.words_removed_at.is_(None), _TRANSCRIPT.key > after)
    )
    keys = session.execute(missing.order_by(_TRANSCRIPT.key).limit(most)).scalars().all()
    texts = _texts(session, keys)
    index_transcripts(session=session, texts={key: texts[key] for key in keys})
    return keys


def unindex_transcripts(*, session: Session, keys: Sequence[str]) -> None:
    """Takes transcripts out of the index, before their turns are deleted.

    On SQLite the full-text index must be told what it was given; its files lose that when they are next merged, at
    the latest by `tidy_index`.
    """
    found = session.execute(select(_SPOKEN.id, _SPOKEN.transcript_key).where(_SPOKEN.transcript_key.in_(keys))).all()
    if found and _sqlite(session):
        texts = _texts(session, [key for _, key in found])
        _take_out(session, {id_: " ".join(map(_token, _pairs(texts[key]))) for id_, key in found})
    session.execute(delete(SpokenRecord).where(_SPOKEN.transcript_key.in_(keys)))


def tidy_index(*, session: Session) -> None:
    """Rids the full-text index of SQLite of all that it has of transcripts that are gone; it reads all of it."""
    if not _sqlite(session):
        return
    session.execute(text("CREATE VIRTUAL TABLE temp.spoken_terms USING fts5vocab(main, spoken_index, instance)"))
    left = text("SELECT doc, term FROM temp.spoken_terms WHERE doc NOT IN (SELECT id FROM spoken)")
    terms: dict[int, list[str]] = defaultdict(list)
    for id_, term in session.execute(left):
        terms[id_].append(term)
    session.execute(text("DROP TABLE temp.spoken_terms"))
    if terms:
        _take_out(session, {id_: " ".join(found) for id_, found in terms.items()})
    session.execute(text("INSERT INTO spoken_index(spoken_index) VALUES ('optimize')"))


def count_missing(*, session: Session) -> int:
    """How many transcripts cannot be found by a search yet."""
    heard = select(func.count()).where(_TRANSCRIPT.words_removed_at.is_(None))
    indexed = select(func.count()).select_from(SpokenRecord)
    return int(session.execute(heard).scalar_one() - session.execute(indexed).scalar_one())


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


def _texts(session: Session, keys: Sequence[str]) -> dict[str, list[str]]:
    query = select(_TURN.transcript_key, _TURN.text).where(_TURN.transcript_key.in_(keys))
    texts: dict[str, list[str]] = defaultdict(list)
    for key, said in session.execute(query):
        texts[key].append(said)
    return texts


def _take_out(session: Session, pairs: Mapping[int, str]) -> None:
    session.execute(
        text("INSERT INTO spoken_index(spoken_index, rowid, pairs) VALUES ('delete', :id, :pairs)"),
        [{"id": id_, "pairs": said} for id_, said in pairs.items()],
    )


def _pairs(turns: Iterable[str]) -> list[int]:
    # Imported by all that uses the store, most of which indexes nothing: readings take a second to load.
    from qa.search.sounds import heard, pairs

    return sorted({pair for said in turns for pair in pairs(heard(said).sounds)})


def _token(pair: int) -> str:
    return f"p{pair:x}"


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
