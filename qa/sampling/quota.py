"""Sharing out a number of calls among groups of different size."""

from collections.abc import Mapping
from fractions import Fraction


def quotas(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """`total` shared out in proportion to `sizes` by the largest remainder: each share within one of its quota.

    No group gets more than it has; of equal remainders the group that comes first by name is rounded up.
    """
    everybody = sum(sizes.values())
    total = min(total, everybody)
    if total <= 0:
        return dict.fromkeys(sizes, 0)
    exact = {name: Fraction(total * size, everybody) for name, size in sizes.items()}
    shares = {name: int(quota) for name, quota in exact.items()}
    left = total - sum(shares.values())
    for name in sorted(sizes, key=lambda name: (shares[name] - exact[name], name))[:left]:
        shares[name] += 1
    return shares
