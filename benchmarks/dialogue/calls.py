"""The three kinds of call: an ordinary inbound one, a silent one, and a follow-up call after a repair."""

import random

from benchmarks.dialogue import words as w
from benchmarks.dialogue.contact import ask_contact
from benchmarks.dialogue.draft import ALWAYS, Draft
from benchmarks.dialogue.opening import any_day, open_call
from benchmarks.dialogue.scenes import FLOW, forbidden, near_words

AGENTS = (
    "003",
    "102",
    "867",
    "256",
    "719",
    "618",
    "940",
    "385",
    "0412",
    "1208",
    "5037",
    "2690",
    "074",
    "531",
    "7733",
)
RULESETS, RULESET_WEIGHTS = ("heating", "telecom", "broadband"), (48, 26, 26)
HOLIDAY_SHARE, HOLIDAY_NEAR_SHARE, MONO_SHARE = 0.15, 0.06, 0.2
FORBIDDEN_SHARE, NEAR_SHARES = 0.46, (0.45, 0.35)
FORBIDDEN_WEIGHTS = (20, 20, 20, 15, 15)
FLOW_COUNTS, FLOW_COUNT_WEIGHTS = (0, 1, 2), (20, 45, 35)
CONTACT_SHARE = 0.6
RATES = {
    "usual": (4.0, 4.8),
    "fast": (7.0, 8.0),
    "slow": (1.5, 1.9),
    "near-fast": (4.85, 5.0),
    "near-slow": (3.2, 3.5),
}
RATE_WEIGHTS = (80, 5, 5, 5, 5)
ENDS = {"usual": 44, "odd": 10, "none": 9, "at-once": 8, "agent-closes": 13, "agent-cuts": 16}
SILENCES = {
    "two": 4, "hurried": 4, "no-notice": 4, "cut-short": 4, "usual": 3, "odd": 6, "heard": 4, "caller-left": 3
}  # fmt: skip
LEAST_SPEECH_S = 19.0


def inbound(draw: random.Random) -> Draft:
    """An ordinary call: opening, problem, scenes, solution, ending."""
    draft, greeting = _begin(draw, draw.choices(RULESETS, RULESET_WEIGHTS)[0])
    open_call(draft, greeting)
    _body(draft)
    return draft


def silent(draw: random.Random) -> Draft:
    """The caller is not heard: prompted as the regulation asks, or not; or is heard after all."""
    draft, greeting = _begin(draw, draw.choices(RULESETS, RULESET_WEIGHTS)[0])
    open_call(draft, greeting, plain=True)
    kind = draw.choices(tuple(SILENCES), tuple(SILENCES.values()))[0]
    waits = [draw.uniform(6, 9), draw.uniform(6, 9)]
    if kind == "hurried":
        waits[draw.randrange(2)] = draw.uniform(1.5, 3.5)
    draft.agent(draw.choice(w.PROMPTS), waits[0])
    if kind == "heard":
        draft.customer(draw.choice(w.HEARD_AT_LAST), draw.uniform(1, 3))
        draft.near.add("silent-call")
        _body(draft)
        return draft
    for rule in ("closing", "early-hangup", "dead-air"):
        draft.mark(rule, "not_applicable")
    if kind == "caller-left":
        draft.tail_s = draw.uniform(1, 4)
        draft.near.add("silent-call")
        return draft
    draft.hangup_by, draft.tail_s = "agent", draw.uniform(6, 9)
    if kind == "no-notice":
        draft.agent(draw.choice(w.PROMPTS), waits[1])
    elif kind != "two":
        draft.agent(draw.choice(w.NOTICES_ODD if kind == "odd" else w.NOTICES), waits[1])
    if kind == "cut-short":
        draft.tail_s = draw.uniform(0.8, 3)
    draft.mark("silent-call", "passed" if kind in ("usual", "odd") else "violated")
    if kind == "odd":
        draft.near.add("silent-call")
    return draft


def follow_up(draw: random.Random) -> Draft:
    """A call after a repair: four questions in any order, or one forgotten, or the customer declines."""
    draft, _ = _begin(draw, "heating", "outbound")
    kind = draw.choices(("forgotten", "asked", "declined", "broken-off"), (48, 32, 12, 8))[0]
    draft.agent(draw.choice(w.CALLBACK_OPENINGS))
    if kind == "declined":
        draft.customer(draw.choice(w.DECLINE))
        draft.agent("好的,那我换个时间再联系您,感谢您的配合,再见。")
        draft.near.add("callback-questions")
        return draft
    draft.customer(draw.choice(w.AGREE))
    asked = list(w.QUESTIONS)
    if draw.random() < 0.4:
        draw.shuffle(asked)
    if kind == "forgotten":
        asked.remove(draw.choice(asked))
    if kind == "broken-off":
        asked = asked[: draw.randrange(1, 3)]
    for question in asked:
        draft.agent(draw.choice(w.QUESTIONS[question]))
        _reply(draft, question)
    if kind == "broken-off":
        draft.customer(draw.choice(w.BREAK_OFF))
        draft.answers.clear()
        draft.mark("closing", "not_applicable")
        draft.near.add("callback-questions")
        return draft
    draft.mark("callback-questions", "violated" if kind == "forgotten" else "passed")
    if kind == "asked":
        draft.near.add("callback-questions")
    draft.agent("好的,感谢您的配合,再见。")
    draft.customer(draw.choice(w.CUSTOMER_BYE))
    return draft


def _reply(draft: Draft, question: str) -> None:
    draw = draft.draw
    if question == "rating":
        value: object = draw.randrange(1, 11)
        draft.customer(draw.choice(w.RATINGS).format("零一二三四五六七八九十"[int(str(value))]))
    else:
        value = draw.choice(list(w.REPLIES[question]))
        draft.customer(draw.choice(w.REPLIES[question][value]))
    draft.answers[question] = value


def _begin(draw: random.Random, ruleset: str, direction: str = "inbound") -> tuple[Draft, str | None]:
    started_at, greeting = any_day(draw, draw.random() < HOLIDAY_SHARE)
    channels = "mono" if draw.random() < MONO_SHARE else draw.choice(("agent-left", "agent-right"))
    kind = draw.choices(tuple(RATES), RATE_WEIGHTS)[0] if direction == "inbound" else "usual"
    draft = Draft(
        draw, ruleset, draw.choice(AGENTS), started_at, direction, channels=channels,
        agent_rate=draw.uniform(*RATES[kind]),
    )  # fmt: skip
    if kind.startswith("near"):
        draft.near.add("speech-rate")
    _ring(draft)
    return draft, greeting


def _ring(draft: Draft) -> None:
    draw = draft.draw
    chance = draw.random()
    if chance < 0.07:
        draft.ring_seconds = round(draw.uniform(19, 36), 1)
        if draft.direction == "inbound":
            draft.mark("slow-answer", "violated")
    elif chance < 0.14:
        draft.ring_seconds = round(draw.uniform(12, 13.5), 1)
        if draft.direction == "inbound":
            draft.near.add("slow-answer")
    elif chance < 0.18:
        draft.ring_seconds = None
        draft.mark("slow-answer", "not_applicable")
    else:
        draft.ring_seconds = round(draw.uniform(2, 11), 1)


def _body(draft: Draft) -> None:
    draw = draft.draw
    draft.customer(draw.choice(w.PROBLEMS[draft.ruleset]))
    draft.agent(draw.choice(w.EMPATHY))
    scenes = draw.sample(tuple(FLOW), draw.choices(FLOW_COUNTS, FLOW_COUNT_WEIGHTS)[0])
    if {"hold-etiquette", "dead-air"} <= set(scenes):
        scenes.pop()  # a silence after an announced hold could be seen either way
    for scene in scenes:
        play, kinds = FLOW[scene]
        play(draft, draw.choice(kinds))
    broken = draw.choices(ALWAYS, FORBIDDEN_WEIGHTS)[0] if draw.random() < FORBIDDEN_SHARE else None
    for rule, share in zip(draw.sample(ALWAYS, len(NEAR_SHARES)), NEAR_SHARES, strict=True):
        if rule != broken and draw.random() < share:
            near_words(draft, rule)
    if broken:
        forbidden(draft, broken)
    if draft.labels["holiday-opening"] == "not_applicable" and draw.random() < HOLIDAY_NEAR_SHARE:
        near_words(draft, "holiday-opening")
    if draft.ruleset == "heating" and draw.random() < CONTACT_SHARE:
        ask_contact(draft)
    draft.agent(draw.choice(w.SOLUTIONS))
    for explanation in draw.sample(w.EXPLANATIONS, len(w.EXPLANATIONS)):
        if draft.agent_speech()[0] >= LEAST_SPEECH_S:
            break
        draft.agent(explanation)
    _end(draft)


def _end(draft: Draft) -> None:
    """Says goodbye, or does not, and sets `closing` and `early-hangup` with who hung up."""
    draw = draft.draw
    kind = draw.choices(tuple(ENDS), tuple(ENDS.values()))[0]
    draft.customer(draw.choice(w.ACCEPT))
    if kind in ("usual", "odd", "agent-closes"):
        draft.agent(draw.choice(w.FURTHER))
        draft.customer(draw.choice(w.NO_MORE))
        odd = kind != "usual"
        draft.agent(draw.choice(w.ODD_CLOSINGS if odd else w.CLOSINGS))
        if kind == "agent-closes":
            draft.hangup_by = "agent"
            draft.mark("early-hangup", "passed")
            draft.near |= {"early-hangup", "closing"}
        elif odd:
            draft.near.add("closing")
        if draw.random() < 0.8:
            draft.customer(draw.choice(w.CUSTOMER_BYE))
    elif kind == "none":
        draft.agent(draw.choice(w.NO_CLOSINGS))
        if draw.random() < 0.4:
            draft.customer("谢谢,再见。")
        draft.mark("closing", "violated")
        draft.tail_s = draw.uniform(7, 10)
    elif kind == "at-once":
        draft.customer(draw.choice(w.CUSTOMER_BYE), 0.8)
        draft.mark("closing", "not_applicable")
        draft.near.add("closing")
        draft.tail_s = draw.uniform(0.4, 2)
    else:
        draft.hangup_by, draft.tail_s = "agent", draw.uniform(0.4, 1.5)
        if draw.random() < 0.25:
            draft.agent(draw.choice(w.CLOSINGS))
        if draw.random() < 0.6 or draft.turns[-1].role == "agent":
            draft.customer(draw.choice(w.STILL_ASKING))
        draft.mark("early-hangup", "violated")
        draft.mark("closing", "not_applicable")
