"""Bodies of QTI as HTML for the shared reader: what is QTI's own is taken out or replaced, files are found inside the package.

What candidates do not see at first (feedback, rubrics for markers) is put aside. Nothing outside the file handed in is ever opened.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from question_bank.content import Medium
from question_bank.formats.attachments import Attachments
from question_bank.formats.cloze_text import CLOSE, OPEN
from question_bank.formats.drafts import Draft
from question_bank.formats.html_text import nothing_found
from question_bank.formats.html_tree import KNOWN, VOID
from question_bank.formats.lined_tree import Node
from question_bank.formats.qti_tree import Room, elements, read_document, words
from question_bank.phrase import phrase

FEEDBACK = frozenset({"feedbackInline", "feedbackBlock", "modalFeedback", "testFeedback"})
_TEMPLATES = frozenset({"templateInline", "templateBlock", "templateBlockFeedback", "templateInlineFeedback"})
# Wrappers that say nothing of their own.
_PLAIN = frozenset(
    [
        "prompt",
        "contentBody",
        "simpleChoice",
        "simpleAssociableChoice",
        "gapText",
        "gapImg",
        "inlineChoice",
        "hottext",
        "itemBody",
        "stimulusBody",
        "infoControl",
        "assessmentStimulus",
        "rubricBlock",
        "speak",
        "p",
        "s",
        "emphasis",
    ]
)
_SILENT = frozenset(
    [
        "stylesheet",
        "catalogInfo",
        "catalog",
        "companionMaterialsInfo",
        "endAttemptInteraction",
        "title",
        "head",
        "link",
        "meta",
    ]
)
_RUBY = frozenset({"ruby", "rb", "rt", "rp", "rtc"})
_CLASSES = {"qti-underline": "u", "qti-bold": "b", "qti-italic": "i", "examroom-struck": "s"}
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_MOST_INSERTED = 3  # documents inside each other
_MOST_PAGE = 256 * 1024  # bytes of a document shown beside a question: twenty times the longest stimulus
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|\\")
_BODY = re.compile(r"<body\b[^>]*>(.*?)(?:</body\s*>|\Z)", re.IGNORECASE | re.DOTALL)

Open = Callable[[str], bytes | None]
"""A file of what was handed in by its path, or nothing. Raises UnreadableFileError."""


def no_files(path: str) -> bytes | None:
    """For an item that came alone."""
    return None


def inside(base: str, address: str) -> str:
    """The path of an address inside the package, from the folder `base`; empty for one that leads out of it."""
    path = unquote(address.partition("#")[0].partition("?")[0])
    if not path or _SCHEME.match(path):
        return ""
    whole = posixpath.normpath(posixpath.join(base, path.replace("\\", "/")))
    return "" if whole.startswith(("..", "/")) or whole == "." else whole


@dataclass(slots=True)
class Markup:
    """Turns elements of one item into HTML. `swap` says what stands in the place of an element, by its identity."""

    draft: Draft
    base: str = ""
    open: Open = no_files
    swap: dict[int, str] = field(default_factory=dict)
    feedback: list[Node] = field(default_factory=list)
    rubrics: list[Node] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)  # texts of the package shown beside the question, by path
    known: Container[str] = ()  # paths of those that were read before
    room: Room = field(default_factory=Room)
    plays: int = 0
    _inserted: int = 0

    def inner(self, node: Node) -> str:
        """All that is in an element."""
        return "".join(self._text(one) if isinstance(one, str) else self.element(one) for one in node.children)

    def element(self, node: Node) -> str:
        """One element."""
        if id(node) in self.swap:
            return self.swap[id(node)]
        name = node.name
        if name in FEEDBACK:
            return self._feedback(node)
        if name == "rubricBlock" and "candidate" not in node.attributes.get("view", "candidate"):
            self.rubrics.append(node)
            return ""
        if (
            name in _SILENT
            or name.startswith("apip:")
            or (name == "annotation" and node.attributes.get("encoding") != "application/x-tex")
        ):
            return ""
        if name == "object":
            return self._object(node)
        if name == "mediaInteraction":
            return self._media(node)
        if name == "xi:include":
            return self._include(node)
        if name in _TEMPLATES or name == "printedVariable":
            self.draft.doubt(
                "template", phrase("a part of the text is written anew for each candidate; it was left out")
            )
            return ""
        if name in _RUBY:
            return {"rt": f"({self.inner(node)})", "rp": ""}.get(name, self.inner(node))
        if name.lower() in KNOWN:
            return self._html(node, name.lower())
        if name not in _PLAIN and node.children and not name.endswith("Interaction"):
            self.draft.note(
                "element_dropped",
                phrase("an element that is not known here was left out, its words stay: %(name)s", name=name[:40]),
            )
        return (
            f"<div>{self.inner(node)}</div>" if name in ("prompt", "rubricBlock", "contentBody") else self.inner(node)
        )

    def _text(self, text: str) -> str:
        return html.escape(text.replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd"), quote=False)

    def _html(self, node: Node, name: str) -> str:
        tags = [name]
        attributes = {
            key: value for key, value in node.attributes.items() if ":" not in key and key not in ("class", "id")
        }
        if name in ("span", "p", "div"):
            tags += [tag for word, tag in _CLASSES.items() if word in node.attributes.get("class", "").split()]
        written = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
        if name in VOID:
            return f"<{name}{written}>"
        inner = self.inner(node)
        for tag in reversed(tags[1:]):
            inner = f"<{tag}>{inner}</{tag}>"
        return f"<{name}{written}>{inner}</{name}>"

    def _feedback(self, node: Node) -> str:
        """Hidden until an answer is in, or shown until then (`showHide` is hide)."""
        if node.attributes.get("showHide", "show") == "hide" and node.name != "modalFeedback":
            self.draft.doubt(
                "shown_until", phrase("a text of the question disappears when it is answered; here it stays")
            )
            return self.inner(node)
        self.feedback.append(node)
        return ""

    def _object(self, node: Node) -> str:
        """A picture, sound, film or document; of objects inside each other the first that can be shown."""
        found: Node | None = None
        here: Node | None = node
        while here is not None:
            found = found or here
            if self._shown(here) and self._data(here) is not None:
                found = here
                break
            here = here.child("object")
        assert found is not None
        kind, address = found.attributes.get("type", "").lower(), found.attributes.get("data", "")
        label = html.escape(" ".join(words(found).split())[:300])
        path = address.partition("?")[0].lower()
        if kind.startswith(("audio/", "video/")):
            tag = kind.partition("/")[0]
            return f'<{tag} title="{label}" src="{html.escape(address)}"></{tag}>'
        if kind.startswith("image/") or path.endswith(_PICTURES):
            return f'<img src="{html.escape(address)}" alt="{label}">'
        return self._document(found, address) if address else self.inner(found)

    @staticmethod
    def _shown(node: Node) -> bool:
        kind, path = node.attributes.get("type", "").lower(), node.attributes.get("data", "").lower()
        return not kind.startswith("image/") or path.endswith(_PICTURES) or path.startswith("data:")

    def _data(self, node: Node) -> bytes | None:
        address = node.attributes.get("data", "")
        path = inside(self.base, address)
        return self.open(path) if path else b"" if address.startswith("data:") else None

    def _document(self, node: Node, address: str) -> str:
        """A document beside the question: it becomes a stimulus, which other questions may share."""
        path = inside(self.base, address)
        data = self.open(path) if path else None
        kind = node.attributes.get("type", "").lower()
        if data is None or self._inserted >= _MOST_INSERTED or not ("html" in kind or "xml" in kind or "text" in kind):
            nothing_found(address or "?", "", "", self.draft)
            return self.inner(node)
        self.documents[path] = "" if path in self.known else self._page(data, path)
        return ""

    def _page(self, data: bytes, path: str) -> str:
        """The body of a document, its files seen from its own folder."""
        if len(data) > _MOST_PAGE or self.room.left < 0:
            self.draft.doubt("bad_file", phrase("a text beside the question is too long to be shown"))
            return ""
        self.room.left -= len(data) // 50  # as if it were elements: the same page may be named by every item
        inner = Markup(self.draft, posixpath.dirname(path), self.open, room=self.room, _inserted=self._inserted + 1)
        root = read_document(data, self.room)
        if isinstance(root, Node):
            made = inner.inner(root.child("body") or root.child("stimulusBody") or root)
        else:
            text = data.decode("utf-8", "replace")
            made = (
                (found[1] if (found := _BODY.search(text)) else text).replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
            )
        return _rebased(made, posixpath.dirname(path), self.base)

    def _include(self, node: Node) -> str:
        path = inside(self.base, node.attributes.get("href", ""))
        data = self.open(path) if path else None
        if data is None or self._inserted >= _MOST_INSERTED:
            nothing_found(node.attributes.get("href", "?"), "", "", self.draft)
            return ""
        return self._page(data, path)

    def _media(self, node: Node) -> str:
        """A recording to be played, with how often it may be."""
        most = node.attributes.get("maxPlays", "")
        if most.isascii() and most.isdigit() and 0 < int(most[:3]) < 100:
            self.plays = int(most[:3])
        return self.inner(node)


def _rebased(made: str, base: str, wanted: str) -> str:
    """HTML whose addresses are seen from one folder, as seen from another."""
    if base == wanted:
        return made

    def moved(found: re.Match[str]) -> str:
        path = inside(base, html.unescape(found[2]))
        return f'{found[1]}="{html.escape("./" + posixpath.relpath(path, wanted or "."))}"' if path else found[0]

    return re.sub(r'\b(src|data)="([^"]*)"', moved, made)


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds the files that the texts of one item name."""

    base: str
    open: Open
    attachments: Attachments
    ready: Mapping[str, Medium] = field(default_factory=dict)
    kept: dict[tuple[str, str, str], Medium | None] = field(default_factory=dict)  # what was found before

    def __call__(self, address: str, kind: str, label: str, draft: Draft) -> Medium | None:
        """The construct for an address."""
        if address in self.ready:
            return self.ready[address]
        if address.startswith("data:"):
            return self.attachments.inline(address, kind, label, draft)
        path = inside(self.base, address)
        if (found := self.kept.get((path, kind, label))) is not None and found.name in self.attachments.media:
            return found
        data = self.open(path) if path else None
        if data is None:
            return nothing_found(address.rpartition("/")[2] or address, kind, label, draft)
        made = self.kept[path, kind, label] = self.attachments.keep(data, kind, label, draft)
        return made


def texts_of(node: Node, name: str) -> list[Node]:
    """The elements of a name anywhere inside, not those inside of one found."""
    found: list[Node] = []
    for one in elements(node):
        found += [one] if one.name == name else texts_of(one, name)
    return found
