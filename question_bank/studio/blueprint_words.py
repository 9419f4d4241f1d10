"""What the pages of blueprints say: fields, marking rules, and where a problem or a shortage is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from question_bank.assembly.shortages import Clash, FixedNotUsable, Shortage, Shortfall, Unusable
from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.ids import TopicCode
from question_bank.items import types
from question_bank.items.model import Level
from question_bank.phrase import Phrase, Value, phrase
from question_bank.problems import Fault, Path
from question_bank.studio.blueprint_reckoning import NoAnswer
from question_bank.wording import language, render, title

FIELDS: Mapping[str, Phrase] = {
    "contest_id": phrase("Contest code"), "round_id": phrase("Round code"), "title": phrase("Title"),
    "vi": phrase("Vietnamese"), "en": phrase("English"), "sections": phrase("Parts"), "code": phrase("Code of the part"),
    "duration_s": phrase("Minutes"), "mark_per_item": phrase("Marks per item"), "rule": phrase("Marking"),
    "cells": phrase("Grid"), "topic": phrase("Topic"), "type": phrase("Types"), "keep_order": phrase("The same order for everybody"),
    "forms": phrase("Forms"), "count": phrase("Number of forms"), "codes": phrase("Codes"), "reserve_codes": phrase("Codes of the reserve set"),
    "sets": phrase("The two sets"), "stimuli": phrase("Shared texts"), "exclude": phrase("Never together"),
    "most": phrase("At most"), "items": phrase("Items"), "exposure": phrase("Used before"), "rounds": phrase("Rounds"),
    "uses": phrase("Uses"), "days": phrase("Days"), "fixed": phrase("Fixed items"), "item": phrase("Item"),
    "section": phrase("Part"), "place": phrase("Place"), "set": phrase("Set"), "penalty": phrase("Taken off for a wrong answer, %"),
    "floor": phrase("At worst below zero, %"), "name": phrase("Rule"),
}  # fmt: skip
"""Fields of a blueprint as people read them; levels keep their names."""


def blueprint_title(document: JSON, name: str) -> str:
    """What a blueprint calls itself, in the reader's language where it says so; its name while it has no title."""
    titles = document.get("title") if isinstance(document, dict) else None
    return str(titles.get(language()) or titles.get("vi") or name) if isinstance(titles, dict) else name


_LEVELS = {level.value: level.label for level in Level}

RULES: Mapping[str, Phrase] = {
    "all_gaps": phrase("all gaps right, or nothing"), "each_gap": phrase("each gap by itself"),
    "marker": phrase("by markers"), "files_marker": phrase("by markers, from the files"),
    "all_regions": phrase("all places right, or nothing"), "each_region": phrase("each place by itself"),
    "all_pairs": phrase("all pairs right, or nothing"), "each_pair": phrase("each pair by itself"),
    "all_or_nothing": phrase("exactly the right options, or nothing"), "sum_clipped": phrase("weights of the options chosen, added"),
    "net_correct": phrase("right ones less wrong ones"), "each_decision": phrase("each option by itself"),
    "numeric": phrase("by the number"), "whole_order": phrase("the whole order right, or nothing"),
    "neighbours": phrase("right neighbours"), "places": phrase("right places"), "never": phrase("no marks"),
    "accepted_text": phrase("by the accepted answers"), "single": phrase("right or wrong"), "truth": phrase("right or wrong"),
    "vn_true_false_4": phrase("four statements: 10, 25, 50, 100 %"),
}  # fmt: skip
"""Marking rules (docs/items.md) as people read them; one of a type from elsewhere is shown by its name."""

NO_ANSWER: Mapping[NoAnswer, Phrase] = {
    NoAnswer.TOO_LONG: phrase("It could not be worked out within three minutes: loosen exclusions or shared texts, or add items."),
    NoAnswer.BROKEN: phrase("It could not be worked out: the process that searches has ended. It is tried again with the next change."),
}  # fmt: skip
"""Why it is not known whether the bank can fill a blueprint."""

# In the page's own units, where the file's are others.
_OWN: Mapping[tuple[str, str], Phrase] = {
    ("bad_number", "duration_s"): phrase("this is no time: minutes from 1 to 1440, or minutes and seconds like 45:30"),
    ("bad_number", "mark_per_item"): phrase("these are no marks: from 0.01 to 1000, with at most two decimals"),
    ("empty_field", "cells"): phrase("no items yet: type into the grid how many"),
    ("missing_field", "cells"): phrase("no items yet: type into the grid how many"),
    ("empty_field", "sections"): phrase("a blueprint needs a part"),
    ("place_not_kept", ""): phrase("a place needs a part in which everybody has the same order"),
}  # fmt: skip


_MOST_SAID = 500  # characters of one shortage: seven lines beside the grid twice over


def rule_name(rule: str) -> str:
    """A marking rule as people read it."""
    return render(RULES.get(rule, rule))


def told(fault: Fault, document: Mapping[str, JSON], topics: Mapping[TopicCode, Bilingual]) -> dict[str, JSON]:
    """A problem as the page shows it: `path` leads to the field, `where` says it in words."""
    last = str(fault.path[-1]) if fault.path and isinstance(fault.path[-1], str) else ""
    own = _OWN.get((fault.code, last)) or _OWN.get((fault.code, ""))
    return {
        "path": "/".join(str(part) for part in fault.path),
        "where": where(fault.path, document, topics),
        "message": render(own or _named(fault.message)),
        "hint": render(_named(fault.hint)) if fault.hint and own is None else "",
        "severity": fault.severity.value,
    }


def where(path: Path, document: Mapping[str, JSON], topics: Mapping[TopicCode, Bilingual]) -> str:
    """“Part 2, Digital government, vận dụng”."""
    match path:
        case ("sections", int(section), "cells", int(row), *rest):
            return ", ".join([_part(section), _topic(document, section, row, topics), *_names(rest)])
        case ("sections", int(section), "cells"):
            return _part(section)
        case ("sections", int(section), *rest):
            return ", ".join([_part(section), *_names(rest)])
        case _:
            return ", ".join(_names(path))


def short_told(short: Shortage, document: Mapping[str, JSON], topics: Mapping[TopicCode, Bilingual]) -> dict[str, JSON]:
    """A shortage as the page shows it: the sentence, the cells that it is about, and for those a few words."""
    sentence = render(_titled(short.sentence(), topics))
    found: dict[str, JSON] = {"code": str(short.document()["code"]), "message": _short(sentence), "cells": []}
    match short:
        case Shortfall():
            found["cells"] = [*_cells(document, short.topic, short.level, short.types)]
            found["brief"] = render(phrase("need %(need)s, has %(have)s", need=short.need, have=short.have))
        case Clash(topic=str(topic), level=Level() as level):
            found["cells"] = [*_cells(document, topic, level, ())]
            found["brief"] = render(phrase("need %(need)s, %(have)s together", need=short.need, have=short.have))
        case FixedNotUsable():
            found["item"] = short.item
            if short.reason is Unusable.TAKEN:  # nothing is in another set yet: the blueprint itself puts it into both
                found["message"] = render(
                    phrase("%(item)s is fixed in both sets, which share no item: choose one set", item=short.item)
                )
        case _:
            pass
    return found


def _short(sentence: str) -> str:
    """The beginning of a sentence that names hundreds of rules: nobody reads them all, and the first are as good as any."""
    if len(sentence) <= _MOST_SAID:
        return sentence
    return sentence[:_MOST_SAID].rpartition("; ")[0] + "; …"


def _titled(sentence: Phrase, topics: Mapping[TopicCode, Bilingual]) -> Phrase:
    """The sentence with the titles of topics, in quotation marks, in the place of their codes."""
    values: list[tuple[str, Value]] = []
    for name, value in sentence.values:
        known = topics.get(TopicCode(value)) if name == "topic" and isinstance(value, str) else None
        inner = _titled(value, topics) if isinstance(value, Phrase) else value
        values.append((name, f"“{title(known)}”" if known else inner))
    return replace(sentence, values=tuple(values))


def _cells(document: Mapping[str, JSON], topic: str, level: Level, types_short: tuple[str, ...]) -> list[str]:
    """Paths of the cells of a topic and level that ask for items and take nothing but these types (any, when none is named)."""
    found = []
    sections = document.get("sections")
    for place, section in enumerate(sections if isinstance(sections, list) else []):
        cells = section.get("cells") if isinstance(section, dict) else None
        for number, row in enumerate(cells if isinstance(cells, list) else []):
            if not isinstance(row, dict) or row.get("topic") != topic or not row.get(level.value):
                continue
            named = row.get("type")
            takes = {str(one) for one in named} if isinstance(named, list) else {named} if named else set()
            if not types_short or (takes and takes <= {*types_short}):
                found.append(f"sections/{place}/cells/{number}/{level.value}")
    return found


def _part(section: int) -> str:
    return render(phrase("Part %(number)s", number=section + 1))


def _topic(document: Mapping[str, JSON], section: int, row: int, topics: Mapping[TopicCode, Bilingual]) -> str:
    sections = document.get("sections")
    part = sections[section] if isinstance(sections, list) and section < len(sections) else None
    cells = part.get("cells") if isinstance(part, dict) else None
    found = cells[row] if isinstance(cells, list) and row < len(cells) else None
    code = found.get("topic") if isinstance(found, dict) else None
    known = topics.get(TopicCode(code)) if isinstance(code, str) else None
    return title(known) if known else str(code or row + 1)


def _names(path: Path | list[str | int]) -> list[str]:
    labels = {name: one.LABEL for name, one in types().items()}
    return [
        str(part + 1) if isinstance(part, int) else render(FIELDS.get(part) or labels.get(part) or _LEVELS.get(part) or part)
        for part in path
    ]  # fmt: skip


def _named(message: Phrase) -> Phrase:
    """The message with the field that it names as people read it."""
    values = tuple(
        (name, FIELDS.get(str(value)) or _LEVELS.get(str(value)) or value if name == "field" else value)
        for name, value in message.values
    )
    return replace(message, values=values)
