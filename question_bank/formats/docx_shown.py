"""What a Word file of ours shows of an item beside its question: rows with labels, and a cell of the table of answers. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.content import parse, plain_words

_FIELDS = ("options", "statements", "left", "right", "entries", "words", "picture")
NOTHING = "–"  # what the table says of an item without a key that fits a cell
_TRUE, _FALSE = "Đ", "S"
_YES, _NO = "Đúng", "Sai"
MOST_CELL = 400  # characters


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the field it is of, its label there (empty for a field that is one text), its text."""

    field: str
    label: str
    text: str

    @property
    def shown(self) -> str:
        """The label as people read it."""
        if not self.label:
            return ""
        return f"{self.label})" if self.field == "statements" else f"{self.label}."


def rows_of(fields: Mapping[str, JSON]) -> list[Row]:
    """The rows of an item's own fields, in the order of the types that have them."""
    found: list[Row] = []
    for name in _FIELDS:
        value = fields.get(name)
        if isinstance(value, dict):
            found += [Row(name, label, text) for label, text in value.items() if isinstance(text, str)]
        elif isinstance(value, list):
            found += [Row(name, str(number), text) for number, text in enumerate(value, 1) if isinstance(text, str)]
        elif isinstance(value, str):
            found.append(Row(name, "", value))
    return found


def with_rows(fields: Mapping[str, JSON], rows: list[Row]) -> dict[str, JSON]:
    """The fields with the texts of these rows."""
    made = dict(fields)
    for name in {row.field for row in rows}:
        ours = [row for row in rows if row.field == name]
        if isinstance(made.get(name), list):
            made[name] = [row.text for row in ours]
        else:
            texts: dict[str, JSON] = {row.label: row.text for row in ours}
            made[name] = texts if ours[0].label else ours[0].text
    return made


def key_cell(type_name: str, fields: Mapping[str, JSON]) -> str:
    """What the table of answers says of an item."""
    said = _said(type_name, fields)
    return " ".join(said.split())[:MOST_CELL] or NOTHING


def _said(type_name: str, fields: Mapping[str, JSON]) -> str:
    key, statements, pairs = fields.get("key"), fields.get("statements"), fields.get("pairs")
    if type_name == "true_false_4" and isinstance(statements, dict):
        return ", ".join(_TRUE if label in _words(key) else _FALSE for label in statements)
    if type_name == "true_false":
        return _YES if key == "true" else _NO
    if isinstance(pairs, dict):
        return ", ".join(f"{left}-{right}" for left, right in pairs.items())
    if key is not None:
        return ", ".join(_words(key))
    gaps = fields.get("gaps")
    if isinstance(gaps, dict):
        return "; ".join(f"{name}: {_of_gap(gap, fields.get('words'))}" for name, gap in gaps.items())
    return _answers(fields)


def _of_gap(gap: JSON, words: JSON) -> str:
    if isinstance(gap, str):
        return _plain(words.get(gap, "")) if isinstance(words, dict) else gap
    if not isinstance(gap, dict):
        return ""
    options, key = gap.get("options"), gap.get("key")
    return _plain(options.get(key, "")) if isinstance(options, dict) and isinstance(key, str) else _answers(gap)


def _answers(fields: Mapping[str, JSON]) -> str:
    answers = fields.get("answers")
    found: list[str] = []
    for one in answers if isinstance(answers, list) else ():
        if isinstance(one, dict):
            found.append(str(one["value"]).replace(".", ",") if "value" in one else str(one.get("text", "")))
        else:
            found.append(str(one))
    return " | ".join(found)


def _words(value: JSON | None) -> list[str]:
    return (
        [one for one in value if isinstance(one, str)]
        if isinstance(value, list)
        else [value]
        if isinstance(value, str)
        else []
    )


def _plain(text: JSON) -> str:
    return plain_words(parse(text)[0]) if isinstance(text, str) else ""


def key_in(type_name: str, fields: Mapping[str, JSON], cell: str) -> JSON | None:
    """The key that a cell of the table gives: of types whose key fits there whole. None when it says something else."""
    cell = " ".join(cell.split())
    if type_name in ("single_choice", "multiple_choice"):
        letters = re.split(r"\s*[,;]\s*|\s+", cell.strip(" ."))
        options = fields.get("options")
        known = isinstance(options, dict) and all(letter in options for letter in letters)
        return [*dict.fromkeys(letters)] if known else None
    if type_name == "true_false_4":
        signs = re.split(r"\s*[,;]\s*|\s+|\s*-\s*", cell.upper())
        statements = fields.get("statements")
        labels = [*statements] if isinstance(statements, dict) else []
        if len(signs) != len(labels) or not set(signs) <= {_TRUE, _FALSE}:
            return None
        return [label for label, sign in zip(labels, signs, strict=True) if sign == _TRUE]
    if type_name == "true_false" and cell in (_YES, _NO):
        return "true" if cell == _YES else "false"
    return None


# The fields that the page shows whole, of the types whose key fits a cell: rows and the key.
VISIBLE: Mapping[str, tuple[str, ...]] = {
    "single_choice": ("options", "key"), "multiple_choice": ("options", "key"), "true_false_4": ("statements", "key"),
    "true_false": ("key",),
}  # fmt: skip
_PLAIN = re.compile(r"[^\s{}\ufffc]+(?: [^\s{}\ufffc]+)*")


def is_plain(text: str) -> bool:
    """Whether a text is words with one space between them, which a paragraph gives back as they are."""
    return not text or (
        _PLAIN.fullmatch(text) is not None and text.isprintable() and unicodedata.is_normalized("NFC", text)
    )
