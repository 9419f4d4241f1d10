"""Text as a Word file looks: characters with their effective looks, and things (pictures, formulas, tables) among them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

THING = "\ufffc"  # stands in the text where a thing is


@dataclass(frozen=True, slots=True)
class Look:
    """How characters look in the end, whatever style or direct formatting it came from.

    `colour` and `shade` are six hex digits, empty for none or automatic; `style` names the character style.
    """

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    colour: str = ""
    highlight: str = ""
    shade: str = ""
    boxed: bool = False
    level: str = ""  # "sub" or "sup"
    link: bool = False
    auto: bool = False  # made by automatic numbering, not typed
    mono: bool = False  # in a font whose letters are all of one width
    style: str = ""


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by the name of its part. `crop` is what is cut off left, top, right, bottom, in thousandths of a percent."""

    part: str
    alt: str = ""
    floating: bool = False
    crop: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics as LaTeX; `lost` names parts that could not be taken over."""

    tex: str
    display: bool = False
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation made by a program of its own (MathType, Equation Editor), and the part that shows it as a picture."""

    part: str
    preview: str
    program: str


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that no text can hold: a chart, a drawing, an embedded file. `what` is a word of docx_messages."""

    what: str


@dataclass(frozen=True, slots=True)
class TableThing:
    """A table that is part of a text."""

    rows: tuple[tuple[tuple[Rich, ...], ...], ...]  # rows of cells of lines


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list with dots or numbers; neighbouring ones are one list."""

    numbered: bool
    rich: Rich


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines kept as typed."""

    text: str


Thing: TypeAlias = "Picture | Formula | Equation | Missing | TableThing | Entry | Verbatim"


@dataclass(frozen=True, slots=True)
class Rich:
    """Text with a look for each character; `things` are by their place in the text."""

    text: str = ""
    looks: tuple[Look, ...] = ()
    things: Mapping[int, Thing] = field(default_factory=dict)

    def cut(self, start: int, end: int | None = None) -> Rich:
        """The part from `start` to before `end`."""
        stop = len(self.text) if end is None else min(end, len(self.text))
        things = {at - start: thing for at, thing in self.things.items() if start <= at < stop} if self.things else {}
        return Rich(self.text[start:stop], self.looks[start:stop], things)

    def strip(self) -> Rich:
        """Without white space at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))

    def lines(self) -> list[Rich]:
        """Split at line breaks."""
        found: list[Rich] = []
        start = 0
        while (at := self.text.find("\n", start)) >= 0:
            found.append(self.cut(start, at))
            start = at + 1
        return [*found, self.cut(start)]

    def look(self, at: int) -> Look:
        """Of one character."""
        return self.looks[at] if 0 <= at < len(self.looks) else PLAIN

    def plain(self) -> str:
        """The text for reading: formulas as LaTeX, pictures and other things in brackets."""
        return "".join(
            _said(self.things.get(at)) if character == THING else character for at, character in enumerate(self.text)
        )

    def everything(self) -> list[Thing]:
        """The things in reading order, also those in tables."""
        found: list[Thing] = []
        for _, thing in sorted(self.things.items()):
            found.append(thing)
            if isinstance(thing, Entry):
                found += thing.rich.everything()
            elif isinstance(thing, TableThing):
                found += [inner for row in thing.rows for cell in row for line in cell for inner in line.everything()]
        return found


def join(parts: Iterable[Rich], between: str = "") -> Rich:
    """One text of several, with plain characters between."""
    text: list[str] = []
    looks: list[Look] = []
    things: dict[int, Thing] = {}
    size = 0
    for number, part in enumerate(parts):
        if number and between:
            text.append(between)
            looks += [PLAIN] * len(between)
            size += len(between)
        text.append(part.text)
        looks += part.looks
        things.update({at + size: thing for at, thing in part.things.items()})
        size += len(part.text)
    return Rich("".join(text), tuple(looks), things)


def typed(text: str, look: Look = PLAIN) -> Rich:
    """A text of one look."""
    return Rich(text, (look,) * len(text))


def of_thing(thing: Thing, look: Look = PLAIN) -> Rich:
    """A text that is one thing."""
    return Rich(THING, (look,), {0: thing})


def relooked(rich: Rich, looks: Sequence[Look]) -> Rich:
    """The same text with other looks."""
    return replace(rich, looks=tuple(looks))


def _said(thing: Thing | None) -> str:
    match thing:
        case Formula(tex=tex):
            return f" {tex} "
        case Picture(alt=alt):
            return f"[{alt[:60] or 'hình'}]"
        case TableThing(rows=rows):
            return (
                "\n"
                + "\n".join(" | ".join(" ".join(line.plain() for line in cell) for cell in row) for row in rows)
                + "\n"
            )
        case Entry(rich=rich):
            return f"• {rich.plain()}"
        case Verbatim(text=text):
            return text
        case _:
            return "[…]"
