"""A Word document as lines: paragraphs cut at line breaks, tables either taken apart (options, questions in cells) or kept. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from question_bank.formats.docx_dashes import with_points
from question_bank.formats.docx_marks import LETTERS, OPTION, bare_start, question_start
from question_bank.formats.docx_ticks import with_stars
from question_bank.formats.table_headers import heads_of
from question_bank.formats.word_body import Block, Cell, Paragraph, Table
from question_bank.formats.word_text import THING, Entry, Missing, Rich, TableThing, Verbatim, join, of_thing, typed

_LABEL_CELL = re.compile(
    r"\s*(?:[A-Ja-j]\s*[.):/]?|(?:câu|bài|question)\s*\d{1,3}\s*[.:)]?|\d{1,3}\s*[.)]"
    r"|(?P<word>(?:đáp án(?: đúng)?|đ/?a|answer|key|mức độ|lời giải|hướng dẫn giải|giải thích|chủ đề))\s*:?)\s*",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(r"\s*[A-Ja-j]\s*")
_WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_]\W*$")
_CELL_LABEL = re.compile(r"\s*([A-Ja-j])\s*[.):]?\s*")
# Signs of East Asian width beside a letter or digit, as an input method or WPS Office leaves them. One sign for one.
_WIDEST = 100  # spaces in a row
_GAP = re.compile(rf"[^\S\n]{{{_WIDEST},}}|\n{{{_WIDEST},}}")
_AUTO_LETTER = re.compile(r"([A-Z]{1,9}|[a-z]{1,9})(?=[.)\]:/])")
_WIDE = re.compile(r"(?<=[0-9A-Za-z])[．：）／]|（(?=[0-9A-Za-z])|(?<=^[A-Ja-j])、|(?<=\s[A-Ja-j])、", re.MULTILINE)
_WIDE_LETTERS = {one: one - 0xFEE0 for first, last in ("０９", "Ａｚ") for one in range(ord(first), ord(last) + 1)}
_CYRILLIC = re.compile(r"(?:^|(?<=[\s(\[*]))[АВС](?=[.:)\]/])", re.MULTILINE)  # of another keyboard, as labels
_NARROW = {"．": ".", "：": ":", "）": ")", "／": "/", "（": "(", "、": "."}
_THINGS_FIRST = re.compile(rf"\s*{THING}[\s{THING}]*(?=[^\s{THING}])")
MOST_CELLS = 12_000  # of a table that is looked at for options and answers: those of 5,000 questions fit
_DEPTH = 6  # tables in tables
LISTING_STYLE, NUMBERS_STYLE, DOTS_STYLE = "Examroom Listing", "Examroom Numbers", "Examroom Dots"


@dataclass(frozen=True, slots=True)
class Line:
    """One line and the paragraph it is of. `table` is set on a line that is a whole table.

    `first` begins a paragraph, `cell` says that it comes from a table that was taken apart.
    """

    rich: Rich
    paragraph: Paragraph
    first: bool = True
    cell: bool = False
    table: Table | None = None

    @property
    def text(self) -> str:
        """The characters."""
        return self.rich.text

    @property
    def empty(self) -> bool:
        """Whether there is nothing on it."""
        return not self.rich.text.strip()


def lines_of(blocks: Iterable[Block]) -> list[Line]:
    """All lines of a document in order."""
    return relettered(list(_lines(with_stars(with_points([*map(_narrow, blocks)])), cell=False, depth=0)))


def _narrow(block: Block) -> Block:
    """With labels' signs in their usual width, also in the cells of tables."""
    if isinstance(block, Paragraph):
        rich = narrowed(shortened(block.rich))
        return block if rich is block.rich else replace(block, rich=rich)
    rows = tuple(tuple(replace(cell, blocks=tuple(map(_narrow, cell.blocks))) for cell in row) for row in block.rows)
    return replace(block, rows=rows)


def relettered(lines: list[Line]) -> list[Line]:
    """Automatic letters that nobody began anew for the next question (E, F, G, H) as A, B, C, D again.

    Only where a question's number stands between: below a picture the letters rightly go on.
    """
    found: list[Line] = []
    begun: dict[tuple[str, int], int] = {}  # of each list: how many of its letters stand before this question
    counts: Counter[tuple[str, int]] = Counter()
    for line in lines:
        label = _AUTO_LETTER.match(line.text) if line.first and line.rich.look(0).auto else None
        if label is None:
            if question_start(line.text) or (line.rich.look(0).auto and bare_start(line.text)):
                begun = dict(counts)
            found.append(line)
            continue
        place = (line.paragraph.list, line.paragraph.level)
        letter = ord(label[1][0].upper()) - ord("A") + 26 * (len(label[1]) - 1)
        if letter == 0:
            counts[place] = 0
            begun[place] = 0
        counts[place] += 1
        at = letter - begun.get(place, 0)
        if letter != counts[place] - 1 or at == letter or not 0 <= at < len(LETTERS):
            found.append(line)
            continue
        name = LETTERS[at] if label[1].isupper() else LETTERS[at].lower()
        found.append(replace(line, rich=join([typed(name, line.rich.look(0)), line.rich.cut(label.end(1))])))
    return found


def _lines(blocks: Iterable[Block], cell: bool, depth: int) -> Iterator[Line]:
    for block in blocks:
        if isinstance(block, Paragraph):
            if (own := own_block(block)) is not None:
                yield Line(own, block, True, cell)
                continue
            for number, rich in enumerate(block.rich.lines()):
                for place, part in enumerate(_things_apart(rich)):
                    yield Line(part, block, number == 0 and place == 0, cell)
        elif sum(map(len, block.rows)) > MOST_CELLS:
            yield Line(of_thing(Missing("large_table")), _nowhere(block), table=block)
        elif depth < _DEPTH and _is_layout(block):
            for row in _labels_with_pictures(block.rows):
                yield from _row(row, depth)
        else:
            yield Line(of_thing(table_thing(block)), _nowhere(block), table=block)


def _labels_with_pictures(rows: tuple[tuple[Cell, ...], ...]) -> list[tuple[Cell, ...]]:
    """The rows of a table, a row of pictures above the row of their labels put below each label."""
    found: list[tuple[Cell, ...]] = []
    for row in rows:
        labels = "".join(label[1] for cell in row if (label := _CELL_LABEL.fullmatch(cell_text(cell))) is not None)
        above = found[-1] if found else ()
        if len(row) > 1 and len(labels) == len(row) == len(above) and all(map(_only_pictures, above)):
            found[-1] = tuple(
                replace(cell, blocks=(*cell.blocks, *over.blocks)) for cell, over in zip(row, above, strict=True)
            )
        else:
            found.append(row)
    return found


def _only_pictures(cell: Cell) -> bool:
    text = cell_text(cell)
    return THING in text and not text.replace(THING, "").strip()


def shortened(rich: Rich) -> Rich:
    """Without runs of spaces that no page is wide enough for: what looks for words at their end would look long."""
    found = list(_GAP.finditer(rich.text))
    if not found:
        return rich
    starts = [0, *(gap.end() for gap in found)]
    ends = [*(gap.start() + _WIDEST for gap in found), len(rich.text)]
    return join(rich.cut(start, end) for start, end in zip(starts, ends, strict=True))


def narrowed(rich: Rich) -> Rich:
    """The same text with digits, letters and the signs that part labels in their usual width."""
    if rich.text.isascii():
        return rich
    text = _CYRILLIC.sub(lambda sign: "ABC"["АВС".index(sign[0])], rich.text.translate(_WIDE_LETTERS))
    return replace(rich, text=_WIDE.sub(lambda sign: _NARROW[sign[0]], text))


def _things_apart(rich: Rich) -> list[Rich]:
    """Pictures anchored before “Câu 5.” stand behind it, those before “A.” on a line of their own."""
    things = _THINGS_FIRST.match(rich.text)
    if things is None:
        return [rich]
    rest = rich.cut(things.end())
    if question_start(rest.text) or bare_start(rest.text):
        return [join([rest, rich.cut(0, things.end())], " ")]
    return [rich.cut(0, things.end()), rest] if OPTION.match(rest.text) else [rich]


def own_block(paragraph: Paragraph) -> Rich | None:
    """A listing or an entry of a numbered list, by the styles of our own export."""
    if paragraph.style == LISTING_STYLE:
        return of_thing(Verbatim(paragraph.rich.text))
    if paragraph.style in (NUMBERS_STYLE, DOTS_STYLE):
        typed_from = next(
            (at for at, look in enumerate(paragraph.rich.looks) if not look.auto), len(paragraph.rich.looks)
        )
        return of_thing(Entry(paragraph.style == NUMBERS_STYLE, paragraph.rich.cut(typed_from).strip()))
    return None


def _row(row: tuple[Cell, ...], depth: int) -> Iterator[Line]:
    """The cells of one row one after the other; a label alone in its cell goes before the text of the next."""
    label: Rich | None = None
    for cell in row:
        if cell.continues:
            continue
        lines = [line for line in _lines(cell.blocks, cell=True, depth=depth + 1) if not line.empty]
        if label is not None:
            if lines and lines[0].table is None:
                lines[0] = replace(lines[0], rich=join([label, lines[0].rich]))
            elif lines:
                yield replace(lines[0], rich=label, table=None)
            label = None
        if len(lines) == 1 and lines[0].table is None and cell is not row[-1] and _LABEL_CELL.fullmatch(lines[0].text):
            label = _with_sign(lines[0].rich)
            continue
        yield from lines


def _with_sign(label: Rich) -> Rich:
    """A letter alone in its cell as a label, “Đáp án” as the beginning of its line."""
    found = _LABEL_CELL.fullmatch(label.text)
    word = found is not None and found["word"] and not label.text.rstrip().endswith(":")
    sign = ": " if word else ". " if _BARE_LABEL.fullmatch(label.text) else " "
    return join([label.strip(), typed(sign)])


def _is_layout(table: Table) -> bool:
    """Whether a table only arranges: one cell, or cells that begin with options or questions."""
    cells = [cell for row in table.rows for cell in row if not cell.continues]
    if len(cells) == 1:
        return True
    if any(heads_of([cell_text(cell) for cell in row]) for row in table.rows[:3]):
        return False
    starts = [text for cell in cells if (text := cell_text(cell).strip())]
    options = sum(OPTION.match(text) is not None and text[:1].isupper() for text in starts)
    questions = sum(
        (found := question_start(text)) is not None and _WORD.search(text, found.size) is not None for text in starts
    )
    if questions or _with_numbers(table):
        return True
    labels = [text[0] for text in starts if OPTION.match(text) and not text[0].isspace()]
    if (
        options >= 2
        and labels[:1] == ["A"]
        and labels[1:2] in (["B"], ["C"])
        and "B" in labels
        and options * 2 >= len(starts)
    ):
        return True
    return _label_cells(table) or [text[:2] for text in starts] == ["a)", "b)", "c)", "d)"]


def _label_cells(table: Table) -> bool:
    """Whether letters stand alone in cells with texts beside them: A | text | B | text."""
    found = ""
    for row in table.rows:
        texts = [cell_text(cell).strip() for cell in row]
        for at, text in enumerate(texts[:-1]):
            numbered = at > 0 and texts[at - 1].rstrip(".").isdigit()  # 1 | A | 2 | B is a list of answers
            label = _CELL_LABEL.fullmatch(text)
            listed = _CELL_LABEL.fullmatch(texts[at + 1]) is not None  # A | B | C above a sheet, a row of answers
            if label is not None and texts[at + 1] and not numbered and not listed:
                found += label[1]
    return found.startswith(("ABC", "ABCD"))


def _with_numbers(table: Table) -> bool:
    """Whether each row is a question: a number in the first cell, options in the others or below."""
    rows = [row for row in table.rows if row]
    numbered = [row for row in rows if len(row) > 1 and _is_number(cell_text(row[0]))]
    with_options = [
        row for row in numbered
        if any(re.search(r"(?m)^\s*\(?A\s?[.):/]", _all_text(cell)) for cell in row[1:])
    ]  # fmt: skip
    return bool(with_options) and 2 * len(with_options) >= len(numbered)


def _is_number(text: str) -> bool:
    """“5.” or “Câu 5”, and nothing else."""
    start = question_start(text) or bare_start(text + " ")
    return start is not None and not text[start.size :].strip()


def cell_text(cell: Cell) -> str:
    """The first line of a cell that says something."""
    for block in cell.blocks:
        if isinstance(block, Paragraph):
            for line in block.rich.text.split("\n"):
                if line.strip():
                    return line
        elif inner := next((text for row in block.rows for one in row if (text := cell_text(one))), ""):
            return inner
    return ""


def _all_text(cell: Cell) -> str:
    return "\n".join(block.rich.text for block in cell.blocks if isinstance(block, Paragraph))


def cell_lines(cell: Cell) -> tuple[Rich, ...]:
    """The lines of a cell; a table inside it is a thing among them."""
    if cell.continues:
        return ()
    return tuple(line.rich.strip() for line in _lines(cell.blocks, True, _DEPTH) if not line.empty)


def table_thing(table: Table) -> TableThing:
    """A table as part of a text: every row with as many cells, merged cells only in their first place."""
    rows = [[(cell_lines(cell), cell.span) for cell in row] for row in table.rows]
    width = max((sum(span for _, span in row) for row in rows), default=0)
    spread: list[tuple[tuple[Rich, ...], ...]] = []
    for row in rows:
        cells: list[tuple[Rich, ...]] = []
        for lines, span in row:
            cells += [lines, *[()] * (span - 1)]
        spread.append(tuple(cells + [()] * (width - len(cells)))[:width])
    return TableThing(tuple(spread))


def _nowhere(table: Table) -> Paragraph:
    return Paragraph(Rich(), table.at)
