"""What is inside a paragraph of a Word file, into runs of shown text and things at their places.

Tracked changes are read as accepted, hidden text and the instructions of fields are not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from question_bank.formats.legacy_text import Encoding, encoding_of, to_unicode
from question_bank.formats.office_package import truth, value
from question_bank.formats.word_fields import instruction
from question_bank.formats.xml_tree import Node
from question_bank.practical.word.content import (
    At,
    Bookmark,
    Break,
    Change,
    Control,
    Field,
    Link,
    NoteMark,
    Range,
    Run,
)
from question_bank.practical.word.controls import read_control
from question_bank.practical.word.drawings import box_of, read_drawings, shapes_of
from question_bank.practical.word.found import Found
from question_bank.practical.word.places import Place

_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-"}
_CHANGES = {"w:ins": "insert", "w:del": "delete", "w:moveFrom": "move", "w:moveTo": "move"}
_GONE = frozenset({"w:del", "w:moveFrom"})
_THROUGH = frozenset({"w:smartTag", "w:customXml", "w:sdtContent", "w:bdo", "w:dir", "w:ruby", "w:rubyBase"})
_MOST_NESTED = 20  # fields in fields
_MOST_INSTRUCTION = 10_000  # characters
_MOST_DELETED = 2000  # characters of one deletion that are kept: a sentence shows them


@dataclass(slots=True)
class _Open:
    """A field that has begun."""

    at: At
    instruction: str = ""
    shown: At | None = None


@dataclass(slots=True)
class Line:
    """One paragraph while it is read: `number` is the one it will have. `boxes` are its text boxes with the places of their drawings."""

    number: int
    place: Place
    runs: list[Run] = field(default_factory=list)
    length: int = 0
    boxes: list[tuple[Node, int]] = field(default_factory=list)

    @property
    def at(self) -> At:
        """Where the next character comes."""
        return At(self.number, self.length)


class Inline:
    """Reads the insides of the paragraphs of one text (body, a header, a footnote) in order: fields and ranges may span several."""

    def __init__(
        self, found: Found, part_of: Callable[[str], str], address_of: Callable[[str], str], hidden: frozenset[str]
    ) -> None:
        self._found = found
        self._part_of = part_of
        self._address_of = address_of
        self._hidden_styles = hidden
        self._fields: list[_Open] = []
        self._bookmarks: dict[str, tuple[str, At]] = {}
        self._comments: dict[str, At] = {}
        self._in_run: Mapping[str, Callable[[Node, Line], None]] = {
            "w:fldChar": self._field_sign, "w:instrText": self._instruction, "w:drawing": self._drawing, "w:pict": self._drawing,
            "w:object": self._drawing, "mc:AlternateContent": self._alternative, "w:footnoteReference": self._note,
            "w:endnoteReference": self._note, "w:lastRenderedPageBreak": self._rendered,
        }  # fmt: skip

    def inside(self, node: Node, line: Line) -> None:
        """Everything in an element that holds runs."""
        for child in node.children:
            name = child.name
            if name == "w:r":
                self._run(child, line)
            elif name in _CHANGES:
                self._change(child, line)
            elif name in _THROUGH:
                self.inside(child, line)
            elif name == "w:hyperlink":
                start = line.at
                self.inside(child, line)
                address = self._address_of(child.get("r:id"))
                self._found.links.append(Link(address, child.get("w:anchor"), Range(start, line.at)))
            elif name == "w:fldSimple":
                opened = _Open(line.at, child.get("w:instr"), line.at)
                self._fields.append(opened)
                self.inside(child, line)
                self._fields.pop()
                self._ended(opened, line)
            elif name == "w:sdt":
                start = line.at
                for content in child.all("w:sdtContent"):
                    self.inside(content, line)
                self.control(child, start, line.at)
            elif name == "mc:AlternateContent":
                chosen = child.child("mc:Choice") or child.child("mc:Fallback")
                if chosen is not None:
                    self.inside(chosen, line)
            else:
                self.mark(child, line.at)

    def mark(self, node: Node, at: At) -> None:
        """Begins and ends of bookmarks and remarks, which may also stand between paragraphs."""
        number = node.get("w:id")
        match node.name:
            case "w:bookmarkStart":
                self._bookmarks[number] = (node.get("w:name"), at)
            case "w:bookmarkEnd" if number in self._bookmarks:
                name, start = self._bookmarks.pop(number)
                self._found.bookmarks.append(Bookmark(name, Range(start, at)))
            case "w:commentRangeStart":
                self._comments[number] = at
            case "w:commentRangeEnd" if number in self._comments:
                self._found.comments[number] = Range(self._comments.pop(number), at)

    def control(self, node: Node, start: At, end: At) -> None:
        """A content control that was read from … to."""
        control: Control | None = read_control(node, Range(start, end))
        if control is not None:
            self._found.controls.append(control)

    def _change(self, node: Node, line: Line) -> None:
        start = line.length
        if node.name in _GONE:
            text = "".join(one.text for one in node.walk() if one.name in ("w:delText", "w:t"))[:_MOST_DELETED]
        else:
            self.inside(node, line)
            text = "".join(run.text for run in line.runs)[start:]
        at = At(line.number, start)
        self._found.changes.append(Change(_CHANGES[node.name], node.get("w:author"), node.get("w:date"), text, at))

    def _run(self, node: Node, line: Line) -> None:
        properties = node.child("w:rPr")
        hidden = properties is not None and self._is_hidden(properties)
        for child in node.children:
            name = child.name
            if name == "w:t":
                self._show(child.text, properties, line, hidden)
            elif name in _SIGNS:
                self._show(_SIGNS[name], properties, line, hidden)
            elif name == "w:br":
                self._break(child, properties, line)
            elif name == "w:sym":
                self._show(_symbol(child), properties, line, hidden)
            elif name == "w:ruby":
                self.inside(child, line)
            elif name == "w:rPr":
                if (change := child.child("w:rPrChange")) is not None:
                    self._found.changes.append(
                        Change("format", change.get("w:author"), change.get("w:date"), "", line.at)
                    )
            elif (read := self._in_run.get(name)) is not None:
                read(child, line)

    def _is_hidden(self, properties: Node) -> bool:
        own = properties.child("w:vanish")
        if own is not None:
            return truth(own)
        return bool(self._hidden_styles) and value(properties.child("w:rStyle")) in self._hidden_styles

    def _show(self, text: str, properties: Node | None, line: Line, hidden: bool) -> None:
        if text and not hidden and all(one.shown is not None for one in self._fields):
            line.runs.append(Run(text, properties))
            line.length += len(text)

    def _break(self, node: Node, properties: Node | None, line: Line) -> None:
        kind = node.get("w:type")
        if kind in ("page", "column"):
            self._found.breaks.append(Break(kind, line.at))
        else:
            self._show("\n", properties, line, hidden=False)

    def _rendered(self, _node: Node, line: Line) -> None:
        self._found.breaks.append(Break("rendered", line.at))

    def _field_sign(self, node: Node, line: Line) -> None:
        kind = node.get("w:fldCharType")
        if kind == "begin" and len(self._fields) < _MOST_NESTED:
            self._fields.append(_Open(line.at))
        elif kind == "separate" and self._fields:
            self._fields[-1].shown = line.at
        elif kind == "end" and self._fields:
            self._ended(self._fields.pop(), line)

    def _instruction(self, node: Node, _line: Line) -> None:
        if self._fields and self._fields[-1].shown is None and len(self._fields[-1].instruction) < _MOST_INSTRUCTION:
            self._fields[-1].instruction += node.text

    def _ended(self, opened: _Open, line: Line) -> None:
        said = instruction(opened.instruction)
        place = Range(opened.shown or line.at, line.at)
        self._found.fields.append(Field(said, place, line.place, len(self._fields)))
        if said.name == "HYPERLINK":
            address = said.arguments[0] if said.arguments else ""
            self._found.links.append(Link(address, said.switches.get("l", ""), place))

    def _note(self, node: Node, line: Line) -> None:
        self._found.notes.append(NoteMark(node.name == "w:endnoteReference", node.get("w:id"), line.at))

    def _drawing(self, node: Node, line: Line) -> None:
        shapes = shapes_of(node)
        first = len(self._found.drawings)
        self._found.drawings += read_drawings(node, line.at, line.place, self._part_of)
        for place, shape in enumerate(shapes, first):
            if (box := box_of(shape)) is not None:
                line.boxes.append((box, place))

    def _alternative(self, node: Node, line: Line) -> None:
        """What Word 2010 wrote, else what it wrote for older ones: one of them, never both."""
        for branch in (node.child("mc:Choice"), node.child("mc:Fallback")):
            known = [child for child in branch.children if child.name in self._in_run] if branch else []
            if known:
                for child in known:
                    self._in_run[child.name](child, line)
                return


def _symbol(node: Node) -> str:
    code = node.get("w:char")
    if not code or len(code) > 4 or any(digit not in "0123456789abcdefABCDEF" for digit in code):
        return ""
    sign = chr(int(code, 16) or 0xFFFD)
    if "\ud800" <= sign <= "\udfff":
        return "\ufffd"
    encoding = encoding_of(node.get("w:font"))
    return sign if encoding is Encoding.UNICODE else to_unicode(sign, encoding)
