"""The stamp of a start file: a random id that says nothing, as a custom document property and as a custom XML part (docs/practical.md §6).

Word, Excel and PowerPoint keep both; of what LibreOffice saves at least one is left. Whose the id is, the server knows.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from xml.dom.minidom import Element

from question_bank.formats.office_package import OfficePackage
from question_bank.formats.xml_tree import Node, parse_xml
from question_bank.formats.zips import Unpacked, UnreadableFileError, unpack, zipped
from question_bank.practical.mutants import add_element, elements, package_parts, parse_tree, put_text, write_tree
from question_bank.practical.template import Filled, fill

STAMP = re.compile(r"[a-z0-9]{16,40}")
PROPERTY = "examroom"
NAMESPACE = "urn:examroom:stamp"

_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS = "http://schemas.openxmlformats.org"
_OFFICE = f"{_SCHEMAS}/officeDocument/2006"
_RELATIONS = f"{_OFFICE}/relationships"
_CUSTOM = "docProps/custom.xml"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of custom properties, ISO/IEC 29500-1 §22.3
_STORE = "{6F1C9C0E-4D0B-4E57-9C53-8A3B9D2E7A10}"  # names our part within one file, the same in each
_NO_PROPERTIES = f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes"/>'.encode()
_NO_RELATIONS = f'<Relationships xmlns="{_SCHEMAS}/package/2006/relationships"/>'.encode()
_ITEM = re.compile(r"customXml/item\d+\.xml")
_MOST_PART = 1024 * 1024  # bytes of a part that may hold a stamp: properties of a document are a few hundred


def start_file(template: bytes, given: Mapping[str, str], stamp: str) -> Filled:
    """What one candidate gets: the template with the candidate's values, stamped. Raises UnreadableFileError, ValueError as `stamped`."""
    filled = fill(template, given)
    return Filled(stamped(filled.data, stamp), filled.unknown)


def stamped(package: bytes, stamp: str) -> bytes:
    """A .docx, .xlsx or .pptx with this stamp instead of any it had; the same file and stamp give the same bytes.

    Raises ValueError for a stamp that is none, UnreadableFileError for another kind of file.
    """
    if not STAMP.fullmatch(stamp):
        raise ValueError("a stamp is 16 to 40 small letters and digits")
    main = OfficePackage.open(package).main_part()
    parts = package_parts(package)
    types = parse_tree(parts["[Content_Types].xml"])
    _default(types, "rels", _RELATIONS_TYPE)
    _default(types, "xml", "application/xml")
    _put_property(parts, types, stamp)
    _put_part(parts, types, main, stamp)
    parts["[Content_Types].xml"] = write_tree(types)
    return zipped(parts)


def read_stamp(package: bytes) -> str | None:
    """The stamp of a file that was handed in, .docx to .odp; None when it has none. Safe for hostile files, within their bounds."""
    try:
        parts = unpack(package)
    except UnreadableFileError:
        return None
    names = ["meta.xml", _CUSTOM, *(name for name in parts.names if _ITEM.fullmatch(name))]
    said = (_said(top) for name in names if (top := _tree(parts, name)) is not None)
    return next((one for one in said if STAMP.fullmatch(one)), None)


def _tree(parts: Unpacked, name: str) -> Node | None:
    try:
        data = parts.read(name, _MOST_PART)
        return None if data is None else parse_xml(data, {NAMESPACE: "stamp"})
    except UnreadableFileError:
        return None  # a part that cannot be read has no stamp; the prescan says what is wrong with the file


def _said(top: Node) -> str:
    """What a part says of the stamp: our own part, a custom property of Office, a user-defined one of ODF."""
    if top.name == "stamp:stamp":
        return top.text.strip()
    for node in top.walk():
        if node.name.endswith(":property") and node.get("name") == PROPERTY:
            return node.all_text().strip()
        if node.name.endswith(":user-defined") and node.get("?:name") == PROPERTY:
            return node.all_text().strip()
    return ""


def _put_property(parts: dict[str, bytes], types: Element, stamp: str) -> None:
    top = parse_tree(parts.get(_CUSTOM, _NO_PROPERTIES))
    listed = list(elements(top, "property"))
    ours = next((one for one in listed if one.getAttribute("name") == PROPERTY), None)
    if ours is None:
        numbers = [int(one.getAttribute("pid")) for one in listed if one.getAttribute("pid").isdigit()]
        number = max(numbers, default=1) + 1  # 0 and 1 are not for properties
        ours = add_element(top, "property", {"fmtid": _FMTID, "pid": str(number), "name": PROPERTY})
    while ours.firstChild is not None:
        ours.removeChild(ours.firstChild)
    assert top.ownerDocument is not None
    text = top.ownerDocument.createElementNS(f"{_OFFICE}/docPropsVTypes", "vt:lpwstr")
    text.setAttribute("xmlns:vt", f"{_OFFICE}/docPropsVTypes")
    ours.appendChild(text)
    put_text(text, stamp)
    parts[_CUSTOM] = write_tree(top)
    _override(types, _CUSTOM, _CUSTOM_TYPE)
    _relate(parts, "", f"{_RELATIONS}/custom-properties", _CUSTOM)


def _put_part(parts: dict[str, bytes], types: Element, main: str, stamp: str) -> None:
    taken = [name for name in parts if _ITEM.fullmatch(name)]
    ours = next((name for name in taken if NAMESPACE.encode() in parts[name]), None)
    item = ours or next(name for n in range(1, len(taken) + 2) if (name := f"customXml/item{n}.xml") not in parts)
    properties = item.replace("/item", "/itemProps")
    parts[item] = _HEAD + f'<stamp xmlns="{NAMESPACE}">{stamp}</stamp>'.encode()
    store = f'<ds:datastoreItem ds:itemID="{_STORE}" xmlns:ds="{_OFFICE}/customXml"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    parts[properties] = _HEAD + store.encode()
    _override(types, properties, _PROPERTIES_TYPE)
    _relate(parts, item, f"{_RELATIONS}/customXmlProps", properties)
    _relate(parts, main, f"{_RELATIONS}/customXml", item)


def _default(types: Element, ending: str, kind: str) -> None:
    if all(one.getAttribute("Extension").lower() != ending for one in elements(types, "Default")):
        add_element(types, "Default", {"Extension": ending, "ContentType": kind}, first=True)


def _override(types: Element, part: str, kind: str) -> None:
    if all(one.getAttribute("PartName") != f"/{part}" for one in elements(types, "Override")):
        add_element(types, "Override", {"PartName": f"/{part}", "ContentType": kind})


def _relate(parts: dict[str, bytes], source: str, kind: str, target: str) -> None:
    """Let one part name another, once."""
    folder, name = posixpath.split(source)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    top = parse_tree(parts.get(path, _NO_RELATIONS))
    relative = posixpath.relpath(f"/{target}", f"/{folder}")
    known = [(one.getAttribute("Type"), one.getAttribute("Target")) for one in elements(top, "Relationship")]
    if any(one == kind and where in (relative, f"/{target}") for one, where in known):
        return
    ids = {one.getAttribute("Id") for one in elements(top, "Relationship")}
    fresh = next(one for n in range(len(ids) + 1) if (one := f"rIdExamroom{n}") not in ids)
    add_element(top, "Relationship", {"Id": fresh, "Type": kind, "Target": relative})
    parts[path] = write_tree(top)
