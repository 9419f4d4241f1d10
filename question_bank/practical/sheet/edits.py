"""Edits of a workbook's parts: values, formulas and looks of some cells, everything else as it was (what-if, mutants)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from xml.dom.minidom import Element

from question_bank.formats.office_package import OfficePackage
from question_bank.practical.mutants import (
    add_element,
    attribute,
    elements,
    package_parts,
    parse_tree,
    put_attribute,
    put_text,
    take_out,
    with_parts,
    write_tree,
)  # fmt: skip
from question_bank.practical.sheet.address import letters, place
from question_bank.practical.sheet.cells import Value

STYLES = "styles"


@dataclass(slots=True)
class Edited:
    """A workbook being changed: trees of parts that are touched, and which part each sheet is."""

    data: bytes
    main: str
    sheets: dict[str, str]
    parts: dict[str, bytes]
    trees: dict[str, Element] = field(default_factory=dict)
    _rows: dict[str, dict[int, Element]] = field(default_factory=dict)

    @classmethod
    def open(cls, data: bytes) -> Edited:
        """Raises UnreadableFileError."""
        package = OfficePackage.open(data)
        main = package.main_part()
        top, relations = package.xml(main), package.relations(main)
        owner = top.child("x:sheets") if top else None
        sheets: dict[str, str] = {}
        for node in owner.all("x:sheet") if owner else ():
            if (found := relations.get(node.get("r:id"))) is not None:
                sheets[node.get("name")] = found.target
        return cls(data, main, sheets, package_parts(data))

    def tree(self, part: str) -> Element | None:
        """The tree of a part, changed in place; None where the file has no such part."""
        if part not in self.trees:
            if part not in self.parts:
                return None
            self.trees[part] = parse_tree(self.parts[part])
        return self.trees[part]

    def sheet(self, name: str) -> Element | None:
        """The tree of a sheet."""
        return self.tree(self.sheets.get(name, ""))

    def related(self, part: str, kind: str) -> str:
        """The part of a kind that another names."""
        return OfficePackage.open(self.data).related(part, kind)

    def saved(self) -> bytes:
        """The file with everything that was changed."""
        return with_parts(self.data, {name: write_tree(tree) for name, tree in self.trees.items()})

    def cell(self, sheet: str, row: int, column: int) -> Element | None:
        """The element of a cell, made where the file has none; None for a sheet that is not there."""
        top = self.sheet(sheet)
        data = next(elements(top, "sheetData"), None) if top is not None else None
        if data is None:
            return None
        if sheet not in self._rows:
            self._rows[sheet] = _numbered(data)
        rows = self._rows[sheet]
        if row not in rows:
            made = add_element(data, "row", {"r": str(row)})
            after = next((other for number, other in sorted(rows.items()) if number > row), None)
            data.insertBefore(made, after)
            rows[row] = made
        return _cell_of(rows[row], row, column)


def _numbered(data: Element) -> dict[int, Element]:
    found: dict[int, Element] = {}
    number = 0
    for row in elements(data, "row"):
        said = attribute(row, "r") or ""
        number = int(said) if said.isdigit() else number + 1
        row.setAttribute("r", str(number))
        found[number] = row
        at = 0
        for cell in elements(row, "c"):
            where = place(attribute(cell, "r") or "")
            at = where[1] if where else at + 1
            cell.setAttribute("r", f"{letters(at)}{number}")
    return found


def _cell_of(row: Element, number: int, column: int) -> Element:
    after: Element | None = None
    for cell in elements(row, "c"):
        where = place(attribute(cell, "r") or "")
        if where == (number, column):
            return cell
        if where is not None and where[1] > column and after is None:
            after = cell
    made = add_element(row, "c", {"r": f"{letters(column)}{number}"})
    row.insertBefore(made, after)
    return made


def put_value(cell: Element, value: Value) -> None:
    """Make a cell hold a typed value; its look stays."""
    for child in list(cell.childNodes):
        cell.removeChild(child)
    put_attribute(cell, "t", None)
    if value is None:
        return
    if isinstance(value, bool):
        put_attribute(cell, "t", "b")
        put_text(add_element(cell, "v"), str(int(value)))
    elif isinstance(value, float):
        put_text(add_element(cell, "v"), repr(value))
    else:
        put_attribute(cell, "t", "inlineStr")
        put_text(add_element(add_element(cell, "is"), "t"), value)


def put_formula(cell: Element, formula: str) -> None:
    """Make a cell calculate; without its `=`."""
    put_value(cell, None)
    put_text(add_element(cell, "f"), formula)


def without_caches(edited: Edited) -> None:
    """Take the kept values of all formulas away, so that whoever opens the file must calculate."""
    for part in edited.sheets.values():
        top = edited.tree(part)
        for formula in elements(top, "f") if top is not None else ():
            owner = formula.parentNode
            assert isinstance(owner, Element)
            put_attribute(owner, "t", None)
            for child in list(owner.childNodes):
                if isinstance(child, Element) and child.localName in ("v", "is"):
                    owner.removeChild(child)


Change = Callable[[Element, Element], None]  # the styles' tree, the cell's own `xf` in it


def restyle(edited: Edited, sheet: str, places: Iterable[tuple[int, int]], change: Change) -> bool:
    """Give some cells a look of their own; false where the file has no styles."""
    top = edited.tree(edited.related(edited.main, STYLES))
    owner = next(elements(top, "cellXfs"), None) if top is not None else None
    if top is None or owner is None:
        return False
    made: dict[int, int] = {}
    for row, column in places:
        cell = edited.cell(sheet, row, column)
        if cell is None:
            return False
        said = attribute(cell, "s") or "0"
        if int(said) not in made:
            made[int(said)] = _variant(top, owner, int(said), change)
        put_attribute(cell, "s", str(made[int(said)]))
    return bool(made)


def _variant(top: Element, owner: Element, at: int, change: Change) -> int:
    listed = list(elements(owner, "xf"))
    copy = listed[min(at, len(listed) - 1)].cloneNode(True)
    assert isinstance(copy, Element)
    owner.appendChild(copy)
    change(top, copy)
    put_attribute(owner, "count", str(len(listed) + 1))
    return len(listed)


def add_style_part(top: Element, table: str, attributes: Mapping[str, str] | None, children: Mapping[str, Mapping[str, str]]) -> int:  # fmt: skip
    """A new entry of `fonts`, `fills`, `borders` or `numFmts`; its number."""
    owner = next(elements(top, table), None)
    if owner is None:
        owner = add_element(top, table, first=True)
    names = {"fonts": "font", "fills": "fill", "borders": "border", "numFmts": "numFmt"}
    number = len(list(elements(owner, names[table])))
    made = add_element(owner, names[table], attributes)
    for name, values in children.items():
        add_element(made, name, values)
    put_attribute(owner, "count", str(number + 1))
    return number


def add_after(sibling: Element, name: str, attributes: Mapping[str, str] | None = None) -> Element:
    """A new element right behind another."""
    parent = sibling.parentNode
    assert isinstance(parent, Element)
    made = add_element(parent, name, attributes)
    if isinstance(sibling.nextSibling, Element):
        parent.insertBefore(made, sibling.nextSibling)
    return made


def drop(top: Element | None, *names: str) -> bool:
    """Take all elements of these names out of a tree."""
    found = [one for name in names for one in elements(top, name)] if top is not None else []
    for one in found:
        take_out(one)
    return bool(found)
