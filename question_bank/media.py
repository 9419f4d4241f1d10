"""Pictures, sound and film of a bank: what a file really is, how large it is, and whether a kiosk may show it.

A picture is decoded once here, on the committee's machine, with bounds; what cannot be decoded goes no further.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from PIL import Image, UnidentifiedImageError

from question_bank.phrase import Phrase, phrase
from question_bank.showing import MediumFile

MAX_PICTURE_BYTES = 4 * 1024 * 1024
MAX_RECORDING_BYTES = 64 * 1024 * 1024
MAX_SIDE = 4096  # pixels; an old machine decodes it into 64 MiB
_PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_PIXELS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(?:px)?")
# Elements of SVG that run, fetch or embed something.
_SVG_UNSAFE = frozenset(
    {"script", "foreignobject", "iframe", "image", "use", "a", "animate", "set", "handler", "style"}
    | {"animatetransform", "animatemotion", "animatecolor", "discard", "feimage", "listener"}
)
# What fetches in a style, however it is written: an address that is none of the drawing's own, escapes, lists of pictures.
_SVG_FETCHES = re.compile(r"url\s*\((?!\s*[\"']?\s*#)|\\|image-set|@import|javascript:|expression\s*\(", re.IGNORECASE)
_XHTML = "{http://www.w3.org/1999/xhtml}"
MAX_SVG_DEPTH = 100  # elements inside each other; browsers give up at some thousands


def read_medium(data: bytes) -> MediumFile | Phrase:
    """The file's description, or why it is refused."""
    sha256 = hashlib.sha256(data).hexdigest()
    if recording := _recording(data):
        if len(data) > MAX_RECORDING_BYTES:
            return phrase("the file is larger than %(limit)s MiB", limit=MAX_RECORDING_BYTES >> 20)
        return MediumFile(sha256, recording, len(data))
    if len(data) > MAX_PICTURE_BYTES:
        return phrase("the file is larger than %(limit)s MiB", limit=MAX_PICTURE_BYTES >> 20)
    if data.lstrip()[:1] == b"<":
        return _svg(data, sha256)
    return _picture(data, sha256)


def _picture(data: bytes, sha256: str) -> MediumFile | Phrase:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=tuple(_PICTURES)) as picture:
                kind, (width, height) = picture.format or "", picture.size
                if max(width, height) > MAX_SIDE:
                    return phrase("the picture is larger than %(limit)s pixels a side", limit=MAX_SIDE)
                picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError,
            Image.DecompressionBombWarning):  # fmt: skip
        return phrase("this is not a picture (PNG, JPEG, GIF, WebP, SVG), sound (Ogg, MP3) or film (WebM, MP4)")
    return MediumFile(sha256, _PICTURES[kind], len(data), width, height)


def _svg(data: bytes, sha256: str) -> MediumFile | Phrase:
    """Drawings without anything that runs or fetches. Browsers show them as pictures, where scripts do not run either."""
    refused = phrase("the drawing (SVG) holds something that runs or fetches; save it as PNG")
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return phrase("this is not a picture (PNG, JPEG, GIF, WebP, SVG), sound (Ogg, MP3) or film (WebM, MP4)")
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return refused
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2].lower()
        values = " ".join(element.attrib.values())
        names = [key.rpartition("}")[2].lower() for key in element.attrib]
        runs = name in _SVG_UNSAFE or any(key.startswith("on") or key == "href" for key in names)
        if runs or _SVG_FETCHES.search(values) or str(element.tag).startswith(_XHTML):
            return refused
    if b"\0" in data or b"<?xml-stylesheet" in data or _too_deep(root):  # zeros: UTF-16, in which signs are not found
        return refused
    return MediumFile(sha256, "image/svg+xml", len(data), *_svg_size(root))


def _too_deep(root: Element) -> bool:
    level: list[Element] = [root]
    for _ in range(MAX_SVG_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _svg_size(root: Element) -> tuple[int, int]:
    """Width and height in pixels, so that its place is kept before it has come; 0, 0 where it says none.

    Whole pixels, or those of the view box (SVG 1.1, 7.7 and 7.12); other units are left to the browser.
    """
    own = [root.get(name, "").strip() for name in ("width", "height")]
    box = root.get("viewBox", "").replace(",", " ").split()[2:]
    for sides in (own, box):
        found = [round(float(side[1])) for side in map(_PIXELS.fullmatch, sides) if side]
        if len(found) == 2 and all(0 < side <= MAX_SIDE for side in found):
            return found[0], found[1]
    return 0, 0


def _recording(data: bytes) -> str | None:
    """The type of a recording by its first bytes; what it holds is for the browser's bounded decoders."""
    if data[:4] == b"OggS":
        return "video/ogg" if b"theora" in data[:256] else "audio/ogg"
    if data[:3] == b"ID3" or (len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if data[:4] == b"\x1aE\xdf\xa3":
        return "video/webm"
    if data[4:8] == b"ftyp":
        return "audio/mp4" if data[8:11] == b"M4A" else "video/mp4"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    return None


def read_file(path: Path) -> MediumFile | Phrase:
    """A file of a bank's `media` folder. Raises OSError."""
    with path.open("rb") as file:
        return read_medium(file.read(MAX_RECORDING_BYTES + 1))
