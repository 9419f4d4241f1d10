"""Values that differ from candidate to candidate: the same seed draws the same, and days look as Decree 30 writes them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.practical.rubric_reading import read_rubric
from question_bank.practical.values import Parameter, filled_text, values

SEED = bytes(range(32))
SEEDS = st.binary(min_size=32, max_size=32)
TINH = Parameter("tinh", among=("Tiền Giang", "Đắk Lắk", "Huế (cũ)"))
HAN = Parameter("han", low=date(2026, 1, 1).toordinal(), high=date(2026, 12, 31).toordinal(), is_date=True)
SO = Parameter("so", low=10, high=99)


@given(SEEDS)
def test_a_value_is_one_of_those_that_may_be_drawn_and_the_same_for_the_same_seed(seed: bytes) -> None:
    found = values((TINH, HAN, SO), seed, "ke-hoach-01")
    assert found["tinh"] in TINH.among
    assert date(2026, 1, 1) <= date.fromisoformat(found["han"]) <= date(2026, 12, 31)
    assert 10 <= int(found["so"]) <= 99
    assert values((TINH, HAN, SO), seed, "ke-hoach-01") == found


def test_what_a_seed_draws_never_changes() -> None:
    """A value drawn in the hall must be drawn again for an appeal, by any later version."""
    found = values((TINH, HAN, SO), SEED, "ke-hoach-01")
    assert {name: found[name] for name in ("tinh", "han", "so")} == DRAWN


DRAWN = {"tinh": "Tiền Giang", "han": "2026-06-07", "so": "53"}


def test_every_value_is_drawn_for_somebody_and_parameters_are_independent() -> None:
    drawn = {tuple(values((TINH, SO), bytes([n]) * 32, "r").values()) for n in range(256)}
    assert {one[0] for one in drawn} == {*TINH.among}
    assert len(drawn) > 100
    assert values((TINH, SO), SEED, "r")["so"] == values((SO,), SEED, "r")["so"]


@pytest.mark.parametrize(
    ("day", "short", "long", "parts"),
    [
        ("2026-02-05", "05/02/2026", "ngày 05 tháng 02 năm 2026", ("05", "02", "2026")),
        ("2026-03-10", "10/03/2026", "ngày 10 tháng 3 năm 2026", ("10", "3", "2026")),
        ("2026-12-31", "31/12/2026", "ngày 31 tháng 12 năm 2026", ("31", "12", "2026")),
        ("2026-01-01", "01/01/2026", "ngày 01 tháng 01 năm 2026", ("01", "01", "2026")),
    ],
)
def test_days_look_as_decree_30_writes_them(day: str, short: str, long: str, parts: tuple[str, str, str]) -> None:
    ordinal = date.fromisoformat(day).toordinal()
    found = values((Parameter("han", low=ordinal, high=ordinal, is_date=True),), SEED, "r")
    looks = tuple(found[f"han:{look}"] for look in ("day", "month", "year"))
    assert (found["han"], found["han:short"], found["han:long"], looks) == (day, short, long, parts)


@given(st.text(), SEEDS)
def test_a_value_in_a_pattern_means_itself(text: str, seed: bytes) -> None:
    found = values((Parameter("x", among=(text,)),), seed, "r")
    assert re.fullmatch(found["x:pattern"], text)


def test_names_nobody_gives_stay_and_are_told() -> None:
    missing: list[str] = []
    assert filled_text("${a} ${b} $a {a} ${}", {"a": "${b}"}, missing.append) == "${b} ${b} $a {a} ${}"
    assert missing == ["b"]


RUBRIC = """
format: exam-rubric/1
id: thu
version: 1
title: {vi: "Thử ${tinh}", en: A trial}
files: [{name: A.docx, accept: docx}]
parameters: {tinh: {choose: [Huế, Vinh]}, so: {number_between: [10, 20]}}
points: 1
groups:
  - id: nhom
    title: {vi: Nhóm, en: Group}
    checks:
      - id: mot
        type: any_of
        points: 1
        checks:
          - {type: docx.probe, select: {words: "ở ${tinh}"}, expect: {size_pt: ["${so}", 30]}, feedback: {vi: "${tinh}", en: "{found}"}}
"""


@pytest.mark.usefixtures("probes")
def test_a_rubric_is_read_with_one_candidates_values() -> None:
    seen = set()
    for n in range(20):
        reading = read_rubric(RUBRIC.encode(), "r.yaml", bytes([n]) * 32)
        assert reading.problems == ()
        assert reading.rubric is not None
        assert reading.rubric.title.vi == f"Thử {reading.values['tinh']}"
        inner = reading.rubric.groups[0].checks[0].nested[0]
        assert inner.select.values == {"words": f"ở {reading.values['tinh']}"}
        assert inner.expect.values["size_pt"].low == int(reading.values["so"])  # type: ignore[attr-defined]
        assert inner.feedback is not None
        assert inner.feedback.vi == reading.values["tinh"]
        seen.add((reading.values["tinh"], reading.values["so"]))
    assert len(seen) > 5
