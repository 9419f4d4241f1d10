"""An HTML fragment as our own text constructs: what has a construct is kept, what runs is taken out, and all of it is said.

Reasons to review: scripts, styles, frames, form fields, event handlers; formulas that cannot be drawn; files that are not
there; merged table cells. Notices: colours, sizes, links' targets, tags that are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from question_bank.content import (
    MAX_DEPTH,
    Content,
    Entries,
    Gap,
    Grid,
    Holds,
    Listing,
    Math,
    Medium,
    Node,
    Span,
    Words,
    walk,
    write,
)
from question_bank.formats.drafts import Draft
from question_bank.formats.html_flow import BREAK, LINE_EDGE, NOTHING, PARAGRAPH, Mark, Piece, flow, runs
from question_bank.formats.html_math import BadFormula, Budget, formula, from_mathml, from_wiris, split_math
from question_bank.formats.html_parts import in_a_row, listing, looks
from question_bank.formats.html_parts import rows as rows_of
from question_bank.formats.html_pasted import tidied
from question_bank.formats.html_text import Find, nothing_found, visible
from question_bank.formats.html_tree import BLOCKS, Element, tree
from question_bank.phrase import Phrase, phrase

_PARAGRAPHS = frozenset(["p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "figure"])
_RUNS = frozenset(
    ["script", "style", "iframe", "object", "embed", "applet", "canvas", "svg", "frame", "frameset", "template"]
)
_FIELDS = frozenset(["input", "select", "button", "textarea", "form"])
_HIDDEN = frozenset({
    "title", "head", "meta", "link", "base", "area", "param", "noscript", "source", "track", "wbr", "colgroup", "col",
    "map", "datalist"
})  # fmt: skip
_RUNNING_STYLE = re.compile(r"expression\s*\(|behaviou?r\s*:|-moz-binding|javascript:", re.IGNORECASE)
_SIGNS = re.compile("[<&$\\\\\\[{\n\ue0f0]")  # without any of them a text is only words
_LOOKS_DROPPED = phrase("colours, sizes and fonts were left out")
_GAP_SIGN = re.compile("\ue0f0([a-z0-9_-]{1,20})\ue0f1")  # private characters: where a gap stood in the source


@dataclass(slots=True)
class Html:
    """What one question's texts are read with. `lines`: a line break of the source is one of the text (Moodle's own text)."""

    draft: Draft
    find: Find = nothing_found
    budget: Budget = field(default_factory=Budget)
    lines: bool = False

    def text(self, source: str, holds: Holds = Holds.STEM) -> str:
        """The text as an author writes it, ready for a field that may hold this."""
        return write(self.content(source, holds)).strip()

    def content(self, source: str, holds: Holds = Holds.STEM) -> Content:
        """The tree of the text."""
        if not _SIGNS.search(source):
            return flow([Words(visible(source, self.draft))], one_line=not holds & Holds.BLOCKS)
        found = tree(visible(source, self.draft), self.budget.tags)
        self.budget.tags -= found.tags
        tidied(found.root, self.draft)
        for odd in found.odd:
            if odd == "too_many_tags":
                self.draft.doubt(
                    odd, phrase("the file has far more tags than words: the rest of the text was left out")
                )
            elif odd == "unknown_tag":
                self.draft.note(odd, phrase("what looks like a tag of another language stands as text"))
            else:
                self.draft.doubt(odd, phrase("the text's HTML is damaged or nested too deeply"))
        pieces = _Reader(self, holds).pieces(found.root, 0)
        several = bool(holds & Holds.BLOCKS) or any(
            isinstance(node, Medium) for piece in pieces if not isinstance(piece, Mark) for node in walk((piece,))
        )
        return flow(pieces, one_line=not several)


class _Reader:
    """Elements to pieces; the recursion is bounded by the tree's depth."""

    __slots__ = ("draft", "holds", "html", "lines", "spans")

    def __init__(self, html: Html, holds: Holds) -> None:
        self.html = html
        self.draft = html.draft
        self.holds = holds
        self.lines = bool(holds & Holds.BLOCKS)
        self.spans = bool(holds & Holds.SPANS)

    def pieces(self, element: Element, depth: int) -> list[Piece]:
        found: list[Piece] = []
        words: list[str] = []
        for child in element.children:
            if isinstance(child, str):
                words.append(child)
                continue
            found += self.words("".join(words), depth)
            words = []
            found += self.element(child, depth)
        return [*found, *self.words("".join(words), depth)]

    def words(self, text: str, depth: int) -> Iterator[Piece]:
        """Text with its formulas and gaps."""
        if not text:
            return
        for piece in split_math(visible(text, self.draft), self.html.budget):
            if isinstance(piece, Math):
                yield self.leaf(piece, depth)
            elif isinstance(piece, BadFormula):
                self.draft.doubt(
                    "bad_formula", phrase("a formula cannot be drawn: %(formula)s", formula=piece.text[:80])
                )
                yield Words(piece.text)
            else:
                yield from self.plain(piece, depth)

    def plain(self, text: str, depth: int) -> Iterator[Piece]:
        """Text with gaps, and with line breaks where they count."""
        for at, part in enumerate(_GAP_SIGN.split(text)):
            if at % 2:
                yield self.leaf(Gap(part), depth)
            elif self.html.lines:
                for number, line in enumerate(part.split("\n")):
                    if number:
                        yield BREAK
                    yield Words(line)
            else:
                yield Words(part)

    def element(self, element: Element, depth: int) -> Iterable[Piece]:
        name = element.name
        self.runs(element)
        if name in _RUNS or name in _FIELDS:
            return self.taken_out(element, depth)
        if name == "br":
            return [BREAK]
        if name == "pre" or name in ("listing", "xmp"):
            return self.listing(visible(listing(element), self.draft), depth)
        if name in ("ul", "ol", "menu", "dir"):
            return self.entries(element, depth)
        if name == "table":
            return self.table(element, depth)
        if name in ("img", "audio", "video"):
            return self.medium(element, depth)
        if name in ("math", "tex"):
            return self.mathematics(element, depth)
        if name in _HIDDEN:
            return []
        if name == "a":
            return self.link(element, depth)
        return self.container(element, depth)

    def container(self, element: Element, depth: int) -> Iterable[Piece]:
        """An element that is only a place for others, or makes words look different."""
        name = element.name
        if name == "span" and not element.attributes and not element.children:
            return [NOTHING]
        wanted, dropped = looks(element)
        kinds = wanted[: MAX_DEPTH - depth] if self.spans else []
        if dropped or (self.spans and len(kinds) < len(wanted)):
            self.draft.note("looks_dropped", _LOOKS_DROPPED)
        found: list[Piece] = self.pieces(element, depth + len(kinds))
        for at, kind in reversed(list(enumerate(kinds))):
            found = list(self.wrapped(kind, found, depth + at))
        if name in BLOCKS or name in ("tr", "caption", "listing"):
            edge = PARAGRAPH if name in _PARAGRAPHS else LINE_EDGE
            return [edge, *found, edge]
        return found

    def wrapped(self, kind: str, pieces: list[Piece], depth: int) -> Iterator[Piece]:
        """The words of the pieces made to look different; blocks and edges between them stay as they are."""
        if depth >= MAX_DEPTH:
            self.draft.note("looks_dropped", _LOOKS_DROPPED)
            yield from pieces
            return
        for run in runs(pieces):
            if not isinstance(run, list):
                yield run
                continue
            inner = flow(run, one_line=not self.lines, inside=True)
            if inner and any(not isinstance(one, Words) or one.text.strip() for one in inner):
                before, after = run[0], run[-1]
                yield from [Words(" ")] if isinstance(before, Words) and before.text[:1] in (" ", "\n") else []
                yield Span(kind, inner)
                yield from [Words(" ")] if isinstance(after, Words) and after.text[-1:] in (" ", "\n") else []
            else:
                yield Words(" ")

    def leaf(self, node: Math | Medium | Gap, depth: int) -> Node:
        """A construct without words, where it may stand; else the words for it."""
        needs = {Math: Holds.MATH, Medium: Holds.MEDIA, Gap: Holds.GAPS}[type(node)]
        if depth < MAX_DEPTH and self.holds & needs:
            return node
        self.draft.doubt("not_here", phrase("a formula, picture or gap stands where none can stand"))
        return Words(node.tex if isinstance(node, Math) else node.label if isinstance(node, Medium) else "…")

    def block(self, node: Listing | Entries | Grid, depth: int) -> Iterable[Piece]:
        """A construct on lines of its own; in a field that holds none its words, line by line."""
        if depth < MAX_DEPTH and self.lines:
            return [node]
        if isinstance(node, Listing):
            lines: list[Piece] = [Words(line.replace(" ", "\u00a0")) for line in node.text.split("\n")]
            if len(lines) > 1:
                self.draft.doubt(
                    "listing_in_line",
                    phrase("lines of a listing stand where one line can stand; they were put in a row"),
                )
            run = [piece for line in lines for piece in (BREAK, line)][1:]
            return self.wrapped("code", run, depth) if self.spans else run
        if isinstance(node, Grid):
            self.draft.doubt("table_in_line", phrase("a table stands where none can stand; it became lines"))
            rows: list[Content] = [in_a_row(row) for row in node.rows]
        else:
            self.draft.note("list_in_line", phrase("a list stands where none can stand; it became lines"))
            rows = [(Words("– "), *entry) for entry in node.entries]
        return [LINE_EDGE, *(piece for row in rows for piece in (*row, LINE_EDGE))]

    def listing(self, text: str, depth: int) -> Iterable[Piece]:
        """Lines kept as typed; with a gap among them they are lines of typed letters, since a listing holds no gap."""
        if not text.strip():
            return []
        if not _GAP_SIGN.search(text):
            return self.block(Listing(text), depth)
        run: list[Piece] = []
        for line in text.split("\n"):
            run += [BREAK, *self.plain(line.replace(" ", "\u00a0"), depth + 1)]
        return [LINE_EDGE, *self.wrapped("code", run[1:], depth), LINE_EDGE]

    def entries(self, element: Element, depth: int) -> Iterable[Piece]:
        found = [flow(self.pieces(one, depth + 1), one_line=True) for one in element.elements() if one.name == "li"]
        loose = Element("", {}, [one for one in element.children if isinstance(one, str) or one.name != "li"])
        more = flow(self.pieces(loose, depth + 1), one_line=True)
        entries = tuple(entry for entry in (*found, more) if entry)
        return self.block(Entries(element.name == "ol", entries), depth) if entries else []

    def table(self, element: Element, depth: int) -> Iterable[Piece]:
        rows: list[tuple[Content, ...]] = []
        caption: list[Piece] = []
        for row in rows_of(element):
            if row.name == "caption":
                caption += [*self.pieces(row, depth), LINE_EDGE]
                continue
            cells = [one for one in row.elements() if one.name in ("td", "th")]
            if any(
                one.attributes.get(span, "1").strip() not in ("", "0", "1")
                for one in cells
                for span in ("colspan", "rowspan")
            ):
                self.draft.doubt("merged_cells", phrase("the table has merged cells, which it lost"))
            if cells:
                rows.append(tuple(flow(self.pieces(one, depth + 1), one_line=True) for one in cells))
        rows = [row for row in rows if any(row)]
        if (
            len(rows) == 1
            and len(rows[0]) == 1
            and not any(one.name == "th" for row in rows_of(element) for one in row.elements())
        ):
            return [LINE_EDGE, *caption, *rows[0][0], LINE_EDGE]  # a frame around a text
        width = max(map(len, rows), default=0)
        grid = Grid(tuple((*row, *((),) * (width - len(row))) for row in rows))
        return [*caption, *self.block(grid, depth)] if rows else caption

    def medium(self, element: Element, depth: int) -> Iterable[Piece]:
        kind = {"img": "picture"}.get(element.name, element.name)
        attributes = element.attributes
        wiris = from_wiris(attributes["data-mathml"][:20_000]) if "data-mathml" in attributes else None
        if wiris and (made := formula(wiris, False, self.html.budget)):
            return [self.leaf(made, depth)]
        sources = [attributes.get("src", "")] + [one.attributes.get("src", "") for one in element.elements()]
        label = " ".join((attributes.get("alt") or attributes.get("title") or "").split())
        address = next((source for source in sources if source), "")
        return self.found(address, kind, label, depth)

    def link(self, element: Element, depth: int) -> Iterable[Piece]:
        """A link's words; a link to a recording is the recording."""
        address = element.attributes.get("href", "")
        path = address.partition("?")[0].partition("#")[0].lower()
        audio = path.endswith((".mp3", ".ogg", ".oga", ".m4a", ".wav"))
        if self.holds & Holds.MEDIA and (audio or path.endswith((".mp4", ".webm", ".ogv"))):
            label = " ".join("".join(element.texts()).split())
            return self.found(address, "audio" if audio else "video", label, depth)
        if address and not address.startswith("#"):
            self.draft.note("link_dropped", phrase("a link's target was left out: %(target)s", target=address[:80]))
        return self.pieces(element, depth)

    def found(self, address: str, kind: str, label: str, depth: int) -> Iterable[Piece]:
        medium = self.html.find(address, kind, label, self.draft)
        return [self.leaf(medium, depth)] if medium else [Words(label)] if label else []

    def mathematics(self, element: Element, depth: int) -> Iterable[Piece]:
        """MathML, or TeX between tags of Moodle's filter."""
        tex = from_mathml(element) if element.name == "math" else " ".join("".join(element.texts()).split())
        made = formula(tex, element.attributes.get("display") == "block", self.html.budget) if tex else None
        if made:
            return [self.leaf(made, depth)]
        self.draft.doubt("bad_formula", _NO_FORMULA)
        return [Words("".join(element.texts()))]

    def runs(self, element: Element) -> None:
        """Attributes that run something."""
        if element.name == "meta" and element.attributes.get("http-equiv", "").strip().lower() == "refresh":
            self.draft.doubt("runs", _TAKEN_OUT)
        for name, value in element.attributes.items():
            address = "".join(value.split()).lower()  # browsers skip line ends and tabs inside an address
            running = name == "style" and _RUNNING_STYLE.search(value)
            if running or name.startswith("on") or address.startswith(("javascript:", "vbscript:")):
                self.draft.doubt("runs", _TAKEN_OUT)

    def taken_out(self, element: Element, depth: int) -> Iterable[Piece]:
        if element.name == "form":
            return self.container(element, depth)
        self.draft.doubt("runs" if element.name in _RUNS else "form_field", _TAKEN_OUT)
        return []


_TAKEN_OUT: Phrase = phrase(
    "something that runs, styles, embeds or asks (script, frame, form field) was taken out of the text"
)
_NO_FORMULA: Phrase = phrase("a formula could not be read; its letters are left")
