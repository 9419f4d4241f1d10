"""Tags and entities of HTML in texts that are plain: a question about them, kept as code. Pure.

Where a text is plain by its format (Word, tables, Aiken, GIFT’s `[plain]`), “<br>” is what its author wants candidates to see. What
only a page could have left there is not touched and stays a fault: what touches a word (“Hỏi&nbsp;gì”, “x<sup>2</sup>”), or an end
that closes a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.content import Content, Entries, Grid, Listing, Node, Span, Words, joined, parse, plain_words, write
from question_bank.formats.drafts import Draft
from question_bank.items.text import MARKUP
from question_bank.phrase import phrase

_COMMENT = re.compile(r"<!--[^\n]*?(?:-->|(?=\n|$))")
_NAME = re.compile(r"</?([a-z][a-z0-9:]*)", re.IGNORECASE)
_MOST = 200  # pieces of code in one text
_LONGEST = 500  # characters of one piece, as of an option: what is longer is no example of a tag


def as_code(text: str, draft: Draft) -> str:
    """An author’s text whose literal tags stand in `{{code:…}}`, which is noted."""
    return write(with_code(parse(text)[0], draft)) if MARKUP.search(text) else text


def with_code(content: Content, draft: Draft) -> Content:
    """A tree with its literal tags as code, which is noted."""
    made = code_in(content)
    if made != content:
        draft.note(
            "markup_as_code", phrase("signs of HTML in the text were kept as code: candidates see them as they are")
        )
    return made


def look_at_stem(stem: str, draft: Draft) -> None:
    """A question that is nothing but markup was left over from a page."""
    if MARKUP.search(stem) and only_code(stem):
        draft.doubt(
            "markup", phrase("the whole text of the question is HTML markup: it may be left over from a web page")
        )


def code_in(content: Content) -> Content:
    """The same tree with literal tags as code."""
    found: list[Node] = []
    for node in content:
        found += _coded(node)
    return joined(found)


def only_code(text: str) -> bool:
    """Whether a text is markup and nothing else: “<p>…</p>” around a question was left over from a page."""
    content = parse(text)[0]
    if not all(isinstance(node, Words | Span) for node in content):
        return False
    coded = [plain_words(node.inner) for node in content if isinstance(node, Span) and node.kind == "code"]
    beside = "".join(node.text for node in content if isinstance(node, Words))
    return any(map(MARKUP.match, coded)) and not any(map(str.isalnum, beside))


def _coded(node: Node) -> list[Node]:
    match node:
        case Words(text):
            return _pieces(text)
        case Span("code", _) | Listing():
            return [node]
        case Span(kind, inner):
            return [Span(kind, code_in(inner))]
        case Entries(numbered, entries):
            return [Entries(numbered, tuple(map(code_in, entries)))]
        case Grid(rows):
            return [Grid(tuple(tuple(map(code_in, row)) for row in rows))]
        case _:
            return [node]


def _pieces(text: str) -> list[Node]:
    found: list[Node] = []
    at = 0
    for start, end in _markups(text):
        found += [Words(text[at:start]), Span("code", (Words(text[start:end]),))]
        at = end
    return [*found, Words(text[at:])] if found else [Words(text)]


def _markups(text: str) -> Iterator[tuple[int, int]]:
    """Where the pieces of code stand: tags with what is between them on one line, comments, and what stands alone."""
    at = 0
    for _ in range(_MOST):
        found = MARKUP.search(text, at)
        if found is None:
            return
        end = _end(text, found)
        if not _touches(text, found.start(), end) and not _closes(text, found):
            yield found.start(), end
        at = end


def _end(text: str, found: re.Match[str]) -> int:
    comment = _COMMENT.match(text, found.start(), found.start() + _LONGEST)
    if comment is not None:
        return comment.end()
    name = _NAME.match(found[0])
    if name is None or found[0].startswith("</") or found[0].endswith("/>"):
        return found.end()
    last = found.end() + _LONGEST
    line = text.find("\n", found.end(), last)
    pattern = re.compile(rf"</{re.escape(name[1])}\s*>", re.IGNORECASE)
    closing = pattern.search(text, found.end(), line if line >= 0 else last)
    return closing.end() if closing is not None else found.end()


def _touches(text: str, start: int, end: int) -> bool:
    return text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum()


def _closes(text: str, found: re.Match[str]) -> bool:
    """Whether an end of something stands at the end of a sentence, its beginning nowhere."""
    return found[0].startswith("</") and text[max(found.start() - 1, 0) : found.start()] in tuple(".?!…")
