"""The values that queries answer with."""

from dataclasses import dataclass
from datetime import datetime

from qa.call import Channels
from qa.result import Status


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the calls list; `started_at` in Asia/Shanghai, scores None unless the call was scored."""

    call_id: str
    recording: str | None
    started_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    ruleset: str | None
    duration_s: float | None
    channels: Channels | None
    status: Status
    score: float | None
    grade: str | None
    fatal: bool | None
    needs_review: bool | None
    violated_rules: tuple[str, ...]
    review_rules: tuple[str, ...]
    error: str | None


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """The values that occur, sorted, for filling filter controls; `rules` are (id, name) pairs of
    those that were violated or left to a person somewhere."""

    agents: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    rulesets: tuple[str, ...]
    grades: tuple[str, ...]
    statuses: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RulePoints:
    """What one rule has cost over many calls: occurrences (`count`) and points taken off."""

    rule: str
    name: str
    clause: str
    count: int
    points: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures over the calls of a filter.

    `grades` counts calls by grade; `score_bins` counts them by the lower edge of a five-point bin, from 0
    to 95 (the last one holds 95 to 100), empty bins included. `mean_score` is None where nothing was scored.
    """

    calls: int
    scored: int
    failed: int
    skipped: int
    mean_score: float | None
    needs_review: int
    fatal: int
    points_by_rule: tuple[RulePoints, ...]
    grades: tuple[tuple[str, int], ...]
    score_bins: tuple[tuple[int, int], ...]
