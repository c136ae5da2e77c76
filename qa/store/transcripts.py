"""Transcripts in the store, kept by what they were made from and found again before transcribing anew."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from sqlmodel import Session, col, delete, select

from qa.call import Channels, Role, Speech, Turn, Word
from qa.store.packing import pack_turns, readable
from qa.store.spoken import index_transcripts, unindex_transcripts
from qa.store.tables import CallRecord, PreparedRecord, SpeechRecord, TranscriptRecord, TurnRecord

Peaks = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class StoredTranscript:
    """A transcript with what it was made from.

    `source` is the hash of the recording's bytes, or of the text where a transcript was given (then
    `audio_sha256` is None). `engine` names model and options. `peaks`: one row a channel, each bin the largest
    amplitude (0–1). `phones` are the syllables of the turns as `qa.phonetics.packed` keeps them; they follow from the
    texts and may be missing. `sides_by` is a hash of what agent and customer were told apart by, where that is known.
    """

    source: str
    audio_sha256: str | None
    engine: str
    channels: Channels
    duration_s: float
    turns: tuple[Turn, ...]
    speech: tuple[Speech, ...]
    speech_measured: bool = True
    notes: tuple[str, ...] = ()
    peaks: Peaks = ()
    phones: bytes | None = field(default=None, compare=False, repr=False)
    sides_by: str | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The transcript's primary key, 64 hex digits: the words follow from source and engine, the roles not."""
        roles = [(turn.role, turn.role_confidence) for turn in self.turns]
        made_from = repr((self.source, self.engine, self.channels, self.notes, roles))
        return hashlib.sha256(made_from.encode()).hexdigest()


def find_transcript(*, session: Session, source: str, engine_of: Callable[[Channels], str]) -> StoredTranscript | None:
    """A stored transcript of this audio by the engine that would be used for such channels, or None."""
    rows = session.exec(
        select(TranscriptRecord)
        .where(TranscriptRecord.audio_sha256 == source, col(TranscriptRecord.words_removed_at).is_(None))
        .order_by(col(TranscriptRecord.created_at).desc(), col(TranscriptRecord.key))
    ).all()
    for row in rows:
        if row.engine == engine_of(cast(Channels, row.channels)):
            return _load(session, row)
    return None


def load_transcript(*, session: Session, key: str) -> StoredTranscript | None:
    """One transcript with its turns and words, or None where there is none any more."""
    row = session.get(TranscriptRecord, key)
    return _load(session, row) if row and row.words_removed_at is None else None


def save_transcript(*, session: Session, transcript: StoredTranscript) -> str:
    """Stores a transcript, or only its prepared form where the transcript is there already; returns its key.

    One whose words were removed has them again: a younger call has the same recording.
    """
    key = transcript.key
    known = session.get(TranscriptRecord, key)
    if known is not None and known.words_removed_at is None:
        renew_prepared(session=session, transcript=transcript)
        return key
    session.merge(
        TranscriptRecord(
            key=key,
            source=transcript.source,
            audio_sha256=transcript.audio_sha256,
            engine=transcript.engine,
            channels=transcript.channels,
            duration_s=transcript.duration_s,
            speech_measured=transcript.speech_measured,
            notes=list(transcript.notes),
            peaks=pack_peaks(transcript.peaks),
            peaks_channels=len(transcript.peaks),
            created_at=datetime.now(UTC),
        )
    )
    session.flush()
    session.add_all(
        TurnRecord(
            transcript_key=key,
            position=i,
            role=t.role,
            start_s=t.start_s,
            end_s=t.end_s,
            text=t.text,
            confidence=t.confidence,
            role_confidence=t.role_confidence,
            words=[[w.start_s, w.end_s, w.text, w.confidence] for w in t.words],
            level_db=t.level_db,
            mandarin=t.mandarin,
            alternatives=list(t.alternatives) or None,
        )
        for i, t in enumerate(transcript.turns)
    )
    session.add_all(
        SpeechRecord(transcript_key=key, position=i, role=s.role, start_s=s.start_s, end_s=s.end_s)
        for i, s in enumerate(transcript.speech)
    )
    session.flush()
    renew_prepared(session=session, transcript=transcript)
    index_transcripts(session=session, texts={key: [t.text for t in transcript.turns]})
    session.flush()
    return key


def renew_prepared(*, session: Session, transcript: StoredTranscript) -> None:
    """Keeps the prepared form of a transcript whose turns are stored; syllables once kept are never lost again."""
    key = transcript.key
    row = session.get(TranscriptRecord, key)
    if row is not None and row.words_removed_at is not None:
        return
    former = session.get(PreparedRecord, key)
    if former is None or not readable(former.turns):
        turns = pack_turns(turns_of(session, key), speech_of(session, key))
        phones = transcript.phones or (former.phones if former else None)
        made = PreparedRecord(transcript_key=key, turns=turns, phones=phones, sides_by=transcript.sides_by)
        session.merge(made)
    else:
        former.phones = transcript.phones or former.phones
        former.sides_by = transcript.sides_by or former.sides_by


def drop_unused(*, session: Session, key: str) -> None:
    """Deletes a transcript that no call refers to any more."""
    if session.exec(select(CallRecord.call_id).where(CallRecord.transcript_key == key)).first() is None:
        delete_words(session=session, keys=[key])
        session.execute(delete(TranscriptRecord).where(col(TranscriptRecord.key) == key))


def delete_words(*, session: Session, keys: Sequence[str]) -> None:
    """Deletes what was said by these transcripts: turns, spans, prepared forms, and their places in the index."""
    unindex_transcripts(session=session, keys=keys)
    for table in (TurnRecord, SpeechRecord, PreparedRecord):
        session.execute(delete(table).where(col(table.transcript_key).in_(keys)))


def pack_peaks(peaks: Sequence[Sequence[float]]) -> bytes | None:
    """Amplitudes (0–1) to one byte a bin; all rows have the same length."""
    if not peaks:
        return None
    return bytes(min(255, max(0, round(p * 255))) for row in peaks for p in row)


def unpack_peaks(packed: bytes | None, channels: int) -> Peaks:
    """The inverse of `pack_peaks`, to within 1/255."""
    if not packed or channels < 1:
        return ()
    bins = len(packed) // channels
    return tuple(tuple(b / 255 for b in packed[i * bins : (i + 1) * bins]) for i in range(channels))


def turns_of(session: Session, key: str) -> tuple[Turn, ...]:
    """The turns of a transcript in order."""
    rows = session.exec(
        select(TurnRecord).where(TurnRecord.transcript_key == key).order_by(col(TurnRecord.position))
    ).all()
    return tuple(
        Turn(
            role=cast(Role, r.role),
            start_s=r.start_s,
            end_s=r.end_s,
            text=r.text,
            confidence=r.confidence,
            role_confidence=r.role_confidence,
            words=tuple(_word(w) for w in r.words),
            level_db=r.level_db,
            mandarin=r.mandarin,
            alternatives=tuple(r.alternatives or ()),
        )
        for r in rows
    )


def speech_of(session: Session, key: str) -> tuple[Speech, ...]:
    """The speech spans of a transcript in order."""
    rows = session.exec(
        select(SpeechRecord).where(SpeechRecord.transcript_key == key).order_by(col(SpeechRecord.position))
    ).all()
    return tuple(Speech(cast(Role, r.role), r.start_s, r.end_s) for r in rows)


def _word(values: list[Any]) -> Word:
    start_s, end_s, text, confidence = values
    return Word(float(start_s), float(end_s), str(text), float(confidence))


def _load(session: Session, row: TranscriptRecord) -> StoredTranscript:
    form = session.get(PreparedRecord, row.key)
    return StoredTranscript(
        source=row.source,
        audio_sha256=row.audio_sha256,
        engine=row.engine,
        channels=cast(Channels, row.channels),
        duration_s=row.duration_s,
        turns=turns_of(session, row.key),
        speech=speech_of(session, row.key),
        speech_measured=row.speech_measured,
        notes=tuple(row.notes),
        peaks=unpack_peaks(row.peaks, row.peaks_channels),
        phones=form.phones if form else None,
        sides_by=form.sides_by if form else None,
    )
