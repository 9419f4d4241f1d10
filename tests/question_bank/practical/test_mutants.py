"""Edits of one part of a package: nothing else changes, and the same edit gives the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.zips import UnreadableFileError, zipped
from question_bank.practical.mutants import (
    add_element,
    attribute,
    edit_text,
    edit_tree,
    edit_trees,
    elements,
    package_parts,
    parse_tree,
    put_attribute,
    put_text,
    take_out,
    text_of,
    with_parts,
    write_tree,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCUMENT = (
    f'<w:document xmlns:w="{W}" xmlns:mc="urn:mc" xmlns:w14="urn:w14" mc:Ignorable="w14"><w:body>'
    '<w:p w14:id="1"><w:r><w:t xml:space="preserve">Tiêu ngữ </w:t></w:r><w:r><w:t>đậm</w:t></w:r></w:p>'
    '<w:sectPr><w:pgMar w:left="1701" w:right="850"/></w:sectPr></w:body></w:document>'
).encode()
PACKAGE = zipped({
    "[Content_Types].xml": b"<Types/>", "word/document.xml": DOCUMENT, "word/media/a.png": b"\x89PNG\0",
    "word/header1.xml": f'<w:hdr xmlns:w="{W}"><w:p/></w:hdr>'.encode(),
})  # fmt: skip


def narrower(top: object) -> bool:
    margins = next(elements(top, "pgMar"))  # type: ignore[arg-type]
    put_attribute(margins, "left", "1134")
    return True


def test_an_edit_changes_its_part_and_nothing_else() -> None:
    spoilt = edit_tree(PACKAGE, "word/document.xml", narrower)
    assert spoilt is not None
    before, after = package_parts(PACKAGE), package_parts(spoilt)
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == {"word/document.xml"}
    assert after["word/document.xml"].endswith(DOCUMENT.replace(b'w:left="1701"', b'w:left="1134"'))


def test_the_same_edit_gives_the_same_bytes() -> None:
    assert edit_tree(PACKAGE, "word/document.xml", narrower) == edit_tree(PACKAGE, "word/document.xml", narrower)


def test_where_there_is_nothing_to_spoil_there_is_no_mutant() -> None:
    assert edit_tree(PACKAGE, "word/styles.xml", narrower) is None
    assert edit_tree(PACKAGE, "word/document.xml", lambda top: [*elements(top, "tbl")]) is None
    assert edit_text(PACKAGE, "word/document.xml", lambda text: text.replace("không có", "")) is None
    assert edit_text(PACKAGE, "word/styles.xml", str.upper) is None


def test_text_of_a_part_is_edited_as_text() -> None:
    spoilt = edit_text(PACKAGE, "word/document.xml", lambda text: text.replace("đậm", "nhạt"))
    assert spoilt is not None
    assert "nhạt" in package_parts(spoilt)["word/document.xml"].decode()


def test_parts_are_found_by_their_whole_name() -> None:
    seen: list[str] = []

    def empty(top: object) -> bool:
        seen.append(top.tagName)  # type: ignore[attr-defined]
        return False

    assert edit_trees(PACKAGE, r"word/(document|header\d+)\.xml", empty) is None
    assert seen == ["w:document", "w:hdr"]
    assert edit_trees(PACKAGE, r"header1\.xml", empty) is None
    assert len(seen) == 2


def test_parts_come_and_go() -> None:
    changed = package_parts(with_parts(PACKAGE, {"word/header1.xml": None, "word/new.xml": b"<new/>"}))
    assert list(changed) == ["[Content_Types].xml", "word/document.xml", "word/media/a.png", "word/new.xml"]


def test_a_tree_is_written_as_it_was_read() -> None:
    assert write_tree(parse_tree(DOCUMENT)).partition(b"\n")[2] == DOCUMENT
    top = parse_tree(b"<x xmlns='urn:x' a='&quot;&#10;&amp;&lt;'>\t&gt;&#13;\n<y/> <![CDATA[<&>]]></x>")
    again = parse_tree(write_tree(top))
    assert attribute(again, "a") == '"\n&<'
    assert text_of(again) == text_of(top) == "\t>\r\n <&>"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")))
def test_any_words_survive(words: str) -> None:
    top = parse_tree(DOCUMENT)
    first = next(elements(top, "t"))
    put_text(first, words)
    put_attribute(first, "said", words)
    again = next(elements(parse_tree(write_tree(top)), "t"))
    assert text_of(again) == words
    assert attribute(again, "said") == words
    assert attribute(again, "space") == "preserve"


def test_elements_are_taken_out_and_put_in() -> None:
    top = parse_tree(DOCUMENT)
    for paragraph in elements(top, "p"):
        take_out(paragraph)
    section = next(elements(top, "sectPr"))
    add_element(section, "cols", {"w:num": "2"})
    add_element(section, "type", {"w:val": "continuous"}, first=True)
    put_attribute(next(elements(section, "pgMar")), "right", None)
    expected = '<w:sectPr><w:type w:val="continuous"/><w:pgMar w:left="1701"/><w:cols w:num="2"/></w:sectPr>'
    assert write_tree(top).decode().endswith(f"<w:body>{expected}</w:body></w:document>")


def test_an_attribute_that_is_new_has_the_prefix_that_its_format_gives_it() -> None:
    top = parse_tree(DOCUMENT)
    put_attribute(next(elements(top, "pgMar")), "gutter", "0")
    assert b'w:gutter="0"' in write_tree(top)
    cell = parse_tree(b'<x:c xmlns:x="urn:x" r="A1"/>')
    put_attribute(cell, "s", "3")
    assert write_tree(cell).endswith(b'<x:c xmlns:x="urn:x" r="A1" s="3"/>')


@pytest.mark.parametrize("data", [b"", b"<a>", b"<!DOCTYPE a><a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_xml_that_is_damaged_or_declares_anything_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        parse_tree(data)
