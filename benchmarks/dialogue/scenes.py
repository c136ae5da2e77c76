"""What can happen between opening and closing. A scene adds turns and sets the labels that follow."""

from collections.abc import Callable, Sequence

from benchmarks.dialogue import words as w
from benchmarks.dialogue.draft import Draft
from benchmarks.dialogue.opening import odd_number, other_number, spoken_number

PARAPHRASE_SHARE = 0.28
ODD_SHARE = 0.7
SLOW_SPEAKER = 2.5
MEANING = ("rude-language", "refusal", "blame-other-department")
CORPUS_OF = {"rude-language": "rudeness", "refusal": "refusal", "blame-other-department": "blame"}


def _odd_or_usual(draft: Draft, rule: str, odd: Sequence[str], usual: Sequence[str]) -> str:
    """Right wording, mostly in an unusual form, which then counts as a near miss."""
    if draft.draw.random() < ODD_SHARE:
        draft.near.add(rule)
        return draft.draw.choice(odd)
    return draft.draw.choice(usual)


def forbidden(draft: Draft, rule: str) -> None:
    """The agent says what `rule` forbids; rules that the same words may also break carry no label."""
    draw = draft.draw
    if rule in MEANING and draw.random() < PARAPHRASE_SHARE:
        draft.agent(draw.choice(w.corpus(CORPUS_OF[rule])))
        draft.notes.append(f"paraphrase:{rule}")
    elif rule == "rude-language":
        draft.agent(draw.choice(w.RUDE))
    elif rule == "refusal":
        draft.customer(draw.choice(w.REQUESTS))
        draft.agent(draw.choice(w.REFUSALS))
    elif rule == "blame-other-department":
        draft.agent(draw.choice(w.BLAMES).format(draw.choice(w.DEPARTMENTS)))
    elif rule == "name-disclosure":
        if draw.random() < 0.5:
            draft.customer(draw.choice(w.NAME_ASK))
        surname = draw.choice(w.SURNAMES)
        draft.agent(draw.choice(w.NAMES).format(sur=surname, full=surname + draw.choice(w.GIVEN)))
    else:
        draft.agent(draw.choice(w.SLANG))
    if rule in MEANING:
        draft.leave_out(*(other for other in MEANING if other != rule))
    draft.mark(rule, "violated")


def near_words(draft: Draft, rule: str) -> None:
    """Words that come near `rule`, by either side, and break nothing; each way of coming near is as likely."""
    kinds = w.near_misses(rule)
    kind = draft.draw.choice(tuple(kinds))
    role, text = draft.draw.choice(kinds[kind])
    draft.say(role, text.replace(w.NUMBER_IN_CORPUS, spoken_number(draft.agent_id)))
    draft.near_kinds[rule] = kind
    if role == "customer":
        draft.agent(draft.draw.choice(w.EMPATHY))
    draft.near.add(rule)


def job_number(draft: Draft, kind: str) -> None:
    draw, own = draft.draw, draft.agent_id
    if kind == "near":
        draft.customer(draw.choice(w.JOB_NEAR))
        draft.agent("好的。")
        draft.near.add("job-number-request")
        return
    draft.customer(draw.choice(w.JOB_ASK))
    if kind == "odd":
        draft.agent(draw.choice(w.JOB_ANSWERS_ODD).format(odd_number(own, draw)))
        draft.near.add("job-number-request")
    elif draw.random() < 0.5:
        draft.agent(draw.choice(w.JOB_EVADE))
        draft.leave_out("rude-language", "refusal")
    else:
        draft.agent(f"我的工号是{spoken_number(other_number(own, draw))}。")
    draft.mark("job-number-request", "violated" if kind == "violated" else "passed")
    draft.customer("好。")


def hold(draft: Draft, kind: str) -> None:
    draw = draft.draw
    draft.agent(draw.choice(w.HOLD))
    if kind == "violated":
        draft.agent(draw.choice(w.HOLD_ROUGH), draw.uniform(14, 26))
        draft.mark("hold-etiquette", "violated")
        return
    if kind == "short":
        draft.agent(draw.choice(w.HOLD_ROUGH), draw.uniform(2, 6))
        draft.near.add("hold-etiquette")
        return
    draft.agent(_odd_or_usual(draft, "hold-etiquette", w.HOLD_BACK_ODD, w.HOLD_BACK), draw.uniform(14, 26))
    draft.mark("hold-etiquette", "passed")
    draft.near.add("dead-air")


def dead_air(draft: Draft, kind: str) -> None:
    gap_s = draft.draw.uniform(18, 30) if kind == "violated" else draft.draw.uniform(8, 12)
    draft.agent(draft.draw.choice(w.AFTER_SILENCE), gap_s)
    if kind == "violated":
        draft.mark("dead-air", "violated")
    else:
        draft.near.add("dead-air")


def interruption(draft: Draft, kind: str) -> None:
    """The agent speaks into a long sentence of the customer: for seconds, or only a word of assent."""
    draw = draft.draw
    told = draft.customer(draw.choice(w.LONG_PROBLEMS))
    stereo = draft.channels != "mono"
    if kind == "violated":
        draft.agent(w.INTERRUPTION, -draw.uniform(2.5, 4.0))
        if stereo:
            draft.mark("interruption", "violated")
    elif draw.random() < 0.6:
        assent = draw.choice(("嗯,嗯。", "哦,好。", "嗯。"))
        draft.agent(assent, draw.uniform(0.3, 0.7) * (told.start_s - told.end_s))
        draft.agent(draw.choice(w.EMPATHY))
    else:
        draft.agent(draw.choice(w.EMPATHY), -draw.uniform(0.2, 0.5))
    if kind != "violated" and stereo:
        draft.near.add("interruption")
    if draft.agent_rate < SLOW_SPEAKER:
        draft.leave_out("interruption")  # even a word of assent lasts over a second


def thanks(draft: Draft, kind: str) -> None:
    draw = draft.draw
    draft.customer(draw.choice(w.PRAISE))
    if kind == "violated":
        draft.agent(draw.choice(w.IMMODEST))
    else:
        draft.agent(_odd_or_usual(draft, "thanks-reply", w.MODEST_ODD, w.MODEST))
    draft.mark("thanks-reply", "violated" if kind == "violated" else "passed")


def complaint(draft: Draft, kind: str) -> None:
    draw = draft.draw
    if kind == "near":
        draft.customer(draw.choice(w.COMPLAINT_NEAR))
        draft.agent(draw.choice(w.EMPATHY))
        draft.near.add("complaint-closing")
        return
    draft.complaint = draw.random() < 0.5
    draft.customer(draw.choice(w.COMPLAINTS))
    draft.agent(draw.choice(w.NO_COMPLAINT_CLOSING))
    if kind == "violated":
        draft.mark("complaint-closing", "violated")
        return
    draft.agent(_odd_or_usual(draft, "complaint-closing", w.COMPLAINT_CLOSING_ODD, w.COMPLAINT_CLOSING))
    draft.mark("complaint-closing", "passed")


FLOW: dict[str, tuple[Callable[[Draft, str], None], tuple[str, ...]]] = {
    "job-number-request": (job_number, ("violated", "violated", "near", "odd")),
    "hold-etiquette": (hold, ("violated", "violated", "passed", "short")),
    "dead-air": (dead_air, ("violated", "near")),
    "interruption": (interruption, ("violated", "near")),
    "thanks-reply": (thanks, ("violated", "passed")),
    "complaint-closing": (complaint, ("violated", "violated", "passed", "near")),
}
