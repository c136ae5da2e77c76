"""A rating from one to ten in whatever words it is given."""

import re

import numpy as np

from qa.phonetics.digit_kernel import CLEAR
from qa.phonetics.digits import fits
from qa.phonetics.syllables import Phones, inventory

NUMERAL = re.compile("[零〇一二两三四五六七八九十百千]+")
VALUE = {
    numeral: value for value, numerals in enumerate(("零〇", "一", "二两", *"三四五六七八九十")) for numeral in numerals
}
FULL = "满分"
NO_RATING = (
    re.compile(f"(?:[到至]|{FULL}[是为]?)$"),
    re.compile("分(?:制|里面?|之|中|钟|感谢|谢谢|抱歉|满意|不|好|热情|周到)"),
)
"""What before or after a number shows that it is the scale (一到十分, 满分十分) or only a word (十分感谢)."""
FRACTION = re.compile(r"[点.]")
ALONE = 3


def out_of_ten(heard: Phones) -> int | None:
    """A rating in any reading (九分, 打个九分吧, 十分, 10 分, 满分); None where there is none, or more than one.

    >>> from qa.phonetics import phones
    >>> out_of_ten(phones("满分十分的话我打八分"))
    8
    """
    text = heard.text
    spoken = {int(char): i for i, char in enumerate(heard.chars)}
    alone = int((~heard.filler).sum()) <= ALONE
    values: set[int | None] = set()
    numbers = list(NUMERAL.finditer(text))
    for number in numbers:
        before, after = text[: number.start()], text[number.end() :]
        follows = spoken.get(number.end())
        marked = follows is not None and _sounds(heard, follows, "fen")
        broken = FRACTION.match(after) or FRACTION.match(before[-1:])
        if not (marked or alone or broken) or NO_RATING[0].search(before) or NO_RATING[1].match(after):
            continue
        values.add(None if broken else cardinal(number[0]))
    if not values:
        values = {10} if FULL in text else set() if numbers else _by_sound(heard)
    rating = values.pop() if len(values) == 1 else None
    return rating if rating is not None and 1 <= rating <= 10 else None


def cardinal(numerals: str) -> int | None:
    """A number below a hundred in Chinese numerals, or in digits one after the other as 一零; None for any other.

    >>> cardinal("十二"), cardinal("一零"), cardinal("七八")
    (12, 10, None)
    """
    if any(n not in VALUE for n in numerals):
        return None
    tens, ten, ones = numerals.partition("十")
    if ten:
        if len(tens) > 1 or len(ones) > 1:
            return None
        return 10 * (VALUE[tens] if tens else 1) + (VALUE[ones] if ones else 0)
    if len(numerals) == 1:
        return VALUE[numerals]
    return 10 if numerals in ("一零", "一〇") else None


def _by_sound(heard: Phones) -> set[int | None]:
    """Ratings in words that only sound so: 是分, 就分."""
    rows = fits(heard)
    found: set[int | None] = set()
    for i in range(len(heard) - 1):
        if not _sounds(heard, i + 1, "fen"):
            continue
        if _sounds(heard, i, "shi"):
            found.add(10)
        elif rows[i].max() >= CLEAR:
            found.add(int(np.argmax(rows[i])))
    return found


def _sounds(heard: Phones, index: int, syllable: str) -> bool:
    return int(heard.ids[index]) == inventory()[syllable]
