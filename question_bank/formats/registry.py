"""The exchange formats: the modules of this folder that have a `FORMAT`, found by looking. Adding one touches one module."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from question_bank.formats.exchange import Reader, Writer
from question_bank.formats.other_files import other_file


@cache
def formats() -> Mapping[str, Reader | Writer]:
    """All formats by name, in the order of their names."""
    folder = Path(__file__).parent
    found: dict[str, Reader | Writer] = {}
    for module in pkgutil.iter_modules([str(folder)], f"{__package__}."):
        if module.name != __name__:
            made = getattr(importlib.import_module(module.name), "FORMAT", None)
            if made is not None:
                found[made.NAME] = made
    return dict(sorted(found.items()))


def readers() -> Mapping[str, Reader]:
    """The formats that can be read."""
    return {name: one for name, one in formats().items() if hasattr(one, "read")}  # type: ignore[misc]


def writers() -> Mapping[str, Writer]:
    """The formats that can be written."""
    return {name: one for name, one in formats().items() if hasattr(one, "write")}  # type: ignore[misc]


def sniff(data: bytes, name: str) -> tuple[str, ...]:
    """The formats a file looks like; where several do, those that its name's ending speaks for.

    A file of another program is the Word reader's, which says what it is.
    """
    if other_file(data) is not None:
        return ("docx",)
    alike = [one for one in readers().values() if one.looks_like(data, name)]
    named = [one for one in alike if name.lower().endswith(one.ENDINGS)]
    return tuple(one.NAME for one in (named or alike))
