"""A number on paper: a place to write it, with its unit where there are units. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.items._paper import Field, OnPaper, alternatives, lettered, objects, texts
from question_bank.phrase import phrase


def printed(view: Mapping[str, JSON], key: JSON) -> OnPaper:
    """The units are listed below the stem; the key is in the unit whose factor is 1."""
    units = objects(view.get("units"))
    parts = key if isinstance(key, dict) else {}
    factors = parts.get("units")
    known = factors if isinstance(factors, dict) else {}
    base = [str(unit.get("text")) for unit in units if known.get(str(unit.get("option_id"))) == "1"]
    answers = texts(parts.get("answers"), "value")
    rows, _ = lettered(view.get("units"))
    hint = phrase("write a number with its unit") if units else phrase("write a number")
    said = alternatives([f"{answer} {base[0]}" if base else answer for answer in answers])
    return OnPaper((Field("write"),), (said,), ({"kind": "units", "rows": rows},) if units else (), hint)
