"""Address and phone number: asked for, given, and read back or not."""

from itertools import pairwise

from benchmarks.dialogue import words as w
from benchmarks.dialogue.draft import Draft
from benchmarks.dialogue.opening import spoken_number
from benchmarks.noise.numbers import words as number_words


def ask_contact(draft: Draft) -> None:
    """Address, surname and phone are asked; each of the two is read back, read back oddly, or not."""
    draw = draft.draw
    room = f"{draw.randrange(1, 9)}0{draw.randrange(1, 5)}"
    building, entrance = number_words(draw.randrange(1, 20)), number_words(draw.randrange(1, 5))
    home = f"{draw.choice(w.DISTRICTS)}{draw.choice(w.ESTATES)}{building}号楼{entrance}单元"
    spoken_room = spoken_number(room).replace("幺", "一")
    draft.agent("请问您的具体地址?")
    draft.customer(f"{home}{spoken_room}室。")
    if draw.random() < 0.33:
        draft.agent(draw.choice(w.NO_READ_BACK))
        draft.mark("repeat-back-address", "violated")
    else:
        odd = [
            f"您家是{home}{number_words(int(room))}室。",
            f"好的,{home},{spoken_room}室,给您登记上了。",
            f"{home},呃,{spoken_room}室,没错吧?",
        ]
        chosen = draw.choice([*odd, f"{home}{spoken_room}室,对吗?"])
        if chosen in odd:
            draft.near.add("repeat-back-address")
        draft.agent(chosen)
        draft.mark("repeat-back-address", "passed")
        draft.customer("对。")
    draft.agent("请问您贵姓?")
    draft.customer(f"我姓{draw.choice(w.SURNAMES)}。")
    digits = f"1{draw.choice('3578')}" + "".join(str(draw.randrange(10)) for _ in range(9))
    draft.agent("请留一下您的联系电话。")
    draft.customer(_phone(digits, (3, 7)) + "。")
    _read_back(draft, digits)
    draft.agent(draw.choice(w.GOING_ON))


def _read_back(draft: Draft, digits: str) -> None:
    draw = draft.draw
    kind = draw.choices(("none", "wrong", "odd", "usual"), (16, 16, 44, 24))[0]
    draft.mark("repeat-back-phone", "violated" if kind in ("none", "wrong") else "passed")
    if kind == "none":
        draft.agent(draw.choice(w.NO_READ_BACK))
        return
    if kind == "wrong":
        places = draw.sample(range(3, 11), draw.choice((1, 2, 2, 3)))
        digits = "".join(str((int(d) + 4) % 10) if n in places else d for n, d in enumerate(digits))
    if kind == "odd":
        draft.near.add("repeat-back-phone")
        said = draw.choice((_phone(digits, (3, 6)), _phone(digits, (4, 8)), _phone(digits, ()).replace("幺", "一")))
        draft.agent(draw.choice((f"您的电话是{said}。", f"好的,{said},对吧?", f"嗯,{said}。")))
    else:
        draft.agent(f"{_phone(digits, (3, 7))},是吗?")
    draft.customer("是的。")


def _phone(digits: str, cuts: tuple[int, ...]) -> str:
    bounds = (0, *cuts, len(digits))
    return ",".join(spoken_number(digits[a:b]) for a, b in pairwise(bounds))
