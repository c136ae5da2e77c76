"""Calibration sessions: opened and closed by a QA lead, scored blind by inspectors, then looked at together."""

from collections.abc import Mapping, Sequence
from datetime import date

from dashboard.data import now, require, visible
from dashboard.database import change, session
from qa.agreement.session import SessionReport
from qa.finding import Verdict
from qa.sampling.draw import drawn
from qa.store import calibrations, queries
from qa.store.calibrations import Calibration
from qa.store.filters import CallFilter


def sessions() -> list[Calibration]:
    """The latest sessions, newest first."""
    require("review")
    with session() as opened:
        return calibrations.list_calibrations(session=opened)


def sheet(session_id: int) -> dict[str, dict[str, str]]:
    """What is to be judged: of each call the names of its rules by id, in their order."""
    require("review")
    lines: dict[str, dict[str, str]] = {}
    with session() as opened:
        for line in calibrations.sheet_lines(session=opened, session_id=session_id):
            lines.setdefault(line.call_id, {})[line.rule] = line.name
    return lines


def own(session_id: int) -> dict[str, dict[str, Verdict]]:
    """The viewer's own verdicts so far, of each call by rule; nobody else's."""
    person = require("review")
    found: dict[str, dict[str, Verdict]] = {}
    with session() as opened:
        for rating in calibrations.ratings(session=opened, session_id=session_id, viewer=person.user):
            if rating.inspector == person.user:
                found.setdefault(rating.call_id, {})[rating.rule] = rating.verdict
    return found


def rate(session_id: int, call_id: str, verdicts: Mapping[str, Verdict]) -> None:
    """The viewer's verdicts on the rules of a call; later ones replace them. Raises ConfigError once it is closed."""
    person = require("review")
    with change() as opened:
        for rule, verdict in verdicts.items():
            calibrations.rate(
                session=opened,
                session_id=session_id,
                call_id=call_id,
                rule=rule,
                inspector=person.user,
                verdict=verdict,
                now=now(),
            )


def draw(first: date, last: date, *, count: int, seed: int) -> Sequence[str]:
    """So many scored calls of these days, each with the same chance; the same seed draws the same."""
    require("manage_rules")
    where = visible(CallFilter(date_from=first, date_to=last, status="scored"))
    with session() as opened:
        return drawn(queries.call_ids(session=opened, where=where), count, seed, "calibration")


def start(name: str, call_ids: Sequence[str], reference: str | None) -> int:
    """Opens a session; `reference` is the account whose verdicts are the measure. Raises ConfigError without calls."""
    person = require("manage_rules")
    with change() as opened:
        return calibrations.open_calibration(
            session=opened, name=name, call_ids=call_ids, by=person.user, now=now(), reference=reference
        )


def close(session_id: int) -> None:
    """Ends the scoring; from now on all see everything."""
    require("manage_rules")
    with change() as opened:
        calibrations.close_calibration(session=opened, session_id=session_id, now=now())


def report(session_id: int) -> SessionReport:
    """How far inspectors agreed. Raises ConfigError while the session is open."""
    require("review")
    with session() as opened:
        return calibrations.calibration_report(session=opened, session_id=session_id)
