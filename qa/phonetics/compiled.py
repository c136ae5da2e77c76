"""Functions compiled to machine code (numba), where a loop over syllables would be too slow."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on its first call; the machine code is kept beside the source or in the user's cache."""
    try:
        return cast(Callable[P, R], njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither place can be written to
        return cast(Callable[P, R], njit(nogil=True)(function))
