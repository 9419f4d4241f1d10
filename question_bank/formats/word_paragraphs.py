"""What a paragraph of a Word file looks like in the end: document defaults, the table's style, the chain of paragraph styles with the
lists they belong to, its own list, its own properties (ISO/IEC 29500-1, 17.7.2, 17.9.23). Lengths are twips.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.formats.office_package import truth, value, whole
from question_bank.formats.word_measures import twips
from question_bank.formats.word_numbering import Numbering
from question_bank.formats.word_styles import NO_GROUND, Ground, Style, Styles
from question_bank.formats.xml_tree import Node

BODY_LEVEL = 9  # the outline level of what is no heading (17.3.1.20)
_AUTOMATIC = 280  # the space that HTML gives a paragraph (17.3.1.33)
_LINE = 240  # a line, where spaces and heights are counted in lines
_SIDES = ("top", "left", "bottom", "right", "between", "bar")
_ALIGNMENTS = {
    "": "left", "start": "left", "left": "left", "end": "right", "right": "right", "center": "center", "both": "justify",
    "distribute": "distribute", "thaiDistribute": "distribute", "lowKashida": "justify", "mediumKashida": "justify",
    "highKashida": "justify", "numTab": "left",
}  # fmt: skip
_TABS = {"start": "left", "end": "right", "num": "left", "": "left"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab stop: twips from the margin; `left`, `center`, `right`, `decimal` or `bar`; `none`, `dot`, `hyphen`, `underscore` …"""

    position: int
    align: str
    leader: str


@dataclass(frozen=True, slots=True)
class Border:
    """One line of a frame: its kind in the file's word, points wide, six hex digits (`000000` for automatic)."""

    style: str
    width_pt: float
    colour: str


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """The effective format. `first` is negative for a hanging indent; `line` is in 240ths of a line where `line_rule` is `auto`, else
    twips; `outline` is 0 … 8, `BODY_LEVEL` for the rest; `num` and `level` are the list, `""` without one."""

    align: str = "left"
    left: int = 0
    right: int = 0
    first: int = 0
    before: int = 0
    after: int = 0
    line: int = _LINE
    line_rule: str = "auto"
    keep_next: bool = False
    keep_lines: bool = False
    page_break_before: bool = False
    widow_control: bool = True
    contextual: bool = False
    outline: int = BODY_LEVEL
    tabs: tuple[Tab, ...] = ()
    borders: Mapping[str, Border] = field(default_factory=dict)
    shade: str = ""
    drop_cap: str = ""
    drop_lines: int = 0
    num: str = ""
    level: int = 0


@dataclass(slots=True)
class _Gathered:
    """Properties on their way: lengths by the name of their attribute, tab stops by place, lines of frames by side."""

    nodes: dict[str, Node] = field(default_factory=dict)
    indents: dict[str, str] = field(default_factory=dict)
    spaces: dict[str, str] = field(default_factory=dict)
    tabs: dict[int, Tab] = field(default_factory=dict)
    borders: dict[str, Node] = field(default_factory=dict)

    def copy(self) -> _Gathered:
        return _Gathered(dict(self.nodes), dict(self.indents), dict(self.spaces), dict(self.tabs), dict(self.borders))

    def add(self, properties: Node | None) -> None:
        """What speaks later holds, attribute by attribute."""
        for node in properties.children if properties else ():
            match node.name:
                case "w:ind":
                    self._indent({key.removeprefix("w:"): said for key, said in node.attributes.items()})
                case "w:spacing":
                    self.spaces.update({key.removeprefix("w:"): said for key, said in node.attributes.items()})
                case "w:tabs":
                    self._tabs(node)
                case "w:pBdr":
                    self.borders.update({side.name.removeprefix("w:"): side for side in node.children})
                case _:
                    self.nodes[node.name] = node

    def _indent(self, said: dict[str, str]) -> None:
        for new, old in (("start", "left"), ("end", "right")):
            if new in said:
                said[old] = said.pop(new)
        if "hanging" in said:
            said.pop("firstLine", None)
            self.indents.pop("firstLine", None)
        elif "firstLine" in said:
            self.indents.pop("hanging", None)
        self.indents.update(said)

    def _tabs(self, node: Node) -> None:
        for tab in node.all("w:tab"):
            at = twips(tab.get("w:pos"))
            kind = tab.get("w:val")
            if kind == "clear":
                self.tabs.pop(at, None)
            else:
                self.tabs[at] = Tab(at, _TABS.get(kind, kind), tab.get("w:leader") or "none")


class Paragraphs:
    """The effective formats of one document's paragraphs."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._below: dict[tuple[str, bool, int], _Gathered] = {}
        self._grounds: list[Ground] = []  # keeps what `_below` knows by its address

    def format(self, properties: Node | None, style: Style | None, ground: Ground = NO_GROUND) -> ParagraphFormat:
        """Of one paragraph by its own properties, its style and what the table's style says."""
        own = properties.child("w:numPr") if properties else None
        num, level = self._numbering.place(properties, style)
        none = num in ("", "0")
        found = self._styled(style, not none, ground).copy()
        if own is not None and not none and (listed := self._numbering.level(num, level)) is not None:
            found.add(listed.paragraph)
        found.add(properties)
        return self._made(found, "" if none else num, 0 if none else level)

    def _styled(self, style: Style | None, listed: bool, ground: Ground) -> _Gathered:
        """Everything below the paragraph's own properties."""
        key = (style.id if style else "", listed, id(ground))
        found = self._below.get(key)
        if found is None:
            found = _Gathered()
            found.add(self._styles.paragraph_defaults)
            for node in ground.paragraphs:
                found.add(node)
            for one in reversed(self._styles.chain(style)):
                said = one.paragraph.child("w:numPr") if one.paragraph and listed else None
                if said is not None and (num := value(said.child("w:numId"))):
                    level = whole(value(said.child("w:ilvl")), -1)
                    level = level if level >= 0 else max(self._numbering.level_of_style(num, one.id), 0)
                    of_list = self._numbering.level(num, level)
                    found.add(of_list.paragraph if of_list else None)
                found.add(one.paragraph)
            self._below[key] = found
            self._grounds.append(ground)
        return found

    def _made(self, found: _Gathered, num: str, level: int) -> ParagraphFormat:
        nodes, indents = found.nodes, found.indents
        frame = nodes.get("w:framePr")
        outline = whole(value(nodes.get("w:outlineLvl")), BODY_LEVEL)
        rule = found.spaces.get("lineRule", "auto")
        return ParagraphFormat(
            align=_ALIGNMENTS.get(value(nodes.get("w:jc")), "left"),
            left=twips(indents.get("left", "")),
            right=twips(indents.get("right", "")),
            first=-twips(indents["hanging"]) if "hanging" in indents else twips(indents.get("firstLine", "")),
            before=_space(found.spaces, "before"),
            after=_space(found.spaces, "after"),
            line=twips(found.spaces.get("line", ""), _LINE),
            line_rule=rule if rule in ("exact", "atLeast") else "auto",
            keep_next=truth(nodes.get("w:keepNext")),
            keep_lines=truth(nodes.get("w:keepLines")),
            page_break_before=truth(nodes.get("w:pageBreakBefore")),
            widow_control=truth(nodes.get("w:widowControl"), default=True),
            contextual=truth(nodes.get("w:contextualSpacing")),
            outline=outline if 0 <= outline < BODY_LEVEL else BODY_LEVEL,
            tabs=tuple(found.tabs[at] for at in sorted(found.tabs)),
            borders={side: self.border(node) for side, node in found.borders.items() if side in _SIDES and is_drawn(node)},
            shade=self._styles.shade(nodes.get("w:shd")),
            drop_cap=(frame.get("w:dropCap") if frame else "").replace("none", ""),
            drop_lines=whole(frame.get("w:lines"), 0) if frame else 0,
            num=num,
            level=level,
        )  # fmt: skip

    def border(self, node: Node) -> Border:
        """One line of a frame."""
        return Border(value(node), whole(node.get("w:sz"), 0) / 8, self._styles.border_colour(node) or "000000")


def is_drawn(node: Node) -> bool:
    """Whether a line of a frame is there at all."""
    return value(node, "none") not in ("none", "nil", "")


def _space(said: Mapping[str, str], side: str) -> int:
    if said.get(f"{side}Autospacing", "0").lower() in ("1", "true", "on"):
        return _AUTOMATIC
    if side in said:
        return twips(said[side])
    return whole(said.get(f"{side}Lines", ""), 0) * _LINE // 100
