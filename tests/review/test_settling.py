"""Whatever people do to a call, and in whatever order: the score is that of the final verdicts, from 0 to 100."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.finding import Evidence, Finding
from qa.result import Scorecard
from qa.review.events import (
    Action,
    Confirmed,
    Deducted,
    Event,
    Judged,
    Noted,
    Retracted,
    Undone,
    action_json,
    decided,
    fold,
    read_action,
    standing,
)
from qa.review.settling import settle
from qa.rules.scheme import Price
from qa.rules.tariff import Tariff, read_tariff, tariff_json
from qa.score import charge, total
from tests.builders import make_meta
from tests.review.centre import FINDINGS, NOON, RULES, SCHEME, TARIFF, found, machine, said

FACTS = ("complaint", "dissatisfied", "severe", "consequence")
ITEMS = [item.id for item in SCHEME.manual]


def events(*actions: Action | tuple[Action, int]) -> tuple[Event, ...]:
    """Events of one inspector, a minute apart; with a number, of the ruling on that appeal."""
    made = []
    for seq, given_ in enumerate(actions, start=1):
        action, appeal = given_ if isinstance(given_, tuple) else (given_, None)
        made.append(Event(seq, "李", NOON + timedelta(minutes=seq), action, appeal))
    return tuple(made)


def judged(rule: str, decision: Any, machine_verdict: Any = "violated", *facts: Any) -> Judged:
    return Judged(rule, decision, decided(machine_verdict, decision), machine_verdict, 0.9, "听过", facts)


@pytest.mark.parametrize(
    ("machine_verdict", "decision", "verdict"),
    [
        ("violated", "confirmed", "violated"),
        ("needs_review", "confirmed", "violated"),
        ("passed", "confirmed", "passed"),
        ("not_applicable", "confirmed", "not_applicable"),
        ("violated", "overturned", "passed"),
        ("needs_review", "overturned", "passed"),
        ("passed", "overturned", "violated"),
        ("not_applicable", "overturned", "violated"),
        ("violated", "not_applicable", "not_applicable"),
    ],
)
def test_what_a_decision_makes_of_a_verdict(machine_verdict: Any, decision: Any, verdict: Any) -> None:
    assert decided(machine_verdict, decision) == verdict


@pytest.mark.parametrize(
    ("actions", "score"),
    [
        ([], 80),
        ([judged("rude-language", "overturned")], 85),
        ([judged("nuisance-call", "confirmed", "needs_review")], 70),
        ([judged("nuisance-call", "confirmed", "needs_review", "severe")], 60),
        # 提前挂机 takes the place of 结束语.
        ([judged("early-hangup", "overturned", "passed")], 79),
        ([judged("refusal", "overturned", "passed")], 0),
        ([Deducted("manual-13"), Deducted("manual-13")], 70),
        ([Deducted("manual-13"), Retracted(1)], 80),
        ([Deducted("manual-17", facts=("consequence",))], 68),
        # The same words as 服务禁语, which costs as much, and others.
        ([Deducted("manual-01", 1.0, 2.0)], 80),
        ([Deducted("manual-01", 8.0, 9.0)], 70),
        ([Deducted("manual-16")] * 9, 0),
        ([Deducted("manual-16"), Undone(1)], 80),
        ([Noted("再听"), Confirmed()], 80),
    ],
)
def test_what_acts_make_of_a_score(actions: list[Action], score: float) -> None:
    settled = settle(machine(), fold(events(*actions)), TARIFF, make_meta())
    assert settled.card.score == score


def test_a_manual_deduction_says_what_covers_it_and_the_other_way_round() -> None:
    state = fold(events(Deducted("manual-01", 1.0, 2.0), judged("rude-language", "overturned"), Noted("")))
    [manual] = settle(machine(), fold(events(Deducted("manual-06", 1.0, 2.0))), TARIFF, make_meta()).manual
    assert (manual.covered_by, manual.points) == ("rude-language", 0)
    card = settle(machine(found("slang", "violated", said(1, 2))), state, TARIFF, make_meta()).card
    assert {f.rule: f.covered_by for f in card.findings} == {"slang": "manual-01#1"}


@pytest.mark.parametrize(
    "action",
    [
        judged("closing", "overturned"),
        Deducted("manual-01", 1.5, 2.0, "语气", ("severe",)),
        Retracted(3, "重复"),
        Noted("再听"),
        Confirmed(),
        Undone(4),
    ],
)
def test_actions_survive_json(action: Action) -> None:
    assert read_action(action_json(action)) == action


def test_a_tariff_survives_json() -> None:
    assert read_tariff(tariff_json(TARIFF)) == TARIFF


def test_a_change_after_a_confirmation_asks_for_another_and_a_ruling_does_not() -> None:
    assert fold(events(Confirmed())).confirmed is not None
    assert fold(events(Confirmed(), judged("closing", "overturned"))).confirmed is None
    ruled = fold(events(Confirmed(), (judged("closing", "overturned"), 7))).confirmed
    assert ruled is not None and ruled.appeal_id == 7


# Laws.

seconds = st.integers(0, 12).map(float)
spans = st.tuples(seconds, st.integers(1, 4)).map(lambda s: (s[0], s[0] + s[1]))
verdicts = st.sampled_from(["violated", "passed", "not_applicable", "needs_review"])
facts = st.lists(st.sampled_from(FACTS), unique=True, max_size=3).map(tuple)
evidence = st.lists(
    st.builds(lambda s, p: Evidence("agent", *s, "", p), spans, st.sampled_from([0.5, 0.95])), max_size=3
)


@st.composite
def prices(draw: st.DrawFn) -> tuple[Price, ...]:
    made = []
    for rule in RULES:
        points = draw(st.sampled_from([0.0, 2.5, 5.0, 10.0, 60.0]))
        made.append(
            replace(
                rule,
                points=points,
                per=draw(st.sampled_from(["call", "occurrence"])),
                cap=draw(st.sampled_from([None, points, points + 7])),
                fatal=draw(st.integers(0, 9)) == 0,
                multipliers=draw(facts),
            )
        )
    return tuple(made)


schemes = st.builds(
    lambda stack, factor, cap, points, fatal: replace(
        SCHEME,
        stack_multipliers=stack,
        multipliers=dict.fromkeys(FACTS, factor),
        caps={"slang": cap, "manual-01": cap},
        points={"manual-03": points},
        fatal=fatal,
    ),
    st.booleans(),
    st.sampled_from([1.0, 2.0, 3.0]),
    st.sampled_from([5.0, 12.0]),
    st.sampled_from([0.0, 100.0]),
    st.sampled_from([(), ("manual-06",)]),
)


@st.composite
def acts(draw: st.DrawFn, findings: tuple[Finding, ...]) -> tuple[Event, ...]:
    """Reviews, manual deductions, rulings on appeals and undoing, in any order."""
    done: list[Event] = []
    for seq in range(1, draw(st.integers(0, 14)) + 1):
        left = standing(done)
        deductions = [e.seq for e in fold(done).deductions]
        kinds = ["judge", "judge", "deduct", "deduct", "note", "confirm", "ruling"]
        kinds += ["retract", "ruling on a deduction"] if deductions else []
        kinds += ["undo", "undo"] if left and left[-1].appeal_id is None else []
        kind = draw(st.sampled_from(kinds))
        finding = draw(st.sampled_from(findings))
        appeal = draw(st.integers(1, 3)) if kind.startswith("ruling") else None
        action: Action
        if kind in ("judge", "ruling"):
            seen = "violated" if finding.covered_by else finding.verdict
            decision = draw(st.sampled_from(["confirmed", "overturned", "not_applicable"]))
            action = judged(finding.rule, decision, seen, *draw(facts))
        elif kind == "deduct":
            begins, ends = draw(st.one_of(st.just((None, None)), spans))
            action = Deducted(draw(st.sampled_from(ITEMS)), begins, ends, "", draw(facts))
        elif kind in ("retract", "ruling on a deduction"):
            action = Retracted(draw(st.sampled_from(deductions)))
        elif kind == "note":
            action = Noted("再听")
        elif kind == "confirm":
            action = Confirmed()
        else:
            action = Undone(left[-1].seq)
        done.append(Event(seq, "李", NOON + timedelta(minutes=seq), action, appeal))
    return tuple(done)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Scorecard, Tariff, Any, tuple[Event, ...]]:
    tariff = Tariff("heating", draw(prices()), (draw(schemes),))
    meta = make_meta(complaint=draw(st.booleans()), dissatisfied=draw(st.booleans()))
    bare = tuple(replace(f, verdict=draw(verdicts), evidence=tuple(draw(evidence))) for f in FINDINGS)
    # As `evaluate` leaves them: what 提前挂机 takes the place of does not apply.
    if any(f.rule == "early-hangup" and f.verdict in ("violated", "needs_review") for f in bare):
        bare = tuple(replace(f, verdict="not_applicable") if f.rule == "closing" else f for f in bare)
    card = machine(*bare, meta=meta, tariff=tariff)
    return card, tariff, meta, draw(acts(card.findings))


def afresh(card: Scorecard, tariff: Tariff, meta: Any, done: tuple[Event, ...]) -> Scorecard:
    """The final verdicts, however they came about, charged and totalled once; independent of `settle`."""
    state = fold(done)
    price, scheme = dict(tariff.prices(meta.day)), tariff.scheme(meta.day)
    told: dict[str, Any] = {}
    findings = []
    for f in card.findings:
        verdict = "violated" if f.covered_by else f.verdict
        if event := state.verdicts.get(f.rule):
            assert isinstance(event.action, Judged)
            verdict, told[f.rule] = event.action.verdict, event.action.facts
        findings.append(Finding(f.rule, f.name, f.clause, verdict, 1.0, "", evidence=f.evidence))
    if any(f.rule == "early-hangup" and f.verdict == "violated" for f in findings):
        findings = [f if f.rule != "closing" else replace(f, verdict="not_applicable") for f in findings]
    entered = sorted((e.action for e in state.deductions), key=repr)
    for place, action in enumerate(entered):
        assert isinstance(action, Deducted)
        heard = () if action.start_s is None else (Evidence("agent", action.start_s, action.end_s or 0, ""),)
        id_ = f"~{action.item}#{place:06}"
        price[id_], told[id_] = tariff.manual(meta.day)[action.item], action.facts
        findings.append(Finding(id_, "", "", "violated", 1.0, "", evidence=heard))
    return total(charge(tuple(findings), price, scheme, meta, told), price, scheme, {}, {})


@settings(max_examples=200, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_no_order_of_acts_gives_another_score_than_the_final_verdicts_afresh(case: Any, random: Any) -> None:
    card, tariff, meta, done = case
    settled = settle(card, fold(done), tariff, meta)
    assert 0 <= settled.card.score <= 100
    for now in range(len(done)):
        assert 0 <= settle(card, fold(done[:now]), tariff, meta).card.score <= 100
    fresh = afresh(card, tariff, meta, done)
    assert (settled.card.score, settled.card.fatal, settled.card.grade) == (fresh.score, fresh.fatal, fresh.grade)
    # The same verdicts and deductions, come about in another order.
    state = fold(done)
    shuffled = [*state.verdicts.values(), *state.deductions]
    random.shuffle(shuffled)
    other = events(*(event.action for event in shuffled))
    assert settle(card, fold(other), tariff, meta).card.score == settled.card.score
    # Scored by what is stored (machine's own beside what counts) instead of from the machine's first card.
    assert settle(card, fold(()), tariff, meta).card == card


@settings(max_examples=200, deadline=None)
@given(cases())
def test_undo_restores_the_exact_state(case: Any) -> None:
    card, tariff, meta, done = case
    left = standing(done)
    seq = len(done)
    while left and left[-1].appeal_id is None:
        seq += 1
        done = (*done, Event(seq, "李", NOON + timedelta(minutes=seq), Undone(left[-1].seq)))
        left = left[:-1]
        assert fold(done) == fold(left)
        assert settle(card, fold(done), tariff, meta) == settle(card, fold(left), tariff, meta)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_without_acts_the_machine_stands(case: Any) -> None:
    card, tariff, meta, _ = case
    assert settle(card, fold(()), tariff, meta).card is card
