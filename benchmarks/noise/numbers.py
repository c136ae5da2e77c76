"""The ways in which a recogniser writes spoken numbers: 八六七, 867, 把溜起; 二十四, 24."""

import random
import re

VALUE = dict(zip("零〇一幺二两三四五六七八九", (0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
SOUNDS_LIKE = {
    "零": "玲另", "一": "衣以", "幺": "要腰", "二": "而儿", "三": "山伞", "四": "是市",
    "五": "无吴", "六": "溜流", "七": "起其", "八": "把吧", "九": "就久",
}  # fmt: skip
DIGIT_RUN = re.compile(r"[零〇一幺二三四五六七八九](?:,?[零〇一幺二三四五六七八九]){2,}")
NUMBER = re.compile(
    r"(?<![零〇一幺二三四五六七八九十百0-9])"
    r"(?:[一二两三四五六七八九]百)?零?(?:[一二三四五六七八九]?十)?[一二三四五六七八九]?"
    r"(?=号|分|元|块|小时|单元|室)"
)
ARABIC_SHARE, HOMOPHONE_SHARE = 0.45, 0.12


def value(number: str) -> int:
    """A number below a thousand in Chinese words, such as 一百零二 or 二十四."""
    total = digit = 0
    for character in number:
        if character == "百":
            total, digit = total + digit * 100, 0
        elif character == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = VALUE[character]
    return total + digit


def words(number: int) -> str:
    """A number from 1 to 999 as it is read: 867 is 八百六十七, 102 一百零二."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


def write_digits(text: str, draw: random.Random) -> str:
    """`text` with its digit runs and numbers in one of their writings, each drawn apart."""

    def run(match: re.Match[str]) -> str:
        chance = draw.random()
        if chance < ARABIC_SHARE:
            return "".join(str(VALUE[c]) if c in VALUE else "" for c in match[0])
        if chance < ARABIC_SHARE + HOMOPHONE_SHARE:
            return "".join(draw.choice(SOUNDS_LIKE.get(c, c) + c) for c in match[0])
        return match[0]

    def number(match: re.Match[str]) -> str:
        return str(value(match[0])) if match[0] and draw.random() < ARABIC_SHARE else match[0]

    return NUMBER.sub(number, DIGIT_RUN.sub(run, text))
