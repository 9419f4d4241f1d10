"""Folders of this machine, for choosing where a package or a key lies: names alone, never what is in a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from question_bank.phrase import Phrase, phrase

MOST_PATH = 1000  # characters
MOST_NAMES = 500  # of a folder; a longer list helps nobody to choose
_MOUNTS = ("/media", "/run/media", "/mnt", "/Volumes")


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder with its folders and those of its files that were asked for; `more` where there are too many to list."""

    path: Path
    folders: tuple[str, ...]
    files: tuple[str, ...]
    more: bool


def typed_path(text: str) -> Path | Phrase:
    """A path as somebody typed it; it must say from the top where it is."""
    text = text.strip()
    if not text or len(text) > MOST_PATH or not text.isprintable() or not Path(text).is_absolute():
        return phrase("write the whole path, like %(example)s", example="/media/usb" if os.name == "posix" else "E:\\")
    return Path(text)


def new_folder(text: str) -> Path | Phrase:
    """A folder that is there, or that can be made in one that is: a stick that is not plugged in is noticed."""
    path = typed_path(text)
    # os.path: what may not be looked at, or is too long to be there, is not there
    if isinstance(path, Path) and not os.path.isdir(path) and (os.path.lexists(path) or not os.path.isdir(path.parent)):
        return phrase("there is no folder %(folder)s: is the stick plugged in?", folder=str(path.parent))
    return path


def listed(path: Path, ending: str = "") -> Listing | Phrase:
    """What a folder has, by name; files only with this ending, hidden ones never, nor names that `typed_path` would refuse."""
    try:
        with os.scandir(path) as entries:
            seen = [(one.name, one.is_dir()) for one, _ in zip(entries, range(20 * MOST_NAMES), strict=False)]
    except OSError as error:
        return phrase("%(file)s cannot be read: %(reason)s", file=str(path), reason=error.strerror or "")
    # What cannot be typed cannot be shown either: bytes of an old stick that are no text, line ends.
    shown = sorted((name for name, _ in seen if not name.startswith(".") and name.isprintable()), key=str.casefold)
    kinds = dict(seen)
    folders = [name for name in shown if kinds[name]]
    files = [name for name in shown if ending and not kinds[name] and name.endswith(ending)]
    more = len(folders) > MOST_NAMES or len(files) > MOST_NAMES
    return Listing(path, tuple(folders[:MOST_NAMES]), tuple(files[:MOST_NAMES]), more)


def starting_places() -> tuple[Path, ...]:
    """Where people keep things: their own folder, and what is plugged in."""
    return tuple(dict.fromkeys([Path.home(), *_plugged_in()]))


def _plugged_in() -> Iterator[Path]:
    if os.name != "posix":
        yield from (drive for letter in "DEFGHIJKLMNOPQRSTUVWXYZC" if (drive := Path(f"{letter}:\\")).exists())
        return
    for top in map(Path, _MOUNTS):
        for one in _inside(top):
            # /media/NAME is a user's folder of sticks, or a stick itself
            yield from [inner for inner in _inside(one) if os.path.ismount(inner)] or (
                [one] if os.path.ismount(one) else []
            )


def _inside(folder: Path) -> list[Path]:
    found = listed(folder)
    return [] if isinstance(found, Phrase) else [folder / name for name in found.folders[:50]]
