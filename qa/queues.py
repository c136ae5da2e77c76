"""What people should hear of the calls of a day: one list, each call once with every reason for it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO

from sqlmodel import Session

from qa.files import safe_cell
from qa.sampling.plan import Stratum, listening, spot_checks
from qa.store.filters import CallFilter
from qa.store.queues import candidates, waiting

ALL = 1_000_000
REASONS = {
    "fatal": "一票否决",
    "complaint": "投诉",
    "dissatisfied": "客户不满",
    "review": "有待复核的判定",
    "guided": "预计问题多",
    "uniform": "随机核对",
    "agent": "抽检(按坐席)",
    "team": "抽检(按班组)",
}


@dataclass(slots=True)
class Entry:
    """A call to hear; `chance` (0–1) is that of the drawing that put it on the list, 1 for what must be heard."""

    call_id: str
    reasons: list[str] = field(default_factory=list)
    chance: float = 1.0
    expected: float = 0.0


def plan(
    *, session: Session, where: CallFilter, budget: int, spot: int, per: Stratum = "agent", seed: int = 1
) -> list[Entry]:
    """What must be heard first, then the listening budget by what is expected, then spot checks."""
    entries: dict[str, Entry] = {}
    for call in waiting(session=session, where=where, limit=ALL):
        entries[call.call_id] = Entry(call.call_id, list(call.causes), expected=call.expected)
    if not budget and not spot:
        return list(entries.values())
    known = candidates(session=session, where=where)
    for pick in (*listening(known, budget, seed), *spot_checks(known, spot, seed, per)):
        entry = entries.setdefault(pick.call_id, Entry(pick.call_id, chance=pick.chance, expected=pick.expected))
        entry.reasons.append(pick.way)
    return list(entries.values())


def write(file: IO[str], entries: Sequence[Entry]) -> None:
    """The list as CSV, in the order in which to hear."""
    writer = csv.writer(file)
    writer.writerow(["call_id", "reasons", "expected_violations", "chance"])
    for entry in entries:
        reasons = ";".join(REASONS[reason] for reason in entry.reasons)
        writer.writerow([safe_cell(entry.call_id), reasons, f"{entry.expected:.2f}", f"{entry.chance:.4f}"])
