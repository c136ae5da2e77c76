"""How values look on the pages: times, scores, names, sums."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from dashboard.i18n import t
from qa.result import Scorecard
from qa.review.settling import ManualDeduction
from qa.store.queries import CallRow

HASH = re.compile(r"(-\d+)?-[0-9a-f]{12}$")
"""The size and hash of a model that stand after its name."""


def clock(seconds: float | None) -> str:
    """`mm:ss`, from an hour on `h:mm:ss`; a dash where unknown."""
    if seconds is None:
        return "—"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def moment(at: datetime | None) -> str:
    """Date and minute as the centre's wall clock had them."""
    return at.strftime("%Y-%m-%d %H:%M") if at else "—"


def day(until: datetime | None) -> str:
    """The last day of a deadline at midnight."""
    return f"{(until - timedelta(seconds=1)).date()}" if until else "—"


def number(value: float) -> str:
    """At most one decimal, none where it is zero."""
    return f"{value:.1f}".removesuffix(".0")


def bytes_of(size: int | None) -> str:
    """Megabytes, from a gigabyte on gigabytes (of 10⁹ bytes); a dash where unknown."""
    if size is None:
        return "—"
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def engine(name: str | None) -> str:
    """Model and profile of an engine of ours; others by their names."""
    kind, _, rest = (name or "—").partition(":")
    model, _, options = rest.partition(":")
    known = kind == "faster-whisper" and "-" in options
    return f"{HASH.sub('', model)} ({options.split('-')[1]})" if known else name or "—"


def person(agent_id: str | None, name: str | None) -> str:
    """Job number and name, whichever are known."""
    return " ".join(part for part in (agent_id, name) if part) or "—"


def yes_no(value: bool | None) -> str:
    """Yes, no or unknown."""
    return t("value.unknown") if value is None else t("value.yes" if value else "value.no")


def score_sum(card: Scorecard, manual: Sequence[ManualDeduction] = ()) -> str:
    """The arithmetic from 100 to the score, one term a rule that was charged."""
    if card.fatal:
        return t("call.fatal_sum")
    charged = [
        *(finding for finding in card.findings if finding.verdict == "violated" and finding.points),
        *(entered for entered in manual if entered.points),
    ]
    if not charged:
        return t("call.no_deduction")
    terms = "".join(f" {t('call.term', points=number(f.points), name=f.name)}" for f in charged)
    return f"100{terms} = {number(card.score)}"


def outcome(row: CallRow) -> str:
    """The state of a call in one word, the gravest first."""
    if row.status != "scored":
        return t(f"status.{row.status}")
    if row.fatal:
        return t("outcome.fatal")
    return t("outcome.review" if row.needs_review else "outcome.done")


def change(now: float | None, before: float | None) -> str | None:
    """The difference to the period before, signed; None where there is nothing to compare."""
    if now is None or before is None or not before:
        return None
    return f"{now - before:+.1f}".removesuffix(".0")
