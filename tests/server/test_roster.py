from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.roster import Entry, Roster, RosterProblem, RosterRules
from server.domain.roster_columns import HEADERS, Field
from server.domain.roster_fields import Code
from server.domain.roster_reading import MAX_ROWS, check_entry, read_roster
from server.domain.table import Cell, CellKind, Row, Table, column_letters
from server.web.roster_wording import PROBLEMS, problem_text

HEADER = ["STT", "SBD", "Họ và tên", "Ngày sinh", "Đơn vị", "Bảng", "Chức vụ"]
RULES = RosterRules(on=date(2026, 11, 20), min_age_years=12, divisions=("A", "B"))
GOOD = ["1", "0147", "Nguyễn Thị Đoan", "05/09/1990", "Sở Nội vụ", "A", "Chuyên viên"]


def table(*rows: Sequence[str | Cell], first: int = 1) -> Table:
    def cell(value: str | Cell) -> Cell:
        if isinstance(value, Cell):
            return value
        return Cell(CellKind.TEXT if value else CellKind.EMPTY, value)

    return Table("", tuple(Row(first + at, tuple(cell(value) for value in row)) for at, row in enumerate(rows)))


def problems(
    *rows: Sequence[str | Cell], header: Sequence[str] = HEADER, rules: RosterRules = RULES
) -> list[RosterProblem]:
    found = read_roster(table(header, *rows), rules)
    assert isinstance(found, list), found
    return found


def codes(*rows: Sequence[str | Cell], header: Sequence[str] = HEADER, rules: RosterRules = RULES) -> list[Code]:
    return [problem.code for problem in problems(*rows, header=header, rules=rules)]


def good(**changes: str | Cell) -> list[str | Cell]:
    row: list[str | Cell] = list(GOOD)
    for name, value in changes.items():
        row[["stt", "sbd", "name", "born", "unit", "division", "position"].index(name)] = value
    return row


def roster(*rows: Sequence[str | Cell], header: Sequence[str] = HEADER, rules: RosterRules = RULES) -> Roster:
    found = read_roster(table(header, *rows), rules)
    assert isinstance(found, Roster), found
    return found


def number(text: str) -> Cell:
    return Cell(CellKind.NUMBER, text)


WITH_ARRANGEMENTS = [*HEADER, "Thêm giờ", "Nghỉ giữa giờ"]


@pytest.mark.parametrize(
    ("extra", "breaks", "kept"),
    [
        ("15", "10", ("15", "10")), ("25%", "", ("25%", "")), ("25 %", "0", ("25%", "")), ("15 phút", "5'", ("15", "5")),
        (number("0.25"), number("10"), ("25%", "10")), (number("15"), "", ("15", "")), ("", "", ("", "")),
        (number("0.5"), "", ("50%", "")), ("0%", "", ("", "")), ("200%", "120", ("200%", "120")),
    ],
)  # fmt: skip
def test_what_was_granted_beforehand_is_read_in_one_spelling(
    extra: str | Cell, breaks: str | Cell, kept: tuple[str, str]
) -> None:
    (entry,) = roster([*GOOD, extra, breaks], header=WITH_ARRANGEMENTS).entries
    assert (entry.extra_time, entry.breaks) == kept
    assert bool(entry.arrangement) == any(kept)


@pytest.mark.parametrize("extra", ["201%", "241", "-5", "a lot", "15.5", number("0.125"), "1e3", "25%%"])
def test_extra_time_that_is_none_is_named(extra: str | Cell) -> None:
    assert codes([*GOOD, extra, ""], header=WITH_ARRANGEMENTS) == [Code.EXTRA_TIME_MALFORMED]


@pytest.mark.parametrize("breaks", ["121", "10%", "nửa giờ", "-1"])
def test_breaks_that_are_none_are_named(breaks: str) -> None:
    assert codes([*GOOD, "", breaks], header=WITH_ARRANGEMENTS) == [Code.BREAKS_MALFORMED]


def test_an_entry_without_arrangements_keeps_the_digest_it_always_had() -> None:
    entry = Entry("0147", "Lê Văn An", date(1990, 9, 5), "Sở Nội vụ")
    before = "2c627157f8b3"  # of the eight fields that entries had before
    assert entry.sha256(b"\0" * 16).hex().startswith(before)
    assert replace(entry, extra_time="15").sha256(b"\0" * 16) != entry.sha256(b"\0" * 16)


def test_a_good_row_becomes_an_entry() -> None:
    (entry,) = roster(GOOD).entries
    assert entry == Entry("0147", "Nguyễn Thị Đoan", date(1990, 9, 5), "Sở Nội vụ", "A", "Chuyên viên")


def test_titles_above_the_header_are_skipped_and_rows_keep_their_numbers_in_the_file() -> None:
    found = read_roster(table(["UBND TỈNH"], ["DANH SÁCH THÍ SINH"], [], HEADER, good(sbd="")), RULES)
    assert found == [RosterProblem(5, "B (SBD)", Code.MISSING)]


@pytest.mark.parametrize(
    "header",
    [
        ["Số báo danh", "HỌ VÀ TÊN", "Ngày, tháng, năm sinh", "Cơ quan, đơn vị", "Bảng thi"],
        ["Mã dự thi", "Họ tên", "NTNS", "Đơn vị công tác", "Khối"],
        ["candidate number", "Full name", "Date of birth", "Unit", "Division"],
    ],
)
def test_the_headers_that_offices_write_are_understood(header: list[str]) -> None:
    assert len(roster(["0147", "Lê Văn An", "01/02/1990", "Sở Y tế", "b"], header=header).entries) == 1


def test_a_name_in_two_columns_is_joined() -> None:
    header = ["SBD", "Họ và tên đệm", "Tên", "Ngày sinh", "Đơn vị", "Bảng"]
    assert (
        roster(["1", "Lê Thị", "An", "01/02/1990", "Sở Y tế", "A"], header=header).entries[0].full_name == "Lê Thị An"
    )


def test_no_header_known_to_every_office_means_two_fields() -> None:
    known = [name.casefold() for names in HEADERS.values() for name in names]
    assert len(set(known)) == len(known)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sbd": ""}, Code.MISSING),
        ({"sbd": "01 47"}, Code.SBD_MALFORMED),
        ({"sbd": "0147/A"}, Code.SBD_MALFORMED),
        ({"sbd": number("147.5")}, Code.SBD_MALFORMED),
        ({"sbd": "1" * 13}, Code.TOO_LONG),
        ({"name": ""}, Code.MISSING),
        ({"name": "Nguyễn Văn A1"}, Code.NAME_DIGITS),
        ({"name": "An"}, Code.NAME_ONE_WORD),
        ({"name": "Lê Văn An (nữ)"}, Code.NAME_SYMBOLS),
        ({"name": "NguyÔn V¨n B×nh"}, Code.OLD_FONT),
        ({"name": "Lê Văn \u0410n"}, Code.LOOKALIKE),
        ({"name": "\u00d0inh Văn An"}, Code.LOOKALIKE),
        ({"name": "Lê Văn\u200b An"}, Code.CONTROL_CHARACTER),
        ({"name": "Lê \x07Văn An"}, Code.CONTROL_CHARACTER),
        ({"name": "Lê " + "Văn " * 20 + "An"}, Code.TOO_LONG),
        ({"name": Cell(CellKind.DATE, "1990-09-05")}, Code.WRONG_KIND),
        ({"born": ""}, Code.MISSING),
        ({"born": "31/02/1990"}, Code.BIRTH_IMPOSSIBLE),
        ({"born": "05/13/1990"}, Code.BIRTH_IMPOSSIBLE),
        ({"born": "ngày 5 tháng 9"}, Code.BIRTH_UNREADABLE),
        ({"born": "05/09/90"}, Code.BIRTH_SHORT_YEAR),
        ({"born": "1990"}, Code.BIRTH_YEAR_ONLY),
        ({"born": number("1990")}, Code.BIRTH_YEAR_ONLY),
        ({"born": number("33121")}, Code.BIRTH_SERIAL),
        ({"born": number("-3")}, Code.BIRTH_UNREADABLE),
        ({"born": Cell(CellKind.DATE, "1990-09-05T07:00:00")}, Code.BIRTH_TIME),
        ({"born": "21/11/2026"}, Code.BIRTH_FUTURE),
        ({"born": "21/11/2014"}, Code.BIRTH_TOO_YOUNG),
        ({"born": "05/09/1890"}, Code.BIRTH_TOO_OLD),
        ({"born": Cell(CellKind.BOOLEAN, "True")}, Code.WRONG_KIND),
        ({"unit": ""}, Code.MISSING),
        ({"unit": number("12")}, Code.WRONG_KIND),
        ({"unit": "Sở " * 60}, Code.TOO_LONG),
        ({"unit": Cell(CellKind.ERROR, "#N/A")}, Code.CELL_ERROR),
        ({"unit": Cell(CellKind.FORMULA, "=E2")}, Code.FORMULA),
        ({"unit": Cell(CellKind.EMPTY, "", merged=True)}, Code.MERGED_CELL),
        ({"division": "C"}, Code.DIVISION_UNKNOWN),
        ({"division": ""}, Code.MISSING),
    ],
)
def test_each_kind_of_mistake_has_its_own_code(changes: dict[str, str | Cell], code: Code) -> None:
    assert codes(good(**changes)) == [code]


def test_a_birthday_on_the_day_of_the_sitting_is_old_enough() -> None:
    assert roster(good(born="20/11/2014")).entries[0].birth_date == date(2014, 11, 20)


@pytest.mark.parametrize("written", ["5/9/1990", "05-09-1990", "5.9.1990", "1990-09-05", " 05 / 09 / 1990 "])
def test_a_date_may_be_written_as_offices_write_dates(written: str) -> None:
    assert roster(good(born=written)).entries[0].birth_date == date(1990, 9, 5)


def test_a_number_stored_without_its_zeros_is_told_by_the_others() -> None:
    found = problems(good(), good(sbd=number("148"), name="Lê Văn An"))
    assert [(p.row, p.code, p.detail) for p in found] == [(3, Code.SBD_LOST_ZEROS, "0148")]


def test_numbers_that_never_had_zeros_are_taken_as_they_are() -> None:
    assert roster(good(sbd=number("1")), good(sbd=number("12"), name="Lê Văn An")).entries[1].sbd == "12"


def test_a_second_use_of_a_number_points_to_the_first_even_when_the_first_row_is_wrong() -> None:
    found = problems(good(born="x"), good(name="Lê Văn An"))
    assert [(p.row, p.code, p.detail) for p in found] == [(2, Code.BIRTH_UNREADABLE, ""), (3, Code.SBD_DUPLICATE, "2")]


def test_the_same_person_under_two_numbers_is_refused_whatever_the_capitals() -> None:
    found = problems(good(), good(sbd="0148", name="NGUYỄN THỊ ĐOAN"))
    assert [(p.row, p.code, p.detail) for p in found] == [(3, Code.PERSON_DUPLICATE, "2")]


def test_namesakes_of_another_unit_or_another_age_are_two_people() -> None:
    assert len(roster(good(), good(sbd="2", unit="Sở Y tế"), good(sbd="3", born="06/09/1990")).entries) == 3


def test_two_candidates_on_one_seat_are_refused_unless_the_rooms_differ() -> None:
    header = [*HEADER, "Phòng thi", "Số máy"]
    rows = [[*good(), "P1", "B07"], [*good(sbd="2", unit="Sở Y tế"), "P2", "b07"]]
    assert len(roster(*rows, header=header).entries) == 2
    rows[1][7] = "P1"
    assert codes(*rows, header=header) == [Code.SEAT_TAKEN]


def test_a_seat_needs_a_room_and_the_room_must_exist() -> None:
    header = [*HEADER, "Phòng thi", "Số máy"]
    assert codes([*good(), "", "B07"], header=header) == [Code.SEAT_WITHOUT_ROOM]
    assert codes([*good(), "P9", "B07"], header=header, rules=replace(RULES, rooms=("P1",))) == [Code.ROOM_UNKNOWN]
    assert codes([*good(), "P1", "B 7?"], header=header) == [Code.SEAT_MALFORMED]


def test_an_empty_row_in_the_middle_is_a_problem_and_empty_rows_at_the_end_are_not() -> None:
    assert codes(good(), [], good(sbd="2", unit="Sở Y tế")) == [Code.EMPTY_ROW]
    assert len(roster(good(), [], ["", ""]).entries) == 1


def test_a_signature_line_under_the_list_is_named_and_not_taken_for_a_candidate() -> None:
    found = problems(good(), ["", "", "", "", "Người lập danh sách"])
    assert [(p.row, p.column, p.code) for p in found] == [(3, "E (Đơn vị)", Code.STRAY_TEXT)]


def test_missing_twice_and_unknown_columns_are_each_named() -> None:
    header = ["SBD", "Họ và tên", "SBD", "Đơn vị", "CCCD"]
    found = problems(["1", "Lê An", "1", "Sở Y tế", "079"], header=header)
    assert [(p.column, p.code, p.value) for p in found if p.row == 1] == [
        ("", Code.COLUMN_MISSING, "birth_date"),
        ("", Code.COLUMN_MISSING, "division"),
        ("C (SBD)", Code.COLUMN_TWICE, "SBD"),
        ("E (CCCD)", Code.COLUMN_UNKNOWN, "CCCD"),
    ]


def test_a_sheet_without_a_header_or_without_rows_or_with_too_many_says_so() -> None:
    assert read_roster(table(["0147", "Lê Văn An"]), RULES) == [RosterProblem(0, "", Code.NO_HEADER)]
    assert codes() == [Code.NO_ROWS]
    assert codes(*[["x"]] * (MAX_ROWS + 1)) == [Code.TOO_MANY_ROWS]


def test_decomposed_letters_and_needless_spaces_are_put_right_and_noted() -> None:
    found = roster(good(name=unicodedata.normalize("NFD", "Nguyễn  Thị Đoan"), unit=" Sở Nội vụ "))
    assert found.entries[0].full_name == "Nguyễn Thị Đoan"
    assert found.entries[0].unit == "Sở Nội vụ"
    assert [(note.row, note.column, note.what) for note in found.notes] == [
        (2, "C (Họ và tên)", "nfc"),
        (2, "C (Họ và tên)", "spaces"),
        (2, "E (Đơn vị)", "spaces"),
    ]


def test_a_roster_is_listed_by_given_name() -> None:
    rows = [good(sbd="1", name="Lê Văn Ân"), good(sbd="2", name="Vũ Thị An"), good(sbd="3", name="Bùi Văn Đức")]
    assert [entry.sbd for entry in roster(*rows).by_name()] == ["2", "1", "3"]


def test_every_code_has_a_sentence() -> None:
    assert set(PROBLEMS) == set(Code)
    for code in Code:
        assert problem_text(RosterProblem(2, "C", code, "sbd", "0")).message


def test_an_entry_typed_into_a_form_is_held_to_the_same_rules() -> None:
    other = roster(GOOD).entries[0]
    form = {
        Field.SBD: "0147", Field.FULL_NAME: "nguyễn thị đoan", Field.BIRTH_DATE: "05/09/1990",
        Field.UNIT: "Sở Nội vụ", Field.DIVISION: "a",
    }  # fmt: skip
    found = check_entry(form, RULES, [other])
    assert isinstance(found, list)
    assert [(p.column, p.code) for p in found] == [("sbd", Code.SBD_DUPLICATE), ("full_name", Code.PERSON_DUPLICATE)]
    assert check_entry({**form, Field.SBD: "0148", Field.FULL_NAME: "Lê Văn An"}, RULES, [other]) == Entry(
        "0148", "Lê Văn An", date(1990, 9, 5), "Sở Nội vụ", "A"
    )


def test_the_digest_of_an_entry_changes_with_every_field_and_with_the_salt() -> None:
    entry = roster(GOOD).entries[0]
    others = [
        replace(entry, sbd="1"), replace(entry, full_name="Lê An"), replace(entry, birth_date=date(1990, 9, 6)),
        replace(entry, unit="x"), replace(entry, division="B"), replace(entry, position=""), replace(entry, room="P1"),
        replace(entry, seat="A01"),
    ]  # fmt: skip
    digests = {one.sha256(bytes(16)) for one in (entry, *others)} | {entry.sha256(b"\x01" * 16)}
    assert len(digests) == len(others) + 2


def test_columns_are_named_as_spreadsheets_name_them() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


CELLS = st.builds(Cell, st.sampled_from(CellKind), st.text(max_size=12), st.booleans())


@given(st.lists(st.lists(CELLS, max_size=8), max_size=6))
def test_whatever_a_file_holds_the_answer_is_a_roster_or_a_list_of_problems(rows: list[list[Cell]]) -> None:
    found = read_roster(table(HEADER, *rows), RULES)
    if isinstance(found, Roster):
        assert all(entry.full_name and entry.sbd and entry.unit for entry in found.entries)
    else:
        assert all(problem_text(problem).message for problem in found)
