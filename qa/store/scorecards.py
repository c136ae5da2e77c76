"""Writing scorecards, many at a time: an archive that is scored again has millions of findings."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, delete

from qa.finding import Evidence, Finding
from qa.result import Provenance, Scorecard
from qa.sampling.expected import expected_violations
from qa.store.queues import gravity
from qa.store.tables import EvidenceRecord, FindingRecord, ScorecardRecord

Row = tuple[Any, ...]

MADE_FROM = {
    "audio_sha256": "audio_sha256",
    "engine": "model",
    "ruleset_sha256": "ruleset_sha256",
    "qa_version": "qa_version",
    "scored_at": "scored_at",
}
"""The columns of a scorecard that hold its provenance, with their names there."""
TOTALS = ("score", "fatal", "grade", "needs_review")
FINDING = tuple(f.name for f in fields(Finding) if f.name != "evidence")
EVIDENCE = tuple(f.name for f in fields(Evidence))
COLUMNS = {
    "scorecard": (
        "call_id",
        "run_id",
        "replaces",
        "transcript_key",
        *MADE_FROM,
        *TOTALS,
        "answers",
        "metrics",
        "expected",
    ),
    "finding": ("call_id", "run_id", "position", *FINDING),
    "evidence": ("call_id", "run_id", "finding", "position", *EVIDENCE),
}
_made_from, _totals = attrgetter(*MADE_FROM.values()), attrgetter(*TOTALS)
_finding, _evidence = attrgetter(*FINDING), attrgetter(*EVIDENCE)


@dataclass(frozen=True, slots=True)
class Made:
    """A scorecard with its call and what it was made from.

    `replaces` is set where the call keeps its present result for now: the run that made that (see `ScorecardRecord`).
    """

    call_id: str
    card: Scorecard
    provenance: Provenance
    transcript_key: str | None
    replaces: int | None = None


def add_scorecards(*, session: Session, run_id: int, made: Sequence[Made]) -> None:
    """Stores what a run made of calls, in place of what the same run made of them before."""
    for table in (EvidenceRecord, FindingRecord, ScorecardRecord):
        ours = (col(table.call_id).in_([m.call_id for m in made]), col(table.run_id) == run_id)
        session.execute(delete(table).where(*ours))
    insert_rows(session, "scorecard", [_scorecard_row(m, run_id) for m in made])
    insert_rows(session, "finding", [row for m in made for row in _finding_rows(m, run_id)])
    insert_rows(session, "evidence", [row for m in made for row in _evidence_rows(m, run_id)])
    new = (col(ScorecardRecord.call_id).in_([m.call_id for m in made]), col(ScorecardRecord.run_id) == run_id)
    session.execute(update(ScorecardRecord).where(*new).values(gravity=gravity()))


def _scorecard_row(made: Made, run_id: int) -> Row:
    told = [json.dumps(dict(values), ensure_ascii=False) for values in (made.card.answers, made.card.metrics)]
    head = (made.call_id, run_id, made.replaces, made.transcript_key)
    return (*head, *_made_from(made.provenance), *_totals(made.card), *told, expected_violations(made.card.findings))


def _finding_rows(made: Made, run_id: int) -> Iterable[Row]:
    for i, finding in enumerate(made.card.findings):
        yield (made.call_id, run_id, i, *_finding(finding))


def _evidence_rows(made: Made, run_id: int) -> Iterable[Row]:
    for i, finding in enumerate(made.card.findings):
        for j, quoted in enumerate(finding.evidence):
            yield (made.call_id, run_id, i, j, *_evidence(quoted))


def insert_rows(session: Session, table: str, rows: Sequence[Row]) -> None:
    """Adds rows of `COLUMNS` past the ORM, which takes several times as long; on PostgreSQL by COPY."""
    if not rows:
        return
    connection = session.connection()
    names = ", ".join(f'"{name}"' for name in COLUMNS[table])
    if connection.dialect.name == "postgresql":
        raw: Any = connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(COLUMNS[table]))
        connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))
