"""The examiner of the screens finds what it is there to find, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from scripts.screens_checks import faults, foreign

FRAME = """<!doctype html><html lang="vi"><title>Thử</title><style>
  body { margin: 0; font: 16px sans-serif } div { width: 200px } .cut { overflow: hidden; white-space: nowrap }
  .told { text-overflow: ellipsis } .box { border: 1px solid } .scroll { overflow: auto; height: 40px }
  .over { position: relative; margin-top: -20px; background: white } td { border: 0 }
</style><body>%s</body></html>"""
LONG = "một dòng chữ dài hơn hẳn chiều rộng của cái khung này rất nhiều"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f'<div class="cut">{LONG}</div>', "cut"),
        (f'<div class="cut told">{LONG}</div>', "cut"),
        (f'<div class="box" style="white-space: nowrap">{LONG}</div>', "past its box"),
        ('<div class="box" style="overflow: hidden; height: 10px">chữ bị xén mất nửa dưới</div>', "cut"),
        ('<div style="width: 3000px; height: 1px"></div>', "sideways"),
        (f'<div class="cut told" style="position: fixed; left: 1300px" title="{LONG}">{LONG}</div>', "off the side"),
        ('<p>chữ bị che</p><button style="margin-top: -40px; width: 300px; height: 60px"></button>', "covered"),
        (f'<table style="width:150px; table-layout:fixed"><tr><td style="white-space:nowrap">{LONG}</td><td>kế</td></tr></table>', "past its box"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(new_page: Callable[..., Page], body: str, found: str) -> None:
    page = new_page()
    page.set_content(FRAME % body)
    assert any(fault.startswith(found) for fault in faults(page, "vi")), faults(page, "vi")


@pytest.mark.parametrize(
    "body",
    [
        f"<div>{LONG}</div>",
        f'<div class="cut told" title="{LONG}">{LONG}</div>',
        f'<div class="cut told" style="position: fixed; left: 1000px" title="{LONG}">{LONG}</div>',
        f'<div class="scroll">{LONG}. {LONG}. {LONG}.</div>',
        '<label style="width:300px"><input type="radio"> chọn cái này</label>',
        "<p hidden>Sign in</p>",
        '<p lang="en">Sign in</p>',
    ],
)
def test_what_is_right_is_left_alone(new_page: Callable[..., Page], body: str) -> None:
    page = new_page()
    page.set_content(FRAME % body)
    assert faults(page, "vi") == []


def test_a_sentence_of_the_other_language_is_found_with_its_places_filled() -> None:
    assert list(foreign(["Sign in", "Đăng nhập", "Too many tries. Wait 15 seconds."], "vi")) == [
        "not in vi: Sign in", "not in vi: Too many tries. Wait 15 seconds.",
    ]  # fmt: skip
    assert list(foreign(["Sign in", "Đăng nhập"], "en")) == ["not in en: Đăng nhập"]


def test_a_name_is_no_sentence_of_another_language() -> None:
    assert (
        list(foreign(["Ban Đề thi", "0147", "Nguyễn Thí Sinh", ": Ngày sinh trên giấy tờ là 17/03/1991"], "en")) == []
    )
