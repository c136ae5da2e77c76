"""Why a rule gave its verdict on a call: every condition with its probability, and the words that were compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qa.call import Call, Role
from qa.checks.registry import OPERATORS
from qa.checks.stream import Occurrence
from qa.checks.view import ANYWHERE, CallView, Window
from qa.errors import ConfigError
from qa.evaluate import FIELDS
from qa.finding import Finding, Verdict
from qa.pipeline import call_of, ruleset_of, sides_again
from qa.rules.expression import Traced, phrase_names, trace
from qa.rules.glossary import meaning
from qa.rules.loader import load_rulebook
from qa.rules.model import Expression, Rule, RuleSet
from qa.score import score_call
from qa.store.archive import FORGOTTEN, forgotten_among, load_archived
from qa.store.engine import open_store, reading, shown, store_errors

SHOWN = 3
LIKELY = 0.5
WORDING = 60
ROLES: dict[Role, str] = {"agent": "坐席", "customer": "客户", "unknown": "未知"}
VERDICTS: dict[Verdict, str] = {
    "violated": "违规",
    "passed": "符合",
    "not_applicable": "不适用",
    "needs_review": "待复核",
}
Search = tuple[tuple[str, ...], Role, Window]


@dataclass(eq=False)
class WatchedView(CallView):
    """A view that remembers what operators looked for and found."""

    searches: dict[Search, tuple[Occurrence, ...]] = field(default_factory=dict)
    _inside: bool = False

    def find_any(
        self, names: tuple[str, ...], role: Role, window: Window = ANYWHERE, prior: float = 0.0
    ) -> tuple[Occurrence, ...]:
        """As the plain view; kept unless it is part of `contested`, whose own answer is."""
        found = super().find_any(names, role, window, prior)
        if not self._inside:
            self.searches[names, role, window] = found
        return found

    def contested(
        self, names: tuple[str, ...], role: Role, window: Window = ANYWHERE, prior: float = 0.0
    ) -> tuple[Occurrence, ...]:
        """As the plain view, and kept."""
        self._inside = True
        found = super().contested(names, role, window, prior)
        self._inside = False
        self.searches[names, role, window] = found
        return found


@dataclass(frozen=True, slots=True)
class Match:
    """The best places for some phrases in a part of the call; `elsewhere` are likely ones outside it."""

    names: tuple[str, ...]
    role: Role
    window: Window
    found: tuple[Occurrence, ...]
    elsewhere: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A condition with its probability, what it compared, and its parts."""

    expression: Expression
    probability: float
    why: str
    missing: tuple[str, ...]
    matches: tuple[Match, ...]
    parts: tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule's finding on a call with the steps that led to it and the thresholds they were held against."""

    call_id: str
    rule: Rule
    finding: Finding
    sure: float
    doubt: float
    applies: Step | None
    violated: Step


def explain(call: Call, ruleset: RuleSet, rule_id: str) -> Explanation:
    """Checks the call again and keeps every step. Pure. Raises ConfigError where the set has no such rule."""
    rule = next((r for r in ruleset.rules if r.id == rule_id), None)
    if rule is None:
        known = ", ".join(r.id for r in ruleset.rules)
        raise ConfigError(f"rule set {ruleset.name!r} has no rule {rule_id!r}; it has {known}")
    view = WatchedView(call, ruleset.book)
    return Explanation(
        call_id=call.meta.call_id,
        rule=rule,
        finding=next(f for f in score_call(call, ruleset).findings if f.rule == rule_id),
        sure=rule.sure or ruleset.scheme.sure,
        doubt=rule.doubt or ruleset.scheme.doubt,
        applies=_step(trace(rule.applies, view), view) if rule.applies else None,
        violated=_step(trace(rule.violated, view), view),
    )


def explain_stored(rule_id: str, call_id: str, *, rules: Path, db: str) -> Explanation:
    """As `explain`, for a stored call, by the rule set that its metadata names, as `qa rescore` would score it.

    Raises ConfigError where there is no such call or rule, RuleError or StoreError where they cannot be read.
    """
    book = load_rulebook(rules)
    with store_errors(db), reading(open_store(db)) as session:
        found = load_archived(session=session, call_ids=[call_id])
        forgotten = forgotten_among(session=session, call_ids=[call_id])
    if forgotten:
        raise ConfigError(f"{call_id}: {FORGOTTEN}; its score and findings stay, see `qa export --format jsonl`")
    if not found:
        raise ConfigError(f"{shown(db)}: no call {call_id!r} with a transcript; see `qa export --format csv`")
    meta, transcript = found[0].meta, found[0].transcript
    ruleset = ruleset_of(meta, book.rulesets)
    if transcript.audio_sha256:
        transcript = sides_again(transcript, meta, ruleset)
    return explain(call_of(meta, transcript), ruleset, rule_id)


def _step(traced: Traced, view: WatchedView) -> Step:
    signal = traced.signal
    return Step(
        expression=traced.expression,
        probability=signal.probability,
        why=signal.why,
        missing=signal.missing,
        matches=() if traced.parts else _matches(traced.expression, view),
        parts=tuple(_step(part, view) for part in traced.parts),
    )


def _matches(expression: Expression, view: WatchedView) -> tuple[Match, ...]:
    """What an operator compares: it is run once more, alone, and watched."""
    view.searches.clear()
    OPERATORS[expression.operator].run(view, expression.params)
    own = phrase_names(expression)
    searches = {
        search: found
        for search, found in view.searches.items()
        if own & set(search[0]) or any(o.probability >= LIKELY for o in found)
    }
    told = {(o.role, o.start) for found in searches.values() for o in found}
    return tuple(
        Match(names, role, window, found[:SHOWN], _elsewhere(view, names, found, told))
        for (names, role, window), found in searches.items()
    )


def _elsewhere(
    view: WatchedView, names: tuple[str, ...], found: tuple[Occurrence, ...], told: set[tuple[Role, int]]
) -> tuple[Occurrence, ...]:
    """Likely places of the same words outside the part that counts, or said by the other side; not those `told`."""
    if any(o.probability >= LIKELY for o in found):
        return ()
    roles: tuple[Role, ...] = ("agent", "customer")
    hits = [o for role in roles for o in view.find_any(names, role) if o.probability >= LIKELY]
    fresh = [o for o in hits if (o.role, o.start) not in told]
    return tuple(sorted(fresh, key=lambda o: -o.probability)[:SHOWN])


def lines(told: Explanation) -> Iterator[str]:
    """The explanation as Chinese text, line by line."""
    rule, finding = told.rule, told.finding
    yield f"{told.call_id} · {rule.name}（{rule.id}，{rule.clause}；{rule.origin}）"
    points = f"，扣 {finding.points:g} 分" if finding.points else ""
    yield f"结论：{VERDICTS[finding.verdict]}{points}。{finding.reason}"
    sure = "本规则只转人工复核，从不扣分" if rule.review_only else f"两项都不低于 {told.sure:g} 才算违规"
    yield f"界限：{sure}；低于 {told.doubt:g} 视为没有问题；两者之间转人工复核。"
    yield ""
    if told.applies:
        yield f"适用的概率 {told.applies.probability:.2f}"
        yield from _tree(told.applies, 1)
    else:
        yield "适用的概率 1.00（每通电话都适用）"
    yield f"违规的概率 {told.violated.probability:.2f}"
    yield from _tree(told.violated, 1)
    for evidence in finding.evidence:
        heard = f"“{evidence.text}”" if evidence.text else "（静默）"
        yield f"证据：{ROLES[evidence.role]} {evidence.start_s:.1f}–{evidence.end_s:.1f} 秒 {heard}"


def _tree(step: Step, depth: int) -> Iterator[str]:
    indent = "  " * depth
    why = f"：{step.why}" if step.why else ""
    lacking = f"（通话资料缺少{'、'.join(FIELDS.get(m, m) for m in step.missing)}）" if step.missing else ""
    name = step.expression.operator
    yield f"{indent}{step.probability:.2f} {name} {meaning(name)}{_settings(step.expression)}{lacking}{why}"
    for part in step.parts:
        yield from _tree(part, depth + 1)
    for match in step.matches:
        yield f"{indent}  找 {'、'.join(match.names)}（{ROLES[match.role]}，{_place(match.window)}）"
        for hit in match.found:
            yield f"{indent}    {_hit(hit)}"
        if not match.found:
            yield f"{indent}    没有相近的话"
        for hit in match.elsewhere:
            yield f"{indent}    在别处（{ROLES[hit.role]}）：{_hit(hit)}"


def _settings(expression: Expression) -> str:
    """The plain values that the rule file gives an operator: numbers, sides, switches."""
    given = expression.params.model_dump(exclude_unset=True) if expression.params is not None else {}
    plain = [f"{name}: {value}" for name, value in given.items() if isinstance(value, str | int | float)]
    return f"（{'，'.join(plain)}）" if plain else ""


def _hit(hit: Occurrence) -> str:
    wording = hit.wording if len(hit.wording) <= WORDING else hit.wording[:WORDING] + "…"
    return (
        f"{hit.start_s:.1f} 秒 听到“{hit.text}” 对照 {wording}"
        f"，概率 {hit.probability:.2f}，为完全一致的 {100 * max(0.0, hit.ratio):.0f}%"
    )


def _place(window: Window) -> str:
    parts = {"anywhere": "全程", "opening": "开头语", "ending": f"最后 {window.turns or 4} 句"}
    told = [parts[window.part]]
    if window.turns is not None and window.part != "ending":
        told.append(f"前 {window.turns} 句")
    if window.after_s is not None:
        told.append(f"{window.after_s:g} 秒之后")
    if window.before_s is not None:
        told.append(f"{window.before_s:g} 秒之前")
    return "，".join(told[1:] if len(told) > 1 and window.part == "anywhere" else told)
