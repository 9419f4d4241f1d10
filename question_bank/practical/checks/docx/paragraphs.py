"""How paragraphs look: all of it in one check, or alignment, indents, spacing … apart."""

from __future__ import annotations

from question_bank.phrase import phrase
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Outcome
from question_bank.practical.word.character_traits import CHARACTERS
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.paragraph_traits import (
    ALIGN,
    INDENTS,
    LINE_SPACING,
    PAGINATION,
    PARAGRAPH,
    SPACES,
)
from question_bank.practical.word.selecting import PARAGRAPHS
from question_bank.practical.word.traits import TOLERANCE_MM, TOLERANCE_PT, fields_of, looked_at, spoilt

_ALL = (*CHARACTERS, *PARAGRAPH)


@check(
    "docx.paragraph", phrase("A paragraph and its format"), "IU03",
    select=PARAGRAPHS, expect=fields_of(_ALL, TOLERANCE_MM, TOLERANCE_PT), mutation=spoilt(_ALL),
)  # fmt: skip
def paragraph(file: WordFile, request: Request) -> Outcome:
    """Everything that a passage can be asked, each a finding; without a question, that it is there."""
    return looked_at(file, request, _ALL)


@check(
    "docx.alignment", phrase("Alignment of paragraphs"), "IU03",
    select=PARAGRAPHS, expect=fields_of((ALIGN,)), mutation=spoilt((ALIGN,)),
)  # fmt: skip
def alignment(file: WordFile, request: Request) -> Outcome:
    """Left, centred, right, justified."""
    return looked_at(file, request, (ALIGN,))


@check(
    "docx.indents", phrase("Indents of paragraphs"), "IU03",
    select=PARAGRAPHS, expect=fields_of(INDENTS, TOLERANCE_MM), mutation=spoilt(INDENTS),
)  # fmt: skip
def indents(file: WordFile, request: Request) -> Outcome:
    """Left, right, first line, hanging; typed spaces and tabs are none."""
    return looked_at(file, request, INDENTS)


@check(
    "docx.spacing", phrase("Space before and after paragraphs"), "IU03",
    select=PARAGRAPHS, expect=fields_of(SPACES, TOLERANCE_PT), mutation=spoilt(SPACES),
)  # fmt: skip
def spacing(file: WordFile, request: Request) -> Outcome:
    """Space above and below, in points."""
    return looked_at(file, request, SPACES)


@check(
    "docx.line_spacing", phrase("Line spacing"), "IU03",
    select=PARAGRAPHS, expect=fields_of(LINE_SPACING), mutation=spoilt(LINE_SPACING),
)  # fmt: skip
def line_spacing(file: WordFile, request: Request) -> Outcome:
    """So many lines, or exactly or at least so many points."""
    return looked_at(file, request, LINE_SPACING)


@check(
    "docx.keep_together", phrase("Paragraphs and pages"), "IU03",
    select=PARAGRAPHS, expect=fields_of(PAGINATION), mutation=spoilt(PAGINATION),
)  # fmt: skip
def keep_together(file: WordFile, request: Request) -> Outcome:
    """Kept with the next, lines kept together, no single lines, on a new page."""
    return looked_at(file, request, PAGINATION)
