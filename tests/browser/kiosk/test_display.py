"""What only the page can see of a machine: its screen, and whether the letters of Vietnamese are really drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from server.protocol.machine import Display

DRAWS = "async () => (await import('/static/display.js')).drawsVietnamese(getComputedStyle(document.body).fontFamily)"
# As with a typeface that lacks two letters and has no other to borrow them from: the sign for “missing” is drawn.
WITHOUT = """() => {
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    return draw.call(this, text === "ữ" || text === "Ẵ" ? "\\u{10FFFD}" : text, ...place);
  };
}"""
# As with one that draws the letter and forgets its tone.
TONELESS = """() => {
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    return draw.call(this, text === "ộ" ? "ô" : text, ...place);
  };
}"""


def test_the_page_tells_its_screen_and_that_vietnamese_is_drawn(
    machine: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    found = machine(1366, 768)
    eventually(lambda: found.desk.displays, what="the page's word")
    display = found.desk.displays[-1]
    assert isinstance(display, Display)
    assert display.vietnamese
    assert (display.width_px, display.height_px) == (1366, 768)


def test_a_missing_letter_and_a_lost_tone_are_noticed(machine: Callable[..., Any]) -> None:
    page: Page = machine().page
    assert page.evaluate(DRAWS) is True
    page.evaluate(TONELESS)
    assert page.evaluate(DRAWS) is False
    page.reload()
    page.evaluate(WITHOUT)
    assert page.evaluate(DRAWS) is False
