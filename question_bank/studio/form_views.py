"""A form as the page has it: every item as a candidate sees it, with the key, and the balance in rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.canonical import JSON
from question_bank.form_document import Form, FormSection
from question_bank.front.widgets import described
from question_bank.items import item_type
from question_bank.items._paper import objects
from question_bank.marking_scheme import MarkingItem
from question_bank.order import ItemOutline
from question_bank.outline import outline
from question_bank.paper.pages import OWN
from question_bank.studio.preview import key_words
from question_bank.wording import language


def paper(form: Form) -> list[JSON]:
    """The items of a form in its order, each as `preview.js` shows it, with its place in the paper and in the bank."""
    found: list[JSON] = []
    for place, section in enumerate(form.sections):
        shown = ""
        seen = zip(
            objects(section.candidate.get("items")),
            outline(section.candidate).items,
            section.marking.items,
            strict=True,
        )
        for view, item, marked in seen:
            stimulus = str(view.get("stimulus_id") or "")
            text = _stimulus(section, stimulus) if stimulus and stimulus != shown else None
            shown = stimulus
            found.append({
                "number": len(found) + 1, "section": place, "id": marked.bank_item, "topic": marked.topic,
                "level": marked.level, "marks": marks(marked.max_mark), "shared": bool(stimulus and text is None),
                "preview": _preview(view, item, marked, text),
            })  # fmt: skip
    return found


def marks(hundredths: int) -> str:
    """Marks as people write them."""
    text = f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if language() == "vi" else text


def _preview(view: Mapping[str, JSON], item: ItemOutline, marked: MarkingItem, stimulus: JSON) -> dict[str, JSON]:
    name = str(view.get("type"))
    own = {field: value for field, value in view.items() if field not in OWN}
    shown: dict[str, JSON] = {
        "number": 1, "type": name, "stimulus": view.get("stimulus_id") or None, "stem": view.get("stem"), "view": own,
        "max_marks": marks(marked.max_mark) if marked.max_mark else None, "plays": view.get("plays", 0),
    }  # fmt: skip
    return {
        "item": shown, "stimulus": stimulus, "types": described([name]), "whole": True, "right": _right(name, item, marked),
        "key": [*key_words(name, own, marked.key)],
    }  # fmt: skip


def _right(name: str, item: ItemOutline, marked: MarkingItem) -> JSON:
    response = item_type(name).right_response(item, marked)
    return {**response} if response is not None else None  # type: ignore[dict-item]


def _stimulus(section: FormSection, identity: str) -> JSON:
    for one in objects(section.candidate.get("stimuli")):
        if one.get("stimulus_id") == identity:
            return {"title": one.get("title"), "text": one.get("text")}
    return None
