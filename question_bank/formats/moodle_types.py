"""Moodle's question types as ours: those that are answered by choosing, typing or pairing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.formats.exchange import Question
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import (
    FALSE_WORDS,
    TRUE_WORDS,
    Answer,
    Made,
    UnusableError,
    choice,
    labelled,
    matching,
    number_of,
    numeric,
    percent_of,
    short_text,
)
from question_bank.formats.moodle_asked import Asked
from question_bank.items._numbers import as_decimal, read_number
from question_bank.items.numeric import MOST_UNITS
from question_bank.phrase import phrase
from question_bank.wording import render

# An answer of this type says true or false, whatever its words: also those that elsewhere may be options of a choice.
_TRUE = TRUE_WORDS | {"vero", "verdadeiro", "yes", "ja", "oui", "si", "prawda", "正确", "对"}
_FALSE = FALSE_WORDS | {"wrong", "no", "nein", "non", "nee", "fałsz", "错误", "错"}


def multichoice(asked: Asked) -> Question:
    """One right option or several, by `single`."""
    answers = asked.answers()
    single = asked.truth("single", True)
    if asked.carried.ours:
        single = asked.carried.get("type") == "single_choice"
    made = choice(answers, single, asked.draft)
    return asked.question(_kept_in_order(asked, made), labelled(answers))


def multichoiceset(asked: Asked) -> Question:
    """A choice from a plug-in of Moodle that only says which options are right: all or nothing, or each for its share."""
    answers = asked.answers()
    made = choice(answers, False, asked.draft)
    made.fields.pop("weights", None)
    return asked.question(_kept_in_order(asked, made), labelled(answers))


def truefalse(asked: Asked) -> Question:
    """A statement. Old files name the answers in their own language, the true one first."""
    truths: dict[bool, Fraction] = {}
    said: list[tuple[str, str]] = []
    for place, one in enumerate(asked.typed_answers()):
        word = one.text.casefold()
        known = True if word in _TRUE else False if word in _FALSE else None
        if known is None:
            asked.draft.doubt(
                "truth_read",
                phrase("an answer is called %(answer)s; the first was taken for “true”", answer=one.text[:40]),
            )
            known = place == 0
        if known in truths:
            truths = {}
            break
        truths[known] = one.percent
        said.append((one.text, one.feedback))
    right = [truth for truth, percent in truths.items() if percent == 100]
    if len(right) == 1:
        asked.draft.evidence.append(phrase("%(labels)s: 100 %%", labels="true" if right[0] else "false"))
        return asked.question(Made("true_false", {"key": "true" if right[0] else "false"}), said)
    options: dict[str, JSON] = {"A": render(phrase("True")), "B": render(phrase("False"))}
    asked.draft.doubt(
        "no_key", phrase("the file does not say whether the statement is true: it became a choice without a key")
    )
    return asked.question(Made("single_choice", {"options": options, "key": []}), said)


def shortanswer(asked: Asked) -> Question:
    """Accepted texts."""
    answers = asked.typed_answers()
    asked.draft.evidence.append(phrase("the accepted texts stand in the file"))
    return asked.question(short_text(answers, asked.truth("usecase", False), asked.draft), _said(answers))


def numerical(asked: Asked) -> Question:
    """Numbers with tolerances, and units to choose from."""
    answers = asked.typed_answers()
    made = numeric(answers, asked.draft)
    asked.draft.evidence.append(phrase("the accepted numbers stand in the file"))
    units = _units(asked) if asked.field("showunits") != "3" else []
    if units:
        made.fields["units"] = [*units]
        if asked.field("unitgradingtype") in ("1", "2"):
            made.fields["unit_required"] = "true"
            if not asked.carried.ours:
                asked.draft.note(
                    "unit_penalty", phrase("a wrong unit costs a part of the marks in the file, all of them here")
                )
    return asked.question(made, _said(answers))


def _units(asked: Asked) -> list[dict[str, JSON]]:
    group = asked.node.child("units")
    found: list[dict[str, JSON]] = []
    exact = asked.carried.words("factors")
    for place, unit in enumerate(group.all("unit") if group else ()):
        multiplier = number_of(unit.text("multiplier") or "1", asked.draft)
        if not multiplier:
            raise UnusableError(
                "bad_number", phrase("“%(number)s” is not a number", number=unit.text("multiplier")[:40])
            )
        factor = 1 / multiplier
        said = read_number(exact[place]) if place < len(exact) else None
        if said and abs(said - factor) < abs(factor) / 1_000_000:
            factor = said
        found.append({"unit": asked.plain(unit.text("unit_name")), "factor": as_decimal(factor)})
    if len(found) > MOST_UNITS:
        raise UnusableError("too_many_units", phrase("more than %(most)s units", most=MOST_UNITS))
    return found


def matches(asked: Asked) -> Question:
    """Pairs; the right side is plain text."""
    pairs: list[tuple[str, str]] = []
    for one in asked.node.all("subquestion"):
        mate = one.child("answer")
        pairs.append((asked.text(one, Holds.OPTION), asked.chosen(_text_of(mate)) if mate else ""))
    return asked.question(_kept_in_order(asked, matching(pairs, asked.draft)))


def essay(asked: Asked) -> Question:
    """A text of so many words; what markers are told goes into the explanation."""
    if asked.field("responseformat") == "noinline" or asked.field("attachmentsrequired") not in ("", "0"):
        asked.draft.doubt(
            "files_wanted", phrase("the file asks for files to be handed in, which an essay does not take")
        )
    if asked.text(asked.node.child("responsetemplate")):
        asked.draft.note("template_dropped", phrase("a text to begin with was left out"))
    bounds = {"least_words": asked.field("minwordlimit"), "most_words": asked.field("maxwordlimit")}
    fields: dict[str, JSON] = {name: value for name, value in bounds.items() if value.isdigit() and value.strip("0")}
    told = "" if asked.carried.ours else asked.text(asked.node.child("graderinfo"))
    return asked.question(Made("essay", fields), extra=[told])


def ordering(asked: Asked) -> Question:
    """Entries in the order of the file, which is the right one."""
    entries = [one.text for one in asked.answers()]
    places = [asked.percent(one) for one in asked.node.all("answer")]
    if places != sorted(places):
        asked.draft.doubt(
            "order_unclear", phrase("the order of the entries in the file and their places contradict each other")
        )
    shown = asked.field("selectcount") or asked.field("studentsee")
    if (asked.field("selecttype") or asked.field("logical")).upper() not in ("", "0", "ALL", "EXACT") and shown not in (
        "",
        "0",
        str(len(entries)),
    ):
        asked.draft.note("all_entries", phrase("the file shows some of the entries; here all are shown"))
    asked.draft.evidence.append(phrase("the right order is the order of the file"))
    return asked.question(Made("ordering", {"entries": [*entries]}))


def matrix(asked: Asked) -> Question:
    """Statements to judge in a table (kprime, multiple true/false): four of them are a type of ours."""
    rows = _numbered(asked, "row")
    columns = [asked.plain(asked.text(one.child("responsetext"))) for one in _numbered(asked, "column")]
    if len(rows) != 4 or len(columns) != 2:
        raise UnusableError(
            "not_four",
            phrase("a table of %(rows)s statements; here it has to be four, each true or false", rows=len(rows)),
        )
    if columns[0].casefold() not in _TRUE or columns[1].casefold() not in _FALSE:
        names = " / ".join(columns)
        asked.draft.doubt(
            "truth_read", phrase("an answer is called %(answer)s; the first was taken for “true”", answer=names[:60])
        )
    weights = {
        (one.attributes.get("rownumber"), one.attributes.get("columnnumber")): one.text("value")
        for one in asked.node.all("weight")
    }
    key: list[JSON] = []
    for label, number in zip("abcd", range(1, 5), strict=True):
        right = [column for column in (1, 2) if percent_of(weights.get((str(number), str(column)), "0")) == 1]
        if len(right) != 1:
            raise UnusableError(
                "no_key", phrase("the file does not say whether statement %(label)s is true", label=label)
            )
        key += [label] if right == [1] else []
    texts: dict[str, JSON] = {
        label: asked.text(row.child("optiontext"), Holds.OPTION) for label, row in zip("abcd", rows, strict=True)
    }  # fmt: skip
    said = [(label, asked.text(row.child("feedbacktext"))) for label, row in zip("abcd", rows, strict=True)]
    asked.draft.evidence.append(phrase("the weights of the table say which statements are true"))
    return asked.question(_kept_in_order(asked, Made("true_false_4", {"statements": texts, "key": key})), said)


def _numbered(asked: Asked, name: str) -> list[Node]:
    """The rows or columns of a table by their numbers, which the weights name; in the order of the file where they have none."""
    found = list(asked.node.all(name))
    numbers = [one.attributes.get("number", str(place)) for place, one in enumerate(found, 1)]
    if sorted(numbers) != [str(place) for place in range(1, len(found) + 1)] or len(found) > 9:
        raise UnusableError("bad_table", phrase("the rows or columns of the table are not numbered"))
    return [found[numbers.index(str(place))] for place in range(1, len(found) + 1)]


def _kept_in_order(asked: Asked, made: Made) -> Made:
    """The order of the file stays where it says so. Tools often leave the field out, and mean nothing by it."""
    if (
        asked.node.child("shuffleanswers") is not None
        and not asked.truth("shuffleanswers", True)
        and not asked.carried.ours
    ):
        asked.keep_order = True
    return made


def _said(answers: list[Answer]) -> list[tuple[str, str]]:
    return [(one.text, one.feedback) for one in answers]


def _text_of(node: Node) -> str:
    inside = node.child("text")
    return (inside or node).inner()


READERS: Mapping[str, Callable[[Asked], Question]] = {
    "multichoice": multichoice,
    "multichoiceset": multichoiceset,
    "oumultiresponse": multichoiceset,
    "truefalse": truefalse,
    "shortanswer": shortanswer,
    "numerical": numerical,
    "matching": matches,
    "match": matches,
    "ddmatch": matches,
    "essay": essay,
    "ordering": ordering,
    "kprime": matrix,
    "mtf": matrix,
}
