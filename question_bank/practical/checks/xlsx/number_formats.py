"""How numbers and days are shown."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical.arguments import choices, text, truth, whole
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, quoted
from question_bank.practical.mutants import put_attribute
from question_bank.practical.sheet.anchors import CELLS, Target, each
from question_bank.practical.sheet.aspects import aspect
from question_bank.practical.sheet.cells import Cell
from question_bank.practical.sheet.number_format import NumberFormat
from question_bank.practical.sheet.spoiling import spoil_look
from question_bank.practical.sheet.words import truth_words
from question_bank.practical.sheet.workbook import Workbook

_KINDS = {
    "general": phrase("general"), "number": phrase("number"), "percent": phrase("percent"), "currency": phrase("currency"),
    "date": phrase("day"), "time": phrase("time"), "datetime": phrase("day and time"), "text": phrase("text"),
    "scientific": phrase("with an exponent"), "fraction": phrase("fraction"),
}  # fmt: skip
KIND = choices("kind", phrase("what it is shown as"), _KINDS)
DECIMALS = whole("decimals", phrase("decimals"))
THOUSANDS = truth("thousands", phrase("thousands are set apart"))
SYMBOL = text("symbol", phrase("sign of the currency"))
ORDER = text("order", phrase("order of a day's parts, like dmy"))
FOUR = truth("four_digit_year", phrase("years with four digits"))
CODE = text("code", phrase("the code of the format"))
_CURRENCIES = {"đ": "₫", "d": "₫", "đồng": "₫", "vnd": "₫", "vnđ": "₫", "usd": "$", "eur": "€"}


def _general(_top: Element, own: Element) -> None:
    put_attribute(own, "numFmtId", "11")
    put_attribute(own, "applyNumberFormat", "1")


@check(
    "xlsx.number_format", phrase("How numbers and days are shown"), "IU04", select=CELLS,
    expect=(KIND, DECIMALS, THOUSANDS, SYMBOL, ORDER, FOUR, CODE),
    mutation=lambda data, request: spoil_look(data, request, _general),
)  # fmt: skip
def number_format(book: Workbook, request: Request) -> Outcome:
    """By what the format means, not by its letters. A day in the order of the reader's computer has every order."""
    expect = request.expect

    def judge(target: Target) -> Iterator[Finding]:
        cells = target.filled()

        def of(cell: Cell) -> NumberFormat:
            return target.sheet.look(cell).number_format

        def code(cell: Cell) -> Words:
            return quoted(of(cell).code.lstrip("*"))

        if kinds := expect[KIND]:
            expected: Words = _KINDS[kinds[0]]
            yield aspect(target, cells, phrase("kind of format"), expected, lambda cell: of(cell).kind in kinds, code)
        if (places := expect[DECIMALS]) is not None:
            yield aspect(target, cells, phrase("decimals"), str(places), lambda cell: of(cell).decimals == places, code)
        if (apart := expect[THOUSANDS]) is not None:
            yield aspect(target, cells, phrase("thousands set apart"), truth_words(apart), lambda cell: of(cell).thousands == apart, code)  # fmt: skip
        if (sign := expect[SYMBOL]) is not None:
            yield aspect(target, cells, phrase("sign of the currency"), quoted(sign), lambda cell: _currency(of(cell).symbol) == _currency(sign), code)  # fmt: skip
        if (order := expect[ORDER]) is not None:
            yield aspect(target, cells, phrase("order of day, month, year"), order, lambda cell: of(cell).order in (order, "*"), code)  # fmt: skip
        if expect[FOUR]:
            yield aspect(
                target, cells, phrase("years with four digits"), truth_words(True), lambda cell: _four(of(cell)), code
            )
        if (said := expect[CODE]) is not None:
            yield aspect(
                target, cells, phrase("format"), quoted(said), lambda cell: _plain(of(cell).code) == _plain(said), code
            )

    return each(book, request, judge)


def _currency(sign: str) -> str:
    return _CURRENCIES.get(sign.strip().lower(), sign.strip().lower())


def _four(found: NumberFormat) -> bool:
    return found.order == "*" or ("y" in found.order and found.widths[found.order.index("y")] == 4)


def _plain(code: str) -> str:
    return code.replace("\\", "").replace('"', "").replace(" ", "").lower().removesuffix(";@")
