"""Reading an author's text into its tree, with everything wrong with it. Pure; `content.parse` is the way in."""

from __future__ import annotations

import re

from question_bank.content_nodes import (
    MEDIA,
    SPANS,
    Content,
    Entries,
    Flaw,
    Gap,
    Grid,
    Listing,
    Math,
    Medium,
    Node,
    Span,
    Words,
    joined,
    plain_words,
    trim,
)
from question_bank.phrase import Phrase, phrase

MAX_DEPTH = 6  # constructs inside each other; the reader and the page recurse
MAX_TEX = 1000  # characters of one formula
MAX_CELLS = 400  # of one table or list

LITERAL = "{{{}}"  # two braces, outside constructs
_LISTS = ("list", "numbered")
_OPEN = re.compile(r"\{\{([a-z_]{1,20})(?::|(?=\}\}))")
_ESCAPED = re.compile(r"\\([\\{}|])")
_PLAIN = re.compile(r"[^{}\\|\n]+")  # none of the signs at which anything is decided
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_GAP = re.compile(r"[a-z0-9_-]{1,20}")


class Reader:
    """One pass from left to right; `at` is the next character."""

    __slots__ = ("at", "flaws", "given_up", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.flaws: list[Flaw] = []
        self.given_up = False  # the rest was not read: what is open is not closed

    def flaw(self, at: int, code: str, message: Phrase) -> None:
        """Something wrong at a character; reading goes on."""
        self.flaws.append(Flaw(at, code, message))

    def content(self, depth: int, stops: str = "") -> Content:
        """Nodes to the end, or inside a construct (`depth` > 0) to its `}}` or one of `stops`, which is not taken."""
        nodes: list[Node] = []
        while self.at < len(self.text):
            if depth and (self.text.startswith("}}", self.at) or self.text[self.at] in stops):
                break
            nodes.append(self._one(depth))
        return joined(nodes)

    def _one(self, depth: int) -> Node:
        if plain := _PLAIN.match(self.text, self.at):
            self.at = plain.end()
            return Words(plain[0])
        if not depth and self.text.startswith(LITERAL, self.at):
            self.at += len(LITERAL)
            return Words("{{")
        if depth and (escaped := _ESCAPED.match(self.text, self.at)):
            self.at = escaped.end()
            return Words(escaped[1])
        if self.text.startswith("{{", self.at):
            return self._construct(depth)
        self.at += 1
        return Words(self.text[self.at - 1])

    def _construct(self, depth: int) -> Node:
        start = self.at
        opening = _OPEN.match(self.text, start)
        if opening is None:
            self.at += 1  # perhaps the second brace begins one
            if not self.text.startswith("{{", self.at):
                message = phrase("“{{” begins nothing that is known; write two braces as “%(braces)s”", braces=LITERAL)
                self.flaw(start, "unknown_construct", message)
            return Words("{")
        if depth >= MAX_DEPTH:
            self.flaw(start, "too_deep", phrase("nested deeper than %(most)s levels", most=MAX_DEPTH))
            self.at = len(self.text)
            self.given_up = True
            return Words("")
        self.at = opening.end()
        node = self._inside(opening[1], start, depth + 1)
        if self.text.startswith("}}", self.at):
            self.at += 2
        elif not self.given_up:
            self.flaw(start, "not_closed", phrase("“{{%(name)s” is not closed with “}}”", name=opening[1]))
        return node

    def _inside(self, name: str, start: int, depth: int) -> Node:
        if name in SPANS:
            return Span(name, self.content(depth))
        if name in ("math", "formula"):
            return self._math(name == "formula", start)
        if name in MEDIA:
            return self._medium(name, start)
        if name == "pre":
            return Listing(self._typed().strip("\n"))
        if name in _LISTS:
            return Entries(name == "numbered", tuple(self._pieces(depth, "\n", start)))
        if name == "table":
            return self._grid(depth, start)
        if name == "gap":
            gap = self._typed()
            if not _GAP.fullmatch(gap):
                self.flaw(start, "bad_gap", phrase("a gap is named by small letters, digits and hyphens"))
            return Gap(gap)
        self.flaw(start, "unknown_construct", phrase("“{{%(name)s” is not known", name=name))
        return Words(plain_words(self.content(depth)))

    def _math(self, display: bool, start: int) -> Math:
        """LaTeX is taken as it is: to the `}}` where its own braces are balanced; `\\{` and `\\}` are not braces."""
        begin, level = self.at, 0
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "\\":
                self.at += 1
            elif here == "{":
                level += 1
            elif here == "}":
                if level == 0:
                    break
                level -= 1
            self.at += 1
        self.at = min(self.at, len(self.text))
        tex = self.text[begin : self.at].strip()
        if not tex:
            self.flaw(start, "empty_formula", phrase("the formula is empty"))
        if len(tex) > MAX_TEX:
            message = phrase("%(length)s characters; the most allowed is %(limit)s", length=len(tex), limit=MAX_TEX)
            self.flaw(start, "too_long", message)
        return Math(tex, display)

    def _medium(self, kind: str, start: int) -> Medium:
        name, _, label = self._raw().partition("|")
        name, label = name.strip(), _unescaped(label).strip()
        if not _FILE.fullmatch(name) or ".." in name:
            self.flaw(start, "bad_file_name", phrase("a file is named by letters, digits, “.”, “_” and “-”"))
        if not label:
            self.flaw(start, "no_description", phrase("say after “|” what the file shows or says"))
        return Medium(kind, name, label)

    def _pieces(self, depth: int, between: str, start: int) -> list[Content]:
        """Contents between separators; empty ones at either end are only layout."""
        found = [self.content(depth, between)]
        while self.at < len(self.text) and self.text[self.at] in between:
            self.at += 1
            found.append(self.content(depth, between))
        if len(found) > MAX_CELLS:
            self.flaw(start, "too_large", phrase("more than %(most)s entries", most=MAX_CELLS))
        trimmed = [trim(piece) for piece in found[:MAX_CELLS]]
        return [piece for piece in trimmed if piece] if between == "\n" else trimmed

    def _grid(self, depth: int, start: int) -> Grid:
        rows: list[tuple[Content, ...]] = []
        while self.at < len(self.text) and not self.text.startswith("}}", self.at):
            cells = [self.content(depth, "|\n")]
            while self.text.startswith("|", self.at):
                self.at += 1
                cells.append(self.content(depth, "|\n"))
            if self.text.startswith("\n", self.at):
                self.at += 1
            row = tuple(trim(cell) for cell in cells)
            if row != ((),):
                rows.append(row)
        if not rows or len({len(row) for row in rows}) > 1:
            self.flaw(start, "uneven_table", phrase("every row of the table needs the same number of cells"))
        if sum(map(len, rows)) > MAX_CELLS:
            self.flaw(start, "too_large", phrase("more than %(most)s entries", most=MAX_CELLS))
            rows = rows[:1]
        return Grid(tuple(rows))

    def _raw(self) -> str:
        """As typed, escapes and all, to the `}}`."""
        begin = self.at
        while self.at < len(self.text) and not self.text.startswith("}}", self.at):
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at = min(self.at, len(self.text))
        return self.text[begin : self.at]

    def _typed(self) -> str:
        return _unescaped(self._raw())


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
