"""One question of a Moodle XML file being written: its texts with their files, and the elements they stand in."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from question_bank.content import Medium
from question_bank.formats.html_write import HtmlWriter
from question_bank.formats.moodle_asked import PLUGINFILE
from question_bank.formats.xml_tree import writable
from question_bank.phrase import Phrase

_LOOKS_LIKE_A_GAP = re.compile(r"\{(?=[0-9]*:[A-Z]|#)|\[(?=\[[0-9])")


@dataclass(slots=True)
class Paper:
    """One question being written: its texts with their files."""

    media: Mapping[str, bytes]
    losses: dict[str, Phrase] = field(default_factory=dict)

    def text(
        self, name: str, text: str, gaps: Mapping[str, str] | None = None, more: str = "", attributes: str = ""
    ) -> str:
        """An element with a text in HTML and the files it names; `gaps` gives what stands at each gap, `more` what follows."""
        used: dict[str, bytes] = {}

        def address(medium: Medium) -> str:
            if medium.name not in self.media:
                return ""
            used[medium.name] = self.media[medium.name]
            return f"{PLUGINFILE}/{medium.name}"

        writer = HtmlWriter(address, lambda gap: (gaps or {}).get(gap, "_____"), _LOOKS_LIKE_A_GAP if gaps else None)
        made = writer.text(text)
        self.losses |= writer.lost
        files = "".join(self.file(file, data) for file, data in used.items())
        return f'<{name} format="html"{attributes}>{inner_text(made)}{files}{more}</{name}>'

    def html(self, text: str) -> str:
        """A text in HTML that cannot have files."""
        writer = HtmlWriter(lambda _: "")
        made = writer.text(text)
        self.losses |= writer.lost
        return made

    @staticmethod
    def file(name: str, data: bytes) -> str:
        """A file inside the text."""
        return f'<file name="{html.escape(name)}" path="/" encoding="base64">{b64encode(data).decode()}</file>'


def inner_text(text: str) -> str:
    """`<text>` as Moodle writes it: in a CDATA section when there are signs in it."""
    text = writable(text)
    if not re.search(r"[<>&]", text):
        return f"<text>{text}</text>"
    return f"<text><![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]></text>"


def element(name: str, value: str | int | bool) -> str:
    """A field."""
    words = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{html.escape(writable(words), quote=False)}</{name}>"


def answer(percent: str, inner: str, more: str = "", form: str = "html") -> str:
    """An `<answer>`; `inner` is its `<text>` and files."""
    return f'<answer fraction="{percent}" format="{form}">{inner}<feedback format="html"><text></text></feedback>{more}</answer>'
