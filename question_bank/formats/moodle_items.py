"""Each of our types as the question of Moodle that asks the same: (type, stem element or none, fields, values for tags)."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from question_bank.content import Medium, parse, plain_words
from question_bank.formats.carried import compare_words, compared_gaps
from question_bank.formats.cloze_text import write_gap
from question_bank.formats.gift_write import (
    ROUNDED,
    decimal_text,
    essay_tags,
    is_rounded,
    percent_text,
    right_order,
    weights_of,
)
from question_bank.formats.html_write import plain_only
from question_bank.formats.moodle_answers import UnusableError
from question_bank.formats.moodle_paper import Paper, answer, element, inner_text
from question_bank.formats.region_texts import region_lines
from question_bank.items._gaps import gap_names
from question_bank.items._numbers import as_decimal
from question_bank.items._regions import SCALE, Region
from question_bank.items.cloze import Cloze
from question_bank.items.drag_words import DragWords
from question_bank.items.essay import Essay
from question_bank.items.hotspot import Hotspot
from question_bank.items.matching import Matching
from question_bank.items.model import Item
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.numeric import Numeric
from question_bank.items.ordering import Ordering
from question_bank.items.short_text import ShortText
from question_bank.items.single_choice import SingleChoice
from question_bank.items.true_false import TrueFalse
from question_bank.items.true_false_4 import TrueFalse4
from question_bank.media import read_medium
from question_bank.phrase import phrase
from question_bank.showing import MediumFile

Body: TypeAlias = tuple[str, str, list[str], dict[str, str]]


def body(paper: Paper, item: Item) -> Body:
    """What the item's question holds. Raises UnusableError when Moodle has nothing like it."""
    match item:
        case SingleChoice() | MultipleChoice():
            return _choice(paper, item)
        case TrueFalse(key=key):
            return "truefalse", "", [_truth(True, key), _truth(False, not key)], {}
        case TrueFalse4():
            return _matrix(paper, item)
        case ShortText():
            return _short(item)
        case Numeric():
            return _numeric(paper, item)
        case Matching():
            return _matching(paper, item)
        case Ordering(entries=entries):
            answers = [_with_text(paper, str(place * 100), entry) for place, entry in enumerate(entries, 1)]
            return "ordering", "", [element("layouttype", "VERTICAL"), element("selecttype", "ALL"), *answers], {}
        case Essay():
            fields = [element("responseformat", "plain"), element("responserequired", 1), element("attachments", 0)]
            bounds = {"minwordlimit": item.least_words, "maxwordlimit": item.most_words}
            return (
                "essay",
                "",
                [*fields, *(element(name, value) for name, value in bounds.items() if value)],
                essay_tags(item),
            )
        case Cloze():
            return _cloze(paper, item)
        case DragWords():
            return _drag_words(paper, item)
        case Hotspot():
            return _hotspot(paper, item)
    raise UnusableError("type", phrase("the format has no items of the type “%(type)s”", type=item.LABEL))


def _choice(paper: Paper, item: SingleChoice | MultipleChoice) -> Body:
    weights, carried = weights_of(item)
    if carried.get("weights") != "equal" and any(Fraction(percent_text(one)) != one for one in weights.values()):
        paper.losses["weights"] = phrase("weights were rounded to five decimals")
    fields = [
        element("single", isinstance(item, SingleChoice)), element("shuffleanswers", item.common.shuffle),
        element("answernumbering", "ABCD"),
    ]  # fmt: skip
    return (
        "multichoice",
        "",
        [*fields, *(_with_text(paper, percent_text(weights[one.label]), one.text) for one in item.options)],
        carried,
    )


def _with_text(paper: Paper, percent: str, text: str) -> str:
    return paper.text(
        "answer", text, None, '<feedback format="html"><text></text></feedback>', f' fraction="{percent}"'
    )


def _truth(truth: bool, right: bool) -> str:
    return answer("100" if right else "0", f"<text>{str(truth).lower()}</text>", form="moodle_auto_format")


def _matrix(paper: Paper, item: TrueFalse4) -> Body:
    """The plug-in “kprime” is what Moodle has for it."""
    paper.losses["plug_in"] = phrase("Moodle shows this type with its plug-in “kprime” only")
    fields = ["<scoringmethod><text>subpoints</text></scoringmethod>", element("shuffleanswers", item.common.shuffle)]
    fields += [element("numberofrows", len(item.statements)), element("numberofcolumns", 2)]
    for number, one in enumerate(item.statements, 1):
        fields.append(f'<row number="{number}">{paper.text("optiontext", one.text)}</row>')
    for number, word in ((1, "True"), (2, "False")):
        fields.append(
            f'<column number="{number}"><responsetext format="html"><text>{word}</text></responsetext></column>'
        )
    for number, one in enumerate(item.statements, 1):
        for column in (1, 2):
            value = "1.000" if (one.label in item.key) is (column == 1) else "0.000"
            fields.append(f'<weight rownumber="{number}" columnnumber="{column}"><value>{value}</value></weight>')
    return "kprime", "", fields, {}


def _short(item: ShortText) -> Body:
    answers = [
        answer(percent_text(one.percent), inner_text(one.text.replace("*", "\\*")), form="plain_text") for one in item.answers
    ]  # fmt: skip
    return (
        "shortanswer",
        "",
        [element("usecase", int(item.compare.case)), *answers],
        {"compare": compare_words(item.compare)},
    )


def _numeric(paper: Paper, item: Numeric) -> Body:
    answers: list[str] = []
    for one in item.answers:
        value, tolerance = decimal_text(one.value), decimal_text(one.tolerance)
        if is_rounded((one.value, one.tolerance)):
            paper.losses["number"] = ROUNDED
        answers.append(
            answer(percent_text(one.percent), inner_text(value), element("tolerance", tolerance), "plain_text")
        )
    if not item.units:
        return "numerical", "", [*answers, element("unitgradingtype", 0), element("showunits", 3)], {}
    units = [
        f"<unit>{element('multiplier', decimal_text(1 / one.factor))}{element('unit_name', one.text)}</unit>"
        for one in item.units
    ]
    graded = element("unitgradingtype", int(item.unit_required)) + element("unitpenalty", 1)
    fields = [*answers, f"<units>{''.join(units)}</units>", graded, element("showunits", 1)]
    return "numerical", "", fields, {"factors": " ".join(as_decimal(one.factor) for one in item.units)}


def _matching(paper: Paper, item: Matching) -> Body:
    texts = {one.label: one.text for one in item.right}
    order, carried = right_order(item)
    pairs = [(one.text, item.pairs[one.label]) for one in item.left if one.label in item.pairs]
    pairs += [("", label) for label in order if label not in item.pairs.values()]
    fields = [element("shuffleanswers", item.common.shuffle)]
    for left, label in pairs:
        if not plain_only(texts[label]) and "{{" in texts[label]:
            paper.losses["right"] = phrase("the right side is plain text: formulas, pictures and looks were left out")
        words = " ".join(plain_words(parse(texts[label])[0]).split())
        fields.append(paper.text("subquestion", left, None, f"<answer>{inner_text(words)}</answer>"))
    return "matching", "", fields, carried


def _cloze(paper: Paper, item: Cloze) -> Body:
    gaps = {name: write_gap(gap.fields(), paper.html, item.common.shuffle) for name, gap in item.gaps.items()}
    stem = paper.text("questiontext", item.common.stem, gaps)
    return "cloze", stem, [], {"gaps": " ".join(gap_names(item.common.stem)), "compare": compared_gaps(item.gaps)}


def _drag_words(paper: Paper, item: DragWords) -> Body:
    numbers = {one.label: number for number, one in enumerate(item.choices, 1)}
    gaps = {name: f"[[{numbers[label]}]]" for name, label in item.gaps.items()}
    stem = paper.text("questiontext", item.common.stem, gaps)
    again = "<infinite></infinite>" if item.reuse else ""
    boxes = [f"<dragbox>{inner_text(paper.html(one.text))}<group>1</group>{again}</dragbox>" for one in item.choices]
    carried = {"gaps": " ".join(gap_names(item.common.stem)), "reuse": "true" if item.reuse else ""}
    return "ddwtos", stem, [element("shuffleanswers", int(item.common.shuffle)), *boxes], carried


def _hotspot(paper: Paper, item: Hotspot) -> Body:
    """One marker on a picture; coordinates in whole pixels, the exact ones in a tag."""
    medium = next((node for node in parse(item.picture)[0] if isinstance(node, Medium)), None)
    data = paper.media.get(medium.name) if medium else None
    judged = read_medium(data) if data else None
    if medium is None or data is None or not isinstance(judged, MediumFile) or not judged.width:
        raise UnusableError("no_file", phrase("there is no file “%(file)s”", file=medium.name if medium else ""))
    fields = [paper.file(medium.name, data), element("shuffleanswers", 0), _MARKER.format(count=len(item.regions))]
    for number, region in enumerate(item.regions, 1):
        shape, coords = _coords(region, judged.width, judged.height)
        fields.append(
            f"<drop>{element('no', number)}{element('shape', shape)}{element('coords', coords)}<choice>1</choice></drop>"
        )
    if any(one.shape == "ellipse" for one in item.regions):
        paper.losses["circle"] = phrase("an ellipse became a circle")
    return (
        "ddmarker",
        "",
        fields,
        {"regions": region_lines(item.regions), "label": medium.label, "most": str(item.most or "")},
    )


_MARKER = "<drag><no>1</no><text>×</text><noofdrags>{count}</noofdrags></drag>"


def _coords(region: Region, width: int, height: int) -> tuple[str, str]:
    across = [round(Fraction(one * width, SCALE)) for one in region.numbers[::2]]
    down = [round(Fraction(one * height, SCALE)) for one in region.numbers[1::2]]
    if region.shape == "ellipse":
        return "circle", f"{across[0]},{down[0]};{max(1, across[1])}"
    if region.shape == "rectangle":
        return "rectangle", f"{across[0]},{down[0]};{across[1] - across[0]},{down[1] - down[0]}"
    return "polygon", ";".join(f"{x},{y}" for x, y in zip(across, down, strict=True))
