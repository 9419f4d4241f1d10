"""The words people write for types of questions in a table. Pure."""

from __future__ import annotations

import re

from question_bank.formats.docx_answers import truths_in
from question_bank.formats.table_headers import folded_head
from question_bank.items import types

_WORDS: tuple[tuple[str, str], ...] = (
    ("multiple_choice", r"(?:trac nghiem )?(?:chon )?nhieu (?:lua chon|dap an|phuong an)(?: dung)?|multiple(?: choice| answers?| response)?|checkbox(?:es)?|mr|mcma|nlc"),
    ("single_choice", (r"trac nghiem(?: khach quan)?|(?:trac nghiem )?(?:chon )?(?:mot|1) (?:lua chon|dap an|phuong an)(?: dung)?|single(?: choice)?|mcq|mc|radio"
                      r"|multichoice|tn|tnkq|mcsa|lua chon|mot lua chon|trac nghiem nhieu lua chon")),
    ("true_false_4", r"dung[ /-]*sai (?:4|bon) (?:y|menh de)|true_false_4|tf4|ds4"),
    ("true_false", r"dung[ /-]*sai|true[ /-]*false|tf|d/s|ds|t/f"),
    ("short_text", r"tra loi ngan|dien (?:khuyet|tu|vao cho trong)|short(?: answer| text)?|fill(?: in)?(?: the)? blanks?|fill|fib|tln"),
    ("numeric", r"so|dien so|numeric(?:al)?|number|nhap so"),
    ("essay", r"tu luan|essay|open ended|tl|bai viet|cau hoi mo|long answer"),
    ("matching", r"(?:ghep|noi)(?: doi| cot| cap)?|matching|match"),
    ("ordering", r"sap xep|sap thu tu|thu tu|ordering|order|sequence"),
)  # fmt: skip


def type_of(words: str, options: int, key: str, own: bool = False) -> str:
    """A type by its words, else by the row: options and a key. Empty for words that are not known.

    Only where this program wrote the table (`own`) “multiple_choice” is our type, and not what others call a choice of one.
    """
    plain = folded_head(words).replace("-", " ")
    if words.strip() in types() and (own or words.strip() != "multiple_choice"):
        return words.strip()
    for name, pattern in _WORDS:
        if plain and re.fullmatch(pattern, plain):
            return _settled(name, words, options)
    if plain:
        return ""
    if options == 4 and truths_in(key) is not None:
        return "true_false_4"
    if options:
        return "single_choice"
    if re.fullmatch(r"(?i)\s*(?:đúng|sai|true|false|đ|s)\s*\.?\s*", key):
        return "true_false"
    return "short_text" if key else "essay"


def _settled(name: str, words: str, options: int) -> str:
    """“Đúng sai” over four statements is the type of four statements; “nhiều lựa chọn” is the usual name of one right among many."""
    if name == "true_false" and options >= 3:
        return "true_false_4"
    if name == "multiple_choice" and re.fullmatch(
        r"(?i)\s*(?:trắc nghiệm )?nhiều lựa chọn\s*|\s*multiple[ _]choice\s*", words
    ):
        return "single_choice" if options else "essay"
    return name
