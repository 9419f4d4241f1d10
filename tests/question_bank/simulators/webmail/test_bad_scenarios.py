"""Every mistake in a mailbox is told at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from question_bank.simulators import webmail
from question_bank.simulators.webmail import scenario as scenarios

SAMPLE = (Path(str(webmail.__file__)).parent / "sample.yaml").read_text(encoding="utf-8")


def told(old: str, new: str) -> set[tuple[str, int]]:
    assert SAMPLE.count(old) == 1
    at = SAMPLE[: SAMPLE.index(old)].count("\n") + 1
    reading = scenarios.read(SAMPLE.replace(old, new).encode(), "x.yaml", {})
    assert reading.scenario is None
    return {(one.code, one.line - at) for one in reading.problems}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("simulator: webmail", "simulator: one_stop", ("bad_value", 0)),
        ("    at: 2026-12-04 16:05", "    at: hôm qua", ("bad_value", 0)),
        ("    attachments: [lich-hop]", "    attachments: [lich]", ("unknown_name", 0)),
        ("  - id: khoa-hop-thu", "  - id: moi-hop", ("repeated_name", 0)),
        ("    from: ho-tro", "    from: ho-so", ("unknown_name", 0)),
        ("    trap: phishing", "    trap: fishing", ("bad_value", 0)),
        ("spf: fail", "spf: maybe", ("bad_value", 0)),
        ("    after: {do: send, of: moi-hop}", "    after: {do: fly}", ("wrong_shape", 0)),
        ("    minutes: 1", "    minuts: 1", ("unknown_key", 0)),
        ("    subject: Họp giao ban tuần 50", "    subject: ${tuan}", ("unknown_parameter", 0)),
        ("who: phong-hc", "who: {name: A, address: b}", ("bad_value", 0)),
    ],
)
def test_a_mistake_is_told_at_its_line(old: str, new: str, problem: tuple[str, int]) -> None:
    assert problem in told(old, new)


def test_the_sample_has_no_mistake() -> None:
    assert scenarios.read(SAMPLE.encode(), "x.yaml", {}).problems == ()
