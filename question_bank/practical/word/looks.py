"""What characters of a Word file look like in the end, one value for each thing a check may ask about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from question_bank.formats.office_package import value, whole
from question_bank.formats.word_measures import twips
from question_bank.formats.word_styles import Format, Ground, Style, Styles
from question_bank.formats.xml_tree import Node

_DEFAULT_FONT = "Times New Roman"  # what Word takes where nobody names a font (17.3.2.26)
_SMALLER = 0.9  # of the size around it
_DEFAULT_SIZE = 20  # half points (17.3.2.38)
_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF", "red": "FF0000",
    "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunLook:
    """Colours are six hex digits: `colour` `000000` for automatic, `ground` (marker pen, else shading) empty for none.

    `font` is of the characters of ASCII, `far_font` of all others, Vietnamese letters among them. `underline` is the file's word, empty
    for none; `vertical` `sub`, `sup` or empty; `scale` in percent; `spacing_pt` more space between letters, negative for less.
    """

    font: str
    far_font: str
    size_pt: float
    bold: bool
    italic: bool
    underline: str
    strike: bool
    colour: str
    ground: str
    vertical: str
    caps: bool
    small_caps: bool
    hidden: bool
    spacing_pt: float
    scale: int
    style: str


class Looks:
    """The looks of one document's runs, each made once."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self._known: dict[tuple[object, ...], RunLook] = {}
        self._grounds: list[Ground] = []  # keeps what `_known` knows by its address

    def look(self, style: Style | None, run: Node | None, ground: Ground) -> RunLook:
        """Of a run by its own properties, its paragraph's style and what the table's style says."""
        own = tuple((one.name, *one.attributes.items(), *one.children) for one in run.children) if run else ()
        key = (style.id if style else "", id(ground), own)
        found = self._known.get(key)
        if found is None:
            form = self.styles.format(style, run, ground=ground)
            found = self.made(form)
            if not found.vertical and "w:position" in form.nodes:
                found = replace(found, vertical=self._lifted(form, self.styles.format(style, None, ground=ground)))
            self._known[key] = found
            self._grounds.append(ground)
        return found

    def _lifted(self, form: Format, around: Format) -> str:
        """`sub` or `sup` for text that was lifted by hand and made smaller than what is around it, as some programs save these."""
        lifted = twips(value(form.nodes.get("w:position")))
        sizes = [_half_points(value(one.nodes.get("w:sz"))) for one in (form, around)]
        if not lifted or sizes[0] > sizes[1] * _SMALLER:
            return ""
        return "sup" if lifted > 0 else "sub"

    def made(self, form: Format) -> RunLook:
        """What a person sees of a format."""
        nodes, switches = form.nodes, form.switches
        look = self.styles.look(form)
        underline = value(nodes.get("w:u"), "none")
        return RunLook(
            font=self.styles.font(form) or _DEFAULT_FONT,
            far_font=self.styles.font(form, "hAnsi") or self.styles.font(form) or _DEFAULT_FONT,
            size_pt=_half_points(value(nodes.get("w:sz"))),
            bold=look.bold,
            italic=look.italic,
            underline="" if underline == "none" else underline,
            strike=look.strike,
            colour=look.colour or "000000",
            ground=_HIGHLIGHTS.get(look.highlight, look.shade),
            vertical=look.level,
            caps=form.capitals,
            small_caps=switches.get("w:smallCaps", False),
            hidden=form.hidden,
            spacing_pt=twips(value(nodes.get("w:spacing"))) / 20,
            scale=whole(value(nodes.get("w:w")).removesuffix("%"), 100),
            style=form.style,
        )


def _half_points(text: str) -> float:
    """A size in points: half points as a bare number, or with a unit (17.18.42)."""
    return twips(text) / 20 if text[-1:].isalpha() else whole(text, _DEFAULT_SIZE) / 2
