"""A package of QTI 3.0 is whole: its documents are XML, its manifest lists its files, and both keep to the binding of QTI 3.0:
the order of an item's parts, names that are names, variables that are declared, elements that the specification has.
That items come back is in test_every_format.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.canonical import JSON
from question_bank.formats.exchange import Defaults, Exported, Imported
from question_bank.formats.registry import readers, writers
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.items.cloze import Cloze

ASI = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# The parts of an item as the ASI information model orders them (QTI 3.0, 5.1).
PARTS = ["qti-response-declaration", "qti-outcome-declaration", "qti-assessment-stimulus-ref", "qti-item-body", "qti-response-processing",
         "qti-modal-feedback"]  # fmt: skip
# What may stand directly in a body: blocks, no bare text.
BLOCKS = {"div", "p", "pre", "ul", "ol", "table", "qti-rubric-block", "qti-choice-interaction", "qti-order-interaction", "qti-match-interaction",
          "qti-gap-match-interaction", "qti-extended-text-interaction", "qti-upload-interaction", "qti-select-point-interaction"}  # fmt: skip
HTML = {"div", "p", "pre", "ul", "ol", "li", "table", "tbody", "tr", "td", "th", "b", "strong", "i", "em", "span", "sub", "sup", "code", "br", "img",
        "audio", "video"}  # fmt: skip
REQUIRED = {"qti-simple-choice": {"identifier"}, "qti-simple-associable-choice": {"identifier", "match-max"}, "qti-gap": {"identifier"},
            "qti-gap-text": {"identifier", "match-max"}, "qti-inline-choice": {"identifier"}, "qti-map-entry": {"map-key", "mapped-value"},
            "qti-area-map-entry": {"shape", "coords", "mapped-value"}, "qti-match-table-entry": {"source-value", "target-value"},
            "qti-equal": {"tolerance-mode"}, "qti-base-value": {"base-type"}, "img": {"src", "alt"},
            "qti-modal-feedback": {"outcome-identifier", "show-hide", "identifier"}, "qti-rubric-block": {"view", "use"}}  # fmt: skip

RESOURCE = "{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1}resource"


@pytest.mark.parametrize("type_name", types())
@settings(max_examples=10)
@given(data=st.data())
def test_a_package_is_whole(exchange: Any, type_name: str, data: st.DataObject) -> None:
    item = data.draw(exchange.items(type_name))
    made: Exported = writers()["qti"].write(exchange.bank([item]), [item], exchange.media)
    assert made.items == 1
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        names = set(archive.namelist())
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        resources = {one.attrib["identifier"]: one.attrib["href"] for one in manifest.iter(RESOURCE)}
        assert set(resources.values()) == names - {"imsmanifest.xml"}
        needed = {one.attrib["identifierref"] for one in manifest.iter(RESOURCE.replace("resource", "dependency"))}
        assert needed <= set(resources)
        for name in names:
            if name.endswith(".xml"):
                ElementTree.fromstring(archive.read(name))


@pytest.mark.parametrize("type_name", types())
@settings(max_examples=10)
@given(data=st.data())
def test_a_document_keeps_to_the_binding(exchange: Any, type_name: str, data: st.DataObject) -> None:
    item = data.draw(exchange.items(type_name))
    made: Exported = writers()["qti"].write(exchange.bank([item]), [item], exchange.media)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        [document] = [
            ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if name.startswith("items/")
        ]
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
    parts = [local(one) for one in document]
    assert parts == sorted(parts, key=PARTS.index)
    assert {"identifier", "title", "adaptive", "time-dependent"} <= set(document.attrib)
    body = document.find(f"{ASI}qti-item-body")
    assert body is not None
    assert not (body.text or "").strip()
    assert {local(one) for one in body} <= BLOCKS
    for one in document.iter():
        if one.tag.startswith(MATHML):
            continue
        assert local(one).startswith("qti-") or local(one) in HTML, one.tag
        assert REQUIRED.get(local(one), set()) <= set(one.attrib), (one.tag, one.attrib)
    named_variables(document)
    identifiers = [one.attrib["identifier"] for one in manifest.iter(RESOURCE)]
    assert len(identifiers) == len(set(identifiers))
    assert all(NAME.fullmatch(one) for one in identifiers)
    for resource in manifest.iter(RESOURCE):
        kinds = [one.tag.rpartition("}")[2] for one in resource]
        assert kinds == sorted(kinds, key=["metadata", "file", "dependency"].index)


def named_variables(document: ElementTree.Element) -> None:
    """Every variable that is asked, compared or set is declared, and the choices of a key are there."""
    responses = {one.attrib["identifier"] for one in document.iter(f"{ASI}qti-response-declaration")}
    outcomes = {one.attrib["identifier"] for one in document.iter(f"{ASI}qti-outcome-declaration")}
    assert all(NAME.fullmatch(one) for one in responses | outcomes)
    for one in document.iter():
        name, identifier = local(one), one.attrib.get("identifier", "")
        if "response-identifier" in one.attrib:
            assert one.attrib["response-identifier"] in responses
        if "outcome-identifier" in one.attrib:
            assert one.attrib["outcome-identifier"] in outcomes
        if name in ("qti-correct", "qti-map-response", "qti-map-response-point"):
            assert identifier in responses
        if name in ("qti-set-outcome-value", "qti-lookup-outcome-value"):
            assert identifier in outcomes
        if name == "qti-variable":
            assert identifier in responses | outcomes


def local(element: ElementTree.Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


def test_weights_of_a_tag_that_are_none_count_one_each(exchange: Any, make_item: Any) -> None:
    """Tags are for anybody to edit: a zero below the line, a letter, nothing above zero."""
    gaps: dict[str, JSON] = {name: {"kind": "text", "answers": [name], "weight": "2"} for name in "abcde"}
    common = replace(make_item("X-1").common, stem=" ".join(f"{{{{gap:{name}}}}}" for name in gaps))
    item = types()["cloze"].read(common, {"gaps": gaps}, [])
    made: Exported = writers()["qti"].write(exchange.bank([item]), [item], {})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made.data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "imsmanifest.xml":
                content = content.replace(b"examroom:weights=2 2 2 2 2<", b"examroom:weights=5/00 0 -3 x 3/2<")
                assert b"5/00" in content
            new.writestr(name, content)
    found = readers()["qti"].read(out.getvalue(), "a.zip", Defaults(TopicCode("khac")))
    assert isinstance(found, Imported)
    [question] = found.questions
    assert isinstance(question.item, Cloze)
    assert [gap.weight for gap in question.item.gaps.values()] == [1, 1, 1, 1, Fraction(3, 2)]


@pytest.mark.parametrize("format_name", ["docx", "moodle", "qti", "table"])
def test_what_xml_cannot_hold_breaks_no_file(exchange: Any, make_item: Any, format_name: str) -> None:
    """A draft may have signs that nobody can approve; the file it is exported to is one that can be read."""
    odd = "số \x0b\x1f\ufffe một"
    common = replace(make_item("X-1").common, stem=odd, explanation=odd, source=odd)
    units: list[JSON] = [{"unit": odd, "factor": "1"}, {"unit": "km", "factor": "2"}]
    item = types()["numeric"].read(common, {"answers": ["5"], "units": units}, [])
    made: Exported = writers()[format_name].write(exchange.bank([item]), [item], {})
    found = readers()[format_name].read(made.data, "a", Defaults(TopicCode("khac")))
    assert isinstance(found, Imported), found
    assert len(found.questions) == 1
