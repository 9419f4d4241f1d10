from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from server.domain.officer_list import USER_NAME, Code, OfficerRow, read_officers, suggested_user_name
from server.domain.rights import Role
from server.domain.table import Cell, CellKind, Row, Table
from server.live.room import Room
from server.web.handouts import KEPT_MS, MAX_SETS, MAX_SINGLES, Handouts
from server.web.officer_wording import PROBLEMS

Browsers = Callable[..., Any]

HEADER = ["STT", "Họ và tên", "Tên đăng nhập", "Vai trò", "Đơn vị"]


def table(*rows: list[str]) -> Table:
    return Table("", tuple(Row(n, tuple(Cell(CellKind.TEXT, text) for text in row)) for n, row in enumerate(rows, 1)))


def csv_file(*rows: list[str]) -> dict[str, Any]:
    return {"list": (io.BytesIO("\n".join(";".join(row) for row in rows).encode("utf-8-sig")), "canbo.csv")}


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# --- the list -------------------------------------------------------------------------------------------------------


def test_a_list_of_officers_is_read_with_roles_as_plans_name_them() -> None:
    found = read_officers(
        table(
            ["DANH SÁCH CÁN BỘ"], HEADER,
            ["1", "Lê Văn An", "an.le", "Cán bộ coi thi", "Sở Nội vụ"], ["2", "Trần Thị Đào", "", "tổ thư ký", ""],
        ),
        [],
    )  # fmt: skip
    assert found == (
        OfficerRow("Lê Văn An", "an.le", Role.PROCTOR, "Sở Nội vụ"),
        OfficerRow("Trần Thị Đào", "daott", Role.SECRETARIAT, ""),
    )


def test_every_mistake_in_a_list_is_named_with_row_and_column() -> None:
    found = read_officers(
        table(
            HEADER,
            ["1", "An", "an", "Ban Coi thi", ""], ["2", "Lê Văn Bình", "A B", "Ban Coi thi", ""], [],
            ["3", "Lê Văn Cường", "taken", "Ban Coi thi", ""], ["4", "Lê Văn Dũng", "dung", "Bảo vệ", ""],
            ["5", "", "em", "Ban Coi thi", ""], ["6", "Lê Văn Gi\u0430ng", "gi", "Ban Coi thi", "x" * 200],
        ),
        ["taken"],
    )  # fmt: skip
    assert isinstance(found, list)
    assert [(one.row, one.column[:1], one.code) for one in found] == [
        (2, "B", Code.NAME_MALFORMED),
        (3, "C", Code.USER_NAME_MALFORMED),
        (4, "", Code.EMPTY_ROW),
        (5, "C", Code.USER_NAME_TAKEN),
        (6, "D", Code.ROLE_UNKNOWN),
        (7, "B", Code.MISSING),
        (8, "B", Code.LOOKALIKE),
        (8, "E", Code.TOO_LONG),
    ]


def test_every_code_has_a_sentence() -> None:
    assert set(PROBLEMS) == set(Code)


@given(st.text(max_size=60), st.sets(st.text(alphabet="abcdefgh", max_size=4)))
def test_a_suggested_user_name_is_always_usable_and_free(full_name: str, taken: set[str]) -> None:
    name = suggested_user_name(full_name, taken)
    assert USER_NAME.fullmatch(name)
    assert name not in taken


# --- the page -------------------------------------------------------------------------------------------------------


def test_an_imported_officer_signs_in_with_the_printed_password_and_must_change_it(
    room: Room, someone: Browsers, browser: Browsers
) -> None:
    found = someone("organising")
    answer = found.post("/officers/import", csv_file(HEADER, ["1", "Lê Văn An", "an.le", "Coi thi", "Sở Nội vụ"]))
    assert answer.status_code == 303
    page = found.get("/officers").get_data(as_text=True)
    (slips,) = re.findall(r'href="(/officers/slips/[^"]+)"', page)
    pdf = found.get(slips)
    assert pdf.mimetype == "application/pdf"
    text = text_of(pdf.data)
    assert "Lê Văn An" in text
    (first,) = re.findall(r"[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}", text)
    assert browser().sign_in("an.le", first).headers["Location"] == "/password"
    known = room.store.officers.by_user_name("AN.LE")
    assert known is not None
    assert (known.role, known.body, known.must_change) == (Role.PROCTOR, "Sở Nội vụ", True)
    assert first not in known.password_hash


def test_a_list_with_a_mistake_adds_nobody(room: Room, someone: Browsers) -> None:
    before = room.store.officers.everyone()
    answer = someone("technical").post(
        "/officers/import",
        csv_file(HEADER, ["1", "Lê Văn An", "an", "Coi thi", ""], ["2", "Lê Văn Ba", "ba", "Lái xe", ""]),
    )
    assert answer.status_code == 422
    assert "Không có vai trò “Lái xe”" in answer.get_data(as_text=True)
    assert room.store.officers.everyone() == before


def test_the_slips_open_for_who_made_them_and_for_nobody_else(someone: Browsers) -> None:
    maker = someone("technical")
    maker.post("/officers", {"full_name": "Lê Văn An", "role": "proctor", "body": "", "user_name": ""})
    (slips,) = re.findall(r'href="(/officers/slips/[^"]+)"', maker.get("/officers").get_data(as_text=True))
    assert maker.get(slips).status_code == 200
    assert someone("organising").get(slips).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": "An", "role": "proctor"},
        {"full_name": "Lê Văn An", "role": "king"},
        {"full_name": "Lê Văn An", "role": "proctor", "user_name": "9 x"},
        {"full_name": "Lê Văn An", "role": "proctor", "body": "x" * 300},
    ],
)
def test_a_form_that_makes_no_officer_says_so(room: Room, someone: Browsers, fields: dict[str, str]) -> None:
    before = len(room.store.officers.everyone())
    assert someone("technical").post("/officers", fields).status_code == 422
    assert len(room.store.officers.everyone()) == before


def test_a_taken_user_name_is_a_conflict(someone: Browsers) -> None:
    fields = {"full_name": "Lê Văn An", "role": "proctor", "user_name": "jury"}
    answer = someone("technical").post("/officers", fields)
    assert answer.status_code == 409
    assert "Tên đăng nhập đã có người dùng. Hãy chọn tên đăng nhập khác." in answer.get_data(as_text=True)


def test_a_new_first_password_kills_the_old_one_and_every_session(
    room: Room, someone: Browsers, browser: Browsers, password: str
) -> None:
    proctor = someone("proctor")
    assert proctor.get("/roster").status_code == 200
    assert someone("technical").post("/officers/u-proctor/password").status_code == 303
    assert proctor.get("/roster").headers["Location"].startswith("/sign-in")
    assert browser().sign_in("proctor", password).status_code == 422


def test_an_officer_can_be_disabled_and_enabled_but_not_by_themselves(
    room: Room, someone: Browsers, browser: Browsers
) -> None:
    technical = someone("technical")
    assert technical.post("/officers/u-technical/disable").status_code == 422
    assert technical.post("/officers/u-jury/disable").status_code == 303
    assert browser().sign_in("jury").status_code == 422
    assert technical.post("/officers/u-jury/enable").status_code == 303
    assert browser().sign_in("jury").status_code == 303
    assert technical.post("/officers/u-nobody/enable").status_code == 404


def test_papers_with_secrets_are_forgotten_in_time_and_few_are_kept() -> None:
    kept = Handouts()
    first = kept.keep("u1", "codes.pdf", 3, b"pdf", 1_000)
    assert kept.take(first.token, "u1", 1_000 + KEPT_MS - 1) == first
    assert kept.take(first.token, "u2", 1_000) is None
    assert kept.take(first.token, "u1", 1_000 + KEPT_MS) is None
    for n in range(MAX_SINGLES + 3):
        kept.keep("u1", str(n), 1, b"", 1_000_000)
    assert len(kept.of("u1", 1_000_000)) == MAX_SINGLES
    newest = kept.of("u1", 1_000_000)[0]
    kept.drop(newest.token, "u2")
    assert kept.take(newest.token, "u1", 1_000_000) is not None
    kept.drop(newest.token, "u1")
    assert kept.take(newest.token, "u1", 1_000_000) is None
    assert "pdf=" not in repr(first)


def test_single_slips_and_printed_sets_never_push_out_a_set_that_nobody_printed() -> None:
    kept = Handouts()
    first = kept.keep("u1", "codes.pdf", 300, b"", 0)
    for n in range(MAX_SINGLES + 20):
        kept.keep("u1", "codes.pdf", 1, b"", n)
    sets = [kept.keep("u1", "codes.pdf", 2, b"", 100 + n) for n in range(MAX_SETS - 1)]
    assert first in kept.of("u1", 200)
    assert not kept.may_make_a_set("u1", 200)
    assert kept.may_make_a_set("u2", 200)
    kept.take(sets[0].token, "u1", 200)
    assert kept.may_make_a_set("u1", 200)
    newest = kept.keep("u1", "codes.pdf", 2, b"", 200)
    left = [one for one in kept.of("u1", 200) if one.count > 1]
    assert left == [newest, *reversed(sets[1:]), first]
