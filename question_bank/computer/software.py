"""Office programs, typefaces and ways to type Vietnamese, found by their files; no program is started for it.

`root` is "/" but in tests.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path("/")
MAX_FILE_BYTES = 65_536  # of a file that tells a version
# Typefaces an administrative document may need (Decree 30/2020/NĐ-CP asks for Times New Roman), by their files' beginnings.
_FONTS = {
    "Times New Roman": ("times.ttf", "times_new_roman", "timesnewroman"),
    "Liberation Serif": ("liberationserif",),
    "Arial": ("arial.ttf",),
    "Be Vietnam Pro": ("bevietnampro",),
}
_FONT_FOLDERS = ("usr/share/fonts", "usr/local/share/fonts", "Windows/Fonts")
# Programs that turn keys into Vietnamese letters: a running one by its process, an installed one by its files.
_RUNNING = {"unikey": "UniKey", "evkey": "EVKey", "gotiengviet": "GoTiengViet", "ibus-daemon": "IBus", "fcitx": "Fcitx"}
_ENGINES = {
    "IBus Unikey": "usr/share/ibus/component/unikey.xml",
    "IBus Bamboo": "usr/share/ibus/component/bamboo.xml",
    "Fcitx Unikey": "usr/share/fcitx/inputmethod/unikey.conf",
    "Fcitx5 Unikey": "usr/share/fcitx5/inputmethod/unikey.conf",
    "Fcitx5 Bamboo": "usr/share/fcitx5/inputmethod/bamboo.conf",
    "m17n": "usr/share/m17n/vi-telex.mim",
}
_VIETNAMESE = 0x042A  # of Windows' keyboard layouts: the low word is the language


@dataclass(frozen=True, slots=True)
class Program:
    """An office program; `version` is "" where its files do not tell."""

    name: str
    version: str


def office_programs(root: Path = ROOT) -> tuple[Program, ...]:
    """LibreOffice, Microsoft Office and WPS Office, each version once."""
    found = [*_libreoffice(root), *_wps(root)]
    if sys.platform == "win32":
        found += _microsoft()
    return tuple(dict.fromkeys(found))[:16]


def fonts(root: Path = ROOT) -> tuple[str, ...]:
    """Which typefaces of documents are installed."""
    names = [path.name.lower().replace(" ", "") for folder in _FONT_FOLDERS for path in _files(root / folder)]
    return tuple(
        name for name, beginnings in _FONTS.items()
        if any(one.startswith(beginnings) for one in names)
    )  # fmt: skip


def input_methods(root: Path = ROOT, running: Iterable[str] | None = None) -> tuple[str, ...]:
    """Ways to type Vietnamese: programs that run now, and engines that are installed. `running`: names of processes."""
    names = [name.lower() for name in (_processes() if running is None else running)]
    found = [label for start, label in _RUNNING.items() if any(name.startswith(start) for name in names)]
    engines = [label for label, path in _ENGINES.items() if (root / path).is_file()]
    # IBus and Fcitx are frames: without an engine of Vietnamese they type none.
    found = [one for one in found if one not in ("IBus", "Fcitx") or any(label.startswith(one) for label in engines)]
    if sys.platform == "win32" and _has_vietnamese_layout():
        found.append("Windows")
    return tuple(dict.fromkeys([*found, *engines]))[:16]


# --- inside -----------------------------------------------------------------------------------------------------------


def _libreoffice(root: Path) -> Iterator[Program]:
    folders = [root / "usr/lib/libreoffice", root / "usr/lib64/libreoffice", *_matching(root / "opt", "libreoffice*")]
    folders += _matching(root / "Program Files", "LibreOffice*")
    for folder in folders:
        text = _text(folder / "program/versionrc") or _text(folder / "program/version.ini")
        if not text and not (folder / "program/soffice.bin").exists():
            continue
        known = re.search(r"^(?:MsiProductVersion|ReferenceOOoMajorMinor|AboutBoxVersion)=([\d.]+)", text, re.MULTILINE)
        yield Program("LibreOffice", known[1] if known else "")


def _wps(root: Path) -> Iterator[Program]:
    for folder in (root / "opt/kingsoft/wps-office", *_matching(root / "Program Files (x86)/Kingsoft", "WPS Office*")):
        if folder.is_dir():
            text = _text(folder / "office6/cfgs/setup.cfg")
            known = re.search(r"[Vv]ersion=([\d.]+)", text)
            yield Program("WPS Office", known[1] if known else "")


if sys.platform == "win32":
    import ctypes
    import winreg

    def _microsoft() -> list[Program]:
        """What Office's installers leave in the registry (Click-to-Run, then the older one)."""
        for key, value in (
            (r"SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "VersionToReport"),
            (r"SOFTWARE\Microsoft\Office\16.0\Common\ProductVersion", "LastProduct"),
            (r"SOFTWARE\Microsoft\Office\15.0\Common\ProductVersion", "LastProduct"),
        ):
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
                    return [Program("Microsoft Office", str(winreg.QueryValueEx(opened, value)[0])[:64])]
            except OSError:
                continue
        return []

    def _has_vietnamese_layout() -> bool:
        count = ctypes.windll.user32.GetKeyboardLayoutList(0, None)
        layouts = (ctypes.c_void_p * count)()
        ctypes.windll.user32.GetKeyboardLayoutList(count, layouts)
        return any(((one or 0) & 0xFFFF) == _VIETNAMESE for one in layouts)


def _processes() -> list[str]:
    try:
        return [str(one.info["name"] or "") for one in psutil.process_iter(["name"])]
    except (psutil.Error, OSError):
        return []


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder; what cannot be read is not there."""
    try:
        yield from (path for path in folder.rglob("*") if path.suffix.lower() in (".ttf", ".otf", ".ttc", ".woff2"))
    except OSError:
        return


def _matching(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
