"""How much a store holds, and what it takes."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from qa.call import LOCAL
from qa.store.days import newest_first
from qa.store.tables import CallRecord, RunRecord, TranscriptRecord


@dataclass(frozen=True, slots=True)
class Size:
    """Calls, the day of the first one, and the bytes of the database with its log.

    `folder` is where a database of a file lies, `recordings` where the recording of the newest call lay: None where
    unknown or elsewhere. `engine` heard the newest call, on `host` the newest run was started.
    """

    calls: int
    since: datetime | None
    database_bytes: int
    folder: Path | None
    recordings: Path | None
    engine: str | None
    host: str | None


def size(*, session: Session) -> Size:
    """The size of a store."""
    # Each by an index of its own: asked for together, the calls would be read one by one.
    calls = session.execute(select(func.count()).select_from(CallRecord)).scalar_one()
    since = session.execute(select(func.min(CallRecord.started_at))).scalar_one()
    newest = select(CallRecord.recording_path, CallRecord.transcript_key).order_by(newest_first(session)).limit(1)
    path, key = session.execute(newest).one_or_none() or (None, None)
    heard = session.get(TranscriptRecord, key) if key else None
    host = session.execute(select(RunRecord.host).order_by(col(RunRecord.id).desc()).limit(1)).scalar_one_or_none()
    file = _file(session)
    return Size(
        calls=calls,
        since=since.astimezone(LOCAL) if since else None,
        database_bytes=_bytes(session, file),
        folder=file.parent if file else None,
        recordings=Path(path).parent if path and "://" not in path else None,
        engine=heard.engine if heard else None,
        host=host,
    )


def _file(session: Session) -> Path | None:
    bind = session.get_bind()
    name = bind.engine.url.database
    return Path(name).resolve() if bind.dialect.name == "sqlite" and name and Path(name).is_file() else None


def _bytes(session: Session, file: Path | None) -> int:
    if session.get_bind().dialect.name == "postgresql":
        return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    parts = (Path(f"{file}{suffix}") for suffix in ("", "-wal", "-shm")) if file else ()
    return sum(part.stat().st_size for part in parts if part.is_file())
