"""A program that is told to end hears it at whatever moment it is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from question_bank.stop_signals import heard

# The signal comes to another thread than the main one, which waits for a lock: Python runs no handler then.
ELSEWHERE = """
import signal, threading
from question_bank.stop_signals import heard
told = threading.Event()
def other():
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
with heard(lambda number: (print(signal.Signals(number).name, flush=True), told.set())):
    thread = threading.Thread(target=other)
    thread.start()
    told.wait()
thread.join()
"""


def test_a_stop_that_reaches_another_thread_wakes_the_one_that_waits(
    spawn: Callable[..., subprocess.Popen[str]],
) -> None:
    child = spawn([sys.executable, "-c", ELSEWHERE], stdout=subprocess.PIPE)
    assert child.communicate(timeout=60)[0] == "SIGTERM\n"
    assert child.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_handled_the_signal_before_handles_it_again_afterwards(number: signal.Signals) -> None:
    ours: list[int] = []
    theirs: list[int] = []
    before = signal.signal(number, lambda number, frame: theirs.append(number))
    try:
        told = threading.Event()

        def act(number: int) -> None:
            ours.append(number)
            told.set()

        with heard(act):
            os.kill(os.getpid(), number)
            assert told.wait(60)
        os.kill(os.getpid(), number)
        assert (ours, theirs) == ([number], [number])
    finally:
        signal.signal(number, before)
