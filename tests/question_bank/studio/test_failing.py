"""What is said of a failure of the program names no question."""

from __future__ import annotations

import threading

import pytest

from question_bank.studio.failing import threads_say_no_more


def fails() -> None:
    raise ValueError("Thủ đô của Việt Nam?")


def test_a_thread_that_fails_says_its_type_and_place_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.excepthook
    with threads_say_no_more():
        thread = threading.Thread(target=fails)
        thread.start()
        thread.join()
    said = capsys.readouterr().err
    assert said.startswith("ValueError ")
    assert "test_failing.py:" in said
    assert "Thủ đô" not in said
    assert threading.excepthook is before
