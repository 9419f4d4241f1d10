"""The columns of a table of questions, by the words people write above them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

MOST_COLUMNS = 200
OWN_COLUMN = "Dữ liệu examroom"  # its heading says that this program wrote the table


class Column(Enum):
    """What a column holds."""

    NUMBER = "number"
    ID = "id"
    TYPE = "type"
    STEM = "stem"
    OPTION = "option"  # with a letter
    WRONG = "wrong"  # an option that is wrong, in a table whose key is the text of the right one
    KEY = "key"
    LEVEL = "level"
    TOPIC = "topic"
    EXPLANATION = "explanation"
    SOURCE = "source"
    POINTS = "points"
    TAGS = "tags"
    PICTURE = "picture"
    EXTRA = "extra"  # the rest of an item as our own export writes it
    STIMULUS = "stimulus"


_WORDS: tuple[tuple[Column, str], ...] = (
    (Column.NUMBER, r"stt|tt|so thu tu|no|so|so cau|cau so|#|cau|question #"),
    (Column.ID, r"id|ma cau|ma cau hoi|ma|code|question id"),
    (Column.KEY, (r"vi tri dap an dung|dap an dung|dap an chinh xac|dap an|da dung|da|ket qua|phuong an dung|lua chon dung|cau tra loi dung|tra loi dung"
                 r"|correct ?answers?|correct ?options?|correct|answer ?keys?|answers?|key|right answer|dung|tra loi")),
    (Column.TYPE, r"loai|loai cau|loai cau hoi|dang|dang cau|dang cau hoi|kieu|kieu cau hoi|type|question type"),
    (Column.STEM, r"cau hoi|noi dung|noi dung cau hoi|questiontext|cau dan|de bai|phan dan|question|question text|content|stem|text|noi dung cau dan"),
    (Column.LEVEL, r"muc do|muc do nhan thuc|muc|cap do|cap do tu duy|do kho|difficulty|level|bloom"),
    (Column.TOPIC, r"chu de|chuyen de|chuong|bai|linh vuc|noi dung kien thuc|don vi kien thuc|topic|category|subject|mon|phan"),
    (Column.EXPLANATION, (r"giai thich|loi giai|huong dan|huong dan giai|huong dan giai chi tiet|giai thich dap an|explanation|feedback|solution"
                         r"|phan hoi|ghi chu dap an")),
    (Column.SOURCE, r"nguon|tai lieu|can cu|trich dan|nguon trich dan|source|reference|can cu phap ly"),
    (Column.POINTS, r"diem|so diem|points?|score|marks?|thang diem"),
    (Column.PICTURE, r"hinh|hinh anh|anh|hinh minh hoa|image|picture|file anh"),
    (Column.EXTRA, r"du lieu examroom"),
    (Column.TAGS, r"nhan|the|tu khoa|keywords?|labels?|tags?"),
    (Column.STIMULUS, r"du lieu dung chung|ngu lieu|stimulus|doan van"),
)  # fmt: skip
_OPTION = re.compile(
    r"(?:(?:phuong an|dap an|lua chon|cau tra loi|tra loi|cau|option|answer|choice|pa|da|y|menh de|statement|opt)[ _.-]*)?\(?([a-j]|10|[1-9])\)?[.):]?"
)
_BARE_NUMBER = re.compile(r"\d+")
_NUMBERED_QUESTION = re.compile(r"cau[ _.-]*\d+")
_WRONG = re.compile(
    r"(?:(?:phuong an|dap an|lua chon|cau tra loi) (?:sai|nhieu)|(?:incorrect|wrong)(?: (?:answer|option|choice))?|distract[eo]r)"
    r"[ _.-]*([1-9])"
)
_NUMBERED_KEY = re.compile(r"(?:answer|key|dap an)[ _.-]*([12])")
_TAIL = re.compile(r"\s[-–]\s.*", re.DOTALL)  # “Correct answer(s) - 1, 2, 3, or 4”
_RANGE = re.compile(r"(?<!\d)([01])\s*(?:[-–—,;/]|\.\.+|đến|to)\s*[1-9]")


@dataclass(frozen=True, slots=True)
class Head:
    """What one column holds, and for an option which (0: A)."""

    column: Column
    place: int = 0


RIGHT_ONES = 10  # keys of which each names one right option: places 11 and 12
SECOND_KEY = Head(Column.KEY, 1)  # where two columns are called so, both must say the same


def counts_from(text: str) -> int | None:
    """The first number of options that the words above a key promise: 0 of “Đáp án đúng (0-3)”; None where they promise none."""
    found = _RANGE.search(text)
    return int(found[1]) if found else None


def head_of(text: str) -> Head | None:
    """What the words above a column say."""
    return _named(folded_head(text)) or _named(folded_head(_TAIL.sub("", text)))


def _named(plain: str) -> Head | None:
    if not plain or len(plain) > 60:
        return None
    wrong = _WRONG.fullmatch(plain)
    if wrong is not None:
        return Head(Column.WRONG, int(wrong[1]))
    option = _OPTION.fullmatch(plain)
    if option is not None and not _BARE_NUMBER.fullmatch(plain) and not _NUMBERED_QUESTION.fullmatch(plain):
        sign = option[1]
        return Head(Column.OPTION, int(sign) - 1 if sign.isdigit() else ord(sign) - ord("a"))
    for column, words in _WORDS:
        if re.fullmatch(words, plain):
            return Head(column)
    return None


def folded_head(text: str) -> str:
    """Without marks, case, brackets and what stands in them: “Đáp án đúng (A, B, C, D)*” is “dap an dung”."""
    text = re.sub(
        r"\([^()]{3,}\)|\[[^\[\]]{2,}\]|\(s\)|\s[-–]\s*(?:max|choose|select|required|optional)\b.*", " ", text
    )
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(one for one in plain if unicodedata.category(one) != "Mn").lower()
    return " ".join(re.sub(r"[*:_\n\t]+", " ", plain).split())


def heads_of(row: Sequence[str]) -> dict[int, Head] | None:
    """The columns of a row of headings; None when it is none: it must name the question and a key or two options."""
    found = {at: head for at, text in enumerate(row[:MOST_COLUMNS]) if (head := head_of(text)) is not None}
    found = _told_apart(_keys_beside_letters(row, found))
    said = [head.column for head in found.values()]
    options = [head.place for head in found.values() if head.column is Column.OPTION]
    if Column.STEM not in said or len(options) != len(set(options)):
        return None
    return found if len(options) >= 2 or Column.KEY in said or Column.TYPE in said else None


def _keys_beside_letters(row: Sequence[str], found: dict[int, Head]) -> dict[int, Head]:
    """Beside the columns “A”, “B”, … “Answer 1” and “Answer 2” are right ones, not options."""
    plain = {at: folded_head(row[at]) for at in found}
    if not {"a", "b"} <= set(plain.values()):
        return found
    keys = {at: said for at, text in plain.items() if (said := _NUMBERED_KEY.fullmatch(text))}
    return {at: Head(Column.KEY, RIGHT_ONES + int(keys[at][1])) if at in keys else head for at, head in found.items()}


def _told_apart(found: dict[int, Head]) -> dict[int, Head]:
    """“Câu” is a number beside “Nội dung” and the question itself without it; of two columns of one kind the first counts."""
    columns = [head.column for head in found.values()]
    if Column.STEM not in columns and columns.count(Column.NUMBER):
        last = max(at for at, head in found.items() if head.column is Column.NUMBER)
        found = {at: Head(Column.STEM) if at == last else head for at, head in found.items()}
    kept: dict[int, Head] = {}
    seen: set[Head] = set()
    for at, head in found.items():
        if head == Head(Column.KEY) and head in seen:
            head = SECOND_KEY
        if head not in seen:
            kept[at] = head
            seen.add(head)
    return kept
