"""Checking a call against a rule set: one finding a rule, before anything is charged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from qa.calibration import stated_confidence
from qa.call import Call
from qa.checks.naming import spoken
from qa.checks.signal import CERTAIN, Signal
from qa.checks.view import CallView
from qa.finding import Finding, Verdict
from qa.rules.expression import evaluate
from qa.rules.model import Rule, RuleSet

FIELDS = {
    "agent_id": "工号",
    "ring_seconds": "振铃时长",
    "started_at": "通话时间",
    "hangup_by": "挂机方",
    "direction": "呼叫方向",
    "complaint": "投诉标记",
    "dissatisfied": "客户不满标记",
    "nuisance": "骚扰标记",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """All findings of a call in the order of the rules (points not yet charged), and the answers found in it."""

    findings: tuple[Finding, ...]
    answers: dict[str, Any]


def check_call(call: Call, ruleset: RuleSet) -> Checked:
    """Check a call against every rule of a set. Pure: the same call and set give the same findings."""
    view = CallView(call, ruleset.book)
    findings: list[Finding] = []
    answers: dict[str, Any] = {}
    named = {**ruleset.variables, "job_number": call.meta.agent_id or "×××"}
    for rule in ruleset.rules:
        applies = evaluate(rule.applies, view) if rule.applies else CERTAIN
        open_to = not applies.missing and applies.probability > 0
        violated = evaluate(rule.violated, view) if open_to else Signal(0.0)
        findings.append(judge(rule, applies, violated, ruleset, named))
        if findings[-1].verdict != "not_applicable":
            answers.update(violated.answers)
    return Checked(tuple(_exclude(findings, ruleset)), answers)


def judge(rule: Rule, applies: Signal, violated: Signal, ruleset: RuleSet, named: Mapping[str, Any]) -> Finding:
    """The verdict that two probabilities lead to: doubt about either goes to a person."""
    sure = rule.sure or ruleset.scheme.sure
    doubt = rule.doubt or ruleset.scheme.doubt
    missing = applies.missing or violated.missing
    if missing:
        lacking = "、".join(FIELDS.get(m, m) for m in dict.fromkeys(missing))
        return _quiet(rule, "not_applicable", 1.0, f"不适用：通话资料缺少{lacking}")
    if applies.probability < doubt:
        reason = applies.why or rule.inapplicable or "本通话没有出现该规则所指的情形"
        return _quiet(rule, "not_applicable", 1.0 - applies.probability, f"不适用：{reason}")
    both = min(applies.probability, violated.probability)
    if violated.probability < doubt:
        verdict: Verdict = "passed" if applies.probability >= 0.5 else "not_applicable"
        return _quiet(rule, verdict, 1.0 - violated.probability, "符合要求" if verdict == "passed" else "不适用")
    if both >= sure and not rule.review_only:
        return _finding(rule, "violated", both, _reason(rule, violated), violated, named)
    return _finding(rule, "needs_review", 1.0 - both, f"请人工复核：{_reason(rule, violated)}", violated, named)


def _reason(rule: Rule, violated: Signal) -> str:
    return f"{rule.reason}（{violated.why}）" if violated.why else rule.reason


def _finding(
    rule: Rule, verdict: Verdict, confidence: float, reason: str, signal: Signal, named: Mapping[str, Any]
) -> Finding:
    plain = _plain(rule.id, rule.name, rule.clause, verdict, confidence, reason)
    return replace(plain, evidence=signal.evidence, right_wording=spoken(rule.right_wording, named))


def _quiet(rule: Rule, verdict: Verdict, confidence: float, reason: str) -> Finding:
    """A finding without evidence: the same for many calls."""
    return _known(rule.id, rule.name, rule.clause, verdict, confidence, reason)


def _plain(rule: str, name: str, clause: str, verdict: Verdict, confidence: float, reason: str) -> Finding:
    stated = stated_confidence(verdict, min(1.0, max(0.0, confidence)))
    return Finding(rule=rule, name=name, clause=clause, verdict=verdict, confidence=round(stated, 4), reason=reason)


_known = lru_cache(maxsize=4096)(_plain)


def _exclude(findings: list[Finding], ruleset: RuleSet) -> list[Finding]:
    """Rules that another one replaces (提前挂机 replaces 结束语) do not apply where that one is charged or open."""
    struck = {f.rule: f.verdict for f in findings}
    excluded = {
        other: rule
        for rule in ruleset.rules
        if struck[rule.id] in ("violated", "needs_review")
        for other in rule.excludes
    }
    return [
        replace(
            f,
            verdict="not_applicable",
            reason=f"不适用：由“{excluded[f.rule].name}”判定",
            evidence=(),
            right_wording="",
        )
        if f.rule in excluded and f.verdict != "not_applicable"
        else f
        for f in findings
    ]
