"""Stored calls page by page, to go through a whole archive with a few of them in memory at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from qa.call import CallMeta, Channels, Role, Speech, Turn, Word
from qa.store.engine import reading
from qa.store.loading import load_meta
from qa.store.tables import CallRecord, SpeechRecord, TranscriptRecord, TurnRecord
from qa.store.transcripts import StoredTranscript


@dataclass(frozen=True, slots=True)
class Archived:
    """A stored call as it can be scored again; the transcript comes without its waveform."""

    meta: CallMeta
    transcript: StoredTranscript


def count_archived(*, session: Session) -> int:
    """How many stored calls have a transcript."""
    query = select(func.count()).select_from(CallRecord).where(col(CallRecord.transcript_key).is_not(None))
    return int(session.execute(query).scalar_one())


def archived_ids(*, engine: Engine, page: int) -> Iterator[list[str]]:
    """The ids of all calls that have a transcript, sorted, `page` at a time; each page is a query of its own."""
    last = ""
    while True:
        query = (
            select(CallRecord.call_id)
            .where(col(CallRecord.transcript_key).is_not(None), col(CallRecord.call_id) > last)
            .order_by(col(CallRecord.call_id))
            .limit(page)
        )
        with reading(engine) as session:
            ids = list(session.execute(query).scalars())
        if not ids:
            return
        yield ids
        last = ids[-1]


def load_archived(*, session: Session, call_ids: Sequence[str]) -> list[Archived]:
    """Those of the calls that have a transcript, in the order of their ids, by four queries in all."""
    calls = session.exec(
        select(CallRecord).where(col(CallRecord.call_id).in_(call_ids)).order_by(col(CallRecord.call_id))
    ).all()
    keys = sorted({c.transcript_key for c in calls if c.transcript_key})
    turns, speech = _turns(session, keys), _speech(session, keys)
    transcripts = {
        row.key: StoredTranscript(
            source=row.source,
            audio_sha256=row.audio_sha256,
            engine=row.engine,
            channels=cast(Channels, row.channels),
            duration_s=row.duration_s,
            turns=tuple(turns[row.key]),
            speech=tuple(speech[row.key]),
            speech_measured=row.speech_measured,
            notes=tuple(row.notes),
        )
        for row in _heads(session, keys)
    }
    return [Archived(load_meta(c), transcripts[c.transcript_key]) for c in calls if c.transcript_key in transcripts]


def _heads(session: Session, keys: list[str]) -> Sequence[Any]:
    """The rows of the transcripts without their waveforms, which are most of their bytes."""
    table = TranscriptRecord
    columns: Any = (
        table.key,
        table.source,
        table.audio_sha256,
        table.engine,
        table.channels,
        table.duration_s,
        table.speech_measured,
        table.notes,
    )
    return session.execute(select(*columns).where(col(table.key).in_(keys))).all()


def _turns(session: Session, keys: list[str]) -> dict[str, list[Turn]]:
    table = TurnRecord
    columns: Any = (
        table.transcript_key,
        table.role,
        table.start_s,
        table.end_s,
        table.text,
        table.confidence,
        table.role_confidence,
        table.words,
        table.level_db,
        table.mandarin,
        table.alternatives,
    )
    query = select(*columns).where(col(table.transcript_key).in_(keys)).order_by(table.transcript_key, table.position)
    turns: dict[str, list[Turn]] = defaultdict(list)
    for key, role, start_s, end_s, text, confidence, sure, words, level_db, mandarin, others in session.execute(query):
        said = tuple(Word(float(w[0]), float(w[1]), str(w[2]), float(w[3])) for w in words)
        heard = (level_db, mandarin, tuple(others or ()))
        turns[key].append(Turn(cast(Role, role), start_s, end_s, text, confidence, said, sure, *heard))
    return turns


def _speech(session: Session, keys: list[str]) -> dict[str, list[Speech]]:
    table = SpeechRecord
    columns: Any = (table.transcript_key, table.role, table.start_s, table.end_s)
    query = select(*columns).where(col(table.transcript_key).in_(keys)).order_by(table.transcript_key, table.position)
    spans: dict[str, list[Speech]] = defaultdict(list)
    for key, role, start_s, end_s in session.execute(query):
        spans[key].append(Speech(cast(Role, role), start_s, end_s))
    return spans
