"""Small Office files, honest ones, with any parts put in place of their own: what tests and benches hand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_CONTENT = "application/vnd.openxmlformats-officedocument."
_OFFICE = "http://schemas.openxmlformats.org"
_RELATION = f"{_OFFICE}/officeDocument/2006/relationships"
WORD = f"{_OFFICE}/wordprocessingml/2006/main"
SHEET = f"{_OFFICE}/spreadsheetml/2006/main"
SLIDE = f"{_OFFICE}/presentationml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_ODF_NAMES = (
    f'xmlns:office="{ODF}office:1.0" xmlns:text="{ODF}text:1.0" xmlns:table="{ODF}table:1.0" xmlns:draw="{ODF}drawing:1.0"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink"'
)
Parts = dict[str, bytes]


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these parts in this order, the same each time."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)
    return made.getvalue()


def relations(*entries: tuple[str, str, bool]) -> bytes:
    """A part of relations: the last word of the type, the target, and whether it lies outside."""
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATION}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if outside else ''}/>"
        for number, (kind, target, outside) in enumerate(entries)
    )
    return f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{listed}</Relationships>'.encode()


def _ooxml(main: str, kind: str, more: Mapping[str, str], body: bytes) -> Parts:
    types = {main: kind, **more}
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{what}"/>' for name, what in types.items())
    listed = (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    )
    return {
        "[Content_Types].xml": listed.encode(),
        "_rels/.rels": relations(("officeDocument", main, False)),
        main: body,
    }


def docx(body: str = "<w:p><w:r><w:t>Kế hoạch</w:t></w:r></w:p>") -> Parts:
    """A Word document of one paragraph, or of this body."""
    text = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode()
    return _ooxml("word/document.xml", f"{_CONTENT}wordprocessingml.document.main+xml", {}, text)


def xlsx(
    cells: str = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><f>A1*2</f><v>7</v></c></row>',
) -> Parts:
    """A workbook of one sheet; the formula's kept value is wrong on purpose."""
    sheet = f"{_CONTENT}spreadsheetml.worksheet+xml"
    parts = _ooxml(
        "xl/workbook.xml", f"{_CONTENT}spreadsheetml.sheet.main+xml", {"xl/worksheets/sheet1.xml": sheet},
        f'<workbook xmlns="{SHEET}" xmlns:r="{_RELATION}"><sheets><sheet name="S" sheetId="1" r:id="r0"/></sheets></workbook>'.encode(),
    )  # fmt: skip
    parts["xl/_rels/workbook.xml.rels"] = relations(("worksheet", "worksheets/sheet1.xml", False))
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    )
    return parts


def pptx() -> Parts:
    """A presentation without slides."""
    body = f'<p:presentation xmlns:p="{SLIDE}"><p:sldSz cx="9144000" cy="6858000"/></p:presentation>'.encode()
    return _ooxml("ppt/presentation.xml", f"{_CONTENT}presentationml.presentation.main+xml", {}, body)


def odf(family: str, body: str, manifest: str = "") -> Parts:
    """An OpenDocument file: `text`, `spreadsheet` or `presentation`, with this body and entries of its manifest."""
    kind = f"application/vnd.oasis.opendocument.{family}"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{kind}"/>'
    entry += '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    return {
        "mimetype": kind.encode(),
        "content.xml": f'<office:document-content {_ODF_NAMES} office:version="1.2"><office:body><office:{family}>{body}'
        f"</office:{family}></office:body></office:document-content>".encode(),
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{ODF}manifest:1.0" manifest:version="1.2">{entry}'
        f"{manifest}</manifest:manifest>".encode(),
    }


def listed(parts: Parts) -> Parts:
    """An OpenDocument file whose manifest names every part: LibreOffice opens no other."""
    manifest = parts["META-INF/manifest.xml"].decode()
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type=""/>'
        for name in parts
        if name not in ("mimetype", "META-INF/manifest.xml") and f'full-path="{name}"' not in manifest
    )
    whole = manifest.replace("</manifest:manifest>", f"{entries}</manifest:manifest>")
    return {**parts, "META-INF/manifest.xml": whole.encode()}


def odt(body: str = "<text:p>Kế hoạch</text:p>") -> Parts:
    """An OpenDocument text."""
    return odf("text", body)


def ods() -> Parts:
    """An OpenDocument table whose formula keeps a wrong value."""
    cells = (
        '<table:table-cell office:value-type="float" office:value="1"/><table:table-cell table:formula="of:=[.A1]*2"'
        ' office:value-type="float" office:value="7"/>'
    )
    return odf("spreadsheet", f'<table:table table:name="S"><table:table-row>{cells}</table:table-row></table:table>')


def odp() -> Parts:
    """An OpenDocument presentation of one empty slide."""
    return odf("presentation", '<draw:page draw:name="1"/>')
