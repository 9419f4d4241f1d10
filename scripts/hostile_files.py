"""Files that are made to harm whoever opens them, each with the code the prescan must answer (docs/practical.md §4)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from scripts.office_files import WORD, docx, ods, odt, packed, relations, xlsx

MIB = 1 << 20
DOCUMENT = "word/document.xml"
_OPEN = f'<w:document xmlns:w="{WORD}"><w:body>'.encode()
_CLOSE = b"</w:body></w:document>"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def deflated(pieces: Iterator[bytes]) -> tuple[bytes, int, int]:
    """A deflate stream, the size of what it unpacks to and its CRC, without ever holding that."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    out, size, check = [], 0, 0
    for piece in pieces:
        out.append(engine.compress(piece))
        size += len(piece)
        check = zlib.crc32(piece, check)
    return b"".join([*out, engine.flush()]), size, check


def with_part(parts: Mapping[str, bytes], name: str, pieces: Iterator[bytes], claimed: int | None = None) -> bytes:
    """A ZIP of the parts, `name` being these pieces; its headers may claim another size and the right check sum of that much."""
    stream, size, check = deflated(pieces)
    base = packed({key: value for key, value in parts.items() if key != name})
    at, count = base.rindex(b"PK\x05\x06"), len(parts) - (name in parts)
    begin = struct.unpack_from("<I", base, at + 16)[0]
    body, directory = base[:begin], base[begin:at]
    common = struct.pack(
        "<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(stream), size if claimed is None else claimed, len(name), 0
    )
    local = b"PK\x03\x04" + common + name.encode() + stream
    entry = (
        b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
    )
    listed = directory + entry
    end = struct.pack("<HHHHIIH", 0, 0, count + 1, count + 1, len(listed), len(body) + len(local), 0)
    return body + local + listed + b"PK\x05\x06" + end


def repeated(piece: bytes, times: int, head: bytes = b"", tail: bytes = b"") -> Iterator[bytes]:
    """The same bytes so many times, a megabyte or so at once."""
    block = max(1, MIB // len(piece))
    yield head
    for at in range(0, times, block):
        yield piece * min(block, times - at)
    yield tail


def replaced(name: str, data: bytes) -> bytes:
    """A Word document with one part replaced or added."""
    return packed({**docx(), name: data})


def empty_paragraphs(times: int = 20_000_000) -> bytes:
    """Far more paragraphs than a tree may have: 140 MB of XML in a few hundred kilobytes."""
    return with_part(docx(), DOCUMENT, repeated(b"<w:p/>", times, _OPEN, _CLOSE))


def lying_directory() -> bytes:
    """100 MB of XML whose headers claim a thousand bytes."""
    return with_part(docx(), DOCUMENT, repeated(b"<w:p/>", 16_000_000, _OPEN, _CLOSE), claimed=1000)


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same bytes: a bomb without nesting."""
    data = bytearray(packed({**docx(), "word/one.bin": bytes(1000), "word/two.bin": bytes(1000)}))
    directory = data.index(b"PK\x01\x02")
    one, two = data.index(b"word/one.bin", directory), data.index(b"word/two.bin", directory)
    data[two - 4 : two] = data[one - 4 : one]
    return bytes(data)


def encrypted_entry() -> bytes:
    """A ZIP whose flags say that it is encrypted."""
    data = bytearray(packed(docx()))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def symbolic_link() -> bytes:
    """A part that is a link to elsewhere."""
    made = io.BytesIO(packed(docx()))
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def entity_bomb(head: str = "") -> bytes:
    """Ten levels of ten entities each."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE d [{head}<!ENTITY e0 "ha">{levels}]><w:document xmlns:w="{WORD}">&e9;</w:document>'.encode()


def xxe() -> bytes:
    """An entity that is a file of the machine."""
    head = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return f'{head}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'.encode()


def many_attributes(size: int = 4 * MIB - 4096) -> bytes:
    """One start tag of hundreds of thousands of attributes."""
    return b"<d " + b" ".join(b'a%x=""' % n for n in range(size // 10)) + b"/>"


def _old(stream: str) -> bytes:
    return _COMPOUND + bytes(1000) + stream.encode("utf-16-le") + bytes(1000)


STOPPED: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "empty file": ("empty", lambda: b""),
    "a PDF": ("not_office", lambda: b"%PDF-1.7\n"),
    "a picture": ("not_office", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "any ZIP": ("not_office", lambda: packed({"a.txt": b"a"})),
    "two kinds in one": ("not_office", lambda: packed({**odt(), **docx()})),
    "program before the ZIP": ("not_office", lambda: b"MZ" + packed(docx())),
    "old Word file": ("old_office", lambda: _old("WordDocument")),
    "old presentation": ("old_office", lambda: _old("PowerPoint Document")),
    "password": ("encrypted", lambda: _old("EncryptedPackage")),
    "encrypted entry": ("encrypted", encrypted_entry),
    "encrypted OpenDocument": ("encrypted", lambda: packed({**odt(), "META-INF/manifest.xml": b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'})),
    "truncated": ("damaged", lambda: packed(docx())[:-40]),
    "cut in the middle": ("damaged", lambda: packed(docx())[:300]),
    "one changed byte": ("damaged", lambda: _changed(packed(docx(), zipfile.ZIP_STORED), b"<w:body>", b"<w:bxdy>")),
    "other name in its own header": ("damaged", lambda: _changed(packed(docx()), b"word/document.xml", b"word/documenx.xml")),
    "overlapping parts": ("damaged", overlapping),
    "lying directory": ("damaged", lying_directory),
    "XML that does not end": ("damaged", lambda: replaced(DOCUMENT, _OPEN)),
    "upload of 21 MiB": ("too_large", lambda: packed(docx()) + bytes(21 * MIB)),
    "bomb of zeros": ("too_large", lambda: with_part(docx(), "word/media/a.bin", repeated(bytes(MIB), 1000))),
    "bomb below every ratio but its own": ("too_large", lambda: with_part(docx(), "word/media/a.bin", repeated(bytes(MIB), 60))),
    "20 million empty paragraphs": ("too_large", empty_paragraphs),
    "ten million empty paragraphs": ("too_large", lambda: empty_paragraphs(10_000_000)),
    "too many paragraphs for a tree": ("too_deep", lambda: _incompressible_paragraphs(700_000)),
    "2,500 parts": ("too_large", lambda: packed({**docx(), **{f"word/p{n}.bin": b"" for n in range(2500)}})),
    "a directory of 200,000 entries": ("too_large", lambda: packed(docx()) + b"PK\x01\x02" * 200_000),
    "absolute path": ("bad_names", lambda: replaced("/etc/cron.d/x", b"x")),
    "way out": ("bad_names", lambda: replaced("word/../../x", b"x")),
    "backslash": ("bad_names", lambda: replaced("word\\x.xml", b"<x/>")),
    "Windows device path": ("bad_names", lambda: replaced("C:/x", b"x")),
    "symbolic link": ("bad_names", symbolic_link),
    "one name twice in another case": ("bad_names", lambda: replaced("word/Document.xml", b"<x/>")),
    "entity from a file": ("dtd", lambda: replaced(DOCUMENT, xxe())),
    "entity bomb": ("dtd", lambda: replaced(DOCUMENT, entity_bomb())),
    "entity bomb in UTF-16": ("dtd", lambda: replaced(DOCUMENT, entity_bomb().decode().encode("utf-16"))),
    "entity bomb in relations": ("dtd", lambda: replaced("word/_rels/document.xml.rels", entity_bomb())),
    "entity bomb under another name": ("dtd", lambda: replaced("word/document.bin", entity_bomb())),
    "remote entities": ("dtd", lambda: replaced(DOCUMENT, entity_bomb('<!ENTITY % r SYSTEM "http://127.0.0.1:9/x">%r;'))),
    "nested 101 deep": ("too_deep", lambda: replaced("word/x.xml", b"<a>" * 101 + b"</a>" * 101)),
    "nested 300,000 deep": ("too_deep", lambda: replaced("word/x.xml", b"<a>" * 300_000)),
    "tag without end": ("too_deep", lambda: with_part(docx(), "word/x.xml", _noise(b'<d a="', 6 * MIB))),
    "attribute of 5 MiB": ("too_deep", lambda: with_part(docx(), "word/x.xml", _noise(b'<d a="', 5 * MIB, b'"/>'))),
    "half a million cells in a sheet": ("", lambda: _cells(500_000)),
    "2.5 million cells in a sheet": ("too_deep", lambda: _cells(2_500_000)),
    "hundreds of thousands of attributes": ("", lambda: replaced("word/x.xml", many_attributes())),
}  # fmt: skip

TOLD: Mapping[str, tuple[str, str, Callable[[], bytes]]] = {
    "other kind than its name": ("misnamed", "a.xlsx", lambda: packed(docx())),
    "macros of Word": ("macros", "a.docx", lambda: replaced("word/vbaProject.bin", b"x")),
    "a macro-enabled document": ("macros", "a.docx", lambda: packed({**docx(), "[Content_Types].xml": docx()["[Content_Types].xml"].replace(b"vnd.openxmlformats-officedocument.wordprocessingml.document.main", b"vnd.ms-word.document.macroEnabled.main")})),
    "macros of OpenDocument": ("macros", "a.odt", lambda: packed({**odt(), "Basic/Standard/Module1.xml": b"<m/>"})),
    "scripts of OpenDocument": ("macros", "a.odt", lambda: packed({**odt(), "Scripts/python/a.py": b"import os"})),
    "a script behind an event": ("macros", "a.odt", lambda: packed(odt('<text:p><text:section-source xlink:href="vnd.sun.star.script:a.py$b"/></text:p>'))),
    "OLE object": ("embedded", "a.docx", lambda: replaced("word/embeddings/oleObject1.bin", _COMPOUND)),
    "ActiveX": ("embedded", "a.docx", lambda: replaced("word/activeX/activeX1.xml", b"<a/>")),
    "package in a package": ("embedded", "a.docx", lambda: replaced("word/embeddings/a.docx", packed(docx()))),
    "external picture": ("external", "a.docx", lambda: replaced("word/_rels/document.xml.rels", relations(("image", "http://127.0.0.1:9/a.png", True)))),
    "external template": ("external", "a.docx", lambda: replaced("word/_rels/settings.xml.rels", relations(("attachedTemplate", "http://127.0.0.1:9/a.dotm", True)))),
    "DDE field in pieces": ("external", "a.docx", lambda: packed(docx('<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd</w:instrText></w:r></w:p>'))),
    "simple DDE field": ("external", "a.docx", lambda: packed(docx('<w:p><w:fldSimple w:instr=" dde cmd"/></w:p>'))),
    "link to another workbook": ("external", "a.xlsx", lambda: packed({**xlsx(), "xl/externalLinks/externalLink1.xml": b"<externalLink/>"})),
    "external picture of OpenDocument": ("external", "a.odt", lambda: packed(odt('<text:p><draw:frame><draw:image xlink:href="http://127.0.0.1:9/a.png"/></draw:frame></text:p>'))),
    "DDE of OpenDocument": ("external", "a.ods", lambda: packed({**ods(), "content.xml": ods()["content.xml"].replace(b"<table:table-row>", b'<office:dde-source office:dde-application="soffice"/><table:table-row>')})),
}  # fmt: skip


def _changed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


def _noise(head: bytes, size: int, tail: bytes = b"") -> Iterator[bytes]:
    """Letters that no packer makes two hundred times smaller."""
    state, made = 1, 0
    yield head
    while made < size:
        state = state * 6364136223846793005 % (1 << 64)
        piece = b"%x" % state
        yield piece
        made += len(piece)
    yield tail


def _incompressible_paragraphs(times: int) -> bytes:
    def pieces() -> Iterator[bytes]:
        yield _OPEN
        state = 1
        for at in range(times):
            state = state * 6364136223846793005 % (1 << 64)
            yield b'<w:p a="%x"/>' % (state >> 40) if at % 4 == 0 else b"<w:p/>"
        yield _CLOSE

    return with_part(docx(), DOCUMENT, pieces())


def _cells(times: int) -> bytes:
    def pieces() -> Iterator[bytes]:
        yield b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
        for at in range(0, times, 5):
            yield b"<c><v>%d</v></c><c/><c/><c/><c/>" % (at * 7919 % 100_003)
        yield b"</row></sheetData></worksheet>"

    return with_part(xlsx(), "xl/worksheets/sheet1.xml", pieces())
