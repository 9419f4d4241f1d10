"""What of a text a Word file can show, without spaces: equal signatures are one text to a reader of the file. Pure.

Our own files keep the exact text beside the shown one. It counts only while both have one signature: who edits the file in
Word edits what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from question_bank.content import Content, Entries, Gap, Grid, Listing, Math, Medium, Node, Span, Words, walk
from question_bank.formats.omml_write import read_back

Token: TypeAlias = tuple[str, ...]


def signature(content: Content, written: bool) -> list[Token]:
    """Of a tree; `written` says that it is an author's, whose formulas are spelled as a file that we write gives them back."""
    return list(_tokens(content, (), "", written))


def _tokens(content: Sequence[Node], spans: tuple[str, ...], level: str, written: bool) -> Iterator[Token]:
    for node in content:
        match node:
            case Words(text=text):
                yield from _letters(text, spans, level)
            case Span(kind=kind, inner=inner):
                raised = kind in ("sub", "sup")
                more = spans if raised else tuple(sorted({*spans, kind}))
                yield from _tokens(inner, more, kind if raised else level, written)
            case Math(tex=tex, display=display):
                yield from _formula(tex, display, written)
            case Medium(kind=kind, label=label) if kind == "picture":
                yield ("picture", " ".join(label.split()))
            case Medium():
                yield from _letters(shown_medium(node), (), "")
            case Gap(name=name):
                yield from _letters(shown_gap(name), (), "")
            case Listing() | Entries() | Grid():
                yield from _block(node, written)


def _block(node: Listing | Entries | Grid, written: bool) -> Iterator[Token]:
    match node:
        case Listing(text=text):
            yield ("listing", "".join(text.split()))
        case Entries(numbered=numbered, entries=entries):
            for entry in entries:
                yield ("entry", str(numbered))
                yield from _tokens(entry, (), "", written)
        case Grid(rows=rows):
            for row in (row for row in rows if any(row)):
                yield ("row",)
                for cell in row:
                    yield ("cell",)
                    yield from _tokens(cell, (), "", written)


def _letters(text: str, spans: tuple[str, ...], level: str) -> Iterator[Token]:
    return ((character, *spans, level) for character in text if not character.isspace())


def _formula(tex: str, display: bool, written: bool) -> Iterator[Token]:
    spelled = read_back(tex, display) if written else tex
    if spelled is None:
        yield from _letters(tex, (), "")
    else:
        yield ("math", spelled, str(display))


def shown_gap(name: str) -> str:
    """A gap as the file shows it."""
    return f"[{name}]"


def shown_medium(node: Medium) -> str:
    """A recording as the file shows it: Word plays none."""
    return f"[{node.label}]"


def exact(visible: Content, kept: Content) -> Content | None:
    """The exact text with the names that its files have now; None when the file shows another text."""
    if signature(visible, written=False) != signature(kept, written=True):
        return None
    names = iter([node.name for node in walk(visible) if isinstance(node, Medium)])
    return _renamed(kept, names)


def _renamed(content: Content, names: Iterator[str]) -> Content:
    found: list[Node] = []
    for node in content:
        match node:
            case Medium(kind=kind, label=label) if kind == "picture":
                found.append(Medium(kind, next(names, node.name), label))
            case Span(kind=kind, inner=inner):
                found.append(Span(kind, _renamed(inner, names)))
            case Entries(numbered=numbered, entries=entries):
                found.append(Entries(numbered, tuple(_renamed(entry, names) for entry in entries)))
            case Grid(rows=rows):
                found.append(Grid(tuple(tuple(_renamed(cell, names) for cell in row) for row in rows)))
            case _:
                found.append(node)
    return tuple(found)
