r"""Our own text constructs as HTML that other programs show, and that `html.py` reads back as the same.

Mathematics is written between `\( \)` and `\[ \]`, as Moodle's filters know it. An empty element keeps apart what would be
read as one thing: a backslash and a bracket of the text, a block and the words right beside it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from question_bank.content import Content, Entries, Gap, Grid, Listing, Math, Medium, Node, Span, Words, joined, parse
from question_bank.phrase import Phrase, phrase

_APART = "<span></span>"
_TAGS = {"b": "b", "i": "i", "u": "u", "s": "s", "sub": "sub", "sup": "sup", "code": "code"}
_SIGNS = re.compile(r"\\(?=[(\[])|\$(?=\$)|\[(?=tex\])")
_BLOCKS = (Listing, Entries, Grid)

Address = Callable[[Medium], str]
"""The address a page finds a medium at; empty when the format cannot bring it."""


@dataclass(slots=True)
class HtmlWriter:
    """Writes the texts of one item; `lost` collects what could not be written."""

    address: Address
    gap: Callable[[str], str] = field(default=lambda name: "_____")
    guard: re.Pattern[str] | None = None  # what words of the text may not look like: they are taken apart there
    math: Callable[[str, bool], str] | None = (
        None  # HTML of a formula (LaTeX, on a line of its own) instead of LaTeX in signs
    )
    lost: dict[str, Phrase] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """An author's text as HTML."""
        return self.content(parse(text)[0])

    def content(self, content: Content) -> str:
        """Paragraphs for a text with blocks or empty lines in it, else one line with breaks."""
        nodes = joined(content)
        if any(isinstance(node, _BLOCKS) for node in nodes) or any(
            isinstance(node, Words) and "\n\n" in node.text for node in nodes
        ):
            return self._paragraphs(nodes)
        return self._line(nodes)

    def _paragraphs(self, nodes: Content) -> str:
        """Blocks between paragraphs. One line break between words and a block is what their edge means anyway."""
        written: list[str] = []
        inline: list[Node] = []
        for at, node in enumerate(nodes):
            if isinstance(node, _BLOCKS):
                written += [self._inline_paragraphs(inline), _edge(nodes, at), self._node(node), _edge(nodes, at + 1)]
                inline = []
            elif isinstance(node, Words):
                inline.append(Words(_inner(nodes, at)))
            else:
                inline.append(node)
        return "".join([*written, self._inline_paragraphs(inline)])

    def _inline_paragraphs(self, nodes: list[Node]) -> str:
        """Words with empty lines in them as paragraphs; other line breaks stay breaks."""
        parts: list[list[Node]] = [[]]
        for node in nodes:
            if not isinstance(node, Words):
                parts[-1].append(node)
                continue
            first, *others = node.text.split("\n\n")
            parts[-1].append(Words(first))
            parts += [[Words(other)] for other in others]
        texts = [self._line(joined(part)) for part in parts]
        return texts[0] if len(texts) == 1 else "".join(f"<p>{text}</p>" for text in texts)

    def _line(self, nodes: Content) -> str:
        written: list[str] = []
        for node in nodes:
            made = self._node(node)
            if written and made.startswith(("\\", "$")) and written[-1].endswith(("\\", "$")):
                written.append(_APART)
            written.append(made)
        return "".join(written)

    def _node(self, node: Node) -> str:
        match node:
            case Words(text=text):
                return self._apart(_escaped(text))
            case Span(kind=kind, inner=inner):
                made = self._line(joined(inner))
                first, last = made[:1] == " ", made[-1:] == " " and len(made) > 1
                made = ("&nbsp;" if first else "") + made[first : len(made) - last] + ("&nbsp;" if last else "")
                return f"<{_TAGS[kind]}>{made}</{_TAGS[kind]}>"
            case Math(tex=tex, display=display):
                return self._math(tex, display)
            case Medium():
                return self._medium(node)
            case Listing(text=text):
                return f"<pre>\n{self._apart(html.escape(text, quote=False))}\n</pre>"
            case Entries(numbered=numbered, entries=entries):
                tag = "ol" if numbered else "ul"
                return f"<{tag}>{''.join(f'<li>{self._line(joined(entry))}</li>' for entry in entries)}</{tag}>"
            case Grid(rows=rows):
                return f"<table>{''.join(self._row(row, not at) for at, row in enumerate(rows))}</table>"
            case Gap(name=name):
                return self.gap(name)

    def _apart(self, made: str) -> str:
        return self.guard.sub(lambda found: found[0][0] + _APART + found[0][1:], made) if self.guard else made

    def _row(self, cells: tuple[Content, ...], heading: bool) -> str:
        tag = "th" if heading else "td"
        return f"<tr>{''.join(f'<{tag}>{self._line(joined(cell))}</{tag}>' for cell in cells)}</tr>"

    def _math(self, tex: str, display: bool) -> str:
        if self.math:
            return self.math(tex, display)
        opening, closing = ("\\[", "\\]") if display else ("\\(", "\\)")
        if closing in tex or tex.endswith("\\"):
            self.lost["formula"] = phrase(
                "a formula cannot be written so that it is read again: %(formula)s", formula=tex[:60]
            )
            return _escaped(tex)
        return opening + html.escape(tex, quote=False) + closing

    def _medium(self, node: Medium) -> str:
        address = self.address(node)
        if not address:
            self.lost["medium"] = phrase("the format cannot bring the file “%(file)s”", file=node.name)
            return _escaped(node.label)
        source, label = html.escape(address), html.escape(node.label)
        if node.kind == "picture":
            return f'<img src="{source}" alt="{label}">'
        return f'<{node.kind} controls title="{label}"><source src="{source}"></{node.kind}>'


def plain_only(text: str) -> bool:
    """Whether a text is the same read as HTML as it is read plainly."""
    return not re.search(r"[<&\n\u00a0]|  |\\[(\[]|\$\$|\[tex\]|\{\{", text)


def _escaped(text: str) -> str:
    text = html.escape(text, quote=False).replace("\u00a0", "&nbsp;")
    text = _SIGNS.sub(lambda sign: sign[0] + _APART, text)
    return text.replace("\n", "<br>").replace("  ", " &nbsp;").replace("  ", " &nbsp;")


def _inner(nodes: Content, at: int) -> str:
    """Words without the line breaks beside a block, which `_edge` writes."""
    node = nodes[at]
    assert isinstance(node, Words)
    text = node.text
    if at > 0 and isinstance(nodes[at - 1], _BLOCKS):
        text = text.lstrip("\n")
    return text.rstrip("\n") if at + 1 < len(nodes) and isinstance(nodes[at + 1], _BLOCKS) else text


def _edge(nodes: Content, at: int) -> str:
    """What stands between the nodes before and at this place, one of which is a block: for one line break nothing."""
    if at in (0, len(nodes)):
        return ""
    before, after = nodes[at - 1], nodes[at]
    if isinstance(before, Words):
        if at > 1 and isinstance(nodes[at - 2], _BLOCKS) and not before.text.strip("\n"):
            return ""  # line breaks between two blocks were written behind the first
        lines, double = len(before.text) - len(before.text.rstrip("\n")), "<br><br>"
    elif isinstance(after, Words):
        lines, double = len(after.text) - len(after.text.lstrip("\n")), "<br>"
    else:
        return _APART
    return (_APART, "", double)[min(lines, 2)]
