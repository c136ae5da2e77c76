"""The reliability curve as a picture: one self-contained SVG, readable in a browser and on a docs page."""

from collections.abc import Sequence
from html import escape
from math import log10

from qa.calibration import thresholds
from qa.reliability import Bin

SIDE, LEFT, TOP, BARS_TOP, BARS = 360, 70, 56, 470, 70
WIDTH, HEIGHT = LEFT + SIDE + 30, BARS_TOP + BARS + 52
BAND = 0.05
FONT = 'font-family="system-ui, sans-serif" font-size="12" fill="#333"'
DOUBT, SURE = thresholds(0.35, 0.9)
"""What the thresholds of the shipped scheme are worth."""

ZONES = ((0.0, DOUBT, "#eef3ee", "passed"), (DOUBT, SURE, "#fbf3dd", "a person"), (SURE, 1.0, "#f6e1e1", ""))


def reliability_svg(bins: Sequence[Bin], title: str) -> str:
    """Observed against stated probability with 95 % intervals, and below it how many cases each point stands for.

    The dashed line is a confidence that keeps its word, the grey band five points to either side of it.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        _text(LEFT, 24, title, 'font-weight="600"'),
        *(_zone(low, high, colour, name) for low, high, colour, name in ZONES),
        _text(_x((SURE + 1) / 2), TOP - 6, "deducted", 'text-anchor="middle"'),
        f'<polygon points="{_band()}" fill="#999" fill-opacity="0.25"/>',
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#666" stroke-dasharray="4 4"/>',
        f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>',
        *_axes(),
        *(_point(b) for b in bins),
        *(_bar(b, max(other.cases for other in bins)) for b in bins),
        _text(_x(0.5), HEIGHT - 12, "stated probability of a violation · cases (log scale)", 'text-anchor="middle"'),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(probability: float) -> float:
    return round(LEFT + SIDE * probability, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" {FONT} {more}>{escape(text)}</text>'


def _zone(low: float, high: float, colour: str, name: str) -> str:
    box = f'<rect x="{_x(low)}" y="{TOP}" width="{_x(high) - _x(low):.1f}" height="{SIDE}" fill="{colour}"/>'
    return box + _text(_x((low + high) / 2), TOP - 6, name, 'text-anchor="middle"')


def _band() -> str:
    corners = ((0, 0), (0, BAND), (1 - BAND, 1), (1, 1), (1, 1 - BAND), (BAND, 0))
    return " ".join(f"{_x(x)},{_y(y)}" for x, y in corners)


def _axes() -> list[str]:
    marks = [n / 5 for n in range(6)]
    below = [_text(_x(m), TOP + SIDE + 18, f"{m:.0%}", 'text-anchor="middle"') for m in marks]
    beside = [_text(LEFT - 8, _y(m) + 4, f"{m:.0%}", 'text-anchor="end"') for m in marks]
    turned = f'text-anchor="middle" transform="rotate(-90 18 {TOP + SIDE / 2})"'
    return [*below, *beside, _text(18, TOP + SIDE / 2, "observed share of violations", turned)]


def _point(b: Bin) -> str:
    low, high = b.interval
    told = f"stated {b.stated:.1%}, observed {b.observed:.1%} ({low:.1%}–{high:.1%}), {b.cases} cases"
    return (
        f'<g stroke="#1f4e79" fill="#1f4e79"><title>{told}</title>'
        f'<line x1="{_x(b.stated)}" y1="{_y(low)}" x2="{_x(b.stated)}" y2="{_y(high)}" stroke-width="1.5"/>'
        f'<circle cx="{_x(b.stated)}" cy="{_y(b.observed)}" r="4"/></g>'
    )


def _bar(b: Bin, most: int) -> str:
    height = round(BARS * log10(b.cases + 1) / log10(most + 1), 1)
    bottom, left, right = BARS_TOP + BARS, _x(b.low), _x(b.high)
    bar = (
        f'<rect x="{left + 1}" y="{bottom - height}" width="{right - left - 2:.1f}" height="{height}" fill="#9db7d0"/>'
    )
    small = 'text-anchor="middle" style="font-size:9px"'
    return bar + _text((left + right) / 2, round(bottom - height - 3, 1), _short(b.cases), small)


def _short(cases: int) -> str:
    return str(cases) if cases < 10_000 else f"{cases / 1000:.0f}k"
