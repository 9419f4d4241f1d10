"""Files that come in by a form, and files that go out as an answer."""

from __future__ import annotations

import io

from flask import abort, request, send_file
from werkzeug import Response

from server.web.spreadsheet import MAX_FILE_BYTES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def uploaded(field: str, most_bytes: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of an uploaded file; one byte more than `most_bytes` when it is larger, for the reader to refuse."""
    file = request.files.get(field)
    if file is None:
        abort(400)
    return file.stream.read(most_bytes + 1)


def pdf_response(pdf: bytes, file_name: str) -> Response:
    """A PDF shown in the browser, from where it is printed."""
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", download_name=file_name, as_attachment=False)


def download(data: bytes, mimetype: str, file_name: str) -> Response:
    """A file to keep."""
    return send_file(io.BytesIO(data), mimetype=mimetype, download_name=file_name, as_attachment=True)
