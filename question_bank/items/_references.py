"""Options that speak of other options: “Tất cả các phương án trên” (of those above it), “Cả A và B” (by letter). Pure.

The one place that knows the wordings, in Vietnamese and English. The whole option must say it: “Tất cả văn bản trên hệ
thống” is an ordinary option.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from enum import Enum

from question_bank.content import parse, plain_words

MOST = 120  # characters; nothing longer says only this


class Reference(Enum):
    """What an option speaks of."""

    ABOVE = "above"
    LABELS = "labels"


_COUNT = r"(?:một|hai|ba|bốn|năm|sáu|[2-9]|cả hai|cả ba|cả bốn)"
_THING = (
    r"(?:(?:phương |đáp )án(?: trả lời)?|câu(?: trả lời)?|ý(?: kiến)?|lựa chọn|nội dung|trường hợp|nhận định|phát biểu|khẳng định"
    r"|mệnh đề|yếu tố|điều|biện pháp|cách(?: làm)?|việc|loại|đối tượng|hành vi|quy định|tiêu chí|thao tác|bước|mục|đặc điểm)"
)
_ABOVE = r"(?:(?:đã |được |vừa )*(?:nêu |kể |liệt kê |nói |ở |bên |phía |trình bày )*trên|này)"
_TRUE = r"(?:(?:là |đều |cùng |hoàn toàn |cũng )*(?:không )?(?:đúng|sai|chính xác|phù hợp|được|hợp lệ))(?: cả| hết)?"
_ALL = rf"(?:tất cả|toàn bộ|hết thảy|mọi|cả|các|những)(?: {_COUNT})?(?: (?:các|những|số))?"
_ABOVE_VI = (
    rf"{_ALL}(?: {_THING})?(?: {_ABOVE}(?: {_TRUE})?| đều {_TRUE})"
    rf"|{_COUNT} {_THING}(?: {_ABOVE}(?: {_TRUE})?| đều {_TRUE})"
    rf"|(?:không|chẳng)(?: có)?(?: một)?(?: {_THING})? nào(?: (?:trong|ở)(?: số)?(?: các| những)?(?: {_THING})?)?"
    rf"(?: {_ABOVE})?(?: {_TRUE})?(?: {_ABOVE})?"
    rf"|không có {_THING} (?:nào )?{_TRUE}"
    rf"|không phải(?: là)?(?: tất cả)?(?: các| những)? {_THING} {_ABOVE}"
    rf"|(?:một |có )?{_THING} khác|kết quả khác|cả {_COUNT}|tất cả"
)
_ANSWERS = r"(?:answers?|options?|choices?|statements?|responses?|alternatives?|cases|items)"
_OF_THEM = rf"(?:of )?(?:the )?(?:(?:above|foregoing|preceding|listed)(?: {_ANSWERS})?|(?:{_ANSWERS})(?: above)?|these|those|them)"
_RIGHT = r"(?: (?:is|are|apply|applies|can be)(?: (?:all|both|not))?(?: (?:correct|true|right|wrong|false|incorrect|possible|valid))?)"
_ABOVE_EN = (
    rf"(?:all|none|both|neither|any|either|each|every one)(?: (?:two|three|four|[2-9]))? {_OF_THEM}{_RIGHT}?"
    rf"|(?:all|none|both|neither|the above){_RIGHT}"
    rf"|the above {_ANSWERS}{_RIGHT}"
    rf"|(?:there is )?no (?:correct|right) {_ANSWERS}|no {_ANSWERS}{_RIGHT}|(?:another|other|a different) {_ANSWERS}"
)
_SPEAKS_ABOVE = re.compile(rf"{_ABOVE_VI}|{_ABOVE_EN}")

_AND = r"(?: ?, ?(?:và |and |or |hoặc )?| ?; ?| và | & | ?\+ ?| hoặc | lẫn | cùng | với | and | or | nor )"
_LEAD = (
    rf"(?:cả(?: {_COUNT})?|chỉ(?: có)?|không phải|{_COUNT}|{_THING}|both|only|either|neither|not|answers?|options?"
    rf"|choices?|all of|tất cả trừ|tất cả đều {_TRUE} trừ|all except|all but|ngoại trừ|trừ)"
)
_LABEL = rf"(?:{_THING} |answer |option )?\(?([a-j])[.)]?"
_SAYS = rf"(?:,? ?(?:(?:{_TRUE})|are (?:both |all )?(?:correct|true|right|wrong|false)|only|(?:is|are) not correct))"
# Words that lead are taken once and for all (possessive): “cả ba cả ba …” can be read in many ways, and each would be tried.
_LEADS = rf"(?:{_LEAD} )*+"
_SEVERAL = re.compile(rf"{_LEADS}{_LABEL}(?:{_SAYS})?(?:{_AND}{_LEADS}{_LABEL}(?:{_SAYS})?)+")
# A letter alone is a name too: “Loại A”; what it stands after must be a word for options, or for choosing among them.
_CALLED = (
    r"(?:(?:phương |đáp )án|câu(?: trả lời)?|ý|lựa chọn|chỉ(?: có)?|chỉ có|tất cả trừ|ngoại trừ|trừ|only|answer|option|choice"
    rf"|all except|all but|tất cả đều {_TRUE} trừ)"
)
_ONE = re.compile(rf"(?:{_CALLED} )++\(?[a-j][.)]?{_SAYS}?|{_LABEL}{_SAYS}")
_LETTER = re.compile(r"(?<![^\W_])([A-Ja-j])(?![^\W_])")


def reference(text: str, labels: Collection[str]) -> Reference | None:
    """What an option of an item with these labels speaks of; None for an ordinary option."""
    words = _words(text)
    if not words or len(words) > MOST:
        return None
    folded = words.casefold()
    if _SPEAKS_ABOVE.fullmatch(folded):
        return Reference.ABOVE
    named = {letter.upper() for letter in _LETTER.findall(words)}
    if not named or not named <= set(labels):
        return None
    # Small letters alone are names in formulas: “a và b”; with a word before them they are labels.
    plain = all(letter.isupper() for letter in _LETTER.findall(words))
    if (_SEVERAL.fullmatch(folded) and (plain or _leads(folded))) or (_ONE.fullmatch(folded) and plain):
        return Reference.LABELS
    return None


def _leads(folded: str) -> bool:
    return re.match(rf"{_LEAD} ", folded) is not None


def _words(text: str) -> str:
    """The option without its looks, in one line, without the signs around it."""
    plain = plain_words(parse(text)[0]) if "{{" in text else text
    return " ".join(unicodedata.normalize("NFC", plain).split()).strip(" .!;:\"'“”‘’*")
