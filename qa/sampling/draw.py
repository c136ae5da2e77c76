"""Chance that can be repeated: each call has its own lot, whatever the order in which calls come."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b


def lot(seed: int, purpose: str, call_id: str) -> float:
    """A number from 0 to 1 that depends on nothing but its arguments."""
    digest = blake2b(f"{seed}\0{purpose}\0{call_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def drawn(call_ids: Iterable[str], count: int, seed: int, purpose: str) -> Sequence[str]:
    """`count` of the calls, each with the same chance, in the order in which they were drawn."""
    return sorted(call_ids, key=lambda call_id: (lot(seed, purpose, call_id), call_id))[:count]
