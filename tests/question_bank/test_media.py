"""Files of a bank: told by what they are, never by their names; what runs, fetches or is too large goes no further."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from question_bank.media import MAX_PICTURE_BYTES, MAX_RECORDING_BYTES, read_medium
from question_bank.phrase import Phrase, english
from question_bank.showing import MediumFile


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, kind)
    return stream.getvalue()


def drawing(inside: str = "<path d='M0 0'/>", attributes: str = "width='40' height='30px'") -> bytes:
    return f"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' {attributes}>{inside}</svg>".encode()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it is 60,000 pixels a side."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")]
)
def test_a_picture_is_known_by_its_bytes_with_its_size(kind: str, media_type: str) -> None:
    found = read_medium(picture(kind))
    assert isinstance(found, MediumFile)
    assert (found.media_type, found.width, found.height) == (media_type, 40, 30)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("width='40' height='30px'", (40, 30)), ("viewBox='0 0 640 480.4'", (640, 480)), ("viewBox='0,0,64,48'", (64, 48)),
        ("width='50%' height='10cm' viewBox='0 0 20 10'", (20, 10)), ("", (0, 0)), ("width='-4' height='0'", (0, 0)),
        ("width='99999' height='5'", (0, 0)), ("viewBox='nan nan nan nan'", (0, 0)),
    ],
)  # fmt: skip
def test_a_drawing_keeps_its_place_before_it_has_come(attributes: str, size: tuple[int, int]) -> None:
    found = read_medium(drawing(attributes=attributes))
    assert isinstance(found, MediumFile)
    assert (found.media_type, (found.width, found.height)) == ("image/svg+xml", size)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>x()</script>", "<foreignObject/>", "<image href='http://x/'/>", "<a href='javascript:x()'/>", "<rect onclick='x()'/>",
        "<use href='#a'/>", "<rect style='fill: URL (http://x/)'/>",
        "<rect fill='u\\72l(http://x/)'/>", "<rect style='mask-image:image-set(&quot;//x&quot; 1x)'/>", "<animateTransform begin='0s'/>",
        "<filter><feImage/></filter>", "<h:img xmlns:h='http://www.w3.org/1999/xhtml' src='//x'/>", "<g>" * 101 + "</g>" * 101,
        "<?xml-stylesheet href='//x'?>", "<rect style='fill:url(http://x/)'/>", "<rect fill='url(//x)'/>", "<style>@import 'x'</style>", "<set/>",
    ],
)  # fmt: skip
def test_a_drawing_that_runs_or_fetches_is_refused_with_a_way_out(inside: str) -> None:
    refused = read_medium(drawing(inside))
    assert isinstance(refused, Phrase)
    assert "PNG" in english(refused)


def test_a_drawing_in_an_encoding_in_which_nothing_can_be_found_is_refused() -> None:
    hidden = (
        '<?xml version="1.0" encoding="UTF-16"?><?xml-stylesheet href="//x"?><svg xmlns="http://www.w3.org/2000/svg"/>'
    )
    assert isinstance(read_medium(hidden.encode("utf-16-le")), Phrase)
    assert isinstance(read_medium(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), MediumFile)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"MZ\x90\x00", b"<html><body/></html>", b"<svg/>", picture()[:60], b"%PDF-1.7", b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>",
        b"<?xml version='1.0'?>" + b"<g>" * 50 + b"x",
    ],
)  # fmt: skip
def test_what_is_no_picture_sound_or_film_is_refused(data: bytes) -> None:
    assert isinstance(read_medium(data), Phrase)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"OggS" + bytes(40), "audio/ogg"), (b"OggS" + bytes(24) + b"\x80theora", "video/ogg"), (b"ID3\x04" + bytes(9), "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"), (b"\x1aE\xdf\xa3" + bytes(9), "video/webm"), (bytes(4) + b"ftypM4A ", "audio/mp4"),
        (bytes(4) + b"ftypisom", "video/mp4"), (b"RIFF" + bytes(4) + b"WAVE", "audio/wav"),
    ],
)  # fmt: skip
def test_a_recording_is_known_by_its_first_bytes(data: bytes, media_type: str) -> None:
    found = read_medium(data)
    assert isinstance(found, MediumFile)
    assert found.media_type == media_type


def test_what_is_too_large_for_a_kiosk_is_refused_before_it_is_decoded() -> None:
    for data in (
        bomb(),
        picture(size=(4097, 1)),
        picture() + bytes(MAX_PICTURE_BYTES),
        b"OggS" + bytes(MAX_RECORDING_BYTES),
    ):
        assert isinstance(read_medium(data), Phrase)
