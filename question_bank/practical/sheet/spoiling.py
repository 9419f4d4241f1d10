"""What the mutations of workbook checks have in common: which cells a check looks at, and edits of those alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from xml.dom.minidom import Element

from question_bank.practical.catalogue import Request
from question_bank.practical.mutants import add_element, elements, put_attribute, take_out
from question_bank.practical.sheet.anchors import Target, locate, sheets_of
from question_bank.practical.sheet.cells import Cell, Sheet, Value
from question_bank.practical.sheet.edits import Edited, add_style_part, drop, put_formula, put_value, restyle
from question_bank.practical.sheet.workbook import Workbook, open_model

SPOILT = 7919.0  # added to a number: no tolerance is so wide


def sheets_looked_at(book: Workbook, request: Request) -> list[Sheet]:
    """The sheets a check is about."""
    if request.refs is not None:
        return [one.sheet for one in request.refs if isinstance(one, Target)]
    return sheets_of(book, request.select)[0]


def spoil_sheet(data: bytes, request: Request, edit: Callable[[Element], object]) -> bytes | None:
    """Change the first sheet that a check is about and in which `edit` finds something to change."""
    edited = Edited.open(data)
    for sheet in sheets_looked_at(open_model(data), request):
        top = edited.sheet(sheet.name)
        if top is not None and edit(top):
            return edited.saved()
    return None


def drop_from_sheet(*names: str) -> Callable[[bytes, Request], bytes | None]:
    """A mutation that takes all elements of these names from the sheet."""
    return lambda data, request: spoil_sheet(data, request, lambda top: drop(top, *names))


def put_on_sheet(name: str, values: Mapping[str, str]) -> Callable[[bytes, Request], bytes | None]:
    """A mutation that gives the sheet's elements of a name other attributes."""

    def edit(top: Element) -> bool:
        found = list(elements(top, name))
        for one in found:
            for key, value in values.items():
                put_attribute(one, key, value)
        return bool(found)

    return lambda data, request: spoil_sheet(data, request, edit)


def targets_in(data: bytes, request: Request) -> tuple[Target, ...]:
    """The places a check looks at in this file."""
    return locate(open_model(data), request).targets


Pick = Callable[[Sheet, Cell], bool]


def first_cell(targets: Iterable[Target], pick: Pick | None = None) -> tuple[Sheet, Cell] | None:
    """The first cell that fits; without `pick` the first that holds something, else the first."""
    listed = [(one.sheet, cell) for one in targets for cell in one.cells()]
    if pick is not None:
        return next((one for one in listed if pick(*one)), None)
    return next((one for one in listed if not one[1].is_empty), listed[0] if listed else None)


def spoil_cell(data: bytes, request: Request, change: Callable[[Element, Sheet, Cell], object], pick: Pick | None = None) -> bytes | None:  # fmt: skip
    """Change one cell that a check looks at."""
    found = first_cell(targets_in(data, request), pick)
    if found is None:
        return None
    edited = Edited.open(data)
    element = edited.cell(found[0].name, found[1].row, found[1].column)
    if element is None:
        return None
    change(element, *found)
    return edited.saved()


def other_value(element: Element, _sheet: Sheet, cell: Cell) -> None:
    """Another value than the cell has; a formula is gone."""
    put_value(element, other(cell.value))


def other(value: Value) -> Value:
    """A value of the same kind that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value + SPOILT
    return f"{value or ''} (?)"


def frozen(element: Element, _sheet: Sheet, cell: Cell) -> None:
    """The value that the formula came to, typed."""
    put_value(element, cell.value if cell.value is not None else 0.0)


def as_text(element: Element, _sheet: Sheet, cell: Cell) -> None:
    """The number as a text."""
    put_value(element, cell.text)


def reformulated(change: Callable[[str], str]) -> Callable[[Element, Sheet, Cell], None]:
    """Another formula in place of the cell's own."""
    return lambda element, _sheet, cell: put_formula(element, change(cell.formula))


def spoil_look(
    data: bytes, request: Request, change: Callable[[Element, Element], None], pick: Pick | None = None
) -> bytes | None:
    """Change how one cell looks that a check looks at."""
    found = first_cell(targets_in(data, request), pick)
    if found is None:
        return None
    edited = Edited.open(data)
    merged = found[0].merged(found[1].row, found[1].column)
    return edited.saved() if restyle(edited, found[0].name, list(merged.places())[:500], change) else None


def with_part(table: str, key: str, apply: str, children: Mapping[str, Mapping[str, str]]) -> Callable[[Element, Element], None]:  # fmt: skip
    """A change of a look: another font, fill or border."""

    def change(top: Element, own: Element) -> None:
        put_attribute(own, key, str(add_style_part(top, table, None, children)))
        put_attribute(own, apply, "1")

    return change


def with_child(name: str, values: Mapping[str, str]) -> Callable[[Element, Element], None]:
    """A change of a look: other alignment or protection."""

    def change(_top: Element, own: Element) -> None:
        for one in elements(own, name):
            take_out(one)
        add_element(own, name, values, first=name == "alignment")

    return change
