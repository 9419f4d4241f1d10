"""A number written into a document is the number read from it: a key is marked by what was written."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from question_bank.items._numbers import as_decimal, read_number


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_every_decimal_reads_back_as_itself(digits: int, places: int) -> None:
    value = Fraction(digits, 10**places)
    assert read_number(as_decimal(value)) == value


def test_three_decimals_are_not_taken_for_thousands() -> None:
    assert as_decimal(Fraction("3.141")) == "3.1410"
    assert read_number("3.1410") == Fraction("3.141")
