"""The Markdown that teachers write in questions, as HTML: emphasis, code, lists, headings, pictures, links.

Not CommonMark: what is not listed here stands as it was typed. Every pattern is bounded to one line, so time is linear.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.*?)\s*#*\s*")
_ENTRY = re.compile(r" {0,3}(?:[-*+]|([0-9]{1,9})[.)])\s+(.*)")
_INLINE = re.compile(
    r"\\([\\`*_{}\[\]()#+.!|<>~-])"
    r"|(`{1,3})([^`\n]{1,1000})\2"
    r"|!\[([^\[\]\n]{0,300})\]\(([^()\s]{1,1000})\)"
    r"|\[([^\[\]\n]{1,300})\]\(([^()\s]{1,1000})\)"
    r"|(\*\*|__)(?=\S)([^*_\n]{1,1000})(?<=\S)\8"
    r"|(?<![\w*])([*_])(?=\S)([^*_\n]{1,1000})(?<=\S)\10(?![\w*])"
)


def to_html(text: str) -> str:
    """HTML of a Markdown text; tags in it stay tags, as Markdown has it."""
    written: list[str] = []
    lines = iter(text.split("\n"))
    paragraph: list[str] = []
    entries: tuple[str, list[str]] | None = None
    for line in lines:
        heading, entry = _HEADING.fullmatch(line), _ENTRY.fullmatch(line)
        if entries and not entry:
            written.append(_list(*entries))
            entries = None
        if not line.strip() or heading or entry or _FENCE.match(line):
            written += _paragraph(paragraph)
            paragraph = []
        if entry:
            kind = "ol" if entry[1] else "ul"
            if entries and entries[0] != kind:
                written.append(_list(*entries))
                entries = None
            entries = entries or (kind, [])
            entries[1].append(_inline(entry[2]))
        elif heading:
            written.append(f"<p><b>{_inline(heading[2])}</b></p>")
        elif _FENCE.match(line):
            written.append(_fenced(lines))
        elif line.strip():
            paragraph.append(line)
    return "".join([*written, *([_list(*entries)] if entries else []), *_paragraph(paragraph)])


def _fenced(lines: Iterator[str]) -> str:
    """The lines to the closing fence; one that never closes ends with the text."""
    inside: list[str] = []
    for line in lines:
        if _FENCE.match(line):
            break
        inside.append(line)
    return f"<pre>\n{html.escape(chr(10).join(inside), quote=False)}\n</pre>"


def _paragraph(lines: list[str]) -> list[str]:
    """Two spaces at the end of a line break it."""
    if not lines:
        return []
    broken = "".join(_inline(line.rstrip()) + ("<br>" if line.endswith("  ") else "\n") for line in lines)
    return [f"<p>{broken.removesuffix('<br>').rstrip()}</p>"]


def _list(kind: str, entries: list[str]) -> str:
    return f"<{kind}>{''.join(f'<li>{entry}</li>' for entry in entries)}</{kind}>"


def _inline(text: str) -> str:
    return _INLINE.sub(_replaced, text)


def _replaced(found: re.Match[str]) -> str:
    if found[1]:
        return (
            html.escape(found[1], quote=False) if found[1] not in "()[]" else "\\" + found[1]
        )  # \( begins mathematics
    if found[3]:
        return f"<code>{html.escape(found[3], quote=False)}</code>"
    if found[5]:
        return f'<img src="{html.escape(found[5])}" alt="{html.escape(found[4])}">'
    if found[7]:
        return f'<a href="{html.escape(found[7])}">{_inline(found[6])}</a>'
    if found[9]:
        return f"<b>{_inline(found[9])}</b>"
    return f"<i>{_inline(found[11])}</i>"
