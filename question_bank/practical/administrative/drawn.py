"""Lines that are drawn under a text: shapes, borders of paragraphs and cells. Underlined text and typed signs are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank.practical.administrative.lines import Line, is_rule
from question_bank.practical.administrative.width import width_mm
from question_bank.practical.word.content import Drawing
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.paragraphs import Paragraph

_MOST_EMPTY = 4  # empty paragraphs under a text that still belong to it
_FLAT_MM = 1.0  # a shape this low is drawn as a line, whatever it is called


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stands under a text: `share` is its length as a share of the text above, None where nobody chose the length;
    `underlined` says that the text itself is underlined, `typed` that signs are typed below."""

    there: bool
    share: float | None = None
    underlined: bool = False
    typed: bool = False


def under(file: WordFile, every: Sequence[Line], lines: Sequence[Line], *, capitals: bool) -> Drawn:
    """What is drawn under these lines (one text, in its order), whose width is that of capitals or of small letters."""
    last = lines[-1]
    underlined = any(one.says(lambda look: bool(look.underline)) for one in lines)
    below = _below(file, every, last)
    typed = any(is_rule(one) for one in every if one.paragraph in below)
    numbers = {one.paragraph.number for one in (*lines, *_neighbours(every, lines))} | {one.number for one in below}
    shapes = [one for one in file.drawings if one.at.paragraph in numbers and _is_line(one)]
    if shapes:
        wide = max(one.width_mm for one in shapes)
        return Drawn(True, wide / _widest(lines, capitals), underlined, typed)
    return Drawn(_bordered(last, below), None, underlined, typed)


def _is_line(one: Drawing) -> bool:
    return one.width_mm > 0 and (one.kind == "line" or (one.kind == "shape" and one.height_mm <= _FLAT_MM))


def _neighbours(every: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """What stands right above and right below a text in its column: Word hangs a shape on the paragraph it was drawn nearest to."""
    column = [one for one in every if one.column == lines[-1].column and one.beside[0] == lines[-1].beside[0]]
    first, last = column.index(lines[0]), column.index(lines[-1])
    return column[max(first - 1, 0) : first] + column[last + 1 : last + 2]


def _below(file: WordFile, every: Sequence[Line], last: Line) -> list[Paragraph]:
    """The paragraphs behind a line that say nothing, within the same cell: a line may hang on any of them."""
    speaking = {one.paragraph.number for one in every if not is_rule(one)}
    found: list[Paragraph] = []
    for number in range(last.paragraph.number + 1, last.paragraph.number + 1 + _MOST_EMPTY):
        one = file.paragraph(number)
        if one is None or number in speaking or one.place.cell != last.paragraph.place.cell:
            break
        found.append(one)
    return found


def _bordered(last: Line, below: Sequence[Paragraph]) -> bool:
    """A border under the paragraph, over or under an empty one below it, or under a cell that ends with it."""
    if "bottom" in last.paragraph.format.borders or "between" in last.paragraph.format.borders:
        return True
    if any({"top", "bottom"} & set(one.format.borders) for one in below):
        return True
    cell = last.cell
    ends = cell is not None and last.paragraph.number + len(below) + 1 >= cell.paragraphs[1]
    return cell is not None and ends and "bottom" in cell.borders


def _widest(lines: Sequence[Line], capitals: bool) -> float:
    """The width of the longest line as its letters should be: what is wrong with them is not wrong with the line below."""
    texts = [one.typed.upper() if capitals else one.typed.lower() for one in lines]
    return max(1.0, *(width_mm(text, one.size_pt, bold=one.bold) for text, one in zip(texts, lines, strict=True)))
