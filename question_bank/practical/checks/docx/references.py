"""Bookmarks, cross-references, links, notes."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import attribute, edit_trees, elements, put_attribute, take_out, text_of
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import Field, Link
from question_bank.practical.word.document import Note, WordFile, open_model
from question_bank.practical.word.fielded import fields_named, no_field, where_of
from question_bank.practical.word.selecting import PARAGRAPHS, passages, sought, whole
from question_bank.practical.word.spoiling import edit_paragraph, remove_all, reword_all

_TEXTS = r"word/(document|header[0-9]*|footer[0-9]*)\.xml"
_REFERENCES = ("REF", "PAGEREF", "NOTEREF")
_KINDS = {"text": phrase("its text"), "page": phrase("its page"), "note": phrase("its note")}
_KIND_NAMES = {"text": "REF", "page": "PAGEREF", "note": "NOTEREF"}
_NOTES = {"footnote": phrase("a footnote"), "endnote": phrase("an endnote")}

TO = arguments.text("to", phrase("text, or bookmark, that is referred to"))
KIND = arguments.choice("kind", phrase("what of it is shown"), _KINDS)
SHOWS = arguments.text("shows", phrase("text that is shown"))
NAME = arguments.text("name", phrase("name of the bookmark"), required=True)
AT = arguments.text("at", phrase("text that the bookmark is at"))
ADDRESS = arguments.text("address", phrase("address that the link leads to"))
ANCHOR = arguments.text("place", phrase("text or bookmark of this file that the link leads to"))
ON = arguments.text("text", phrase("text that is the link"))
NOTE_KIND = arguments.choice("kind", phrase("kind of note"), _NOTES, default="footnote")
SAYS = arguments.text("says", phrase("what the note says"))


@check(
    "docx.cross_reference", phrase("A cross-reference"), "IU07", expect=(TO, KIND, SHOWS),
    mutation=lambda data, request: _no_reference(data, request),
)  # fmt: skip
def cross_reference(file: WordFile, request: Request) -> Outcome:
    """A field that refers to a bookmark that is there: to a heading, a caption, a page. Those of tables of contents do not count."""
    kind, to = request.expect[KIND], request.expect[TO]
    found = [one for one in fields_named(file, *_REFERENCES) if one.depth == 0 and kind in (None, _kind(one))]
    found += [
        one
        for one in fields_named(file, "HYPERLINK")
        if not found and kind != "page" and one.instruction.switches.get("l")
    ]
    there = [one for one in found if to is None or _leads_to(file, _target(one), to)]
    if not there:
        wanted = phrase("a cross-reference to %(text)s", text=quoted(to)) if to else phrase("a cross-reference")
        return Outcome.nothing(wanted)
    best = max(there, key=lambda one: all(finding.right for finding in _reference(file, one, request)))
    paragraph = file.paragraph(best.range.start.paragraph)
    return Outcome.of(_reference(file, best, request), [whole(paragraph)] if paragraph else [])


def _no_reference(data: bytes, request: Request) -> bytes | None:
    """The references to what is asked for are plain text; others stay."""
    file, to = open_model(data), request.expect[TO]
    names = {one.name for one in file.bookmarks if to is None or _leads_to(file, one.name, to)}
    return no_field(data, lambda one: one.name in _REFERENCES and bool(names & set(one.arguments))) or no_field(
        data, lambda one: one.name == "HYPERLINK" and one.switches.get("l") in names
    )


def _kind(field: Field) -> str:
    return next((kind for kind, name in _KIND_NAMES.items() if name == field.name), "text")


def _target(field: Field) -> str:
    return field.instruction.arguments[0] if field.instruction.arguments else field.instruction.switches.get("l", "")


def _leads_to(file: WordFile, name: str, to: str) -> bool:
    """Whether a bookmark is called so, or stands in a paragraph that says so."""
    mark = file.bookmark(name)
    if mark is None:
        return False
    paragraph = file.paragraph(mark.range.start.paragraph)
    label = paragraph.label.text if paragraph and paragraph.label else ""
    said = [canon(label + paragraph.text)] if paragraph else []
    return canon(to) == canon(name) or any(canon(to) in one for one in [*said, canon(file.text_of(mark.range))])


def _reference(file: WordFile, field: Field, request: Request) -> Iterator[Finding]:
    name, where = _target(field), where_of(file, field)
    known = file.bookmark(name) is not None
    there = phrase("a place that is there")
    yield judged(
        phrase("cross-reference"), known, there, there if known else phrase("a place that is not there"), where
    )
    if (shows := request.expect[SHOWS]) is not None:
        said = file.text_of(field.range)
        yield judged(SHOWS.title, canon(shows) in canon(said), quoted(shows), quoted(said), where)


@check(
    "docx.bookmark", phrase("A bookmark"), "IU07", expect=(NAME, AT),
    mutation=lambda data, request: edit_trees(data, _TEXTS, lambda top: _unmarked(top, request.expect[NAME] or "")),
)  # fmt: skip
def bookmark(file: WordFile, request: Request) -> Outcome:
    """A bookmark of this name, at a text where that is asked."""
    name, at = request.expect[NAME] or "", request.expect[AT]
    found = file.bookmark(name)
    if found is None:
        return Outcome.nothing(phrase("a bookmark %(name)s", name=quoted(name)))
    paragraph = file.paragraph(found.range.start.paragraph)
    where = paragraph.where if paragraph else phrase("the whole file")
    said = file.text_of(found.range) or (paragraph.text if paragraph else "")
    right = at is None or canon(at) in canon(said) or bool(paragraph and canon(at) in paragraph.plain)
    wanted: Words = quoted(at) if at is not None else phrase("a bookmark %(name)s", name=quoted(name))
    return Outcome.of(
        [judged(phrase("bookmark"), right, wanted, quoted(said), where)], [whole(paragraph)] if paragraph else []
    )


def _unmarked(top: Element, name: str) -> bool:
    """A bookmark goes; its end leads nowhere then, which readers pass over."""
    found = [one for one in elements(top, "bookmarkStart") if canon(attribute(one, "name") or "") == canon(name)]
    for one in found:
        take_out(one)
    return bool(found)


@check(
    "docx.hyperlink", phrase("A link"), "IU03", select=(ON,), expect=(ADDRESS, ANCHOR),
    mutation=lambda data, request: edit_trees(data, _TEXTS, lambda top: _unlinked(top, request.select[ON]))
    or no_field(data, lambda one: one.name == "HYPERLINK"),
)  # fmt: skip
def hyperlink(file: WordFile, request: Request) -> Outcome:
    """A link to an address, or to a place of this file; one on a text where that is asked."""
    on = request.select[ON]
    address, place = request.expect[ADDRESS], request.expect[ANCHOR]
    links = [one for one in file.links if on is None or canon(on) in canon(file.text_of(one.range))]
    if not links:
        wanted = phrase("a link on %(text)s", text=quoted(on)) if on else phrase("a link")
        return Outcome.nothing(wanted)
    best = max(links, key=lambda one: _leads(file, one, address, place))
    paragraph = file.paragraph(best.range.start.paragraph)
    where = paragraph.where if paragraph else phrase("the whole file")
    wanted_words: Words = quoted(address or place or "") if address or place else phrase("a link")
    right = _leads(file, best, address, place)
    found = quoted(best.address or best.anchor)
    return Outcome.of(
        [judged(phrase("link"), right, wanted_words, found, where)], [whole(paragraph)] if paragraph else []
    )


def _leads(file: WordFile, link: Link, address: str | None, place: str | None) -> bool:
    if address is not None and _address(address) != _address(link.address):
        return False
    return place is None or (bool(link.anchor) and _leads_to(file, link.anchor, place))


def _address(text: str) -> str:
    """An address as it is compared: case of scheme and host, a slash at the end, escapes do not count; `http` is added where none is."""
    text = text.strip()
    if "@" in text and "://" not in text:
        return f"mailto:{unquote(text.removeprefix('mailto:')).lower()}"
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
    except ValueError:
        return text
    rest = (
        unquote(parts.path).rstrip("/")
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{rest}"


def _unlinked(top: Element, on: str | None) -> bool:
    """Links, on a text where that is asked, lose where they lead to."""
    links = elements(top, "hyperlink")
    found = [one for one in links if on is None or canon(on) in canon(text_of(one))]
    for one in found:
        put_attribute(one, "anchor", None)
        put_attribute(one, "id", None)
    return bool(found)


@check(
    "docx.note", phrase("Footnotes and endnotes"), "IU07", select=PARAGRAPHS, expect=(NOTE_KIND, SAYS),
    mutation=lambda data, request: _no_note(data, request),
)  # fmt: skip
def note(file: WordFile, request: Request) -> Outcome:
    """A note whose sign stands in the passage that is looked at, or anywhere where none is."""
    endnote, says = request.expect[NOTE_KIND] == "endnote", request.expect[SAYS]
    everywhere = not request.select.values and request.refs is None
    found = passages(file, request)
    if not found and not everywhere:
        return Outcome.nothing(sought(request))
    numbers = {one.paragraph.number for one in found}
    notes = [
        one
        for one in file.notes
        if one.mark and one.endnote == endnote and (everywhere or one.mark.at.paragraph in numbers)
    ]
    wanted = _NOTES["endnote" if endnote else "footnote"]
    if not notes:
        missing = judged(phrase("note"), False, wanted, phrase("no note"), phrase("the whole file"))
        return Outcome.of([missing], found, matched=bool(found) and not everywhere)
    best = next((one for one in notes if says is None or canon(says) in canon(file.words_of(one.paragraphs))), notes[0])
    said = file.words_of(best.paragraphs)
    right = says is None or canon(says) in canon(said)
    return Outcome.of([judged(wanted, right, quoted(says) if says else wanted, quoted(said), _sign(file, best))], found)


def _no_note(data: bytes, request: Request) -> bytes | None:
    """Notes that say what is asked say something else; where nothing is asked, the signs of the passage's notes go."""
    says, changed = request.expect[SAYS], False
    file = open_model(data)
    numbers = {one.paragraph.number for one in passages(file, request)}
    for one in file.notes:
        if one.mark is None or (request.select.values and one.mark.at.paragraph not in numbers):
            continue
        asked = says is not None and canon(says) in canon(file.words_of(one.paragraphs))
        targets = (
            file.between(one.paragraphs) if asked else (file.paragraph(one.mark.at.paragraph),) if says is None else ()
        )
        for paragraph in targets:
            edit = _reworded if asked else _unsigned
            made = edit_paragraph(data, file, paragraph, edit) if paragraph else None
            data, changed = made or data, changed or made is not None
    return data if changed else None


def _reworded(paragraph: Element) -> bool:
    return reword_all(paragraph, "xyz")


def _unsigned(paragraph: Element) -> bool:
    return remove_all(paragraph, "footnoteReference", "endnoteReference")


def _sign(file: WordFile, one: Note) -> Phrase:
    paragraph = file.paragraph(one.mark.at.paragraph) if one.mark else None
    return paragraph.where if paragraph else phrase("the whole file")
