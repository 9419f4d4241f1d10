#!/usr/bin/env python3
"""Make the two small fonts the pages need besides Be Vietnam Pro. Run by scripts/vendor_front.py.

Figures: the typeface has no tabular figures (no `tnum` feature; a 1 is half as wide as a 0), and a clock must hold
still. Its ten digits are given one advance width and centred in it.
Symbols: state is never told by colour alone, so ✓ ▲ ● ⚑ and their like must look the same on every kiosk, whatever
fonts its system has. They are cut out of Noto Sans Symbols, Symbols 2 and Math.

Both licences (OFL 1.1, no reserved font name) allow changed copies; question_bank/front/LICENCES.md tells of them.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FIGURES = "0123456789"
# Which file each symbol is taken from, and its place here; tokens.css repeats the code points in `unicode-range`.
SYMBOLS = {
    "noto-sans-symbols-2-symbols-400-normal.woff2": ("symbols-shapes.woff2", "✓✗✕▲▼●○■□◆◇◐⚠▬⏸⏵⏹✎★☰⌨"),
    "noto-sans-symbols-symbols-400-normal.woff2": ("symbols-marks.woff2", "⚑⚐←→↑↓"),
    "noto-sans-math-latin-400-normal.woff2": ("symbols-math.woff2", "↶↺⋯≥≤≈"),
}
# Units of the em (1000) left free on each side of the widest digit.
SIDE = 26


def cut(source: Path, text: str) -> TTFont:
    """The font with the glyphs of `text` alone."""
    font = TTFont(source, recalcTimestamp=False)
    keep = Subsetter(Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 13, 14], notdef_outline=True))
    keep.populate(text=text)
    keep.subset(font)
    missing = {ord(character) for character in text} - set(font.getBestCmap())
    if missing:
        raise ValueError(f"{source.name} lacks {', '.join(f'U+{point:04X}' for point in sorted(missing))}")
    font.flavor = "woff2"
    return font


def figures(source: Path, target: Path) -> None:
    """Write the digits of `source` (TrueType outlines) to `target`, all equally wide."""
    font = cut(source, FIGURES)
    glyphs, metrics, names = font["glyf"], font["hmtx"], font.getBestCmap().values()
    width = max(glyphs[name].xMax - glyphs[name].xMin for name in names) + 2 * SIDE
    for name in names:
        glyph = glyphs[name]
        glyph.coordinates.translate(((width - (glyph.xMax - glyph.xMin)) // 2 - glyph.xMin, 0))
        glyph.recalcBounds(glyphs)
        metrics[name] = (width, glyph.xMin)
    for record in font["name"].names:
        if record.nameID == 1:
            record.string = "Be Vietnam Pro Figures"
    font.save(target)


def symbols(source: Path, target: Path, text: str) -> None:
    """Write the glyphs of `text` from `source` to `target`."""
    cut(source, text).save(target)
