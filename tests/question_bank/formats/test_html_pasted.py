"""What was pasted from web pages: the formula and not its drawing, nothing hidden, each formula once."""

from __future__ import annotations

import pytest

from question_bank.formats.drafts import Draft
from question_bank.formats.html import Html
from question_bank.formats.legacy_text import suspicion

KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>E</mi></mrow><annotation encoding="application/x-tex">'
    r"E=mc^2</annotation></semantics></math></span>"
    '<span class="katex-html" aria-hidden="true"><span>E=mc2</span></span></span>'
)
MATHJAX_2 = (
    '<span class="MathJax_Preview" style="display: none;"></span><span class="MathJax" id="M-1"><nobr>x2</nobr>'
    '<span class="MJX_Assistive_MathML"><math><msup><mi>x</mi><mn>2</mn></msup></math></span></span>'
    '<script type="math/tex" id="E-1">x^2</script>'
)
MATHJAX_3 = (
    '<mjx-container class="MathJax" jax="SVG"><svg><g></g></svg><mjx-assistive-mml><math><msup><mi>x</mi><mn>2</mn></msup>'
    "</math></mjx-assistive-mml></mjx-container>"
)


def read(source: str) -> tuple[str, set[str]]:
    draft = Draft("x")
    return Html(draft).text(source), {code for code, _ in draft.review}


@pytest.mark.parametrize(
    ("source", "expected", "review"),
    [
        (f"Biết {KATEX}.", "Biết {{math:E=mc^2}}.", set()),
        (f"Biết {MATHJAX_2}.", "Biết {{math:x^2}}.", set()),
        (f"Biết {MATHJAX_3}.", "Biết {{math:{x}^{2}}}.", set()),
        ('Biết <script type="math/tex; mode=display">x^2</script>', "Biết {{formula:x^2}}", set()),
        ('Biết <span class="MathJax"><nobr>x2</nobr></span>', "Biết x2", {"bad_formula"}),
        ("Biết [tex]x^2[/tex] và <tex>y_1</tex>", "Biết {{math:x^2}} và {{math:y_1}}", set()),
        ("Dấu $$$$ và \\(\\) là chữ", "Dấu $$$$ và \\(\\) là chữ", set()),
        ('<p>thấy</p><p style="color:red; display:none">không thấy</p>', "thấy", {"hidden_text"}),
        ("<p>thấy</p><p hidden>không thấy</p>", "thấy", {"hidden_text"}),
        ('thấy<span style="display:none"></span>', "thấy", set()),
        ('<span class="multilang" lang="vi">Chào</span><span class="multilang" lang="en">Hello</span>', "ChàoHello", {"several_languages"}),
        ("{mlang vi}Chào{mlang}", "{mlang vi}Chào{mlang}", {"several_languages"}),
    ],
)  # fmt: skip
def test_formulas_come_once_and_nothing_hidden_comes(source: str, expected: str, review: set[str]) -> None:
    assert read(source) == (expected, review)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Thñ ®« cña ViÖt Nam", "TCVN3"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam ®éc lËp, phóc lîi, v¨n b¶n, kú ¸n", "TCVN3"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "VNI"),
        ("CÃ´ng vÄƒn Ä‘áº¿n", "UTF-8"),
        ("Công văn đến số 5/QĐ", ""),
        ("toán, hoá, loài, khoá, quả, xoè, thuế", ""),
        ("Cộng hòa xã hội chủ nghĩa Việt Nam", ""),
        ("Où est le Noël naïf, garçon? São Tomé, Müller & Söhne", ""),
        ("5 µm ± 0,5 µm; kg·m²; ½ l; © 2026, ® của hãng, 30 °C", ""),
        ("Hello, world", ""),
        ("hoà bình là gì, và ai là mẹ", ""),
    ],
)
def test_letters_of_old_fonts_are_seen_and_no_others(text: str, encoding: str) -> None:
    assert suspicion(text) == encoding
