"""Notes, links, protection, scenarios, and links to other files."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import text, texts, truth
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import NONE, Finding, Outcome, judged, quoted
from question_bank.practical.mutants import (
    add_element,
    edit_tree,
    edit_trees,
    elements,
    put_attribute,
    put_text,
    take_out,
)
from question_bank.practical.sheet.address import apart, area
from question_bank.practical.sheet.anchors import CELLS, SHEETS, Target, each, each_sheet
from question_bank.practical.sheet.aspects import aspect
from question_bank.practical.sheet.cells import Cell, Sheet
from question_bank.practical.sheet.edits import add_after
from question_bank.practical.sheet.spoiling import drop_from_sheet, spoil_look, spoil_sheet, with_child
from question_bank.practical.sheet.texts import canon
from question_bank.practical.sheet.words import NOTHING, joined, sheet_words, truth_words
from question_bank.practical.sheet.workbook import Workbook

WORDS = text("text", phrase("words of the note"))
TARGET = text("target", phrase("the address a link leads to"))
PLACE = text("place", phrase("the place of the workbook a link leads to"))
PROTECTED = truth("protected", phrase("protected"), default=True)
PASSWORD = truth("password", phrase("with a password"))
LOCKED = truth("locked", phrase("locked"), required=True)
HIDDEN = truth("formula_hidden", phrase("the formula is hidden"))
SCENARIOS = texts("names", phrase("names of scenarios"), required=True)
INPUT = text("input", phrase("a cell that the scenario changes"))


def _mute(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        found = list(elements(top, "comment"))
        for one in found:
            take_out(one)
        return bool(found)

    return edit_trees(data, r"xl/(?:worksheets/)?(?:comments/?)[^/]*\.xml", edit)


@check("xlsx.comment", phrase("A note on a cell"), "IU04", select=CELLS, expect=(WORDS,), mutation=_mute)
def comment(book: Workbook, request: Request) -> Outcome:
    """Some note in the place has these words; any note without."""
    wanted = request.expect[WORDS] or ""

    def judge(target: Target) -> Iterator[Finding]:
        found = [one.text for one in book.comments.get(target.sheet.name, ()) if one.area.within(target.area)]
        right = any(canon(wanted) in canon(one) for one in found)
        yield judged(
            phrase("note on a cell"),
            right,
            quoted(wanted) if wanted else phrase("a note"),
            quoted(found[0]) if found else NOTHING,
            target.words,
        )

    return each(book, request, judge)


@check(
    "xlsx.hyperlink",
    phrase("A link on a cell"),
    "IU04",
    select=CELLS,
    expect=(TARGET, PLACE),
    mutation=drop_from_sheet("hyperlinks"),
)
def hyperlink(book: Workbook, request: Request) -> Outcome:
    """To an address outside (a slash at its end and capitals of the name say nothing), or to a place of the workbook; also by HYPERLINK()."""
    address, inside = request.expect[TARGET], request.expect[PLACE]

    def judge(target: Target) -> Iterator[Finding]:
        links = [(one.target, one.location) for one in target.sheet.parts.links if one.area.within(target.area)]
        links += [_called(cell) for cell in target.cells() if "HYPERLINK(" in cell.formula.upper()]
        shown = joined(one or other for one, other in links) or NOTHING
        if address is not None:
            yield judged(
                phrase("address of the link"),
                any(_same(one, address) for one, _ in links),
                address,
                shown,
                target.words,
            )
        if inside is not None:
            wanted = book.resolve(inside, target.sheet.name)
            right = wanted is not None and any(_place(book, target, other) == wanted for _, other in links)
            yield judged(phrase("place the link leads to"), right, inside, shown, target.words)
        if address is None and inside is None:
            yield judged(phrase("link"), bool(links), phrase("a link"), shown, target.words)

    return each(book, request, judge)


def _called(cell: Cell) -> tuple[str, str]:
    said = cell.formula.partition('"')[2].partition('"')[0]
    return ("", said[1:]) if said.startswith("#") else (said, "")


def _same(one: str, other: str) -> bool:
    return one.strip().rstrip("/").lower() == other.strip().rstrip("/").lower()


def _place(book: Workbook, target: Target, location: str) -> object:
    """LibreOffice writes a point between sheet and cell in some files."""
    location = location.removeprefix("#").replace("$", "")
    if "!" not in location and "." in location and area(apart(location)[1]) is None:
        sheet, _, cells = location.rpartition(".")
        location = f"'{sheet.strip(chr(39))}'!{cells}"
    return book.resolve(location, target.sheet.name)


def _unprotect(top: Element, request: Request) -> bool:
    if request.expect[PROTECTED] is False:
        for data in elements(top, "sheetData"):
            add_after(data, "sheetProtection", {"sheet": "1"})
            return True
        return False
    found = list(elements(top, "sheetProtection"))
    for one in found:
        take_out(one)
    return bool(found)


@check(
    "xlsx.protection", phrase("A sheet is protected"), "IU08", select=SHEETS, expect=(PROTECTED, PASSWORD),
    mutation=lambda data, request: spoil_sheet(data, request, lambda top: _unprotect(top, request)),
)  # fmt: skip
def protection(book: Workbook, request: Request) -> Outcome:
    """With a password only where it is asked for; which one cannot be told."""

    def judge(sheet: Sheet) -> Iterator[Finding]:
        wanted, guard = request.expect[PROTECTED] is not False, sheet.parts.protection
        yield judged(phrase("protected"), sheet.parts.protected == wanted, truth_words(wanted), truth_words(sheet.parts.protected), sheet_words(sheet))  # fmt: skip
        if (secret := request.expect[PASSWORD]) is not None:
            there = bool(guard.get("password") or guard.get("hashValue"))
            yield judged(
                phrase("with a password"), there == secret, truth_words(secret), truth_words(there), sheet_words(sheet)
            )

    return each_sheet(book, request, judge)


@check(
    "xlsx.locked", phrase("Cells that protection locks"), "IU08", select=CELLS, expect=(LOCKED, HIDDEN),
    mutation=lambda data, request: spoil_look(data, request, with_child("protection", {"locked": "0" if request.expect[LOCKED] else "1", "hidden": "0" if request.expect[HIDDEN] else "1"})),
)  # fmt: skip
def locked(book: Workbook, request: Request) -> Outcome:
    """What a protected sheet lets people change, whether or not it is protected now."""
    wanted, concealed = bool(request.expect[LOCKED]), request.expect[HIDDEN]

    def judge(target: Target) -> Iterator[Finding]:
        cells = list(target.cells())
        yield aspect(target, cells, phrase("locked"), truth_words(wanted), lambda cell: target.sheet.look(cell).locked == wanted, lambda cell: truth_words(target.sheet.look(cell).locked))  # fmt: skip
        if concealed is not None:
            yield aspect(target, cells, phrase("formula hidden"), truth_words(concealed), lambda cell: target.sheet.look(cell).hidden_formula == concealed, lambda cell: truth_words(target.sheet.look(cell).hidden_formula))  # fmt: skip

    return each(book, request, judge)


def _unlock_structure(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        found = list(elements(top, "workbookProtection"))
        for one in found:
            put_attribute(one, "lockStructure", "0")
        return bool(found)

    return edit_tree(data, "xl/workbook.xml", edit)


@check("xlsx.structure", phrase("The workbook's structure is protected"), "IU08", mutation=_unlock_structure)
def structure(book: Workbook, request: Request) -> Outcome:
    """Sheets can be neither added nor moved nor renamed."""
    found = book.structure_locked
    return Outcome.of(
        [judged(phrase("structure protected"), found, truth_words(True), truth_words(found), phrase("the whole file"))]
    )


@check(
    "xlsx.scenario",
    phrase("Scenarios"),
    "IU08",
    select=SHEETS,
    expect=(SCENARIOS, INPUT),
    mutation=drop_from_sheet("scenarios"),
)
def scenario(book: Workbook, request: Request) -> Outcome:
    """Each name is there, and changes the cell asked for."""
    cell = area(request.expect[INPUT] or "")

    def judge(sheet: Sheet) -> Iterator[Finding]:
        there = {canon(one.name): one for one in sheet.parts.scenarios}
        for name in request.expect[SCENARIOS]:
            found = there.get(canon(name))
            yield judged(phrase("scenario"), found is not None, quoted(name), joined(one.name for one in there.values()) or NOTHING, sheet_words(sheet))  # fmt: skip
            if cell is not None:
                inputs = [
                    where.words()
                    for where, _ in ((area(at), value) for at, value in (found.inputs if found else ()))
                    if where
                ]
                yield judged(phrase("cell that the scenario changes"), cell.words() in inputs, cell.words(), joined(inputs) or NOTHING, sheet_words(sheet))  # fmt: skip

    return each_sheet(book, request, judge)


def _linked(data: bytes, request: Request) -> bytes | None:
    def edit(top: Element) -> bool:
        for one in elements(top, "definedNames"):
            put_text(add_element(one, "definedName", {"name": "ngoai"}), "[1]Sheet1!$A$1")
            return True
        for one in elements(top, "sheets"):
            put_text(add_element(add_after(one, "definedNames"), "definedName", {"name": "ngoai"}), "[1]Sheet1!$A$1")
            return True
        return False

    return edit_tree(data, "xl/workbook.xml", edit)


@check("xlsx.no_external_links", phrase("Nothing is taken from other files"), "IU08", mutation=_linked)
def no_external_links(book: Workbook, request: Request) -> Outcome:
    """No link to another workbook, in no part, formula or name."""
    found = list(book.external)
    found += [
        f"{sheet.name}: ={cell.formula}"
        for sheet in book.sheets
        for cell in sheet.cells()
        if cell.has_formula and _leads_out(cell.formula)
    ]
    found += [f"{one.name}: {one.formula}" for one in book.names if _leads_out(one.formula)]
    if not found:
        return Outcome.of([judged(phrase("links to other files"), True, NOTHING, NOTHING, phrase("the whole file"))])
    return Outcome.of(
        Finding(phrase("links to other files"), NONE, NOTHING, quoted(one), phrase("the whole file")) for one in found
    )


def _leads_out(formula: str) -> bool:
    """A number in brackets before a sheet's name, or the whole address of a file."""
    return any(mark in formula for mark in ("[1]", "[2]", "[3]", "'file:", "file://")) and "!" in formula
