"""Lists with signs and with numbers, made by the program and not typed."""

from __future__ import annotations

from question_bank.formats.legacy_text import encoding_of, to_unicode
from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.word.canon import canon
from question_bank.practical.word.document import WordFile
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.selecting import PARAGRAPHS, Passage, passages, sought
from question_bank.practical.word.spoiling import edit_passage, refill

# Signs that people take for one, whatever font they come from.
_SIGNS = (
    ("•", "•●∙·⚫∗\uf0b7"),
    ("○", "○◦o⚪"),
    ("▪", "▪■◼\uf0a7"),
    ("-", "-–—−‒"),
    ("✓", "✓✔\uf0fc"),
    ("➢", "➢➤►\uf0d8"),
    ("◆", "◆❖♦\uf076"),
)
_FORMS = {
    "decimal": phrase("1, 2, 3"),
    "upper_letter": phrase("A, B, C"),
    "lower_letter": phrase("a, b, c"),
    "upper_roman": phrase("I, II, III"),
    "lower_roman": phrase("i, ii, iii"),
}
_FILE_FORMS = {
    "decimal": "decimal", "decimalZero": "decimal", "upperLetter": "upper_letter", "lowerLetter": "lower_letter",
    "upperRoman": "upper_roman", "lowerRoman": "lower_roman",
}  # fmt: skip

SIGN = arguments.texts("sign", phrase("sign of the list"))
LIST_LEVEL = arguments.whole("level", phrase("level in the list"))
FORM = arguments.choice("form", phrase("how the list counts"), _FORMS)
LABELS = arguments.texts("labels", phrase("the numbers, in order"))
IN_ORDER = arguments.truth("in_order", phrase("whether each number follows the one before"))


def _no_list(data: bytes, request: Request) -> bytes | None:
    return edit_passage(data, request, lambda one: refill(one, "pPr", "numPr", [("numId", {"val": "0"})]))


@check(
    "docx.bullets", phrase("A list with signs"), "IU03",
    select=PARAGRAPHS, expect=(SIGN, LIST_LEVEL), mutation=_no_list,
)  # fmt: skip
def bullets(file: WordFile, request: Request) -> Outcome:
    """Each passage is an entry of a list with signs, by its own properties or its style."""
    found = passages(file, request)
    if not found:
        return Outcome.nothing(sought(request))
    return Outcome.of((one for passage in found for one in _entry(passage, request)), found)


def _entry(passage: Passage, request: Request) -> list[Finding]:
    paragraph = passage.paragraph
    listed = paragraph.label is not None and paragraph.label.bullet
    kind = phrase("an entry of a list with signs")
    findings = [judged(phrase("list"), listed, kind, kind if listed else _instead(paragraph), passage.where)]
    if signs := request.expect[SIGN]:
        sign = sign_of(paragraph)
        right = listed and _sign(sign) in {_sign(one) for one in signs}
        findings.append(judged(phrase("sign"), right, ", ".join(signs), sign or phrase("no sign"), passage.where))
    return findings + _levels(passage, request)


def _levels(passage: Passage, request: Request) -> list[Finding]:
    level = request.expect[LIST_LEVEL]
    label = passage.paragraph.label
    if level is None:
        return []
    found: Words = str(label.level + 1) if label else phrase("no list")
    return [judged(phrase("level"), bool(label) and found == str(level), str(level), found, passage.where)]


def _instead(paragraph: Paragraph) -> Phrase:
    if paragraph.label is not None:
        return phrase("a list with %(label)s", label=quoted(paragraph.label.text))
    return phrase("no list made by the program")


def sign_of(paragraph: Paragraph) -> str:
    """The sign before a paragraph as a letter of Unicode, empty without one."""
    label, level = paragraph.label, paragraph.list_level
    if label is None or not label.bullet:
        return ""
    text = label.text.strip()
    fonts = level.run.child("w:rFonts") if level and level.run else None
    encoding = encoding_of((fonts.get("w:ascii") or fonts.get("w:hAnsi")) if fonts else "")
    return to_unicode(text, encoding) or text


def _sign(text: str) -> str:
    first = text.strip()[:1]
    return next((name for name, signs in _SIGNS if first and first in signs), text.strip())


@check(
    "docx.numbering", phrase("A numbered list"), "IU03",
    select=PARAGRAPHS, expect=(FORM, LABELS, LIST_LEVEL, IN_ORDER), mutation=_no_list,
)  # fmt: skip
def numbering(file: WordFile, request: Request) -> Outcome:
    """Each passage has an automatic number: how it counts, what it says, at which level, each after the one before."""
    found = passages(file, request)
    if not found:
        return Outcome.nothing(sought(request))
    findings: list[Finding] = []
    before: Paragraph | None = None
    for at, passage in enumerate(found):
        findings += _numbered(passage, request, at) + _levels(passage, request)
        if request.expect[IN_ORDER] and before is not None:
            findings.append(_follows(before, passage))
        before = passage.paragraph
    return Outcome.of(findings, found)


def _numbered(passage: Passage, request: Request, at: int) -> list[Finding]:
    label = passage.paragraph.label
    has = label is not None and not label.bullet
    number = phrase("a number made by the program")
    findings = [judged(phrase("number"), has, number, number if has else _instead(passage.paragraph), passage.where)]
    form, labels = request.expect[FORM], request.expect[LABELS]
    if form is not None:
        found = _FILE_FORMS.get(label.form, "") if label and has else ""
        words = _FORMS.get(found, phrase("no number"))
        findings.append(judged(phrase("kind of number"), found == form, _FORMS[form], words, passage.where))
    if labels and at < len(labels):
        said = label.text.strip() if label else ""
        right = has and canon(said, case=True) == canon(labels[at], case=True)
        findings.append(judged(phrase("number"), right, quoted(labels[at]), quoted(said), passage.where))
    return findings


def _follows(before: Paragraph, passage: Passage) -> Finding:
    """The number is not the same again, and belongs to the same list."""
    label, last = passage.paragraph.label, before.label
    follows = bool(label and last and label.list == last.list and (label.text != last.text or label.bullet))
    said = quoted(label.text) if label else phrase("no number")
    return judged(phrase("order"), follows, phrase("goes on from the entry before"), said, passage.where)
