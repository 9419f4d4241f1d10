"""A cloze of ours as several interactions of QTI 3.0 in one text, each with its share of the score."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from question_bank.formats.carried import compared_gaps
from question_bank.formats.gift_write import ROUNDED, decimal_text, is_rounded
from question_bank.formats.qti_bodies import SCORE, Body, answer_lines, declaration, mapping, number_rules
from question_bank.formats.qti_paper import Paper, tag, truth
from question_bank.items._cloze_gaps import ClozeGap
from question_bank.items._gaps import gap_names
from question_bank.items._numbers import as_decimal
from question_bank.items.cloze import Cloze


def cloze(paper: Paper, item: Cloze) -> Body:
    """Gaps in reading order; the score is the weighted mean of theirs."""
    names = [name for name in gap_names(item.common.stem) if name in item.gaps]
    elements: dict[str, str] = {}
    declared, rules, outcomes = [], [], [SCORE]
    total = sum((item.gaps[name].weight for name in names), Fraction(0))
    shares: list[str] = []
    for number, name in enumerate(names, 1):
        gap, response, outcome = item.gaps[name], f"RESPONSE{number}", f"SCORE{number}"
        declared.append(_declared(gap, response))
        elements[name] = _element(paper, gap, response, item.common.shuffle)
        outcomes.append(SCORE.replace('"SCORE"', f'"{outcome}"'))
        rules.append(_rules(gap, response, outcome))
        weight = tag("base-value", decimal_text(gap.weight / total), base_type="float")
        shares.append(tag("product", weight + tag("variable", identifier=outcome)))
        if is_rounded(one for answer in gap.numbers for one in (answer.value, answer.tolerance)):
            paper.losses["number"] = ROUNDED
    rules.append(tag("set-outcome-value", tag("sum", "".join(shares)), identifier="SCORE"))
    text = f"<div>{paper.text(item.common.stem, elements)}</div>"
    return Body(
        "".join(declared),
        text,
        tag("response-processing", "".join(rules)),
        _carried(item, names),
        True,
        "".join(outcomes),
    )


def _carried(item: Cloze, names: list[str]) -> Mapping[str, str]:
    gaps = {name: item.gaps[name] for name in names}
    lines = [
        answer_lines(
            name,
            [(one.percent, as_decimal(one.value), as_decimal(one.tolerance)) for one in gap.numbers]
            or [(one.percent, one.text, "") for one in gap.texts],
        )
        for name, gap in gaps.items()
    ]
    weights = (
        " ".join(as_decimal(gap.weight) for gap in gaps.values())
        if any(gap.weight != 1 for gap in gaps.values())
        else ""
    )
    return {
        "gaps": " ".join(names),
        "answers": "\n".join(one for one in lines if one),
        "compare": compared_gaps(gaps),
        "weights": weights,
    }


def _declared(gap: ClozeGap, response: str) -> str:
    if gap.kind == "choice":
        return declaration(response, "single", "identifier", [gap.key])
    if gap.kind == "number":
        return declaration(
            response, "single", "float", [decimal_text(one.value) for one in gap.numbers if one.percent == 100][:1]
        )
    earned = mapping(((one.text, decimal_text(one.percent / 100)) for one in gap.texts), gap.compare.case)
    return declaration(response, "single", "string", [one.text for one in gap.texts if one.percent == 100][:1], earned)


def _element(paper: Paper, gap: ClozeGap, response: str, shuffle: bool) -> str:
    if gap.kind != "choice":
        return tag("text-entry-interaction", response_identifier=response, expected_length=20)
    options = "".join(tag("inline-choice", paper.text(one.text) or " ", identifier=one.label) for one in gap.options)
    return tag("inline-choice-interaction", options, response_identifier=response, shuffle=truth(shuffle))


def _rules(gap: ClozeGap, response: str, outcome: str) -> str:
    if gap.kind == "number":
        return number_rules(response, outcome, [(one.value, one.tolerance, one.percent / 100) for one in gap.numbers])
    if gap.kind == "text":
        return tag("set-outcome-value", tag("map-response", identifier=response), identifier=outcome)
    right = tag("match", tag("variable", identifier=response) + tag("correct", identifier=response))
    given = tag("set-outcome-value", tag("base-value", "1", base_type="float"), identifier=outcome)
    return tag("response-condition", tag("response-if", right + given))
