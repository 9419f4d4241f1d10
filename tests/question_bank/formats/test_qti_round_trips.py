"""A package of QTI 3.0 is whole: its documents are XML, its manifest lists its files. That items come back is in test_every_format."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.formats.exchange import Exported
from question_bank.formats.registry import writers
from question_bank.items import types

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
