"""What another program makes of a right document stays right: the programs of a room save as they like."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize("way", [("docx",), ("odt", "docx")], ids=["saved by LibreOffice", "by way of ODF"])
@pytest.mark.parametrize("kind", ["ke-hoach", "cong-van"])
def test_a_document_saved_by_another_program_loses_nothing(
    way: tuple[str, ...], kind: str, plan: bytes, letter: bytes, office: Callable[..., bytes],
    judged: Callable[..., dict[str, object]], lost: Callable[..., set[str]],
) -> None:  # fmt: skip
    data = plan if kind == "ke-hoach" else letter
    saved = office(data, *way)
    assert lost(saved, kind) == set()
    assert set(judged(saved, kind)) == set(judged(data, kind))


def test_a_wrong_document_saved_by_another_program_stays_wrong_in_the_same_places(
    plan: bytes, edit: Callable[..., bytes], office: Callable[..., bytes], lost: Callable[..., set[str]]
) -> None:
    wrong = edit(
        plan,
        lambda text: (
            text.replace('w:left="1701"', 'w:left="1134"')
            .replace("15/KH-SNV", "15/QĐ-SNV")
            .replace("đ) Kinh phí", "e) Kinh phí")
            .replace("- Lưu: VT, VP.", "- Lưu: VP.")
        ),
    )
    components = {"margins", "number", "points", "file-copy"}
    assert [lost(one, "ke-hoach") for one in (wrong, office(wrong, "docx"), office(wrong, "odt", "docx"))] == [
        components
    ] * 3
