"""Fields that rubrics have in many places: points in hundredths, plain words, names, tags, words for people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.bilingual import Bilingual
from question_bank.formats.authoring import read_title
from question_bank.formats.nodes import Series, Table, Text
from question_bank.formats.report import Report
from question_bank.ids import is_code
from question_bank.items.text import LIMITS
from question_bank.marking_scheme import Marks
from question_bank.phrase import phrase
from question_bank.practical.arguments import WrongValueError, texts_in

# What feedback may name of a check's evidence.
SHOWN = ("found", "expected", "where", "item")
SKILL = re.compile(r"IU(0[1-9]|1[0-5])")  # the modules of Circular 03/2014/TT-BTTTT
MOST_TAGS = 20
_POINTS = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,2})?")
_MOST_WORD = 200  # characters
_BRACES = re.compile(r"\{([^{}]*)\}")


def marks_in(node: Table, name: str, least: int, most: int, report: Report, default: int = 0) -> Marks:
    """Points with at most two decimals, as hundredths from `least` to `most`; the default where nothing is said."""
    found = node.get(name)
    if found is None:
        return Marks(default)
    text = found.text.strip() if isinstance(found, Text) else ""
    if not _POINTS.fullmatch(text):
        report.add(found.place, "bad_value", phrase("“%(field)s” is a number with at most two decimals", field=name))
        return Marks(default)
    whole, _, part = text.partition(".")
    marks = abs(int(whole)) * 100 + int(part.ljust(2, "0") or 0)
    marks = -marks if text.startswith("-") else marks
    if not least <= marks <= most:
        message = phrase(
            "“%(field)s” is from %(least)s to %(most)s", field=name, least=said_points(least), most=said_points(most)
        )
        report.add(found.place, "bad_value", message)
    return Marks(marks)


def said_points(hundredths: int) -> str:
    """Points as people read them: 1.5."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def word_in(node: Table, name: str, report: Report) -> str:
    """A short text; empty where nothing is said."""
    found = node.get(name)
    if found is None:
        return ""
    if not isinstance(found, Text) or not 0 < len(found.text.strip()) <= _MOST_WORD:
        report.add(found.place, "bad_value", phrase("“%(field)s” must be a text", field=name))
        return ""
    return found.text.strip()


def known_in(node: Table, name: str, known: Sequence[str], report: Report) -> str:
    """One of the known words; empty where nothing, or something else, is said."""
    found = node.get(name)
    if found is None:
        return ""
    if isinstance(found, Text) and found.text in known:
        return found.text
    message = phrase("“%(field)s” has no such value", field=name)
    report.add(found.place, "bad_value", message, phrase("known here: %(names)s", names=", ".join(known)))
    return ""


def names_in(node: Table, name: str, report: Report) -> tuple[str, ...]:
    """A text or a list of texts; an empty list says nothing."""
    found = node.get(name)
    if found is None or (isinstance(found, Series) and not found.items):
        return ()
    try:
        return texts_in(found)
    except WrongValueError as wrong:
        report.add((wrong.node or found).place, "bad_value", wrong.message)
        return ()


def tags_in(node: Table, report: Report) -> tuple[str, ...]:
    """Names that rankings and reports sum: small letters, digits, `_` and `-`, each once."""
    found = names_in(node, "tags", report)
    wrong = len(found) > MOST_TAGS or len(set(found)) < len(found)
    if wrong or not all(is_code(one.replace("_", "-")) for one in found):
        message = phrase("tags are at most %(most)s names of small letters, digits, “_” and “-”", most=MOST_TAGS)
        report.add((node.get("tags") or node).place, "bad_value", message)
    return found


def skill_in(node: Table, report: Report) -> str:
    """A module of the standard; empty where nothing is said."""
    found = word_in(node, "skill", report)
    if found and not SKILL.fullmatch(found):
        report.add((node.get("skill") or node).place, "bad_value", phrase("a skill is IU01 to IU15"))
    return found


def title_in(node: Table, report: Report) -> Bilingual | None:
    """A check's own title."""
    found = node.get("title")
    return None if found is None else read_title(found, "title", report)


def feedback_in(node: Table, report: Report) -> Bilingual | None:
    """What is told when something is wrong; of places in braces only those of `SHOWN`."""
    found = node.get("feedback")
    if found is None:
        return None
    words = read_title(found, "feedback", report)
    for name in sorted({*_BRACES.findall(words.vi), *_BRACES.findall(words.en)} - {*SHOWN}):
        known = phrase("known here: %(names)s", names=", ".join(f"{{{one}}}" for one in SHOWN))
        message = phrase("feedback knows no “{%(name)s}”", name=name[: LIMITS["title"]])
        report.add(found.place, "unknown_place", message, known)
    return words
