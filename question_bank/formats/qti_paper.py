"""Texts of an item as the XHTML of QTI 3.0: mathematics as MathML with its LaTeX beside it, files by their place in the package."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.canonical import JSON
from question_bank.content import Medium
from question_bank.formats.cloze_text import CLOSE, OPEN
from question_bank.formats.html_tree import VOID, Element, tree
from question_bank.formats.html_write import HtmlWriter
from question_bank.formats.xml_tree import writable
from question_bank.mathematics import NotMath, mathml
from question_bank.phrase import Phrase, phrase

MATHML = "http://www.w3.org/1998/Math/MathML"
_SPANS = {"u": "qti-underline", "s": "examroom-struck"}  # QTI has classes where HTML has tags
_SIGN = re.compile(f"{OPEN}([0-9]{{1,4}}){CLOSE}")


@dataclass(slots=True)
class Paper:
    """One document of a package being written. `used` are the files it names."""

    media: Mapping[str, bytes]
    losses: dict[str, Phrase] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)

    def text(self, text: str, gaps: Mapping[str, str] | None = None) -> str:
        """A text as XHTML; `gaps` gives the element that stands at each gap."""
        names = list(gaps or {})
        writer = HtmlWriter(
            self.address, lambda gap: f"{OPEN}{names.index(gap)}{CLOSE}" if gap in names else "_____", math=self._math
        )
        made = _inner(tree(writer.text(text)).root)
        self.losses |= writer.lost
        return _SIGN.sub(lambda found: (gaps or {})[names[int(found[1])]], made)

    def address(self, medium: Medium) -> str:
        """Where a file of the bank is, seen from an item."""
        if medium.name not in self.media:
            return ""
        self.used[medium.name] = None
        return f"../media/{medium.name}"

    def _math(self, tex: str, display: bool) -> str:
        made = mathml(tex, display)
        if isinstance(made, NotMath):
            self.losses["formula"] = phrase(
                "a formula cannot be written so that it is read again: %(formula)s", formula=tex[:60]
            )
            return html.escape(tex)
        inner = "".join(_mathml(one) for one in made[2:]) if isinstance(made, list) else ""
        annotation = f'<annotation encoding="application/x-tex">{html.escape(tex, quote=False)}</annotation>'
        shown = ' display="block"' if display else ""
        return f'<math xmlns="{MATHML}"{shown}><semantics><mrow>{inner}</mrow>{annotation}</semantics></math>'


def _mathml(node: JSON) -> str:
    if not isinstance(node, list):
        return html.escape(str(node), quote=False)
    name, attributes, *children = node
    written = (
        "".join(f' {key}="{quoted(value)}"' for key, value in attributes.items())
        if isinstance(attributes, dict)
        else ""
    )
    return f"<{name}{written}>{''.join(map(_mathml, children))}</{name}>"


def _inner(element: Element) -> str:
    return "".join(plain(one) if isinstance(one, str) else _element(one) for one in element.children)


def _element(element: Element) -> str:
    name, attributes = element.name, dict(element.attributes)
    if name in _SPANS:
        name, attributes = "span", {"class": _SPANS[name], **attributes}
    if name == "audio" or name == "video":
        attributes["controls"] = "controls"
    written = "".join(f' {key}="{quoted(value)}"' for key, value in attributes.items())
    if name in VOID:
        return f"<{name}{written}/>"
    inner = _inner(element)
    return f"<{name}{written}>{f'<tbody>{inner}</tbody>' if name == 'table' else inner}</{name}>"


def plain(text: object) -> str:
    """A text between tags."""
    return html.escape(writable(str(text)), quote=False)


def quoted(text: object) -> str:
    """A text inside an attribute's quotes, line ends too."""
    return html.escape(writable(str(text))).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def tag(name: str, inner: str = "", **attributes: object) -> str:
    """A `qti-` element; attributes `max_choices=1` are `max-choices="1"`, those that are None are left out."""
    written = "".join(
        f' {key.replace("_", "-")}="{quoted(value)}"' for key, value in attributes.items() if value is not None
    )
    return f"<qti-{name}{written}>{inner}</qti-{name}>" if inner else f"<qti-{name}{written}/>"


def truth(value: bool) -> str:
    """As XML writes it."""
    return "true" if value else "false"
