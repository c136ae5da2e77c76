"""How many violations to expect in a call, from what its findings say."""

from collections.abc import Iterable

from qa.finding import Finding, Verdict


def violation_probability(verdict: Verdict, confidence: float) -> float:
    """How likely a rule is violated (0–1), from a finding's verdict and the probability that it is right."""
    return confidence if verdict == "violated" else 1.0 - confidence


def expected_violations(findings: Iterable[Finding]) -> float:
    """The expected number of violated rules in a call."""
    return sum(violation_probability(finding.verdict, finding.confidence) for finding in findings)
