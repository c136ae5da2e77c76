"""From the tokens that Whisper aligned in a window to simplified words at the recording's times."""

from collections.abc import Iterable, Sequence
from typing import Any

import opencc

from qa.asr.hallucination import Heard, letters
from qa.asr.windows import Window
from qa.call import Word
from qa.speech import Span

_APPENDED = "\"'.。,，!！?？:：”)]}、"
_TRADITIONAL = opencc.OpenCC("t2s")


def heard_in(window: Window, timed: Sequence[dict[str, Any]]) -> list[Heard]:
    """Aligned tokens as simplified words with their piece; punctuation joined to the word before."""
    heard: list[Heard] = []
    texts = simplified([w["word"] for w in timed])
    for word, text in zip(timed, texts, strict=True):
        if not text:
            continue
        start, end = float(word["start"]), float(word["end"])
        if heard and all(c in _APPENDED for c in text.strip()):
            last = heard[-1]
            heard[-1] = Heard(last.text + text.strip(), last.start_s, last.end_s, last.probability, last.piece)
            continue
        piece = window.piece_at(start, end)
        heard.append(Heard(text, start, end, float(word["probability"]), piece))
    return heard


def in_recording(window: Window, heard: Sequence[Heard]) -> Iterable[Word]:
    """Window times to recording times, held inside the measured speech of their piece."""
    for word in heard:
        piece = window.pieces[word.piece]
        shift = piece.cut_s - piece.offset_s
        start = min(max(word.start_s + shift, piece.start_s), piece.end_s)
        end = min(max(word.end_s + shift, start), piece.end_s)
        yield Word(round(start, 3), round(end, 3), word.text, round(word.probability, 4))


def simplified(texts: Sequence[str]) -> list[str]:
    """Words converted from traditional characters together, since conversion looks at the neighbours."""
    whole = "".join(texts)
    converted = _TRADITIONAL.convert(whole)
    if len(converted) != len(whole):
        return [_TRADITIONAL.convert(text) for text in texts]
    out, at = [], 0
    for text in texts:
        out.append(converted[at : at + len(text)])
        at += len(text)
    return out


def is_thin(words: Sequence[Word], span: Span) -> bool:
    """Whether a span of speech has far fewer words than anybody speaks: nothing in half a second, or fewer than
    three characters in two."""
    length_s = span.end_s - span.start_s
    return len(letters("".join(word.text for word in words))) < (1.5 * length_s if length_s >= 2 else length_s >= 0.5)


def within(words: Sequence[Word], span: Span) -> list[Word]:
    """The words inside a span."""
    slack = 0.002  # words are rounded to the millisecond
    return [w for w in words if span.start_s - slack <= w.start_s and w.end_s <= span.end_s + slack]


def of_spans(told: Sequence[tuple[Window, float]], spans: Sequence[Span]) -> Iterable[float]:
    """The probability of each span: the mean over the windows that hold it, or over all where none of them tells."""
    everywhere = sum(w.length_s * p for w, p in told) / sum(w.length_s for w, _ in told)
    for span in spans:
        parts = [
            (min(piece.end_s, span.end_s) - max(piece.start_s, span.start_s), probability)
            for window, probability in told
            for piece in window.pieces
        ]
        held = [(length_s, probability) for length_s, probability in parts if length_s > 0]
        held_s = sum(length_s for length_s, _ in held)
        yield round(sum(s * p for s, p in held) / held_s if held else everywhere, 3)
