"""Opens a .pptx as the checks read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from question_bank.formats.office_package import OfficePackage
from question_bank.formats.xml_tree import Node
from question_bank.formats.zips import UnreadableFileError
from question_bank.phrase import phrase
from question_bank.practical.slides.model import Presentation
from question_bank.practical.slides.nodes import every, first, integer, on
from question_bank.practical.slides.parts import Parts
from question_bank.practical.slides.sheets import Sheets
from question_bank.practical.slides.shows import ShowSettings

MOST_SLIDES = 1000  # a talk has some dozens; each may name the same part again
MOST_SHAPES = 50_000  # of all slides: with their text about 200 MB of memory
_USUAL = (12_192_000, 6_858_000)  # EMU: 16 to 9
_PROPERTIES = ("core-properties", "extended-properties", "custom-properties")


def open_model(data: bytes) -> Presentation:
    """The model of a presentation. Raises UnreadableFileError."""
    package = OfficePackage.open(data)
    main = package.main_part()
    parts = Parts(package)
    top = parts.tree(main)
    if top is None or top.name != "p:presentation":
        raise UnreadableFileError(phrase("the file is not a presentation"))
    names = list(_slides(parts, main, top))
    if len(names) > MOST_SLIDES:
        raise UnreadableFileError(phrase("the presentation has more than %(most)s slides", most=MOST_SLIDES))
    return _whole(data, parts, main, top, names)


def _slides(parts: Parts, main: str, top: Node) -> Iterator[tuple[str, str]]:
    """The slides' ids and parts in the order of the show."""
    for one in every(first(top, "p:sldIdLst"), "p:sldId"):
        if part := parts.inside(main, one.get("r:id")):
            yield one.get("id"), part


def _whole(data: bytes, parts: Parts, main: str, top: Node, names: list[tuple[str, str]]) -> Presentation:
    parts.numbers = {part: number for number, (_, part) in reversed(list(enumerate(names, 1)))}
    shows = [(one, tuple(_members(parts, main, one))) for one in every(first(top, "p:custShowLst"), "p:custShow")]
    parts.shows = {one.get("id"): one.get("name") for one, _ in shows}
    sheets = Sheets(parts, top, parts.tree(parts.package.related(main, "tableStyles")))
    slides = []
    count = 0
    for number, (_, part) in enumerate(names, 1):
        slides.append(sheets.slide(number, part))
        count += len(slides[-1].shapes)
        if count > MOST_SHAPES:
            raise UnreadableFileError(phrase("the presentation has more than %(most)s shapes", most=MOST_SHAPES))
    size = first(top, "p:sldSz")
    return Presentation(
        slides=tuple(slides),
        width=integer(size.get("cx"), _USUAL[0]) if size else _USUAL[0],
        height=integer(size.get("cy"), _USUAL[1]) if size else _USUAL[1],
        sections=tuple(_sections(top, {name: number for number, (name, _) in enumerate(names, 1)})),
        shows=tuple((one.get("name"), members) for one, members in shows),
        settings=_settings(parts.tree(parts.package.related(main, "presProps"))),
        properties=_properties(parts),
        notes_master=sheets.other("notesMaster"),
        handout_master=sheets.other("handoutMaster"),
        part=main,
        data=data,
        trees=parts.trees,
    )


def _members(parts: Parts, main: str, show: Node) -> Iterator[int]:
    for one in every(first(show, "p:sldLst"), "p:sld"):
        if number := parts.numbers.get(parts.inside(main, one.get("r:id"))):
            yield number


def _sections(top: Node, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for one in every(top, "p14:section"):
        held = (numbers.get(inner.get("id")) for inner in every(one, "p14:sldId"))
        yield one.get("name"), tuple(number for number in held if number)


def _settings(tree: Node | None) -> ShowSettings:
    said = first(tree, "p:showPr")
    if said is None:
        return ShowSettings()
    kinds = (("p:kiosk", "kiosk"), ("p:browse", "browsed"))
    ranges = (("p:custShow", "custom"), ("p:sldRg", "range"))
    return ShowSettings(
        loop=on(said.get("loop")),
        kind=next((name for node, name in kinds if first(said, node) is not None), "presented"),
        of=next((name for node, name in ranges if first(said, node) is not None), "all"),
        narration=on(said.get("showNarration")),
        animation=on(said.get("showAnimation"), True),
        timings=on(said.get("useTimings"), True),
    )


def _properties(parts: Parts) -> Mapping[str, str]:
    """Title, author and the like by the names of the format (`title`, `creator`, `keywords`); custom ones under `custom:name`."""
    found: dict[str, str] = {}
    for kind in _PROPERTIES:
        tree = parts.tree(parts.package.related("", kind))
        for one in tree.children if tree else ():
            name = one.name.rpartition(":")[2]
            key = f"custom:{one.get('name')}" if name == "property" else name
            found.setdefault(key, one.all_text())
    return found
