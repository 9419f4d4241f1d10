r"""Mathematics inside HTML: LaTeX between `\( \)`, `\[ \]` and `$$ $$` as Moodle's filters know it (and `[tex]`), and MathML as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.content import MAX_TEX, Math, parse
from question_bank.formats.html_tree import MOST_TAGS, Element, tree
from question_bank.mathematics import NotMath, mathml

_OPEN = re.compile(r"\\\(|\\\[|\$\$|\[tex\]")
_CLOSE = {"\\(": "\\)", "\\[": "\\]", "$$": "$$", "[tex]": "[/tex]"}
MOST_FORMULAS = 30_000  # of one file: six for each of 5,000 questions
MOST_GAPS = 10_000  # of embedded answers in a small file; each costs some 50 microseconds
MOST_CHECKED = 4000  # formulas of one file that are tried; a file with more is looked at by `check`

_CHARACTERS = {
    "×": r"\times ", "÷": r"\div ", "≤": r"\leq ", "≥": r"\geq ", "≠": r"\neq ", "±": r"\pm ", "∓": r"\mp ", "∞": r"\infty ",
    "→": r"\to ", "←": r"\leftarrow ", "⇒": r"\Rightarrow ", "⇔": r"\Leftrightarrow ", "↔": r"\leftrightarrow ",
    "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∂": r"\partial ", "∇": r"\nabla ", "∈": r"\in ", "∉": r"\notin ",
    "⊂": r"\subset ", "⊆": r"\subseteq ", "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ", "∀": r"\forall ",
    "∃": r"\exists ", "∧": r"\wedge ", "∨": r"\vee ", "¬": r"\neg ", "≈": r"\approx ", "≡": r"\equiv ", "∼": r"\sim ",
    "⋅": r"\cdot ", "·": r"\cdot ", "∘": r"\circ ", "°": r"^{\circ}", "…": r"\ldots ", "⋯": r"\cdots ", "∠": r"\angle ",
    "⊥": r"\perp ", "∥": r"\parallel ", "△": r"\triangle ", "−": "-", "\u2061": "", "\u2062": "", "\u2063": "", "\u00a0": " ",
    "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "_": r"\_", "\\": r"\backslash ",
    "α": r"\alpha ", "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ε": r"\varepsilon ", "θ": r"\theta ", "λ": r"\lambda ",
    "μ": r"\mu ", "π": r"\pi ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ", "φ": r"\varphi ", "ω": r"\omega ",
    "Γ": r"\Gamma ", "Δ": r"\Delta ", "Θ": r"\Theta ", "Λ": r"\Lambda ", "Π": r"\Pi ", "Σ": r"\Sigma ", "Φ": r"\Phi ", "Ω": r"\Omega ",
}  # fmt: skip
_FUNCTIONS = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "ln", "lg",
    "lim", "max", "min", "exp", "det", "gcd"
})  # fmt: skip
_OVER = {
    "¯": "overline", "‾": "overline", "\u0305": "overline", "→": "overrightarrow", "⃗": "vec", "^": "hat", "ˆ": "hat",
    "˙": "dot", "~": "tilde", "˜": "tilde", "⏞": "overbrace", "^^": "widehat",
}  # fmt: skip
_LIMITS = frozenset(["∑", "∏", "∫", "lim", "max", "min", "⋃", "⋂"])


@dataclass(frozen=True, slots=True)
class BadFormula:
    """Text between the signs of a formula that is none we can draw, signs included."""

    text: str


@dataclass(slots=True)
class Budget:
    """How many formulas of a file may still be tried (each costs a fraction of a millisecond), and how many tags and gaps read."""

    left: int = MOST_CHECKED
    formulas: int = MOST_FORMULAS
    tags: int = MOST_TAGS
    gaps: int = MOST_GAPS

    @classmethod
    def of(cls, file_bytes: int) -> Budget:
        """For a file of this size: texts stand in elements of the file, so that tags and gaps are never as dense as this."""
        return cls(tags=max(20_000, file_bytes // 16), gaps=max(MOST_GAPS, file_bytes // 48))


def split_math(text: str, budget: Budget) -> Iterator[str | Math | BadFormula]:
    """The text in pieces; what opens a formula and never closes one is text."""
    at, read, missing = 0, 0, set[str]()
    for opening in _OPEN.finditer(text):
        begin = opening.start()
        if begin < read or opening[0] in missing or (begin and text[begin - 1] == "\\"):
            continue
        if budget.formulas <= 0:
            yield BadFormula(text[at:])
            return
        closing = _CLOSE[opening[0]]
        end = text.find(closing, opening.end())
        if end < 0:
            missing.add(opening[0])
            continue
        read = end + len(closing)
        tex = " ".join(text[opening.end() : end].split())
        if not tex:
            continue  # signs around nothing are text
        if begin > at:
            yield text[at:begin]
        at = read
        yield formula(tex, opening[0] not in ("\\(", "[tex]"), budget) or BadFormula(text[begin:at])
    if at < len(text):
        yield text[at:]


def formula(tex: str, display: bool, budget: Budget) -> Math | None:
    """The construct, when the text is LaTeX that can be drawn and that our own notation can hold."""
    if not tex or len(tex) > MAX_TEX or any(ord(one) < 32 for one in tex):
        return None
    budget.formulas -= 1
    if budget.formulas < 0:
        return None
    made = Math(tex, display)
    content, flaws = parse(f"{{{{{'formula' if display else 'math'}:{tex}}}}}")
    if flaws or content != (made,):
        return None
    budget.left -= 1
    return None if budget.left >= 0 and isinstance(mathml(tex, display), NotMath) else made


def from_wiris(source: str) -> str | None:
    """LaTeX of the MathML that the WIRIS editor keeps with its pictures, its brackets written as « and »."""
    text = source.replace("«", "<").replace("»", ">").replace("¨", '"').replace("§", "&")
    return next((from_mathml(one) for one in tree(text).root.elements() if one.name == "math"), None)


def from_mathml(element: Element) -> str | None:
    """LaTeX of a simple MathML element, or None when something in it has no counterpart here."""
    try:
        tex = " ".join(_tex(element).split())
    except _UnknownError:
        return None
    return tex or None


class _UnknownError(Exception):
    """An element or a number of children that is not known."""


def _tex(element: Element) -> str:
    name, parts = element.name, list(element.elements())
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return _leaf(name, " ".join("".join(element.texts()).split()))
    if name == "semantics":
        return _semantics(parts)
    if name == "mfenced":
        return _fenced(element, parts)
    if name == "mtable":
        rows = [" & ".join(_row(cell) for cell in row.elements()) for row in parts]
        return r"\begin{matrix}" + r" \\ ".join(rows) + r"\end{matrix}"
    if name in ("math", "mrow", "mstyle", "mpadded", "mtd"):
        return _row(element)
    if name in ("mspace", "none", "annotation"):
        return " "
    if name == "msqrt":
        return rf"\sqrt{{{_row(element)}}}"
    return _script(name, [_tex(part) for part in parts], ["".join(part.texts()).strip() for part in parts])


def _row(element: Element) -> str:
    return "".join(_tex(part) for part in element.elements())


def _leaf(name: str, text: str) -> str:
    if name in ("mtext", "ms"):
        return rf"\text{{{''.join(_TEXT.get(one, one) for one in text)}}}" if text else " "
    if name == "mi" and text in _FUNCTIONS:
        return f"\\{text} "
    written = "".join(_CHARACTERS.get(one, one) for one in text)
    return rf"\mathrm{{{written}}}" if name == "mi" and len(text) > 1 else written


_TEXT = {one: _CHARACTERS[one] for one in "{}%#&$_"}


def _semantics(parts: list[Element]) -> str:
    for part in parts:
        if part.name == "annotation" and "tex" in part.attributes.get("encoding", "").lower():
            return "".join(part.texts())
    return _tex(parts[0]) if parts else ""


def _fenced(element: Element, parts: list[Element]) -> str:
    opening, closing = (element.attributes.get(side, default) for side, default in (("open", "("), ("close", ")")))
    between = element.attributes.get("separators", ",").strip()[:1]
    inner = between.join(_tex(part) for part in parts)
    left, right = (_CHARACTERS.get(one, one) or "." for one in (opening.strip(), closing.strip()))
    return rf"\left{left}{inner}\right{right}"


def _script(name: str, made: list[str], plain: list[str]) -> str:
    wanted = 3 if name in ("msubsup", "munderover") else 2
    if len(made) != wanted:
        raise _UnknownError(name)
    base = f"{{{made[0]}}}"
    match name:
        case "mfrac":
            return rf"\frac{base}{{{made[1]}}}"
        case "mroot":
            return rf"\sqrt[{made[1]}]{base}"
        case "msup":
            return f"{base}^{{{made[1]}}}"
        case "msub":
            return f"{base}_{{{made[1]}}}"
        case "msubsup" | "munderover":
            return f"{made[0] if plain[0] in _LIMITS else base}_{{{made[1]}}}^{{{made[2]}}}"
        case "mover" if plain[1] in _OVER:
            return rf"\{_OVER[plain[1]]}{base}"
        case "mover":
            return rf"\overset{{{made[1]}}}{base}"
        case "munder":
            return f"{made[0]}_{{{made[1]}}}" if plain[0] in _LIMITS else rf"\underset{{{made[1]}}}{base}"
    raise _UnknownError(name)
