"""Whatever a file holds, opening it either gives a model or says why not, and no check breaks on a model that opened."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.formats.office_package import PREFIXES
from question_bank.formats.xml_tree import parse_xml
from question_bank.formats.zips import UnreadableFileError
from question_bank.practical.catalogue import CheckType, Request, catalogue
from question_bank.practical.mutants import package_parts, with_parts
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.presentation import MOST_SLIDES, open_model
from question_bank.practical.slides.spoiling import tree_bytes
from question_bank.wording import render
from scripts.presentation_trial import trial
from scripts.presentations import Deck, Page, title, write
from tests.question_bank.practical.slides.cases import CASES

TRIAL = trial()
PARTS = package_parts(TRIAL)
XML = sorted(name for name in PARTS if name.endswith((".xml", ".rels")) and not name.startswith("["))


def opened(data: bytes) -> Presentation | None:
    try:
        return open_model(data)
    except UnreadableFileError:
        return None


def asked(ask: Callable[..., tuple[CheckType, Request]]) -> list[tuple[CheckType, Request]]:
    return [ask(f"pptx.{name}", where, good) for name, select, good, _ in CASES for where in {"", select}]


def try_everything(deck: Presentation, requests: list[tuple[CheckType, Request]]) -> None:
    for check, request in requests:
        outcome = check.run(deck, request)
        for one in outcome.findings:
            assert 0 <= one.credit <= 1
            assert all(isinstance(render(said), str) for said in (one.item, one.expected, one.found, one.where))


@given(part=st.sampled_from(XML), seed=st.integers(0, 2**32), cuts=st.integers(1, 8))
@settings(max_examples=80)
def test_damaged_parts_give_a_model_or_a_reason(part: str, seed: int, cuts: int) -> None:
    """Bytes are taken out, doubled or exchanged anywhere in a part."""
    chance = random.Random(seed)
    data = bytearray(PARTS[part])
    for _ in range(cuts):
        low = chance.randrange(len(data) + 1)
        high = min(len(data), low + chance.randrange(60))
        data[low:high] = chance.choice(
            [b"", bytes(data[low:high]) * 2, b"-1", b'"', b"99999999999999999999", bytes([chance.randrange(256)])]
        )
    opened(with_parts(TRIAL, {part: bytes(data)}))


VALUES = st.sampled_from(
    [
        "",
        "-1",
        "0",
        "abc",
        "1e9",
        "999999999999",
        "-999999999999",
        "NaN",
        "100%",
        "true",
        "rId1",
        "rId999",
        "phClr",
        "FFFFFF",
    ]
)


@given(
    part=st.sampled_from([name for name in XML if name.endswith(".xml")]),
    value=VALUES,
    seed=st.integers(0, 2**32),
    data=st.data(),
)
@settings(max_examples=60)
def test_no_check_breaks_on_strange_values(
    ask_once: list[tuple[CheckType, Request]], part: str, value: str, seed: int, data: st.DataObject
) -> None:
    """Attributes say anything; whole elements are gone or stand twice."""
    chance = random.Random(seed)
    tree = parse_xml(PARTS[part], PREFIXES)
    for node in list(tree.walk()):
        node.attributes = {name: value if chance.random() < 0.08 else said for name, said in node.attributes.items()}
        node.children = [one for one in node.children for _ in range(chance.choice((0, 1, 1, 1, 1, 1, 1, 2)))]
    deck = opened(with_parts(TRIAL, {part: tree_bytes(tree)}))
    if deck is not None:
        for check, request in data.draw(st.lists(st.sampled_from(ask_once), min_size=20, max_size=20)):
            try_everything(deck, [(check, request)])


@pytest.fixture(scope="module")
def ask_once(ask: Callable[..., tuple[CheckType, Request]]) -> list[tuple[CheckType, Request]]:
    return asked(ask)


@pytest.mark.parametrize("part", [name for name in XML if name != "_rels/.rels"])
def test_no_check_breaks_when_a_part_is_missing(ask_once: list[tuple[CheckType, Request]], part: str) -> None:
    deck = opened(with_parts(TRIAL, {part: None}))
    if deck is not None:
        try_everything(deck, ask_once)


@pytest.mark.parametrize("part", [name for name in XML if name.endswith(".xml") and name != "ppt/presentation.xml"])
def test_no_check_breaks_when_a_part_is_empty_or_another(ask_once: list[tuple[CheckType, Request]], part: str) -> None:
    for data in (b"<nothing/>", PARTS["ppt/slides/slide2.xml"]):
        deck = opened(with_parts(TRIAL, {part: data}))
        if deck is not None:
            try_everything(deck, ask_once)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip at all", TRIAL[: len(TRIAL) // 2]])
def test_what_is_no_presentation_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        open_model(data)


def test_a_document_of_another_program_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="not a presentation"):
        open_model(with_parts(TRIAL, {"ppt/presentation.xml": b"<document/>"}))


def test_a_presentation_without_slides_opens_and_earns_nothing(ask_once: list[tuple[CheckType, Request]]) -> None:
    deck = open_model(write(Deck([])))
    assert deck.slides == ()
    try_everything(deck, ask_once)


def test_one_slide_named_without_end_is_refused() -> None:
    data = write(Deck([Page("content", title("Một"))]))
    main = package_parts(data)["ppt/presentation.xml"].replace(
        b'<p:sldId id="256" r:id="rId1"/>', b'<p:sldId id="256" r:id="rId1"/>' * (MOST_SLIDES + 1)
    )
    with pytest.raises(UnreadableFileError, match="slides"):
        open_model(with_parts(data, {"ppt/presentation.xml": main}))


def test_groups_inside_groups_without_end_are_refused_or_read() -> None:
    deep = 400
    nested = "<p:grpSp>" * deep + "</p:grpSp>" * deep
    with pytest.raises(UnreadableFileError, match="nested"):
        open_model(write(Deck([Page("blank", nested)])))


def test_every_kind_of_check_is_asked(ask_once: list[tuple[CheckType, Request]]) -> None:
    assert {check.name for check, _ in ask_once} == {one.name for one in catalogue().values() if one.kind == "pptx"}
