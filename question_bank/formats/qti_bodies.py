"""Each of our types as the interaction of QTI 3.0 that asks the same, with rules by which other programs mark it as we do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from question_bank.content import Medium, parse
from question_bank.formats.carried import compare_words
from question_bank.formats.gift_write import ROUNDED, decimal_text, essay_tags, is_rounded
from question_bank.formats.moodle_answers import UnusableError
from question_bank.formats.qti_paper import Paper, plain, tag, truth
from question_bank.formats.region_texts import region_lines
from question_bank.items._gaps import gap_names
from question_bank.items._labelled import Labelled
from question_bank.items._numbers import as_decimal
from question_bank.items._regions import SCALE, Region
from question_bank.items.drag_words import DragWords
from question_bank.items.essay import Essay
from question_bank.items.file_task import FileTask
from question_bank.items.hotspot import Hotspot
from question_bank.items.matching import Matching
from question_bank.items.model import Item
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.numeric import Numeric
from question_bank.items.ordering import Ordering
from question_bank.items.prediction import Prediction
from question_bank.items.short_text import ShortText
from question_bank.items.single_choice import SingleChoice
from question_bank.items.true_false import TrueFalse
from question_bank.items.true_false_4 import TABLE, TrueFalse4
from question_bank.media import read_medium
from question_bank.phrase import phrase
from question_bank.showing import MediumFile
from question_bank.wording import render

TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
SCORE = '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>'
MARKED = '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" external-scored="human"/>'


@dataclass(frozen=True, slots=True)
class Body:
    """What an item's document holds: declarations, the interaction below the stem (or `whole`, stem included), rules, values for tags."""

    declared: str
    interaction: str
    rules: str = ""
    carried: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    outcomes: str = SCORE


def template(name: str) -> str:
    """Response processing by a standard template."""
    return f'<qti-response-processing template="{TEMPLATES}/{name}.xml"/>'


def declaration(identifier: str, cardinality: str, base: str, correct: Iterable[object] = (), more: str = "") -> str:
    """A response variable with its right response."""
    values = "".join(f"<qti-value>{plain(one)}</qti-value>" for one in correct)
    inner = (f"<qti-correct-response>{values}</qti-correct-response>" if values else "") + more
    return tag("response-declaration", inner, identifier=identifier, cardinality=cardinality, base_type=base)


def mapping(entries: Iterable[tuple[str, str]], exact: bool | None = None, **bounds: object) -> str:
    """What each response earns."""
    case = None if exact is None else truth(exact)
    made = "".join(tag("map-entry", map_key=key, mapped_value=value, case_sensitive=case) for key, value in entries)
    return tag("mapping", made, default_value=0, **bounds)


def body(paper: Paper, item: Item) -> Body:
    """What the item's document holds. Raises UnusableError when QTI has nothing like it."""
    match item:
        case SingleChoice() | MultipleChoice():
            return _choice(paper, item)
        case TrueFalse(key=key):
            options = {"true": plain(render(phrase("True"))), "false": plain(render(phrase("False")))}
            return Body(
                declaration("RESPONSE", "single", "identifier", [truth(key)]),
                _choices(options, False, 1),
                template("match_correct"),
            )
        case TrueFalse4():
            return _four(paper, item)
        case Matching():
            return _matching(paper, item)
        case Ordering(entries=entries):
            names = [f"E{number}" for number in range(1, len(entries) + 1)]
            choices = "".join(
                tag("simple-choice", paper.text(one) or " ", identifier=name)
                for name, one in zip(names, entries, strict=True)
            )
            asked = tag("order-interaction", choices, response_identifier="RESPONSE", shuffle="true")
            return Body(declaration("RESPONSE", "ordered", "identifier", names), asked, template("match_correct"))
        case Numeric():
            return _numeric(paper, item)
        case ShortText():
            return _short(item)
        case DragWords():
            return _drag_words(paper, item)
        case Hotspot():
            return _hotspot(paper, item)
        case Essay() | Prediction() | FileTask():
            return _marked(paper, item)
    raise UnusableError("type", phrase("the format has no items of the type “%(type)s”", type=item.LABEL))


def _choices(options: Mapping[str, str], shuffle: bool, most: int, fixed: Sequence[str] = ()) -> str:
    made = "".join(
        tag("simple-choice", text or " ", identifier=name, fixed="true" if name in fixed else None)
        for name, text in options.items()
    )
    return tag("choice-interaction", made, response_identifier="RESPONSE", shuffle=truth(shuffle), max_choices=most)


def _choice(paper: Paper, item: SingleChoice | MultipleChoice) -> Body:
    options = {one.label: paper.text(one.text) for one in item.options}
    carried = {"fixed": " ".join(item.fixed)}
    if isinstance(item, SingleChoice):
        declared = declaration("RESPONSE", "single", "identifier", item.key)
        return Body(declared, _choices(options, item.common.shuffle, 1, item.fixed), template("match_correct"), carried)
    asked = _choices(options, item.common.shuffle, item.most, item.fixed)
    carried["most"] = str(item.most or "")
    if not item.weights:
        return Body(
            declaration("RESPONSE", "multiple", "identifier", item.key), asked, template("match_correct"), carried
        )
    carried["earns"] = " ".join(f"{label}:{as_decimal(weight)}" for label, weight in item.weights.items())
    earned = mapping(
        ((label, decimal_text(weight / 100)) for label, weight in item.weights.items()), lower_bound=0, upper_bound=1
    )
    return Body(
        declaration("RESPONSE", "multiple", "identifier", item.key, earned), asked, template("map_response"), carried
    )


def _sets(
    paper: Paper, left: Sequence[tuple[str, str]], right: Sequence[tuple[str, str]], again: bool, shuffle: bool
) -> str:
    sides = [
        tag(
            "simple-match-set",
            "".join(
                tag("simple-associable-choice", text or " ", identifier=name, match_max=most) for name, text in side
            ),
        )
        for side, most in ((left, 1), (right, 0 if again else 1))
    ]
    return tag(
        "match-interaction",
        "".join(sides),
        response_identifier="RESPONSE",
        shuffle=truth(shuffle),
        max_associations=len(left),
    )


def _texts(paper: Paper, prefix: str, found: Iterable[Labelled]) -> list[tuple[str, str]]:
    return [(f"{prefix}{one.label}", paper.text(one.text)) for one in found]


def _matching(paper: Paper, item: Matching) -> Body:
    pairs = [f"L{left} R{right}" for left, right in item.pairs.items()]
    asked = _sets(paper, _texts(paper, "L", item.left), _texts(paper, "R", item.right), item.reuse, item.common.shuffle)
    declared = declaration("RESPONSE", "multiple", "directedPair", pairs, mapping((one, "1") for one in pairs))
    return Body(declared, asked, template("map_response"), {"reuse": "true" if item.reuse else ""})


def _four(paper: Paper, item: TrueFalse4) -> Body:
    """How many of the four are right is looked up in the table of the type."""
    pairs = [f"S{one.label} {truth(one.label in item.key)}" for one in item.statements]
    columns = [("true", plain(render(phrase("True")))), ("false", plain(render(phrase("False"))))]
    asked = _sets(paper, _texts(paper, "S", item.statements), columns, True, item.common.shuffle)
    rows = "".join(
        tag("match-table-entry", source_value=right, target_value=decimal_text(Fraction(share, 100)))
        for right, share in enumerate(TABLE)
    )
    outcome = tag(
        "outcome-declaration",
        tag("match-table", rows, default_value=0),
        identifier="SCORE",
        cardinality="single",
        base_type="float",
    )
    looked = tag("lookup-outcome-value", tag("round", tag("map-response", identifier="RESPONSE")), identifier="SCORE")
    declared = declaration("RESPONSE", "multiple", "directedPair", pairs, mapping((one, "1") for one in pairs))
    return Body(declared, asked, tag("response-processing", looked), outcomes=outcome)


def number_rules(response: str, outcome: str, answers: Iterable[tuple[Fraction, Fraction, Fraction]]) -> str:
    """A condition that gives the best answer's share: (value, tolerance, share of one)."""
    branches: list[str] = []
    for value, tolerance, earned in sorted(answers, key=lambda one: -one[2]):
        compared = tag("variable", identifier=response), tag("base-value", decimal_text(value), base_type="float")
        near = tag(
            "equal",
            compared[1] + compared[0],
            tolerance_mode="absolute",
            tolerance=f"{decimal_text(tolerance)} {decimal_text(tolerance)}",
        )
        given = tag("set-outcome-value", tag("base-value", decimal_text(earned), base_type="float"), identifier=outcome)
        branches.append(tag("response-else-if" if branches else "response-if", near + given))
    return tag("response-condition", "".join(branches))


def _numeric(paper: Paper, item: Numeric) -> Body:
    if is_rounded(one for answer in item.answers for one in (answer.value, answer.tolerance)):
        paper.losses["number"] = ROUNDED
    carried = {
        "answers": answer_lines(
            "", [(one.percent, as_decimal(one.value), as_decimal(one.tolerance)) for one in item.answers]
        )
    }
    if item.units:
        paper.losses["units"] = phrase("other programs do not show the units, and take a number without one")
        carried["units"] = "\n".join(f"{as_decimal(unit.factor)} {unit.text}" for unit in item.units)
        carried["unit_required"] = truth(item.unit_required) if item.unit_required else ""
    right = [decimal_text(one.value) for one in item.answers if one.percent == 100][:1]
    rules = number_rules("RESPONSE", "SCORE", [(one.value, one.tolerance, one.percent / 100) for one in item.answers])
    return Body(declaration("RESPONSE", "single", "float", right), _field(), tag("response-processing", rules), carried)


def _field() -> str:
    return f"<p>{tag('text-entry-interaction', response_identifier='RESPONSE', expected_length=20)}</p>"


def answer_lines(gap: str, answers: Iterable[tuple[Fraction, str, str]]) -> str:
    """Typed answers as lines of a tag: gap, percent, tolerance (or nothing), answer."""
    return "\n".join(f"{gap}|{as_decimal(percent)}|{tolerance}|{answer}" for percent, answer, tolerance in answers)


def _short(item: ShortText) -> Body:
    entries = [(one.text, decimal_text(one.percent / 100)) for one in item.answers]
    right = [one.text for one in item.answers if one.percent == 100][:1]
    carried = {
        "answers": answer_lines("", [(one.percent, one.text, "") for one in item.answers]),
        "compare": compare_words(item.compare),
    }
    declared = declaration("RESPONSE", "single", "string", right, mapping(entries, item.compare.case))
    return Body(declared, _field(), template("map_response"), carried)


def _drag_words(paper: Paper, item: DragWords) -> Body:
    words = "".join(
        tag("gap-text", paper.text(one.text), identifier=f"W{one.label}", match_max=0 if item.reuse else 1)
        for one in item.choices
    )
    gaps = {name: tag("gap", identifier=f"G{number}") for number, name in enumerate(item.gaps, 1)}
    pairs = [f"W{label} G{number}" for number, label in enumerate(item.gaps.values(), 1)]
    text = f"<div>{paper.text(item.common.stem, gaps)}</div>"
    asked = tag(
        "gap-match-interaction", words + text, response_identifier="RESPONSE", shuffle=truth(item.common.shuffle)
    )
    declared = declaration("RESPONSE", "multiple", "directedPair", pairs, mapping((one, "1") for one in pairs))
    carried = {"reuse": "true" if item.reuse else "", "gaps": " ".join(gap_names(item.common.stem))}
    return Body(declared, asked, template("map_response"), carried, whole=True)


def _hotspot(paper: Paper, item: Hotspot) -> Body:
    """Points on the picture; coordinates in its pixels, the exact ones in a tag."""
    medium = next((node for node in parse(item.picture)[0] if isinstance(node, Medium)), None)
    data = paper.media.get(medium.name) if medium else None
    judged = read_medium(data) if data else None
    if medium is None or not isinstance(judged, MediumFile) or not judged.width:
        raise UnusableError("no_file", phrase("there is no file “%(file)s”", file=medium.name if medium else ""))
    areas = [_area(one, judged.width, judged.height) for one in item.regions]
    entries = "".join(tag("area-map-entry", shape=shape, coords=coords, mapped_value=1) for shape, coords in areas)
    several = (item.most or len(item.regions)) > 1
    middles = [_middle(one, judged.width, judged.height) for one in item.regions]
    more = tag("area-mapping", entries, default_value=0)
    declared = declaration("RESPONSE", "multiple" if several else "single", "point", middles, more)
    picture = f'<img src="{paper.address(medium)}" alt="{plain(medium.label).replace(chr(34), "&quot;")}" width="{judged.width}" height="{judged.height}"/>'
    asked = tag(
        "select-point-interaction", picture, response_identifier="RESPONSE", max_choices=item.most or len(item.regions)
    )
    return Body(
        declared,
        asked,
        template("map_response_point"),
        {"regions": region_lines(item.regions), "label": medium.label, "most": str(item.most or "")},
    )


def _pixels(region: Region, width: int, height: int) -> list[int]:
    sides = (width, height)
    return [round(Fraction(one * sides[at % 2], SCALE)) for at, one in enumerate(region.numbers)]


def _area(region: Region, width: int, height: int) -> tuple[str, str]:
    numbers = _pixels(region, width, height)
    shape = {"ellipse": "ellipse", "rectangle": "rect", "polygon": "poly"}[region.shape]
    return shape, ",".join(map(str, numbers))


def _middle(region: Region, width: int, height: int) -> str:
    at = region.key()["at"]
    x, y = at if isinstance(at, list) else (0, 0)
    return f"{round(Fraction(int(str(x)) * width, SCALE))} {round(Fraction(int(str(y)) * height, SCALE))}"


def _marked(paper: Paper, item: Essay | Prediction | FileTask) -> Body:
    """What people mark, or nobody."""
    if isinstance(item, Essay):
        told = "".join(f"<p>{decimal_text(one.percent)} %: {paper.text(one.text)}</p>" for one in item.criteria)
        rubric = tag("rubric-block", tag("content-body", told), view="scorer", use="scoring") if told else ""
        asked = tag("extended-text-interaction", response_identifier="RESPONSE", expected_lines=10)
        return Body(declaration("RESPONSE", "single", "string"), rubric + asked, "", essay_tags(item), outcomes=MARKED)
    if isinstance(item, Prediction):
        bounds = {name: str(value) for name, value in item.own_fields().items()}
        return Body(declaration("RESPONSE", "single", "integer"), _field(), "", bounds, outcomes="")
    asked = tag("upload-interaction", response_identifier="RESPONSE")
    return Body(declaration("RESPONSE", "single", "file"), asked, "", {"task": item.task}, outcomes=MARKED)
