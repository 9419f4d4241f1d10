"""A type's own editor: its sentences are the type's, and all of them are there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from question_bank.front.widgets import type_file
from question_bank.items import types

if TYPE_CHECKING:
    from tests.question_bank.studio.conftest import Studio

OWN = {name: found.decode() for name in types() if (found := type_file(name, "editor.js"))}


@pytest.mark.parametrize("name", sorted(OWN))
def test_an_editor_says_what_its_type_has_sentences_for(name: str) -> None:
    used = {*re.findall(r'\bword\("(\w+)"', OWN[name]), *re.findall(r'\? "(help\w*)" : "help"', OWN[name])}
    known = {*types()[name].EDITOR_WORDS}
    assert used - known == set()
    assert {word for word in known if word not in OWN[name]} == set()


def test_the_page_has_the_editor_and_its_sentences(signed: Studio) -> None:
    assert set(OWN) == {"hotspot"}
    page = signed.get("/new/hotspot").text
    assert '"own": true' in page
    assert '"no_picture": "' in page
    assert signed.get("/types/hotspot/editor.js").status_code == 200
    assert '"own": false' in signed.get("/new/essay").text
