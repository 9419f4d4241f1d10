"""What-if: a result that follows its inputs, one that was typed, one that happens to be right, and what LibreOffice cannot say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import openpyxl
import pytest

from question_bank.formats import nodes
from question_bank.formats.report import Report
from question_bank.practical.arguments import read_fields
from question_bank.practical.catalogue import Request, check_type
from question_bank.practical.findings import Outcome
from question_bank.practical.models import open_model
from question_bank.practical.sheet.changes import CHANGE
from question_bank.practical.sheet.oracles import NoOracleError
from question_bank.practical.sheet.recalculation import NotRecalculatedError

Office = Callable[[Mapping[str, bytes], str], dict[str, bytes]]
SHIFT = [{"sheet": "HoSo", "column": "Ngày trả", "how": "shift_days", "by": [-9, 9]}]
RATE = "=SUMPRODUCT(--({HoSo[Ngày trả]}<={HoSo[Ngày hẹn]}))/ROWS({HoSo[Ngày trả]})"
FOLLOWING = "=SUMPRODUCT(--(HoSo!C4:C9<=HoSo!B4:B9))/COUNT(HoSo!C4:C9)"


def book(result: Any, put_in: int = 0) -> bytes:
    """Six dossiers, four of them in time, and the share: with rows put in above the list, or as they were."""
    made = openpyxl.Workbook()
    sheet: Any = made.active
    sheet.title = "TongHop"
    sheet["A1"], sheet["B1"] = "Tỷ lệ đúng hạn", result
    listed = made.create_sheet("HoSo")
    for column, head in enumerate(("Mã", "Ngày hẹn", "Ngày trả"), 1):
        listed.cell(3 + put_in, column, head)
    for at in range(6):
        due = date(2026, 3, 2 + at)
        for column, value in enumerate((f"HS{at}", due, due + timedelta(days=1 if at in (1, 4) else 0)), 1):
            listed.cell(4 + at + put_in, column, value)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "follows": (book(FOLLOWING), {"oracle": RATE}),
    "rows put in": (book(FOLLOWING.replace("4:", "7:").replace("9", "12"), 3), {"oracle": RATE}),
    "typed": (book(4 / 6), {"oracle": RATE}),
    "a formula of typed numbers": (book("=4/6"), {"oracle": RATE}),
    "one row too few": (book("=SUMPRODUCT(--(HoSo!C4:C8<=HoSo!B4:B8))/COUNT(HoSo!C4:C8)"), {"oracle": RATE}),
    "a function of ours": (book(FOLLOWING), {"function": "share_on_time", "ranges": ["{HoSo[Ngày hẹn]}", "{HoSo[Ngày trả]}"]}),
    "another address": (book("=SUMPRODUCT(--(HoSo!$C:$C<=HoSo!$B:$B),--(HoSo!$A:$A<>\"\"),--ISNUMBER(HoSo!$C:$C))/COUNT(HoSo!$C:$C)"), {"oracle": RATE}),
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(office: Office, request_of: Callable[..., Request]) -> dict[str, Outcome]:
    """What the check says of each case; one start of LibreOffice."""
    kind = check_type("xlsx.what_if")
    assert kind is not None
    assert kind.wants is not None
    wanted: dict[str, bytes] = {}
    for number, (data, expect) in enumerate(CASES.values()):
        request = request_of("xlsx.what_if", {"label": "Tỷ lệ đúng hạn"}, {"change": SHIFT, "trials": 2, **expect})
        for key, made in kind.wants(open_model("xlsx", data), request, data).items():
            wanted[f"{number}-{key}.xlsx"] = made
    found = office(wanted, "xlsx")
    outcomes = {}
    for number, (name, (data, expect)) in enumerate(CASES.items()):
        given = {
            key.split("-")[1].removesuffix(".xlsx"): made for key, made in found.items() if key.startswith(f"{number}-")
        }
        request = request_of(
            "xlsx.what_if", {"label": "Tỷ lệ đúng hạn"}, {"change": SHIFT, "trials": 2, **expect}, given
        )
        outcomes[name] = kind.run(open_model("xlsx", data), request)
    return outcomes


@pytest.mark.parametrize(
    ("case", "steps"),
    [
        ("follows", (1, 1, 1)), ("rows put in", (1, 1, 1)), ("a function of ours", (1, 1, 1)), ("another address", (1, 1, 1)),
        ("typed", (1, 0, 0)), ("a formula of typed numbers", (1, 1, 0)), ("one row too few", (0, 1, 0)),
    ],
)  # fmt: skip
def test_each_step_by_itself(case: str, steps: tuple[int, int, int], outcomes: dict[str, Outcome]) -> None:
    found = {one.step: one.credit for one in outcomes[case].findings}
    assert [found["value"] == 1, found["is_formula"] == 1] == [bool(one) for one in steps[:2]]
    assert found["recalculates"] == 1 if steps[2] else found["recalculates"] <= Fraction(1, 2)


def test_a_typed_result_costs_no_trial(request_of: Callable[..., Request]) -> None:
    kind, data = check_type("xlsx.what_if"), book(4 / 6)
    assert kind is not None
    assert kind.wants is not None
    request = request_of("xlsx.what_if", {"label": "Tỷ lệ đúng hạn"}, {"change": SHIFT, "oracle": RATE})
    assert list(kind.wants(open_model("xlsx", data), request, data)) == ["0"]


def test_every_candidates_inputs_are_changed_alike_and_nothing_else_is(request_of: Callable[..., Request]) -> None:
    kind = check_type("xlsx.what_if")
    assert kind is not None
    assert kind.wants is not None
    request = request_of("xlsx.what_if", {"label": "Tỷ lệ đúng hạn"}, {"change": SHIFT, "oracle": RATE, "trials": 1})
    seen = []
    for data in (book(FOLLOWING), book("=1+B2")):
        made = open_model("xlsx", kind.wants(open_model("xlsx", data), request, data)["1"])
        original = open_model("xlsx", data)
        changed = {
            (cell.row, cell.column): cell.value
            for cell in made.sheet("HoSo").cells()
            if cell.value != original.sheet("HoSo").cell(cell.row, cell.column).value
        }
        assert {column for _, column in changed} == {3}
        seen.append(changed)
    assert seen[0] == seen[1] != {}


@pytest.mark.parametrize("name", ["xlsx.what_if", "xlsx.recalculated_value", "xlsx.no_errors"])
def test_what_libreoffice_did_not_make_is_an_error_and_no_mark(name: str, judge: Callable[..., Outcome]) -> None:
    expect = {"change": SHIFT, "oracle": RATE} if name == "xlsx.what_if" else {}
    select = {"label": "Tỷ lệ đúng hạn"} if name != "xlsx.no_errors" else {}
    with pytest.raises(NotRecalculatedError):
        judge(name, select, expect, book(FOLLOWING), {})


def test_a_function_that_libreoffice_does_not_know_is_for_a_person(judge: Callable[..., Outcome]) -> None:
    data = book('=_xlfn.XLOOKUP("HS1",HoSo!A4:A9,HoSo!A4:A9)')
    made: Any = openpyxl.load_workbook(io.BytesIO(book("=1")))
    made["TongHop"]["B1"] = "#NAME?"
    made["TongHop"]["B1"].data_type = "e"
    answer = io.BytesIO()
    made.save(answer)
    with pytest.raises(NotRecalculatedError):
        judge("xlsx.recalculated_value", {"label": "Tỷ lệ đúng hạn"}, {"text": "HS1"}, data, {"0": answer.getvalue()})
    assert [one.right for one in judge("xlsx.no_errors", {}, {}, data, {"0": answer.getvalue()}).findings] == [
        True,
        True,
    ]


def test_an_oracle_that_names_what_is_not_there_is_an_error(request_of: Callable[..., Request]) -> None:
    kind, data = check_type("xlsx.what_if"), book(FOLLOWING)
    assert kind is not None
    assert kind.wants is not None
    request = request_of(
        "xlsx.what_if", {"label": "Tỷ lệ đúng hạn"}, {"change": SHIFT, "oracle": "=SUM({HoSo[Không có]})"}
    )
    with pytest.raises(NoOracleError):
        kind.wants(open_model("xlsx", data), request, data)


@pytest.mark.parametrize(
    "change",
    [
        {"how": "add", "by": 1},
        {"column": "Phí", "how": "add"},
        {"column": "Phí", "how": "replace"},
        {"column": "Phí", "how": "jump", "by": 1},
        {"cell": "A1"},
        "A1",
    ],
)
def test_a_change_that_says_too_little_is_told_when_the_rubric_is_read(change: Any) -> None:
    report = Report("rubric.yaml")
    tree = nodes.parse(json.dumps({"expect": {"change": [change]}}))
    assert isinstance(tree, nodes.Table)
    read_fields(tree, "expect", (CHANGE,), report)
    assert [one.code for one in report.problems] == ["bad_value"]
