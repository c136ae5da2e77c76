"""Ctrl-C as an exception that does not crash compiled code."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Compiled code (numba) reads types back by a call of Python code here and does not bear that it fails.
_BACK_TO_PYTHON = os.path.join("numba", "core", "serialize.py")
_AGAIN_S = 0.01


def interrupt(number: int, frame: FrameType | None) -> None:
    """A handler of signals: raises KeyboardInterrupt, a moment later where compiled code would crash of it."""
    while frame is not None:
        if frame.f_code.co_filename.endswith(_BACK_TO_PYTHON):
            threading.Timer(_AGAIN_S, os.kill, (os.getpid(), number)).start()
            return
        frame = frame.f_back
    raise KeyboardInterrupt


@contextmanager
def interrupted_by(number: signal.Signals) -> Iterator[None]:
    """Makes a signal raise KeyboardInterrupt meanwhile, unless the process was started to ignore it."""
    former = signal.getsignal(number)
    if former is signal.SIG_IGN:
        yield
        return
    signal.signal(number, interrupt)
    try:
        yield
    finally:
        signal.signal(number, former)
