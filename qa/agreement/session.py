"""What a calibration session tells: agreement by rule, inspectors against the reference, what to talk about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from qa.agreement.kappa import Agreement, Percent, cohen, fleiss, percent
from qa.finding import Verdict

VERDICTS: tuple[Verdict, ...] = ("violated", "passed", "not_applicable", "needs_review")


@dataclass(frozen=True, slots=True)
class Rating:
    """One inspector's verdict on one rule of one call."""

    call_id: str
    rule: str
    inspector: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RuleAgreement:
    """How far inspectors agree on a rule: over all pairs of verdicts on the same call, and beyond chance.

    `cohen` is known where exactly two inspectors took part, `fleiss` from two on; `split` counts calls without
    unanimity.
    """

    rule: str
    calls: int
    raters: int
    percent: Percent
    cohen: Agreement
    fleiss: Agreement
    split: int


@dataclass(frozen=True, slots=True)
class InspectorAgreement:
    """One inspector against the reference: agreement, kappa, and how often harder or softer than it.

    Harder is a violation where the reference has none, softer none where it has one.
    """

    inspector: str
    percent: Percent
    kappa: Agreement
    harder: int
    softer: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A call and rule to talk about; `verdicts` by inspector, `reference` where there is one."""

    call_id: str
    rule: str
    verdicts: tuple[tuple[str, Verdict], ...]
    reference: Verdict | None
    weight: float


@dataclass(frozen=True, slots=True)
class SessionReport:
    """Rules with the least agreement first, inspectors by name, topics by weight."""

    rules: tuple[RuleAgreement, ...]
    inspectors: tuple[InspectorAgreement, ...]
    topics: tuple[Topic, ...]


Case = tuple[str, str]
"""Call and rule."""


def session_report(ratings: Iterable[Rating], reference: Mapping[Case, Verdict] | None = None) -> SessionReport:
    """The report of a session; `reference` holds the verdicts agreed on, or a master's.

    Of two verdicts of one inspector on the same case the later one counts.
    """
    cases: dict[Case, dict[str, Verdict]] = defaultdict(dict)
    for rating in ratings:
        cases[rating.call_id, rating.rule][rating.inspector] = rating.verdict
    reference = reference or {}
    by_rule: dict[str, list[dict[str, Verdict]]] = defaultdict(list)
    for (_, rule), verdicts in sorted(cases.items()):
        by_rule[rule].append(verdicts)
    rules = [_rule(rule, verdicts) for rule, verdicts in by_rule.items()]
    names = sorted({name for verdicts in cases.values() for name in verdicts})
    topics = [topic for case, verdicts in cases.items() if (topic := _topic(case, verdicts, reference.get(case)))]
    return SessionReport(
        rules=tuple(sorted(rules, key=lambda r: (r.percent.value if r.percent.value is not None else 2.0, r.rule))),
        inspectors=tuple(_inspector(name, cases, reference) for name in names),
        topics=tuple(sorted(topics, key=lambda t: (-t.weight, t.rule, t.call_id))),
    )


def _rule(rule: str, cases: Sequence[Mapping[str, Verdict]]) -> RuleAgreement:
    raters = sorted({name for verdicts in cases for name in verdicts})
    pairs = [(a, b) for verdicts in cases for a, b in combinations(verdicts.values(), 2)]
    counts = [[list(verdicts.values()).count(verdict) for verdict in VERDICTS] for verdicts in cases]
    both = [(v[raters[0]], v[raters[1]]) for v in cases if len(raters) == 2 and len(v) == 2]
    return RuleAgreement(
        rule=rule,
        calls=len(cases),
        raters=len(raters),
        percent=percent(sum(a == b for a, b in pairs), len(pairs)),
        cohen=cohen(table_of(both)),
        fleiss=fleiss(counts),
        split=sum(len(set(verdicts.values())) > 1 for verdicts in cases),
    )


def _inspector(
    name: str, cases: Mapping[Case, Mapping[str, Verdict]], reference: Mapping[Case, Verdict]
) -> InspectorAgreement:
    both = [(cases[case][name], reference[case]) for case in cases if name in cases[case] and case in reference]
    return InspectorAgreement(
        inspector=name,
        percent=percent(sum(own == right for own, right in both), len(both)),
        kappa=cohen(table_of(both)),
        harder=sum(own == "violated" != right for own, right in both),
        softer=sum(own != "violated" == right for own, right in both),
    )


def _topic(case: Case, verdicts: Mapping[str, Verdict], reference: Verdict | None) -> Topic | None:
    """A case is worth talking about as far as people differ on it, a deduction at stake counting double."""
    said = Counter(verdicts.values())
    apart = 1 - max(said.values()) / len(verdicts)
    against = sum(v != reference for v in verdicts.values()) / len(verdicts) if reference else 0.0
    weight = (apart + against) * (2 if "violated" in (*said, reference) else 1)
    if weight == 0:
        return None
    return Topic(*case, tuple(sorted(verdicts.items())), reference, weight)


def table_of(pairs: Iterable[tuple[Verdict, Verdict]]) -> np.ndarray:
    """The square table of counts of pairs of verdicts."""
    table = np.zeros((len(VERDICTS), len(VERDICTS)))
    for one, other in pairs:
        table[VERDICTS.index(one), VERDICTS.index(other)] += 1
    return table
