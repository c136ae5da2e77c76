"""What two versions of the rules judge otherwise in one call.

Nothing is judged twice that is known: where the stored findings are those of the old version they stand for it, and
the new version looks only at rules that may judge otherwise (see `rules.differences`). The others keep their
verdicts, and all are charged again, since the same words are charged once whichever rule finds them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from qa.call import CallMeta, Role
from qa.changes import CallChange, RuleChange
from qa.checks.listening import Listening
from qa.evaluate import check_call
from qa.finding import Finding, Verdict
from qa.phonetics import Lexicon, build_lexicon
from qa.pipeline import call_of, sides_again
from qa.result import Scorecard
from qa.rules.differences import Differences, differences, only
from qa.rules.model import Rule, RuleSet
from qa.score import charge, total
from qa.store.transcripts import StoredTranscript

Findings = Mapping[str, Finding]

QUIET: set[Verdict] = {"passed", "not_applicable"}
LOUDNESS: dict[Verdict, int] = {"violated": 2, "needs_review": 1}
NOTHING: Findings = {}
SPEAKERS: tuple[Role, ...] = ("agent", "customer")


@dataclass(frozen=True)
class Pair:
    """Two versions of a rule set and what tells them apart."""

    old: RuleSet
    new: RuleSet
    told: Differences

    @classmethod
    def of(cls, old: RuleSet, new: RuleSet, *, same_holidays: bool) -> "Pair":
        """The pair of two versions; `same_holidays` as in `differences`."""
        return cls(old, new, differences(old, new, same_holidays=same_holidays))

    @cached_property
    def every(self) -> frozenset[str]:
        """The rules of both versions."""
        return frozenset(rule.id for ruleset in (self.old, self.new) for rule in ruleset.rules)

    @cached_property
    def judged(self) -> RuleSet:
        """The new version with the rules alone that may judge otherwise in any call."""
        return only(self.new, self.told.judged)

    @cached_property
    def sieve(self) -> RuleSet:
        """The old version with the rules alone whose verdicts can matter."""
        return only(self.old, self.told.judged | self.told.charged)

    @cached_property
    def rivals(self) -> Lexicon:
        """What finds the patterns that concern every rule where they are heard."""
        return build_lexicon(sorted(self.told.rivals))

    def rejudged(self, meta: CallMeta, transcript: StoredTranscript | None = None) -> frozenset[str]:
        """The rules to judge anew in a call: all of them where its holidays differ or rivals are heard.

        Without the transcript: those that may have to be.
        """
        if self.told.on(meta.started_at.date() if meta.started_at else None):
            return self.every
        if self.told.rivals and (transcript is None or self._hear_rivals(meta, transcript)):
            return self.every
        return self.told.judged

    def _hear_rivals(self, meta: CallMeta, transcript: StoredTranscript) -> bool:
        heard = Listening(call_of(meta, transcript), self.rivals)
        return any(len(hits) for hits in map(heard.hits, SPEAKERS))

    def same(self, meta: CallMeta, stored: Findings | None) -> bool:
        """Whether the call needs no look at its words: none is judged anew, and the old verdicts are `stored`."""
        if self.told.none:
            return True
        if self.rejudged(meta) or self.told.totalled:
            return False
        return stored is not None and not _charged(stored, self.told.charged)


def compare(
    meta: CallMeta, transcript: StoredTranscript | None, stored: Findings | None, pair: Pair
) -> CallChange | None:
    """What the two versions judge otherwise in a call; None where they agree. Pure.

    `stored` are the findings of the old version that are loud (violated, open, covered) or of a rule that is judged
    anew, None where they are another version's; the transcript may be left out where `listens` says so. Who is
    agent and who customer is told again only where the versions differ in the words that tell it.
    """
    if pair.same(meta, stored) or (transcript is not None and not (transcript.turns or transcript.speech)):
        return None
    rules = pair.rejudged(meta, transcript)
    again = pair.told.sides and rules == pair.every
    old, new = stored, NOTHING
    if old is None:
        whole = pair.told.totalled or rules == pair.every
        old = _judged(meta, _given(transcript), pair.old if whole else pair.sieve, again)
    if rules:
        new = _judged(meta, _given(transcript), pair.new if rules == pair.every else pair.judged, again)
    if not (pair.told.totalled or _charged(old, pair.told.charged) or _moved(old, new, rules)):
        return None
    if stored is None and len(old) < len(pair.old.rules):
        old = _judged(meta, _given(transcript), pair.old, again)
    after = {**{id_: f for id_, f in old.items() if id_ not in rules}, **new}
    return difference(meta, _total(old, pair.old, meta), _total(after, pair.new, meta))


def listens(meta: CallMeta, stored: Findings | None, pair: Pair) -> bool:
    """Whether a call cannot be compared without its transcript."""
    return not pair.same(meta, stored) and (stored is None or bool(pair.rejudged(meta)))


def _given(transcript: StoredTranscript | None) -> StoredTranscript:
    if transcript is None:
        raise ValueError("this call cannot be compared without its transcript")
    return transcript


def _judged(meta: CallMeta, transcript: StoredTranscript, ruleset: RuleSet, again: bool) -> Findings:
    sided = sides_again(transcript, meta, ruleset) if again and transcript.audio_sha256 else transcript
    return {f.rule: f for f in check_call(call_of(meta, sided), ruleset).findings}


def _charged(findings: Findings, rules: Collection[str]) -> bool:
    """Whether any of the rules is charged, or would be but for another one."""
    return any(f.verdict == "violated" or f.covered_by for id_, f in findings.items() if id_ in rules)


def _moved(old: Findings, new: Findings, rules: Collection[str]) -> bool:
    """Whether any of the rules is judged otherwise, or is charged and may be so for other words."""
    return any(_differs(old.get(id_), new.get(id_)) for id_ in rules)


def _differs(before: Finding | None, after: Finding | None) -> bool:
    given = [f for f in (before, after) if f is not None]
    if any(f.verdict == "violated" or f.covered_by for f in given):
        return True
    return len({f.verdict for f in given}) > 1 or (len(given) == 1 and given[0].verdict not in QUIET)


def _total(findings: Findings, ruleset: RuleSet, meta: CallMeta) -> Scorecard:
    """The scorecard of findings, charged once more."""
    rules: dict[str, Rule] = {rule.id: rule for rule in ruleset.rules}
    bare = tuple(_uncharged(findings[id_]) for id_ in rules if id_ in findings)
    return total(charge(bare, rules, ruleset.scheme, meta), rules, ruleset.scheme, {}, {})


def _uncharged(finding: Finding) -> Finding:
    if finding.covered_by:
        return replace(finding, verdict="violated", covered_by=None)
    return finding


def difference(meta: CallMeta, before: Scorecard, after: Scorecard) -> CallChange | None:
    """What differs between two scorecards of a call; None where scores, grades and verdicts are the same.

    A rule that only one version has, and that has nothing to say, is no difference.
    """
    old, new = ({f.rule: f for f in card.findings} for card in (before, after))
    rules = tuple(change for rule in {**old, **new} if (change := _rule_change(old.get(rule), new.get(rule))))
    if not rules and (before.score, before.grade) == (after.score, after.grade):
        return None
    return CallChange(meta.call_id, meta.agent_id, before.score, after.score, before.grade, after.grade, rules)


def _rule_change(old: Finding | None, new: Finding | None) -> RuleChange | None:
    given = [f for f in (new, old) if f is not None]
    points = (new.points if new else 0.0) - (old.points if old else 0.0)
    if len(given) == 1 and given[0].verdict in QUIET:
        return None
    if old and new and (old.verdict, old.points) == (new.verdict, new.points):
        return None
    loudest = max(given, key=lambda f: LOUDNESS.get(f.verdict, 0))
    return RuleChange(
        rule=given[0].rule,
        name=given[0].name,
        before=old.verdict if old else None,
        after=new.verdict if new else None,
        points=round(points, 2),
        at_s=loudest.evidence[0].start_s if loudest.evidence else None,
    )
