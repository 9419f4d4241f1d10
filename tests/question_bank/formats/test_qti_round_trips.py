"""A package of QTI 3.0 is whole: its documents are XML, its manifest lists its files, and both keep to the binding of QTI 3.0:
the order of an item's parts, names that are names, variables that are declared, elements that the specification has.
That items come back is in test_every_format.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.formats.exchange import Exported
from question_bank.formats.registry import writers
from question_bank.items import types

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
