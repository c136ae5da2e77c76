"""The opening: its parts, the job number, holiday greetings."""

from datetime import datetime
from typing import Any

import pytest

from tests.checks.verdicts import call_of, finding, verdict

ASKS = "客户 9: 我家的暖气不热"


def opened(text: str, **fields: Any) -> Any:
    return call_of(f"坐席 0.5-6: {text}", ASKS, **fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("您好,大龙供暖报修八六七号为您服务,请问您有什么问题?", "passed"),
        ("您好,大龙报修八六七号为您服务,请问有什么可以帮您?", "passed"),
        ("晚上好,大龙供暖八六七号为您服务,请问您有什么问题?", "passed"),
        ("新年好,大龙供暖八六七号为您服务,请问您有什么问题?", "passed"),
        ("宁好,大龙公乱爆羞八六七好为您服务,请问您有什么问体", "passed"),
        ("大龙供暖报修八六七号为您服务,请问您有什么问题?", "violated"),
        ("您好,八六七号为您服务,请问您有什么问题?", "violated"),
        ("您好,大龙供暖报修八六七号为您服务", "violated"),
        ("喂,说", "violated"),
    ],
)
def test_parts_of_the_opening(text: str, expected: str) -> None:
    assert verdict("opening-greeting", opened(text)) == expected


def test_the_reason_names_what_lacks() -> None:
    assert "问候语" in finding("opening-greeting", opened("大龙供暖报修八六七号为您服务,请问您有什么问题?")).reason


@pytest.mark.parametrize(
    ("lines", "fields", "expected"),
    [
        # The opening may be said in two turns, until the customer says more than a short reply.
        (
            ("坐席 0.5-3: 您好,大龙供暖报修八六七号", "客户 3.5-4: 喂", "坐席 4.5-7: 请问您有什么问题", ASKS),
            {},
            "passed",
        ),
        (("坐席 0.5-3: 您好,大龙供暖报修八六七号", ASKS, "坐席 14-16: 请问您有什么问题"), {}, "violated"),
        (("客户 1-3: 我家的暖气不热",), {}, "needs_review"),
        (("坐席 0.5-6: 大龙供暖", ASKS), {"direction": "outbound"}, "not_applicable"),
        (("坐席 0.5-3: 嗯", ASKS), {"each": {"confidence": 0.1}}, "needs_review"),
        (("未知 0.5-3: 大龙供暖为您服务,您有什么问题", ASKS), {}, "needs_review"),
    ],
)
def test_where_the_opening_is(lines: tuple[str, ...], fields: dict[str, Any], expected: str) -> None:
    assert verdict("opening-greeting", call_of(*lines, **fields)) == expected


@pytest.mark.parametrize(
    ("said", "agent_id", "expected"),
    [
        ("八六七号", "867", "passed"),
        ("867号", "867", "passed"),
        ("八六七好", "867", "passed"),
        ("把溜起号", "867", "passed"),
        ("幺零二号", "102", "passed"),
        ("一百零二号", "102", "passed"),
        ("零零三号", "003", "passed"),
        ("一零零三号", "1003", "passed"),
        ("工号六幺八", "385", "violated"),
        ("", "867", "violated"),
        ("八六七号", None, "not_applicable"),
    ],
)
def test_the_job_number(said: str, agent_id: str | None, expected: str) -> None:
    call = opened(f"您好,大龙供暖报修{said}为您服务,请问您有什么问题?", agent_id=agent_id)
    assert verdict("job-number", call) == expected


def test_a_digit_lost_in_recognition_costs_nothing() -> None:
    call = opened("您好,大龙供暖报修八六号为您服务,请问您有什么问题?")
    assert verdict("job-number", call) in ("needs_review", "passed")


def test_a_number_said_later_is_no_opening() -> None:
    call = call_of("坐席 0.5-5: 您好,大龙供暖报修,请问您有什么问题?", ASKS, "坐席 30: 我的工号是八六七")
    assert verdict("job-number", call) == "violated"


@pytest.mark.parametrize(
    ("day", "greeting", "expected"),
    [
        ("2026-02-18", "新年好", "passed"),
        ("2026-02-18", "您好", "violated"),
        ("2026-02-18", "过年好", "needs_review"),
        ("2026-01-01", "新年好", "passed"),
        ("2026-05-02", "劳动节快乐", "passed"),
        ("2026-10-02", "国庆节快乐", "passed"),
        ("2026-10-02", "节日快乐", "needs_review"),
        # 2025: 中秋 and 国庆 together, either will do.
        ("2025-10-06", "中秋节快乐", "passed"),
        ("2025-10-06", "国庆节快乐", "passed"),
        ("2025-10-06", "您好", "violated"),
        # Up to three days outside a window only a person can say.
        ("2026-10-10", "国庆节快乐", "needs_review"),
        ("2026-10-11", "国庆节快乐", "violated"),
        ("2026-09-29", "国庆节快乐", "needs_review"),
        ("2026-06-10", "新年好", "violated"),
        ("2026-06-10", "您好", "not_applicable"),
        ("2026-04-05", "您好", "not_applicable"),
        # A weekend that a notice may or may not count.
        ("2027-01-02", "您好", "needs_review"),
        # A weekend that the notice of 2026 counts.
        ("2026-09-26", "您好", "violated"),
    ],
)
def test_holiday_greetings(day: str, greeting: str, expected: str) -> None:
    call = opened(
        f"{greeting},大龙供暖报修八六七号为您服务,请问您有什么问题?",
        started_at=datetime.fromisoformat(f"{day}T10:00:00+08:00"),
    )
    assert verdict("holiday-opening", call) == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [("2026-09-30T23:59:00+08:00", "needs_review"), ("2026-09-30T16:00:00+00:00", "passed")]
)
def test_a_day_begins_at_midnight_in_shanghai(hour: str, expected: str) -> None:
    call = opened("国庆节快乐,大龙供暖八六七号为您服务,请问您有什么问题?", started_at=datetime.fromisoformat(hour))
    assert verdict("holiday-opening", call) == expected


def test_another_holidays_greeting_is_not_right() -> None:
    started = datetime.fromisoformat("2026-02-18T10:00:00+08:00")
    call = opened("国庆节快乐,大龙供暖八六七号为您服务,请问您有什么问题?", started_at=started)
    assert verdict("holiday-opening", call) in ("violated", "needs_review")


def test_without_a_date_there_is_no_holiday() -> None:
    assert verdict("holiday-opening", opened("您好", started_at=None)) == "not_applicable"


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("你的工号是多少", "我的工号是八六七", "passed"),
        ("你的工号是多少", "把溜起", "passed"),
        ("你是几号话务员", "八六七号", "passed"),
        ("你的工号是多少", "我的工号是六幺五", "violated"),
        ("你的工号是多少", "您问这个干什么呀", "violated"),
        ("请说一下你的工号", "这个不方便告诉您", "violated"),
        ("好的谢谢", "再见", "not_applicable"),
    ],
)
def test_asked_for_the_job_number(question: str, answer: str, expected: str) -> None:
    call = call_of("客户 5: 我家的暖气不热", f"客户 14: {question}", f"坐席 18: {answer}")
    assert verdict("job-number-request", call) == expected


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("大龙供暖报修六幺八号为您服务,请问您有什么问题", "violated"),
        ("大霳供暖报修六幺八号那个为您服务,请问您有什么问题", "violated"),
        ("您好,嗯那个,就是那个,啊,六幺八号为您服务", "violated"),
        ("您好,大龙供暖报修六幺八号为开服务", "violated"),
        ("你好,六幺八证号为您服务,请问您有什么问题", "violated"),
        ("您外,大龙供暖报修六幺八号为您服务,请问您有什么问题", "passed"),
        ("你就是好,大龙供暖报修六幺八号为您服务,请问您有什么问题", "passed"),
        ("大龙供暖报修,早桑好,六幺八号为您服务,请问您有什么问题", "passed"),
        ("您好,大龙供暖报修六幺八号为您服务,请问您有边马问题", "passed"),
        ("大龙供暖报修,完上,六幺八号为您服务,请问您有什么问题", "needs_review"),
        ("大龙供暖报修,恰午好,六幺八号为您服务,请问您有什么问题", "passed"),
        ("号大龙供暖报修六幺八号为您服务,请问您有什么问题", "passed"),
        ("凝次大龙供暖报修六幺八号为您服务,请问您有什么问题", "needs_review"),
        ("你好,供暖报修六幺八号为您服务,请问您有什么问题", "needs_review"),
        ("你好,垃冷供暖报修六幺八号为您服务,请问您有什么问题", "needs_review"),
    ],
)
def test_what_noise_leaves_of_a_part(opening: str, expected: str) -> None:
    assert verdict("opening-greeting", opened(opening, agent_id="618")) == expected


@pytest.mark.parametrize(
    ("number", "said", "expected"),
    [
        ("074", "一四五号", "violated"),
        ("102", "二一零号", "violated"),
        ("1208", "幺零八号", "needs_review"),
        ("5037", "五零三真号", "passed"),
        ("618", "幺嘎号", "needs_review"),
        ("0412", "欺四药丝号", "needs_review"),
        ("385", "", "violated"),
        ("940", "工号就着", "needs_review"),
    ],
)
def test_job_numbers_that_are_another_or_lack_a_digit(number: str, said: str, expected: str) -> None:
    call = opened(f"您好,大龙供暖报修{said}为您服务,请问您有什么问题", agent_id=number)
    assert verdict("job-number", call) == expected


def test_what_noise_leaves_of_a_holiday_greeting() -> None:
    rest = "大龙供暖报修六幺八号为您服务,请问您有什么问题"
    day = datetime.fromisoformat("2026-02-18T10:00:00+08:00")
    for greeting, expected in (
        ("了炼好", "passed"),
        ("子且好", "needs_review"),
        ("新年好", "passed"),
        ("您好", "violated"),
    ):
        assert verdict("holiday-opening", opened(f"{greeting},{rest}", started_at=day, agent_id="618")) == expected


def test_an_anchor_and_the_word_before_it_are_no_holiday_greeting() -> None:
    call = opened(
        "您好,这里是星河网络客服中心,工号六幺八为您服务,有什么可以帮您的吗",
        started_at=datetime.fromisoformat("2026-02-18T10:00:00+08:00"),
        agent_id="618",
    )
    assert verdict("holiday-opening", call, "broadband") == "violated"
