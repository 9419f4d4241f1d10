"""Files of other programs, whatever their names end in: what they are, and how Word or Excel makes of them what can be read. Pure."""

from __future__ import annotations

import re

from question_bank.phrase import Phrase, phrase

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,400}?-->\s*)?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_MAIL = re.compile(rb"\s*(?:From:[^\n]*\n)?MIME-Version:", re.IGNORECASE)
_ODF = re.compile(rb"PK.{28}mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet)", re.DOTALL)
_RTF = phrase("this is a Rich Text file (RTF): open it in Word and save it as a Word document (.docx)")
_HTML = phrase("this is a web page (HTML): open it in Word and save it as a Word document (.docx)")
_DOC = phrase("this is a Word file of before 2007 (.doc): open it in Word and save it as a Word document (.docx)")
_XLS = phrase("this is an Excel file of before 2007 (.xls): open it in Excel and save it as a workbook (.xlsx)")
_PPT = phrase(
    "this is a PowerPoint file of before 2007 (.ppt): open it in PowerPoint and save it as a presentation (.pptx)"
)
_LOCKED = phrase(
    "this file is protected with a password: open it in its program, take the password away and save it again"
)
_OLD = phrase("this is a file of an old Office program: open it there and save it as .docx or .xlsx")
_ODT = phrase(
    "this is an OpenDocument text (.odt): open it in Word or LibreOffice and save it as a Word document (.docx)"
)
_ODS = phrase("this is an OpenDocument table (.ods): open it in Excel or LibreOffice and save it as a workbook (.xlsx)")
_PDF = phrase("this is a PDF: import the Word document that it was made of")


def other_file(data: bytes) -> Phrase | None:
    """What the file is and what to do, when a program wrote it whose files are not read; None for any other."""
    if data.startswith(b"{\\rtf"):
        return _RTF
    if data.startswith(b"%PDF-"):
        return _PDF
    if data.startswith(_OLE):
        return _old_office(data)
    if document := _ODF.match(data[:200]):
        return _ODT if document[1] == b"text" else _ODS
    head = data[:4096].replace(b"\0", b"").lstrip(b"\xff\xfe")
    return _HTML if _PAGE.match(head) or _MAIL.match(head) else None


def is_locked(data: bytes) -> bool:
    """Whether a compound file is an Office file under a password ([MS-OFFCRYPTO] §1.3)."""
    return data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data


def _old_office(data: bytes) -> Phrase:
    """By the names of its streams, which stand in it as UTF-16."""
    if is_locked(data):
        return _LOCKED
    for name, said in (("PowerPoint Document", _PPT), ("WordDocument", _DOC), ("Workbook", _XLS), ("Book", _XLS)):
        if name.encode("utf-16-le") in data:
            return said
    return _OLD
