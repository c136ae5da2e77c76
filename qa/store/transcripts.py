"""Transcripts in the store, kept by what they were made from and found again before transcribing anew."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlmodel import Session, col, delete, select

from qa.call import Channels, Role, Speech, Turn, Word
from qa.store.tables import CallRecord, SpeechRecord, TranscriptRecord, TurnRecord

Peaks = tuple[tuple[float, ...], ...]

_SWAPPED: dict[Role, Role] = {"agent": "customer", "customer": "agent", "unknown": "unknown"}


@dataclass(frozen=True, slots=True)
class StoredTranscript:
    """A transcript with what it was made from.

    `source` is the hash of the recording's bytes, or of the text where a transcript was given (then
    `audio_sha256` is None). `engine` names model and options. `hint` is the side that the metadata named.
    `peaks`: one row a channel, each bin the largest amplitude (0–1).
    """

    source: str
    audio_sha256: str | None
    engine: str
    hint: Channels | None
    channels: Channels
    duration_s: float
    turns: tuple[Turn, ...]
    speech: tuple[Speech, ...]
    speech_measured: bool = True
    notes: tuple[str, ...] = ()
    peaks: Peaks = ()

    @property
    def key(self) -> str:
        """The transcript's primary key: 64 hex digits."""
        made_from = "\0".join((self.source, self.engine, self.hint or "auto"))
        return hashlib.sha256(made_from.encode()).hexdigest()


def swap_sides(transcript: StoredTranscript, channels: Channels) -> StoredTranscript:
    """The same words with agent and customer exchanged: the metadata has put the agent on the other side."""
    return replace(
        transcript,
        hint=channels,
        channels=channels,
        turns=tuple(replace(t, role=_SWAPPED[t.role]) for t in transcript.turns),
        speech=tuple(replace(s, role=_SWAPPED[s.role]) for s in transcript.speech),
    )


def find_transcript(
    *, session: Session, source: str, engine: str, hint: Channels | None
) -> StoredTranscript | None:
    """The stored transcript that serves for this audio, engine and side hint, or None.

    A transcript whose sides were decided otherwise serves with the sides exchanged; one that was mixed down
    to mono serves only where mono is wanted, or where the audio was found to be mono.
    """
    rows = session.exec(
        select(TranscriptRecord)
        .where(TranscriptRecord.source == source, TranscriptRecord.engine == engine)
        .order_by(col(TranscriptRecord.hint))
    ).all()
    exact = [r for r in rows if r.hint == (hint or "auto")]
    if exact:
        return _load(session, exact[0])
    for row in rows:
        if hint is None:
            if row.channels != "mono" or row.hint != "mono":
                return _load(session, row)
        elif row.channels == hint:
            return replace(_load(session, row), hint=hint)
        elif "mono" not in (row.channels, hint):
            return swap_sides(_load(session, row), hint)
    return None


def load_transcript(*, session: Session, key: str) -> StoredTranscript | None:
    """One transcript with its turns and words, or None."""
    row = session.get(TranscriptRecord, key)
    return _load(session, row) if row else None


def save_transcript(*, session: Session, transcript: StoredTranscript) -> str:
    """Stores a transcript unless it is there already; returns its key."""
    key = transcript.key
    if session.get(TranscriptRecord, key) is not None:
        return key
    session.add(
        TranscriptRecord(
            key=key,
            source=transcript.source,
            audio_sha256=transcript.audio_sha256,
            engine=transcript.engine,
            hint=transcript.hint or "auto",
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
        )
        for i, t in enumerate(transcript.turns)
    )
    session.add_all(
        SpeechRecord(transcript_key=key, position=i, role=s.role, start_s=s.start_s, end_s=s.end_s)
        for i, s in enumerate(transcript.speech)
    )
    session.flush()
    return key


def drop_unused_text(*, session: Session, key: str) -> None:
    """Deletes a given transcript that no call refers to any more; those of audio stay for later runs."""
    row = session.get(TranscriptRecord, key)
    if row is None or row.audio_sha256 is not None:
        return
    if session.exec(select(CallRecord.call_id).where(CallRecord.transcript_key == key)).first() is None:
        session.execute(delete(TurnRecord).where(col(TurnRecord.transcript_key) == key))
        session.execute(delete(SpeechRecord).where(col(SpeechRecord.transcript_key) == key))
        session.delete(row)
        session.flush()


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
    return StoredTranscript(
        source=row.source,
        audio_sha256=row.audio_sha256,
        engine=row.engine,
        hint=None if row.hint == "auto" else cast(Channels, row.hint),
        channels=cast(Channels, row.channels),
        duration_s=row.duration_s,
        turns=turns_of(session, row.key),
        speech=speech_of(session, row.key),
        speech_measured=row.speech_measured,
        notes=tuple(row.notes),
        peaks=unpack_peaks(row.peaks, row.peaks_channels),
    )
