"""The sample tasks on presentations, with the values of a candidate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from question_bank.draw import SEED_BYTES
from question_bank.practical.rubric import Rubric
from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.template import fill
from scripts.make_practical_presentations import SAMPLES

TASKS = ("gioi-thieu-dich-vu-cong", "bao-cao-quy")
SEEDS = [bytes([number]) * SEED_BYTES for number in range(20)]


def rubric_of(task: str, seed: bytes) -> tuple[Rubric, Mapping[str, str]]:
    path = SAMPLES / task / "rubric.yaml"
    reading = read_rubric(path.read_bytes(), str(path), seed)
    assert reading.rubric is not None, reading.problems
    return reading.rubric, reading.values


def filled(data: bytes, values: Mapping[str, str]) -> bytes:
    found = fill(data, values)
    assert found.unknown == (), "a name that the rubric does not give"
    return found.data


def files_of(seed: bytes) -> Iterator[bytes]:
    """Start files and solutions of one candidate."""
    for task in TASKS:
        rubric, values = rubric_of(task, seed)
        for name in (rubric.files[0].start, rubric.files[0].solution):
            yield filled((SAMPLES / task / name).read_bytes(), values)
