"""Word's own equations (Office MathML) as LaTeX (ISO/IEC 29500-1, 22.1). Pure.

Whatever the element, something comes out; what LaTeX of ours cannot say is named in `Formula.lost`.
"""

from __future__ import annotations

from collections.abc import Callable

from question_bank.formats.office_package import truth, value
from question_bank.formats.omml_symbols import FUNCTIONS, joined_tex, quoted, sign, text_to_tex, tidy
from question_bank.formats.word_text import Formula
from question_bank.formats.xml_tree import Node

_ACCENTS = {
    "\u0302": ("hat", "widehat"), "\u0303": ("tilde", "widetilde"), "\u0304": ("bar", "overline"),
    "\u0305": ("overline", "overline"), "\u0306": ("breve", "breve"), "\u0307": ("dot", "dot"),
    "\u0308": ("ddot", "ddot"), "\u030c": ("check", "check"), "\u0301": ("acute", "acute"), "\u0300": ("grave", "grave"),
    "\u20d7": ("vec", "overrightarrow"), "\u20d6": ("overleftarrow", "overleftarrow"), "\u2192": ("vec", "overrightarrow"),
    "\u20e1": ("overleftrightarrow", "overleftrightarrow"), "\u005e": ("hat", "widehat"), "\u00af": ("bar", "overline"),
    "\u2322": ("overset{\\frown}", "overset{\\frown}"), "\u0311": ("overset{\\frown}", "overset{\\frown}"),
}  # fmt: skip
_FENCES = {
    "": ".", "{": "\\{", "}": "\\}", "⟨": "\\langle ", "⟩": "\\rangle ", "〈": "\\langle ", "〉": "\\rangle ",
    "‖": "\\|", "∥": "\\|", "⌊": "\\lfloor ", "⌋": "\\rfloor ", "⌈": "\\lceil ", "⌉": "\\rceil ", "\\": "\\backslash ",
    "|": "|", "(": "(", ")": ")", "[": "[", "]": "]", "/": "/",
}  # fmt: skip
_SKIPPED = frozenset({"w:del", "w:moveFrom", "m:ctrlPr", "w:rPr", "w:bookmarkStart", "w:bookmarkEnd"})
_WITH_LIMITS = ("\\lim", "\\max", "\\min", "\\sup", "\\inf")


def read_omml(node: Node, display: bool) -> Formula:
    """An `m:oMath` as LaTeX."""
    reader = _Reader()
    return Formula(tidy(reader.inside(node)), display, tuple(dict.fromkeys(reader.lost)))


class _Reader:
    """Walks an equation; depth is bounded by the XML reader's."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self._aligned = 0  # inside an equation array, where & only aligns
        self._by_name: dict[str, Callable[[Node], str]] = {
            "m:r": self._run, "m:f": self._fraction, "m:rad": self._root, "m:sSup": self._scripts,
            "m:sSub": self._scripts, "m:sSubSup": self._scripts, "m:sPre": self._before, "m:nary": self._nary,
            "m:d": self._fenced, "m:m": self._matrix, "m:eqArr": self._array, "m:func": self._function,
            "m:acc": self._accent, "m:bar": self._bar, "m:limLow": self._limit, "m:limUpp": self._limit,
            "m:groupChr": self._grouped, "m:borderBox": self._boxed, "m:phant": self._phantom,
        }  # fmt: skip

    def inside(self, node: Node | None) -> str:
        """All that is in an element."""
        if node is None:
            return ""
        return joined_tex(self._one(child) for child in node.children if child.name not in _SKIPPED)

    def _one(self, node: Node) -> str:
        make = self._by_name.get(node.name)
        if make is not None:
            return make(node)
        return "" if node.name.endswith("Pr") else self.inside(node)

    def _part(self, node: Node, name: str) -> str:
        return tidy(self.inside(node.child(name)))

    def _run(self, node: Node) -> str:
        text = "".join(child.text for child in node.children if child.name in ("m:t", "w:t"))
        if self._aligned:
            text = text.replace("&", "")
        style = node.child("m:rPr")
        if style is not None and truth(style.child("m:nor")):
            return quoted(text) if any(map(str.isalpha, text)) else text_to_tex(text)
        kind = value(style.child("m:sty"), "i") if style else "i"
        script = value(style.child("m:scr")) if style else ""
        tex = text_to_tex(text, upright=kind in ("p", "b"))
        if script == "double-struck" and text.isalpha():
            return f"\\mathbb{{{text}}}"
        bare = tex.strip()
        if kind in ("b", "bi") and bare and bare.isalnum() and bare.isascii():
            return f"\\mathbf{{{bare}}}"
        return tex

    def _fraction(self, node: Node) -> str:
        above, below = self._part(node, "m:num"), self._part(node, "m:den")
        kind = value(node.path("m:fPr", "m:type"), "bar")
        if kind == "noBar":
            return f"\\begin{{matrix}}{above}\\\\{below}\\end{{matrix}}"
        if kind in ("lin", "skw"):
            return f"{{{above}}}/{{{below}}}"
        return f"\\frac{{{above}}}{{{below}}}"

    def _root(self, node: Node) -> str:
        degree = "" if truth(node.path("m:radPr", "m:degHide")) else self._part(node, "m:deg")
        return f"\\sqrt{f'[{degree}]' if degree else ''}{{{self._part(node, 'm:e')}}}"

    def _scripts(self, node: Node) -> str:
        base = self._part(node, "m:e")
        if not base or (len(base) > 1 and not _is_atom(base)):
            base = f"{{{base}}}"
        below = f"_{{{self._part(node, 'm:sub')}}}" if node.child("m:sub") else ""
        above = f"^{{{self._part(node, 'm:sup')}}}" if node.child("m:sup") else ""
        return f"{base}{below}{above.replace('^{' + chr(39) + '}', chr(39))}"

    def _before(self, node: Node) -> str:
        scripts = f"{{}}_{{{self._part(node, 'm:sub')}}}^{{{self._part(node, 'm:sup')}}}"
        return f"{scripts}{{{self._part(node, 'm:e')}}}"

    def _nary(self, node: Node) -> str:
        form = node.child("m:naryPr")
        character = value(form.child("m:chr"), "∫") if form else "∫"
        operator = sign(character or "∫").strip()
        place = value(form.child("m:limLoc")) if form else ""
        if place == "undOvr" and operator in ("\\int", "\\iint", "\\iiint", "\\oint"):
            operator += "\\limits"
        below, above = self._part(node, "m:sub"), self._part(node, "m:sup")
        scripts = (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "")
        return joined_tex([operator + scripts, self._part(node, "m:e")])

    def _fenced(self, node: Node) -> str:
        form = node.child("m:dPr")
        left, right, between = (
            found.get("m:val") if form and (found := form.child(name)) else default
            for name, default in (("m:begChr", "("), ("m:endChr", ")"), ("m:sepChr", "|"))
        )
        arrays = [e for e in node.all("m:e") if len(e.children) == 1 and e.children[0].name == "m:eqArr"]
        if (left, right) == ("{", "") and len(arrays) == 1:
            return f"\\begin{{cases}}{self._rows(arrays[0].children[0])}\\end{{cases}}"
        inner = sign(between or " ").join(tidy(self.inside(e)) for e in node.all("m:e"))
        return f"\\left{self._fence(left)}{inner}\\right{self._fence(right)}"

    def _fence(self, character: str) -> str:
        found = _FENCES.get(character)
        if found is None:
            self.lost.append(character)
        return "." if found is None else found.strip()

    def _matrix(self, node: Node) -> str:
        rows = "\\\\".join("&".join(tidy(self.inside(e)) for e in row.all("m:e")) for row in node.all("m:mr"))
        return f"\\begin{{matrix}}{rows}\\end{{matrix}}"

    def _array(self, node: Node) -> str:
        return f"\\begin{{array}}{{l}}{self._rows(node)}\\end{{array}}"

    def _rows(self, node: Node) -> str:
        self._aligned += 1
        rows = "\\\\".join(tidy(self.inside(e)) for e in node.all("m:e"))
        self._aligned -= 1
        return rows

    def _function(self, node: Node) -> str:
        name = self._part(node, "m:fName")
        if name.isalpha() and name not in FUNCTIONS:
            name = f"\\operatorname{{{name}}}" if name.isascii() else quoted(name)
        return joined_tex([name, " " if name.startswith("\\") else "", self._part(node, "m:e")])

    def _accent(self, node: Node) -> str:
        character = value(node.path("m:accPr", "m:chr"), "\u0302") or "\u0302"
        inner = self._part(node, "m:e")
        short, long = _ACCENTS.get(character, ("", ""))
        if not short:
            self.lost.append(character)
            return inner
        return f"\\{short if len(inner) == 1 or _is_command(inner) else long}{{{inner}}}"

    def _bar(self, node: Node) -> str:
        kind = "underline" if value(node.path("m:barPr", "m:pos"), "bot") == "bot" else "overline"
        return f"\\{kind}{{{self._part(node, 'm:e')}}}"

    def _limit(self, node: Node) -> str:
        base, limit = self._part(node, "m:e"), self._part(node, "m:lim")
        below = node.name == "m:limLow"
        if base.startswith(("\\overbrace", "\\underbrace", *_WITH_LIMITS)):
            return f"{base}{'_' if below else '^'}{{{limit}}}"
        return f"\\{'underset' if below else 'overset'}{{{limit}}}{{{base}}}"

    def _grouped(self, node: Node) -> str:
        form = node.child("m:groupChrPr")
        character = value(form.child("m:chr"), "⏟") if form else "⏟"
        above = bool(form) and value(form.child("m:pos"), "bot") == "top" if form else False
        inner = self._part(node, "m:e")
        braces = {"⏟": "underbrace", "⏞": "overbrace"}
        if character in braces:
            return f"\\{braces[character]}{{{inner}}}"
        # An arrow with its conditions: what is grouped stands on the other side of the sign.
        return f"\\{'underset' if above else 'overset'}{{{inner}}}{{{sign(character or '→').strip()}}}"

    def _boxed(self, node: Node) -> str:
        self.lost.append("□")
        return self._part(node, "m:e")

    def _phantom(self, node: Node) -> str:
        return self._part(node, "m:e") if truth(node.path("m:phantPr", "m:show"), default=True) else ""


def _is_command(tex: str) -> bool:
    return tex.startswith("\\") and tex[1:].isalpha()


def _is_atom(tex: str) -> bool:
    """Whether a power belongs to all of it without braces."""
    if _is_command(tex) or tex.isdigit():
        return True
    return tex.startswith("\\left") and tex.count("\\left") == 1 and tex[-2:] in ("t)", "t]", "t|")
