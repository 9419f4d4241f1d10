"""The stamp of a start file: there twice, survives LibreOffice, and says nothing; and nothing of the key goes along."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.packaging.custom import StringProperty

from question_bank.formats.zips import UnreadableFileError, zipped
from question_bank.practical import office
from question_bank.practical.mutants import package_parts, parse_tree, with_parts
from question_bank.practical.stamp import read_stamp, stamped, start_file

STAMP, OTHER = "k3v9m2x7q4w8z1p6", "a" * 40
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def flat(kind: str, body: str) -> bytes:
    """A whole document in one XML file, which LibreOffice converts to what Office reads."""
    names = " ".join(f'xmlns:{short}="{_OFFICE}:{long}:1.0"' for short, long in (
        ("office", "office"), ("text", "text"), ("draw", "drawing"), ("svg", "svg-compatible"), ("style", "style"), ("fo", "xsl-fo-compatible"),
    ))  # fmt: skip
    masters = (
        '<office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/>'
        '</style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="M" style:page-layout-name="L"/></office:master-styles>'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><office:document {names} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.{kind}">{masters}<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>'.encode()


def made_by_libreoffice(kind: str) -> bytes:
    line = "<text:p>Tỉnh ${tinh}</text:p>"
    box = f'<draw:page draw:name="p" draw:master-page-name="M"><draw:frame svg:width="9cm" svg:height="3cm" svg:x="1cm" svg:y="1cm"><draw:text-box>{line}</draw:text-box></draw:frame></draw:page>'
    flat_kind, data = {"docx": ("fodt", flat("text", line)), "pptx": ("fodp", flat("presentation", box))}[kind]
    return converted(data, flat_kind, kind)


def converted(data: bytes, source: str, target: str) -> bytes:
    made = office.convert({"a": data}, source, target)
    assert isinstance(made, dict)
    found = made["a"]
    assert found
    return bytes(found)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "${tinh}"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.fixture(scope="module")
def templates() -> dict[str, bytes]:
    return {"docx": made_by_libreoffice("docx"), "xlsx": workbook(), "pptx": made_by_libreoffice("pptx")}


KINDS = pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])


@KINDS
def test_a_stamp_is_there_twice_and_read_from_either(templates: dict[str, bytes], kind: str) -> None:
    assert read_stamp(templates[kind]) is None
    data = stamped(templates[kind], STAMP)
    assert read_stamp(data) == STAMP
    for gone in ("docProps/custom.xml", "customXml/item1.xml"):
        assert gone in package_parts(data)
        assert read_stamp(with_parts(data, {gone: None})) == STAMP
    assert read_stamp(with_parts(data, {"docProps/custom.xml": None, "customXml/item1.xml": None})) is None


@KINDS
def test_a_file_saved_by_libreoffice_still_has_its_stamp(templates: dict[str, bytes], kind: str) -> None:
    again = converted(stamped(templates[kind], STAMP), kind, kind)
    assert again != stamped(templates[kind], STAMP)
    assert read_stamp(again) == STAMP


@pytest.mark.parametrize(
    ("kind", "odf", "name"), [("docx", "odt", "writer8"), ("xlsx", "ods", "calc8"), ("pptx", "odp", "impress8")]
)
def test_a_file_saved_as_opendocument_still_has_its_stamp(
    templates: dict[str, bytes], kind: str, odf: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_FILTERS", {odf: name})
    assert read_stamp(converted(stamped(templates[kind], STAMP), kind, odf)) == STAMP


@KINDS
def test_stamping_again_replaces_the_stamp_and_the_same_stamp_gives_the_same_bytes(
    templates: dict[str, bytes], kind: str
) -> None:
    once = stamped(templates[kind], OTHER)
    assert stamped(templates[kind], OTHER) == once == stamped(once, OTHER)
    again = stamped(once, STAMP)
    assert read_stamp(again) == STAMP
    assert OTHER.encode() not in b"".join(package_parts(again).values())
    assert set(package_parts(again)) == set(package_parts(once))


@KINDS
def test_what_a_candidate_gets_has_this_candidates_values_and_nothing_of_how_they_were_drawn(
    templates: dict[str, bytes], kind: str
) -> None:
    filled = start_file(templates[kind], {"tinh": "Đắk Lắk", "tinh:pattern": "Đắk\\ Lắk", "ky": "BÍ MẬT"}, STAMP)
    everything = b"\n".join(package_parts(filled.data).values())
    assert "Đắk Lắk".encode() in everything
    assert not any(word in everything for word in (b"${", b"tinh", "BÍ MẬT".encode()))
    assert filled.unknown == ()
    with zipfile.ZipFile(io.BytesIO(filled.data)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@KINDS
def test_every_new_part_has_a_type_and_something_that_names_it(templates: dict[str, bytes], kind: str) -> None:
    parts = package_parts(stamped(templates[kind], STAMP))
    types = parts["[Content_Types].xml"].decode()
    for part in ("docProps/custom.xml", "customXml/itemProps1.xml"):
        assert types.count(f'PartName="/{part}"') == 1
    relations = b"".join(data for name, data in parts.items() if name.endswith(".rels")).decode()
    for target in ("docProps/custom.xml", "../customXml/item1.xml", "itemProps1.xml"):
        assert relations.count(f'Target="{target}"') == 1, target
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            parse_tree(data)


def test_other_properties_and_parts_of_the_author_stay(templates: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(templates["xlsx"]))
    properties: Any = getattr(book, "custom_doc_props")  # noqa: B009 - the library's types do not know it
    properties.append(StringProperty(name="Đơn vị", value="Sở"))
    made = io.BytesIO()
    book.save(made)
    own = with_parts(made.getvalue(), {"customXml/item1.xml": b"<mine/>"})
    data = stamped(own, STAMP)
    properties = getattr(openpyxl.load_workbook(io.BytesIO(data)), "custom_doc_props")  # noqa: B009
    assert [(one.name, one.value) for one in properties.props] == [("Đơn vị", "Sở"), ("examroom", STAMP)]
    assert package_parts(data)["customXml/item1.xml"] == b"<mine/>"
    assert "customXml/item2.xml" in package_parts(data)


@pytest.mark.parametrize("stamp", ["", "short", "A" * 20, "a" * 41, "a b" * 8, "ă" * 20])
def test_a_stamp_is_small_letters_and_digits(templates: dict[str, bytes], stamp: str) -> None:
    with pytest.raises(ValueError, match="stamp"):
        stamped(templates["xlsx"], stamp)


def test_what_is_no_office_file_cannot_be_stamped() -> None:
    for data in (b"", b"%PDF-1.7", zipped({"a.txt": b"a"})):
        with pytest.raises(UnreadableFileError):
            stamped(data, STAMP)


HOSTILE: list[Callable[[], bytes]] = [
    lambda: b"", lambda: b"PK\3\4", lambda: zipped({"docProps/custom.xml": b"<!DOCTYPE a><a/>"}),
    lambda: zipped({"docProps/custom.xml": b"<a>" * 200_000}), lambda: zipped({"customXml/item1.xml": b"\0" * 2_000_000}),
    lambda: zipped({"customXml/item1.xml": b'<stamp xmlns="urn:examroom:stamp">../../etc</stamp>'}),
    lambda: zipped({"docProps/custom.xml": b'<p:P xmlns:p="urn:p"><p:property name="examroom"><p:x>' + b"a" * 41 + b"</p:x></p:property></p:P>"}),
]  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE)
def test_a_hostile_file_has_no_stamp(make: Callable[[], bytes]) -> None:
    assert read_stamp(make()) is None


@given(st.binary(max_size=200))
def test_reading_a_stamp_never_raises(data: bytes) -> None:
    assert read_stamp(data) is None
    assert read_stamp(zipped({"docProps/custom.xml": data, "meta.xml": data, "customXml/item1.xml": data})) is None
