"""A call being written: its turns with their times, its metadata, and the verdicts its making implies."""

import random
import re
from dataclasses import dataclass, field

from benchmarks.noise.model import Said

SPOKEN = re.compile(r"[一-鿿0-9A-Za-z]")
USUAL_RATES = (4.0, 5.0)

ALWAYS = ("rude-language", "refusal", "blame-other-department", "name-disclosure", "slang")
WHERE_ASKED = (
    "job-number-request", "silent-call", "hold-etiquette", "complaint-closing", "repeat-back-address",
    "repeat-back-phone", "early-hangup", "callback-questions", "thanks-reply",
)  # fmt: skip


def syllable_count(text: str) -> int:
    """Spoken characters, punctuation left out."""
    return len(SPOKEN.findall(text))


@dataclass
class Draft:
    """`agent_rate` is in characters a second; `near` holds the rules that the call comes near but keeps,
    `near_kinds` how it does so in words (customer, quote, order, half, homophone, sense)."""

    draw: random.Random
    ruleset: str
    agent_id: str
    started_at: str
    direction: str = "inbound"
    ring_seconds: float | None = 6.0
    hangup_by: str = "customer"
    complaint: bool = False
    channels: str = "agent-left"
    agent_rate: float = 4.5
    end_s: float = 0.0
    tail_s: float = 1.0
    turns: list[Said] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    near: set[str] = field(default_factory=set)
    near_kinds: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    answers: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels |= dict.fromkeys(ALWAYS, "passed") | dict.fromkeys(WHERE_ASKED, "not_applicable")
        self.labels |= {"dead-air": "passed", "closing": "passed", "holiday-opening": "not_applicable"}
        self.labels["interruption"] = "not_applicable" if self.channels == "mono" else "passed"
        inbound = "passed" if self.direction == "inbound" else "not_applicable"
        self.labels |= dict.fromkeys(("opening-greeting", "job-number", "slow-answer"), inbound)

    @property
    def duration_s(self) -> float:
        return round(self.end_s + self.tail_s, 2)

    def say(self, role: str, text: str, gap_s: float | None = None) -> Said:
        """Adds a turn `gap_s` after the end of what was said so far (negative: into it)."""
        gap = self.draw.uniform(0.4, 0.9) if gap_s is None else gap_s
        start = max(0.3, self.end_s + gap)
        rate = self.agent_rate if role == "agent" else self.draw.uniform(*USUAL_RATES)
        turn = Said(role, round(start, 2), round(start + max(0.4, syllable_count(text) / rate), 2), text)
        self.turns.append(turn)
        self.end_s = max(self.end_s, turn.end_s)
        return turn

    def agent(self, text: str, gap_s: float | None = None) -> Said:
        return self.say("agent", text, gap_s)

    def customer(self, text: str, gap_s: float | None = None) -> Said:
        return self.say("customer", text, gap_s)

    def mark(self, rule: str, verdict: str) -> None:
        self.labels[rule] = verdict

    def leave_out(self, *rules: str) -> None:
        """A fair inspector could see these either way in this call: they carry no label."""
        for rule in rules:
            self.labels.pop(rule, None)

    def agent_speech(self) -> tuple[float, int]:
        """Seconds and characters of the agent."""
        own = [turn for turn in self.turns if turn.role == "agent"]
        return sum(t.end_s - t.start_s for t in own), sum(syllable_count(t.text) for t in own)

    def chars_per_min(self) -> float:
        seconds, count = self.agent_speech()
        return 60 * count / seconds

    def spoken_by(self, role: str) -> str:
        return "".join(turn.text for turn in self.turns if turn.role == role)
