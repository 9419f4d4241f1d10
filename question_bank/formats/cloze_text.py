"""Moodle's embedded answers, `{2:NUMERICAL:=3:0.1~%50%4}`: found in a text in one pass, read as gaps, and written.

A gap may stand in the middle of HTML; its own texts are HTML too. `\\}`, `\\#` and `\\~` are the signs themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.formats.drafts import Draft
from question_bank.formats.html_tokens import unescaped
from question_bank.formats.moodle_answers import Answer, Made, UnusableError, choice, numeric, percent_of, short_text
from question_bank.phrase import phrase

_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), "text"),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), "exact"),
    **dict.fromkeys(
        ("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS",
         "MULTICHOICE_HS", "MCHS"), "choice",
    ),
    **dict.fromkeys(("MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"), "several"),
}  # fmt: skip
_START = re.compile(r"\{([0-9]{0,6}):([A-Z]{2,13}(?:_[A-Z]{1,2})?):")
_PERCENT = re.compile(r"%(-?[0-9]{1,3}(?:[.,][0-9]{0,10})?)%")
_LOOSE = re.compile(r"\{[0-9]*:[A-Z_]{2,20}:?|\{#[0-9]{1,4}\}")
OPEN, CLOSE = "\ue0f0", "\ue0f1"  # private characters around a gap's number or name, for the reader of the HTML
_SIGN = re.compile(f"{OPEN}([0-9]{{1,4}}){CLOSE}")

Inline = Callable[[str], str]
"""HTML of an option as a field of ours that holds one line."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text with signs where its gaps were, and the gaps by number (from 1): weight, kind, answers as written."""

    text: str
    gaps: tuple[tuple[str, str, str], ...]


def find_gaps(text: str) -> Found:
    """Everything in the text that has the form of a gap."""
    text = text.replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
    pieces: list[str] = []
    gaps: list[tuple[str, str, str]] = []
    at = 0
    for start in _START.finditer(text):
        if start.start() < at or start[2] not in _KINDS:
            continue
        end = _end(text, start.end())
        if end < 0:
            break  # no gap is closed from here on
        gaps.append((start[1], start[2], text[start.end() : end]))
        pieces += [text[at : start.start()], f"{OPEN}{len(gaps)}{CLOSE}"]
        at = end + 1
    return Found("".join([*pieces, text[at:]]), tuple(gaps))


def with_names(text: str, names: Sequence[str]) -> str:
    """A text with its gaps' names in the signs where their numbers (from 1) stood."""
    return _SIGN.sub(lambda found: f"{OPEN}{names[int(found[1]) - 1]}{CLOSE}", text)


def is_loose(text: str) -> bool:
    """Whether something in the rest of the text looks like a gap that could not be read."""
    return _LOOSE.search(text) is not None


def read_gap(gap: tuple[str, str, str], inline: Inline, draft: Draft) -> dict[str, JSON]:
    """A gap's fields as an author writes them. Raises UnusableError."""
    weight, word, written = gap
    kind = _KINDS[word]
    answers = [_answer(piece, kind, inline) for piece in _alternatives(written)]
    if any(one.feedback for one in answers):
        draft.note("feedback_dropped", phrase("what is said to single answers was left out"))
    made: Made
    if kind == "several":
        raise UnusableError("several_in_gap", phrase("a gap with several right options has no counterpart here"))
    if kind == "number":
        made = numeric(answers, draft)
    elif kind == "choice":
        made = choice(answers, True, draft)
        made.fields["key"] = _only(made.fields["key"], draft)
    else:
        made = short_text(answers, kind == "exact", draft)
    fields: dict[str, JSON] = {"kind": "text" if kind == "exact" else kind, **made.fields}
    if weight and int(weight) == 0:
        draft.doubt("no_weight", phrase("a gap earns nothing in the file; here it counts like the others"))
    elif weight and int(weight) != 1:
        fields["weight"] = weight.lstrip("0")
    return fields


def _only(key: JSON, draft: Draft) -> JSON:
    """The one right option of a gap; with several the key is missing, since a gap has one."""
    labels = key if isinstance(key, list) else []
    if len(labels) > 1:
        draft.doubt("no_key", phrase("several options of a gap earn 100 %: the key is missing"))
    return labels[0] if len(labels) == 1 else ""


def _end(text: str, at: int) -> int:
    """Where the gap ends whose answers begin here; -1 when it does not."""
    while (at := text.find("}", at)) >= 0:
        if text[at - 1] != "\\":
            return at
        at += 1
    return -1


def _alternatives(written: str) -> list[str]:
    """The answers between unescaped `~`."""
    return [piece for piece in re.split(r"(?<!\\)~", written) if piece.strip()]


def _answer(piece: str, kind: str, inline: Inline) -> Answer:
    piece = piece.strip()
    percent = Fraction(0)
    if found := _PERCENT.match(piece):
        percent, piece = percent_of(found[1]) or Fraction(0), piece[found.end() :]
    elif piece.startswith("="):
        percent, piece = Fraction(100), piece[1:]
        if found := _PERCENT.match(piece):  # “=%50%” is written by people and means the weight
            percent, piece = percent_of(found[1]) or Fraction(0), piece[found.end() :]
    words, sign, feedback = _parted(piece)
    said = inline(_signs(feedback)) if sign else ""
    if kind in ("choice", "several"):
        return Answer(inline(_signs(words)), percent, said)
    plain = " ".join(unescaped(_signs(words)).split())
    if kind == "number":
        value, _, tolerance = plain.partition(":")
        return Answer(value.strip(), percent, said, tolerance.strip())
    return Answer(plain, percent, said)


def _parted(piece: str) -> tuple[str, str, str]:
    """The answer and what is said to it, at the first `#` that is neither escaped nor of a character reference."""
    found = re.search(r"(?<![\\&])(?<!&amp;)#", piece)
    return (piece[: found.start()], "#", piece[found.end() :]) if found else (piece, "", "")


def _signs(text: str) -> str:
    """Escaped signs as themselves; `\\*` stays, because it says that the asterisk is none of Moodle's."""
    return re.sub(r"\\([}#~])", r"\1", text)


def write_gap(fields: Mapping[str, JSON], html: Callable[[str], str], shuffled: bool) -> str:
    """A gap of ours as Moodle writes it; `html` gives the HTML of an option. Raises UnusableError."""
    kind, weight = fields.get("kind"), str(fields.get("weight", "1"))
    if not weight.isdigit():
        raise UnusableError("weight", phrase("the weight of a gap is a whole number in Moodle"))
    if kind == "choice":
        options = fields.get("options")
        pairs = options.items() if isinstance(options, dict) else ()
        texts = [("=" if label == fields.get("key") else "") + _escaped(html(str(text))) for label, text in pairs]
        return f"{{{weight}:MULTICHOICE{'_S' if shuffled else ''}:{'~'.join(texts)}}}"
    answers = fields.get("answers")
    listed = (
        [one if isinstance(one, dict) else {"text": one, "value": one} for one in answers]
        if isinstance(answers, list)
        else []
    )
    if kind == "number":
        return f"{{{weight}:NUMERICAL:{'~'.join(_weight(one) + _number(one) for one in listed)}}}"
    compare = fields.get("compare")
    word = "SHORTANSWER_C" if isinstance(compare, dict) and compare.get("case") == "exact" else "SHORTANSWER"
    texts = [_weight(one) + _escaped(_entities(str(one.get("text", "")))) for one in listed]
    return f"{{{weight}:{word}:{'~'.join(texts)}}}"


def _number(answer: Mapping[str, JSON]) -> str:
    value, tolerance = str(answer.get("value", "")), str(answer.get("tolerance", "0"))
    if "/" in value + tolerance:
        raise UnusableError("number", phrase("a number of a gap is a decimal in Moodle"))
    return f"{value}:{tolerance}"


def _weight(answer: Mapping[str, JSON]) -> str:
    percent = str(answer.get("percent", "100"))
    return "=" if percent == "100" else f"%{percent}%"


def _escaped(text: str) -> str:
    """The HTML of an answer without a sign that means something: Moodle resolves references, and `\\}` and `\\#`."""
    text = re.sub(r"[}]|(?<!&)#", r"\\\g<0>", text.replace("~", "&#126;"))
    text = re.sub(r"^[=%]", lambda sign: f"&#{ord(sign[0])};", text)
    return text[:-1] + "&#92;" if text.endswith("\\") else text


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\\", "&#92;").replace("*", "\\*")
