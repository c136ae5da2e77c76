"""By when a promise must be kept, from the agent's own words."""

import re
from datetime import datetime, time, timedelta

DEFAULT = timedelta(hours=24)
"""House: whoever names no time is held to a day."""
CLOSE_OF_DAY = time(18)
"""House: "today" means by six in the evening, or by midnight where it is later already."""

_NUMBERS = {"半": 0.5, "两": 2.0} | {numeral: float(i) for i, numeral in enumerate("一二三四五六七八九十", start=1)}
_UNITS = {"分钟": timedelta(minutes=1), "小时": timedelta(hours=1), "钟头": timedelta(hours=1), "天": timedelta(days=1)}
_NUMERAL = r"\d+|[半一两二三四五六七八九]?十[一二三四五六七八九]?|[半一两二三四五六七八九]"
_SPAN = re.compile(rf"({_NUMERAL})个?(?:工作)?(分钟|小时|钟头|天|日)")
_DAYS = {"今天": 0, "今晚": 0, "明天": 1, "明早": 1, "后天": 2}


def due_at(said: str, called_at: datetime) -> datetime:
    """The latest moment that the words leave: a span from the call on, or the end of a named day; else a day later."""
    found = _SPAN.search(said)
    if found:
        return called_at + _number(found[1]) * _UNITS.get(found[2], timedelta(days=1))
    for word, days in _DAYS.items():
        if word in said:
            day = called_at.date() + timedelta(days=days)
            close = datetime.combine(day, CLOSE_OF_DAY, called_at.tzinfo)
            return close if close > called_at else datetime.combine(day, time(23, 59), called_at.tzinfo)
    return called_at + DEFAULT


def _number(text: str) -> float:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, ones = text.split("十")
        return 10 * _NUMBERS.get(tens, 1) + (_NUMBERS[ones] if ones else 0)
    return _NUMBERS[text]
