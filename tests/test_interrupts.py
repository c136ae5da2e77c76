"""Ctrl-C ends what is at work as an exception, never as a crash of compiled code."""

import signal
import subprocess
import sys

import pytest

from qa.interrupts import interrupted_by
from tests.conftest import ROOT

OFTEN = """
import signal
import time

from qa.interrupts import interrupt
from qa.phonetics import build_lexicon, phones

stops = 0


def stop(number, frame):
    global stops
    if frame.f_code.co_name != "<module>":
        stops += 1
        interrupt(number, frame)


lexicon, heard = build_lexicon(["感谢您的来电", "再见"]), phones("喂感谢您的来电啊再见")
lexicon.find(heard)
signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 1e-3, 1e-3)
while stops < 1000:
    try:
        lexicon.find(heard)
    except KeyboardInterrupt:
        pass
signal.setitimer(signal.ITIMER_REAL, 0)
time.sleep(0.1)
"""


def test_the_compiled_search_survives_being_interrupted() -> None:
    ended = subprocess.run([sys.executable, "-c", OFTEN], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("former", [signal.SIG_DFL, signal.SIG_IGN])
def test_a_signal_interrupts_meanwhile_unless_it_is_ignored(former: signal.Handlers) -> None:
    before = signal.signal(signal.SIGUSR1, former)
    try:
        stopped = False
        try:
            with interrupted_by(signal.SIGUSR1):
                signal.raise_signal(signal.SIGUSR1)
        except KeyboardInterrupt:
            stopped = True
        assert stopped == (former is not signal.SIG_IGN)
        assert signal.getsignal(signal.SIGUSR1) is former
    finally:
        signal.signal(signal.SIGUSR1, before)
