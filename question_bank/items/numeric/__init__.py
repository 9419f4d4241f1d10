"""Numeric: a number is typed, with a unit where the item has some. Response: `{"number": "12,5", "unit": unit id or null}`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Self

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.draw import Draw
from question_bank.fields import Fields
from question_bank.ids import FreshIds
from question_bank.items import _schema as schema
from question_bank.items._labelled import read_list, read_mapping, read_text, read_truth
from question_bank.items._numbers import as_decimal, read_number
from question_bank.items._typed import (
    MOST_ANSWERS,
    NumberAnswer,
    full_answers,
    number_faults,
    number_percent,
    read_number_answers,
    typed_problem,
    wrong_number,
)
from question_bank.items._views import option_group, option_views
from question_bank.items.model import Answered, Common, Item, Placed, Show
from question_bank.items.text import LIMITS, content_faults
from question_bank.marking_scheme import MarkingItem, Marks, Response, Rule, key_part, share
from question_bank.order import ItemOutline
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault
from question_bank.view_shape import OPTIONS, ViewShape

MOST_UNITS = 10


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit to choose, and how much of the answers' unit one of it is."""

    text: str
    factor: Fraction


def numeric(marking: MarkingItem, response: Response | None) -> Marks:
    """What the best answer within whose tolerance the number lies earns, after conversion from the unit chosen."""
    if not response:
        return Marks(0)
    units, unit = key_part(marking, "units"), response.get("unit")
    factor = Fraction(1)
    if isinstance(units, dict) and units:
        written = units.get(unit) if isinstance(unit, str) else None
        chosen = read_number(written) if isinstance(written, str) else None
        if chosen is None and key_part(marking, "unit_required") is True:
            return Marks(0)
        factor = Fraction(1) if chosen is None else chosen
    return share(marking, number_percent(key_part(marking, "answers"), response.get("number"), factor), 100)


@dataclass(frozen=True, slots=True)
class Numeric(Item):
    """A number to find. Without `unit_required` a number without a unit counts in the answers' own unit."""

    answers: tuple[NumberAnswer, ...]
    units: tuple[Unit, ...]
    unit_required: bool

    NAME: ClassVar[str] = "numeric"
    LABEL: ClassVar[Phrase] = phrase("a number")
    RULES: ClassVar[Mapping[str, Rule]] = {"numeric": numeric}
    REQUIRED: ClassVar[tuple[str, ...]] = ("answers",)
    OPTIONAL: ClassVar[tuple[str, ...]] = ("units", "unit_required")
    SCHEMA: ClassVar[Mapping[str, JSON]] = {
        "answers": schema.answers("value", MOST_ANSWERS),
        "units": schema.entries({"anyOf": [schema.text(LIMITS["tag"]), schema.fields({"unit": schema.text(LIMITS["tag"]), "factor": schema.NUMBER}, "unit")]}, MOST_UNITS),
        "unit_required": schema.TRUTH,
    }  # fmt: skip
    WORDS: ClassVar[Mapping[str, Phrase]] = {
        "how": phrase("type a number"),
        "how_unit": phrase("type a number and choose its unit"),
        "number": phrase("Your number"),
        "unit": phrase("Unit"),
        "understood": phrase("Understood as {number}"),
        "no_number": phrase("This is not a number: nothing is saved for this item."),
        "example": phrase("For example 12,5 or 1.234,5 or 3/4"),
    }
    VIEW: ClassVar[ViewShape] = {"units": OPTIONS}

    @classmethod
    def read(cls, common: Common, fields: Mapping[str, JSON], faults: list[Fault]) -> Self:
        """Answers are numbers or {value, tolerance, percent}; units are {unit, factor}."""
        answers = read_number_answers(("answers",), fields.get("answers"), faults)
        units: list[Unit] = []
        for place, written in enumerate(read_list("units", fields.get("units"), faults, MOST_UNITS)):
            path = ("units", place)
            unit = read_mapping(
                path, {"unit": written} if isinstance(written, str) else written, ("unit", "factor"), faults
            )
            text, factor = read_text((*path, "unit"), unit.get("unit"), faults), unit.get("factor", "1")
            number = read_number(factor) if isinstance(factor, str) else None
            if not number:
                faults.append(Fault("bad_number", (*path, "factor"), phrase("this is not a number")))
            units.append(Unit(text, number or Fraction(1)))
        required = read_truth(("unit_required",), fields.get("unit_required"), False, faults)
        return cls(common, answers, tuple(units), required)

    def own_fields(self) -> dict[str, JSON]:
        """Numbers as exact texts."""
        fields: dict[str, JSON] = {"answers": [answer.document() for answer in self.answers]}
        if self.units:
            fields["units"] = [{"unit": unit.text, "factor": as_decimal(unit.factor)} for unit in self.units]
        return fields | ({"unit_required": "true"} if self.unit_required else {})

    def own_problems(self) -> list[Fault]:
        """An answer that earns everything; units that differ."""
        faults = number_faults(("answers",), self.answers)
        for place, unit in enumerate(self.units):
            faults += content_faults(("units", place), unit.text, LIMITS["tag"], Holds.NOTHING)
        if len({unit.text for unit in self.units}) != len(self.units):
            faults.append(Fault("duplicate_option", ("units",), phrase("a unit is there twice")))
        if self.unit_required and not self.units:
            faults.append(Fault("no_units", ("unit_required",), phrase("a unit is required, but there is none")))
        return faults

    def place(self, draw: Draw, ids: FreshIds, show: Show) -> Placed:
        """Units keep their order: they are a row of the page, not a choice."""
        names = [ids.option() for _ in self.units]
        view = option_views([(name, show(unit.text), True) for name, unit in zip(names, self.units, strict=True)])
        factors: dict[str, JSON] = {
            name: as_decimal(unit.factor) for name, unit in zip(names, self.units, strict=True)
        }  # fmt: skip
        answers: list[JSON] = [answer.document() for answer in self.answers]
        key: dict[str, JSON] = {"answers": answers, "units": factors, "unit_required": self.unit_required}
        return Placed({"units": view}, key)

    @classmethod
    def outline(cls, item_id: str, view: Mapping[str, JSON]) -> ItemOutline:
        """One group, the units, all fixed."""
        return ItemOutline(item_id, cls.NAME, (option_group(Fields(dict(view), item_id).values("units"), item_id),))

    @classmethod
    def response_problem(cls, item: ItemOutline, response: Mapping[str, object]) -> str | None:
        """Codes: `unknown_field`, `unknown_option`, those of `typed_problem`."""
        if set(response) != {"number", "unit"}:
            return "unknown_field"
        unit = response["unit"]
        if unit is not None and not (isinstance(unit, str) and unit in item.option_ids):
            return "unknown_option"
        return typed_problem(response["number"], "number")

    @classmethod
    def answered(cls, item: ItemOutline, response: Mapping[str, object]) -> Answered:
        """Partly without a unit where there are some."""
        return "partly" if item.option_ids and response.get("unit") is None else "whole"

    @classmethod
    def right_response(cls, item: ItemOutline, marking: MarkingItem) -> Response | None:
        """An answer that earns everything, in the first unit in which a candidate could type it exactly."""
        units = key_part(marking, "units")
        factors: list[tuple[str | None, JSON]] = (
            [*units.items()] if isinstance(units, dict) and units else [(None, "1")]
        )
        for answer in full_answers(key_part(marking, "answers")):
            value = read_number(str(answer.get("value"))) or Fraction(0)
            for unit, factor in factors:
                typed = value / (read_number(str(factor)) or 1)
                if read_number(as_decimal(typed)) == typed:
                    return {"number": as_decimal(typed), "unit": unit}
        return None

    @classmethod
    def wrong_response(cls, item: ItemOutline, marking: MarkingItem, draw: Draw) -> Response | None:
        """A number beyond every tolerance in the answers' own unit."""
        return {"number": wrong_number(key_part(marking, "answers")), "unit": None}


TYPE = Numeric
