"""What review has taught (learned.yaml), written with a row of the audit log for every decision in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session

from qa.rules.learned import NAME, Learned, save_learned
from qa.store import audit


def keep_learned(*, session: Session, rules_dir: Path, before: Learned, after: Learned, by: str) -> Path:
    """Writes the file and tells the log which rules are held or released and which thresholds are set, by whom."""
    was, now = (learned.model_dump(mode="json") for learned in (before, after))
    _tell(session, by, ("rule held", "rule released"), was["held"], now["held"])
    _tell(session, by, ("threshold set", "threshold dropped"), was["sure"], now["sure"])
    return save_learned(rules_dir, after)


def _tell(session: Session, by: str, actions: tuple[str, str], was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    for rule in sorted({*was, *now}):
        before, after = was.get(rule), now.get(rule)
        if before != after:
            action = actions[after is None]
            audit.record(
                session=session, by=by, action=action, subject=f"rules:{NAME}#{rule}", before=before, after=after
            )
