"""Draws the pictures and the sound of the sample bank: `python -m scripts.sample_pictures` writes them beside its items.

They are ours, and the same bytes every time: a test compares them with what lies in the bank.
"""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scripts.sample_documents import PICTURES as DOCUMENTS
from scripts.sample_drawing import BLUE, INK, LINE, Canvas, Style, grid
from scripts.sample_screens import PICTURES as SCREENS

MEDIA: Final = Path(__file__).resolve().parent.parent / "question_bank" / "samples" / "bank" / "media"
RATE: Final = 8000  # samples a second: enough for a tone of 880 Hz
ORANGE: Final = "#d9822b"


def sheet_of_communes() -> Canvas:
    """Dossiers of five communes; the last column and the last row are still to be worked out."""
    rows = [
        ["Đơn vị", "Tiếp nhận", "Đã giải quyết", "Đúng hạn", "Tỷ lệ đúng hạn"], ["Xã Tân Lập", ">240", ">225", ">216", ""],
        ["Xã Bình Minh", ">180", ">160", ">152", ""], ["Phường Trung Tâm", ">420", ">400", ">372", ""],
        ["Xã Đông Phú", ">150", ">140", ">140", ""], ["Xã Hòa An", ">210", ">200", ">190", ""], ["Tổng", "", "", "", ""],
    ]  # fmt: skip
    canvas = Canvas(690, 260)
    grid(canvas, (2, 2), [170, 110, 130, 110, 130], rows)
    return canvas


def sheet_with_text_for_a_number() -> Canvas:
    """A sum that leaves out one cell: its number stands on the left, with the mark of a text in its corner."""
    rows = [
        ["Phòng", "Số văn bản"], ["Văn phòng", ">120"], ["Phòng Tổ chức", ">85"], ["Phòng Kế hoạch", ">95"],
        ["Phòng Pháp chế", "60"], ["Thanh tra", ">40"], ["Cộng: =SUM(B2:B6)", ">340"],
    ]  # fmt: skip
    canvas = Canvas(440, 260)
    grid(canvas, (2, 2), [220, 180], rows)
    canvas.path("M258 162 h10 l-10 10 z", "#2e7d32", "#2e7d32", 1)
    return canvas


def chart_of_quarters() -> Canvas:
    """Dossiers received online and at the counter in four quarters, each column with its number."""
    canvas = Canvas(640, 320)
    canvas.text(320, 26, "Số hồ sơ tiếp nhận theo quý, năm 2025", Style(17, True, anchor="middle"))
    canvas.line(50, 260, 620, 260, INK, 2)
    counts = [("Quý I", 180, 320), ("Quý II", 260, 260), ("Quý III", 330, 220), ("Quý IV", 450, 150)]
    for place, (name, online, counter) in enumerate(counts):
        x = 70 + 140 * place
        for side, (count, colour) in enumerate(((online, BLUE), (counter, ORANGE))):
            left, height = x + 52 * side, count * 200 // 450
            canvas.box(left, 260 - height, 44, height, colour, INK)
            canvas.text(left + 22, 253 - height, str(count), Style(15, anchor="middle"))
        canvas.text(x + 48, 281, name, Style(16, anchor="middle"))
    for x, colour, name in ((170, BLUE, "Trực tuyến"), (340, ORANGE, "Trực tiếp")):
        canvas.box(x, 295, 16, 16, colour, INK)
        canvas.text(x + 24, 309, name, Style(15))
    return canvas


def _round(share: float) -> tuple[float, float]:
    return math.sin(2 * math.pi * share), -math.cos(2 * math.pi * share)


def chart_round(hole: bool) -> Canvas:
    """A pie of four parts, or a ring."""
    canvas = Canvas(220, 140)
    begin = 0.0
    for share, colour in ((0.4, BLUE), (0.3, ORANGE), (0.2, "#7aa5b8"), (0.1, "#e5c9a8")):
        (x1, y1), (x2, y2) = _round(begin), _round(begin + share)
        d = f"M110 70 L{110 + 60 * x1:.1f} {70 + 60 * y1:.1f} A60 60 0 0 1 {110 + 60 * x2:.1f} {70 + 60 * y2:.1f} Z"
        canvas.path(d, colour, "#ffffff")
        begin += share
    if hole:
        canvas.circle(110, 70, 30)
    return canvas


def chart_line() -> Canvas:
    """A line through twelve points."""
    canvas = Canvas(220, 140)
    canvas.path("M20 12 V126 H210", "none", INK)
    heights = (96, 90, 92, 80, 76, 78, 64, 58, 60, 46, 40, 28)
    points = " L".join(f"{32 + 15 * n} {height}" for n, height in enumerate(heights))
    canvas.path(f"M{points}", "none", BLUE, 3)
    for n, height in enumerate(heights):
        canvas.circle(32 + 15 * n, height, 3, BLUE, BLUE)
    return canvas


def chart_web() -> Canvas:
    """A web of five axes."""
    canvas = Canvas(220, 140)
    for size in (20, 40, 60):
        corners = [(110 + size * x, 72 + size * y) for x, y in (_round(n / 5) for n in range(5))]
        canvas.path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + " Z", "none", LINE, 1)
    own = [(110 + size * x, 72 + size * y) for size, (x, y) in zip((50, 30, 44, 26, 54), map(_round, (0, 0.2, 0.4, 0.6, 0.8)), strict=True)]  # fmt: skip
    canvas.path("M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in own) + " Z", "#7aa5b8", BLUE)
    return canvas


def beeps() -> bytes:
    """One long tone and two short ones, as WAV."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setparams((1, 1, RATE, 0, "NONE", ""))
        for seconds, sounds in (
            (0.4, False),
            (1.2, True),
            (0.4, False),
            (0.25, True),
            (0.35, False),
            (0.25, True),
            (0.6, False),
        ):
            length = int(seconds * RATE)
            file.writeframes(
                bytes(
                    128 + (round(60 * math.sin(2 * math.pi * 880 * n / RATE)) if sounds else 0) for n in range(length)
                )
            )
    return kept.getvalue()


def files() -> Iterator[tuple[str, bytes]]:
    """Every file by its name."""
    drawn: Mapping[str, Canvas] = {
        **{name: draw() for name, draw in (*DOCUMENTS.items(), *SCREENS.items())},
        "bang-tinh-ho-so.svg": sheet_of_communes(),
        "bang-tinh-cong-thieu.svg": sheet_with_text_for_a_number(),
        "bieu-do-theo-quy.svg": chart_of_quarters(),
        "bieu-do-tron.svg": chart_round(False),
        "bieu-do-vanh.svg": chart_round(True),
        "bieu-do-duong.svg": chart_line(),
        "bieu-do-mang-nhen.svg": chart_web(),
    }
    yield from ((name, canvas.svg().encode()) for name, canvas in drawn.items())
    yield "tin-hieu-khoi-dong.wav", beeps()


def main() -> None:
    """Write them."""
    MEDIA.mkdir(parents=True, exist_ok=True)
    for name, data in files():
        (MEDIA / name).write_bytes(data)


if __name__ == "__main__":
    main()
