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
from qa.store.packing import unpack_turns
from qa.store.tables import CallRecord, PreparedRecord, SpeechRecord, TranscriptRecord, TurnRecord
from qa.store.transcripts import StoredTranscript

CHUNK = 500
"""Keys in one query; databases limit how many values a query may have."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A stored call as it can be scored again; the transcript comes without its waveform.

    `ruleset_sha256` is that of the rules by which the stored result was made; None where there is none.
    """

    meta: CallMeta
    transcript: StoredTranscript
    ruleset_sha256: str | None = None


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
    """Those of the calls that have a transcript, in the order of their ids."""
    calls = [row for chunk in _chunks(sorted(call_ids)) for row in _calls(session, chunk)]
    keys = sorted({row.transcript_key for row in calls})
    transcripts = {key: t for chunk in _chunks(keys) for key, t in _transcripts(session, chunk).items()}
    return [
        Archived(
            load_meta(row), transcripts[row.transcript_key], row.ruleset_sha256 if row.status == "scored" else None
        )
        for row in calls
        if row.transcript_key in transcripts
    ]


def _calls(session: Session, call_ids: Sequence[str]) -> Sequence[Any]:
    table = CallRecord
    query = (
        # Columns, not objects of the session: of those there would be one a call to keep track of.
        select(*table.__table__.columns)  # type: ignore[attr-defined]
        .where(col(table.call_id).in_(call_ids), col(table.transcript_key).is_not(None))
        .order_by(col(table.call_id))
    )
    return session.execute(query).all()


def _transcripts(session: Session, keys: Sequence[str]) -> dict[str, StoredTranscript]:
    heads = _heads(session, keys)
    parts = {row.key: unpack_turns(row.turns) for row in heads}
    if bare := [key for key, part in parts.items() if part is None]:
        turns, speech = _turns(session, bare), _speech(session, bare)
        parts |= {key: (tuple(turns[key]), tuple(speech[key])) for key in bare}
    transcripts = {}
    for row in heads:
        part = parts[row.key]
        assert part is not None
        transcripts[row.key] = StoredTranscript(
            source=row.source,
            audio_sha256=row.audio_sha256,
            engine=row.engine,
            channels=cast(Channels, row.channels),
            duration_s=row.duration_s,
            turns=part[0],
            speech=part[1],
            speech_measured=row.speech_measured,
            notes=tuple(row.notes),
            phones=row.phones,
        )
    return transcripts


def _heads(session: Session, keys: Sequence[str]) -> Sequence[Any]:
    """The rows of the transcripts with their prepared form, without their waveforms."""
    table, form = TranscriptRecord, PreparedRecord
    columns: Any = (
        table.key,
        table.source,
        table.audio_sha256,
        table.engine,
        table.channels,
        table.duration_s,
        table.speech_measured,
        table.notes,
        form.turns,
        form.phones,
    )
    query = select(*columns).outerjoin(form, col(form.transcript_key) == col(table.key)).where(col(table.key).in_(keys))
    return session.execute(query).all()


def _turns(session: Session, keys: Sequence[str]) -> dict[str, list[Turn]]:
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


def _speech(session: Session, keys: Sequence[str]) -> dict[str, list[Speech]]:
    table = SpeechRecord
    columns: Any = (table.transcript_key, table.role, table.start_s, table.end_s)
    query = select(*columns).where(col(table.transcript_key).in_(keys)).order_by(table.transcript_key, table.position)
    spans: dict[str, list[Speech]] = defaultdict(list)
    for key, role, start_s, end_s in session.execute(query):
        spans[key].append(Speech(cast(Role, role), start_s, end_s))
    return spans


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]
