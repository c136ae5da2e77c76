"""Publishing a rule file or a scheme: checked as a whole, written, kept in its versions and told to the audit log."""

import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlmodel import Session, col, select

from qa.errors import ConfigError
from qa.files import atomic
from qa.rules.draft import check_name, drafted
from qa.rules.loader import load_rulebook
from qa.rules.scheme_file import SchemeFile
from qa.rules.source import read_source, validate
from qa.store import audit
from qa.store.tables import PublicationRecord
from qa.store.tariffs import keep_tariffs

SCHEME = "scheme.yaml"
FOUND = ""
"""Who published a version that was found in the folder: nobody knows."""


def publish(
    *, session: Session, rules_dir: Path, file: str, text: str, by: str, note: str, at: datetime | None = None
) -> None:
    """Puts a new text of a file (its path within the rules folder) in place.

    A scheme of another version leaves the former one beside it, as `scheme-….yaml`: the calls of its days are scored
    by it. Raises RuleError with every fault, ConfigError without a note or for what is no rule file; then nothing
    changes.
    """
    at = at or datetime.now(UTC)
    if not note.strip():
        raise ConfigError(f"{file}: say what changes and why")
    check_name(file)
    target = rules_dir / file
    before = target.read_text("utf-8") if target.is_file() else None
    texts = {file: text} | _former_scheme(rules_dir, file, before, text)
    with drafted(rules_dir, texts) as draft:
        book = load_rulebook(draft)
        scheme = _scheme(draft / file) if file == SCHEME else None
    keep_tariffs(session=session, rulesets=tuple(book.rulesets.values()))
    if before is not None:
        _keep(session, file, before, at)
    row = PublicationRecord(
        file=file,
        sha256=_digest(text),
        text=text,
        valid_from=scheme.valid_from if scheme else None,
        note=note.strip(),
        by=by,
        at=at,
    )
    session.add(row)
    audit.record(
        session=session,
        by=by,
        action="published",
        subject=f"rules:{file}",
        before=None if before is None else {"sha256": _digest(before)},
        after={"sha256": row.sha256},
        reason=note.strip(),
        at=at,
    )
    for name, content in texts.items():
        (rules_dir / name).parent.mkdir(parents=True, exist_ok=True)
        with atomic(rules_dir / name) as fresh:
            fresh.write_text(content, "utf-8")


def publications(*, session: Session, file: str | None = None, limit: int = 100) -> list[PublicationRecord]:
    """The versions that were published, of one file or of all, newest first."""
    query = select(PublicationRecord).order_by(col(PublicationRecord.id).desc()).limit(limit)
    if file is not None:
        query = query.where(PublicationRecord.file == file)
    return list(session.exec(query).all())


def _keep(session: Session, file: str, text: str, at: datetime) -> None:
    """A text that stood in the folder without having been published is kept too: one can go back to it."""
    newest = publications(session=session, file=file, limit=1)
    if not newest or newest[0].sha256 != _digest(text):
        found = PublicationRecord(file=file, sha256=_digest(text), text=text, note="", by=FOUND, at=at)
        session.add(found)
        session.flush()


def _former_scheme(rules_dir: Path, file: str, before: str | None, text: str) -> dict[str, str]:
    if file != SCHEME or before is None:
        return {}
    former = _scheme(rules_dir / SCHEME)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / SCHEME
        fresh.write_text(text, "utf-8")
        new = _scheme(fresh)
    if former is None or new is None or former.version == new.version:
        return {}
    return {f"scheme-{former.version}.yaml": before}


def _scheme(path: Path) -> SchemeFile | None:
    source = read_source(path)
    return validate(SchemeFile, source.data, (), source)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
