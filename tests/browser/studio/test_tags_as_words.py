"""Questions about HTML: on the page of an import, drawn as candidates get them, tags are words and do nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from scripts.docx_parts import WordFile, para, run

TAGS = ("<p>", "<br>", "<img src=x onerror='window.hit = 1'>", "<script>window.hit = 1</script>")


def test_tags_of_a_word_file_are_shown_as_they_are_written(
    bank: Path,
    start: Callable[..., tuple[subprocess.Popen[str], str]],
    sign_in: Callable[[Page, str], None],
    new_page: Callable[..., Page],
    tmp_path: Path,
) -> None:
    file = WordFile()
    labels = zip("ABCD", TAGS, strict=True)
    file.add(
        para(run("Câu 1. Thẻ <br> làm gì? <b>Chào</b>")),
        *(para(run(f"{one}.", u="single" if one == "B" else ""), run(f" {tag}")) for one, tag in labels),
    )
    (tmp_path / "de.docx").write_bytes(file.build())
    _, link = start(bank)
    page = new_page()
    page.goto(link)
    sign_in(page, "Nguyễn Văn An")
    page.goto(link.partition("/enter")[0] + "/import")
    page.set_input_files("#file", tmp_path / "de.docx")
    page.click("#read")
    page.wait_for_selector(".question .sheet .answer")
    sheet = page.locator(".question .sheet").first
    words = sheet.inner_text()
    assert "Thẻ <br> làm gì? <b>Chào</b>" in " ".join(words.split())
    assert all(tag in words for tag in TAGS)
    assert sheet.locator("script, img, b").count() == 0
    assert page.evaluate("() => window.hit") is None
