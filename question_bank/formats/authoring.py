"""The project's own authoring format, `exam-items/1`: one topic to a file, written by people in any editor.

`read_items` gives every usable item and every problem; `write_items` is its inverse. The format is described in
`schema/README.md`, for editors in `schema/exam-items-1.schema.json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from question_bank.bilingual import Bilingual
from question_bank.canonical import JSON
from question_bank.formats.nodes import Node, Place, Series, Table, Text, plain
from question_bank.formats.report import Report, read_document
from question_bank.formats.yaml_lines import entry_lines, quoted
from question_bank.ids import BankItemId, StimulusId, TopicCode, is_code
from question_bank.items import types
from question_bank.items._labelled import read_list, read_text, read_truth, read_whole
from question_bank.items.model import Common, Item, Level, Stimulus, common_problems, optional_fields
from question_bank.items.text import LIMITS, text_faults
from question_bank.phrase import phrase
from question_bank.problems import Fault, Path, Problem

ITEMS_FORMAT = "exam-items/1"
TOP_FIELDS = ("topic", "topic_title", "items")
TOP_OPTIONAL = ("stimuli",)
STIMULUS_FIELDS = ("id", "title", "text")
COMMON_FIELDS = ("id", "type", "level", "stem", "explanation", "source")
COMMON_OPTIONAL = ("stimulus", "tags", "excludes", "shuffle", "plays")
MOST_PLAYS = 20

MOST_ITEMS = 2000  # in one file; a paper has sixty
ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
_ID = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item as it stands in a file: its id and place, and the item itself when it has no errors.

    `draft` is the item whatever is wrong with it, as long as nothing in it was unreadable or left out.
    """

    id: BankItemId
    place: Place
    item: Item | None
    draft: Item | None = None


@dataclass(frozen=True, slots=True)
class FoundStimulus:
    """A stimulus and where it stands; None when it has errors."""

    id: StimulusId
    place: Place
    stimulus: Stimulus | None


@dataclass(frozen=True, slots=True)
class ItemsFile:
    """What one authoring file holds; `topic` is empty when it could not be read."""

    file: str
    topic: TopicCode
    title: Bilingual
    title_place: Place
    items: tuple[FoundItem, ...]
    problems: tuple[Problem, ...]
    stimuli: tuple[FoundStimulus, ...] = ()


def read_items(data: bytes, file: str) -> ItemsFile:
    """Read one authoring file; `file` names it in problems. Never raises: everything wrong is a problem."""
    report = Report(file)
    tree = read_document(data, report, ITEMS_FORMAT, TOP_FIELDS, TOP_OPTIONAL)
    if tree is None:
        return ItemsFile(file, TopicCode(""), Bilingual("", ""), Place(0, 0), (), tuple(report.problems))
    topic = _topic(tree, report)
    title_node = tree.get("topic_title")
    title = read_title(title_node, "topic_title", report)
    stimuli = tuple(_stimulus(node, report) for node in series(tree, "stimuli", report))
    items = tuple(_item(node, topic, report) for node in _item_nodes(tree, report))
    place = title_node.place if title_node else tree.place
    found = tuple(item for item in items if item is not None)
    whole = tuple(stimulus for stimulus in stimuli if stimulus is not None)
    return ItemsFile(file, topic, title, place, found, tuple(report.problems), whole)


def read_title(node: Node | None, field: str, report: Report) -> Bilingual:
    """A title in both languages, reported under the name `field`; None has been reported as missing."""
    if node is None:
        return Bilingual("", "")
    if not isinstance(node, Table):
        message = phrase("“%(field)s” needs a Vietnamese and an English text", field=field)
        report.add(node.place, "wrong_shape", message, phrase("write {vi: …, en: …}"))
        return Bilingual("", "")
    report.unknown_keys(node, ("vi", "en"))
    report.missing(node, ("vi", "en"))
    texts: dict[str, str] = {"vi": "", "en": ""}
    for language in texts:
        inner = node.get(language)
        if isinstance(inner, Text):
            texts[language] = inner.text.strip()
            for fault in text_faults((language,), texts[language], LIMITS["title"]):
                report.fault(node, fault)
        elif inner is not None:
            report.add(inner.place, "wrong_shape", phrase("“%(field)s” must be a text", field=language))
    return Bilingual(texts["vi"], texts["en"])


def write_items(topic: TopicCode, title: Bilingual, items: Iterable[Item], stimuli: Iterable[Stimulus] = ()) -> str:
    """The authoring file of these items, which `read_items` reads back as the same. All must be without errors."""
    lines = [
        f"format: {ITEMS_FORMAT}",
        f"topic: {topic}",
        f"topic_title: {{vi: {quoted(title.vi)}, en: {quoted(title.en)}}}",
    ]
    shared = [stimulus.document() for stimulus in stimuli]
    if shared:
        lines += ["stimuli:", *(line for one in shared for line in ["", *entry_lines(one, 2)])]
    lines += ["items:", *(line for item in items for line in ["", *entry_lines(_fields(item), 2)])]
    return "\n".join(lines) + "\n"


def _topic(tree: Table, report: Report) -> TopicCode:
    node = tree.get("topic")
    if node is None:
        return TopicCode("")
    if not isinstance(node, Text) or not is_code(node.text):
        hint = phrase("small letters without marks, digits and single hyphens, like “dich-vu-cong”")
        report.add(node.place, "bad_topic", phrase("this is not the code of a topic"), hint)
        return TopicCode("")
    return TopicCode(node.text)


def _item_nodes(tree: Table, report: Report) -> tuple[Node, ...]:
    nodes = series(tree, "items", report)
    node = tree.get("items")
    if isinstance(node, Series) and not nodes:
        report.add(node.place, "empty_field", phrase("the file has no items"))
    return nodes


def series(tree: Table, name: str, report: Report) -> tuple[Node, ...]:
    """The entries of a list, at most MOST_ITEMS of them."""
    node = tree.get(name)
    if node is None:
        return ()
    if not isinstance(node, Series):
        hint = phrase("begin each item with “- id: …”")
        report.add(node.place, "wrong_shape", phrase("“%(field)s” must be a list", field=name), hint)
        return ()
    if len(node.items) > MOST_ITEMS:
        message = phrase("%(items)s items; the most allowed in one file is %(limit)s", items=len(node.items),
                         limit=MOST_ITEMS)  # fmt: skip
        report.add(node.place, "too_large", message, phrase("divide it into several files"))
    return node.items[:MOST_ITEMS]


def _item(node: Node, topic: TopicCode, report: Report) -> FoundItem | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not an item"), phrase("begin each item with “- id: …”"))
        return None
    before = sum(not problem.is_warning for problem in report.problems)
    fields = plain(node)
    assert isinstance(fields, dict)
    item_type = _type(node, report)
    own = (*item_type.REQUIRED, *item_type.OPTIONAL) if item_type else _all_own_fields()
    report.unknown_keys(node, (*COMMON_FIELDS, *COMMON_OPTIONAL, *own))
    report.missing(node, (*COMMON_FIELDS, *(item_type.REQUIRED if item_type else ())))
    faults: list[Fault] = []
    common = _common(node, fields, topic, faults)
    item = item_type.read(common, fields, faults) if item_type else None
    whole = not faults and item_type is not None and all(fields.get(name) is not None for name in item_type.REQUIRED)
    # A field that is missing or unreadable was said once; what its emptiness then breaks is not said again.
    absent = {(name,) for name in COMMON_FIELDS + own if not node.get(name)}
    said: set[Path] = {fault.path for fault in faults} | absent
    faults += [fault for fault in (item.problems() if item else common_problems(common)) if fault.path not in said]
    for fault in faults:
        report.fault(node, fault)
    errors = sum(not problem.is_warning for problem in report.problems) - before
    id_node = node.get("id")
    place = id_node.place if id_node else node.place
    return FoundItem(common.id, place, None if errors else item, item if whole else None)


def _stimulus(node: Node, report: Report) -> FoundStimulus | None:
    if not isinstance(node, Table):
        report.add(node.place, "wrong_shape", phrase("this is not a stimulus"), phrase("begin each with “- id: …”"))
        return None
    before = len(report.problems)
    report.unknown_keys(node, STIMULUS_FIELDS)
    report.missing(node, STIMULUS_FIELDS)
    fields = plain(node)
    assert isinstance(fields, dict)
    faults: list[Fault] = []
    identity = _word(fields, "id", faults)
    if node.get("id") and not _ID.fullmatch(identity):
        faults.append(no_id())
    stimulus = Stimulus(StimulusId(identity), _word(fields, "title", faults), _word(fields, "text", faults))
    faults += [fault for fault in stimulus.problems() if node.get(str(fault.path[0]))]
    for fault in faults:
        report.fault(node, fault)
    id_node = node.get("id")
    place = id_node.place if id_node else node.place
    return FoundStimulus(stimulus.id, place, None if len(report.problems) > before else stimulus)


def _type(node: Table, report: Report) -> type[Item] | None:
    found = node.get("type")
    if found is None:
        return None
    known = types()
    if isinstance(found, Text) and found.text in known:
        return known[found.text]
    hint = phrase("known types: %(types)s", types=", ".join(known))
    report.add(found.place, "unknown_type", phrase("unknown type of item"), hint)
    return None


def _common(node: Table, fields: dict[str, JSON], topic: TopicCode, faults: list[Fault]) -> Common:
    identity = _word(fields, "id", faults)
    if identity and not _ID.fullmatch(identity):
        faults.append(no_id())
    elif node.get("id") and not identity:
        faults.append(Fault("empty_field", ("id",), phrase("“%(field)s” is empty", field="id")))
    level = _word(fields, "level", faults)
    levels = [known.value for known in Level]
    if node.get("level") and level not in levels:
        hint = phrase("known levels: %(levels)s", levels=", ".join(levels))
        faults.append(Fault("unknown_level", ("level",), phrase("unknown level"), hint))
    return Common(
        id=BankItemId(identity),
        topic=topic,
        level=Level(level) if level in levels else Level.NHAN_BIET,
        stem=_word(fields, "stem", faults),
        explanation=_word(fields, "explanation", faults),
        source=_word(fields, "source", faults),
        stimulus=StimulusId(_word(fields, "stimulus", faults)),
        tags=tuple(read_text(("tags",), tag, faults) for tag in read_list("tags", fields.get("tags"), faults)),
        excludes=tuple(
            BankItemId(read_text(("excludes",), other, faults))
            for other in read_list("excludes", fields.get("excludes"), faults)
        ),
        shuffle=read_truth(("shuffle",), fields.get("shuffle"), True, faults),
        plays=read_whole(("plays",), fields.get("plays"), 0, (0, MOST_PLAYS), faults),
    )


def _word(fields: dict[str, JSON], name: str, faults: list[Fault]) -> str:
    return read_text((name,), fields.get(name), faults)


def no_id() -> Fault:
    """What stands where an id should is none."""
    hint = phrase("letters, digits, “.”, “_” and “-”, at most 40 of them, like “DVC-001”")
    return Fault("bad_id", ("id",), phrase("this is not an id"), hint)


def _fields(item: Item) -> dict[str, JSON]:
    """The fields of an item as they are written: one letter without brackets, empty lists not at all."""
    own = item.own_fields()
    kept = {name: value for name, value in own.items() if value not in ([], None) or name in item.REQUIRED}
    optional = {name: _written(value) for name, value in optional_fields(item.common).items()}
    return {
        "id": item.id,
        "type": item.NAME,
        "level": item.common.level.value,
        **optional,
        "stem": item.common.stem,
        **kept,
        "explanation": item.common.explanation,
        "source": item.common.source,
    }


def _written(value: JSON) -> JSON:
    """Numbers and truths as the words that authors write."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _all_own_fields() -> tuple[str, ...]:
    return tuple(name for item_type in types().values() for name in (*item_type.REQUIRED, *item_type.OPTIONAL))
