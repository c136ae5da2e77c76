"""Stored calls page by page, to go through a whole archive with a few of them in memory at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy import Engine, and_, case
from sqlmodel import Session, SQLModel, col, func, select

from qa.call import LOCAL, CallMeta, Channels, Role, Speech, Turn, Word
from qa.store.engine import reading
from qa.store.loading import load_meta
from qa.store.packing import readable, unpack_turns
from qa.store.patience import patiently
from qa.store.tables import CallRecord, PreparedRecord, SpeechRecord, TranscriptRecord, TurnRecord
from qa.store.transcripts import StoredTranscript

_HEARD = (col(CallRecord.transcript_key).is_not(None), col(CallRecord.words_removed_at).is_(None))
"""The condition on calls that what was said in them is there."""
FORGOTTEN = "what was said was removed, since it was kept long enough (qa forget)"


@dataclass(frozen=True, slots=True)
class Archived:
    """A stored call as it can be scored again; the transcript comes without its waveform."""

    meta: CallMeta
    transcript: StoredTranscript


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored call without its transcript, which `transcript_key` names.

    `ruleset_sha256` is that of the rules by which the stored result was made; None where there is no score. `run_id`
    is the run that made it.
    """

    meta: CallMeta
    transcript_key: str
    ruleset_sha256: str | None
    run_id: int | None


def count_archived(*, session: Session) -> tuple[int, int]:
    """How many stored calls have a transcript with its words, and how many have none."""
    having = func.count(case((and_(*_HEARD), 1)))
    heard, all_ = session.execute(select(having, func.count()).select_from(CallRecord)).one()
    return heard, all_ - heard


def count_forgotten(*, session: Session) -> int:
    """Of how many stored calls the words were removed, so that they keep their score whatever the rules."""
    gone = col(CallRecord.words_removed_at).is_not(None)
    return int(session.execute(select(func.count()).select_from(CallRecord).where(gone)).scalar_one())


def forgotten_among(*, session: Session, call_ids: Sequence[str]) -> set[str]:
    """Those of the calls whose words were removed."""
    gone = (col(CallRecord.call_id).in_(call_ids), col(CallRecord.words_removed_at).is_not(None))
    return set(session.execute(select(CallRecord.call_id).where(*gone)).scalars())


def ids_since(*, session: Session, day: date | None) -> list[str]:
    """The ids, sorted, of the calls that have a transcript and started on a local day or later (None: of all)."""
    query = select(CallRecord.call_id).where(*_HEARD)
    if day is not None:
        query = query.where(col(CallRecord.started_at) >= datetime.combine(day, time(), tzinfo=LOCAL))
    return list(session.exec(query.order_by(col(CallRecord.call_id))).all())


def archived_ids(*, engine: Engine, page: int) -> Iterator[list[str]]:
    """The ids of all calls that have a transcript, sorted, `page` at a time; each page is a query of its own."""
    ids = _ids_after(engine, "", page)
    while ids:
        yield ids
        ids = _ids_after(engine, ids[-1], page)


@patiently
def _ids_after(engine: Engine, last: str, page: int) -> list[str]:
    query = (
        select(CallRecord.call_id)
        .where(*_HEARD, col(CallRecord.call_id) > last)
        .order_by(col(CallRecord.call_id))
        .limit(page)
    )
    with reading(engine) as session:
        return list(session.execute(query).scalars())


def load_archived(*, session: Session, call_ids: Sequence[str]) -> list[Archived]:
    """Those of the calls that have a transcript, in the order of their ids."""
    entries = load_entries(session=session, call_ids=call_ids)
    transcripts = load_transcripts(session=session, keys=[e.transcript_key for e in entries])
    return [Archived(e.meta, transcripts[e.transcript_key]) for e in entries if e.transcript_key in transcripts]


def load_entries(*, session: Session, call_ids: Sequence[str]) -> list[Entry]:
    """The same calls without their transcripts."""
    # Columns, not objects of the session, which would keep track of every one of them.
    table, columns = CallRecord, SQLModel.metadata.tables["call"].columns
    wanted = (col(table.call_id).in_(call_ids), *_HEARD)
    rows: Sequence[Any] = session.execute(select(*columns).where(*wanted).order_by(col(table.call_id))).all()
    return [
        Entry(load_meta(r), r.transcript_key, r.ruleset_sha256 if r.status == "scored" else None, r.run_id)
        for r in rows
    ]


def load_transcripts(*, session: Session, keys: Sequence[str]) -> dict[str, StoredTranscript]:
    """The transcripts by their keys, from their prepared forms where these can be read."""
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
            # Without a prepared form to read there is none of its syllables either: both are to be made anew.
            phones=row.phones if readable(row.turns) else None,
            sides_by=row.sides_by,
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
        form.sides_by,
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
