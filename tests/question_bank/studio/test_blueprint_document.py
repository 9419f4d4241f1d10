"""The editor's document: whatever is sent, it is refused or read; what is written as YAML reads back as the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.canonical import JSON, encode
from question_bank.formats.blueprint import read_blueprint
from question_bank.formats.blueprint_write import write_blueprint
from question_bank.formats.nodes import Unreadable, parse, plain
from question_bank.studio.blueprint_document import begun, document_of, finished, items_named, read
from question_bank.studio.blueprint_words import told

SAMPLES = Path(__file__).parents[3] / "question_bank/samples/blueprints"

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2**40), st.text(max_size=12),
    st.sampled_from(["phan-1", "single_choice", "single", "apart", "DVC-001", "t", "12", "đúng"]),
)  # fmt: skip
FIELDS = (
    "format", "contest_id", "round_id", "title", "vi", "en", "sections", "code", "duration_s", "mark_per_item", "rule", "cells",
    "topic", "type", "nhan_biet", "van_dung", "keep_order", "forms", "count", "codes", "sets", "exclude", "items", "most", "fixed",
    "item", "section", "place", "set", "exposure", "days", "essay", "name", "penalty",
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=4)), inner, max_size=5),
    ),
    max_leaves=30,
)


@given(anything)
def test_whatever_is_sent_is_refused_or_read_with_its_faults(sent: JSON) -> None:
    document = document_of(sent)
    if document is None:
        return
    found = read(document)
    assert found.blueprint is not None or found.faults
    for fault in found.faults:
        assert told(fault, document, {})["message"]
    items_named(document)
    assert not isinstance(parse(write_blueprint(document)), Unreadable)


titles = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)


@given(
    titles, st.dictionaries(st.sampled_from(["nhan_biet", "thong_hieu", "van_dung"]), st.integers(1, 500), min_size=1)
)
def test_yaml_reads_back_as_the_same_document(title: str, counts: dict[str, int]) -> None:
    document = begun("tinh", "vong-1", title, "")
    row: dict[str, JSON] = {"topic": "t", "type": ["essay", "matching"], **counts}
    document["sections"] = [{"code": "a-1", "title": {"vi": title, "en": "1: no"}, "keep_order": True, "cells": [row]}]
    document |= {
        "exclude": [["A-1", "B-2"], {"items": ["X", "Y", "null"], "most": 2}],
        "fixed": [{"item": "A-1", "section": "a-1"}],
    }
    tree = parse(write_blueprint(document))
    assert not isinstance(tree, Unreadable)
    assert document_of(plain(tree)) == document


@pytest.mark.parametrize("name", ["nhieu-dang.yaml", "tien-giang.yaml"])
def test_a_sample_is_the_same_blueprint_as_document_and_as_file(name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    tree = parse(data.decode())
    assert not isinstance(tree, Unreadable)
    document = document_of(plain(tree))
    assert document is not None
    assert finished(document) == document
    wanted = read_blueprint(data, "").blueprint
    assert wanted is not None
    assert read(document).blueprint == wanted
    assert read_blueprint(encode(document), "").blueprint == wanted
    assert read_blueprint(write_blueprint(document).encode(), "").blueprint == wanted


def test_faults_lead_to_their_fields() -> None:
    document = begun("tinh", "vong-1", "Đề", "")
    section: dict[str, JSON] = {
        "code": "a", "title": {"vi": "", "en": "x"}, "mark_per_item": 5, "keep_order": True,
        "cells": [{"topic": "t", "nhan_biet": 1}, {"topic": "t", "type": "nope", "van_dung": 1}, {"topic": "t", "type": "essay"}],
    }  # fmt: skip
    document |= {"sections": [section], "fixed": [{"item": "A", "section": "b"}], "forms": {"count": 2, "codes": ["1"]}}
    found = {(one.code, one.path) for one in read(document).faults}
    assert found == {
        ("missing_field", ("sections", 0, "duration_s")), ("empty_field", ("sections", 0, "title", "vi")),
        ("unknown_type", ("sections", 0, "cells", 1, "type")), ("empty_field", ("sections", 0, "cells", 2)),
        ("no_section", ("fixed", 0)), ("wrong_count", ("forms",)),
    }  # fmt: skip


def test_an_english_title_left_empty_is_the_vietnamese_one() -> None:
    document = begun("tinh", "vong-1", "Đề", "") | {"title": {"vi": "Đề", "en": " "}}
    assert finished(document)["title"] == {"vi": "Đề", "en": "Đề"}


@pytest.mark.parametrize(
    "sent", [{"title": "\ud800"}, {"sections": [{}] * 21}, {"sections": "x"}, {"title": 0.5}, [], None]
)
def test_what_is_no_document_or_too_large_is_refused(sent: object) -> None:
    assert document_of(sent) is None  # type: ignore[arg-type]
