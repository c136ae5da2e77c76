"""The operators that rule files may use. A new kind of check is one module and one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qa.checks import ending, facts, opening, silence, words
from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.view import CallView


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: the parameters it takes and the function that answers."""

    params: type[Params]
    run: Callable[[CallView, Any], Signal]


OPERATORS: dict[str, Operator] = {
    "call": Operator(facts.CallIs, facts.call_is),
    "known": Operator(facts.Known, facts.known),
    "over": Operator(facts.Over, facts.over),
    "spoke": Operator(facts.Spoke, facts.spoke),
    "hung_up": Operator(facts.HungUp, facts.hung_up),
    "still_asking": Operator(ending.StillAsking, ending.still_asking),
    "said": Operator(words.Said, words.said),
    "forbidden": Operator(words.Forbidden, words.forbidden),
    "unanswered": Operator(words.Answered, words.unanswered),
    "opening_lacks": Operator(opening.OpeningLacks, opening.opening_lacks),
    "holiday_window": Operator(opening.Holiday, opening.holiday_window),
    "holiday_wrong": Operator(opening.Holiday, opening.holiday_wrong),
    "job_number_wrong": Operator(opening.JobNumber, opening.job_number_wrong),
    "silent_call_wrong": Operator(silence.SilentCall, silence.silent_call_wrong),
}
