"""Every item that QTI 3.0 can carry comes back as it was, from a package whose documents are XML and whose files are all there."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.exchange import Exported, Outcome
from question_bank.formats.registry import readers, writers
from question_bank.items import types

HARMLESS = {"units"}  # lost to other programs, not to us


@pytest.mark.parametrize("type_name", types())
@given(data=st.data())
def test_an_item_comes_back_as_it_was(exchange: Any, type_name: str, data: st.DataObject) -> None:
    item = data.draw(exchange.items(type_name))
    made: Exported = writers()["qti"].write(exchange.bank([item]), [item], exchange.media)
    assert made.items == 1
    assert {loss.code for loss in made.losses} <= HARMLESS
    back = exchange.back(made, readers()["qti"].read)
    [question] = back.questions
    assert question.item is not None, question.review
    assert question.item == item
    assert question.outcome is Outcome.READY, question.review
    assert set(back.media) == {name for name in exchange.media if any(name in text for _, text in item.texts())}
    if item.common.stimulus:
        assert list(back.stimuli) == [exchange.stimulus]
    assert back.topics[item.common.topic] == exchange.titles[item.common.topic]


@pytest.mark.parametrize("type_name", types())
@given(data=st.data())
def test_a_package_is_whole(exchange: Any, type_name: str, data: st.DataObject) -> None:
    item = data.draw(exchange.items(type_name))
    made: Exported = writers()["qti"].write(exchange.bank([item]), [item], exchange.media)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        names = set(archive.namelist())
        listed = set()
        for resource in ElementTree.fromstring(archive.read("imsmanifest.xml")).iter("{http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1}resource"):
            listed.add(resource.attrib["href"])
        assert listed == names - {"imsmanifest.xml"}
        for name in names:
            if name.endswith(".xml"):
                ElementTree.fromstring(archive.read(name))
