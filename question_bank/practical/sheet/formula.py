"""Formulas as they stand in a file: cut into tokens, compared, moved, and asked what they use.

In OOXML a formula has English names and commas whatever the program speaks (ISO/IEC 29500-1 §18.17); a semicolon is read as
a comma all the same, because authors of rubrics write one. Nothing here calculates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from question_bank.practical.sheet.address import MOST_COLUMN, MOST_ROW, Area, area, letters, number
from question_bank.practical.sheet.texts import canon

MOST_FORMULA = 8192  # characters (Excel's own bound)
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<error>\#(?:N/A|[A-Z0-9]+[!?]))
    |(?P<sheet>'(?:[^']|'')+'!|(?:\[\d+\])?[\w.]+(?::[\w.]+)?!)
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[Ee][-+]?\d+)?(?![\w.:$]))
    |(?P<function>[^\W\d][\w.]*(?=\())
    |(?P<area>\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w.(])
        |\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(])|\$?\d{1,7}:\$?\d{1,7}(?!\w))
    |(?P<truth>(?:TRUE|FALSE)(?![\w.(]))
    |(?P<column>(?:[^\W\d][\w.]*)?\[(?:[^\[\]]|\[[^\[\]]*\])*\])
    |(?P<name>[^\W\d][\w.\\?]*)
    |(?P<operator><=|>=|<>|[-+*/^&=<>%@\#:])
    |(?P<comma>[,;])
    |(?P<open>\()|(?P<close>\))|(?P<array>[{}])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_PART = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([0-9]{1,7})?")
_NEW = re.compile(r"^_(?:xlfn|xlws|xludf)\.(?:_xlws\.)?|^com\.sun\.star\.sheet\.addin\.analysis\.get", re.IGNORECASE)


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    ERROR = "error"
    NUMBER = "number"
    FUNCTION = "function"
    AREA = "area"
    TRUTH = "truth"
    COLUMN = "column"  # of a table: `Table1[Số ngày]`
    NAME = "name"
    OPERATOR = "operator"
    COMMA = "comma"
    OPEN = "open"
    CLOSE = "close"
    ARRAY = "array"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a formula; `sheet` of a reference without its quotes."""

    kind: Kind
    text: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference of a formula, as written: `text` has its `$`, `sheet` is empty for the formula's own."""

    text: str
    sheet: str
    area: Area


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments, each as tokens."""

    name: str
    arguments: tuple[tuple[Token, ...], ...]


@lru_cache(maxsize=4096)
def tokens(formula: str) -> tuple[Token, ...]:
    """The words of a formula, with or without its `=`; what is beyond the bound is left out."""
    found: list[Token] = []
    sheet = ""
    for match in _TOKEN.finditer(formula[:MOST_FORMULA].strip().removeprefix("=")):
        kind, text = match.lastgroup, match[0]
        if kind == "space":
            continue
        if kind == "sheet":
            sheet = text[:-1].strip("'").replace("''", "'")
            continue
        found.append(Token(Kind(kind), text, sheet))
        sheet = ""
    return _plain_truths(found)


def _plain_truths(found: list[Token]) -> tuple[Token, ...]:
    """`FALSE()` is `FALSE`: programs write either."""
    made: list[Token] = []
    at = 0
    while at < len(found):
        one = found[at]
        ends = [other.kind for other in found[at + 1 : at + 3]] == [Kind.OPEN, Kind.CLOSE]
        if one.kind is Kind.FUNCTION and one.text.upper() in ("TRUE", "FALSE") and ends:
            made.append(Token(Kind.TRUTH, one.text.upper()))
            at += 3
        else:
            made.append(one)
            at += 1
    return tuple(made)


def function_name(text: str) -> str:
    """A function's name in capitals, without the marks of what was new once (`_xlfn.`)."""
    return _NEW.sub("", text).upper()


def functions(formula: str) -> tuple[str, ...]:
    """The functions a formula uses, each once, in order."""
    return tuple(dict.fromkeys(function_name(one.text) for one in tokens(formula) if one.kind is Kind.FUNCTION))


def references(formula: str) -> tuple[Reference, ...]:
    """The cells and areas a formula names."""
    found = ((one, area(one.text)) for one in tokens(formula) if one.kind is Kind.AREA)
    return tuple(Reference(one.text.upper(), one.sheet, where) for one, where in found if where is not None)


def names(formula: str) -> tuple[str, ...]:
    """The defined names and tables a formula uses."""
    said = (one for one in tokens(formula) if one.kind in (Kind.NAME, Kind.COLUMN))
    return tuple(dict.fromkeys(one.text.partition("[")[0] for one in said if one.text.partition("[")[0]))


def constants(formula: str) -> tuple[str, ...]:
    """The numbers written into a formula, as written."""
    return tuple(one.text for one in tokens(formula) if one.kind is Kind.NUMBER)


def calls(formula: str) -> Iterator[Call]:
    """Every function with its arguments, inner ones too."""
    stack: list[tuple[str, list[list[Token]]]] = []
    before: Token | None = None
    for one in tokens(formula):
        if one.kind is Kind.CLOSE and stack:
            name, given = stack.pop()
            if name:
                yield Call(name, tuple(tuple(part) for part in given) if given != [[]] else ())
        if one.kind is Kind.COMMA and stack:
            _into(stack[:-1], one)
            stack[-1][1].append([])
        else:
            _into(stack, one)
        if one.kind is Kind.OPEN:
            called = before is not None and before.kind is Kind.FUNCTION
            stack.append((function_name(before.text) if called and before else "", [[]]))
        before = one


def _into(stack: list[tuple[str, list[list[Token]]]], one: Token) -> None:
    for _, given in stack:
        given[-1].append(one)


def normal(formula: str, *, dollars: bool = False) -> str:
    """The form in which formulas that say the same are the same text; with `dollars`, `$B$1` and `B1` differ."""
    return "".join(_normal(one, dollars) for one in tokens(formula))


def _normal(one: Token, dollars: bool) -> str:
    match one.kind:
        case Kind.FUNCTION:
            return function_name(one.text)
        case Kind.AREA:
            text = one.text.upper() if dollars else one.text.upper().replace("$", "")
            return f"{canon(one.sheet)}!{text}" if one.sheet else text
        case Kind.NUMBER:
            return f"{float(one.text):.15g}"
        case Kind.TEXT:
            return f'"{canon(one.text[1:-1])}"'
        case Kind.COMMA:
            return ","
        case Kind.NAME | Kind.COLUMN:
            return canon(one.text).replace("[#this row],", "@").replace("[@[", "[@").replace("]]", "]")
        case _:
            return one.text.upper()


def relative(formula: str, row: int, column: int) -> str:
    """The formula as seen from its cell: equal for all cells of one that was filled down or right."""
    return "".join(_seen_from(one, row, column) for one in tokens(formula))


def _seen_from(one: Token, row: int, column: int) -> str:
    if one.kind is not Kind.AREA:
        return _normal(one, True)
    parts = (_part_from(part, row, column) for part in one.text.split(":"))
    return f"{canon(one.sheet)}!{':'.join(parts)}" if one.sheet else ":".join(parts)


def _part_from(text: str, row: int, column: int) -> str:
    found = _PART.fullmatch(text)
    assert found is not None
    fixed_column, word, fixed_row, digits = found.groups()
    if word is None:  # a whole row: its one mark stands where a column's would
        return f"R{digits}" if fixed_column or fixed_row else f"R[{int(digits) - row}]"
    across = f"C{word.upper()}" if fixed_column else f"C[{number(word) - column}]"
    if digits is None:
        return across
    return across + (f"R{digits}" if fixed_row else f"R[{int(digits) - row}]")


def moved(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads when filled so many rows down and columns right (shared formulas, ISO/IEC 29500-1 §18.3.1.40)."""
    return "".join(template_filled(template(formula), rows, columns))


Piece = str | tuple[str, ...]


@lru_cache(maxsize=4096)
def template(formula: str) -> tuple[Piece, ...]:
    """A formula cut into what stays and what moves."""
    found: list[Piece] = []
    for match in _TOKEN.finditer(formula[:MOST_FORMULA]):
        if match.lastgroup == "area":
            found.append(tuple(match[0].split(":")))
        else:
            found.append(match[0])
    return tuple(found)


def template_filled(pieces: Iterable[Piece], rows: int, columns: int) -> Iterator[str]:
    """The pieces of a template, moved."""
    for piece in pieces:
        yield piece if isinstance(piece, str) else ":".join(_part_moved(part, rows, columns) for part in piece)


def _part_moved(text: str, rows: int, columns: int) -> str:
    found = _PART.fullmatch(text)
    assert found is not None
    fixed_column, word, fixed_row, digits = found.groups()
    if word is None:
        return text if fixed_column or fixed_row else str(_wrapped(int(digits) + rows, MOST_ROW))
    across = word.upper() if fixed_column else letters(_wrapped(number(word) + columns, MOST_COLUMN))
    down = "" if digits is None else digits if fixed_row else str(_wrapped(int(digits) + rows, MOST_ROW))
    return f"{fixed_column}{across}{fixed_row}{down}"


def _wrapped(at: int, most: int) -> int:
    """Excel goes on at the other end of the sheet."""
    return (at - 1) % most + 1
