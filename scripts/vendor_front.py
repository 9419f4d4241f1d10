#!/usr/bin/env python3
"""Copy the front-end files we did not write (from npm, pinned by version and digest) to where the pages use them.

Small fonts are made from them in the same go. Figures: the typeface has no tabular figures (no `tnum` feature; a 1
is half as wide as a 0) and a clock must hold still, so its ten digits are given one advance width. Symbols: state is never
told by colour alone, so ✓ ▲ ● ⚑ and their like must look the same on every kiosk; they are cut out of Noto's symbol fonts.

    vendor_front.py            fetch what scripts/front/package-lock.json names, copy, and write the list of digests
    vendor_front.py --check    compare the committed copies with that list; needs no network
    vendor_front.py --modules  only make sure that .tmp/front/node_modules is there (the JavaScript checker lives in it)

To take a newer version: change scripts/front/package.json, run `npm install --package-lock-only` in a copy of that
folder, commit both files and what this script then writes. The licences are told in question_bank/front/LICENCES.md.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
RECIPE = ROOT / "scripts" / "front"
WORK = ROOT / ".tmp" / "front"
MODULES = WORK / "node_modules"
DIGESTS = RECIPE / "SHA256SUMS"
FRONT = Path("question_bank/front")
AXE = Path("tests/browser/vendor")  # for tests only, so outside the packages

SUBSETS = ("latin", "latin-ext", "vietnamese")
WEIGHTS = (400, 500, 600, 700)
FIGURES = "0123456789"
# Which file each symbol is taken from, and its place here; tokens.css repeats the code points in `unicode-range`.
SYMBOLS = {
    "noto-sans-symbols-2-symbols-400-normal.woff2": ("symbols-shapes.woff2", "✓✗✕▲▼●○■□◆◇◐⚠▬⏸⏵⏹✎★☰⌨"),
    "noto-sans-symbols-symbols-400-normal.woff2": ("symbols-marks.woff2", "⚑⚐←→↑↓"),
    "noto-sans-math-latin-400-normal.woff2": ("symbols-math.woff2", "↶↺⋯≥≤≈"),
}
# What formulas of a school or an office are written with: letters, Greek, signs, arrows, brackets, and the slanted, bold,
# script, Fraktur and double-struck letters of mathematics. The whole font is four times as large.
MATHEMATICS = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x131, 0x131), (0x237, 0x237), (0x300, 0x338), (0x391, 0x3F6), (0x2010, 0x2064), (0x2070, 0x209C),
    (0x20D0, 0x20F0), (0x2100, 0x214F), (0x2190, 0x22FF), (0x2308, 0x230B), (0x2320, 0x2321), (0x239B, 0x23E1), (0x25A0, 0x25FF),
    (0x27C0, 0x27FF), (0x2A00, 0x2AFF), (0x1D400, 0x1D467), (0x1D49C, 0x1D4CF), (0x1D504, 0x1D56B), (0x1D6A4, 0x1D71B),
)  # fmt: skip
MATHEMATICS_SOURCE = Path("@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2")
# Units of the em (1000) left free on each side of the widest digit.
SIDE = 26


class VendorError(Exception):
    """A copy is missing or differs, or npm failed; the text says which and what to do."""


def copies() -> Iterator[tuple[Path, Path]]:
    """Pairs: the file in node_modules, its place in the project."""
    yield Path("socket.io-client/dist/socket.io.min.js"), FRONT / "vendor/socket.io.min.js"
    yield Path("socket.io-client/LICENSE"), FRONT / "vendor/socket.io.LICENSE"
    family = Path("@fontsource/be-vietnam-pro")
    yield family / "LICENSE", FRONT / "fonts/OFL.txt"
    for subset in SUBSETS:
        for weight in WEIGHTS:
            name = f"be-vietnam-pro-{subset}-{weight}"
            yield family / "files" / f"{name}-normal.woff2", FRONT / "fonts" / f"{name}.woff2"
    yield Path("@fontsource/noto-sans-symbols-2/LICENSE"), FRONT / "fonts/OFL-Noto.txt"
    yield Path("@fontsource/stix-two-math/LICENSE"), FRONT / "fonts/OFL-STIX.txt"
    yield Path("axe-core/axe.min.js"), AXE / "axe.min.js"
    yield Path("axe-core/LICENSE"), AXE / "axe.LICENSE"


def derived() -> Iterator[Path]:
    """The files of the project that `derive` makes."""
    for weight in WEIGHTS:
        yield FRONT / f"fonts/be-vietnam-pro-figures-{weight}.woff2"
    for name, _ in SYMBOLS.values():
        yield FRONT / "fonts" / name
    yield FRONT / "fonts/stix-two-math.woff2"


def derive() -> None:
    """Make the figures and the symbols."""
    fonts = ROOT / FRONT / "fonts"
    for weight in WEIGHTS:
        latin = fonts / f"be-vietnam-pro-latin-{weight}.woff2"
        figures(latin, fonts / f"be-vietnam-pro-figures-{weight}.woff2")
    for source, (name, text) in SYMBOLS.items():
        family = next((MODULES / "@fontsource").glob(f"*/files/{source}"))
        symbols(family, fonts / name, text)
    mathematics(MODULES / MATHEMATICS_SOURCE, fonts / "stix-two-math.woff2")


def mathematics(source: Path, target: Path) -> None:
    """Write what formulas need of a font for mathematics: its MATH table and every size and part of the signs stay."""
    font = TTFont(source, recalcTimestamp=False)
    keep = Subsetter(
        Options(
            layout_features=["ssty", "dtls", "flac"], hinting=False, name_IDs=[0, 1, 2, 5, 13, 14], notdef_outline=True
        )
    )
    keep.populate(unicodes=[point for first, last in MATHEMATICS for point in range(first, last + 1)])
    keep.subset(font)
    font.flavor = "woff2"
    font.save(target)


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


def targets() -> Iterator[Path]:
    """Every file this script answers for."""
    yield from (target for _, target in copies())
    yield from derived()


def install() -> None:
    """Run `npm ci` in .tmp/front unless it already holds exactly what the lock file names."""
    lock = (RECIPE / "package-lock.json").read_bytes()
    stamp = WORK / "installed"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(RECIPE / name, WORK / name)
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        raise VendorError("npm is not installed: run `make setup`")
    if subprocess.run([npm, "ci", "--no-progress", "--loglevel=error"], cwd=WORK, check=False).returncode:
        raise VendorError("npm could not install the front-end packages: is the npm registry reachable?")
    stamp.write_text(wanted)


def digest(path: Path) -> str:
    """SHA-256 of a file of the project, in hex."""
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()


def vendor() -> None:
    """Copy every file and write the list of digests, in the form `sha256sum --check` reads."""
    install()
    for source, target in copies():
        (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / source, ROOT / target)
    derive()
    DIGESTS.write_text("".join(f"{digest(target)}  {target.as_posix()}\n" for target in sorted(targets())))


def check() -> None:
    """Raise VendorError naming every copy that is missing, differs or is not in the list."""
    listed = {name: expected for expected, name in (row.split("  ", 1) for row in DIGESTS.read_text().splitlines())}
    wrong = [name for name, expected in listed.items() if not (ROOT / name).is_file() or digest(Path(name)) != expected]
    wrong += sorted({target.as_posix() for target in targets()} ^ set(listed))
    if wrong:
        raise VendorError("not as vendored: " + ", ".join(wrong) + "; run scripts/vendor_front.py")


def main() -> int:
    """Entry point; 0 when all is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--modules", action="store_true")
    chosen = parser.parse_args()
    try:
        if chosen.check:
            check()
        elif chosen.modules:
            install()
        else:
            vendor()
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
