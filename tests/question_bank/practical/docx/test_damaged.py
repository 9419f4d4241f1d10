"""Whatever a candidate's file holds: it opens or is refused for a reason, and no check ever fails on what opened."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.zips import UnreadableFileError
from question_bank.practical.catalogue import CheckType, Request, check_type
from question_bank.practical.mutants import package_parts, with_parts
from question_bank.practical.word.canon import canon, canonical
from question_bank.practical.word.document import WordFile, open_model
from tests.question_bank.practical.docx.cases import CASES
from tests.question_bank.practical.docx.conftest import request_of

Asked = tuple[CheckType, Request]
FILES = [case.right for case in CASES]
_TAG = re.compile(r"<[^<>?!]+>")
_VALUE = re.compile(r'="([^"]*)"')
ODD = [
    "",
    "-1",
    "0",
    "1",
    "99999999999",
    "1.5pt",
    "auto",
    "none",
    "2x",
    "²",
    "ệ",
    "\u0301",
    "999999999cm",
    "true",
    "nil",
    "%1%9",
    "=",
    "\\",
    '\\o "9-1"',
    "²3",
]


def every_request() -> list[Asked]:
    """What all cases ask."""
    found: list[Asked] = []
    for case in CASES:
        kind = check_type(case.type)
        assert kind is not None
        found.append((kind, request_of(kind, case.select, case.expect)))
    return found


ASKED = every_request()


def marked(data: bytes) -> WordFile | None:
    """The model when the file opens, after every check has looked at it."""
    try:
        model = open_model(data)
    except UnreadableFileError:
        return None
    for kind, request in ASKED:
        outcome = kind.run(model, request)
        if outcome.targets:
            kind.run(model, replace(request, refs=outcome.targets))
    return model


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file of the cases with tags taken out or put twice, values that mean nothing, bytes that are no XML."""
    data = draw(st.sampled_from(FILES))
    parts = package_parts(data)
    name = draw(st.sampled_from(sorted(one for one in parts if one.endswith((".xml", ".rels")))))
    text = parts[name].decode()
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.sampled_from([_other_value, _other_tag, _moved, _cut]))(draw, text)
    return with_parts(data, {name: text.encode("utf-8", "replace")})


def _other_value(draw: st.DrawFn, text: str) -> str:
    found = list(_VALUE.finditer(text))
    if not found:
        return text
    one = draw(st.sampled_from(found))
    return f"{text[: one.start(1)]}{draw(st.sampled_from(ODD)).replace(chr(34), '&quot;')}{text[one.end(1) :]}"


def _other_tag(draw: st.DrawFn, text: str) -> str:
    """An element of no content is left out, or stands twice."""
    found = [one for one in _TAG.finditer(text) if one[0].endswith("/>")]
    if not found:
        return text
    one = draw(st.sampled_from(found))
    return text[: one.start()] + one[0] * draw(st.sampled_from([0, 2])) + text[one.end() :]


def _moved(draw: st.DrawFn, text: str) -> str:
    """An element of no content stands elsewhere."""
    found = list(_TAG.finditer(text))
    alone = [one for one in found if one[0].endswith("/>")]
    if not alone:
        return text
    one, place = draw(st.sampled_from(alone)), draw(st.sampled_from(found))
    return text[: place.end()] + one[0] + text[place.end() :]


def _cut(draw: st.DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return (
        text[:at]
        + draw(st.sampled_from(["", "<", "&", "\x00", "</w:p>", "<w:p>"]))
        + text[at + draw(st.integers(0, 3)) :]
    )


@given(damaged())
def test_a_damaged_part_is_refused_or_marked_and_never_more(data: bytes) -> None:
    marked(data)


@given(st.data())
def test_a_part_that_is_missing_is_no_error(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILES))
    gone = data.draw(st.sampled_from(sorted(package_parts(file))))
    marked(with_parts(file, {gone: None}))


@pytest.mark.parametrize(
    "name", ["word/document.xml", "word/styles.xml", "word/numbering.xml", "word/settings.xml", "docProps/core.xml"]
)
def test_xml_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFileError):
        open_model(with_parts(FILES[0], {name: b"<w:styles><w:p></w:styles>"}))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no file of Word", FILES[0][:-200]])
def test_what_is_no_package_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        open_model(data)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_looked_for_in_any_text(said: str, wanted: str) -> None:
    for start, end in canonical(said).find(canon(wanted) or "x"):
        assert 0 <= start <= end <= len(said)
