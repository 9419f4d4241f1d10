"""Formulas: cut into tokens, compared, moved, and asked what they use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.practical.sheet import formula as says


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('=COUNTIF($F$4:$F$11; "Đúng hạn")', 'countif(F4:F11,"đúng hạn")'),
        ("=VLOOKUP(A4,DanhMuc!A2:B5,2,FALSE())", "=vlookup( A4 , 'danhmuc'!$A$2:$B$5 , 2 , FALSE )"),
        ("=_xlfn.XLOOKUP(A1,B:B,C:C)", "=XLOOKUP(A1,B:B,C:C)"),
        ("=_xlfn._xlws.FILTER(A1:A9,B1:B9>1.50)", "=FILTER(A1:A9,B1:B9>1.5)"),
        ("=SUM('Tổng hợp'!B4:B7)", "=SUM('Tô\u0309ng hợp'!B4:B7)"),  # a tone as a sign of its own
        ('="Khoẻ"&A1', '="Khỏe"&A1'),
    ],
)
def test_formulas_that_say_the_same_are_the_same(one: str, other: str) -> None:
    assert says.normal(one) == says.normal(other)


@pytest.mark.parametrize(
    ("one", "other"), [("=A1+B1", "=A1-B1"), ("=SUM(A1:A3)", "=SUM(A1:A4)"), ("=A1", "=Sheet2!A1"), ('="a"', "=a")]
)
def test_formulas_that_say_something_else_are_not(one: str, other: str) -> None:
    assert says.normal(one) != says.normal(other)


def test_dollars_count_where_they_are_asked_for() -> None:
    assert says.normal("=$B$1*A2") == says.normal("=B1*A2")
    assert says.normal("=$B$1*A2", dollars=True) != says.normal("=B1*A2", dollars=True)


def test_a_filled_formula_is_the_same_seen_from_its_cell() -> None:
    assert says.relative("=C4*D4*$B$3", 4, 5) == says.relative("=C9*D9*$B$3", 9, 5)
    assert says.relative("=C4*D4*B3", 4, 5) != says.relative("=C9*D9*B3", 9, 5)


@pytest.mark.parametrize(
    ("written", "rows", "columns", "moved"),
    [
        ("A1+$B$1", 2, 1, "B3+$B$1"),
        ("SUM(A$1:A1)", 4, 0, "SUM(A$1:A5)"),
        ("SUM(C:C)+SUM($D:D)", 1, 1, "SUM(D:D)+SUM($D:E)"),
        ("SUM(3:3)", 2, 0, "SUM(5:5)"),
        ('"A1"&HoSo!A1&LOG10(A1)', 1, 0, '"A1"&HoSo!A2&LOG10(A2)'),
        ("BangDonVi[Mã]&A1", 1, 0, "BangDonVi[Mã]&A2"),
    ],
)
def test_a_formula_moves_as_it_is_filled(written: str, rows: int, columns: int, moved: str) -> None:
    assert says.moved(written, rows, columns) == moved


def test_what_a_formula_uses() -> None:
    formula = "=IFERROR(VLOOKUP(A4,DanhMuc!$A$2:$B$5,2,FALSE),0)*1.1+NguongToiThieu+SUM(Bang1[Phí])+LOG10(5)"
    assert says.functions(formula) == ("IFERROR", "VLOOKUP", "SUM", "LOG10")
    assert [(one.sheet, one.text) for one in says.references(formula)] == [("", "A4"), ("DanhMuc", "$A$2:$B$5")]
    assert says.names(formula) == ("NguongToiThieu", "Bang1")
    assert says.constants(formula) == ("2", "0", "1.1", "5")


def test_the_arguments_of_a_function_are_told_apart_whatever_is_inside_them() -> None:
    found = {call.name: call for call in says.calls('=VLOOKUP(A1,INDIRECT("a(,)"&B1),MATCH(C1,D:D,0),)')}
    assert [len(found[name].arguments) for name in ("VLOOKUP", "INDIRECT", "MATCH")] == [4, 1, 3]
    assert "".join(one.text for one in found["MATCH"].arguments[2]) == "0"
    assert found["VLOOKUP"].arguments[3] == ()


@given(st.text(max_size=60), st.integers(-3, 3), st.integers(-3, 3))
def test_anything_at_all_is_cut_and_moved_without_an_error(text: str, rows: int, columns: int) -> None:
    says.normal(text)
    says.relative(text, 5, 5)
    list(says.calls(text))
    assert isinstance(says.moved(text, rows, columns), str)


@given(st.sampled_from("ABZ"), st.integers(5, 90), st.integers(0, 4), st.integers(0, 4))
def test_moving_there_and_back_changes_nothing(letter: str, row: int, rows: int, columns: int) -> None:
    written = f"SUM({letter}{row}:$C${row})*{letter}$1"
    assert says.moved(says.moved(written, rows, columns), -rows, -columns) == written
