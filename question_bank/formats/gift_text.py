"""GIFT as blocks of lines: one question, category or description each, with escapes out of the way.

An escaped sign becomes a lone surrogate, which no decoded text holds, so that splitting at signs sees only those that mean
something; `plain` gives the characters back. `\\\\` counts before any other escape, as in Moodle.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_CODED = {0xDC00 + ord(sign): "\n" if sign == "n" else sign for sign in "\\:#={}~n"}
_FORMATS = ("html", "moodle", "plain", "markdown")
_FORMAT = re.compile(rf"\[({'|'.join(_FORMATS)})\]")
# Each ends before another begins: one that nothing closes is not searched to the end of the line again and again.
_ID = re.compile(r"\[id:((?:\\\]|(?!\[id:)[^\]\x00-\x1f])++)\]")
_TAG = re.compile(r"\[tag:((?:\\\]|(?!\[tag:)[^\]<>`\x00-\x1f])++)\]")
_BRACE = re.compile(r"[{}]")
# A blank line ends a question for Moodle, inside braces too; we read on to what closes them, unless a question begins.
_NEW = ("::", "$CATEGORY:", "//")
_MOST_JOINED = 20  # chunks


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: where they begin (from 1), their coded text, what their comments say, their source."""

    line: int
    text: str
    comments: str
    source: str
    joined: bool = False
    split: bool = False  # a blank line stood in the question's text


def coded(text: str) -> str:
    """The text with its escapes as single characters."""
    return _ESCAPE.sub(lambda found: chr(0xDC00 + ord(found[1])), text)


def plain(text: str) -> str:
    """The characters that were escaped."""
    return text.translate(_CODED)


def text_format(text: str, default: str) -> tuple[str, str]:
    """The format that a text names before it, and the text."""
    text = text.strip()
    found = _FORMAT.match(text)
    return (found[1], text[found.end() :].strip()) if found else (default, text)


def identity(comments: str) -> str:
    """The `[id:…]` of a question's comments."""
    found = _ID.search(comments)
    return found[1].strip().replace("\\]", "]") if found else ""


def tags(comments: str) -> list[str]:
    """The `[tag:…]` of a question's comments."""
    return [found.strip().replace("\\]", "]") for found in _TAG.findall(comments)]


@dataclass(slots=True)
class _Chunk:
    """Lines between blank ones, as Moodle takes them."""

    start: int = 0
    lines: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    balance: int = 0
    first_brace: str = ""
    joined: bool = False
    split: bool = False

    def add(self, number: int, line: str) -> None:
        stripped = line.strip()
        self.sources.append(line)
        if stripped.startswith("//"):
            self.comments.append(stripped)
            self.lines.append("")
            return
        made = coded(stripped)
        self.start = self.start or number
        self.balance += made.count("{") - made.count("}")
        found = _BRACE.search(made)
        self.first_brace = self.first_brace or (found[0] if found else "")
        self.lines.append(made)

    def take(self, other: _Chunk) -> None:
        """What stands after a blank line inside braces."""
        self.lines += ["", *other.lines]
        self.sources += ["", *other.sources]
        self.comments += other.comments
        self.balance += other.balance
        self.joined = True

    def block(self) -> Block:
        text = "\n".join(self.lines).strip()
        return Block(
            self.start, text, "\n".join(self.comments), "\n".join(self.sources).strip("\n"), self.joined, self.split
        )


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file, in order; those of comments alone are none."""
    chunks = list(_chunks(text))
    at = 0
    while at < len(chunks):
        chunk = chunks[at]
        while at + 1 < len(chunks) and _goes_on(chunk, chunks[at + 1]):
            at += 1
            chunk.take(chunks[at])
            chunk.joined, chunk.split, chunk.first_brace = False, True, chunks[at].first_brace
        more = _more(chunks, at) if chunk.balance > 0 else 0
        for other in chunks[at + 1 : at + 1 + more]:
            chunk.take(other)
        at += 1 + more
        if chunk.start:
            yield chunk.block()


def _chunks(text: str) -> Iterator[_Chunk]:
    chunk = _Chunk()
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            chunk.add(number, line)
        # A category is one line; people forget the blank one after it.
        if chunk.sources and (not line.strip() or line.lstrip().startswith("$CATEGORY:")):
            yield chunk
            chunk = _Chunk()
    if chunk.sources:
        yield chunk


def _goes_on(chunk: _Chunk, other: _Chunk) -> bool:
    """Whether a titled text without answers goes on behind a blank line: to Moodle it is a description, and what follows a question
    without the beginning of its text."""
    titled = not chunk.first_brace and next((line for line in chunk.lines if line), "").startswith("::")
    return bool(titled and other.start and not other.sources[0].lstrip().startswith(_NEW) and len(chunk.sources) < 60)


def _more(chunks: list[_Chunk], at: int) -> int:
    """How many of the next chunks belong to one whose brace is open: up to the one that closes it, none when nothing does."""
    for more, other in enumerate(chunks[at + 1 : at + 1 + _MOST_JOINED], 1):
        if other.first_brace == "{" or (other.start and other.sources[0].lstrip().startswith(_NEW)):
            return 0
        if other.first_brace == "}":
            return more
    return 0
