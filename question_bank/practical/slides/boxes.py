"""Where shapes stand: groups have coordinates of their own, which are worked into the slide's (ISO/IEC 29500-1, 20.1.7)."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.formats.xml_tree import Node
from question_bank.practical.slides.model import Box
from question_bank.practical.slides.nodes import first, integer

_TURN = 60_000  # a degree


@dataclass(frozen=True, slots=True)
class Frame:
    """How coordinates inside a group become those of the slide: first moved and stretched, then turned with the group."""

    left: float = 0.0
    top: float = 0.0
    wide: float = 1.0
    high: float = 1.0
    turn: float = 0.0

    def place(self, box: Box) -> Box:
        """A box inside the group as it stands on the slide. A turned group turns its parts; that they move around its middle is left out."""
        return Box(
            round(self.left + box.x * self.wide),
            round(self.top + box.y * self.high),
            round(box.width * self.wide),
            round(box.height * self.high),
            (box.turn + self.turn) % 360,
        )

    def inside(self, group: Node | None) -> Frame:
        """The frame of what a group (`grpSpPr`) holds."""
        form = first(group, "a:xfrm")
        outer, inner = read_box(form), _rectangle(form, "a:chOff", "a:chExt")
        if outer is None or inner is None:
            return self
        wide = outer.width / inner[2] if inner[2] else 1.0
        high = outer.height / inner[3] if inner[3] else 1.0
        return Frame(
            self.left + (outer.x - inner[0] * wide) * self.wide,
            self.top + (outer.y - inner[1] * high) * self.high,
            self.wide * wide,
            self.high * high,
            self.turn + outer.turn,
        )


def read_box(form: Node | None) -> Box | None:
    """An `xfrm`; None where it does not say both place and size."""
    found = _rectangle(form, "a:off", "a:ext")
    return Box(*found, integer(form.get("rot")) / _TURN % 360) if found and form else None


def _rectangle(form: Node | None, place: str, size: str) -> tuple[int, int, int, int] | None:
    off, ext = first(form, place), first(form, size)
    if off is None or ext is None:
        return None
    return integer(off.get("x")), integer(off.get("y")), integer(ext.get("cx")), integer(ext.get("cy"))
