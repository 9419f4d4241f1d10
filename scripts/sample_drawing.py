"""Drawing for the pictures of the sample bank: a canvas whose SVG holds nothing that runs or fetches.

Every text whose place matters has a fixed length, so that a region of a hotspot lies on it whatever typeface a machine has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

INK: Final = "#1b1f24"
LINE: Final = "#8a929c"
PALE: Final = "#eef1f4"
BLUE: Final = "#0b4f6c"
SANS: Final = "Liberation Sans, Arial, sans-serif"
SERIF: Final = "Liberation Serif, Times New Roman, serif"


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; `length` is its length in pixels, 0 for the typeface's own."""

    size: int = 16
    bold: bool = False
    italic: bool = False
    anchor: str = "start"
    colour: str = INK
    family: str = SANS
    length: int = 0


PLAIN: Final = Style()
BOLD: Final = Style(bold=True)


@dataclass(slots=True)
class Canvas:
    """A picture that grows; sizes and places are whole pixels."""

    width: int
    height: int
    parts: list[str] = field(default_factory=list)

    def box(self, x: int, y: int, w: int, h: int, fill: str = "#ffffff", line: str = LINE, corner: int = 0) -> None:
        """A rectangle."""
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{corner}" fill="{fill}" stroke="{line}"/>'
        )

    def line(self, x1: int, y1: int, x2: int, y2: int, colour: str = LINE, width: int = 1) -> None:
        """A stroke."""
        self.parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="{width}"/>')

    def path(self, d: str, fill: str = "none", line: str = INK, width: int = 2) -> None:
        """Any other form."""
        self.parts.append(f'<path d="{d}" fill="{fill}" stroke="{line}" stroke-width="{width}"/>')

    def circle(self, x: int, y: int, r: int, fill: str = "#ffffff", line: str = LINE) -> None:
        """A circle."""
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{fill}" stroke="{line}"/>')

    def text(self, x: int, y: int, words: str, style: Style = PLAIN) -> None:
        """One line of text; `y` is its base line."""
        looks = f' font-weight="{"bold" if style.bold else "normal"}"' + (
            ' font-style="italic"' if style.italic else ""
        )
        length = f' textLength="{style.length}" lengthAdjust="spacingAndGlyphs"' if style.length else ""
        self.parts.append(
            f'<text x="{x}" y="{y}" font-family="{style.family}" font-size="{style.size}"{looks}'
            f' text-anchor="{style.anchor}" fill="{style.colour}"{length}>{escape(words)}</text>'
        )

    def svg(self) -> str:
        """The file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}">'
        )
        ground = f'<rect width="{self.width}" height="{self.height}" fill="#ffffff"/>'
        return "\n".join([head, ground, *self.parts, "</svg>"]) + "\n"


def grid(canvas: Canvas, at: tuple[int, int], widths: list[int], rows: list[list[str]], height: int = 32) -> None:
    """A sheet with its letters and numbers of columns and rows; a text that begins with `>` stands on the right."""
    left, top = at
    canvas.box(left, top, 36, height, PALE)
    x = left + 36
    for place, width in enumerate(widths):
        canvas.box(x, top, width, height, PALE)
        canvas.text(x + width // 2, top + 21, "ABCDEFGH"[place], Style(anchor="middle"))
        x += width
    for number, row in enumerate(rows, 1):
        y = top + number * height
        canvas.box(left, y, 36, height, PALE)
        canvas.text(left + 18, y + 21, str(number), Style(anchor="middle"))
        x = left + 36
        for width, cell in zip(widths, row, strict=True):
            canvas.box(x, y, width, height)
            style = Style(bold=number == 1)
            if cell.startswith(">"):
                canvas.text(x + width - 8, y + 21, cell[1:], Style(anchor="end"))
            else:
                canvas.text(x + 8, y + 21, cell, style)
            x += width
