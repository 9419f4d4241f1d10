"""What a file from outside may cost: each bound by itself, with a file that keeps all the others."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from question_bank.formats.attachments import MOST_PIXELS, Attachments
from question_bank.formats.docx_pictures import fit_picture
from question_bank.formats.drafts import Draft
from question_bank.formats.exchange import Imported, NotThisFormat, Outcome
from question_bank.formats.zips import MAX_MEMBERS, MAX_UNPACKED, UnreadableFileError, unpack
from question_bank.media import MAX_SIDE

Read = Callable[..., Imported | NotThisFormat]
MIB = 1 << 20


def noise(size: int) -> bytes:
    """Bytes that no packer makes smaller, the same each time."""
    return hashlib.shake_128(b"noise").digest(size)


def packed(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def claiming(data: bytes, size: int) -> bytes:
    """The same file whose directory says that its first member is so large."""
    at = data.index(b"PK\x01\x02") + 24
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        unpack(data)
    return caught.value.reason.message


def test_a_file_within_its_bounds_is_read() -> None:
    page = b" " * MIB  # a page of one letter is no bomb
    opened = unpack(packed(("a", noise(2 * MIB)), ("b", page)))
    assert (opened.read("b"), len(opened.read("a") or b"")) == (page, 2 * MIB)


def test_a_file_that_unpacks_to_far_more_than_it_is_is_refused_before_it_is_unpacked() -> None:
    data = packed(("a", bytes(8 * MIB)))
    assert len(data) < MIB
    assert "far too much" in refusal(data)


def test_a_large_file_that_unpacks_to_more_than_a_machine_has_to_spare_is_refused_before_it_is_unpacked() -> None:
    data = packed(("a", noise(2 * MIB)))
    assert 200 * len(data) > MAX_UNPACKED, "no bomb by its ratio"
    assert "far too much" in refusal(claiming(data, MAX_UNPACKED + 1))
    assert unpack(claiming(data, MAX_UNPACKED)).size("a") == MAX_UNPACKED


def test_a_bomb_among_honest_parts_is_refused_when_it_is_opened() -> None:
    data = packed(("honest", noise(2 * MIB)), ("bomb", bytes(64 * MIB)))
    opened = unpack(data)
    assert len(opened.read("honest") or b"") == 2 * MIB
    with pytest.raises(UnreadableFileError, match="bomb"):
        opened.read("bomb")


def test_all_parts_together_are_not_more_than_one_may_be() -> None:
    opened = unpack(packed(("a", noise(3 * MIB)), ("b", noise(3 * MIB))))
    opened._left = 4 * MIB
    assert opened.read("a") is not None
    with pytest.raises(UnreadableFileError, match="far too much"):
        opened.read("b")


def test_a_file_of_too_many_parts_is_refused() -> None:
    names = [(f"{number}", b"") for number in range(MAX_MEMBERS + 1)]
    assert "parts" in refusal(packed(*names))
    assert len(unpack(packed(*names[:-1])).names) == MAX_MEMBERS


def blank(width: int, height: int, shade: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height), shade).save(out, "PNG")
    return out.getvalue()


def test_a_picture_that_is_too_large_is_made_smaller_only_where_that_is_cheap() -> None:
    made = fit_picture(blank(MAX_SIDE + 100, 300), (0, 0, 0, 0))
    assert made is not None
    assert max(Image.open(io.BytesIO(made)).size) == MAX_SIDE
    assert fit_picture(blank(6000, 6000), (0, 0, 0, 0)) is None
    assert fit_picture(blank(6000, 6000), (1000, 0, 0, 0)) is None


def test_many_large_pictures_in_a_small_file_are_decoded_only_up_to_a_sum() -> None:
    attachments, side = Attachments(100_000), MAX_SIDE
    most = MOST_PIXELS // (side * side) + 1
    drafts = [Draft(str(number)) for number in range(most + 2)]
    found = [attachments.keep(blank(side, side, number), "picture", "Ô", draft) for number, draft in enumerate(drafts)]
    assert [one is not None for one in found] == [True] * most + [False, False]
    assert [[code for code, _ in draft.review] for draft in drafts] == [[]] * most + [["bad_file"]] * 2
    assert len(attachments.media) == most


def test_documents_of_a_package_are_read_up_to_a_sum(read_text: Read) -> None:
    """Each is small enough and no bomb; together they would be trees of a thousand times their file."""
    choice = "".join(f'<simpleChoice identifier="{one}">{one}</simpleChoice>' for one in "AB")
    text = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="t">'
        '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse>'
        '<value>A</value></correctResponse></responseDeclaration><outcomeDeclaration identifier="SCORE"'
        ' cardinality="single" baseType="float"/><itemBody><choiceInteraction responseIdentifier="RESPONSE"'
        f' maxChoices="1"><prompt>Hỏi?</prompt>{choice}</choiceInteraction></itemBody><responseProcessing'
        ' template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/></assessmentItem>'
    )
    padding = f"<!--{noise(8_000).hex()}{' ' * (MIB - 40_000)}-->"
    data = packed(*((f"{number:02d}.xml", f"{text}{padding}".encode()) for number in range(12)))
    assert 200 * len(data) > 12 * MIB, "no bomb by its ratio"
    found = read_text("qti", data, "de.zip")
    assert isinstance(found, Imported)
    outcomes = [one.outcome for one in found.questions]
    ready = outcomes.count(Outcome.READY)
    assert outcomes == [Outcome.READY] * ready + [Outcome.REJECTED] * (12 - ready)
    assert 4 <= ready < 12


@pytest.mark.parametrize("rows", ["x,y\n" * 20_001, "," * 400_001 + "\n"], ids=["rows", "cells"])
def test_a_table_of_too_many_rows_or_cells_is_refused(read_text: Any, rows: str) -> None:
    found = read_text("table", f"Câu hỏi,A,B,Đáp án\nMột?,x,y,A\n{rows}", "bang.csv")
    assert isinstance(found, NotThisFormat)
    assert found.notice.code == "unreadable"
