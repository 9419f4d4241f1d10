"""Lists and tables of answers: “1.A 2.B …”, a grid of numbers above letters, “1. ĐSSĐ”, columns per paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from question_bank.formats.docx_lines import MOST_CELLS, cell_lines
from question_bank.formats.docx_marks import is_true
from question_bank.formats.word_body import Table
from question_bank.formats.word_text import Rich, join

_CHOICE = re.compile(
    r"(?:câu|question|bài)?\s*(\d{1,3})\s*[.\-–—:)=/]?\s*\(?([A-J](?:\s?[,;&/]\s?[A-J](?=[\s,;&/.]|$))*|[A-J]{2,4}|[a-j](?!\s*[).]\s*[ĐSđs]))\)?(?!\w)",
    re.IGNORECASE,
)
_TRUTHS = re.compile(
    r"(?:câu|question)?\s*(?<!\d)(\d{1,2})\s*[.\-–:)]?\s*((?:[ĐS][\s,;\-–/|]*){4}|(?:(?:đúng|sai)[\s,;\-–/|]*){4}"
    r"|(?:[a-d]\s*[).:\-–]*\s*(?:đúng|sai|đ|s)(?!\w)[\s,;.\-–|]*){2,4})(?!\w)",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\(?(?:câu\s*)?(?<![\d.,])(\d{1,3})\s*(?:[-–—→]+|đến)\s*(?:câu\s*)?(\d{1,3})\s*[.:)=]?\s*([A-J](?:[ .,;\-–]{0,2}[A-J])+)(?!\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:câu|question|bài)?\s*(?:số\s*)?(\d{1,3})\s*[.):]?", re.IGNORECASE)
_LETTER = re.compile(r"\(?([A-Ja-j])\s*[.)]?|[A-J](?:\s*[,;&/]\s*[A-J])+")
_STATEMENT = re.compile(r"(?:ý\s*)?\(?([a-d])\s*[.)]?", re.IGNORECASE)
_TRUTH_WORD = re.compile(r"đúng|sai|đ|s|true|false|t|f", re.IGNORECASE)
_STATEMENT_TRUTH = re.compile(r"\(?[a-d]\s*[).:\-–]*\s*(?:đúng|sai|đ|s)\W*", re.IGNORECASE)
_CODE = re.compile(
    r"(?:mã(?:\s*đề)?(?:\s*thi)?|đề)?\s*:?\s*(\d{3,4})|(?:mã\s*)?đề(?:\s*thi)?(?:\s*số)?\s*:?\s*(\d{1,2}|[A-H]|gốc)",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"(?:câu(?: hỏi)?(?: số)?|stt|số câu|đáp án|đáp|đ/?a|answers?|question|lệnh hỏi|ý|mệnh đề|kết quả"
    r"|(?:câu(?: hỏi)?(?: số)?\s*)?[\\/|–-]?\s*(?:mã\s*)?đề(?:\s*thi)?(?:\s*[\\/|–-]\s*câu(?: hỏi)?)?)\W*",
    re.IGNORECASE,
)
_ANSWER_HEAD = re.compile(r"(?:đáp án(?: đúng)?|đ/?a|answers?|key|chọn|kết quả|phương án(?: đúng)?)\W*", re.IGNORECASE)
_LIST_HEAD = re.compile(
    r"\W*(?:(?:bảng\s+)?(?:đáp\s*án|đ/?a|answers?(?:\s+keys?)?|keys?)[^\d:]{0,40}(?:(?<=đề )(?:số\s*)?\d{1,4}\s*(?=[:.]))?"
    r"|(?:mã\s*)?đề(?:\s*thi)?(?:\s*số)?\s*(?:\d{1,4}|[A-H])\s*(?=[:.\-–]))[:.\s\-–]\s*(?=\(?(?:câu\s*)?\d)",
    re.IGNORECASE,
)
_FEWEST_IN_LINE = 3  # answers: two may be the pairs or statements of one question
_NO_ANSWERS = re.compile(
    r"(?:thang |số )?(?:điểm|points?|marks?|mức độ|mức|level|ghi chú|chủ đề|bài)\W*", re.IGNORECASE
)
CROSS = re.compile(r"[x×✓✔√☑☒●■]", re.IGNORECASE)
_GAPS = re.compile(r"[\s,;|.:\-–—]+")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as written: which question, of which paper when the table has several, and what explains it beside."""

    number: int
    value: str
    code: str = ""
    reason: tuple[Rich, ...] = ()


def answers_in(text: str) -> list[Answer]:
    """The answers of a line that is nothing but answers; none for any other line."""
    if ranges := list(_RANGE.finditer(text)):
        return _of_ranges(ranges) if not _rest(_RANGE, text) else []
    for pattern in (_TRUTHS, _CHOICE):
        found = [Answer(int(match[1]), match[2].strip()) for match in pattern.finditer(text)]
        rest = _rest(pattern, text)
        if found and len(rest) <= (2 if len(found) > 1 else 0) and not any(map(str.isdigit, rest)):
            return found
    return []


def _rest(pattern: re.Pattern[str], text: str) -> str:
    """What a line says besides answers and their headings."""
    return re.sub(r"(?i)đápán|bảng|phần[ivx]+|hết|câu", "", _GAPS.sub("", pattern.sub("", text)))


def _of_ranges(ranges: list[re.Match[str]]) -> list[Answer]:
    """“1-5: ABCDA”: a letter for each number; none at all where one range has more or fewer letters."""
    found: list[Answer] = []
    for match in ranges:
        numbers, letters = range(int(match[1]), int(match[2]) + 1), re.sub(r"[^A-J]", "", match[3].upper())
        if len(numbers) != len(letters):
            return []
        found += [Answer(number, letter) for number, letter in zip(numbers, letters, strict=True)]
    return found


def list_behind_head(text: str) -> tuple[int, frozenset[int]]:
    """“ĐÁP ÁN: 1A 2B 3C …”: where the list begins, and its numbers; (0, none) for any other line."""
    head = _LIST_HEAD.match(text) if len(text) < 4000 else None
    answers = answers_in(text[head.end() :]) if head is not None else []
    if head is None or len(answers) < _FEWEST_IN_LINE:
        return 0, frozenset()
    return head.end(), frozenset(answer.number for answer in answers)


def is_answer_list(text: str) -> bool:
    """Whether a line is nothing but answers."""
    return len(text) < 4000 and bool(answers_in(text))


def short_answers_in(text: str) -> list[Answer]:
    """Answers of the third part on one line: “1. 12,5   2. 30”, separated by tabs, semicolons or wide gaps."""
    found: list[Answer] = []
    for piece in re.split(r"\t+|\s{2,}|;\s*|,?\s+(?=câu\s*\d{1,2}\s*[.:)=])", text.strip(), flags=re.IGNORECASE):
        match = re.fullmatch(r"(?:câu\s*)?(\d{1,2})\s*[.:)=\-–]\s*(\S.{0,40})", piece.strip(), re.IGNORECASE)
        if match is None or re.search(r"câu\s*\d", match[2], re.IGNORECASE):
            return []
        found.append(Answer(int(match[1]), match[2].strip().rstrip(",")))
    return found


def answers_of(table: Table) -> list[Answer]:
    """The answers of a table, however it is laid out; none for a table of anything else."""
    if sum(map(len, table.rows)) > MOST_CELLS:
        return []
    grid = _grid(table)
    if len(grid) > 3 and not _codes_above(grid) and _codes_above(below := _below_a_heading(grid)):
        grid = below
    layouts = (_beside_numbers,) if _codes_above(grid) else (_crossed, _in_cells, _below_numbers, _beside_numbers)
    for layout in layouts:
        found = layout(grid)
        if found:
            return found
    return []


def _grid(table: Table) -> list[list[str]]:
    """The texts of the cells, a merged cell only in its first place."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells: list[str] = []
        for cell in row:
            cells += [" ".join(_standing(line).plain() for line in cell_lines(cell)).strip(), *[""] * (cell.span - 1)]
        rows.append(cells)
    return rows


def _standing(line: Rich) -> Rich:
    """Without what was struck out: a letter and its correction."""
    if not any(look.strike for look in line.looks):
        return line
    return join([line.cut(at, at + 1) for at, look in enumerate(line.looks) if not look.strike])


def _codes_above(grid: list[list[str]]) -> bool:
    """Whether codes of papers stand above columns of answers, and numbers of questions in the first column."""
    if len(grid) < 3 or len(grid[0]) < 3:
        return False
    codes = [text for text in grid[0][1:] if text]
    return len(codes) >= 2 and all(map(_code, codes)) and _is_numbers([row[0] for row in grid[1:] if row])


def _code(text: str) -> str:
    """The code of a paper that a heading names; empty for any other text."""
    found = _CODE.fullmatch(text)
    return (found[1] or found[2]) if found is not None else ""


def _below_a_heading(grid: list[list[str]]) -> list[list[str]]:
    """Without a first row that only says “Câu | Mã đề thi” above the codes."""
    said = [text for text in grid[0] if text]
    return grid[1:] if said and all(_HEAD.fullmatch(text) for text in said) else grid


def _crossed(grid: list[list[str]]) -> list[Answer]:
    """Numbers in the first column, a cross below the right letter."""
    letters = {at: text for at, text in enumerate(grid[0]) if re.fullmatch(r"[A-J]", text)} if grid else {}
    rows = [row for row in grid[1:] if any(row)]
    if len(letters) < 2 or min(letters) == 0 or len(rows) < 2 or not _is_numbers([row[0] for row in rows]):
        return []
    found: list[Answer] = []
    for row in rows:
        crossed = [letter for at, letter in letters.items() if at < len(row) and CROSS.fullmatch(row[at])]
        if any(row[at] and not CROSS.fullmatch(row[at]) for at in letters if at < len(row)):
            return []
        number = _NUMBER.fullmatch(row[0])
        if number is not None and crossed:
            found.append(Answer(int(number[1]), ", ".join(crossed)))
    return found


def _in_cells(grid: list[list[str]]) -> list[Answer]:
    """“1.A” in each cell."""
    cells = [text for row in grid for text in row if text and not _HEAD.fullmatch(text)]
    found = [answers_in(text) for text in cells]
    held = sum(1 for one in found if one)
    return [answer for one in found for answer in one] if held and 5 * held >= 4 * len(cells) else []


def _below_numbers(grid: list[list[str]]) -> list[Answer]:
    """A row of numbers, and below it one row of answers (or one for each paper, or one for each statement)."""
    found: list[Answer] = []
    numbers: dict[int, int] = {}
    truths: dict[int, list[str]] = {}
    other = 0
    for row in grid:
        counted = {at: int(match[1]) for at, text in enumerate(row) if (match := _NUMBER.fullmatch(text)) and at < 400}
        values = {at: row[at] for at in numbers if at < len(row) and row[at]}
        head = row[0] if row and 0 not in numbers else ""
        if values and _NO_ANSWERS.fullmatch(head):
            continue
        answers = [text for text in values.values() if _LETTER.fullmatch(text) or _is_truths(text)]
        if (
            len(counted) >= 2
            and len(answers) < len(counted)
            and _rising(list(counted.values()))
            and not _plain_values(numbers, counted, head)
        ):
            found += _put_together(numbers, truths)
            numbers, truths = counted, {}
        elif len(values) >= 2 and all(_STATEMENT_TRUTH.fullmatch(text) for text in values.values()):
            for at, text in values.items():
                truths.setdefault(at, []).append(text)
        elif values and (statement := _STATEMENT.fullmatch(head)):
            for at, text in values.items():
                truths.setdefault(at, []).append(f"{statement[1]}{text}")
        elif values:
            found += [Answer(numbers[at], text, _code(head)) for at, text in values.items()]
        elif any(row) and not all(_HEAD.fullmatch(text) for text in row if text):
            other += 1
    found += _put_together(numbers, truths)
    return found if found and other <= 1 and _credible(found) else []


def _plain_values(numbers: dict[int, int], counted: dict[int, int], head: str) -> bool:
    """Whether a row of numbers below numbers is the row of answers: “Câu | 1 | 2” above “Đáp án | 12 | 7”."""
    return (
        bool(numbers)
        and set(counted) <= set(numbers)
        and re.match(r"(?i)đáp|đ/?a|kết quả|answer|key", head) is not None
    )


def _put_together(numbers: dict[int, int], truths: dict[int, list[str]]) -> list[Answer]:
    return [Answer(numbers[at], " ".join(said)) for at, said in truths.items()]


def _rising(numbers: list[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


def _beside_numbers(grid: list[list[str]]) -> list[Answer]:
    """Columns of numbers with columns of answers to their right."""
    width = max(map(len, grid), default=0)
    if not grid or width > 60:
        return []
    columns = [[row[at] if at < len(row) else "" for row in grid] for at in range(width)]
    starts = [at for at, column in enumerate(columns) if _is_numbers(column)]
    found: list[Answer] = []
    for place, at in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else width
        found += _column_answers(columns, at, end)
    return found if found and _credible(found) else []


def _is_numbers(column: list[str]) -> bool:
    said = [text for text in column if text and not _HEAD.fullmatch(text)]
    numbers = [int(match[1]) for text in said if (match := _NUMBER.fullmatch(text))]
    return (
        len(numbers) >= 2
        and len(numbers) == len(said)
        and _rising(numbers)
        and numbers[-1] - numbers[0] <= 2 * len(numbers)
    )


def _column_answers(columns: list[list[str]], at: int, end: int) -> list[Answer]:
    """The answers of one column of numbers: one column, one for each paper, or statements with their truths."""
    values = [column for column in range(at + 1, end) if any(columns[column])]
    heads = [columns[column][0] for column in values]
    if len(values) >= 2 and _are(columns[values[0]], _STATEMENT) and _are(columns[values[1]], _TRUTH_WORD):
        return _statement_rows(columns, at, values[0], values[1])
    if len(values) >= 2 and all(_STATEMENT.fullmatch(text) for text in heads):
        return [
            Answer(
                number,
                " ".join(f"{_letter(heads[n])}{columns[column][row]}" for n, column in enumerate(values)),
            )
            for row, number in _numbered(columns[at])
        ]
    named = [column for column, text in zip(values, heads, strict=True) if _ANSWER_HEAD.fullmatch(text)]
    if len(named) == 1 and len(values) > 1:  # beside columns for marks, levels, remarks
        values, heads = named, [columns[named[0]][0]]
    codes = [_code(text) for text in heads]
    if len(values) > 1 and not all(codes):
        return []
    return [
        Answer(number, columns[column][row], code)
        for column, code in zip(values, codes, strict=True)
        for row, number in _numbered(columns[at])
        if columns[column][row]
    ]


def _letter(head: str) -> str:
    """The letter of a statement that a heading names: “Ý a)”."""
    found = _STATEMENT.fullmatch(head)
    return found[1].lower() if found is not None else ""


def _are(column: list[str], pattern: re.Pattern[str]) -> bool:
    """Whether all that a column says below its head is of a kind."""
    said = [text for text in column[1:] if text]
    return bool(said) and all(pattern.fullmatch(text) for text in said)


def _statement_rows(columns: list[list[str]], at: int, letters: int, truths: int) -> list[Answer]:
    """Number | a | Đ, the number only beside the first statement."""
    found: dict[int, list[str]] = {}
    number = 0
    for row, text in enumerate(columns[at]):
        if match := _NUMBER.fullmatch(text):
            number = int(match[1])
        statement = _STATEMENT.fullmatch(columns[letters][row])
        if number and statement and _TRUTH_WORD.fullmatch(columns[truths][row]):
            found.setdefault(number, []).append(f"{statement[1]}{columns[truths][row]}")
    return [Answer(number, " ".join(said)) for number, said in found.items()]


def _numbered(column: list[str]) -> Iterator[tuple[int, int]]:
    for row, text in enumerate(column):
        if match := _NUMBER.fullmatch(text):
            yield row, int(match[1])


def _is_truths(text: str) -> bool:
    return truths_in(text) is not None


def _credible(found: list[Answer]) -> bool:
    """Whether values are short as answers are; a table of data has words."""
    fit = [one for one in found if _LETTER.fullmatch(one.value) or _is_truths(one.value)]
    short = [one for one in found if (len(one.value) <= 12 and any(map(str.isdigit, one.value))) or len(one.value) <= 3]
    return 5 * len(fit) >= 4 * len(found) or (
        len(short) == len(found) and len(found) >= 2 and all(one.number <= len(found) * 2 for one in found)
    )


def truths_in(value: str) -> dict[str, bool] | None:
    """What is true of four statements: “ĐSSĐ”, “Đ-S-S-Đ”, “a) Đ b) S c) S d) Đ”, “aĐ bS cS dĐ”; None when it says something else."""
    text = " ".join(value.split())
    named = re.findall(r"([a-d])\s*[).:\-–=]*\s*(đúng|sai|đ|s|true|false|t|f)(?!\w)", text, re.IGNORECASE)
    if named:
        rest = re.sub(r"([a-d])\s*[).:\-–=]*\s*(đúng|sai|đ|s|true|false|t|f)(?!\w)", "", text, flags=re.IGNORECASE)
        found = {letter.lower(): is_true(word) for letter, word in named}
        return found if not _GAPS.sub("", rest) and len(found) == len(named) else None
    words = re.findall(r"đúng|sai|true|false|[đstf]", text, re.IGNORECASE)
    rest = re.sub(r"đúng|sai|true|false|[đstf]", "", text, flags=re.IGNORECASE)
    if len(words) != 4 or _GAPS.sub("", rest).strip("/"):
        return None
    return {letter: is_true(word) for letter, word in zip("abcd", words, strict=True)}
