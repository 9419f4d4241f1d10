"""The handbooks' pictures: cut from what `make screens` took, in each handbook's own language, small enough for a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from PIL import Image

from scripts import screens_standby

Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels of a picture of 1366 × 768."""

COLOURS = 96  # pages are drawn in few colours: a picture of this many looks the same and has a third of the bytes
# Name in docs/images, without language -> the picture, and what of it is shown.
PICTURES: Mapping[str, tuple[str, Box]] = {
    "handbook-map": ("console-map--running--coithi1.png", (0, 0, 1366, 768)),
    "handbook-pause": ("console-map--dialog-pause-some--coithi1.png", (390, 72, 976, 696)),
    "handbook-paused": ("kiosk-paused--plain.png", (306, 120, 1060, 430)),
    "handbook-offline": ("kiosk-exam--offline.png", (1070, 460, 1366, 700)),
    "handbook-standby": (screens_standby.NAME, (380, 0, 986, 768)),
    "handbook-before": ("console-before--some-not-ready--coithi1.png", (0, 0, 1366, 768)),
}


def cut_all(taken: Path, images: Path, languages: tuple[str, ...]) -> None:
    """Cut every picture out of `taken`/<language>/ into `images`/<name>.<language>.png. Raises FileNotFoundError."""
    for language in languages:
        for name, (picture, box) in PICTURES.items():
            with Image.open(taken / language / picture) as whole:
                small = whole.convert("RGB").crop(box).quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(images / f"{name}.{language}.png", optimize=True)
