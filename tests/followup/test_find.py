"""What a call leaves to be done, by when, how urgent; and what is no reason to do anything."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from qa.call import LOCAL, Call
from qa.errors import ConfigError
from qa.followup.due import due_at
from qa.followup.find import follow_ups
from qa.followup.order import Order, read_orders
from qa.followup.orders import differences, missing, unfollowed
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet
from tests.builders import OPENING, make_call, make_meta, make_turn

AT = datetime(2026, 3, 11, 9, 15, tzinfo=LOCAL)


@pytest.fixture(scope="module")
def heating(rules_dir: Path) -> RuleSet:
    return load_rulebook(rules_dir).rulesets["heating"]


def call(*said: str, **meta: Any) -> Call:
    """A call in which customer (客) and agent (坐) say this after the opening."""
    turns, now = [make_turn("agent", 0.5, 5.5, OPENING)], 6.0
    for line in said:
        role, words = ("customer" if line[0] == "客" else "agent"), line[1:]
        turns.append(make_turn(role, now, now + 0.25 * len(words), words))
        now += 0.25 * len(words) + 0.6
    return make_call(*turns, meta=make_meta(started_at=AT, **meta))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("我半小时之内给您回电话", "2026-03-11T09:45:00+08:00"),
        ("两个小时后再联系您", "2026-03-11T11:15:00+08:00"),
        ("15分钟给您回复", "2026-03-11T09:30:00+08:00"),
        ("三个工作日内答复您", "2026-03-14T09:15:00+08:00"),
        ("二十四小时之内", "2026-03-12T09:15:00+08:00"),
        ("我今天给您回电话", "2026-03-11T18:00:00+08:00"),
        ("明天给您答复", "2026-03-12T18:00:00+08:00"),
        ("稍后给您回电话", "2026-03-12T09:15:00+08:00"),
    ],
)
def test_by_when(said: str, expected: str) -> None:
    assert due_at(said, AT) == datetime.fromisoformat(expected)


def test_tonight_is_not_over_yet() -> None:
    late = datetime(2026, 3, 11, 20, 0, tzinfo=LOCAL)
    assert due_at("今晚给您回电话", late) == datetime(2026, 3, 11, 23, 59, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("lines", "meta", "kinds", "priority"),
    [
        (("客我家暖气不热", "坐我问清楚了再给您回电话"), {}, ["promise"], 0),
        (("客我要投诉,你们的维修工人态度太差了", "坐非常抱歉"), {}, ["complaint"], 1),
        (("客我家暖气不热", "坐好的"), {"complaint": True}, ["complaint"], 1),
        (("客家里漏水了,赶快派人来", "坐我半小时之内再给您回电话"), {}, ["promise"], 2),
        (("客家里漏水了,赶快派人来", "坐好的,马上安排"), {}, [], 0),
        (("客我家暖气不热", "坐师傅稍后会跟您联系"), {}, [], 0),
        (("客你给我回个电话", "坐好的,请您稍等"), {}, [], 0),
    ],
)
def test_what_is_left_to_do(heating: RuleSet, lines: Any, meta: Any, kinds: list[str], priority: int) -> None:
    found = follow_ups(call(*lines, **meta), heating)
    assert [d.kind for d in found] == kinds
    assert all(d.priority == priority and d.call_id == "c1" for d in found)


def test_a_promise_is_due_as_the_agent_said(heating: RuleSet) -> None:
    (found,) = follow_ups(call("客我家暖气不热", "坐我半小时之内再给您回电话"), heating)
    assert 30 * 60 <= (found.due_at - AT).total_seconds() < 31 * 60
    assert "回电话" in found.said and found.at_s is not None and found.at_s > 6


def test_who_calls_again_comes_first(heating: RuleSet) -> None:
    (found,) = follow_ups(call("坐我问清楚了再给您回电话"), heating, repeated=True)
    assert (found.priority, found.reasons) == (1, ("多次来电",))


PHONE = ("坐请留一下联系电话", "客幺三八,零幺三六,五四二七", "坐幺三八,零幺三六,五四二七,是吗", "客是的")
ADDRESS = ("坐请问您的具体地址", "客朝阳区望京花园六号楼二单元一零三室", "坐望京花园六号楼二单元一零三室,对吗", "客对")


@pytest.mark.parametrize(
    ("lines", "order", "kinds"),
    [
        (PHONE, {"phone": "13801365427"}, []),
        (PHONE, {"phone": "138-0136-5427"}, []),
        (PHONE, {"phone": "13901985427"}, ["phone-differs"]),
        (PHONE, {"phone": "15266778899"}, ["phone-differs"]),
        (PHONE, {"phone": ""}, []),
        (("客我家暖气不热",), {"phone": "13901985427"}, []),
        (ADDRESS, {"address": "朝阳区望京花园6号楼2单元103"}, []),
        (ADDRESS, {"address": "望京花园六号楼二单元103室"}, []),
        (ADDRESS, {"address": "海淀区清河路12号院3号楼502"}, ["address-differs"]),
        (("客我家暖气不热",), {"address": "海淀区清河路12号院3号楼502"}, []),
    ],
)
def test_orders_are_held_against_what_was_said(
    heating: RuleSet, lines: tuple[str, ...], order: dict[str, str], kinds: list[str]
) -> None:
    found = differences(call(*lines), heating, Order(order_id="o1", **order))
    assert [d.kind for d in found] == kinds


def test_registered_with_no_order(heating: RuleSet) -> None:
    said = call("客我家暖气不热", "坐已经给您登记上了")
    found = missing(said, heating, [])
    assert found is not None and found.kind == "order-missing" and "登记" in found.said
    assert missing(said, heating, [Order(order_id="o1")]) is None
    assert missing(call("客我家暖气不热", "坐请问您贵姓"), heating, []) is None


def test_a_closed_order_is_followed_up_within_two_days() -> None:
    order = Order.model_validate({"order_id": "o1", "closed_at": AT})
    assert unfollowed(order, False, datetime(2026, 3, 13, 9, 0, tzinfo=LOCAL)) is None
    assert unfollowed(order, True, datetime(2026, 3, 20, tzinfo=LOCAL)) is None
    late = unfollowed(order, False, datetime(2026, 3, 13, 9, 30, tzinfo=LOCAL))
    assert late is not None and late.order_id == "o1"


def test_orders_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    text = "order_id,call_id,phone,closed_at,备注\n001,c1,13801365427,2026-03-11 10:00,急\n002,,,gestern,\n,c3,,,\n"
    path.write_bytes(text.encode("gb18030"))
    read = read_orders(path)
    assert [(o.order_id, o.phone) for o in read.orders] == [("001", "13801365427")]
    assert read.orders[0].closed_at == datetime(2026, 3, 11, 10, 0, tzinfo=LOCAL)
    assert ["orders.csv:3: closed_at" in read.problems[0], "orders.csv:4: order_id" in read.problems[1]] == [True, True]
    path.write_text("id\n1\n")
    with pytest.raises(ConfigError, match="order_id"):
        read_orders(path)
