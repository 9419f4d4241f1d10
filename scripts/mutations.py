"""Files with something wrong in them, made from good ones: by the byte, by the element of an XML file, by the member of a ZIP."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import escape

LARGEST = 1 << 20  # bytes of a file for which two seconds are promised (docs/formats.md)
SIGNS = [
    b"{", b"}", b"~", b"=", b"#", b"\\", b"->", b"%50%", b"::", b"<", b">", b"&", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"\\(", b"\\)",
    b"$$", b"{{", b"}}", b"|", b"<text>", b"</text>", b"</question>", b'<answer fraction="100">', b"<b>", b"</p>", b"<table><tr><td>",
    b"[[1]]", b"{1:MC:", b"&#9999999999;", b"&amp;", b"\0", b"\xff", b"\xfe\xff", b"\n\n", b"\r", b"ANSWER: ", b"A) ", b"$CATEGORY: ",
    b"[html]", b"[markdown]", b"data:image/png;base64,", b"@@PLUGINFILE@@/", b"9" * 400, b"e999", b"\xcc\x81", b"*", b";", b",", b'"', b"\t",
    b"<script>", b"<svg>", b"<!DOCTYPE a [<!ENTITY b \"c\">]>", b"&b;", b" onclick=x", b"\xee\x83\xb0", b"- ", b"`", b"Cau 1. ",
    b"<w:p>", b"<w:tbl>", b"<m:oMath>", b"<qti-simple-choice>", b"../", b"\xed\xb0\x80", b"0", b"-1", b"1/0", b"true",
]  # fmt: skip
_FILL = ["\0", " ", "\n", "<", "{", "(", "[", "&", "a ", "=a~b", "<b>", "<p><div>", "{{b:", "\\(", "$$", "\\", "A) b\n", "::", "- ", "| a ",
         "**", "`", "[[1]]", "{1:MC:", "a,", '"', "Câu 1. A. B. C. D. "]  # fmt: skip
_TOKENS = re.compile(rb"(<!\[CDATA\[.*?\]\]>|<[^<>]*>)", re.DOTALL)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(rb"<(/?)([^\s<>/!?]+)[^<>]*?(/?)>")


def odd(starts: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Files that no mutation of a good one comes to: nothing, one sign a million times, a good file two hundred times."""
    endings = list(dict.fromkeys(name.rpartition(".")[2] for name, _ in starts))
    whole = [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff\xd8", b"\xff\xfe\x00\xdc\x00\xdc", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18,
             b"<?xml version='1.0' encoding='utf-7'?><quiz/>", b"\x1f\x8b\x08", bytes(range(256)) * 16]  # fmt: skip
    whole += [fill.encode() * (LARGEST // len(fill.encode())) for fill in _FILL]
    for data in whole:
        for ending in endings:
            yield f"a.{ending}", data
    for name, data in starts:
        if len(data) < 20_000 and not data.startswith(b"PK"):
            yield name, data * min(200, LARGEST // max(1, len(data)))


def mutation(starts: Sequence[tuple[str, bytes]], chance: random.Random) -> tuple[str, bytes]:
    """One of the files, mutated; by its structure more often than not, so that most of it is still read."""
    name, data = chance.choice(starts)
    if data.startswith(b"PK") and chance.random() < 0.9:
        return name, in_zip(data, chance)
    return name, in_file(data, [one for _, one in starts], chance)


def in_file(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """A file that is no ZIP; XML mostly keeps its form."""
    if data.lstrip(b"\xef\xbb\xbf").startswith(b"<") and chance.random() < 0.7:
        return in_xml(data, others, chance)
    made = in_bytes(data, others, chance)
    return (
        made.decode("utf-8", "ignore").encode() if chance.random() < 0.7 else made
    )  # most readers refuse what is no text


def in_bytes(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """The bytes with one to twenty things done to them."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(made) + 1)
        end = at + chance.choice((1, 10, 300, 3000))
        match chance.randrange(10):
            case 0 if made:
                made[at - 1] ^= 1 << chance.randrange(8)
            case 1 if made:
                made[at - 1] = chance.randrange(256)
            case 2:
                made[at:at] = chance.choice(SIGNS) * chance.choice((1, 1, 1, 3, 200))
            case 3:
                del made[at:end]
            case 4:
                source = chance.choice(others)
                begin = chance.randrange(len(source) + 1)
                made[at:at] = source[begin : begin + chance.choice((5, 200, 3000))]
            case 5 if chance.random() < 0.5:
                del made[at:]
            case 6:
                made[at:at] = chance.randbytes(8)
            case 7:
                made[at:end] = made[at:end][::-1]
            case 8:
                made[at:at] = made[at:end] * chance.choice((1, 2, 100))
            case 9 if chance.random() < 0.5:
                other = chance.choice(others)
                made[at:] = other[min(len(other), at) :]
    return bytes(made[:LARGEST])


def in_xml(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """An XML file that stays well-formed: texts are mutated and written as texts, elements taken out, doubled, moved."""
    tokens = _TOKENS.split(data)
    for _ in range(chance.choice((1, 2, 5, 20))):
        at = chance.randrange(len(tokens))
        found = _TAG.fullmatch(tokens[at])
        if not found:
            if not tokens[at].startswith(b"<") or tokens[at].startswith(b"<![CDATA["):
                tokens[at] = _as_text(
                    in_bytes(tokens[at].removeprefix(b"<![CDATA[").removesuffix(b"]]>"), others, chance)
                )
            continue
        if found[1] or (end := _end(tokens, at)) < 0:
            continue
        element = tokens[at : end + 1]
        match chance.randrange(5):
            case 0:
                tokens[at : end + 1] = [b""]
            case 1:
                tokens[at:at] = element * chance.choice((1, 2, 100))
            case 2:
                tokens[at : end + 1] = [b""]
                _put(tokens, element, chance)
            case 3:
                _put(tokens, element, chance)
            case _ if (inside := re.search(rb'"([^"<>]*)"', tokens[at])) is not None:
                value = _as_text(in_bytes(inside[1], others, chance)[:3000]).replace(b'"', b"&quot;")
                tokens[at] = tokens[at][: inside.start(1)] + value + tokens[at][inside.end(1) :]
        if sum(map(len, tokens)) > LARGEST:
            break
    made = b"".join(tokens)
    return made if len(made) <= 4 * LARGEST else data


def _put(tokens: list[bytes], element: list[bytes], chance: random.Random) -> None:
    """Behind some other start tag."""
    at = chance.randrange(1, len(tokens) + 1)
    found = _TAG.fullmatch(tokens[at - 1])
    if found and not found[1] and not found[3]:
        tokens[at:at] = element


def _end(tokens: Sequence[bytes], at: int) -> int:
    """Where the element ends that begins here, -1 when it does not."""
    depth = 0
    for place in range(at, len(tokens)):
        found = _TAG.fullmatch(tokens[place])
        if found and not found[3]:
            depth += -1 if found[1] else 1
        if not depth:
            return place
    return -1


def _as_text(data: bytes) -> bytes:
    return escape(_NOT_XML.sub("?", data.decode("utf-8", "replace")), quote=False).encode()


def in_zip(data: bytes, chance: random.Random) -> bytes:
    """A ZIP with a member or two mutated, taken out or called otherwise; the form of the ZIP is whole."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        members = {info.filename: old.read(info) for info in old.infolist() if not info.is_dir()}
        chosen = chance.sample(sorted(members), min(len(members), chance.choice((1, 1, 2))))
        own = [members[name] for name in sorted(members)]
        for name, content in members.items():
            if name not in chosen:
                new.writestr(name, content)
            elif (what := chance.random()) < 0.9:
                new.writestr(name, in_file(content, own, chance))
            elif what < 0.95:
                new.writestr(name + "x", content)
    return made.getvalue()
