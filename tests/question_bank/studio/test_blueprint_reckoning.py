"""Long searches: the newest question wins, and a process that falls is no answer."""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ClassVar

import pytest

from question_bank.assembling import Ground
from question_bank.assembly.shortages import Shortfall, Undecided
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.studio import blueprint_reckoning
from question_bank.studio.blueprint_document import begun, read
from question_bank.studio.blueprint_reckoning import Answer, NoAnswer, Reckoner

GROUND = Ground(Bank.of({}, []), {})


def blueprint(items: int) -> Blueprint:
    document = begun("tinh", "mot", "Đề", "")
    document["sections"] = [
        {
            "code": "a",
            "title": {"vi": "a", "en": "a"},
            "duration_s": 60,
            "mark_per_item": 1,
            "cells": [{"topic": "t", "van_dung": items}],
        }
    ]
    found = read(document).blueprint
    assert found is not None
    return found


class Slow:
    """In the place of the process: works until it is told to answer or is ended."""

    made: ClassVar[queue.SimpleQueue[Slow]]

    def __init__(self) -> None:
        self.started, self.go = threading.Event(), threading.Event()
        self.ended = False
        Slow.made.put(self)

    def ask(self, plan: Blueprint, ground: Ground, now_ms: int) -> Answer:
        self.started.set()
        assert self.go.wait(30)
        self.go.clear()
        return NoAnswer.BROKEN if self.ended else (Undecided(plan.item_count),)

    def end(self) -> None:
        self.ended = True
        self.go.set()


Ask = Callable[[Reckoner, int], "Future[Answer]"]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """`slow(reckoner, items)`: a question asked from a thread of its own."""
    monkeypatch.setattr(blueprint_reckoning, "_Child", Slow)
    Slow.made = queue.SimpleQueue()
    with ThreadPoolExecutor(8) as threads:
        yield lambda reckoner, items: threads.submit(reckoner.shortages, blueprint(items), GROUND, 0)


def test_a_newer_question_ends_the_older(slow: Ask) -> None:
    reckoner = Reckoner()
    first = slow(reckoner, 1)
    child = Slow.made.get(timeout=30)
    assert child.started.wait(30)
    second = slow(reckoner, 2)
    assert first.result(30) is NoAnswer.SUPERSEDED
    assert child.ended
    Slow.made.get(timeout=30).go.set()
    assert second.result(30) == (Undecided(2),)


def test_one_process_answers_one_question_after_the_other(slow: Ask) -> None:
    reckoner = Reckoner()
    first = slow(reckoner, 1)
    child = Slow.made.get(timeout=30)
    child.go.set()
    assert first.result(30) == (Undecided(1),)
    second = slow(reckoner, 2)
    child.go.set()
    assert second.result(30) == (Undecided(2),)
    assert Slow.made.empty()


def test_closing_ends_the_search_and_answers_nobody_any_more(slow: Ask) -> None:
    reckoner = Reckoner()
    first = slow(reckoner, 1)
    assert Slow.made.get(timeout=30).started.wait(30)
    reckoner.close()
    assert isinstance(first.result(30), NoAnswer)
    assert isinstance(reckoner.shortages(blueprint(1), GROUND, 0), NoAnswer)
    assert Slow.made.empty()


def test_a_process_that_falls_is_no_answer_and_the_next_question_has_a_new_one() -> None:
    reckoner = Reckoner()
    try:
        expected = reckoner.shortages(blueprint(2), GROUND, 0)
        assert isinstance(expected, tuple)
        [first] = expected
        assert isinstance(first, Shortfall)
        assert (first.need, first.have) == (4, 0)
        child = reckoner._child
        assert child is not None
        child._process.kill()
        child._process.join()
        assert reckoner.shortages(blueprint(2), GROUND, 0) is NoAnswer.BROKEN
        assert reckoner.shortages(blueprint(2), GROUND, 0) == expected
    finally:
        reckoner.close()


class Pipe:
    """What the process is asked, then nobody there any more."""

    def __init__(self, *asked: object) -> None:
        self.asked, self.sent = [*asked], list[object]()

    def recv(self) -> object:
        if not self.asked:
            raise EOFError
        return self.asked.pop(0)

    def send(self, answer: object) -> None:
        self.sent.append(answer)


@pytest.fixture
def interrupts() -> Iterator[None]:
    """The process hears no Ctrl-C; this one shall again."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_the_process_keeps_the_bank_out_of_files_before_it_has_any_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = Pipe(GROUND, (blueprint(2), 0))
    left: list[int] = []
    monkeypatch.setattr(blueprint_reckoning, "keep_out_of_files", lambda: left.append(len(pipe.asked)))
    blueprint_reckoning._work(pipe)  # type: ignore[arg-type]
    assert left == [2]
    [answer] = pipe.sent
    assert isinstance(answer, tuple)
    assert [type(one) for one in answer] == [Shortfall]


@pytest.mark.usefixtures("interrupts")
def test_a_process_that_fails_says_nothing_of_what_it_was_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> list[object]:
        raise ValueError("Thủ đô của Việt Nam?")

    monkeypatch.setattr(blueprint_reckoning, "keep_out_of_files", lambda: ())
    monkeypatch.setattr(blueprint_reckoning, "feasible", fails)
    pipe = Pipe(GROUND, (blueprint(2), 0), GROUND)
    blueprint_reckoning._work(pipe)  # type: ignore[arg-type]
    said = capsys.readouterr().err
    assert said.startswith("ValueError blueprint_reckoning.py:")
    assert "Thủ đô" not in said
    assert (pipe.sent, len(pipe.asked)) == ([], 1)
