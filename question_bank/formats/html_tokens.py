"""HTML as tokens, in one pass whose time is linear in the text whatever the text is.

The standard library's parser rescans what is never closed; this one goes back for nothing. What does not have the form of a
tag is text, as in “if a < b”.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:._-]{0,60}")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s"'<>/=]{1,200})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")
_OPENING = re.compile(r"<(?=[A-Za-z/!?])")
_CLOSE = re.compile(r"[\s/]*>")
_PLAIN_NAME = re.compile(r"[A-Za-z_:@.][-A-Za-z0-9_:.]*")
_LONG_NUMBER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9A-Fa-f]{8,});?")  # no character has one, and reading it costs time
RAW = frozenset({"script", "style", "textarea", "title", "xmp", "noscript", "iframe", "svg"})  # tags inside are text
# Attributes that HTML lets stand without a value; any other such “attribute” shows that no tag was meant.
_VALUELESS = frozenset({
    "allowfullscreen", "async", "autofocus", "autoplay", "checked", "compact", "contenteditable", "controls", "defer",
    "disabled", "download", "hidden", "ismap", "itemscope", "loop", "multiple", "muted", "nohref", "nomodule",
    "noresize", "noshade", "novalidate", "nowrap", "open", "playsinline", "readonly", "required", "reversed",
    "selected"
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag; names in small letters, character references in values resolved."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    source: str = ""  # as written, for when the name is none of HTML


@dataclass(frozen=True, slots=True)
class End:
    """An end tag."""

    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Chars:
    """Text with its character references resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class Raw:
    """What stands inside an element whose content is not HTML."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Unclosed:
    """A comment or a raw element that never ends: the rest of the text is inside it."""

    text: str


Token: TypeAlias = Start | End | Chars | Raw | Unclosed


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text; neighbouring `Chars` are possible."""
    at = 0
    while at < len(text):
        found = _OPENING.search(text, at)
        if found is None:
            yield Chars(unescaped(text[at:]))
            return
        opening = found.start()
        if opening > at:
            yield Chars(unescaped(text[at:opening]))
        token, at = _markup(text, opening)
        if token is not None:
            yield token
        if isinstance(token, Start) and token.name in RAW and not text.endswith("/>", 0, at):
            token, at = _raw(text, at, token.name)
            yield token


def unescaped(text: str) -> str:
    """The text with its character references resolved."""
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text)) if "&" in text else text


def _markup(text: str, at: int) -> tuple[Token | None, int]:
    """What begins with the `<` at this place, and where it ends."""
    if text.startswith("<!--", at):
        end = text.find("-->", at + 4)
        return (None, end + 3) if end >= 0 else (Unclosed(text[at:]), len(text))
    if text.startswith("<![CDATA[", at):
        end = text.find("]]>", at + 9)
        return (Chars(text[at + 9 : end]), end + 3) if end >= 0 else (Unclosed(text[at:]), len(text))
    if text.startswith(("<!", "<?"), at):
        end = text.find(">", at + 2)
        return (None, end + 1) if end >= 0 else (Unclosed(text[at:]), len(text))
    name = _NAME.match(text, at + 1)
    if name is None:
        return Chars("<"), at + 1
    return _tag(text, at, name)


def _tag(text: str, at: int, name: re.Match[str]) -> tuple[Token, int]:
    """A tag; whatever does not end as one is text as far as it was read, and is not read again."""
    here = name.end()
    attributes: dict[str, str] = {}
    plain = True
    while (closing := _CLOSE.match(text, here)) is None:
        found = _ATTRIBUTE.match(text, here)
        if found is None:
            return Chars(unescaped(text[at:here])), here
        key, value = found[1].lower(), next((one for one in found.groups()[1:] if one is not None), None)
        valueless = value is None and key not in _VALUELESS and not key.startswith(("data-", "aria-"))
        plain = plain and _PLAIN_NAME.fullmatch(key) is not None and not valueless
        attributes.setdefault(key, unescaped(value or ""))
        here = found.end()
    source = text[at : closing.end()]
    word = name[0].lower()
    if word.startswith("/"):
        return End(word[1:], source), closing.end()
    if not plain:
        return Chars(unescaped(source)), closing.end()
    return Start(word, attributes, source), closing.end()


def _raw(text: str, at: int, name: str) -> tuple[Token, int]:
    end = re.compile(f"</{name}", re.IGNORECASE).search(text, at)
    closing = text.find(">", end.end()) if end else -1
    if end is None or closing < 0:
        return Unclosed(text[at:]), len(text)
    return Raw(name, text[at : end.start()]), closing + 1
