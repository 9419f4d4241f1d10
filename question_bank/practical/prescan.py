"""The prescan: what a file that was handed in is, and whether it may be opened (docs/practical.md §4).

Every part is streamed once and its real bytes are counted; nothing is parsed into a tree. Runs in the sandbox: what it reads is hostile.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from question_bank.formats.other_files import is_locked, other_file
from question_bank.formats.zips import Bounds, Unpacked, UnreadableFileError, unpack
from question_bank.phrase import Phrase, phrase
from question_bank.practical.prescan_notices import STOPS, stop, tell
from question_bank.practical.prescan_parts import Seen, watched
from question_bank.practical.work import Notice

KINDS = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
ODF_KINDS: Mapping[str, str] = {
    "odt": "docx",
    "ods": "xlsx",
    "odp": "pptx",
}  # what each is converted to before it is read

MOST_BYTES = 20 * 1024 * 1024  # of a file as it is handed in: a presentation with photographs has about ten
BOUNDS = Bounds(unpacked=200 * 1024 * 1024, member=64 * 1024 * 1024, members=2000)

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML = re.compile(
    r"application/vnd\.(?:openxmlformats-officedocument\.(?P<open>wordprocessingml|spreadsheetml|presentationml)"
    r"\.(?:document|sheet|presentation|template|slideshow)"
    r"|ms-(?P<macros>word|excel|powerpoint)\.(?:document|sheet|presentation|template|slideshow|addin)\.macroEnabled)\.main\+xml"
)
_FAMILIES: Mapping[str, str] = {
    "wordprocessingml": "docx", "spreadsheetml": "xlsx", "presentationml": "pptx",
    "word": "docx", "excel": "xlsx", "powerpoint": "pptx",
}  # fmt: skip
_ODF: Mapping[str, str] = {
    f"application/vnd.oasis.opendocument.{name}{ending}": kind
    for name, kind in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
    for ending in ("", "-template")
}
_BINARY_WORKBOOK = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_MOST_MIMETYPE = 200  # bytes; the longest known has 71
# Endings that say a kind; others (none, .bak) say nothing.
_ENDINGS: Mapping[str, str] = {
    **{kind: kind for kind in KINDS}, "docm": "docx", "dotx": "docx", "xlsm": "xlsx", "xltx": "xlsx", "pptm": "pptx",
    "ppsx": "pptx", "potx": "pptx", "ott": "odt", "ots": "ods", "otp": "odp", "doc": "doc", "xls": "xls", "ppt": "ppt",
    "pdf": "pdf", "rtf": "rtf", "txt": "txt", "csv": "csv", "zip": "zip",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that may be opened: its kind by its content, and what the jury is told of it."""

    kind: str
    notices: tuple[Notice, ...] = ()


def prescan(name: str, data: bytes, accept: Collection[str] = KINDS) -> Passed | Notice:
    """The kind of a file with its notices, or the one notice that stops it. Never raises.

    `name` is the file's own name; `accept` the kinds that the task takes.
    """
    if not data:
        return stop("empty", name)
    if len(data) > MOST_BYTES:
        return stop("too_large", name, phrase("it has more than %(most)s MiB", most=MOST_BYTES >> 20))
    if not data.startswith(b"PK"):
        return _another(name, data)
    try:
        parts = unpack(data, BOUNDS)
        twice = _twice(parts)
        if twice is not None:
            return stop("bad_names", name, twice)
        return _classified(name, parts, watched(parts), accept)
    except UnreadableFileError as error:
        return stop(error.fault.value, name, error.reason)


def _another(name: str, data: bytes) -> Notice:
    """A file that is no ZIP, by its first bytes."""
    said = other_file(data)
    if data.startswith(_COMPOUND):
        return stop("encrypted" if is_locked(data) else "old_office", name, said)
    return stop("not_office", name, said)


def _twice(parts: Unpacked) -> Phrase | None:
    """Two parts whose names differ in case alone: which of them a program reads depends on the program."""
    seen: set[str] = set()
    for part in parts.names:
        if part.casefold() in seen:
            return phrase("“%(name)s” stands in it twice, in another case", name=part[:80])
        seen.add(part.casefold())
    return None


def _classified(name: str, parts: Unpacked, seen: Seen, accept: Collection[str]) -> Passed | Notice:
    odf = _odf_kind(parts)
    main = seen.main_type()
    match = _OOXML.fullmatch(main)
    ooxml = _FAMILIES[match["open"] or match["macros"]] if match else ""
    if main == _BINARY_WORKBOOK:
        return stop("not_office", name, phrase("this is a binary workbook (.xlsb): save it as a workbook (.xlsx)"))
    if bool(odf) == bool(ooxml):
        both = phrase("it claims to be both an Office and an OpenDocument file") if odf else None
        return stop("not_office", name, both)
    if seen.locked:
        return stop("encrypted", name)
    kind = odf or ooxml
    if seen.beyond_trees and kind != "xlsx":
        return stop("too_deep", name, STOPS["too_deep"])
    if kind not in accept:
        return stop("not_accepted", name, kind=kind, kinds=", ".join(sorted(accept)))
    return Passed(kind, tuple(_told(name, kind, seen, macros=bool(match and match["macros"]))))


def _odf_kind(parts: Unpacked) -> str:
    if not 0 < parts.size("mimetype") <= _MOST_MIMETYPE or parts.size("content.xml") == 0:
        return ""
    said = parts.read("mimetype", _MOST_MIMETYPE) or b""
    return _ODF.get(said.decode("ascii", "replace").strip(), "")


def _told(name: str, kind: str, seen: Seen, macros: bool) -> list[Notice]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    told = []
    if _ENDINGS.get(ending, kind) != kind:
        told.append(tell("misnamed", name, ending=ending, kind=kind))
    if macros or seen.macros:
        told.append(tell("macros", name))
    if seen.embedded():
        told.append(tell("embedded", name, part=seen.embedded()))
    if seen.external:
        told.append(tell("external", name, target=seen.external))
    return told
