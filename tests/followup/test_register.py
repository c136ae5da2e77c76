"""The register on both engines: found items come in once, are taken, reminded of, closed; each sees the own."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.access import Scope
from qa.call import LOCAL
from qa.cli import main
from qa.errors import ConfigError
from qa.followup.item import Draft
from qa.followup.order import Order
from qa.followup.scan import scan
from qa.rules.loader import load_rulebook
from qa.store import audit
from qa.store.engine import open_store, reading, writing
from qa.store.filters import CallFilter
from qa.store.followups import (
    add_items,
    close,
    count_items,
    list_items,
    postpone,
    remind,
    reopen,
    save_orders,
    take,
)
from qa.store.saving import save_result, start_run
from tests.builders import make_call, make_meta, make_result, make_transcript, make_turn

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=LOCAL)
DAY = CallFilter(date_from=date(2026, 3, 11), date_to=date(2026, 3, 11))


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")


@pytest.fixture
def register(db: str) -> Iterator[Engine]:
    """Three calls: a promise to a caller who calls twice, registered without an order, and nothing to do."""
    engine = open_store(db)
    said = {
        "first": "好的,请问还有什么可以帮您",
        "promised": "我半小时之内再给您回电话",
        "registered": "已经给您登记上了",
    }
    with writing(engine) as session:
        run = start_run(session=session, command="run", total=len(said))
        for hour, (call_id, words) in enumerate(said.items(), start=9):
            meta = make_meta(
                call_id,
                team="甲" if call_id == "promised" else "乙",
                caller="x" if call_id != "registered" else None,
                started_at=datetime(2026, 3, 11, hour, tzinfo=LOCAL),
            )
            turns = (make_turn("customer", 1.0, 3.0, "我家暖气不热"), make_turn("agent", 4.0, 8.0, words))
            result = make_result(call_id, meta=meta)
            transcript = make_transcript(make_call(*turns, meta=meta), source=(call_id * 64)[:64])
            save_result(session=session, result=result, run_id=run, work="transcribed", transcript=transcript)
        opened = (datetime(2026, 3, 11, hour, tzinfo=LOCAL) for hour in (0, 23))
        orders = [Order.model_validate({"order_id": f"o{i}", "opened_at": at}) for i, at in enumerate(opened)]
        save_orders(session=session, orders=orders, now=NOW)
    yield engine
    engine.dispose()


def test_what_is_found_comes_in_once(register: Engine, rules_dir: Path) -> None:
    rulesets = load_rulebook(rules_dir).rulesets
    assert scan(register, rulesets, DAY, now=NOW).added == 2
    assert scan(register, rulesets, DAY, now=NOW + timedelta(hours=1)).added == 0
    with reading(register) as session:
        first, second = list_items(session=session)
        assert (first.kind, first.call_id, first.reasons, first.priority) == ("promise", "promised", ("多次来电",), 1)
        assert (second.kind, second.call_id, second.state) == ("order-missing", "registered", "open")
        assert [i.call_id for i in list_items(session=session, scope=Scope(teams=("甲",)))] == ["promised"]
        assert count_items(session=session, scope=Scope(agent_id="003")) == 0
        assert [i.kind for i in list_items(session=session, overdue_at=NOW)] == ["promise"]


def test_an_item_is_taken_reminded_of_and_closed(register: Engine) -> None:
    draft = Draft("promise", "promised", NOW - timedelta(hours=1))
    with writing(register) as session:
        assert add_items(session=session, drafts=[draft, draft], by="qa", now=NOW) == 1
        (item,) = list_items(session=session)
        take(session=session, item_id=item.id, owner="张三", by="李", now=NOW)
        assert [i.reminders for i in remind(session=session, by="qa", now=NOW)] == [1]
        assert [i.reminders for i in remind(session=session, by="qa", now=NOW + timedelta(hours=2))] == [1]
        assert [i.reminders for i in remind(session=session, by="qa", now=NOW + timedelta(days=1))] == [2]
        postpone(session=session, item_id=item.id, due_at=NOW + timedelta(days=9), by="李", now=NOW, note="客户出差")
        assert remind(session=session, by="qa", now=NOW + timedelta(days=2)) == []
        with pytest.raises(ConfigError, match="note"):
            close(session=session, item_id=item.id, by="张三", now=NOW, note=" ")
        close(session=session, item_id=item.id, by="张三", now=NOW, note="已回电")
        with pytest.raises(ConfigError, match="closed already"):
            take(session=session, item_id=item.id, owner="王", by="李", now=NOW)
        assert count_items(session=session) == 0
        assert list_items(session=session, state="done")[0].closing_note == "已回电"
        reopen(session=session, item_id=item.id, by="李", now=NOW, note="客户又来电")
        (again,) = list_items(session=session)
        assert (again.state, again.owner, again.closing_note) == ("taken", "张三", "")
        with pytest.raises(ConfigError, match="there is none"):
            take(session=session, item_id=999, owner="王", by="李", now=NOW)


def test_what_people_do_with_an_item_is_in_the_audit_log(register: Engine) -> None:
    with writing(register) as session:
        add_items(session=session, drafts=[Draft("promise", "promised", NOW, "我给您回电话")], by="qa", now=NOW)
        (item,) = list_items(session=session)
        take(session=session, item_id=item.id, owner="张三", by="李", now=NOW)
        postpone(session=session, item_id=item.id, due_at=NOW + timedelta(days=1), by="李", now=NOW, note="客户出差")
        remind(session=session, by="qa", now=NOW + timedelta(days=2))
        close(session=session, item_id=item.id, by="张三", now=NOW, note="已回电")
        reopen(session=session, item_id=item.id, by="李", now=NOW, note="客户又来电")
    with reading(register) as session:
        told = audit.entries(session=session, subject=f"follow-up:{item.id}")[::-1]
        assert audit.verify(session=session).faults == ()
    assert [(e.by, e.action, e.reason) for e in told] == [
        ("李", "follow-up taken", ""),
        ("李", "follow-up postponed", "客户出差"),
        ("张三", "follow-up done", "已回电"),
        ("李", "follow-up reopened", "客户又来电"),
    ]
    assert [(e.before["state"], e.before["owner"], e.before["due"]) for e in told[:2]] == [
        ("open", None, "2026-03-12T09:00:00+08:00"),
        ("taken", "张三", "2026-03-12T09:00:00+08:00"),
    ]
    assert (told[1].after["due"], told[2].after["state"]) == ("2026-03-13T09:00:00+08:00", "done")
    assert (told[3].before["note"], told[3].after["note"]) == ("已回电", "")


def test_the_commands(
    register: Engine, db: str, rules_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def qa(*argv: str) -> str:
        with pytest.raises(SystemExit) as stopped:
            main(["follow-up", *argv, "--db", db])
        assert not stopped.value.code
        return capsys.readouterr().out

    (tmp_path / "orders.csv").write_text("order_id,phone\no7,13801365427\n", encoding="utf-8")
    assert qa("orders", str(tmp_path / "orders.csv")).startswith("1 orders imported")
    assert "3 calls gone through, 2 items added" in qa("scan", "--date", "2026-03-11", "--rules", str(rules_dir))
    listed = qa("list")
    number = next(line.split()[0] for line in listed.splitlines() if "promised" in line)
    assert "承诺回电" in listed and "已逾期" in listed and "2 items" in listed
    qa("take", number, "--owner", "张三", "--by", "李")
    assert "负责人 张三" in qa("list", "--overdue")
    qa("close", number, "--note", "已回电", "--by", "张三")
    assert "1 items" in qa("list")
