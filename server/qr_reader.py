"""Reads QR codes out of pictures. A process of its own: what a camera or a phone sent is opened by libraries in C++.

The server starts it as `python -m server.qr_reader`, or the frozen program with `--role qr-reader`, and talks to it over its
standard streams: four bytes of length (big-endian), then a picture; back comes one line of JSON, `{"codes": ["base64", …]}`, or
`{"fault": "not_a_picture" | "too_large"}`. It ends when its standard input closes. Should a picture end it, the
server starts another one and has lost nothing but that picture.
"""

from __future__ import annotations

import base64
import io
import json
import sys
import warnings
from typing import BinaryIO

import zxingcpp
from PIL import Image, ImageOps

MAX_PICTURE_BYTES = 24 << 20  # a phone's best JPEG has 12 MB
MAX_PIXELS = 60_000_000  # a phone's largest sensor in use; bounds what decoding takes to 60 MB of grey
MAX_SIDE = 4000  # larger pictures are made smaller first: a code that fills a tenth of one is still read
MAX_CODES = 16  # of one picture: several machines side by side
FORMATS = ("JPEG", "PNG", "WEBP")  # what phones and browsers make


def main() -> int:
    """Answer picture after picture until there is no more."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while (picture := _next(source)) is not None:
        target.write(json.dumps(read(picture)).encode("ascii") + b"\n")
        target.flush()
    return 0


def _next(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    picture = source.read(size) if size <= MAX_PICTURE_BYTES else b""
    return picture if len(picture) == size else None


def read(picture: bytes) -> dict[str, object]:
    """The codes in a picture, each as its bytes in base64; or why it is none."""
    grey = _grey(picture)
    if isinstance(grey, str):
        return {"fault": grey}
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    codes = [base64.b64encode(one.bytes).decode("ascii") for one in found if one.valid]
    return {"codes": codes[:MAX_CODES]}


def _grey(picture: bytes) -> Image.Image | str:
    """The picture in grey, upright and not too large; or what is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which nobody reads here
            with Image.open(io.BytesIO(picture), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    return "too_large"
                opened.draft("L", (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded at half its size where that is enough
                grey = ImageOps.exif_transpose(opened).convert("L")
    except Image.DecompressionBombError:
        return "too_large"
    except (OSError, ValueError, SyntaxError):  # Pillow says all of these of a damaged file
        return "not_a_picture"
    if max(grey.size) > MAX_SIDE:
        grey.thumbnail((MAX_SIDE, MAX_SIDE))
    return grey


if __name__ == "__main__":
    sys.exit(main())
