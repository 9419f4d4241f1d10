"""`${name}` in start files and solutions: split over runs, in cells, in slides; what holds none stays as it is."""

from __future__ import annotations

import io
import unicodedata
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.zips import zipped
from question_bank.practical.mutants import elements, package_parts, parse_tree, text_of
from question_bank.practical.template import fill, fill_runs
from question_bank.practical.template_cells import serial

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
VALUES = {"tinh": "Đắk Lắk", "so": "42", "han": "2026-12-05", "han:long": "ngày 05 tháng 12 năm 2026"}


def word(body: str, **parts: str) -> bytes:
    named = {f"word/{name}.xml": f"<w:hdr {W}>{inner}</w:hdr>".encode() for name, inner in parts.items()}
    return zipped(
        {"word/document.xml": f"<w:document {W} {A}>{body}</w:document>".encode(), **named, "word/a.png": b"${tinh}"}
    )


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{one}</w:t></w:r><w:proofErr/>' for one in runs)}</w:p>"


def texts(package: bytes, part: str) -> list[str]:
    return [text_of(one) for one in elements(parse_tree(package_parts(package)[part]), "t")]


def test_a_place_may_be_split_over_runs_and_looks_as_its_first_character() -> None:
    filled = fill(word(paragraph("Ở $", "{ti", "nh}, hạn ", "${han:long}", ".")), VALUES)
    assert texts(filled.data, "word/document.xml") == ["Ở Đắk Lắk", "", ", hạn ", "ngày 05 tháng 12 năm 2026", "."]
    assert filled.unknown == ()


def test_headers_text_boxes_and_drawings_are_filled_too_and_pictures_never() -> None:
    box = (
        f"<w:p><w:r><w:t>$</w:t><w:txbxContent>{paragraph('${', 'so}')}</w:txbxContent><w:t>{{tinh}}</w:t></w:r></w:p>"
    )
    drawing = "<a:p><a:r><a:t>${so}</a:t></a:r></a:p>"
    filled = fill(word(box + drawing, header1=paragraph("${tinh}")), VALUES)
    assert texts(filled.data, "word/document.xml") == ["Đắk Lắk", "42", "", "", "42"]
    assert texts(filled.data, "word/header1.xml") == ["Đắk Lắk"]
    assert package_parts(filled.data)["word/a.png"] == b"${tinh}"


def test_spaces_at_the_ends_of_a_run_stay() -> None:
    filled = fill(word(paragraph("${tinh} ", "và")), VALUES)
    assert (
        b'xml:space="preserve">\xc4\x90\xe1\xba\xafk L\xe1\xba\xafk </w:t>'
        in package_parts(filled.data)["word/document.xml"]
    )


def test_a_file_without_places_stays_byte_for_byte_and_unknown_ones_are_told() -> None:
    plain = word(paragraph("giá $5 {tinh} ${ tinh }"))
    assert fill(plain, VALUES).data is plain
    assert fill(plain, VALUES).unknown == (" tinh ",)
    assert fill(word(paragraph("${huyen} ${tinh} ${huyen}")), VALUES).unknown == ("huyen",)


def test_a_value_is_never_a_place_or_markup_itself() -> None:
    filled = fill(word(paragraph("${a}${b}")), {"a": "${b}", "b": "<w:t/>&\x0b"})
    assert texts(filled.data, "word/document.xml") == ["${b}<w:t/>&\ufffd"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_value_is_written_as_the_author_wrote_it(form: str) -> None:
    value = unicodedata.normalize(form, "Đắk Lắk")  # type: ignore[arg-type]
    assert texts(fill(word(paragraph("${tinh}")), {"tinh": value}).data, "word/document.xml") == [value]


def test_slides_and_notes_are_filled() -> None:
    slide = f"<p:sld xmlns:p='urn:p' {A}><a:p><a:r><a:t>Tỉnh ${{ti</a:t></a:r><a:r><a:t>nh}}</a:t></a:r></a:p></p:sld>"
    filled = fill(zipped({"ppt/slides/slide1.xml": slide.encode(), "ppt/notesSlides/n1.xml": slide.encode()}), VALUES)
    for part in ("ppt/slides/slide1.xml", "ppt/notesSlides/n1.xml"):
        assert texts(filled.data, part) == ["Tỉnh Đắk Lắk", ""]


PIECES = st.lists(st.sampled_from(["$", "{", "}", "tinh", "${tinh}", "${so", " ", "x"]), max_size=12)


@given(PIECES, st.data())
def test_however_a_text_is_cut_into_runs_it_reads_the_same(pieces: list[str], data: st.DataObject) -> None:
    whole = "".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    runs = [whole[low:high] for low, high in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    expected = whole.replace("${tinh}", "Đắk Lắk")
    assert "".join(fill_runs(runs, VALUES, lambda _: None)) == expected


# --- workbooks -------------------------------------------------------------------------------------------------------


def workbook(cells: dict[str, str], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for name, value in cells.items():
        sheet[name] = value
    for name, shown in (formats or {}).items():
        sheet[name].number_format = shown
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def cells(package: bytes, *names: str) -> list[object]:
    sheet = openpyxl.load_workbook(io.BytesIO(package)).active
    assert sheet is not None
    return [sheet[name].value for name in names]


def test_a_cell_that_is_one_place_becomes_a_number_or_a_day() -> None:
    book = workbook({"A1": "${so}", "A2": "Số ${so}", "A3": "${han}", "A4": " ${tinh} ", "A5": "${so}"},
                    {"A3": "dd/mm/yyyy", "A5": "@"})  # fmt: skip
    found = cells(fill(book, VALUES).data, "A1", "A2", "A3", "A4", "A5")
    assert found == [42, "Số 42", datetime(2026, 12, 5), " Đắk Lắk ", "42"]  # noqa: DTZ001 - as openpyxl gives a day


def test_strings_that_stand_in_their_cells_are_filled_as_well() -> None:
    sheet = '<worksheet xmlns="urn:x"><c r="A1" t="inlineStr"><is><t>${so}</t></is></c><c r="A2" t="inlineStr"><is><r><t>ở ${</t></r><r><t>tinh}</t></r></is></c></worksheet>'
    filled = fill(zipped({"xl/worksheets/sheet1.xml": sheet.encode()}), VALUES)
    assert b'<c r="A1"><v>42</v></c>' in package_parts(filled.data)["xl/worksheets/sheet1.xml"]
    assert texts(filled.data, "xl/worksheets/sheet1.xml") == ["ở Đắk Lắk", ""]


def test_formulas_are_filled_and_their_old_results_are_gone() -> None:
    sheet = '<worksheet xmlns="urn:x"><c r="A1" t="str"><f>"${tinh}"&amp;B1</f><v>cũ</v></c><c r="A2"><f>1+1</f><v>2</v></c></worksheet>'
    filled = fill(zipped({"xl/worksheets/sheet1.xml": sheet.encode()}), VALUES)
    inner = '<c r="A1"><f>"Đắk Lắk"&amp;B1</f></c><c r="A2"><f>1+1</f></c>'
    assert inner.encode() in package_parts(filled.data)["xl/worksheets/sheet1.xml"]
    plain = zipped({"xl/worksheets/sheet1.xml": sheet.replace("${tinh}", "x").encode()})
    assert fill(plain, VALUES).data is plain


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("42", "42"), ("-1.50", "-1.50"), ("007", ""), ("1e5", ""), ("1,5", ""), ("Huế", ""), ("", ""), ("2026-12-05", "46361"),
        ("1900-03-01", "61"), ("1900-02-28", ""), ("05/12/2026", ""), ("1234567890123456", ""),
    ],
)  # fmt: skip
def test_what_a_sheet_stores_of_a_value(value: str, stored: str) -> None:
    assert serial(value) == stored


def test_days_are_counted_from_where_the_workbook_counts() -> None:
    parts = package_parts(workbook({"A1": "${han}"}, {"A1": "dd/mm/yyyy"}))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    assert b'date1904="1"' in parts["xl/workbook.xml"]
    assert cells(fill(zipped(parts), VALUES).data, "A1") == [datetime(2026, 12, 5)]  # noqa: DTZ001


def test_the_same_file_and_values_give_the_same_bytes() -> None:
    book = workbook({"A1": "${so}", "B1": "=A1*2"})
    assert fill(book, VALUES) == fill(book, VALUES)
