"""How likely a recogniser writes one syllable when another was said.

p(heard | said) = EXACT [heard = said] + NEAR k(heard, said) + FAR q(heard), where k falls with the articulatory
distance of the two syllables and q is how often a syllable occurs anyway. The evidence of an aligned pair is
log p(heard | said) / q(heard): rare syllables that match weigh more than common ones. Distances follow the
articulation of initials (place, manner, aspiration) and finals (medial, nucleus, coda), with the mergers of
regional Mandarin (zh/z, ch/c, sh/s, n/l, f/h, -ng/-n) at almost no distance.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.syllables import frequencies, inventory

EXACT, NEAR, FAR = 0.82, 0.13, 0.05
SOFTNESS = 0.16
HIGHEST, LOWEST = 5.5, -2.6

_PLACE = {
    **dict.fromkeys(["b", "p", "m"], 0.0),
    "f": 0.3,
    **dict.fromkeys(["d", "t", "n", "l"], 1.0),
    **dict.fromkeys(["z", "c", "s"], 1.5),
    **dict.fromkeys(["zh", "ch", "sh", "r"], 1.7),
    **dict.fromkeys(["j", "q", "x"], 2.2),
    **dict.fromkeys(["g", "k", "h"], 3.0),
    "": 3.2,
}
_MANNER = {
    **dict.fromkeys(["b", "p", "d", "t", "g", "k"], 0.0),
    **dict.fromkeys(["z", "c", "zh", "ch", "j", "q"], 0.7),
    **dict.fromkeys(["f", "s", "sh", "x", "h"], 1.4),
    **dict.fromkeys(["l", "r"], 2.4),
    **dict.fromkeys(["m", "n"], 2.6),
    "": 2.9,
}
_ASPIRATED = frozenset(["p", "t", "k", "c", "ch", "q"])
_MERGERS = {
    frozenset(pair): 0.12 for pair in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"), ("r", "l")]
}
_NUCLEUS = {
    "a": (1.0, 0.5),
    "o": (0.5, 1.0),
    "e": (0.55, 0.7),
    "i": (0.0, 0.0),
    "u": (0.0, 1.0),
    "v": (0.0, 0.35),
    "I": (0.15, 0.45),
}
_SPELLED = {
    "iu": "iou", "ui": "uei", "un": "uen", "in": "ien", "ing": "ieng", "ong": "ueng", "iong": "veng",
    "ue": "ve", "van": "van", "vn": "ven", "n": "en", "m": "en", "ng": "eng", "hm": "en", "hng": "eng",
}  # fmt: skip


def split(syllable: str) -> tuple[str, str]:
    """Initial and final of a toneless syllable; y and w count as medials, not initials."""
    if syllable in ("ng", "hm", "hng"):
        return "", syllable
    if syllable.startswith("y"):
        rest = syllable[1:]
        if rest.startswith("u"):
            return "", "v" + rest[1:]
        return "", rest if rest.startswith("i") else "i" + rest
    if syllable.startswith("w"):
        rest = syllable[1:]
        return "", rest if rest.startswith("u") else "u" + rest
    for initial in ("zh", "ch", "sh", *"bpmfdtnlgkhjqxzcsr"):
        if syllable.startswith(initial) and len(syllable) > len(initial):
            final = syllable[len(initial) :]
            if initial in ("j", "q", "x") and final.startswith("u"):
                final = "v" + final[1:]
            if initial in ("zh", "ch", "sh", "r", "z", "c", "s") and final == "i":
                final = "I"
            return initial, final
    return "", syllable


def initial_distance(a: str, b: str) -> float:
    """0 for the same initial, about 1 for unrelated ones."""
    if a == b:
        return 0.0
    merged = _MERGERS.get(frozenset((a, b)))
    if merged is not None:
        return merged
    aspiration = 0.3 if (a in _ASPIRATED) != (b in _ASPIRATED) else 0.0
    distance = 0.28 * abs(_PLACE[a] - _PLACE[b]) + 0.3 * abs(_MANNER[a] - _MANNER[b]) + aspiration
    return min(1.0, 0.15 + distance)


def final_distance(a: str, b: str) -> float:
    """0 for the same final, about 1 for unrelated ones; -n and -ng differ little."""
    if a == b:
        return 0.0
    (ma, na, ca), (mb, nb, cb) = parts(a), parts(b)
    (ha, ba), (hb, bb) = _NUCLEUS[na], _NUCLEUS[nb]
    nucleus = 0.75 * abs(ha - hb) + 0.5 * abs(ba - bb)
    medial = 0.0 if ma == mb else 0.3
    coda = 0.0 if ca == cb else 0.1 if {ca, cb} == {"n", "ng"} else 0.35
    return min(1.0, nucleus + medial + coda)


def parts(final: str) -> tuple[str, str, str]:
    """Medial, nucleus and coda of a final."""
    final = _SPELLED.get(final, final)
    coda = ""
    for ending in ("ng", "n", "r"):
        if final.endswith(ending) and len(final) > len(ending):
            final, coda = final[: -len(ending)], ending
            break
    else:
        if len(final) > 1 and final[-1] in "iuo" and final[-2] in "aeo":
            final, coda = final[:-1], final[-1].replace("o", "u")
    medial = final[0] if len(final) > 1 and final[0] in "iuv" else ""
    nucleus = final[len(medial) :][:1] or final[-1]
    return medial, nucleus if nucleus in _NUCLEUS else "e", coda


@lru_cache(maxsize=1)
def evidence() -> NDArray[np.float32]:
    """(syllables+1, syllables+1) log likelihood ratio in nats, [heard, said]; row and column 0 are unrelated."""
    names = sorted(frequencies())
    count = len(names)
    q = np.array([frequencies()[s] for s in names])
    q = 0.75 * q / q.sum() + 0.25 / count
    sounds = [split(s) for s in names]
    initials = sorted({i for i, _ in sounds})
    finals = sorted({f for _, f in sounds})
    between_initials = np.array([[initial_distance(a, b) for b in initials] for a in initials])
    between_finals = np.array([[final_distance(a, b) for b in finals] for a in finals])
    i = np.array([initials.index(x) for x, _ in sounds])
    f = np.array([finals.index(x) for _, x in sounds])
    distance = between_initials[np.ix_(i, i)] + between_finals[np.ix_(f, f)]
    near = np.exp(-distance / SOFTNESS) * np.sqrt(q)[:, None]
    np.fill_diagonal(near, 0.0)
    near /= near.sum(axis=0, keepdims=True)
    likelihood = EXACT * np.eye(count) + NEAR * near + FAR * q[:, None]
    table = np.full((count + 1, count + 1), LOWEST, dtype=np.float32)
    table[1:, 1:] = np.clip(np.log(likelihood / q[:, None]), LOWEST, HIGHEST)
    assert len(inventory()) == count
    return table


@lru_cache(maxsize=1)
def sound_classes() -> NDArray[np.int16]:
    """(syllables+1,) coarse sound of each syllable, the same for those often confused; 0 for what is unknown."""
    merged = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "r": "l", "f": "h"}
    coarse = []
    for name in sorted(frequencies()):
        initial, final = split(name)
        final = _SPELLED.get(final, final).removesuffix("g") if final.endswith("ng") else _SPELLED.get(final, final)
        coarse.append((merged.get(initial, initial), final))
    numbers = {sound: i for i, sound in enumerate(sorted(set(coarse)), start=1)}
    return np.array([0, *(numbers[sound] for sound in coarse)], dtype=np.int16)
