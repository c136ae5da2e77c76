# ruff: noqa: E501 - one group of phrases a line
"""How a call begins: the date it falls on, and the opening with or without its parts."""

import random
from datetime import date, timedelta
from functools import lru_cache

import holidays

from benchmarks.dialogue.draft import Draft
from benchmarks.noise.numbers import words

YEARS = (2025, 2026)
CLEAR_DAYS = 6
# fmt: off
GREETING_OF = {
    "New Year's Day": "新年好", "Chinese New Year (Spring Festival)": "新年好", "Labor Day": "劳动节快乐",
    "Mid-Autumn Festival": "中秋节快乐", "National Day": "国庆节快乐",
}
BY_HOUR = ((11, ("早上好", "上午好")), (13, ("中午好",)), (18, ("下午好",)), (24, ("晚上好",)))

USUAL = {
    "telecom": "{hello},华信通信客服中心,欢迎您的来电,我是{number}号话务员,请问有什么可以帮您?",
    "heating": "{hello},大龙供暖报修{number}号为您服务,请问您有什么问题?",
    "broadband": "{hello},这里是星河网络客服中心,工号{number}为您服务,有什么可以帮您的吗?",
}
ODD = {
    "telecom": ["{hello},我是{number}号话务员,请问有什么可以帮您?", "华信通信客服中心,{hello},我是{number}号话务员,请问有什么可以帮您?", "{hello},我是{number}号话务员,这里是华信通信客服中心,请问有什么可以帮您?", "呃,{hello},华信通信,嗯,客服中心,欢迎您的来电,我是{number}号话务员,请问有什么可以帮您?"],
    "heating": ["{hello},大龙报修{number}号为您服务,请问您有什么问题?", "大龙供暖报修,{hello},{number}号为您服务,请问您有什么问题?", "{hello},{number}号为您服务,这里是大龙供暖,请问您有什么问题?", "{hello},大龙,嗯,大龙供暖报修,{number}号为您服务,请问您有什么问题?"],
    "broadband": ["星河网络客服中心,{hello},工号{number}为您服务,请问有什么可以帮您的吗?", "{hello},工号{number}为您服务,这里是星河网络客服中心,有什么可以帮您?", "{hello},这里是,呃,星河网络,工号{number}为您服务,有什么可以帮您的吗?"],
}
LACKING = {
    "telecom": ["华信通信客服中心,欢迎您的来电,我是{number}号话务员,请问有什么可以帮您?", "{hello},华信通信客服中心,欢迎您的来电,我是{number}号话务员。", "华信通信,我是{number}号话务员,请问有什么可以帮您?"],
    "heating": ["大龙供暖报修{number}号为您服务,请问您有什么问题?", "{hello},{number}号为您服务,请问您有什么问题?", "{hello},大龙供暖报修{number}号为您服务。"],
    "broadband": ["这里是星河网络客服中心,工号{number}为您服务,有什么可以帮您的吗?", "{hello},工号{number}为您服务,有什么可以帮您的吗?", "{hello},这里是星河网络客服中心,工号{number}为您服务。"],
}
NUMBERLESS = {
    "telecom": ["{hello},华信通信客服中心,欢迎您的来电,请问有什么可以帮您?", "{hello},请问有什么可以帮您?"],
    "heating": ["{hello},大龙供暖报修为您服务,请问您有什么问题?", "{hello},大龙报修,请问您有什么问题?"],
    "broadband": ["{hello},这里是星河网络客服中心,很高兴为您服务,有什么可以帮您的吗?", "{hello},这里是星河网络客服中心,请问有什么可以帮您的吗?"],
}
VARIANTS = {
    "usual": 42, "lacking": 11, "no-number": 7, "wrong-number": 5, "odd": 11, "odd-number": 11, "cut": 5, "holiday": 8
}
COMPANY = {"telecom": "华信通信", "heating": "大龙供暖", "broadband": "星河网络"}
ASKING_BACK = ("喂,你好,是{company}吧?", "您好,是{company}吗?", "你好你好,{company}是吧?")
ASKING_BACK_SHARE = 0.3
CUT_IN = ("喂,你好。", "喂?", "哎,你好。")
# fmt: on


@lru_cache(maxsize=1)
def _calendar() -> tuple[tuple[tuple[date, str], ...], tuple[date, ...]]:
    """(days that are surely inside a window, with their greeting), (days far from every holiday)."""
    days = holidays.country_holidays("CN", years=range(YEARS[0] - 1, YEARS[-1] + 2), language="en_US")
    inside = tuple(
        (day, GREETING_OF[name]) for day, name in sorted(days.items()) if name in GREETING_OF and day.year in YEARS
    )
    first = date(YEARS[0], 1, 1)
    every = (first + timedelta(n) for n in range(365 * len(YEARS)))
    outside = tuple(day for day in every if all(abs((day - holiday).days) >= CLEAR_DAYS for holiday in days))
    return inside, outside


def any_day(draw: random.Random, holiday: bool) -> tuple[str, str | None]:
    """(`started_at` in Shanghai time, the greeting that the day asks for or `None`)."""
    inside, outside = _calendar()
    day, greeting = draw.choice(inside) if holiday else (draw.choice(outside), None)
    return f"{day.isoformat()}T{draw.randrange(8, 21):02d}:{draw.randrange(60):02d}:00+08:00", greeting


def hello(draft: Draft) -> str:
    hour = int(draft.started_at[11:13])
    by_hour = next(greetings for until, greetings in BY_HOUR if hour < until)
    return draft.draw.choice(("您好", "您好", "您好", "你好", *by_hour))


def spoken_number(job_number: str) -> str:
    """Digit by digit, one as 幺."""
    return "".join("零幺二三四五六七八九"[int(digit)] for digit in job_number)


def odd_number(job_number: str, draw: random.Random) -> str:
    """The same number in another reading."""
    ways = [spoken_number(job_number).replace("幺", "一"), "{0},呃,{0}".format(spoken_number(job_number))]
    if len(job_number) == 3 and job_number[0] != "0":
        ways.append(words(int(job_number)))
    return draw.choice(ways)


def other_number(job_number: str, draw: random.Random) -> str:
    """A job number that differs in at least two digits."""
    while True:
        other = "".join(draw.choice("0123456789") for _ in job_number)
        if sum(a != b for a, b in zip(job_number, other, strict=True)) >= 2:
            return other


def open_call(draft: Draft, holiday_greeting: str | None, plain: bool = False) -> None:
    """Says the opening and sets the labels of the three opening rules; `plain` allows only the usual opening."""
    draw, rules = draft.draw, draft.ruleset
    if holiday_greeting:
        variant = draw.choices(("lacking", "odd", "usual"), (5, 3, 2))[0]
        draft.mark("holiday-opening", "violated" if variant == "lacking" else "passed")
        text = USUAL[rules]
        greeting = hello(draft) if variant == "lacking" else holiday_greeting
        if variant == "odd":
            draft.near.add("holiday-opening")
            text = draw.choice((text.replace("{hello},", "{hello},您好,"), text.replace("{hello}", "您好,{hello}")))
        draft.agent(text.format(hello=greeting, number=spoken_number(draft.agent_id)))
        return
    variant = "usual" if plain else draw.choices(tuple(VARIANTS), tuple(VARIANTS.values()))[0]
    greeting, number, text = hello(draft), spoken_number(draft.agent_id), USUAL[rules]
    match variant:
        case "lacking":
            text = draw.choice(LACKING[rules])
            draft.mark("opening-greeting", "violated")
        case "no-number":
            text = draw.choice(NUMBERLESS[rules])
            draft.mark("job-number", "violated")
        case "wrong-number":
            number = spoken_number(other_number(draft.agent_id, draw))
            draft.mark("job-number", "violated")
        case "odd":
            text = draw.choice(ODD[rules])
            draft.near.add("opening-greeting")
        case "odd-number":
            number = odd_number(draft.agent_id, draw)
            draft.near.add("job-number")
        case "holiday":
            greeting = draw.choice(tuple(GREETING_OF.values()))
            draft.mark("holiday-opening", "violated")
    said = text.format(hello=greeting, number=number)
    if variant == "cut":
        cut = said.index(",") + 1
        draft.agent(said[:cut])
        draft.customer(draw.choice(CUT_IN), 0.2)
        draft.agent(said[cut:], 0.3)
        draft.near.add("opening-greeting")
    else:
        draft.agent(said)
    if variant == "lacking" and draw.random() < ASKING_BACK_SHARE:
        # The customer says what the agent left out: it is missing all the same.
        draft.customer(draw.choice(ASKING_BACK).format(company=COMPANY[rules]))
