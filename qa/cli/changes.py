"""A back-test on the terminal."""

from rich.console import Console
from rich.table import Table

from qa.changes import Backtest, CallChange
from qa.finding import Verdict

NAMES: dict[Verdict | None, str] = {
    "violated": "violated",
    "needs_review": "needs review",
    "passed": "passed",
    "not_applicable": "not applicable",
    None: "no such rule",
}
AGENTS = 20


def show(found: Backtest) -> None:
    """Prints what differs: in sum, by rule, by agent, and the calls to listen to."""
    console = Console(highlight=False)
    console = Console(highlight=False, width=max(120, console.width))
    failed = f", {found.failed} could not be compared" if found.failed else ""
    if not found.changed:
        print(f"{found.calls} calls compared{failed}: no difference")
        return
    print(
        f"{found.calls} calls compared{failed}: {found.changed} judged otherwise, {found.rescored} with another score "
        f"({found.lower} lower, {found.higher} higher, {found.points:+g} points in all), "
        f"{found.regraded} in another grade"
    )
    console.print(_rules(found))
    if found.agents:
        console.print(_agents(found))
    console.print(_calls(found))


def _rules(found: Backtest) -> Table:
    table = Table("rule", "name", "from → to", "calls", "points lost", "listen to")
    for change in found.rules:
        table.add_row(
            change.rule,
            change.name,
            f"{NAMES[change.before]} → {NAMES[change.after]}",
            str(change.calls),
            f"{change.points:+g}",
            "\n".join(_place(call, at_s) for call, at_s in change.samples),
        )
    return table


def _agents(found: Backtest) -> Table:
    table = Table("agent", "calls", "with another score", "points")
    for agent in found.agents[:AGENTS]:
        table.add_row(agent.agent_id or "unknown", str(agent.calls), str(agent.rescored), f"{agent.points:+g}")
    if len(found.agents) > AGENTS:
        table.add_row(f"and {len(found.agents) - AGENTS} more (see --json)", "", "", "")
    return table


def _calls(found: Backtest) -> Table:
    table = Table("call", "agent", "score", "grade", "rules", "listen at")
    for call in found.largest:
        table.add_row(
            call.call_id,
            call.agent_id or "unknown",
            f"{call.before:g} → {call.after:g}",
            call.grade_after if call.grade_before == call.grade_after else f"{call.grade_before} → {call.grade_after}",
            "\n".join(f"{r.rule}: {NAMES[r.before]} → {NAMES[r.after]}" for r in call.rules),
            _seconds(call),
        )
    return table


def _seconds(call: CallChange) -> str:
    return "\n".join("" if r.at_s is None else f"{r.at_s:.1f} s" for r in call.rules)


def _place(call_id: str, at_s: float | None) -> str:
    return call_id if at_s is None else f"{call_id} at {at_s:.1f} s"
