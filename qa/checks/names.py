"""A name given away: words that lead up to a name, and a surname after them.

A surname is one syllable, which recognition spells in any way. So three things count: the words before it, the
surname itself (its character, or only its sound), and what speaks for a name around it: the other side has just
asked for one, or the words after it fit nothing else (找我就行).
"""

import re
from functools import lru_cache

from pydantic import Field

from qa.call import Role
from qa.checks.around import quotations, same_breath
from qa.checks.params import Phrases
from qa.checks.signal import FAINT, Signal
from qa.checks.stream import Occurrence
from qa.checks.view import UNEXPECTED, CallView
from qa.finding import Evidence
from qa.phonetics import phones

TO_THE_LETTER = 0.995
SURE, LONG, HEARD = 0.9, 4, 0.3
CERTAIN, SUPPORTED, SUSPECTED = 0.96, 0.94, 0.6
FOLLOWED = 0.8
ASKED_S, ECHO_S = 8.0, 30.0
QUOTE_REACH = 8
CALLED = "叫姓是"
"""Words that may stand between a lead and the name (我同事叫张伟)."""
NAMING = "小老姓"
"""The last syllable of a lead that nothing but a name goes with (您叫我小)."""
TITLES = re.compile("先生|女士|小姐|太太|师傅|师父|[工总哥姐]|经理|主任|老师|大[爷妈哥姐叔]|阿姨|叔叔|医生|[队科]长")
"""What follows the surname of somebody spoken to or of, whose name is no secret."""
BARE_NAME = re.compile("(?P<self>[我握窝卧沃])?(?P<lead>姓|叫|是小?|小)?(?P<surname>.).{0,2}")
"""A clause before 有事找我 of which the lead may be lost."""
HESITATION = "嗯呃啊那这个"
ADDRESS = re.compile("[,， ]*[您你]?(下次|有事|有问题|以后)?$")
SLOT = 6
"""Syllables between a lead and 直接找我: a name and 您下次."""


class NameGiven(Phrases):
    """`phrases` lead up to a name, `surnames` are characters.

    `asks`: how the other side asks for a name; `tails`: words at most `within` syllables after the lead that follow
    a name only; `closes`: those of them that only the one named can say (有事找我); `excuse`: words at the lead
    that show that no name follows.
    """

    surnames: str = Field(min_length=1)
    asks: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    excuse: tuple[str, ...] = ()
    within: int = Field(default=12, ge=1)


def name_given(view: CallView, params: NameGiven) -> Signal:
    """The role tells a personal name, not repeating one of the other side's."""
    found: list[Evidence] = []
    for lead in view.find_any(params.phrases, params.by, params.where.window(), UNEXPECTED):
        likely = _likely(view, lead, params)
        if likely > FAINT and not _excused(view, lead, params):
            heard = view.stream(params.by).heard
            last = min(lead.end, len(heard) - 1)
            text = heard.text[heard.chars[lead.start] : heard.chars[last] + 1]
            found.append(Evidence(lead.role, lead.start_s, lead.end_s, text.strip(), round(likely, 4)))
    found = found or _without_lead(view, params) or _answers(view, params)
    top = max((e.probability or 0.0 for e in found), default=0.0)
    told = tuple(e for e in found if (e.probability or 0.0) >= min(0.5, top))
    return Signal(top, told, "、".join(f"“{e.text}”" for e in told))


def _likely(view: CallView, lead: Occurrence, params: NameGiven) -> float:
    """How likely the words after the lead are a name of the role's own side (0–1)."""
    to_the_letter = lead.ratio >= TO_THE_LETTER
    if not to_the_letter and lead.probability < HEARD:
        return 0.0
    spelled, sounded, slipped, titled = _surname(view, lead, params)
    size = lead.end - lead.start
    asked, followed, closed = _asked(view, lead, params), _tail(view, lead, params), _closed(view, lead, params)
    around = asked or followed
    naming = chr(int(lead.stream.heard.codes[lead.end - 1])) in NAMING
    plain = lead.probability >= SURE
    sure = to_the_letter or (plain and size >= LONG)
    likely = 0.0
    if titled:
        likely = SUSPECTED if sure and size >= LONG else 0.0
    elif sure and spelled:
        likely = CERTAIN
    elif (
        (around and (spelled or (sure and (sounded or slipped))))
        or (sure and (closed or (size >= LONG and naming and sounded)))
        or (plain and sounded and (asked or closed))
        or (plain and naming and closed)
    ):
        likely = SUPPORTED
    elif spelled or (around and (sure or (plain and sounded))) or (sure and size >= LONG and (sounded or slipped)):
        likely = SUSPECTED
    weight = view.weight(lead.turn, params.by) * min(1.0, 0.6 + 0.6 * lead.turn.confidence)
    return weight * (min(0.5, likely) if _echoed(view, lead, params) else likely)


def _surname(view: CallView, lead: Occurrence, params: NameGiven) -> tuple[bool, bool, bool, bool]:
    """Whether a surname follows the lead: by its character, by its sound, after one syllable more; with a title."""
    stream = view.stream(params.by)
    heard = stream.heard
    at = lead.end
    while at < len(heard) and (heard.filler[at] or chr(int(heard.codes[at])) in CALLED):
        at += 1
    if at >= len(heard) or stream.turns[stream.turn_of[at]] is not lead.turn:
        return False, False, False, False
    spelled = chr(int(heard.codes[at])) in params.surnames
    slipped = at + 1 < len(heard) and chr(int(heard.codes[at + 1])) in params.surnames
    titled = TITLES.match(heard.text, int(heard.chars[at]) + 1) is not None
    return spelled, int(heard.ids[at]) in _sounds(params.surnames), slipped, titled


@lru_cache(maxsize=16)
def _answer(surnames: str) -> re.Pattern[str]:
    """A clause at the begin of a turn that answers who one is, of which the lead may be lost."""
    return re.compile(f"[嗯呃啊哦,，。 ]*[我握窝卧沃][^不没]?[{surnames}].{{1,2}}(?=[,，。!！?？ 您你]|$)")


@lru_cache(maxsize=16)
def _sounds(surnames: str) -> frozenset[int]:
    return frozenset(int(i) for name in surnames for i in phones(name).ids)


def _asked(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether the other side has just asked for a name."""
    return any(
        o.probability >= 0.5 and o.start_s < lead.start_s <= o.end_s + ASKED_S
        for o in view.find_any(params.asks, _other(params.by))
    )


def _tail(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether words follow that follow a name only."""
    return any(
        o.probability >= FOLLOWED and lead.end < o.start <= lead.end + params.within
        for o in view.find_any(params.tails, params.by)
    )


def _closed(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether a name's length after the lead its bearer goes on to say that he is to be asked for."""
    return any(
        o.probability >= SURE and o.end - o.start >= LONG and 1 <= _syllables(o, lead.end, o.start) <= SLOT
        for o in view.find_any(params.closes, params.by)
    )


def _syllables(hit: Occurrence, start: int, end: int) -> int:
    return int((~hit.stream.heard.filler[start:end]).sum())


def _without_lead(view: CallView, params: NameGiven) -> list[Evidence]:
    """Names of which the lead is lost: a short clause with a surname, then words that follow one's own name only."""
    found = []
    for close in view.find_any(params.closes, params.by, params.where.window(), UNEXPECTED):
        stream, heard = close.stream, close.stream.heard
        begin = stream.edges[int(stream.turn_of[close.start])][0]
        if close.probability < SURE or close.end - close.start < LONG or close.start == begin:
            continue
        before = ADDRESS.sub("", heard.text[heard.chars[begin] : heard.chars[close.start]])
        clause = re.split("[,。!?，！？]", before)[-1]
        name = BARE_NAME.fullmatch("".join(c for c in clause if c not in HESITATION))
        if not name or name["surname"] not in params.surnames or not (name["self"] or name["lead"]):
            continue
        if TITLES.search(clause) or _excused(view, close._replace(end=close.start, start=begin), params):
            continue
        likely = SUPPORTED if name["lead"] or _asked(view, close, params) else SUSPECTED
        likely *= view.weight(close.turn, params.by) * min(1.0, 0.6 + 0.6 * close.turn.confidence)
        found.append(Evidence(close.role, close.turn.start_s, close.end_s, clause, round(likely, 4)))
    return found


def _answers(view: CallView, params: NameGiven) -> list[Evidence]:
    """Answers to the question for a name that sound like one although no lead is heard: for a person to listen to."""
    found = []
    for asked in view.find_any(params.asks, _other(params.by)):
        for turn in view.turns_in(params.by, params.where.window()):
            after = asked.start_s < turn.start_s <= asked.end_s + ASKED_S
            answer = _answer(params.surnames).match(turn.text) if after else None
            if not answer or asked.probability < FOLLOWED:
                continue
            excused = any(o.turn is turn for o in view.find_any(params.excuse, params.by, prior=UNEXPECTED))
            if not excused and not TITLES.search(answer[0]):
                likely = SUSPECTED * view.weight(turn, params.by)
                found.append(Evidence(turn.role, turn.start_s, turn.end_s, answer[0].strip(), round(likely, 4)))
    return found


def _excused(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether the words at the lead go on differently, or the role says whom it quotes."""
    excused = any(
        o.probability >= 0.5 and o.start <= lead.end and o.end > lead.end
        for o in view.find_any(params.excuse, params.by, prior=UNEXPECTED)
    )
    quoted = any(
        o.probability >= 0.5 and same_breath(o, lead) and lead.start - QUOTE_REACH <= o.end <= lead.start + 1
        for o in quotations(view, params.by)
    )
    return excused or quoted


def _echoed(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether the other side said the same words shortly before: its name may be repeated."""
    return any(
        o.probability >= 0.5 and 0 <= lead.start_s - o.start_s <= ECHO_S
        for o in view.find_any((lead.wording,), _other(params.by))
    )


def _other(role: Role) -> Role:
    return "customer" if role == "agent" else "agent"
