"""Whole documents as Moodle and teachers write them, and what is right in each of their questions.

What is right was written down with the question, not taken from what was read: a key that comes in otherwise is a wrong key.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from question_bank.canonical import JSON
from question_bank.formats.exchange import Defaults, Imported, Outcome, Question
from question_bank.formats.registry import readers
from question_bank.ids import TopicCode
from question_bank.items.model import Item

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "formats"
DOCUMENTS = sorted(
    path for path in VECTORS.glob("*/documents/*") if path.suffix != ".json"
)  # fmt: skip


def ids(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.stem}"


def imported(path: Path) -> tuple[Imported, list[dict[str, Any]]]:
    found = readers()[path.parent.parent.name].read(path.read_bytes(), path.name, Defaults(TopicCode("chu-de")))
    assert isinstance(found, Imported), found
    wanted: list[dict[str, Any]] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["questions"]
    return found, wanted


def right_in(item: Item) -> JSON:
    """What is right in an item, in its own words."""
    fields = item.own_fields()
    key: Any = fields.get("key")
    texts: Any = fields.get("options") or fields.get("statements") or {}
    if item.NAME in ("single_choice", "multiple_choice", "true_false_4"):
        return [texts[label] for label in ([key] if isinstance(key, str) and key else key or [])]
    if item.NAME == "true_false":
        return [str(key).lower()]
    if item.NAME == "matching":
        left: Any = fields["left"]
        right: Any = fields["right"]
        pairs: Any = fields["pairs"]
        return {plain(left[one]): right[mate] for one, mate in pairs.items()}
    if item.NAME in ("cloze", "drag_words"):
        gaps: Any = fields["gaps"]
        return {name: right_of_gap(gap, fields) for name, gap in gaps.items()}
    answers: Any = fields.get("answers", fields.get("entries", []))
    return [str(one.get("text", one.get("value"))) if isinstance(one, dict) else one for one in answers]


def right_of_gap(gap: Any, fields: Any) -> str:
    if isinstance(gap, str):
        return str(fields["words"][gap])
    if gap["kind"] == "choice":
        return str(gap["options"][gap["key"]])
    first = gap["answers"][0]
    return str(first.get("text", first.get("value")) if isinstance(first, dict) else first)


def plain(text: str) -> str:
    """A text of ours without its constructs."""
    while "{{" in text:
        before, _, rest = text.partition("{{")
        inner, _, after = rest.partition("}}")
        text = before + inner.partition(":")[2] + after
    return text


@pytest.mark.parametrize("path", DOCUMENTS, ids=ids)
def test_every_question_is_accounted_for_and_no_key_is_wrong(path: Path) -> None:
    found, wanted = imported(path)
    assert len(found.questions) == len(wanted)
    for question, want in zip(found.questions, wanted, strict=True):
        told = (question.where, [notice.code for notice in question.review])
        if not want["type"]:
            assert question.outcome is Outcome.REJECTED, told
            continue
        if want["review"]:
            assert question.outcome is not Outcome.READY, told
            continue
        assert question.item is not None, told
        assert want["type"] == question.item.NAME, told
        if question.outcome is Outcome.READY:
            assert same(right_in(question.item), want["right"]), told


def same(one: JSON, other: JSON) -> bool:
    """Equal; of several answers a picture counts by its description."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            str(a) == b or plain(str(a)).endswith(str(b)) for a, b in zip(one, other, strict=True)
        )
    return one == other


@pytest.mark.parametrize("format_name", sorted({path.parent.parent.name for path in DOCUMENTS}))
def test_nine_of_ten_questions_of_a_supported_type_come_in_whole(format_name: str) -> None:
    supported: list[Question] = []
    for path in DOCUMENTS:
        if path.parent.parent.name == format_name:
            found, wanted = imported(path)
            supported += [
                one for one, want in zip(found.questions, wanted, strict=True) if want["type"] and not want["review"]
            ]
    ready = [one for one in supported if one.outcome is Outcome.READY]
    assert len(ready) >= 0.9 * len(supported), [
        (one.where, [notice.code for notice in one.review]) for one in supported if one not in ready
    ]
