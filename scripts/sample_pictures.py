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
        ["Đơn vị", "Nhận", "Đã xong", "Đúng hạn", "Tỷ lệ"], ["Xã Tân Lập", ">240", ">225", ">216", ""],
        ["Xã Bình Minh", ">180", ">160", ">152", ""], ["Phường Trung Tâm", ">420", ">400", ">372", ""],
        ["Xã Đông Phú", ">150", ">140", ">140", ""], ["Xã Hòa An", ">210", ">200", ">190", ""], ["Tổng", "", "", "", ""],
    ]  # fmt: skip
    canvas = Canvas(490, 260)
    grid(canvas, (2, 2), [150, 68, 80, 88, 64], rows)
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
    canvas = Canvas(470, 320)
    canvas.text(235, 26, "Số hồ sơ tiếp nhận theo quý, năm 2025", Style(17, True, anchor="middle"))
    canvas.line(20, 260, 456, 260, INK, 2)
    counts = [("Quý I", 180, 320), ("Quý II", 260, 260), ("Quý III", 330, 220), ("Quý IV", 450, 150)]
    for place, (name, online, counter) in enumerate(counts):
        x = 32 + 108 * place
        for side, (count, colour) in enumerate(((online, BLUE), (counter, ORANGE))):
            left, height = x + 44 * side, count * 200 // 450
            canvas.box(left, 260 - height, 38, height, colour, INK)
            canvas.text(left + 19, 253 - height, str(count), Style(16, anchor="middle"))
        canvas.text(x + 41, 281, name, Style(16, anchor="middle"))
    for x, colour, name in ((90, BLUE, "Trực tuyến"), (260, ORANGE, "Trực tiếp")):
        canvas.box(x, 295, 16, 16, colour, INK)
        canvas.text(x + 24, 309, name, Style(16))
    return canvas


def _round(share: float) -> tuple[float, float]:
    return math.sin(2 * math.pi * share), -math.cos(2 * math.pi * share)


def chart_round(hole: bool) -> Canvas:
    """A pie of four parts, or a ring."""
    canvas = Canvas(120, 56)
    begin = 0.0
    for share, colour in ((0.4, BLUE), (0.3, ORANGE), (0.2, "#7aa5b8"), (0.1, "#e5c9a8")):
        (x1, y1), (x2, y2) = _round(begin), _round(begin + share)
        d = f"M60 28 L{60 + 26 * x1:.1f} {28 + 26 * y1:.1f} A26 26 0 0 1 {60 + 26 * x2:.1f} {28 + 26 * y2:.1f} Z"
        canvas.path(d, colour, "#ffffff")
        begin += share
    if hole:
        canvas.circle(60, 28, 12)
    return canvas


def chart_line() -> Canvas:
    """A line through twelve points."""
    canvas = Canvas(120, 56)
    canvas.path("M10 4 V52 H118", "none", INK)
    heights = (42, 39, 40, 35, 33, 34, 28, 25, 26, 20, 17, 12)
    points = " L".join(f"{17 + 9 * n} {height}" for n, height in enumerate(heights))
    canvas.path(f"M{points}", "none", BLUE, 2)
    for n, height in enumerate(heights):
        canvas.circle(17 + 9 * n, height, 2, BLUE, BLUE)
    return canvas


def chart_web() -> Canvas:
    """A web of five axes."""
    canvas = Canvas(120, 56)
    axes = [_round(n / 5) for n in range(5)]

    def ring(sizes: tuple[int, ...]) -> str:
        return (
            "M" + " L".join(f"{60 + r * x:.1f} {30 + r * y:.1f}" for r, (x, y) in zip(sizes, axes, strict=True)) + " Z"
        )

    for size in (9, 18, 27):
        canvas.path(ring((size,) * 5), "none", LINE, 1)
    canvas.path(ring((22, 14, 20, 12, 24)), "#7aa5b8", BLUE)
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
