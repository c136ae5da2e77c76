"""How far a measured share or rate may be from the true one: 95 % intervals, also for few cases."""

from math import sqrt

_Z95 = 1.959964


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which also holds for few cases; (0, 1) for none."""
    if whole == 0:
        return 0.0, 1.0
    share, z2 = part / whole, _Z95 * _Z95
    centre = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z95 / (1 + z2 / whole) * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    return max(0.0, centre - half), min(1.0, centre + half)


def poisson(count: int) -> tuple[float, float]:
    """The 95 % interval of the mean behind a count of rare events (Byar's approximation, Breslow and Day 1987)."""
    low = 0.0 if count == 0 else count * (1 - 1 / (9 * count) - _Z95 / (3 * sqrt(count))) ** 3
    more = count + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + _Z95 / (3 * sqrt(more))) ** 3
