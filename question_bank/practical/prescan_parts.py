"""The parts of an Office file, streamed past a watcher that counts and notes, and keeps no more than a few names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NoReturn
from urllib.parse import unquote

from question_bank.formats.xml_tree import DECLARES, MAX_DEPTH, MAX_ELEMENTS, TOO_DEEP, closed_parser, feed
from question_bank.formats.zips import Fault, Unpacked, UnreadableFileError

MOST_CELLS = 2_000_000  # of a sheet, which is read as a stream
_MOST_IN_SHEET = 3 * MOST_CELLS + MAX_ELEMENTS  # a cell with its formula and value, and what stands around them
_MOST_NOTED = 2000  # types and relations kept: as many as there may be parts
_MOST_FIELD = 200  # characters of a field's code: its first word matters
_XML_ENDINGS = (".xml", ".rels", ".vml", ".rdf")
_NO_XML_ENDINGS = (".svg", ".htm", ".html", ".mht", ".xhtml", ".css", ".txt", ".js")
_SPACE = b" \t\r\n\xef\xbb\xbf\xff\xfe\0"
_FIELDS = frozenset({"DDE", "DDEAUTO", "LINK", "IMPORT", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE"})
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/|\\|\.\./")
_SCRIPT = "vnd.sun.star.script:"
_HREF = "http://www.w3.org/1999/xlink}href"
_MAY_LINK = frozenset({"a", "template"})  # hyperlinks, and the template's name in meta.xml
_MACRO_PART = re.compile(
    r"(?:^|/)vbaProject[^/]*\.bin$|^Scripts/.|^Basic/.+/(?!script-l[bc]\.xml$)[^/]+\.xml$", re.IGNORECASE
)
_OBJECT_PART = re.compile(r"(?:^|/)(?:embeddings|activeX)/.|(?:^|/)oleObject[^/]*$", re.IGNORECASE)
_OWN_OBJECTS = ("chart", "formula", "graphics", "image")  # an ODF chart is a document inside the document


@dataclass(slots=True)
class Seen:
    """What was noted on the way through a file's parts."""

    macros: bool = False
    locked: bool = False
    external: str = ""
    beyond_trees: bool = False  # a part has more elements than a tree may have
    objects: list[str] = field(default_factory=list)
    of_charts: set[str] = field(default_factory=set)
    main_part: str = ""
    types: dict[str, str] = field(default_factory=dict)  # a part's name with a slash, or its ending -> content type

    def main_type(self) -> str:
        """The content type of the document itself; empty where there is none."""
        ending = self.main_part.rpartition(".")[2].lower()
        return self.types.get(f"/{self.main_part}".lower(), self.types.get(ending, "")) if self.main_part else ""

    def embedded(self) -> str:
        """The first object that is no chart's own table of numbers."""
        return next((one for one in self.objects if one not in self.of_charts), "")


def watched(parts: Unpacked) -> Seen:
    """Every part once, to its end. Raises UnreadableFileError."""
    seen = Seen()
    for name in parts.names:
        if _MACRO_PART.search(name):
            seen.macros = True
        if _OBJECT_PART.search(name) and len(seen.objects) < _MOST_NOTED:
            seen.objects.append(name)
        if name.lower().startswith("xl/externallinks/") and name.lower().endswith(".xml"):
            seen.external = seen.external or name
        _stream(parts, name, seen)
    return seen


def _stream(parts: Unpacked, name: str, seen: Seen) -> None:
    chunks = parts.chunks(name)
    first = next(chunks, b"")
    if not _is_xml(name, first):
        for _ in chunks:
            pass
        return
    watcher = _Watcher(name, seen)
    parser = closed_parser(watcher, "}")
    feed(parser, chain((first,), chunks))
    watcher.close()


def _is_xml(name: str, first: bytes) -> bool:
    """By its name, or by its first sign: a part may be called anything, and programs go by its content type."""
    low = name.lower()
    if low.endswith(_XML_ENDINGS):
        return True
    return not low.endswith(_NO_XML_ENDINGS) and first[:64].lstrip(_SPACE)[:1] == b"<"


class _Watcher:
    """Receives expat's events of one part."""

    def __init__(self, part: str, seen: Seen) -> None:
        self._part = part
        self._seen = seen
        self._is_sheet = part.lower().startswith("xl/worksheets/")
        self._most = _MOST_IN_SHEET if self._is_sheet else MAX_ELEMENTS
        self._count = self._depth = self._cells = 0
        self._in_field = False
        self._field = ""
        self._look: Mapping[str, Callable[[dict[str, str]], None]] = {
            "Relationship": self._relation, "Override": self._override, "Default": self._default,
            "fldSimple": self._simple_field, "fldChar": self._end_of_field, "file-entry": self._entry,
            "encryption-data": self._locked,
            "dde-source": self._dde, "dde-connection-decl": self._dde, "ddeLink": self._dde,
        }  # fmt: skip

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count > self._most or self._depth > MAX_DEPTH:
            raise UnreadableFileError(TOO_DEEP, Fault.TOO_DEEP)
        local = name[name.rfind("}") + 1 :]
        if self._is_sheet and local == "c":
            self._cells += 1
            if self._cells > MOST_CELLS:
                raise UnreadableFileError(TOO_DEEP, Fault.TOO_DEEP)
        look = self._look.get(local)
        if look is not None:
            look(attributes)
        self._in_field = local == "instrText"
        if _HREF in attributes and local not in _MAY_LINK:
            self._outside(attributes[_HREF])

    def end(self, _name: str) -> None:
        self._depth -= 1
        self._in_field = False

    def text(self, text: str) -> None:
        if self._in_field and len(self._field) < _MOST_FIELD:
            self._field += text[:_MOST_FIELD]

    def refuse(self, *_: object) -> NoReturn:
        raise UnreadableFileError(DECLARES, Fault.DECLARES)

    def close(self) -> None:
        """The part has ended."""
        self._end_of_field({})
        if self._count > MAX_ELEMENTS:
            self._seen.beyond_trees = True

    def _relation(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        if attributes.get("TargetMode") == "External":
            if kind != "hyperlink":
                self._seen.external = self._seen.external or target or kind
            return
        folder = posixpath.dirname(posixpath.dirname(self._part))
        path = posixpath.normpath(posixpath.join("/" + folder, unquote(target))).lstrip("/")
        if self._part == "_rels/.rels" and kind == "officeDocument" and not self._seen.main_part:
            self._seen.main_part = path
        if kind == "package" and posixpath.basename(folder) == "charts" and len(self._seen.of_charts) < _MOST_NOTED:
            self._seen.of_charts.add(path)

    def _override(self, attributes: dict[str, str]) -> None:
        self._type(attributes.get("PartName", ""), attributes)

    def _default(self, attributes: dict[str, str]) -> None:
        self._type(attributes.get("Extension", ""), attributes)

    def _type(self, key: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if self._part != "[Content_Types].xml":
            return
        if "macroEnabled" in kind and not kind.startswith("application/vnd.ms-excel.sheet.binary"):
            self._seen.macros = True
        if len(self._seen.types) < _MOST_NOTED and len(key) + len(kind) < 1000:
            self._seen.types.setdefault(key.lower(), kind)

    def _simple_field(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if name.endswith("}instr"):
                self._field = value[:_MOST_FIELD]
                self._end_of_field({})

    def _end_of_field(self, _: dict[str, str]) -> None:
        words = self._field.split(maxsplit=1)
        self._field = ""
        if words and words[0].upper() in _FIELDS:
            self._seen.external = self._seen.external or " ".join(words)

    def _entry(self, attributes: dict[str, str]) -> None:
        """An entry of an ODF manifest: an object of another program, or a document inside the document."""
        said = {name.rpartition("}")[2]: value for name, value in attributes.items()}
        kind, path = said.get("media-type", ""), said.get("full-path", "")
        odf = kind.partition("vnd.oasis.opendocument.")[2]
        foreign = "oleobject" in kind.lower() or (odf and path != "/" and not odf.startswith(_OWN_OBJECTS))
        if foreign and len(self._seen.objects) < _MOST_NOTED:
            self._seen.objects.append(path or kind)

    def _locked(self, _: dict[str, str]) -> None:
        self._seen.locked = True

    def _dde(self, _: dict[str, str]) -> None:
        self._seen.external = self._seen.external or "DDE"

    def _outside(self, target: str) -> None:
        if target.startswith(_SCRIPT):
            self._seen.macros = True
        elif _OUTSIDE.match(target):
            self._seen.external = self._seen.external or target
