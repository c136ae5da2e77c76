"""The audit log names what was done to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from qa.store.audit import entries, record, verify
from qa.store.engine import open_store, reading, writing


def write(store: Engine, rows: int = 4) -> None:
    with writing(store) as session:
        for i in range(rows):
            record(
                session=session,
                by="王",
                action="verdict",
                subject=f"call:c{i}",
                before={"score": 90.0 + i},
                after={"score": 95.0},
                reason="复核",
                at=datetime(2026, 3, 1, 8, i, 0, 123456, tzinfo=UTC),
            )


def faults(store: Engine, head: str | None = None) -> tuple[str, ...]:
    with reading(store) as session:
        return verify(session=session, head=head).faults


def test_a_log_that_nobody_touched(store: Engine) -> None:
    assert faults(store) == ()
    write(store)
    with reading(store) as session:
        found = verify(session=session)
        newest = entries(session=session)[0]
        assert [e.seq for e in entries(session=session, subject="call:c1")] == [2]
    assert (found.rows, found.faults) == (4, ())
    assert faults(store, found.head) == ()
    assert (newest.seq, newest.by, newest.before, newest.after) == (4, "王", {"score": 93.0}, {"score": 95.0})


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE audit SET after = '{\"score\": 60.0}' WHERE seq = 2", ["row 2 was changed (verdict call:c1 by 王)"]),
        ("UPDATE audit SET before = NULL WHERE seq = 1", ["row 1 was changed (verdict call:c0 by 王)"]),
        ("UPDATE audit SET reason = '' WHERE seq = 4", ["row 4 was changed (verdict call:c3 by 王)"]),
        ("UPDATE audit SET \"by\" = '李' WHERE seq = 3", ["row 3 was changed (verdict call:c2 by 李)"]),
        ("DELETE FROM audit WHERE seq = 2", ["row 2 is missing"]),
        ("DELETE FROM audit WHERE seq < 4", ["rows 1 to 3 are missing"]),
        (
            "UPDATE audit SET hash = previous WHERE seq = 2",
            ["row 2 was changed (verdict call:c1 by 王)", "row 3 does not continue row 2"],
        ),
    ],
)
def test_a_tampered_row_is_named(store: Engine, tampering: str, said: list[str]) -> None:
    write(store)
    with store.begin() as connection:
        connection.execute(text(tampering))
    assert list(faults(store)) == said


def test_rows_cut_off_the_end_are_missed_by_an_older_head(store: Engine) -> None:
    write(store)
    with reading(store) as session:
        head = verify(session=session).head
    with store.begin() as connection:
        connection.execute(text("DELETE FROM audit WHERE seq = 4"))
    assert faults(store) == ()
    assert "no row has the hash" in faults(store, head)[0]


def test_many_write_at_once_and_the_chain_holds(db: str) -> None:
    def one(number: int) -> None:
        with writing(open_store(db)) as session:
            record(session=session, by=str(number), action="user", subject="user:x")

    open_store(db).dispose()
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(one, range(12)))
    with reading(open_store(db)) as session:
        found = verify(session=session)
    assert (found.rows, found.faults) == (12, ())
