"""A text that has nothing but a style, to be asked what it looks like."""

from __future__ import annotations

from question_bank.formats.word_styles import NO_GROUND, Style
from question_bank.formats.xml_tree import Node
from question_bank.practical.word.content import Run
from question_bank.practical.word.paragraphs import Context, Paragraph
from question_bank.practical.word.places import Place
from question_bank.practical.word.selecting import Passage, whole

_SAMPLE = "aă"  # a letter of ASCII and one beyond: the fonts of both count


def example(context: Context, style: Style) -> Passage:
    """A paragraph of this style, or for a style of characters of the default one with a run of this style."""
    properties = None
    of_paragraph: Style | None = style
    if style.kind == "character":
        of_paragraph = context.styles.default_style("paragraph")
        properties = Node("w:rPr", {})
        properties.add(Node("w:rStyle", {"w:val": style.id}))
    run = Run(_SAMPLE, properties)
    return whole(Paragraph(0, Place(), (run,), of_paragraph, None, Node("w:p", {}), "", False, NO_GROUND, context))
