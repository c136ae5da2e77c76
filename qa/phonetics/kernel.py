"""The search of a whole lexicon in one text, as machine code: seeds, alignments, and the hits that stand.

All of it in one file, since its functions call one another (see `compiled`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.compiled import Floats, Ints, compiled

LOST, SLIPPED_IN, FILLER, IN_GAP, NEXT_TURN = -3.0, -2.2, -0.4, -0.25, -1.5
NEGATION = -18.0
"""Cost of a 不, 没 or 别 lost, slipped in or aligned with another word: such a wording says the opposite."""
SAME_CHARACTER, SAME_TONE, OTHER_TONE = 0.3, 0.1, -0.4
GAP_REACH, SLACK, LOST_AT_MOST = 6, 6, 2
NOTHING, NOWHERE = -1e6, -1_000_000
STEPS = (1, 2)
"""A seed is a syllable with the next one or the next but one."""
BAND_BITS = 2
BAND = 1 << BAND_BITS
"""Diagonals a bin: so many syllables may slip in or get lost between two seeds."""
REGION = 3
FEW = 4
"""Of each pattern only so many wordings are aligned in a region of `REGION` bins."""
AS_GOOD_AS_SAID = 0.9
"""No other wording of the pattern is tried where one fits so well."""

START, END, EVIDENCE, RATIO, SIZE, KINSHIP, OWNER, WEIGHT = range(8)
"""Columns of a hit: its syllables [start, end), evidence in nats and in shares of a perfect hit, the syllables wanted,
the log odds of its kinship, its pattern, and how likely (0–1) the words are the role's."""
EXACT_EVIDENCE, SURELY, EXACT_FOUND = 5.5, 100.0, 0.97
"""Of a hit of the very characters: evidence a syllable, kinship, probability."""
CHANCE = 1.5
IDLE = -3.0
"""Log odds below which a hit is none: nobody asks for one that is less than 5 % likely."""
OUTDONE, RIVAL = 0.1, 0.25
ALMOST_PERFECT, MUCH_BETTER = 0.85, 0.2

WANTED = np.dtype(
    [
        ("code", np.int32),
        ("rest", np.float32),
        ("loss", np.float32),
        ("sound", np.int16),
        ("row", np.int16),
        ("tone", np.int8),
        ("after_gap", np.bool_),
    ],
    align=True,
)
"""A syllable of a wording: its character, the evidence that perfect hits of those after it would bring, the cost if it
is not heard, its sound, the row of the evidence of its pairs, its tone, and whether other words may pass before it."""
HEARD = np.dtype([("code", np.int32), ("slip", np.float32), ("sound", np.int16), ("tone", np.int8)], align=True)
"""A syllable of a text: its character, the cost if it is not wanted, its sound and tone."""
Wanted = NDArray[np.void]
Heard = NDArray[np.void]
"""Such syllables, one after the other."""


class Table(NamedTuple):
    """Wordings one after the other. `first` (W + 1,): where each begins in `syllables`; `sizes`, `gaps`, `ideal` and
    `least` evidence worth telling (W,)."""

    first: Ints
    syllables: Wanted
    sizes: Ints
    gaps: Ints
    ideal: Floats
    least: Floats


class Seeds(NamedTuple):
    """Pairs of neighbouring sound classes by which a text points to the patterns that could stand in it.

    For each pair (`first[key]` to `first[key + 1]`) the patterns and offsets in which it stands; `enough` (P,): seeds
    that a pattern must have in two neighbouring bins. Seed s is one of the wordings `edges[s]` to `edges[s + 1]` of
    `wordings`; a wording must have `needed` (W,) seeds. `owner` (W,): the pattern of each wording; `lead`: bins before
    the text begins; `sounds`: how many classes of them there are; `widest`: wordings of the pattern that has most.
    """

    first: Ints
    pattern: NDArray[np.int16]
    offset: NDArray[np.int16]
    enough: NDArray[np.uint8]
    edges: Ints
    wordings: Ints
    needed: NDArray[np.uint8]
    owner: Ints
    owners: int
    lead: int
    sounds: int
    widest: int


@compiled
def find(
    table: Table, seeds: Seeds, heard: Heard, margin: int, classes: Ints, pair: Floats, exact: NDArray[np.int64]
) -> tuple[NDArray[np.float64], Ints]:
    """Every pattern that may stand in the text; `margin` syllables before and after it are none of it.

    `heard` are the syllables of the text, `classes` their coarse sounds, without the margin. `exact` (k, 3):
    pattern, start and end of hits that are known already.

    Hits are rows (k, 8) of the columns `START` … `WEIGHT`, those of pattern n the rows `edges[n]` to `edges[n + 1]`,
    the best first, none overlapping.
    """
    wordings, places, groups = candidates(seeds, table.sizes, classes)
    count = len(wordings) + len(exact)
    owner, size = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    start, end = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    evidence, ratio = np.empty(count, dtype=np.float32), np.empty(count, dtype=np.float32)
    scores, starts = np.empty(margin, dtype=np.float32), np.empty(margin, dtype=np.int32)
    kept, group, settled = len(exact), -1, 0
    for i in range(kept):
        owner[i], start[i], end[i] = exact[i, 0], exact[i, 1], exact[i, 2]
        size[i], ratio[i] = end[i] - start[i], 1.0
        evidence[i] = EXACT_EVIDENCE * size[i]
    # An array taken out of a tuple within a loop is counted each time.
    first, syllables, sizes, gaps, ideal, least = table
    owner_of = seeds.owner
    for i in range(len(wordings)):
        wording = wordings[i]
        if groups[i] != group:
            group, settled = groups[i], NOWHERE
        if abs(places[i] + BAND - settled) <= 2 * BAND:
            continue
        score, begin, stop = _align(
            first[wording],
            sizes[wording],
            gaps[wording],
            least[wording],
            places[i] + margin,
            syllables,
            heard,
            pair,
            scores,
            starts,
        )
        if score < least[wording]:
            continue
        share = score / ideal[wording]
        if share >= AS_GOOD_AS_SAID:
            settled = begin - margin
        owner[kept], start[kept], end[kept] = owner_of[wording], begin - margin, stop - margin
        evidence[kept], ratio[kept], size[kept] = score, share, sizes[wording]
        kept += 1
    chosen = _apart(owner[:kept], (ratio[:kept] - np.float32(0.5)) * np.sqrt(size[:kept]), start, end, seeds.owners)
    rows, edges = np.empty((len(chosen), WEIGHT + 1)), np.zeros(seeds.owners + 1, dtype=np.int32)
    for at, i in enumerate(chosen):
        root = np.sqrt(size[i])
        kin = (10.0 + 2.0 * root) * (ratio[i] - 0.42 - 0.42 / root)
        rows[at, START], rows[at, END], rows[at, EVIDENCE], rows[at, RATIO] = start[i], end[i], evidence[i], ratio[i]
        rows[at, SIZE], rows[at, KINSHIP] = size[i], SURELY if i < len(exact) else kin
        rows[at, OWNER], rows[at, WEIGHT] = owner[i], 1.0
        edges[owner[i] + 1] += 1
    for who in range(seeds.owners):
        edges[who + 1] += edges[who]
    return rows, edges


@compiled
def likeliest(
    rows: NDArray[np.float64], edges: Ints, patterns: Ints, ranges: Ints, prior: float
) -> NDArray[np.float64]:
    """The hits of some patterns within ranges [start, end) of syllables, (r, 2), that are not idle, the likeliest
    first, none overlapping; in the last column the probability in place of the weight."""
    found, likely = _likeliest(rows, edges, patterns, ranges, prior)
    return _told(rows, found, likely)


@compiled
def _told(rows: NDArray[np.float64], found: NDArray[np.int64], likely: NDArray[np.float64]) -> NDArray[np.float64]:
    told = np.empty((len(found), WEIGHT + 1))
    for i in range(len(found)):
        told[i] = rows[found[i]]
        told[i, WEIGHT] = likely[i]
    return told


@compiled
def _likeliest(
    rows: NDArray[np.float64], edges: Ints, patterns: Ints, ranges: Ints, prior: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    length = 0
    for place in range(len(ranges)):
        length += ranges[place, 1] - ranges[place, 0]
    by_chance, least = np.log(length + 1.0) + CHANCE, IDLE - prior
    room = 0
    for pattern in patterns:
        room += edges[pattern + 1] - edges[pattern]
    found, likely, count = np.empty(room, dtype=np.int64), np.empty(room), 0
    for pattern in patterns:
        for row in range(edges[pattern], edges[pattern + 1]):
            odds = min(rows[row, KINSHIP], rows[row, EVIDENCE] - by_chance)
            if odds >= least and _within(rows[row, START], rows[row, END], ranges):
                sure = EXACT_FOUND if rows[row, KINSHIP] == SURELY else 1.0 / (1.0 + np.exp(-odds - prior))
                found[count], likely[count] = row, sure * rows[row, WEIGHT]
                count += 1
    return _best_apart(rows, found[:count], likely[:count])


@compiled
def loudest(rows: NDArray[np.float64], edges: Ints) -> NDArray[np.float64]:
    """The greatest log odds (P,) that a hit of each pattern has in however short a range; `NOTHING` for none."""
    found = np.full(len(edges) - 1, NOTHING)
    for pattern in range(len(found)):
        for row in range(edges[pattern], edges[pattern + 1]):
            odds = min(
                rows[row, KINSHIP], rows[row, EVIDENCE] - CHANCE - np.log(rows[row, END] - rows[row, START] + 1.0)
            )
            found[pattern] = max(found[pattern], odds)
    return found


@compiled
def _within(start: float, end: float, ranges: Ints) -> bool:
    within = False
    for place in range(len(ranges)):
        within = within or (ranges[place, 0] <= start and end <= ranges[place, 1])
    return within


@compiled
def _best_apart(
    rows: NDArray[np.float64], found: NDArray[np.int64], likely: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The likeliest hits of which none overlaps another, of equally likely ones the longest; first in place."""
    kept = 0
    while kept < len(found):
        best = kept
        for i in range(kept + 1, len(found)):
            longer = rows[found[i], END] - rows[found[i], START] > rows[found[best], END] - rows[found[best], START]
            if likely[i] > likely[best] or (likely[i] == likely[best] and longer):
                best = i
        row, probability = found[best], likely[best]
        left = kept + 1
        start, end = rows[row, START], rows[row, END]
        rest = len(found)
        # What is left keeps its order, which decides between equals.
        for i in range(best, kept, -1):
            found[i], likely[i] = found[i - 1], likely[i - 1]
        found[kept], likely[kept] = row, probability
        for i in range(kept + 1, rest):
            if rows[found[i], END] <= start or rows[found[i], START] >= end:
                found[left], likely[left] = found[i], likely[i]
                left += 1
        found, likely = found[:left], likely[:left]
        kept += 1
    return found, likely


@compiled
def contested(
    rows: NDArray[np.float64], edges: Ints, patterns: Ints, others: Ints, ranges: Ints, prior: float
) -> NDArray[np.float64]:
    """As `likeliest`; a hit gives way where one of the other patterns explains the same syllables better."""
    found, likely = _likeliest(rows, edges, patterns, ranges, prior)
    if len(found):
        rivals, known = _likeliest(rows, edges, others, ranges, 0.0)
        for i in range(len(found)):
            for k in range(len(rivals)):
                if known[k] >= RIVAL and _outdoes(rows[rivals[k]], rows[found[i]]):
                    likely[i] *= OUTDONE
                    break
    return _told(rows, found, likely)


@compiled
def _outdoes(known: NDArray[np.float64], hit: NDArray[np.float64]) -> bool:
    return outdoes(
        known[START], known[END], known[RATIO], known[EVIDENCE], hit[START], hit[END], hit[RATIO], hit[EVIDENCE]
    )


@compiled
def outdoes(
    known_start: float,
    known_end: float,
    known_ratio: float,
    known_evidence: float,
    start: float,
    end: float,
    ratio: float,
    evidence: float,
) -> bool:
    """Whether a known phrase explains most of a poor hit's syllables better than the hit does."""
    mostly = min(end, known_end) - max(start, known_start) >= 0.5 * (end - start)
    better = known_ratio > ratio and (known_evidence > evidence or known_ratio > ratio + MUCH_BETTER)
    return mostly and better and ratio < ALMOST_PERFECT


@compiled
def _apart(owner: Ints, merit: NDArray[np.floating], start: Ints, end: Ints, owners: int) -> Ints:
    """Of each pattern the best hits that do not overlap, pattern by pattern, the best first."""
    first = np.zeros(owners + 1, dtype=np.int32)
    for who in owner:
        first[who + 1] += 1
    for who in range(owners):
        first[who + 1] += first[who]
    room, at = first[:-1].copy(), np.empty(len(owner), dtype=np.int32)
    for i in range(len(owner)):
        at[room[owner[i]]] = i
        room[owner[i]] += 1
    chosen = np.empty(len(owner), dtype=np.int32)
    stand = 0
    for who in range(owners):
        group = stand
        while True:
            best = -1
            for slot in range(first[who], first[who + 1]):
                i = at[slot]
                if i >= 0 and (
                    best < 0
                    or merit[i] > merit[at[best]]
                    or (merit[i] == merit[at[best]] and start[i] < start[at[best]])
                ):
                    best = slot
            if best < 0:
                break
            i = at[best]
            at[best] = -1
            free = True
            for other in chosen[group:stand]:
                free = free and (end[i] <= start[other] or start[i] >= end[other])
            if free:
                chosen[stand] = i
                stand += 1
    return chosen[:stand]


@compiled
def candidates(seeds: Seeds, sizes: Ints, classes: Ints) -> tuple[Ints, Ints, Ints]:
    """Wordings with enough seeds in about the same place, the syllable at which to begin aligning, and a number that
    those of one pattern and region share, which follow one another, the fullest first."""
    bins = len(classes) // BAND + seeds.lead + 2
    ready, total = _ready(seeds, classes, bins)
    last, before, seed_of, bin_of = _seeds_heard(seeds, classes, ready, total)
    edges, wordings, needed, lead = seeds.edges, seeds.wordings, seeds.needed, seeds.lead
    counts = np.zeros((bins + 1, seeds.widest), dtype=np.uint8)
    slots = np.full(len(sizes), -1, dtype=np.int32)
    touched, wanted = np.empty(seeds.widest, dtype=np.int32), np.empty(seeds.widest, dtype=np.uint8)
    regions = bins // REGION + 1
    best, best_bin = np.empty((regions, FEW), dtype=np.int32), np.empty((regions, FEW), dtype=np.int32)
    fullest = np.empty((regions, FEW), dtype=np.float32)
    filled = np.zeros(regions, dtype=np.int32)
    most = FEW * ready.sum()
    found_wording, found_at, found_group = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    found, groups = 0, 0
    for pattern in range(seeds.owners):
        touching, heard, low, high = 0, last[pattern], bins, 0
        if heard < 0:
            continue
        while heard >= 0:
            seed, bin = seed_of[heard], bin_of[heard]
            low, high = min(low, bin), max(high, bin)
            for place in range(edges[seed], edges[seed + 1]):
                wording = wordings[place]
                if slots[wording] < 0:
                    slots[wording], touched[touching], wanted[touching] = touching, wording, needed[wording]
                    touching += 1
                counts[bin, slots[wording]] += 1
            heard = before[heard]
        # A bin is ready by its own seeds and those of the next one.
        low = max(0, low - 1)
        for bin in range(low, high + 1):
            if ready[pattern, bin] and _any_full(counts[bin], counts[bin + 1], wanted, touching):
                region = bin // REGION
                for i in range(touching):
                    seeded = counts[bin, i] + counts[bin + 1, i]
                    if seeded >= wanted[i]:
                        wording = touched[i]
                        fullness = np.float32(seeded / sizes[wording])
                        filled[region] = _rank(wording, bin, fullness, region, best, best_bin, fullest, filled[region])
        heard = last[pattern]
        while heard >= 0:
            counts[bin_of[heard], :touching] = 0
            heard = before[heard]
        slots[touched[:touching]] = -1
        for region in range(low // REGION, high // REGION + 1):
            for rank in range(filled[region]):
                found_wording[found], found_group[found] = best[region, rank], groups
                found_at[found] = (best_bin[region, rank] - lead) * BAND
                found += 1
            groups += filled[region] > 0
            filled[region] = 0
    return found_wording[:found], found_at[:found], found_group[:found]


@compiled
def _any_full(seeded: NDArray[np.uint8], after: NDArray[np.uint8], wanted: NDArray[np.uint8], count: int) -> bool:
    """Whether one of the first `count` wordings has as many seeds as it needs in two neighbouring bins."""
    full = False
    for i in range(count):
        full |= np.uint8(seeded[i] + after[i]) >= wanted[i]
    return full


@compiled
def _ready(seeds: Seeds, classes: Ints, bins: int) -> tuple[NDArray[np.bool_], int]:
    """Where each pattern has enough seeds in a bin and the next one, (P, bins), and how many seeds there are."""
    seen, total = np.zeros((seeds.owners, bins + 1), dtype=np.uint8), 0
    first, pattern, offset, lead, length = seeds.first, seeds.pattern, seeds.offset, seeds.lead, len(classes)
    count, enough = seeds.sounds, seeds.enough
    for at in range(length):
        for step in STEPS:
            if at + step < length and classes[at] and classes[at + step]:
                key = classes[at] * count + classes[at + step]
                total += first[key + 1] - first[key]
                for seed in range(first[key], first[key + 1]):
                    seen[pattern[seed], ((at - offset[seed]) >> BAND_BITS) + lead] += 1
    ready = np.empty((len(enough), bins), dtype=np.bool_)
    for who in range(len(enough)):
        for bin in range(bins):
            ready[who, bin] = seen[who, bin] + seen[who, bin + 1] >= enough[who]
    return ready, total


@compiled
def _seeds_heard(seeds: Seeds, classes: Ints, ready: NDArray[np.bool_], total: int) -> tuple[Ints, Ints, Ints, Ints]:
    """The seeds heard where their pattern is ready: for each pattern the last one, for each one that before it (-1:
    none), the seed, and the bin."""
    last, heard = np.full(seeds.owners, -1, dtype=np.int32), 0
    before, seed_of, bin_of = np.empty(total, np.int32), np.empty(total, np.int32), np.empty(total, np.int32)
    first, pattern, offset, lead, length = seeds.first, seeds.pattern, seeds.offset, seeds.lead, len(classes)
    count = seeds.sounds
    for at in range(length):
        for step in STEPS:
            if at + step < length and classes[at] and classes[at + step]:
                key = classes[at] * count + classes[at + step]
                for seed in range(first[key], first[key + 1]):
                    who, bin = pattern[seed], ((at - offset[seed]) >> BAND_BITS) + lead
                    if ready[who, bin] or (bin and ready[who, bin - 1]):
                        before[heard], seed_of[heard], bin_of[heard] = last[who], seed, bin
                        last[who] = heard
                        heard += 1
    return last, before, seed_of, bin_of


@compiled
def _rank(
    wording: int,
    bin: int,
    fullness: np.float32,
    region: int,
    best: Ints,
    best_bin: Ints,
    fullest: Floats,
    filled: int,
) -> int:
    """Put a wording among the few of a region with most of their seeds, each wording once, where it is fullest; returns
    how many there are."""
    for place in range(filled):
        if best[region, place] == wording:
            if fullest[region, place] > fullness:
                return filled
            for later in range(place, filled - 1):
                best[region, later], best_bin[region, later] = best[region, later + 1], best_bin[region, later + 1]
                fullest[region, later] = fullest[region, later + 1]
            filled -= 1
            break
    rank = filled
    while rank and fullest[region, rank - 1] < fullness:
        rank -= 1
    if rank == FEW:
        return filled
    for place in range(min(filled, FEW - 1), rank, -1):
        best[region, place], best_bin[region, place] = best[region, place - 1], best_bin[region, place - 1]
        fullest[region, place] = fullest[region, place - 1]
    best[region, rank], best_bin[region, rank], fullest[region, rank] = wording, bin, fullness
    return min(FEW, filled + 1)


@compiled
def align(
    wording: int, at: int, table: Table, heard: Heard, pair: Floats, score: Floats, start: Ints
) -> tuple[np.float32, int, int]:
    """The best alignment of a wording with a text from about syllable `at` of `heard` on: evidence in nats, and its
    syllables [start, end). Given up with evidence `NOTHING` once the least is out of reach. `score` and `start` are
    room for m + 2 SLACK + gaps × GAP_REACH + 2 values."""
    return _align(
        table.first[wording],
        table.sizes[wording],
        table.gaps[wording],
        table.least[wording],
        at,
        table.syllables,
        heard,
        pair,
        score,
        start,
    )


@compiled
def _align(
    base: int,
    size: int,
    gaps: int,
    least: np.float32,
    at: int,
    syllables: Wanted,
    heard: Heard,
    pair: Floats,
    score: Floats,
    start: Ints,
) -> tuple[np.float32, int, int]:
    """As `align`, every array by itself."""
    reach = 2 * SLACK + GAP_REACH * gaps
    left = at - SLACK - 1
    low, high = 1, reach + 2
    for p in range(high + 1):
        score[p], start[p] = 0.0, p
    for step in range(size):
        wanted = syllables[base + step]
        row, code, sound, tone = wanted["row"], wanted["code"], wanted["sound"], wanted["tone"]
        lose = wanted["loss"] if step else np.float32(NOTHING)
        if step:
            if wanted["after_gap"]:
                _leap(score, start, low, high)
            high += 1
            score[high] = NOTHING
        carried, begun = score[low - 1], start[low - 1]
        best = np.float32(NOTHING)
        for p in range(low, high + 1):
            here = heard[left + p]
            taken = carried + pair[row, here["sound"]]
            if here["code"] == code:
                taken += np.float32(SAME_CHARACTER)
            elif here["sound"] == sound:
                taken += np.float32(SAME_TONE if here["tone"] == tone else OTHER_TONE)
            origin = begun
            carried += here["slip"]
            kept, since = score[p], start[p]
            # Values are chosen, not branched on: which is better cannot be foretold.
            stays = kept >= carried
            carried = kept if stays else carried
            begun = since if stays else begun
            lost = carried + lose
            hit = taken >= lost
            value = taken if hit else lost
            score[p], start[p] = value, origin if hit else begun
            best = max(best, value)
        if best + wanted["rest"] < least:
            return np.float32(NOTHING), 0, 0
        score[low - 1] = NOTHING
        if step > LOST_AT_MOST:
            low += 1
            score[low - 1] = NOTHING
    end = low
    for p in range(low, high + 1):
        if score[p] > score[end]:
            end = p
    return score[end], left + 1 + start[end], left + 1 + end


@compiled
def _leap(score: Floats, start: Ints, low: int, high: int) -> None:
    """Let up to GAP_REACH syllables pass at almost no cost."""
    for p in range(high, low, -1):
        for passed in range(1, min(GAP_REACH, p - low) + 1):
            there = score[p - passed] + np.float32(passed * IN_GAP)
            if there > score[p]:
                score[p], start[p] = there, start[p - passed]


@compiled
def trace(table: Table, pair: Floats, wordings: NDArray[np.int64], ids: NDArray[np.int16]) -> np.float32:
    """The greatest share (0–1) of a wording's evidence that sounds again, in its order, among heard syllables."""
    best = np.float32(0.0)
    for wording in wordings:
        size = table.sizes[wording]
        rows = table.syllables[table.first[wording] : table.first[wording + 1]]["row"]
        score = np.zeros(size + 1, dtype=np.float32)
        for heard in ids:
            for i in range(size, 0, -1):
                score[i] = max(score[i], score[i - 1] + max(np.float32(0.0), pair[rows[i - 1], heard]))
            for i in range(1, size + 1):
                score[i] = max(score[i], score[i - 1])
        best = max(best, score[size] / table.ideal[wording])
    return best


@compiled
def shared_pairs(wanted: Ints, heard: Ints, count: int) -> float:
    """The share (0–1) of the different syllable pairs of one text that stand in another as well, both by the classes of
    their sounds (0: none), of which there are `count`; 0 without any pair."""
    present = np.zeros((2, count, count), dtype=np.bool_)
    for text in range(2):
        classes = heard if text else wanted
        for step in STEPS:
            for i in range(len(classes) - step):
                if classes[i] and classes[i + step]:
                    present[text, classes[i], classes[i + step]] = True
    pairs = present[0].sum()
    return (present[0] & present[1]).sum() / pairs if pairs else 0.0
