"""Statistics as JSON: numbers where there are any, null where nothing can be known. Pure."""

from __future__ import annotations

import json
from typing import TypeAlias

from question_bank.item_stats.distractors import OptionUse
from question_bank.item_stats.measures import ItemStatistics, TestStatistics
from question_bank.item_stats.uncertainty import Interval

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"


def document(found: TestStatistics) -> dict[str, Value]:
    """What `stats --json` prints: items in the order of the columns, then the test."""
    return {
        "items": [_item(item) for item in found.items],
        "alpha": found.alpha,
        "alpha_interval": _interval(found.alpha_interval),
        "standard_error": found.standard_error,
        "mean": found.mean,
        "sd": found.sd,
        "candidates": found.candidates,
        "complete": found.complete,
        "certainty": found.certainty.value,
    }


def document_text(found: TestStatistics) -> str:
    """The same as text, without NaN or infinity."""
    return json.dumps(document(found), ensure_ascii=False, indent=2, allow_nan=False)


def _item(item: ItemStatistics) -> dict[str, Value]:
    made: dict[str, Value] = {
        "id": item.id,
        "n": item.n,
        "facility": item.facility,
        "facility_interval": _interval(item.facility_interval),
        "sd": item.sd,
        "discrimination": item.discrimination,
        "discrimination_interval": _interval(item.discrimination_interval),
        "discriminative_efficiency": item.discriminative_efficiency,
        "certainty": item.certainty.value,
        "flags": [flag.value for flag in item.flags],
    }
    if item.options:
        made["options"] = [_option(use) for use in item.options]
        suspect = item.suspicion
        made["possible_wrong_key"] = {"option": suspect.option, "sure": suspect.sure} if suspect else None
    return made


def _option(use: OptionUse) -> dict[str, Value]:
    return {
        "option": use.option,
        "right": use.right,
        "chosen": use.chosen,
        "share": use.share,
        "upper": use.upper,
        "lower": use.lower,
        "discrimination": use.discrimination,
        "rest_correlation": use.rest_correlation,
    }


def _interval(found: Interval | None) -> Value:
    return None if found is None else [found.low, found.high]
