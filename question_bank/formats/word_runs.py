"""What is inside a paragraph of a Word file: runs, fields, links, changes, pictures, equations, text boxes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from question_bank.formats.legacy_text import LOST_GLYPH, Encoding, encoding_of, is_mixed, to_unicode
from question_bank.formats.office_package import Relation
from question_bank.formats.omml import read_omml
from question_bank.formats.word_drawings import drawing_things, object_thing, text_boxes
from question_bank.formats.word_fields import equation, symbol_text
from question_bank.formats.word_styles import Format, Ground, Style, Styles
from question_bank.formats.word_text import THING, Formula, Look, Missing, Rich, Thing
from question_bank.formats.xml_tree import Node
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase

_TEXT = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:softHyphen": "\xad"}
_GONE = frozenset({"w:del", "w:moveFrom"})
_THROUGH = frozenset(
    {
        "w:smartTag",
        "w:customXml",
        "w:sdt",
        "w:sdtContent",
        "w:ins",
        "w:moveTo",
        "w:bdo",
        "w:dir",
        "w:ruby",
        "w:rubyBase",
    }
)
_SPACES = {"\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\u2028": "\n"}
_MOST_INSTRUCTION = 10_000
MOST_CHARACTERS = 4_000_000  # of one file: 5,000 questions of 800 characters; each costs 40 bytes while it is read
OWN_TAG = re.compile(r"\[(examroom:[^\[\]]{1,260})\]")  # in hidden text: what our own export says of an item


@dataclass(slots=True)
class Content:
    """A paragraph's own content while it is read."""

    text: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    things: dict[int, Thing] = field(default_factory=dict)
    hidden: str = ""
    notes: frozenset[str] = frozenset()
    boxes: list[tuple[Node, str]] = field(default_factory=list)

    @property
    def rich(self) -> Rich:
        """The text so far."""
        return Rich("".join(self.text), tuple(self.looks), dict(self.things))

    def add(self, text: str, look: Look) -> None:
        """More text of one look."""
        self.text.extend(text)
        self.looks.extend([look] * len(text))

    def thing(self, thing: Thing, look: Look) -> None:
        """A picture, formula or the like."""
        self.things[len(self.looks)] = thing
        self.add(THING, look)

    def note(self, code: str) -> None:
        """Something a reader should know of this paragraph."""
        self.notes |= {code}


@dataclass(slots=True)
class _Field:
    """A complex field that has begun: its instruction, and whether its result has."""

    instruction: str = ""
    shows: bool = False
    shown: bool = False


class Runs:
    """Reads paragraphs of one document in order: a field may begin in one and end in another."""

    def __init__(self, styles: Styles, relations: Mapping[str, Relation], notes: Iterable[Node] = ()) -> None:
        self._styles = styles
        self._relations = relations
        self._footnotes = {(node.name, node.get("w:id")): node for node in notes}
        self._fields: list[_Field] = []
        self._left = MOST_CHARACTERS
        self._plain: dict[tuple[str, str, int], Format] = {}

    def count(self, characters: int) -> None:
        """So much more text was shown. Raises UnreadableFileError beyond the bound."""
        self._left -= characters
        if self._left < 0:
            raise UnreadableFileError(phrase("the file is too large or nested too deeply"))

    def paragraph(self, node: Node, style: Style | None, ground: Ground) -> Content:
        """All that is in one paragraph but its automatic label."""
        content = Content()
        walk = _Walk(self, content, style, ground)
        walk.inside(node, link=False)
        return content

    # Fields are kept here, the walk over one paragraph asks.

    @property
    def silent(self) -> bool:
        """Whether what comes now is a field's instruction and not shown."""
        return any(not one.shows for one in self._fields)

    def field_sign(self, kind: str) -> _Field | None:
        """A field begins, shows its result or ends; the ended field is given back."""
        if kind == "begin":
            if len(self._fields) < 20:
                self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shows = True
        elif kind == "end" and self._fields:
            return self._fields.pop()
        return None

    def instruct(self, text: str) -> None:
        """More of the instruction of the innermost field."""
        if self._fields and len(self._fields[-1].instruction) < _MOST_INSTRUCTION:
            self._fields[-1].instruction += text

    def has_shown(self) -> None:
        """The innermost field showed something."""
        if self._fields:
            self._fields[-1].shown = True

    def links(self) -> bool:
        """Whether what comes now is the text of a link made by a field."""
        return any(one.instruction.lstrip().upper().startswith("HYPERLINK") for one in self._fields)

    def relation(self, key: str) -> str:
        """The name of the part a relation leads to; empty when it leads outside or nowhere."""
        found = self._relations.get(key)
        return found.target if found is not None and not found.outside else ""

    def footnote(self, reference: Node) -> Node | None:
        """What a reference leads to, once."""
        kind = "w:footnote" if reference.name == "w:footnoteReference" else "w:endnote"
        return self._footnotes.pop((kind, reference.get("w:id")), None)

    def format(self, style: Style | None, run: Node | None, ground: Ground) -> Format:
        """A run's effective properties; nobody may change them."""
        if run is not None:
            return self._styles.format(style, run, ground=ground)
        key = (style.id if style else "", ground.shade, id(ground.table))  # `Styles` keeps the formats of tables
        if key not in self._plain:
            self._plain[key] = self._styles.format(style, None, ground=ground)
        return self._plain[key]

    def look(self, form: Format, link: bool) -> Look:
        """How they look."""
        return self._styles.look(form, link)


class _Walk:
    """Over one paragraph."""

    def __init__(self, runs: Runs, content: Content, style: Style | None, ground: Ground) -> None:
        self._runs = runs
        self._content = content
        self._style = style
        self._ground = ground
        self._in_run: dict[str, Callable[[Node, Format, Look], None]] = {
            "w:t": self._text, "w:sym": self._symbol, "w:fldChar": self._field, "w:instrText": self._instruction,
            "w:drawing": self._drawing, "w:pict": self._drawing, "w:object": self._object,
            "mc:AlternateContent": self._alternative, "w:footnoteReference": self._footnote,
            "w:endnoteReference": self._footnote,
        }  # fmt: skip

    def inside(self, node: Node, link: bool) -> None:
        """Everything in an element that holds runs."""
        for child in node.children:
            name = child.name
            if name == "w:r":
                self._run(child, link)
            elif name in _GONE:
                self._content.note("tracked")
            elif name in ("w:hyperlink", "w:fldSimple"):
                self.inside(child, link or name == "w:hyperlink")
            elif name in _THROUGH:
                if name in ("w:ins", "w:moveTo"):
                    self._content.note("tracked")
                self.inside(child, link)
            elif name == "m:oMath":
                self._formula(child, display=False)
            elif name == "m:oMathPara":
                for formula in child.all("m:oMath"):
                    self._formula(formula, display=True)
            elif name == "mc:AlternateContent":
                chosen = child.child("mc:Choice") or child.child("mc:Fallback")
                if chosen is not None:
                    self.inside(chosen, link)

    def _run(self, node: Node, link: bool) -> None:
        form = self._runs.format(self._style, node.child("w:rPr"), self._ground)
        look = self._runs.look(form, link or self._runs.links())
        for child in node.children:
            if child.name == "w:rPr":
                continue
            if child.name in _TEXT:
                self._show(_TEXT[child.name], form, look)
            elif child.name in ("m:oMath", "m:oMathPara", "w:ruby"):
                self.inside(node if child.name != "w:ruby" else child, link)
            elif make := self._in_run.get(child.name):
                make(child, form, look)

    def _show(self, text: str, form: Format, look: Look) -> None:
        """Text as people read it, in the letters of Unicode."""
        encoding = encoding_of(form.font)
        plain = to_unicode(text, encoding)
        if plain != text:
            self._content.note(
                "legacy_font" if encoding not in (Encoding.SYMBOL, Encoding.WINGDINGS) else "symbol_font"
            )
        if is_mixed(text, encoding):
            self._content.note("legacy_mixed")
        plain = _clean(plain)
        if form.capitals:
            plain = plain.upper()
        if self._runs.silent or not plain:
            return
        if form.hidden:
            self._hidden(plain)
            return
        self._runs.has_shown()
        self._runs.count(len(plain))
        self._content.add(plain, look)
        if LOST_GLYPH in plain:
            self._content.note("lost_glyph")

    def _hidden(self, text: str) -> None:
        """Text that Word does not show: kept apart."""
        self._content.hidden += text

    def _text(self, node: Node, form: Format, look: Look) -> None:
        self._show(node.text.replace("\n", " "), form, look)

    def _symbol(self, node: Node, form: Format, look: Look) -> None:
        code = node.get("w:char")
        if code and len(code) <= 4 and all(digit in "0123456789abcdefABCDEF" for digit in code):
            encoding = encoding_of(node.get("w:font"))
            sign = chr(int(code, 16) or 0xFFFD)
            plain = to_unicode(sign, encoding) if encoding is not Encoding.UNICODE else sign
            self._show(plain if unicodedata.category(plain[0]) not in ("Co", "Cs") else LOST_GLYPH, form, look)

    def _field(self, node: Node, form: Format, look: Look) -> None:
        ended = self._runs.field_sign(node.get("w:fldCharType"))
        if ended is None or ended.shown:
            return
        sign = symbol_text(ended.instruction)
        if sign is not None:
            self._show(sign, form, look)
        elif ended.instruction.strip().upper().startswith("EQ"):
            made = equation(ended.instruction)
            self._thing(made if made is not None else Missing("equation_field"), form, look)

    def _instruction(self, node: Node, _form: Format, _look: Look) -> None:
        self._runs.instruct(node.text)

    def _footnote(self, node: Node, _form: Format, _look: Look) -> None:
        """Its words come behind the paragraph, as those of a text box do."""
        if (words := self._runs.footnote(node)) is not None:
            self._content.boxes.append((words, "footnote"))

    def _thing(self, thing: Thing, form: Format, look: Look) -> None:
        if self._runs.silent or form.hidden:
            return
        self._runs.has_shown()
        self._content.thing(thing, look)

    def _formula(self, node: Node, display: bool) -> None:
        formula: Formula = read_omml(node, display)
        if formula.tex and not self._runs.silent:
            self._content.thing(formula, self._runs.look(self._runs.format(self._style, None, self._ground), False))

    def _drawing(self, node: Node, form: Format, look: Look) -> None:
        boxes = text_boxes(node)
        self._content.boxes += [(box, "text_box") for box in boxes]
        for thing in drawing_things(node, self._runs.relation):
            if not (isinstance(thing, Missing) and boxes):
                self._thing(thing, form, look)

    def _object(self, node: Node, form: Format, look: Look) -> None:
        self._thing(object_thing(node, self._runs.relation), form, look)

    def _alternative(self, node: Node, form: Format, look: Look) -> None:
        """What Word 2010 wrote, else what it wrote for older ones."""
        for branch in (node.child("mc:Choice"), node.child("mc:Fallback")):
            known = [child for child in branch.children if child.name in self._in_run] if branch else []
            if known:
                for child in known:
                    self._in_run[child.name](child, form, look)
                return


def _clean(text: str) -> str:
    """NFC, one kind of space, nothing invisible."""
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(_SPACES.get(one, one) for one in text)
    kept = "".join(
        one for one in kept
        if one in "\t\n" or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or one == THING
    ).replace(THING, "")  # fmt: skip
    kept = "".join(LOST_GLYPH if unicodedata.category(one) == "Co" else one for one in kept)
    return unicodedata.normalize("NFC", kept)
