"""Why the mean score changed: each rule's part, which add up to the change exactly."""

from collections.abc import Iterable

from qa.reports.figures import Cause, Cost, Tally

MIN_POINTS = 0.005
"""Parts below half a hundredth of a point are put together with the rest."""


def causes(now: Tally, former: Tally, costs: Iterable[Cost], former_costs: Iterable[Cost]) -> tuple[Cause, ...]:
    """The change of the mean by rule, the largest part first; nothing where one period has no scored call.

    A call loses what its rules cost, as far as it has points to lose: mean = base − Σ points / calls + what was not
    lost because the score cannot go below 0 (or fell to 0 by a fatal item). The last part is that remainder.
    """
    if now.mean is None or former.mean is None:
        return ()
    after, before = {c.rule: c for c in costs}, {c.rule: c for c in former_costs}
    parts = []
    for rule in after.keys() | before.keys():
        new, old = after.get(rule), before.get(rule)
        known = new or old
        assert known
        lost, lost_before = (new.cents if new else 0) / now.scored, (old.cents if old else 0) / former.scored
        parts.append(
            Cause(
                rule=rule,
                name=known.name,
                clause=known.clause,
                before=100 * (old.count if old else 0) / former.scored,
                after=100 * (new.count if new else 0) / now.scored,
                points=(lost_before - lost) / 100,
            )
        )
    told = sorted((p for p in parts if abs(p.points) >= MIN_POINTS), key=lambda p: (-abs(p.points), p.rule))
    rest = now.mean - former.mean - sum(part.points for part in told)
    return (*told, Cause("", "", "", 0.0, 0.0, rest)) if abs(rest) >= MIN_POINTS else tuple(told)
