"""A second hearing of short answers on which a result hangs: the sound decides between the few things that can be
said after the question.

A word like 八分 alone carries too little sound for a recogniser that knows nothing of the question. Here it hears the
question again, takes its words as given, and says how likely each answer is to follow. Where one value is clearly
likelier than all others and likely in itself, the answer's text becomes that; what was understood at first stays with
the turn. The transcript then holds the answer, and scoring again needs no audio.

Of numbers a telephone carries hardly the consonants (七 sounds like 一), and the first hearing, however odd its
characters, knew nothing of what was expected: both count.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

import numpy as np

from qa.asr.likelihood import UNHEARD
from qa.asr.protocol import Listener
from qa.audio import RATE, Audio, Samples
from qa.call import Call, Turn, Word
from qa.checks.callback import Callback, questions_missing
from qa.checks.view import CallView
from qa.phonetics import Phones, phones
from qa.phonetics.confusion import evidence
from qa.rules.expression import evaluate
from qa.rules.model import Expression, RuleSet

# In nats, all wordings of a value together. Set on 70 generated calls (benchmarks/synth/answers.py).
LIKELY = -5.0
CLEAR = 2.0  # above the next value
UNLIKE = -5.0  # at worst, what the first hearing says against a number
SHORT_S = 2.5
SHORT_CHARS = 8
REACH_S = 8.0  # of the agent's words before the answer
WAIT_S = 8.0  # an answer comes within this time of the question
TAIL_S = 0.3
GAP_S = 0.4
SURE_ROLE = 0.7

NUMERALS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
RATING_STEMS = ("", "打", "就", "给", "我打", "嗯,", "打个", "那给", "我给", "那就")
SPOKEN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "solved": {
        "yes": ("解决了", "修好了", "弄好了", "好了", "已经解决了", "热了"),
        "no": ("没有解决", "没解决", "没修好", "还没有", "没有", "不热"),
    },
    "attitude": {
        "满意": ("满意", "很满意", "挺满意", "挺好", "不错", "态度好"),
        "普通": ("普通", "一般", "还行", "就普通"),
        "不满意": ("不满意", "很不满意", "不太满意", "不好", "态度不好"),
    },
    "charged": {
        "yes": ("收了", "收费了", "收了钱", "收钱了"),
        "no": ("没有", "没收", "没要钱", "没收费"),
    },
}
"""What is said to a question in so many words, by its value in the rules."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an answer can be: the texts that are listened for, and the text it is written as.

    `sounds` are the ways to say it by which the first hearing is judged too; none where that does not help.
    """

    written: str
    listened: tuple[str, ...]
    sounds: tuple[str, ...] = ()


def heard_again(call: Call, ruleset: RuleSet, *, audio: Callable[[], Audio], listener: Listener) -> tuple[Turn, ...]:
    """The call's turns, with the answers that no rule could read heard again.

    `audio` reads the recording, and is asked only where there is something to hear.
    """
    turns = call.turns
    samples: Samples | None = None
    for name, question_end_s, numeric in _unread(call, ruleset):
        choices = ratings() if numeric else said(name)
        found = _place(call, question_end_s) if choices else None
        if found is None:
            continue
        samples = _together(audio()) if samples is None else samples
        answer = _chosen(samples, listener, call, found, choices)
        if answer is not None:
            turns = (*(turn for turn in turns if turn is not found.turn), answer)
    return tuple(sorted(turns, key=lambda t: (t.start_s, t.end_s)))


def ratings() -> tuple[Choice, ...]:
    """The ratings from one to ten; 满分 is ten."""
    choices = []
    for number in range(1, 11):
        numerals = [numeral for numeral, value in NUMERALS.items() if value == number] + [str(number)]
        listened = [stem + numeral for stem in RATING_STEMS for numeral in numerals]
        full = ["满分", "给满分"] if number == 10 else []
        sounds = tuple(f"{numeral}分" for numeral in numerals[:-1])
        choices.append(Choice(sounds[0], (*listened, *full), sounds))
    return tuple(choices)


def said(name: str) -> tuple[Choice, ...]:
    """The values of an answer in words; none for a question that is not known here."""
    return tuple(Choice(texts[0], texts) for texts in SPOKEN.get(name, {}).values())


def choose(choices: Sequence[Choice], logprobs: Mapping[str, float], first: str = "") -> tuple[Choice, float] | None:
    """What is clearly heard, with its probability among the choices, or None.

    `logprobs` holds the natural log probability of every text that was listened for; `first` is what was understood
    at first.
    """
    heard = phones(first)
    sums = [
        log(sum(exp(max(logprobs[text], UNHEARD)) for text in choice.listened)) + likeness(choice.sounds, heard)
        for choice in choices
    ]
    best, second = sorted(sums, reverse=True)[:2]
    if best < LIKELY or best - second < CLEAR:
        return None
    return choices[sums.index(best)], 1 / sum(exp(each - best) for each in sums)


def likeness(sounds: Sequence[str], heard: Phones) -> float:
    """The evidence, in nats, that any of `sounds` was said where `heard` was written; 0 where nothing was."""
    if not sounds or not len(heard):
        return 0.0
    best = UNLIKE
    for said_so in sounds:
        ids = phones(said_so).ids
        for at in range(len(heard) - len(ids) + 1):
            best = max(best, float(evidence()[ids, heard.ids[at : at + len(ids)]].sum()))
    return best


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an answer is or must be: the turn as understood so far (None: no words), and its sound."""

    turn: Turn | None
    start_s: float
    end_s: float


def _unread(call: Call, ruleset: RuleSet) -> Iterator[tuple[str, float, bool]]:
    """Questions that were asked and whose answer the rules cannot read: name, end, whether a number answers it."""
    view: CallView | None = None
    for rule in ruleset.rules:
        for params in _callbacks(rule.violated):
            view = view or CallView(call, ruleset.book)
            if rule.applies and evaluate(rule.applies, view).probability < SURE_ROLE:
                continue
            signal = questions_missing(view, params)
            for (name, answer), question in zip(signal.answers.items(), signal.evidence, strict=True):
                if answer is None:
                    yield name, question.end_s, name in params.numbers


def _callbacks(expression: Expression) -> Iterator[Callback]:
    if isinstance(expression.params, Callback):
        yield expression.params
    for part in expression.parts:
        yield from _callbacks(part)


def _place(call: Call, question_end_s: float) -> _Place | None:
    """The short answer of the customer that follows a question, or the pause in which it was not understood."""
    later = [t for t in call.turns if t.start_s >= question_end_s - 0.05]
    customer = next((t for t in later if t.role == "customer"), None)
    agent_s = next((t.start_s for t in later if t.role == "agent"), call.duration_s)
    asked = [t for t in call.turns if t.role == "agent" and t.start_s < question_end_s]
    asked_s = max((t.end_s for t in asked), default=question_end_s)
    if customer is not None and customer.start_s < min(agent_s, asked_s + WAIT_S):
        plain = customer.end_s - customer.start_s <= SHORT_S and len(customer.text) <= SHORT_CHARS
        return (
            _Place(customer, customer.start_s, customer.end_s)
            if plain and customer.role_confidence >= SURE_ROLE
            else None
        )
    end_s = min(agent_s, asked_s + SHORT_S + GAP_S)
    return _Place(None, asked_s, end_s) if end_s - asked_s >= GAP_S else None


def _chosen(
    samples: Samples, listener: Listener, call: Call, place: _Place, choices: tuple[Choice, ...]
) -> Turn | None:
    """The answer as a turn, or None where the sound does not decide."""
    # Only what the agent said since the customer last spoke: the sound must hold nothing but the words given.
    others_s = [t.end_s for t in call.turns if t.role != "agent" and t is not place.turn and t.end_s <= place.start_s]
    since_s = max([place.start_s - REACH_S, *others_s])
    before = [
        word
        for turn in call.turns
        if turn.role == "agent" and turn.end_s <= place.start_s + GAP_S
        for word in turn.words
        if word.start_s >= since_s
    ]
    if not before:
        return None
    texts = [text for choice in choices for text in choice.listened]
    part = samples[round(max(0.0, before[0].start_s - 0.2) * RATE) : round((place.end_s + TAIL_S) * RATE)]
    logprobs = dict(zip(texts, listener.likelihoods(part, "".join(w.text for w in before), texts), strict=True))
    chosen = choose(choices, logprobs, place.turn.text if place.turn else "")
    if chosen is None:
        return None
    choice, probability = chosen
    return _turn(place, choice.written, round(probability, 4))


def _turn(place: _Place, text: str, probability: float) -> Turn:
    step_s = (place.end_s - place.start_s) / len(text)
    words = tuple(
        Word(round(place.start_s + i * step_s, 3), round(place.start_s + (i + 1) * step_s, 3), char, probability)
        for i, char in enumerate(text)
    )
    told: dict[str, Any] = {"text": text, "confidence": probability, "words": words}
    if place.turn is not None:
        return replace(place.turn, alternatives=(place.turn.text,), **told)
    return Turn("customer", round(place.start_s, 3), round(place.end_s, 3), **told)


def _together(audio: Audio) -> Samples:
    """Both sides at once, as the dialogue is heard; int16 at 16 kHz."""
    mixed = np.sum([channel.astype(np.int32) for channel in audio.channels], axis=0)
    return np.asarray(np.clip(mixed, -32768, 32767), np.int16)
