"""Alignment of what should be said with what was heard, and the probability that it was said.

A pattern is aligned with any stretch of the heard syllables. The score is the sum over aligned pairs of
log p(heard | said) / q(heard) (see `confusion`), less the cost of syllables lost or slipped in: a log likelihood
ratio of "this was said here" against "anything was said here". Two doubts turn it into a probability: chance (a
short wording turns up somewhere in a long text) and kinship (another sentence shares half of the words).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import evidence
from qa.phonetics.pattern import SAME_CHARACTER, Choice, Gap, Pattern, Sequence, Syllables
from qa.phonetics.syllables import Phones
from qa.phonetics.words import word_starts

LOST, SLIPPED_IN, FILLER, IN_GAP = -3.0, -2.2, -0.4, -0.25
GAP_REACH = 6
SAME_TONE, OTHER_TONE = 0.1, -0.4
SHARE = 0.5
LEAST_RATIO = 0.3
LEAST = 0.02
EXACT_FOUND, EXACT_EVIDENCE = 0.97, 5.5
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of syllables [start, end) that may be the pattern.

    `evidence` is its log likelihood ratio (nats), `ratio` that in shares of a perfect hit.
    """

    start: int
    end: int
    probability: float
    ratio: float
    evidence: float


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Best alignments that end before each syllable (n+1,): evidence in nats, start, ideal evidence, syllables wanted."""

    score: Floats
    start: NDArray[np.int32]
    ideal: Floats
    size: Floats
    fresh: bool


def find(pattern: Pattern, heard: Phones, prior: float = 0.0) -> list[Hit]:
    """Every place where the pattern may have been said, best first, none overlapping, down to a chance of 2 %.

    `prior` is the log odds of its being said at all: above 0 for a script that nearly everybody follows.
    """
    if not len(heard):
        return []
    if pattern.exact is not None:
        return _exact(pattern, heard)
    if not worth_scanning(pattern, heard):
        return []
    state = scan(pattern, heard)
    odds = log_odds(state, len(heard)) + prior
    hits: list[Hit] = []
    for end in np.flatnonzero(odds > math.log(LEAST / (1 - LEAST))):
        ratio = float(state.score[end] / state.ideal[end])
        hits.append(Hit(int(state.start[end]), int(end), _sigmoid(float(odds[end])), ratio, float(state.score[end])))
    return _apart(hits)


def log_odds(state: State, length: int) -> Floats:
    """(n+1,) log odds that the pattern was said there: neither a chance find nor a kindred sentence."""
    chance = state.score - math.log(length + 1) - 1.5
    pivot = 0.42 + 0.42 / np.sqrt(state.size)
    kinship = (10.0 + 2.0 * np.sqrt(state.size)) * (state.score / state.ideal - pivot)
    odds: Floats = np.minimum(chance, kinship)
    return odds


def worth_scanning(pattern: Pattern, heard: Phones) -> bool:
    """Whether the best that each wanted syllable finds anywhere, taken together, could make a hit."""
    ceiling, ideal = _ceiling(pattern.root, heard.ceiling())
    return ceiling > LEAST_RATIO * ideal


def _ceiling(sequence: Sequence, best: Floats) -> tuple[float, float]:
    score = ideal = 0.0
    for item in sequence.items:
        if isinstance(item, Syllables):
            score += float(np.maximum(best[item.ids], LOST).sum()) + SAME_CHARACTER * len(item.ids)
            ideal += float(item.ideal.sum())
        elif isinstance(item, Choice):
            branches = [_ceiling(branch, best) for branch in item.branches]
            most = max(branches, key=lambda b: b[0] - LEAST_RATIO * b[1])
            score, ideal = score + most[0], ideal + most[1]
    return score, ideal


def scan(pattern: Pattern, heard: Phones) -> State:
    """Best alignment of the whole pattern ending before each place in the heard syllables."""
    count = len(heard)
    slips = np.concatenate([[0.0], np.cumsum(np.where(heard.filler, FILLER, SLIPPED_IN))]).astype(np.float32)
    scanner = _Scanner(heard, slips, np.arange(count + 1, dtype=np.int32))
    zeros = np.zeros(count + 1, dtype=np.float32)
    begin = State(zeros, np.arange(count + 1, dtype=np.int32), zeros, zeros, fresh=True)
    return scanner.sequence(pattern.root, begin)


@dataclass(frozen=True, slots=True, eq=False)
class _Scanner:
    heard: Phones
    slips: Floats
    places: NDArray[np.int32]

    def sequence(self, sequence: Sequence, state: State) -> State:
        for item in sequence.items:
            if isinstance(item, Syllables):
                state = self.syllables(item, state)
            elif isinstance(item, Gap):
                state = self.leap(state)
            else:
                state = self.choice(item, state)
        return state

    def choice(self, choice: Choice, state: State) -> State:
        best, *others = [self.sequence(branch, state) for branch in choice.branches]
        for other in others:
            better = other.score - SHARE * other.ideal > best.score - SHARE * best.ideal
            best = State(
                np.where(better, other.score, best.score),
                np.where(better, other.start, best.start),
                np.where(better, other.ideal, best.ideal),
                np.where(better, other.size, best.size),
                fresh=best.fresh and other.fresh,
            )
        return best

    def leap(self, state: State) -> State:
        """Let up to GAP_REACH syllables pass at almost no cost."""
        best = state
        for reach in range(1, GAP_REACH + 1):
            source = np.maximum(self.places - reach, 0)
            score = state.score[source] + reach * IN_GAP
            better = score - SHARE * state.ideal[source] > best.score - SHARE * best.ideal
            best = State(
                np.where(better, score, best.score),
                np.where(better, state.start[source], best.start),
                np.where(better, state.ideal[source], best.ideal),
                np.where(better, state.size[source], best.size),
                fresh=False,
            )
        return best

    def relax(self, state: State) -> State:
        """Let syllables slip in before the next one that is wanted."""
        if state.fresh:
            return state
        cost = self.slips
        level = state.score - SHARE * state.ideal - cost
        reach = np.maximum.accumulate(level)
        source = np.maximum.accumulate(np.where(level >= reach, self.places, 0))
        return State(
            state.score[source] - cost[source] + cost,
            state.start[source],
            state.ideal[source],
            state.size[source],
            fresh=False,
        )

    def syllables(self, wanted: Syllables, state: State) -> State:
        table = evidence()[self.heard.ids][:, wanted.ids]
        same = self.heard.ids[:, None] == wanted.ids[None, :]
        tone = np.where(self.heard.tones[:, None] == wanted.tones[None, :], SAME_TONE, OTHER_TONE)
        character = self.heard.codes[:, None] == wanted.codes[None, :]
        table = table + np.where(character, SAME_CHARACTER, np.where(same, tone, 0.0)).astype(np.float32)
        for i in range(len(wanted.ids)):
            state = self.relax(state)
            taken = state.score[:-1] + table[:, i]
            lost = state.score + LOST
            better = np.concatenate([[False], (taken >= lost[1:]) | state.fresh])
            state = State(
                np.where(better, np.concatenate([[0.0], taken]), lost).astype(np.float32),
                np.where(better, np.concatenate([[0], state.start[:-1]]), state.start),
                np.where(better, np.concatenate([[0.0], state.ideal[:-1]]), state.ideal) + wanted.ideal[i],
                np.where(better, np.concatenate([[0.0], state.size[:-1]]), state.size) + 1,
                fresh=False,
            )
        return state


def _exact(pattern: Pattern, heard: Phones) -> list[Hit]:
    """The very characters, as words of their own."""
    assert pattern.exact is not None
    edges = word_starts(heard.text)
    hits: list[Hit] = []
    for match in pattern.exact.finditer(heard.text):
        if match.start() in edges and match.end() in edges:
            start, end = (int(np.searchsorted(heard.chars, x)) for x in match.span())
            if end > start:
                hits.append(Hit(start, end, EXACT_FOUND, 1.0, EXACT_EVIDENCE * (end - start)))
    return hits


def _apart(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-h.probability, -h.ratio, h.start)):
        if hit.end > hit.start and all(hit.end <= k.start or hit.start >= k.end for k in kept):
            kept.append(hit)
    return kept


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x > -30 else 0.0
