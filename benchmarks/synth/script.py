"""A call as it is written down before it is spoken: who says what, when, and how it is recorded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["agent", "customer"]
Channels = Literal["agent-left", "agent-right", "mono"]
ORDINARY_PAUSE_S = 0.7


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance. `pause_s` counts from the end of all that was said before it; below zero it overlaps."""

    role: Role
    text: str
    pause_s: float = ORDINARY_PAUSE_S
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Party:
    """How one side sounds: a voice of `tts.VOICES`, its speed (1.0 is the voice's own), its level in dB."""

    voice: str
    speed: float = 1.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Sound:
    """How the line and the recorder sound.

    `codec` is a key of `codecs.CODECS`; `snr_db` the speech-to-noise ratio on each side; `bleed_db` how far
    below itself each side is heard on the other one (None: not at all).
    """

    codec: str
    channels: Channels = "agent-left"
    snr_db: float = 30.0
    bleed_db: float | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A call with its row of calls.csv and the verdicts that differ from those of a faultless call.

    `labels` are verdicts a rule id; `omit` names rules whose verdict is debatable here and is left out.
    `row` holds further columns of calls.csv. `tail_s` is the silence between the last words and the hang-up.
    """

    call_id: str
    ruleset: str
    agent_id: str
    lines: tuple[Line, ...]
    agent: Party
    customer: Party
    sound: Sound
    started_at: str
    direction: Literal["inbound", "outbound"] = "inbound"
    hangup_by: Literal["agent", "customer", "system"] = "customer"
    ring_seconds: float | None = 6.0
    complaint: bool = False
    tail_s: float = 1.0
    labels: Mapping[str, str] = field(default_factory=dict)
    omit: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    answers: Mapping[str, object] = field(default_factory=dict)
    row: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with the time at which it is heard, in seconds from the start of the recording."""

    role: Role
    start_s: float
    end_s: float
    text: str


_WRITTEN = re.compile(r"(?:(-?\d+(?:\.\d+)?) )?([AC]): (.+)")


def read_lines(text: str) -> tuple[Line, ...]:
    """Lines written one a row as `A: …` (agent) or `C: …` (customer), with the pause before in front if it matters.

    Raises ValueError at a row that is neither.
    """
    lines = []
    for row in filter(None, map(str.strip, text.splitlines())):
        match = _WRITTEN.fullmatch(row)
        if match is None:
            raise ValueError(f"not a line of a call: {row}")
        pause, mark, words = match.groups()
        lines.append(Line("agent" if mark == "A" else "customer", words, float(pause) if pause else ORDINARY_PAUSE_S))
    return tuple(lines)
