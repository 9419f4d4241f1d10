"""Whether a bank can fill a blueprint, worked out in a process of its own: a long search stands in nobody's way and can be ended.

One question is worked on at a time, the newest: an older one is ended. Pages ask again when somebody looks at them.
"""

from __future__ import annotations

import signal
import threading
from enum import Enum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeAlias

from question_bank.assembling import PATIENCE_S, Ground, late_from_now
from question_bank.assembly.drawing import feasible
from question_bank.assembly.shortages import Shortage
from question_bank.blueprint import Blueprint, SetName
from question_bank.studio.failing import say
from question_bank.vault.memory import keep_out_of_files

LONGEST_S = (
    PATIENCE_S + 60
)  # the search ends itself; before it a slow computer starts the process and hands the bank over


class NoAnswer(Enum):
    """Why it is not known."""

    SUPERSEDED = "superseded"
    TOO_LONG = "too_long"
    BROKEN = "broken"


Answer: TypeAlias = tuple[Shortage, ...] | NoAnswer
_CLOSED = object()  # the last question of all


class Reckoner:
    """Started with the first question; `close` ends it for good. Any thread may ask, and waits for its answer."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._newest: object = None  # the latest question
        self._busy = False
        self._child: _Child | None = None

    def shortages(self, blueprint: Blueprint, ground: Ground, now_ms: int) -> Answer:
        """Everything that is short for both sets. `ground` is sent over once for as long as it is the same object."""
        mine = object()
        with self._turn:
            if self._newest is _CLOSED:
                return NoAnswer.SUPERSEDED
            self._newest = mine
            if self._busy:
                self._end()
            self._turn.notify_all()
            while self._busy and self._newest is mine:
                self._turn.wait()
            if self._newest is not mine:
                return NoAnswer.SUPERSEDED
            self._busy = True
            child = self._child = self._child or _Child()
        found = child.ask(blueprint, ground, now_ms)
        with self._turn:
            self._busy = False
            if isinstance(found, NoAnswer):
                self._end()
            self._turn.notify_all()
            return found if self._newest is mine else NoAnswer.SUPERSEDED

    def close(self) -> None:
        """End what is being worked on; whoever waits is told that there will be no answer."""
        with self._turn:
            self._newest = _CLOSED
            self._end()
            self._turn.notify_all()

    def _end(self) -> None:
        """End the process: whoever listens to it hears the end of its pipe. Only with the lock."""
        if self._child is not None:
            self._child.end()
            self._child = None


class _Child:
    """The process, and which ground it has."""

    def __init__(self) -> None:
        context = get_context("spawn")  # a fork would take over locks that other threads of the studio hold
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs,), name="studio-reckoner", daemon=True)
        self._process.start()
        theirs.close()
        self._ground: Ground | None = None

    def ask(self, blueprint: Blueprint, ground: Ground, now_ms: int) -> Answer:
        """One question; of those who share it, one at a time."""
        try:
            if self._ground is not ground:
                self._pipe.send(ground)
                self._ground = ground
            self._pipe.send((blueprint, now_ms))
            if not self._pipe.poll(LONGEST_S):
                return NoAnswer.TOO_LONG
            found: object = self._pipe.recv()
        except (EOFError, OSError):  # it was ended, or fell
            return NoAnswer.BROKEN
        return found if isinstance(found, tuple) else NoAnswer.BROKEN

    def end(self) -> None:
        """At once. The pipe is left to whoever reads it, and closes with the last who knows it."""
        self._process.kill()
        self._process.join()


def _work(pipe: Connection) -> None:
    """What the process does until nobody is there to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal ends the studio, which ends this
    keep_out_of_files()  # a new process takes over the limit on core dumps, and nothing else of it
    ground: Ground | None = None
    while True:
        try:
            asked: object = pipe.recv()
            if isinstance(asked, Ground):
                ground = asked
                continue
            assert isinstance(asked, tuple)
            assert ground is not None
            blueprint, now_ms = asked
            found = feasible(blueprint, ground.bank, ground.circumstances(now_ms), tuple(SetName), late_from_now())
            pipe.send(tuple(found))
        except (EOFError, OSError):
            return
        except Exception as error:  # noqa: BLE001 - one for the loop: it ends, and who asked has no answer
            say(type(error), error.__traceback__)
            return
