"""Questions about HTML: on the page of an import, drawn as candidates get them, tags are words and do nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.docx_parts import WordFile, para, run

if TYPE_CHECKING:
    from tests.browser.studio.conftest import Opened

TAGS = ("<p>", "<br>", "<img src=x onerror='window.hit = 1'>", "<script>window.hit = 1</script>")


def test_tags_of_a_word_file_are_shown_as_they_are_written(
    bank: Path, sit_down: Callable[..., Opened], tmp_path: Path
) -> None:
    file = WordFile()
    labels = zip("ABCD", TAGS, strict=True)
    file.add(
        para(run("Câu 1. Thẻ <br> làm gì? <b>Chào</b>")),
        *(para(run(f"{one}.", u="single" if one == "B" else ""), run(f" {tag}")) for one, tag in labels),
    )
    (tmp_path / "de.docx").write_bytes(file.build())
    at = sit_down(bank)
    page = at.page
    page.goto(at.base + "/import")
    page.set_input_files("#file", tmp_path / "de.docx")
    page.click("#read")
    page.wait_for_selector(".question .sheet .answer")
    sheet = page.locator(".question .sheet").first
    words = sheet.inner_text()
    assert "Thẻ <br> làm gì? <b>Chào</b>" in " ".join(words.split())
    assert all(tag in words for tag in TAGS)
    assert sheet.locator("script, img, b").count() == 0
    assert page.evaluate("() => window.hit") is None
