"""The values that flow through the line: words, turns, speech spans, metadata and the call they make up.

All times are seconds from the start of the recording.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
"""Where the centre is."""


Role = Literal["agent", "customer", "unknown"]
Channels = Literal["agent-left", "agent-right", "mono"]
Direction = Literal["inbound", "outbound"]
HangupBy = Literal["agent", "customer", "system"]

SIDES_SWAPPED, SIDE_UNCERTAIN = "sides may be swapped", "agent side uncertain"
"""Notes on an assignment of sides, replaced where the sides are assigned again."""


def midnight(day: date) -> datetime:
    """The moment at which a local day begins."""
    return datetime.combine(day, time(), LOCAL)


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised token with its time and the recogniser's probability (0–1)."""

    start_s: float
    end_s: float
    text: str
    confidence: float


class UnmadeWords(Sequence[Word]):
    """Words of which each is made when somebody looks at it."""

    @property
    @abstractmethod
    def texts(self) -> Sequence[str]:
        """The text of each word, for which none is made."""


def texts_of(words: Sequence[Word]) -> Sequence[str]:
    """The text of each word."""
    return words.texts if isinstance(words, UnmadeWords) else [word.text for word in words]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party said without the other side or a long pause in between.

    `confidence` is the mean word probability (0–1; 1.0 for text that was not recognised by a machine).
    `words` is empty where only the text is known.
    `role_confidence` is how sure the role is (0–1); a mono recording without diarization gives less than 1.
    Known only where there was audio: `level_db` is the RMS of the turn's speech in dBFS (0 is full scale);
    `mandarin` the probability (0–1) that its language is Mandarin, judged on up to half a minute of speech around
    it; `alternatives` what else the sound clearly supports, heard again against a closed list of answers.
    """

    role: Role
    start_s: float
    end_s: float
    text: str
    confidence: float = 1.0
    words: tuple[Word, ...] = ()
    role_confidence: float = 1.0
    level_db: float | None = None
    mandarin: float | None = None
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """A span in which one party is heard, measured on the audio without padding."""

    role: Role
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class CallMeta:
    """One row of calls.csv; `None` means that the field is not known.

    `started_at` is time-zone aware; `caller` is already pseudonymised; `extra` holds any further column.
    """

    call_id: str
    recording: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    team: str | None = None
    shift: str | None = None
    ruleset: str | None = None
    direction: Direction = "inbound"
    started_at: datetime | None = None
    ring_seconds: float | None = None
    hangup_by: HangupBy | None = None
    complaint: bool | None = None
    dissatisfied: bool | None = None
    nuisance: bool | None = None
    caller: str | None = None
    work_order: str | None = None
    channels: Channels | None = None
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def day(self) -> date | None:
        """The day of Asia/Shanghai on which the call began."""
        return self.started_at.astimezone(LOCAL).date() if self.started_at else None


@dataclass(frozen=True, slots=True)
class Call:
    """A transcribed call, ready to be checked.

    `channels` is what the audio turned out to be: where it is `mono`, overlap cannot be judged.
    `speech` is measured speech, or the turns' times where there is no audio (`speech_measured` tells which).
    `notes` are things a reviewer should know, for example `truncated` or `two of 4 channels used`.
    `phones` are the syllables of the turns as `qa.phonetics.packed` keeps them, where they were stored.
    """

    meta: CallMeta
    duration_s: float
    channels: Channels
    turns: tuple[Turn, ...]
    speech: tuple[Speech, ...]
    speech_measured: bool = True
    notes: tuple[str, ...] = ()
    phones: bytes | None = field(default=None, compare=False, repr=False)
