"""What a candidate document may say, field by field and node by node: anything else is refused before it is sealed.

A new field is added to its type on purpose, after asking what it tells of the key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set

from question_bank.canonical import JSON
from question_bank.content import MEDIA, SPANS
from question_bank.fields import DocumentError, Fields
from question_bank.items import item_type
from question_bank.mathematics import ATTRIBUTES, ELEMENTS
from question_bank.simulators import read_world
from question_bank.view_shape import Kind, ViewShape

_DOCUMENT = {"format", "package_id", "section_id", "form_id", "title", "duration_s", "keep_order", "stimuli", "items",
             "media"}  # fmt: skip
_STIMULUS: ViewShape = {"stimulus_id": Kind.WORD, "title": Kind.WORD, "text": Kind.TEXT}
_COMMON: ViewShape = {"item_id": Kind.WORD, "type": Kind.WORD, "stimulus_id": Kind.WORD, "stem": Kind.TEXT,
                      "max_mark": Kind.WHOLE, "plays": Kind.WHOLE}  # fmt: skip
_MEDIUM = {"type", "bytes"}
_NODES = {
    **dict.fromkeys(SPANS, frozenset({"c"})),
    **dict.fromkeys(MEDIA, frozenset({"sha256", "type", "label", "width", "height"})),
    "math": frozenset({"tex", "ml"}),
    "pre": frozenset({"c"}),
    "list": frozenset({"rows"}),
    "numbered": frozenset({"rows"}),
    "table": frozenset({"rows"}),
    "gap": frozenset({"gap"}),
}


def check_candidate_document(document: Mapping[str, JSON], where: str) -> None:
    """Raise DocumentError for the first field, node or file that candidates must not get, or that is not there."""
    fields = Fields(dict(document), where)
    _only(fields.names(), _DOCUMENT, where)
    media = fields.inner("media")
    known = {name: Fields(media.object(name), f"{where}.media") for name in media.names()}
    for medium in known.values():
        _only(medium.names(), _MEDIUM, medium.where)
    for stimulus in fields.objects("stimuli"):
        _check_view(stimulus.rest(), _STIMULUS, stimulus.where, set(known))
    for item in fields.objects("items"):
        view = item.rest()
        name = view.get("type")
        shape = {**_COMMON, **item_type(name if isinstance(name, str) else "").VIEW}
        _check_view(view, shape, item.where, set(known))


def _check_view(view: Mapping[str, JSON], shape: ViewShape, where: str, media: Set[str]) -> None:
    _only(view, shape, where)
    if missing := shape.keys() - view.keys():
        raise DocumentError(f"{where}: the field “{min(missing)}” is missing")
    for name, kind in shape.items():
        value, here = view[name], f"{where}.{name}"
        if isinstance(kind, Mapping):
            for place, entry in enumerate(_list(value, here)):
                _check_view(Fields(entry, f"{here}[{place}]").rest(), kind, f"{here}[{place}]", media)
        elif kind is Kind.TEXT:
            if not isinstance(value, str):
                _check_nodes(value, here, media)
        elif kind is Kind.WORLD:
            simulator, world = read_world(value)
            simulator.initial(world)
        elif not isinstance(value, {Kind.WORD: str, Kind.WHOLE: int, Kind.TRUTH: bool}[kind]):
            raise DocumentError(f"{here}: not {kind.value}")


def _check_nodes(nodes: JSON, where: str, media: Set[str]) -> None:
    for place, node in enumerate(_list(nodes, where)):
        if not isinstance(node, str):
            _check_node(Fields(node, f"{where}[{place}]"), media)


def _check_node(fields: Fields, media: Set[str]) -> None:
    kind, here = fields.text("k"), fields.where
    if kind not in _NODES:
        raise DocumentError(f"{here}: unknown kind of node “{kind[:40]}”")
    _only(fields.names(), _NODES[kind], here)
    if kind == "math":
        fields.text("tex")
        _check_mathml(fields.value("ml"), here)
    elif kind == "gap":
        fields.text("gap")
    elif kind in MEDIA:
        if fields.text("sha256") not in media:
            raise DocumentError(f"{here}: a file that the document does not list")
        fields.text("label")
    elif "c" in _NODES[kind]:
        _check_nodes(fields.value("c"), here, media)
    else:
        for row in fields.values("rows"):
            for cell in _list(row, here) if kind == "table" else [row]:
                _check_nodes(cell, here, media)


def _check_mathml(node: JSON, where: str) -> None:
    if not (isinstance(node, list) and len(node) >= 2 and isinstance(node[1], dict) and node[0] in ELEMENTS):
        raise DocumentError(f"{where}: not mathematics")
    _only(node[1], ATTRIBUTES, where)
    for child in node[2:]:
        if not isinstance(child, str):
            _check_mathml(child, where)


def _only(names: Collection[str], allowed: Collection[str], where: str) -> None:
    for name in names:
        if name not in allowed:
            raise DocumentError(f"{where}: candidates must not get a field “{name[:40]}”")


def _list(value: JSON, where: str) -> list[JSON]:
    if not isinstance(value, list):
        raise DocumentError(f"{where}: a list was expected")
    return value
