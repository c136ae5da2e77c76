"""Functions as machine code (numba), and the arrays that they take.

What numba keeps of a function is made again only where its own file has changed. So functions that call one another
stand in one file, with the numbers that they use. It refers to the named tuples that a function takes by name: one that
is gone from its module makes what an older program kept unreadable, and the program end.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on its first call; the machine code is kept beside the source or in the user's cache.

    It must not return a named tuple: numba would run Python code to make it, where Ctrl-C would crash the process.
    """
    try:
        return cast(Callable[P, R], njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither place can be written to
        return cast(Callable[P, R], njit(nogil=True)(function))
