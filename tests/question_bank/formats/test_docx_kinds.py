"""Word files of every kind that teachers send: what was put into each when it was made is what comes out of it, key by key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from question_bank.content import Content, Entries, Grid, Listing, Math, Medium, Span, Words, parse
from question_bank.formats.docx import FORMAT
from question_bank.formats.exchange import Defaults, Imported, Outcome, Question
from question_bank.ids import TopicCode
from question_bank.items.model import Item
from question_bank.wording import render, use_language

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "formats" / "docx"
KINDS = sorted(path.stem for path in FOLDER.glob("*.docx"))


def flat(content: Content) -> str:
    """A text as people read it: formulas as LaTeX, pictures as their descriptions."""
    said = ""
    for node in content:
        match node:
            case Words(text=text):
                said += text
            case Span(inner=inner):
                said += flat(inner)
            case Math(tex=tex):
                said += tex
            case Medium(label=label):
                said += f" {label} "
            case Grid(rows=rows):
                said += "\n" + "\n".join(" | ".join(flat(cell) for cell in row) for row in rows) + "\n"
            case Entries(entries=entries):
                said += "\n" + "\n".join(flat(entry) for entry in entries) + "\n"
            case Listing(text=text):
                said += text
    return said


def plain(text: str) -> str:
    return "\n".join(line for one in flat(parse(text)[0]).split("\n") if (line := " ".join(one.split())))


def told(question: Question) -> dict[str, Any]:
    """A question as the expectations write it."""
    item = question.item
    made: dict[str, Any] = {"where": question.where, "outcome": question.outcome.value}
    made["reasons"] = [*dict.fromkeys(notice.code for notice in question.review)]
    if item is None:
        return made | {"type": "", "key": None, "stem": "", "options": []}
    fields: dict[str, Any] = item.own_fields()
    key = next((fields[name] for name in ("key", "answers", "pairs") if name in fields), None)
    options = [plain(text) for text in (fields.get("options") or fields.get("statements") or {}).values()]
    return made | {"type": item.NAME, "key": key, "stem": plain(item.common.stem), "options": options}


def read(data: bytes, name: str = "de.docx") -> Imported:
    use_language("vi")
    found = FORMAT.read(data, name, Defaults(TopicCode("chu-de"), source="đề"))
    assert isinstance(found, Imported), found
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_put_into_a_file_comes_out_of_it(kind: str) -> None:
    found = read((FOLDER / f"{kind}.docx").read_bytes())
    expected = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    for one in expected:
        one["stem"] = "\n".join(line.strip() for line in one["stem"].split("\n"))
    assert [told(question) for question in found.questions] == expected


def _keyed(item: Item | None) -> bool:
    fields = item.own_fields() if item else {}
    return bool(fields.get("key") or fields.get("answers") or fields.get("pairs"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_has_its_evidence_and_every_doubt_its_reason(kind: str) -> None:
    questions = read((FOLDER / f"{kind}.docx").read_bytes()).questions
    assert questions
    for question in questions:
        assert bool(question.evidence) or not _keyed(question.item), question.where
        if question.outcome is Outcome.READY:
            assert _keyed(question.item) or (question.item and question.item.NAME == "essay"), question.where
        said = [render(one) for one in (*question.evidence, *(reason.message for reason in question.review))]
        assert all(one and "%(" not in one for one in said), question.where
