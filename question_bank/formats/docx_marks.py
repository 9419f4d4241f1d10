"""The words and signs by which Vietnamese papers mark questions, options, parts, keys and explanations. Pure.

There is no standard: these are the forms that teachers use and that the tools they write for accept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from question_bank.items._choice import LABELS
from question_bank.items.model import Level

LETTERS = LABELS


class Kind(Enum):
    """What the questions of a part ask for."""

    ANY = "any"
    CHOICE = "choice"
    TRUE_FALSE = "true_false"
    SHORT = "short"
    ESSAY = "essay"


_QUESTION = re.compile(
    r"\s*[(\[]?\s*(?P<word>câu hỏi|câu|cau|bài tập|bài|question|ques|item)\s*(?:số\s*)?[:.]?\s*(?P<number>\d{1,4})(?!\d)(?:\.\d{1,2}(?=[.:)](?!\d))|(?-i:[a-h])(?=\s?[.:)]))?"
    r"(?P<notes>(?:\s*[(\[<][^()\[\]<>]{1,60}[)\]>])*)\s*(?P<end>[.:)\]/]+|[-–—](?=\s)|$)?\s*",
    re.IGNORECASE,
)
_BARE = re.compile(r"\s*(?P<number>\d{1,3})(?P<notes>)(?P<end>\s?[.)/:](?!\d)|\t)\s*")


@dataclass(frozen=True, slots=True)
class Start:
    """A question's beginning: its number, the characters it takes, what stands in brackets behind the number.

    `sure` is a number with a sign behind it: “Câu 5 nói về …” may also be a sentence.
    """

    word: str
    number: int
    size: int
    notes: str
    sure: bool


def question_start(text: str) -> Start | None:
    """“Câu 12.”, “Bài 3:”, “Question 7”."""
    found = _QUESTION.match(text)
    if found is None:
        return None
    word = "câu" if found["word"].lower().startswith(("câu", "cau")) else found["word"].lower().split()[0]
    rest = text[found.end() :]
    sure = bool(found["end"] is not None or found["notes"] or not rest or found[0].endswith("\t"))
    return Start(
        "question" if word in ("ques", "item") else word, int(found["number"]), found.end(), found["notes"], sure
    )


_INSIDE = re.compile(r"(?<=\s)(?:câu|cau|question)\s{0,3}(?P<number>\d{1,3})\s?[.:](?=\s)", re.IGNORECASE)


def starts_inside(text: str) -> Iterator[tuple[int, int]]:
    """Where “Câu 6.” stands within a line, with its number."""
    return ((found.start(), int(found["number"])) for found in _INSIDE.finditer(text))


def bare_start(text: str) -> Start | None:
    """“12.” or “12)”."""
    found = _BARE.match(text)
    return Start("", int(found["number"]), found.end(), "", True) if found else None


# --- parts of a paper --------------------------------------------------------------------------------------------------

_PART = re.compile(
    r"\s*(?:phần|part|nhóm|section)\s*(?P<number>[IVX]{1,4}|\d{1,2}|[A-D])(?![\w])\s*[.:)\-–—]*\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_ROMAN_PART = re.compile(
    r"\s*(?P<number>[IVX]{1,4}|[A-D])\s*[.:)\-–—/]+\s*(?P<rest>(?:phần\s+)?(?:câu\s+)?(?:trắc nghiệm|tự luận|trả lời ngắn|đúng\s*[/-]?\s*sai).*)",
    re.IGNORECASE,
)
_KINDS = (
    (Kind.TRUE_FALSE, re.compile(r"đúng\s*(?:/|-|–|,|hoặc|hay)?\s*(?:là\s*)?sai|true\s*(?:/|or)\s*false|đ\s*/\s*s\b", re.IGNORECASE)),
    (Kind.SHORT, re.compile(r"trả lời ngắn|điền (?:đáp|số|khuyết|từ)|short answer", re.IGNORECASE)),
    (Kind.CHOICE, re.compile(r"nhiều (?:phương án )?lựa chọn|chọn (?:một|1|đáp án|phương án|câu)|multiple choice|khách quan", re.IGNORECASE)),
    (Kind.ESSAY, re.compile(r"tự luận|essay|writing", re.IGNORECASE)),
    (Kind.CHOICE, re.compile(r"trắc nghiệm", re.IGNORECASE)),
)  # fmt: skip
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "A": 1, "B": 2, "C": 3, "D": 4}


@dataclass(frozen=True, slots=True)
class PartHead:
    """The heading of a part: its number from 1 (0: unreadable), and what its questions are when the words say so."""

    name: str
    number: int
    kind: Kind
    rest: str = ""  # what stands behind its number


def part_head(text: str) -> PartHead | None:
    """“PHẦN II. Câu trắc nghiệm đúng sai.”, “B. TỰ LUẬN”."""
    found = _PART.match(text) or _ROMAN_PART.match(text)
    if found is None or len(text) > 600:
        return None
    number = found["number"].upper()
    if text.lstrip()[:4].islower() and kind_of(text) is Kind.ANY:
        return None
    return PartHead(
        number, _ROMAN.get(number, int(number) if number.isdigit() else 0), kind_of(found["rest"]), found["rest"]
    )


def kind_of(text: str) -> Kind:
    """What the words of a heading or an instruction say of the questions below."""
    return next((kind for kind, words in _KINDS if words.search(text)), Kind.ANY)


# --- options -------------------------------------------------------------------------------------------------------------

# Ticked boxes and filled circles say something, empty ones only that there are boxes.
RIGHT_SIGNS = frozenset("*✓√✔☑☒🗹■●◉!")
_SIGNS = r"\*|#!|#\$|#|✓|√|✔|☑|☒|🗹|■|●|◉|☐|□|○|◯"
_LABEL = r"[(\[]?(?P<label>[A-Ja-j])(?P<star>\*)?\s?(?P<sign>[.)\]:/])(?P<after>\s*(?:#!|#\$))?"
OPTION = re.compile(rf"\s*(?:(?P<mark>{_SIGNS})\s?)?{_LABEL}")
INLINE = re.compile(rf"(?:(?<!\S)(?P<mark>{_SIGNS}))?{_LABEL}")
SAID_RIGHT = re.compile(
    r"\s*(?:[(\[]\s*(?:đúng|đáp án đúng|đáp án|correct|true|right|key|✓|√|đ)\s*[)\]]|(?:<-+|←|=>|→)\s*(?:đúng|đáp án)(?: đúng)?)\s*[.;]?\s*$",
    re.IGNORECASE,
)
SAID_TRUTH = re.compile(
    r"(?:\s*[(\[]\s*(?P<bracket>đúng|sai|đ|s|true|false|t|f)\s*[)\]]|(?:\s[-–=:→]+>?\s*|[.;]\s+|\t\s*|\s{2,})(?P<bare>đúng|sai|đ|s))\s*[.;]?\s*$",
    re.IGNORECASE,
)
FIRST_TRUTH = re.compile(r"\s*[(\[]\s*(?P<bracket>đúng|sai|đ|s|true|false|t|f)\s*[)\]]\s*", re.IGNORECASE)


_TRUE_WORDS = ("đúng", "đ", "true", "t")
TRUTH_WORDS = (*_TRUE_WORDS, "sai", "s", "false", "f")


def is_true(word: str) -> bool:
    """Of one of the TRUTH_WORDS, whatever its case."""
    return word.lower() in _TRUE_WORDS


# --- keys and explanations -----------------------------------------------------------------------------------------------

_ANSWER_WORDS = (
    r"(?:đáp án(?: đúng| chính xác| cần chọn)?|đáp số|đ/?a|phương án đúng|câu trả lời đúng|trả lời|kết quả|answers?|đs|correct"
    r"(?: answers?)?|key|correct option)"
)
_KEY_LINE = re.compile(
    rf"\s*[(\[<]?\s*(?:{_ANSWER_WORDS})\s*(?:(?:là|is)?\s*[:=.\-–]|(?:là|is)\s(?=\s*(?:(?:đáp án|phương án|câu|ý)\s+)?[(\[]?[A-J]\W*$))\s*(?P<value>.*?)\s*$",
    re.IGNORECASE,
)
_OPENS = {")": "(", "]": "[", ">": "<"}
KEY_TAG = re.compile(r"<\s*key\s*=\s*(?P<value>[^<>]{1,200})>", re.IGNORECASE)
_CHOOSE = (
    r"(?:(?:ta\s+)?(?:chọn|khoanh)(?:\s+(?:đáp án|phương án|câu|ý))?(?:\s+đúng)?(?:\s+là)?"
    r"|(?:đáp án|phương án)(?:\s+(?:đúng|cần chọn|chính xác))?(?:\s+là)?)\s*[:.]?\s*"
)
# What an explanation says of the key: not “không chọn A”, “đáp án A sai”, “chọn A, C”.
CHOSEN = re.compile(
    r"(?:^|(?<=[.\s;,(→>:]))(?<!không )(?<!đừng )(?<!chưa )(?<!nếu )(?<!sao )(?<!thể )(?<!hai )(?<!các )(?<!những )"
    rf"{_CHOOSE}(?P<value>[A-J])(?!\w|\.\w)(?!\s*(?:[,;&/]|và|hoặc|hay)\s*[A-J](?!\w))"
    r"(?!\s*(?:là\s+|bị\s+|đều\s+|vì\s+|do\s+|bởi\s+)*(?:sai|không|chưa|loại|nhiễu|thiếu|thừa|nhầm|lầm|hiểu|quên))",
    re.IGNORECASE,
)
# Words right before “chọn B” that make it another's choice, or a warning: “không nên chọn”, “học sinh thường chọn”.
NOT_CHOSEN = re.compile(
    r"(?:\b(?:không|chẳng|đừng|chưa|chớ|tránh)(?:\s+(?:nên|được|thể|phải|cần|vội|vàng|hề|việc)){0,3}"
    r"|\b(?:thường|hay|dễ|vội|vội vàng|thay vì)(?:\s+(?:hay|sẽ|vội|bị|nhầm|là)){0,2}|\b(?:nhầm|lầm)(?:\s+(?:lẫn|mà|và|nên|là)){0,2}"
    r"|\b(?:nhiều|số|vài|mấy)\s+(?:em|bạn|học sinh|hs|thí sinh|người)(?:\s+\w+){0,3}|\bnếu(?:\s+\w+){0,4})\s*$",
    re.IGNORECASE,
)
# A line that gives the key and nothing else, without the colon that `key_line` asks for.
CHOSEN_LINE = re.compile(
    rf"\s*[\[(*]*\s*(?:=>|⇒|→)?\s*(?:vậy\s+)?(?:{_CHOOSE}|(?:đ/?a|answer|key)\s+)\(?(?P<value>[A-J](?:\s*(?:[,;&]|và)\s*[A-J])*)"
    r"(?:\)|\])*\s*[.;]?\s*",
    re.IGNORECASE,
)
EXPLANATION = re.compile(
    r"\s*[\[(<*]*\s*(?:lời giải(?: chi tiết| tham khảo)?|hướng dẫn(?: giải| chi tiết| trả lời| chấm)*|hdg|hd|giải thích(?: chi tiết| đáp án)?"
    r"|giải chi tiết|bài giải|phương pháp(?: giải)?|giải|explanation|solution|feedback)\s*[\])>*]*\s*(?P<sign>[:.\-–]|$)\s*",
    re.IGNORECASE,
)
_ANSWER_HEAD = re.compile(
    r"[-–—*=\s]*(?:[IVX]+\s*[.)]\s*)?(?:bảng\s+)?(?:đáp\s*án|đáp\s*số|answers?(?:\s+keys?)?|keys?|hướng dẫn (?:giải|chấm|chi tiết)|lời giải|giải chi tiết)"
    r"[^.?]{0,90}?[-–—*=:.\s]*$",
    re.IGNORECASE,
)
_END = re.compile(r"[\s\-–—_.*=~+]*(?:hết|the end|end of (?:the )?test|end)[\s\-–—_.*=~+!]*", re.IGNORECASE)
_LEFT_OUT = re.compile(
    r"\s*(?:trang\s+\d{1,3}(?:\s*/\s*\d{1,3})?\b.{0,60}|mã đề(?: thi)?\s*[:.]?\s*\w{1,6}(?:\s*[-–]\s*trang.{0,20})?|page \d+.{0,20}|[-–—_=*.…·\s]{3,})$",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"\s*\[\s*<\s*/?br\s*/?\s*>\s*\]\s*$", re.IGNORECASE)


def key_line(text: str) -> str | None:
    """What stands behind “Đáp án:”, without a bracket that it does not open itself: “(Đáp án: B)”, but “=SUM(A1:A2)”, “<br>”."""
    found = _KEY_LINE.match(text)
    if found is None:
        return None
    value = found["value"]
    last = value[-1:]
    return value[:-1].rstrip() if value.count(last) > value.count(_OPENS.get(last, last)) else value


def is_end(text: str) -> bool:
    """“----- HẾT -----”."""
    return len(text) <= 120 and _END.fullmatch(text) is not None


def is_answer_head(text: str) -> bool:
    """A line that says that answers follow, and nothing else."""
    return len(text) <= 140 and _ANSWER_HEAD.fullmatch(text) is not None


def is_left_out(text: str) -> bool:
    """Page numbers, codes of the paper, lines to write on."""
    return _LEFT_OUT.fullmatch(text) is not None


# --- levels, topics, shared texts ----------------------------------------------------------------------------------------

_LEVEL_WORDS = {
    "nb": Level.NHAN_BIET, "nhận biết": Level.NHAN_BIET, "biết": Level.NHAN_BIET, "dễ": Level.NHAN_BIET, "easy": Level.NHAN_BIET,
    "th": Level.THONG_HIEU, "thông hiểu": Level.THONG_HIEU, "hiểu": Level.THONG_HIEU, "trung bình": Level.THONG_HIEU,
    "medium": Level.THONG_HIEU, "vd": Level.VAN_DUNG, "vận dụng": Level.VAN_DUNG, "vận dụng thấp": Level.VAN_DUNG,
    "vdt": Level.VAN_DUNG, "khó": Level.VAN_DUNG, "hard": Level.VAN_DUNG, "vdc": Level.VAN_DUNG_CAO,
    "vận dụng cao": Level.VAN_DUNG_CAO, "rất khó": Level.VAN_DUNG_CAO, "1": Level.NHAN_BIET, "2": Level.THONG_HIEU,
    "3": Level.VAN_DUNG, "4": Level.VAN_DUNG_CAO,
}  # fmt: skip
_LEVEL_LINE = re.compile(
    r"\s*[(\[<]?\s*(?:mức độ(?: nhận thức| tư duy)?|mức|cấp độ(?: tư duy)?|level)\s*[:.\-–]?\s*(?P<value>[\w ]{1,20}?)\s*[)\]>]?\s*[.;]?\s*$",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*[(\[<]\s*(?P<value>[^()\[\]<>]{1,60}?)\s*[)\]>]\s*[.:]?\s*")
_POINTS = re.compile(r"\d+(?:[.,]\d+)?\s*(?:điểm|đ|points?|pts?)\.?", re.IGNORECASE)
_CODES = re.compile(r"(?:CLO|ID|MĐ|YCCĐ|NLC)?[\s:._-]*[A-Z0-9][A-Z0-9._-]{0,24}")
_SHARED = re.compile(
    r"(?:câu(?: hỏi)?|questions?|bài|(?:numbered\s+)?blanks?(?:\s+numbered)?|chỗ trống|ô trống)\s*(?:hỏi\s*)?(?:số\s*)?(?:từ\s*|from\s*)?(?:câu\s*)?(?P<first>\d{1,3})\s*(?:đến|tới|-|–|—|->|to|→|và|,|and|&)\s*"
    r"(?:hết\s*)?(?:câu\s*)?(?:số\s*)?(?P<last>\d{1,3})(?P<more>(?:\s*(?:,|và|and)\s*(?:câu\s*)?\d{1,3})*)",
    re.IGNORECASE,
)
_SHARED_VERB = re.compile(
    r"\s*(?:\*+|[IVX]+\.|[-–•])?\s*(?:(?:hãy|em hãy)\s+)?(?:đọc|dựa|sử dụng|dùng|căn cứ|cho|quan sát|từ|theo|xét|read|use|look|study|refer|based)\b"
    r"|\s*(?:thông tin|dữ liệu|dữ kiện|đoạn văn|văn bản|bảng|hình|ngữ liệu|tình huống|tư liệu)\b[^.?]{0,60}\b(?:dùng|sử dụng|áp dụng|trả lời)\b",
    re.IGNORECASE,
)
_SHARED_OPEN = re.compile(
    r"\s*(?:hãy\s+)?(?:dựa vào|sử dụng|căn cứ|đọc|quan sát|cho)\s+(?:các |những |đoạn |bảng |hình )*"
    r"(?:thông tin|dữ kiện|dữ liệu|đoạn văn|đoạn trích|văn bản|tư liệu|ngữ liệu|hình|bảng)[^.?]{0,60}\s(?:sau|dưới đây|bên dưới)[^.?]{0,30}"
    r"(?:trả lời|làm)\s+(?:các |những )?câu(?: hỏi)?[^\d]{0,30}$",
    re.IGNORECASE,
)


def level_line(text: str) -> Level | None:
    """“Mức độ: Nhận biết”, “[Mức độ 2]”."""
    found = _LEVEL_LINE.match(text)
    return level_word(found["value"]) if found else None


def level_word(word: str) -> Level | None:
    """“NB”, “thông hiểu”, “VDC”; digits only where the word “mức độ” stands before them."""
    return _LEVEL_WORDS.get(" ".join(word.lower().split()))


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands in brackets at the beginning of a question."""

    level: Level | None
    tags: tuple[str, ...]
    size: int


def bracket_marks(text: str) -> Marks:
    """Level, points and codes at the beginning of a text: “(NB)”, “[TH]”, “(0,25 điểm)”, “(CLO1)”; anything else ends it."""
    at, level, tags = 0, None, []
    while found := _MARK.match(text, at):
        said = found["value"]
        named = _LEVEL_LINE.match(said)
        here = level_word(named["value"]) if named else None if said.isdigit() else level_word(said)
        if here is not None:
            level = here
        elif short := re.fullmatch(r"M([1-4])", said):
            level = level_word(short[1])
        elif said.startswith("CLO") or re.fullmatch(r"(?:ID|MĐ|YCCĐ)\s*[:.]?.{1,30}", said):
            tags.append(said[:40])
        elif not _POINTS.fullmatch(said):
            break
        at = found.end()
    return Marks(level, tuple(tags), at)


_END_LEVEL = re.compile(
    r"\s*(?P<open>[(\[<])\s*(?P<value>NB|TH|VDC|VDT|VD|M[1-4]|nhận biết|thông hiểu|vận dụng(?: thấp| cao)?|mức(?: độ)? [1-4])\s*"
    r"(?P<close>[)\]>])\s*[.:]?\s*$",
    re.IGNORECASE,
)


def end_marks(text: str) -> Marks:
    """A level at the end of a text: “… là gì? (NB)”. Only the words that can hardly be anything else."""
    found = _END_LEVEL.search(text)
    if found is None or found["open"] + found["close"] not in ("()", "[]", "<>"):
        return Marks(None, (), 0)
    word = re.sub(r"^(?:m(?=[1-4])|mức(?: độ)? )", "", found["value"].lower())
    return Marks(level_word(word), (), len(text) - found.start())


def shared_numbers(text: str) -> tuple[int, ...] | None:
    """The questions that a shared text is for: “Đọc đoạn văn sau và trả lời các câu 12 đến 15”. Empty when it does not say."""
    if len(text) > 600:
        return None
    found = _SHARED.search(text)
    if found is None:
        return () if _SHARED_OPEN.match(text) else None
    if not _SHARED_VERB.match(text):
        return None
    first, last = int(found["first"]), int(found["last"])
    numbers = list(range(first, last + 1)) if first < last <= first + 60 else [first, last]
    return tuple(dict.fromkeys(numbers + [int(one) for one in re.findall(r"\d{1,3}", found["more"])]))
