"""Start files and solutions as templates: `${name}` in the text of a Word, Excel or PowerPoint file becomes a candidate's value.

Only for files of the author. What holds no place stays byte for byte; the same file and values give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.dom.minidom import Element

from question_bank.formats.xml_tree import writable
from question_bank.formats.zips import zipped
from question_bank.practical.mutants import elements, package_parts, parse_tree, put_text, text_of, write_tree
from question_bank.practical.template_cells import fill_cells, has_formulas, without_results
from question_bank.practical.values import PLACE, filled_text

_PARTS = re.compile(r"(word|ppt|xl)/.*\.xml")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")
# Paragraphs of WordprocessingML and DrawingML, strings and comments of SpreadsheetML: each holds runs with `t` inside.
_TEXTS = ("p", "si", "is", "text")
# Elements of a sheet whose own text may hold places: formulas, lists to choose from, headers and footers.
_PLAIN = (
    "f", "formula", "formula1", "formula2", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader",
    "firstFooter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """The file with its values; `unknown` are places that nobody gives a value for, which stay."""

    data: bytes
    unknown: tuple[str, ...] = ()


def fill(package: bytes, given: Mapping[str, str]) -> Filled:
    """Fill a file for one candidate. Raises UnreadableFileError.

    A place may be split over several runs; its value looks as its first character. A cell of a workbook that holds one place and nothing else
    becomes a number or a day where the value is one and the cell is not formatted as text. Results of formulas are taken out of a workbook in
    which anything was filled: the program that opens it works them out.
    """
    values = {name: writable(value) for name, value in given.items()}
    parts = package_parts(package)
    trees = {name: parse_tree(data) for name, data in parts.items() if _PARTS.fullmatch(name) and b"$" in data}
    unknown: dict[str, None] = {}
    changed: set[str] = set()

    def told(name: str) -> None:
        unknown[name] = None

    sheets = {
        name: trees.get(name) or parse_tree(data) for name, data in parts.items() if _SHEETS.fullmatch(name)
    }  # numbers first: afterwards nothing tells which string was one place
    for name in fill_cells(parts, sheets, values):
        changed.add(name)
    for name, tree in (trees | sheets).items():
        if any([_fill_texts(tree, values, told), _fill_plain(tree, values, told)]):
            changed.add(name)
    if changed:
        changed |= {name for name, tree in sheets.items() if has_formulas(tree) and without_results(tree)}
    if not changed:
        return Filled(package, tuple(unknown))
    every = trees | sheets
    return Filled(
        zipped({name: write_tree(every[name]) if name in changed else data for name, data in parts.items()}),
        tuple(unknown),
    )


def _fill_texts(top: Element, given: Mapping[str, str], told: Callable[[str], None]) -> bool:
    """Places in running text, across runs."""
    changed = False
    for name in _TEXTS:
        for owner in elements(top, name):
            runs = [one for one in _own(owner) if one.localName == "t"]
            texts = [text_of(one) for one in runs]
            filled = fill_runs(texts, given, told)
            for run, before, after in zip(runs, texts, filled, strict=True):
                if before != after:
                    put_text(run, after)
                    changed = True
    return changed


def _own(owner: Element) -> Iterator[Element]:
    """What stands in a paragraph or string itself: not in a text box within it, and not the reading aid of a string."""
    todo = [one for one in reversed(owner.childNodes) if isinstance(one, Element)]
    while todo:
        node = todo.pop()
        if node.localName in (*_TEXTS, "rPh"):
            continue
        yield node
        todo.extend(one for one in reversed(node.childNodes) if isinstance(one, Element))


def fill_runs(texts: Sequence[str], given: Mapping[str, str], told: Callable[[str], None]) -> list[str]:
    """The texts of runs that stand one after the other with each place in the run where it begins."""
    whole = "".join(texts)
    filled = list(texts)
    for found in reversed(list(PLACE.finditer(whole))):
        if found[1] not in given:
            told(found[1])
            continue
        start = 0
        value: str | None = given[found[1]]
        for number, text in enumerate(texts):
            low, high = max(found.start() - start, 0), min(found.end() - start, len(text))
            if low < high:
                filled[number] = filled[number][:low] + (value or "") + filled[number][high:]
                value = None
            start += len(text)
    return filled


def _fill_plain(top: Element, given: Mapping[str, str], told: Callable[[str], None]) -> bool:
    changed = False
    for name in _PLAIN:
        for one in elements(top, name):
            before = text_of(one)
            if PLACE.search(before) and (after := filled_text(before, given, told)) != before:
                put_text(one, after)
                changed = True
    return changed
