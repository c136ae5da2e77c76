"""The 100-point deduction scheme: what findings cost together. Pure arithmetic on verdicts."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

from qa.call import Call, CallMeta
from qa.evaluate import check_call
from qa.finding import Evidence, Finding
from qa.metrics import measure
from qa.result import Scorecard
from qa.rules.model import RuleSet
from qa.rules.scheme import Priced, Scheme


def score_call(call: Call, ruleset: RuleSet) -> Scorecard:
    """Check and score a call: score = max(0, base − Σ points × multiplier), 0 where a fatal item is violated."""
    checked = check_call(call, ruleset)
    rules = {rule.id: rule for rule in ruleset.rules}
    findings = charge(checked.findings, rules, ruleset.scheme, call.meta)
    return total(findings, rules, ruleset.scheme, checked.answers, measure(call))


def charge(
    findings: tuple[Finding, ...],
    rules: Mapping[str, Priced],
    scheme: Scheme,
    meta: CallMeta,
    facts: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """Points for each violated finding, the same words charged once: the dearest rule pays, the others are covered.

    `facts` tells by rule what a person found that multiplies its points (see `multiplier`).
    """
    order = sorted((f for f in findings if f.verdict == "violated"), key=lambda f: (-rules[f.rule].points, f.rule))
    taken: list[tuple[Evidence, str]] = []
    charged: dict[str, Finding] = {}
    for finding in order:
        rule = rules[finding.rule]
        if rule.per == "occurrence":
            own = tuple(e for e in finding.evidence if not _covering(e, taken))
            certain = _apart([e for e in own if e.probability >= (rule.sure or scheme.sure)])
            cover = next((c for e in finding.evidence if (c := _covering(e, taken))), None)
            if not certain and cover:
                charged[finding.rule] = replace(
                    finding,
                    verdict="passed",
                    covered_by=cover,
                    reason=f"同一语句已按“{rules[cover].name}”扣分,不重复扣分",
                )
                continue
            taken += [(e, finding.rule) for e in certain or own]
            # What is missing (a closing, say) leaves no words to count: it happened once.
            count = max(1, len(certain))
        else:
            count = 1
        factor = multiplier(rule, scheme, meta, facts.get(finding.rule, ()))
        points = rule.points * count * factor
        if rule.cap is not None:
            points = min(points, rule.cap * factor)
        charged[finding.rule] = replace(finding, count=count, points=points, multiplier=factor)
    return tuple(charged.get(f.rule, f) for f in findings)


def multiplier(rule: Priced, scheme: Scheme, meta: CallMeta, told: Collection[str] = ()) -> float:
    """The factor on a rule's points; several do not stack unless the scheme says so.

    The call's metadata tells of a complaint and of dissatisfaction; `told` is what a person found beyond that.
    """
    facts = {"complaint": meta.complaint, "dissatisfied": meta.dissatisfied}
    factors = [scheme.multipliers.get(name, 1.0) for name in rule.multipliers if facts.get(name) or name in told]
    if not factors:
        return 1.0
    if scheme.stack_multipliers:
        product = 1.0
        for factor in factors:
            product *= factor
        return product
    return max(factors)


def total(
    findings: tuple[Finding, ...],
    rules: Mapping[str, Priced],
    scheme: Scheme,
    answers: Mapping[str, object],
    metrics: Mapping[str, float | None],
) -> Scorecard:
    """The scorecard of charged findings."""
    fatal = any(f.verdict == "violated" and rules[f.rule].fatal for f in findings)
    lost = sum(f.points for f in findings if f.verdict == "violated")
    score = 0.0 if fatal else round(max(0.0, scheme.base - lost), 2)
    return Scorecard(
        score=score,
        fatal=fatal,
        grade=next(name for name, least in scheme.grades if score >= least),
        needs_review=any(f.verdict == "needs_review" for f in findings),
        findings=findings,
        answers=answers,
        metrics=metrics,
    )


def _apart(evidence: list[Evidence]) -> list[Evidence]:
    """Evidence without what repeats words quoted already: two conditions of a rule may hit the same utterance."""
    kept: list[Evidence] = []
    for piece in evidence:
        if not any(_same_words(piece, other) for other in kept):
            kept.append(piece)
    return kept


def _covering(evidence: Evidence, taken: list[tuple[Evidence, str]]) -> str | None:
    """The rule that these words were already charged to."""
    return next((rule for other, rule in taken if _same_words(evidence, other)), None)


def _same_words(one: Evidence, other: Evidence) -> bool:
    return one.role == other.role and one.start_s < other.end_s and other.start_s < one.end_s
