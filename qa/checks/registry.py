"""The operators that rule files may use. A new kind of check is one module and one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qa.checks import (
    callback,
    echo,
    ending,
    facts,
    forbidden,
    free_speech,
    job_number,
    names,
    opening,
    record,
    regex,
    repeat,
    request,
    resembles,
    sequence,
    silence,
    sound,
    style,
    timing,
    words,
)
from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.view import CallView


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: the parameters it takes and the function that answers.

    What rests on an `advisory` operator alone never convicts, however likely it is: it goes to a person.
    """

    params: type[Params]
    run: Callable[[CallView, Any], Signal]
    advisory: bool = False


OPERATORS: dict[str, Operator] = {
    "call": Operator(facts.CallIs, facts.call_is),
    "known": Operator(facts.Known, facts.known),
    "over": Operator(facts.Over, facts.over),
    "column": Operator(record.Column, record.column),
    "measure": Operator(record.Measure, record.measure),
    "switched_on": Operator(facts.SwitchedOn, facts.switched_on),
    "spoke": Operator(facts.Spoke, facts.spoke),
    "hung_up": Operator(facts.HungUp, facts.hung_up),
    "still_asking": Operator(ending.StillAsking, ending.still_asking),
    "said": Operator(words.Said, words.said),
    "hit": Operator(sequence.HitIn, sequence.hit),
    "followed": Operator(sequence.Followed, sequence.followed),
    "gap": Operator(sequence.Gap, sequence.gap),
    "matches": Operator(regex.Matches, regex.matches),
    "resembles": Operator(resembles.Resembles, resembles.resembles, advisory=True),
    "forbidden": Operator(forbidden.Forbidden, forbidden.forbidden),
    "unanswered": Operator(words.Answered, words.unanswered),
    "asked_for": Operator(words.Answered, words.asked_for),
    "answered": Operator(words.Answer, words.answered),
    "name_given": Operator(names.NameGiven, names.name_given),
    "lacks": Operator(request.Lacks, request.lacks),
    "number_requested": Operator(request.NumberRequest, request.number_requested),
    "number_not_given": Operator(request.NumberRequest, request.number_not_given),
    "opening_lacks": Operator(opening.OpeningLacks, opening.opening_lacks),
    "holiday_window": Operator(opening.Holiday, opening.holiday_window),
    "holiday_wrong": Operator(opening.Holiday, opening.holiday_wrong),
    "job_number_wrong": Operator(job_number.JobNumber, job_number.job_number_wrong),
    "silent_call_wrong": Operator(silence.SilentCall, silence.silent_call_wrong),
    "held": Operator(timing.Hold, timing.held),
    "hold_wrong": Operator(timing.Hold, timing.hold_wrong),
    "dead_air": Operator(timing.Hold, timing.dead_air),
    "interruption": Operator(timing.Interruption, timing.interruption),
    "spoke_enough": Operator(timing.SpeechRate, timing.spoke_enough),
    "speech_rate_wrong": Operator(timing.SpeechRate, timing.speech_rate_wrong),
    "gave_text": Operator(repeat.ReadBack, repeat.gave_text),
    "text_not_read_back": Operator(repeat.ReadBack, repeat.text_not_read_back),
    "gave_phone": Operator(repeat.PhoneBack, repeat.gave_phone),
    "phone_not_read_back": Operator(repeat.PhoneBack, repeat.phone_not_read_back),
    "gave_name": Operator(echo.NameBack, echo.gave_name),
    "name_not_used": Operator(echo.NameBack, echo.name_not_used),
    "told_problem": Operator(echo.ProblemBack, echo.told_problem),
    "problem_not_repeated": Operator(echo.ProblemBack, echo.problem_not_repeated, advisory=True),
    "not_mandarin": Operator(sound.NotMandarin, sound.not_mandarin, advisory=True),
    "raised_voice": Operator(sound.RaisedVoice, sound.raised_voice, advisory=True),
    "questions_missing": Operator(callback.Callback, callback.questions_missing),
    "free_speech": Operator(free_speech.FreeSpeech, free_speech.free_speech),
    "sounds_like": Operator(style.SoundsLike, style.sounds_like, advisory=True),
    "perhaps": Operator(facts.Perhaps, facts.perhaps),
}
