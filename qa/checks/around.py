"""What stands around words: whom the role quotes, whether it goes on without a pause, what a sentence leaves over."""

import re

from qa.call import Role
from qa.checks.stream import Occurrence, Stream
from qa.checks.view import ANYWHERE, UNEXPECTED, CallView, Window

QUOTING, REFERRING = ("quoting",), ("referring",)
REFERRING_CLEARLY = 0.8
SCRIPT = ("agent-phrases", "further-help", "closing", "beginnings")
NO_PAUSE_S = 0.1
ALONE_REST = 1
SHORT_REPLY = 2
PARTICLES, NEXT_CLAUSE = "啊呀呢嘛吧哦呃嗯了", (*",，。!！?？;；", "请", "好的")
STOPS = ("。", *"!！?？")
NEW_SENTENCE = re.compile("[嗯呃啊]*(请(?!假)|好的|麻烦[您你]|[我握卧沃](这边|这里|刚才|已经|马上|先|来|[把帮给替为]))")
OPEN_QUESTION = re.compile("什么|怎么|哪|谁|多少|多久|吗|呢|几|是不是|有没有|能不能|是否|会不会|要不要|该不该")
QUESTION_REACH = 12


def quotations(view: CallView, role: Role, window: Window = ANYWHERE) -> tuple[Occurrence, ...]:
    """Where a role says whom it quotes; 您说的情况 only refers to something."""
    quotes = view.find_any(QUOTING, role, window, UNEXPECTED)
    if not quotes:
        return ()
    references = [r for r in view.find_any(REFERRING, role, window) if r.ratio >= REFERRING_CLEARLY]
    return tuple(q for q in quotes if not any(r.start < q.end and q.start < r.end < q.end + 5 for r in references))


def same_breath(earlier: Occurrence, later: Occurrence) -> bool:
    """Whether two hits stand in one turn, or in two turns that follow each other without a pause."""
    one, other = (int(x.stream.turn_of[x.start]) for x in (earlier, later))
    return one == other or (abs(one - other) == 1 and _goes_on(later.stream, min(one, other)))


def torn(hit: Occurrence) -> bool:
    """Whether a pause lies within the hit: its words may belong to two sentences."""
    first, last = (int(hit.stream.turn_of[s]) for s in (hit.start, hit.end - 1))
    return any(not _goes_on(hit.stream, turn) for turn in range(first, last))


def alone(hit: Occurrence) -> bool:
    """Whether hardly anything else is said in the sentence, or hardly anything before it and then a clause ends."""
    text, rest = _rest(hit)
    before = _before(hit)
    if before <= ALONE_REST:
        return before + rest <= ALONE_REST or text.startswith(NEXT_CLAUSE)
    heard = hit.stream.heard
    begin = hit.stream.edges[int(hit.stream.turn_of[hit.start])][0]
    earlier = heard.text[int(heard.chars[begin]) : int(heard.chars[hit.start])].rstrip()
    return earlier.endswith(STOPS) and (not text or text.startswith(STOPS))


def answers(view: CallView, hit: Occurrence, role: Role) -> bool:
    """Whether the hit begins the role's answer to what the other side has just said."""
    if _before(hit) > ALONE_REST:
        return False
    earlier = reversed(view.turns[: view.before(hit.turn.start_s)])
    last = next((t for t in earlier if view.syllables(t) > SHORT_REPLY), None)
    return last is not None and view.weight(last, role) < 0.5


def begins_anew(view: CallView, hit: Occurrence, role: Role) -> bool:
    """Whether what follows without a mark is a sentence of its own, no question that the hit leads up to."""
    text = _rest(hit)[0]
    if NEW_SENTENCE.match(text):
        return not OPEN_QUESTION.search(text[:QUESTION_REACH])
    return any(o.probability >= 0.8 and 0 <= o.start - hit.end <= ALONE_REST for o in view.find_any(SCRIPT, role))


def _before(hit: Occurrence) -> int:
    """How many syllables stand before the hit without a pause, fillers not counted."""
    stream = hit.stream
    turn = int(stream.turn_of[hit.start])
    while turn > 0 and _goes_on(stream, turn - 1):
        turn -= 1
    return int((~stream.heard.filler[stream.edges[turn][0] : hit.start]).sum())


def _rest(hit: Occurrence) -> tuple[str, int]:
    """What follows the hit without a pause, particles left out, and how many syllables that is."""
    stream, heard = hit.stream, hit.stream.heard
    turn = int(stream.turn_of[hit.end - 1])
    while turn + 1 < len(stream.turns) and _goes_on(stream, turn):
        turn += 1
    end = int(stream.edges[turn][1])
    stop = int(heard.chars[end]) if end < len(heard) else len(heard.text)
    text = heard.text[int(heard.chars[hit.end - 1]) + 1 : stop].replace("\n", "").lstrip(PARTICLES)
    return text, int((~heard.filler[hit.end : end]).sum())


def _goes_on(stream: Stream, turn: int) -> bool:
    """Whether the next turn follows a turn without a pause (one turn cut in two)."""
    return stream.turns[turn + 1].start_s - stream.turns[turn].end_s <= NO_PAUSE_S
