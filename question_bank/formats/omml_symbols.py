"""Signs of mathematics as LaTeX, shared by what reads Word's own equations and MathType's. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "arcsin",
        "arccos",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "ln",
        "log",
        "lg",
        "exp",
        "lim",
        "max",
        "min",
        "sup",
        "inf",
        "det",
        "gcd",
        "dim",
        "ker",
        "deg",
        "arg",
    ]
)
_NAMED = frozenset(
    ["arccot", "tg", "cotg", "sgn", "sign", "rank", "Re", "Im", "lcm", "mod", "ƯCLN", "BCNN", "UCLN", "tanh"]
)
SYMBOLS = {
    **dict(zip("αβγδεζηθικλμνξπρστυφχψω", ["alpha", "beta", "gamma", "delta", "varepsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "varphi", "chi", "psi", "omega"], strict=True)),
    **dict(zip("ϵϑϕϖϱςΓΔΘΛΞΠΣΥΦΨΩ", ["epsilon", "vartheta", "phi", "varpi", "varrho", "varsigma", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"],
        strict=True)),
    **dict(zip("±∓×÷⋅∗∘≤≥≠≈≡∼≃≅∝≪≫", ["pm", "mp", "times", "div", "cdot", "ast", "circ", "le", "ge", "ne", "approx", "equiv", "sim", "simeq", "cong", "propto", "ll", "gg"], strict=True)),
    **dict(zip("∈∉∋⊂⊃⊆⊇⊄∪∩∅∀∃∄¬∧∨", ["in", "notin", "ni", "subset", "supset", "subseteq", "supseteq", "not\\subset", "cup", "cap", "varnothing", "forall", "exists", "nexists", "neg", "wedge", "vee"], strict=True)),
    **dict(zip("→←↔⇒⇐⇔↦↑↓↗↘⇌", ["to", "leftarrow", "leftrightarrow", "Rightarrow", "Leftarrow", "Leftrightarrow", "mapsto", "uparrow", "downarrow", "nearrow", "searrow", "rightleftharpoons"], strict=True)),
    **dict(zip("∞∂∇ℏℓ∠∡⊥∥△∴∵…⋯⋮⋱", ["infty", "partial", "nabla", "hbar", "ell", "angle", "measuredangle", "perp", "parallel", "triangle", "therefore", "because", "ldots", "cdots", "vdots", "ddots"], strict=True)),
    **dict(zip("∑∏∐∫∬∭∮⋃⋂⋁⋀", ["sum", "prod", "coprod", "int", "iint", "iiint", "oint", "bigcup", "bigcap", "bigvee", "bigwedge"], strict=True)),
    **dict(zip("⟨⟩⌊⌋⌈⌉‖∣⊕⊗⊖⊙√", ["langle", "rangle", "lfloor", "rfloor", "lceil", "rceil", "Vert", "mid", "oplus", "otimes", "ominus", "odot", "surd"], strict=True)),
    "·": "cdot", "−": "", "ℝ": "mathbb{R}", "ℕ": "mathbb{N}", "ℤ": "mathbb{Z}", "ℚ": "mathbb{Q}", "ℂ": "mathbb{C}",
    "∖": "setminus", "ℵ": "aleph", "∤": "nmid", "⋂": "bigcap", "〈": "langle", "〉": "rangle", "⇌": "rightleftharpoons",
    "⟶": "longrightarrow", "⟵": "longleftarrow", "⟺": "iff", "⟹": "implies", "′": "prime", "℃": "^{\\circ}C",
}  # fmt: skip
_PLAIN = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "°": "^{\\circ}", "º": "^{\\circ}", "′": "'", "″": "''", "‴": "'''", "’": "'",
    "{": "\\{", "}": "\\}", "%": "\\%", "#": "\\#", "&": "\\&", "$": "\\$", "_": "\\_", "^": "\\hat{}",
    "\\": "\\backslash ", "~": "\\sim ", "\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u200b": "",
    "\u00a0": " ", "\u2003": "\\quad ", "\u2002": "\\ ", "\u2009": "\\,", "\u200a": "", "\u2005": "\\,", "\u2004": "\\,",
    "½": "\\frac{1}{2}", "¼": "\\frac{1}{4}", "¾": "\\frac{3}{4}", "²": "^{2}", "³": "^{3}", "¹": "^{1}", "⁰": "^{0}",
    "…": "\\ldots ",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_COMMAND_END = re.compile(r"\\[A-Za-z]+$")


def sign(character: str) -> str:
    """One character in mathematics, a command with the space behind it that ends it."""
    if character in _PLAIN:
        return _PLAIN[character]
    name = SYMBOLS.get(character)
    if name:
        return name if name.startswith("^") else f"\\{name} " if name[-1].isalpha() else f"\\{name}"
    return character


def text_to_tex(text: str, upright: bool = False) -> str:
    """A run of typed mathematics: names of functions as commands, words with Vietnamese letters as text."""
    text = "".join(unicodedata.normalize("NFKC", one) if ord(one) >= 0x1D400 else one for one in text)
    parts: list[str] = []
    at = 0
    for word in _WORD.finditer(text):
        parts += [sign(one) for one in text[at : word.start()]]
        parts.append(_word(word[0], upright))
        at = word.end()
    parts += [sign(one) for one in text[at:]]
    return joined_tex(parts)


def _word(word: str, upright: bool) -> str:
    if word in FUNCTIONS:
        return f"\\{word} "
    if word in _NAMED and len(word) > 1:
        return f"\\operatorname{{{word}}}" if word.isascii() else f"\\text{{{word}}}"
    if any(_is_vietnamese(letter) for letter in word):
        return quoted(word)
    plain = "".join(sign(letter) for letter in word)
    return f"\\mathrm{{{plain.strip()}}}" if upright and len(word) > 1 and word.isascii() else plain


def _is_vietnamese(letter: str) -> bool:
    return 0xC0 <= ord(letter) <= 0x24F or 0x1E00 <= ord(letter) <= 0x1EFF


def quoted(text: str) -> str:
    """Words among mathematics. Braces and backslashes cannot stand in them."""
    pieces = re.split(r"([{}\\])", text)
    return "".join(sign(piece) if piece in ("{", "}", "\\") else f"\\text{{{piece}}}" for piece in pieces if piece)


def joined_tex(parts: Iterable[str]) -> str:
    """Parts one after the other; a command is kept apart from a letter behind it."""
    found = ""
    for part in parts:
        if part and found and part[0].isalpha() and _COMMAND_END.search(found[-24:]):
            found += " "
        found += part
    return found


def tidy(tex: str) -> str:
    """Without spaces that say nothing."""
    tex = re.sub(r"\s+", " ", tex).strip()
    return re.sub(r"(\\[A-Za-z]+) (?=[^A-Za-z ]|$)", r"\1", tex)
