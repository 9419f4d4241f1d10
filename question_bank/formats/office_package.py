"""An Office Open XML file (.docx, .xlsx, .pptx): its parts, and which part names which (ISO/IEC 29500-2).

Both the transitional and the strict namespaces are read; names come out with the prefixes people know.
"""

from __future__ import annotations

import posixpath
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from question_bank.formats.xml_tree import Node, parse_xml
from question_bank.formats.zips import Unpacked, UnreadableFileError, unpack, zipped
from question_bank.phrase import phrase

MAX_XML = 48 * 1024 * 1024  # bytes of one part; a thousand questions are about ten
_SCHEMAS, _STRICT = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
_MICROSOFT = "http://schemas.microsoft.com"
_WORD_2010 = f"{_MICROSOFT}/office/word/2010"

PREFIXES: Mapping[str, str] = {
    f"{_SCHEMAS}/wordprocessingml/2006/main": "w", f"{_STRICT}/wordprocessingml/main": "w",
    f"{_SCHEMAS}/spreadsheetml/2006/main": "x", f"{_STRICT}/spreadsheetml/main": "x",
    f"{_SCHEMAS}/officeDocument/2006/math": "m", f"{_STRICT}/officeDocument/math": "m",
    f"{_SCHEMAS}/drawingml/2006/main": "a", f"{_STRICT}/drawingml/main": "a",
    f"{_SCHEMAS}/officeDocument/2006/relationships": "r", f"{_STRICT}/officeDocument/relationships": "r",
    f"{_SCHEMAS}/drawingml/2006/wordprocessingDrawing": "wp",
    f"{_STRICT}/drawingml/wordprocessingDrawing": "wp",
    f"{_SCHEMAS}/drawingml/2006/picture": "pic", f"{_STRICT}/drawingml/picture": "pic",
    f"{_SCHEMAS}/drawingml/2006/chart": "c", f"{_STRICT}/drawingml/chart": "c",
    f"{_SCHEMAS}/presentationml/2006/main": "p", f"{_STRICT}/presentationml/main": "p",
    f"{_SCHEMAS}/drawingml/2006/diagram": "dgm", f"{_STRICT}/drawingml/diagram": "dgm",
    f"{_SCHEMAS}/drawingml/2006/spreadsheetDrawing": "xdr", f"{_STRICT}/drawingml/spreadsheetDrawing": "xdr",
    f"{_MICROSOFT}/office/spreadsheetml/2009/9/main": "x14",
    f"{_MICROSOFT}/office/excel/2006/main": "xm",
    f"{_MICROSOFT}/office/powerpoint/2010/main": "p14",
    f"{_MICROSOFT}/office/powerpoint/2012/main": "p15",
    f"{_MICROSOFT}/office/powerpoint/2015/09/main": "p159",
    f"{_MICROSOFT}/office/powerpoint/2018/8/main": "p188",
    f"{_MICROSOFT}/office/drawing/2014/chartex": "cx",
    f"{_MICROSOFT}/office/drawing/2017/decorative": "adec",
    f"{_SCHEMAS}/package/2006/relationships": "rel",
    f"{_SCHEMAS}/markup-compatibility/2006": "mc",
    f"{_WORD_2010}/wordprocessingShape": "wps",
    f"{_WORD_2010}/wordprocessingGroup": "wpg",
    f"{_WORD_2010}/wordprocessingCanvas": "wpc",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/word/2012/wordml": "w15",
    f"{_SCHEMAS}/package/2006/metadata/core-properties": "cp",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    f"{_SCHEMAS}/officeDocument/2006/custom-properties": "op",
    f"{_STRICT}/officeDocument/customProperties": "op",
    f"{_SCHEMAS}/officeDocument/2006/docPropsVTypes": "vt",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part names: the last word of the relation's type, and the other part's name, or an address outside."""

    kind: str
    target: str
    outside: bool


@dataclass(slots=True)
class OfficePackage:
    """A file's parts by name; relations are read when they are asked for."""

    parts: Unpacked
    _relations: dict[str, Mapping[str, Relation]] = field(default_factory=dict)

    @classmethod
    def open(cls, data: bytes) -> OfficePackage:
        """Raises UnreadableFileError."""
        return cls(unpack(data))

    def main_part(self) -> str:
        """The name of the document or workbook. Raises UnreadableFileError."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and not relation.outside:
                return relation.target
        raise UnreadableFileError(phrase("the file is not one of Word or Excel"))

    def relations(self, part: str) -> Mapping[str, Relation]:
        """What a part names, by id; nothing when it names nothing. Raises UnreadableFileError."""
        if part not in self._relations:
            folder, name = posixpath.split(part)
            found: dict[str, Relation] = {}
            top = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
            for node in top.all("rel:Relationship") if top else ():
                outside = node.get("TargetMode") == "External"
                target = node.get("Target") if outside else _resolved(folder, node.get("Target"))
                found[node.get("Id")] = Relation(node.get("Type").rpartition("/")[2], target, outside)
            self._relations[part] = found
        return self._relations[part]

    def related(self, part: str, kind: str) -> str:
        """The first part of a kind that this part names; empty when it names none."""
        return next((one.target for one in self.relations(part).values() if one.kind == kind and not one.outside), "")

    def xml(self, part: str, dropped: Container[str] = frozenset()) -> Node | None:
        """A part's tree, None when it is not there. Raises UnreadableFileError."""
        data = self.parts.read(part, MAX_XML) if part else None
        return None if data is None else parse_xml(data, PREFIXES, dropped=dropped)


def _resolved(folder: str, target: str) -> str:
    """A relation's target as the name of a part; one that leaves the file is a name that is not there."""
    path = unquote(target).replace("\\", "/")
    joined = posixpath.normpath(posixpath.join("/" + folder, path)).lstrip("/")
    return "" if joined.startswith("..") else joined


def truth(node: Node | None, default: bool = False) -> bool:
    """A switch (`w:b`, `m:degHide`): there without a value is on."""
    if node is None:
        return default
    value = node.get(f"{node.name.partition(':')[0]}:val") or node.get("val")
    return value.lower() not in ("0", "false", "off", "none")


def value(node: Node | None, default: str = "") -> str:
    """What an element that is one value says (`<w:jc w:val="center"/>`)."""
    if node is None:
        return default
    return node.get(f"{node.name.partition(':')[0]}:val", node.get("val", default))


def whole(text: str, default: int) -> int:
    """A whole number of at most nine digits, else the default."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else default


def zipped_office(members: Mapping[str, bytes]) -> bytes:
    """A file of ours, its parts that are XML with their declaration."""
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return zipped({name: head + data if name.endswith((".xml", ".rels")) else data for name, data in members.items()})
