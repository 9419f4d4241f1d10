"""What holds for a file, or can stand anywhere in it: protection, properties, content controls, breaks."""

from __future__ import annotations

from collections.abc import Iterator
from xml.dom.minidom import Element

from question_bank.phrase import phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import add_element, attribute, edit_trees, elements, put_attribute, put_text
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import Control
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.paged import spoil_setting
from question_bank.practical.word.selecting import whole
from question_bank.practical.word.spoiling import edit_paragraph, put_properties, remove_all, unlike

_TEXTS = r"word/(document|header[0-9]*|footer[0-9]*)\.xml"
_GUARDS = {
    "read_only": phrase("no changes at all"),
    "comments": phrase("only remarks"),
    "tracked_changes": phrase("only tracked changes"),
    "forms": phrase("only filling in forms"),
    "any": phrase("protected in some way"),
    "none": phrase("not protected"),
}
_GUARD_WORDS = {
    "readOnly": "read_only",
    "comments": "comments",
    "trackedChanges": "tracked_changes",
    "forms": "forms",
    "": "none",
}
_CONTROLS = {
    "text": phrase("plain text"), "rich_text": phrase("text with formats"), "drop_down": phrase("a drop-down list"),
    "combo_box": phrase("a combo box"), "date": phrase("a day"), "check_box": phrase("a check box"), "picture": phrase("a picture"),
}  # fmt: skip
_BREAKS = {"page": phrase("a page break"), "column": phrase("a column break"), "section": phrase("a section break")}
_PROPERTIES = ("title", "subject", "author", "keywords", "comments", "category", "status", "company", "manager")

COUNT = arguments.span("count", phrase("how many"))
GUARD = arguments.choice("kind", phrase("what may still be done"), _GUARDS, default="any")
PASSWORD = arguments.truth("password", phrase("whether a password is needed"))
PROPERTIES = tuple(
    arguments.text(name, title)
    for name, title in zip(
        _PROPERTIES,
        (phrase("title"), phrase("subject"), phrase("author"), phrase("keywords"), phrase("comments"), phrase("category"),
         phrase("status"), phrase("company"), phrase("manager")),
        strict=True,
    )
)  # fmt: skip
CONTROL = arguments.choice("kind", phrase("kind of content control"), _CONTROLS)
TITLE = arguments.text("title", phrase("title or tag of the control"))
CHOICES = arguments.texts("choices", phrase("entries of its list"))
CHOSEN = arguments.text("chosen", phrase("what is filled in"))
CHECKED = arguments.truth("checked", phrase("whether it is ticked"))
BREAK = arguments.choice("kind", phrase("kind of break"), _BREAKS, default="page")
BEFORE = arguments.text("before", phrase("text that comes right behind the break"))


@check(
    "docx.protection", phrase("Protection of the file"), "IU07", expect=(GUARD, PASSWORD),
    mutation=lambda data, request: spoil_setting(
        data, "documentProtection", {"enforcement": "1" if request.expect[GUARD] == "none" else "0"}
    ),
)  # fmt: skip
def protection(file: WordFile, request: Request) -> Outcome:
    """What the file lets somebody do who opens it."""
    kind = request.expect[GUARD] or "any"
    found = _GUARD_WORDS.get(file.settings.protection, "read_only")
    right = found != "none" if kind == "any" else found == kind
    findings = [judged(phrase("protection"), right, _GUARDS[kind], _GUARDS[found], phrase("the whole file"))]
    if (password := request.expect[PASSWORD]) is not None:
        words = {True: phrase("with a password"), False: phrase("without a password")}
        has = file.settings.protected_by_password
        findings.append(
            judged(phrase("password"), has == password, words[password], words[has], phrase("the whole file"))
        )
    return Outcome.of(findings)


@check(
    "docx.properties", phrase("What the file says of itself"), "IU07", expect=PROPERTIES,
    mutation=lambda data, request: _other_property(data, request),
)  # fmt: skip
def properties(file: WordFile, request: Request) -> Outcome:
    """Title, author, subject, keywords … of the file; commas and their spaces do not count in keywords."""
    findings: list[Finding] = []
    for field in PROPERTIES:
        if (wanted := request.expect[field]) is not None:
            found = file.properties.core.get(field.name, "")
            alike = _keywords(wanted) == _keywords(found) if field.name == "keywords" else canon(wanted) == canon(found)
            findings.append(judged(field.title, alike, quoted(wanted), quoted(found), phrase("properties of the file")))
    return Outcome.of(findings)


def _keywords(text: str) -> list[str]:
    """The words, without the commas and semicolons that one program leaves out."""
    return canon(text.replace(",", " ").replace(";", " ")).split()


_PROPERTY_NAMES = {"author": "creator", "comments": "description", "status": "contentStatus"}


def _other_property(data: bytes, request: Request) -> bytes | None:
    field = next((one for one in PROPERTIES if request.expect.has(one)), None)
    if field is None:
        return None
    name = _PROPERTY_NAMES.get(field.name, field.name)
    name = name.capitalize() if field.name in ("company", "manager") else name
    return edit_trees(
        data, r"docProps/(core|app)\.xml", lambda top: _said(top, name, unlike(request.expect[field] or ""))
    )


def _said(top: Element, name: str, text: str) -> bool:
    found = list(elements(top, name))
    for one in found:
        put_text(one, text)
    return bool(found)


@check(
    "docx.content_control", phrase("Content controls"), "IU07", select=(CONTROL, TITLE), expect=(CHOICES, CHOSEN, CHECKED, COUNT),
    mutation=lambda data, request: edit_trees(data, _TEXTS, lambda top: remove_all(top, "sdtPr")),
)  # fmt: skip
def content_control(file: WordFile, request: Request) -> Outcome:
    """A control to fill in: its kind, the entries of its list, what stands in it."""
    kind, title = request.select[CONTROL], request.select[TITLE]
    found = [
        one for one in file.controls
        if kind in (None, one.kind) and (title is None or canon(title) in (canon(one.title), canon(one.tag)))
        and one.kind not in ("building_block", "gallery", "group")
    ]  # fmt: skip
    if not found:
        return Outcome.nothing(_CONTROLS[kind] if kind else phrase("a content control"))
    return Outcome.of(_control(file, found, request))


def _control(file: WordFile, found: list[Control], request: Request) -> Iterator[Finding]:
    one = found[0]
    expect = request.expect
    paragraph = file.paragraph(one.range.start.paragraph)
    where = paragraph.where if paragraph else phrase("the whole file")
    if (count := expect[COUNT]) is not None or not expect.values:
        wanted: Words = count.words() if count else phrase("at least one")
        yield judged(
            phrase("content controls"), count.holds(len(found)) if count else True, wanted, str(len(found)), where
        )
    if choices := expect[CHOICES]:
        known = {canon(choice) for choice in one.choices}
        missing = [choice for choice in choices if canon(choice) not in known]
        yield judged(
            phrase("entries of the list"),
            not missing,
            ", ".join(choices),
            ", ".join(one.choices) or phrase("none"),
            where,
        )
    if (chosen := expect[CHOSEN]) is not None:
        said = "" if one.placeholder else file.text_of(one.range).strip()
        yield judged(phrase("content"), canon(said) == canon(chosen), quoted(chosen), quoted(said), where)
    if (checked := expect[CHECKED]) is not None:
        words = {True: phrase("ticked"), False: phrase("not ticked")}
        yield judged(phrase("check box"), one.checked == checked, words[checked], words[one.checked], where)


@check(
    "docx.break", phrase("Page, column and section breaks"), "IU03", expect=(BREAK, BEFORE, COUNT),
    mutation=lambda data, request: _no_breaks(data, request),
)  # fmt: skip
def breaks(file: WordFile, request: Request) -> Outcome:
    """A break that was set on purpose, right before a text where that is asked; “page break before” of a paragraph is one too."""
    kind, before, count = request.expect[BREAK] or "page", request.expect[BEFORE], request.expect[COUNT]
    places = sorted(_breaks(file, kind))
    if before is not None:
        wanted = phrase("%(kind)s before %(text)s", kind=_BREAKS[kind], text=quoted(before))
        hits = [one for one in file.body if canon(before) in one.plain and _follows(file, one.number, places)]
        if not hits:
            return Outcome.nothing(wanted)
        return Outcome.of([judged(_BREAKS[kind], True, wanted, phrase("it is there"), hits[0].where)], [whole(hits[0])])
    if not places and (count is None or not count.holds(0)):
        return Outcome.nothing(_BREAKS[kind])
    found = file.paragraph(places[0][0]) if places else None
    where = found.where if found else phrase("the whole file")
    expected: Words = count.words() if count else phrase("at least one")
    right = count.holds(len(places)) if count else True
    return Outcome.of([judged(_BREAKS[kind], right, expected, str(len(places)), where)], matched=right or bool(places))


def _breaks(file: WordFile, kind: str) -> Iterator[tuple[int, int]]:
    """Where text begins behind a break: paragraph and character."""
    if kind == "section":
        for before, one in zip(file.body, file.body[1:], strict=False):
            if before.place.section != one.place.section:
                yield (one.number, 0)
        return
    yield from (one.at for one in file.breaks if one.kind == kind)
    if kind == "page":
        yield from ((one.number, 0) for one in file.body if one.format.page_break_before)
        for before, one in zip(file.body, file.body[1:], strict=False):
            section = file.sections[one.place.section - 1] if one.place.section <= len(file.sections) else None
            if before.place.section != one.place.section and section and section.kind != "continuous":
                yield (one.number, 0)


def _follows(file: WordFile, number: int, places: list[tuple[int, int]]) -> bool:
    """Whether a break comes right before a paragraph: in it before its text, or behind the text of the one before."""
    for paragraph, character in places:
        if paragraph == number and (one := file.paragraph(number)) is not None and not one.text[:character].strip():
            return True
        if paragraph < number:
            one = file.paragraph(paragraph)
            between = file.between((paragraph + 1, number))
            if one is not None and not one.text[character:].strip() and all(other.empty for other in between):
                return True
    return False


def _no_breaks(data: bytes, request: Request) -> bytes | None:
    """The breaks that are looked at go: those before a text, or all of the kind. Where there should be none, one comes."""
    kind, before, count = request.expect[BREAK] or "page", request.expect[BEFORE], request.expect[COUNT]
    file, changed = open_model(data), False
    places = sorted(_breaks(file, kind))
    if not places and count is not None and count.holds(0):
        first = file.body[0] if file.body else None
        return edit_paragraph(data, file, first, lambda one: _broken(one, kind)) if first else None
    hits = [one.number for one in file.body if before is not None and canon(before) in one.plain]
    numbers = {place[0] for place in places if not hits or any(_follows(file, hit, [place]) for hit in hits)}
    for number in sorted({one - less for one in numbers for less in (0, 1)}):
        paragraph = file.paragraph(number)
        made = edit_paragraph(data, file, paragraph, lambda one: _unbroken(one, kind)) if paragraph else None
        data, changed = made or data, changed or made is not None
    return data if changed else None


def _unbroken(paragraph: Element, kind: str) -> bool:
    """Breaks of a kind in one paragraph go; a section that begins on a new page is a break of pages too."""
    breaks = [one for one in elements(paragraph, "br") if attribute(one, "type") == kind]
    for one in breaks:
        put_attribute(one, "type", "textWrapping")
    names = ("pageBreakBefore", "sectPr") if kind == "page" else ("sectPr",) if kind == "section" else ()
    return remove_all(paragraph, *names) or bool(breaks)


def _broken(paragraph: Element, kind: str) -> bool:
    """A break of a kind comes into a paragraph."""
    if kind == "section":
        put_properties(paragraph, "pPr", {"sectPr": {}})
    else:
        put_attribute(add_element(add_element(paragraph, "r", first=True), "br"), "type", kind)
    return True
