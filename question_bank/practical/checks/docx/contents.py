"""Tables of contents and of figures, captions, indexes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_bank.phrase import phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import Field
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.fielded import fields_named, no_field, where_of
from question_bank.practical.word.paragraphs import Paragraph
from question_bank.practical.word.selecting import whole
from question_bank.practical.word.spoiling import edit_paragraph, reword_all

_LEVELS = re.compile(r"([1-9])\s*-\s*([1-9])")
_ENTRY_END = re.compile(r"[\s.…·_\-]*[0-9ivxlcIVXLC]*$")  # leader and page number of an entry
_KINDS = {"index": "INDEX", "citation": "CITATION", "bibliography": "BIBLIOGRAPHY", "index_entry": "XE"}

LEVELS = arguments.text("levels", phrase("levels of headings, like 1-3"))
LINKED = arguments.truth("linked", phrase("whether entries are links"))
TOLERATED = arguments.whole("missing", phrase("headings that may be missing"), default=0)
LABEL = arguments.text("label", phrase("label of the captions"), required=True)
SAYS = arguments.text("text", phrase("text of the caption"))
COUNT = arguments.span("count", phrase("number of captions"))
LIST_LABEL = arguments.text("label", phrase("label of the captions"))
KIND = arguments.choice(
    "kind", phrase("what is made"),
    {"index": phrase("an index"), "index_entry": phrase("entries of an index"), "citation": phrase("citations"),
     "bibliography": phrase("a bibliography")}, required=True,
)  # fmt: skip
ENTRIES = arguments.texts("entries", phrase("texts that stand in it"))


def _contents(file: WordFile) -> list[Field]:
    """Tables of contents; those of captions are none."""
    return [one for one in fields_named(file, "TOC") if not {"c", "a"} & set(one.instruction.switches)]


def toc_levels(field: Field) -> tuple[int, int]:
    """The levels of headings that a table of contents takes up, (0, 0) when it takes only styles."""
    switches = field.instruction.switches
    if "o" in switches:
        found = _LEVELS.search(switches["o"])
        return (int(found[1]), int(found[2])) if found else (1, 9)
    return (1, 9) if "u" in switches or not switches.get("t") else (0, 0)


@check(
    "docx.toc", phrase("Table of contents"), "IU07", expect=(LEVELS, LINKED),
    mutation=lambda data, _: no_field(data, lambda one: one.name == "TOC" and "c" not in one.switches),
)  # fmt: skip
def toc(file: WordFile, request: Request) -> Outcome:
    """A table of contents made by the program, of these levels; the order of its switches, `\\z` and `\\u` do not matter."""
    found = _contents(file)
    if not found:
        return Outcome.nothing(phrase("a table of contents made by the program"))
    best = max(found, key=lambda one: all(finding.right for finding in _toc(file, one, request)))
    return Outcome.of(_toc(file, best, request), [whole(one) for one in _entries(file, best)])


def _toc(file: WordFile, field: Field, request: Request) -> list[Finding]:
    there = phrase("a table of contents made by the program")
    findings = [judged(phrase("table of contents"), True, there, there, where_of(file, field))]
    if (levels := request.expect[LEVELS]) is not None:
        wanted = _LEVELS.search(levels.replace("–", "-"))
        low, high = toc_levels(field)
        right = (low, high) == ((int(wanted[1]), int(wanted[2])) if wanted else (1, 9))
        findings.append(judged(phrase("levels"), right, levels, f"{low}-{high}", where_of(file, field)))
    if (linked := request.expect[LINKED]) is not None:
        has = "h" in field.instruction.switches
        words = {True: phrase("entries are links"), False: phrase("entries are no links")}
        findings.append(judged(phrase("links"), has == linked, words[linked], words[has], where_of(file, field)))
    return findings


def _entries(file: WordFile, field: Field) -> list[Paragraph]:
    """The paragraphs of what a field shows."""
    first, last = field.range.start.paragraph, field.range.end
    end = last.paragraph + (1 if last.character else 0)
    return [one for one in file.between((first, max(end, first + 1))) if not one.empty]


@check(
    "docx.toc_current", phrase("Table of contents is up to date"), "IU07", expect=(TOLERATED,),
    mutation=lambda data, _: _stale(data),
)  # fmt: skip
def toc_current(file: WordFile, request: Request) -> Outcome:
    """The entries are the headings of the text, in their order; page numbers are not compared."""
    found = _contents(file)
    if not found:
        return Outcome.nothing(phrase("a table of contents made by the program"))
    field = found[0]
    entries = [_entry(one) for one in _entries(file, field)]
    inside = range(field.range.start.paragraph, field.range.end.paragraph + 1)
    low, high = toc_levels(field)
    headings = [
        one for one in file.body
        if low <= one.outline <= high and one.outline and not one.empty and (one.number not in inside or not entries)
        and not one.place.box
    ]  # fmt: skip
    missing = [one for one in headings if not _listed(one, entries)]
    known = [said for one in headings for said in _said(one)]
    stale = [said for said in entries if said and not any(said == one or one in said for one in known)]
    most = request.expect[TOLERATED] or 0
    where = where_of(file, field)
    all_there, none_left = phrase("every heading is in it"), phrase("no entry without a heading")
    lost: Words = quoted(missing[0].text) if missing else all_there
    findings = [
        judged(phrase("missing headings"), len(missing) <= most and bool(headings), all_there, lost, where),
        judged(phrase("old entries"), not stale, none_left, quoted(stale[0]) if stale else none_left, where),
    ]
    return Outcome.of(findings)


def _entry(one: Paragraph) -> str:
    """An entry without its leader and page number."""
    text = one.text
    if "\t" in text:
        head, _, tail = text.rpartition("\t")
        text = head if _ENTRY_END.fullmatch(tail) else text
    else:
        text = _ENTRY_END.sub("", text)
    return canon(text.replace("\t", " "))


def _said(heading: Paragraph) -> list[str]:
    """A heading as an entry may say it: with its automatic number or without."""
    label = heading.label.text if heading.label and not heading.label.bullet else ""
    text = heading.text.replace("\n", " ").replace("\t", " ")
    return [canon(text), canon(f"{label.strip()} {text}")]


def _listed(heading: Paragraph, entries: list[str]) -> bool:
    return any(said in (entry, entry.rstrip()) for said in _said(heading) for entry in entries)


def _stale(data: bytes) -> bytes | None:
    """The first entry says something else."""
    file = open_model(data)
    found = _contents(file)
    entries = _entries(file, found[0]) if found else []
    return edit_paragraph(data, file, entries[0], lambda one: reword_all(one, "xyz")) if entries else None


def captions(file: WordFile, label: str) -> list[tuple[Paragraph, Field]]:
    """Paragraphs with a number made by the program for this label (`SEQ Hình`), whatever their style."""
    wanted = canon(label)
    found: list[tuple[Paragraph, Field]] = []
    for field in fields_named(file, "SEQ"):
        paragraph = file.paragraph(field.range.start.paragraph)
        if paragraph is None:
            continue
        name = canon(field.instruction.arguments[0]) if field.instruction.arguments else ""
        if name in (wanted, wanted.replace(" ", "_")) or paragraph.plain.startswith(f"{wanted} "):
            found.append((paragraph, field))
    return found


@check(
    "docx.caption", phrase("Captions"), "IU07", select=(LABEL, SAYS), expect=(COUNT,),
    mutation=lambda data, request: _unnumbered(data, request),
)  # fmt: skip
def caption(file: WordFile, request: Request) -> Outcome:
    """Captions with a label and a number that the program counts."""
    label, said = request.select[LABEL] or "", request.select[SAYS]
    found = [one for one, _ in captions(file, label) if said is None or canon(said) in one.plain]
    if not found:
        return Outcome.nothing(phrase("a caption %(label)s with a number made by the program", label=quoted(label)))
    count = request.expect[COUNT]
    item = phrase("captions")
    right = count.holds(len(found)) if count else True
    wanted: Words = count.words() if count else phrase("at least one")
    return Outcome.of([judged(item, right, wanted, str(len(found)), found[0].where)], [whole(one) for one in found])


def _unnumbered(data: bytes, request: Request) -> bytes | None:
    """The numbers of the captions that are asked for are plain text."""
    file, label = open_model(data), request.select[LABEL] or ""
    names = {" ".join(field.instruction.arguments) for _, field in captions(file, label)}
    return no_field(data, lambda one: one.name == "SEQ" and " ".join(one.arguments) in names)


@check(
    "docx.list_of_figures", phrase("List of figures or tables"), "IU07", expect=(LIST_LABEL, COUNT),
    mutation=lambda data, _: no_field(data, lambda one: one.name == "TOC" and bool({"c", "a"} & set(one.switches))),
)  # fmt: skip
def list_of_figures(file: WordFile, request: Request) -> Outcome:
    """A list of captions made by the program."""
    label = request.expect[LIST_LABEL]
    lists = [one for one in fields_named(file, "TOC") if {"c", "a"} & set(one.instruction.switches)]
    found = [one for one in lists if label is None or canon(label) in _labels(one)]
    if not found:
        return Outcome.nothing(phrase("a list of captions made by the program"))
    return Outcome.of(_list(file, found[0], request))


def _labels(field: Field) -> set[str]:
    said = (field.instruction.switches.get(one, "") for one in ("c", "a"))
    return {canon(one.replace("_", " ")) for one in said} | {canon(one) for one in field.instruction.switches.values()}


def _list(file: WordFile, field: Field, request: Request) -> Iterator[Finding]:
    there = phrase("a list of captions made by the program")
    yield judged(phrase("list"), True, there, there, where_of(file, field))
    if (count := request.expect[COUNT]) is not None:
        entries = _entries(file, field)
        yield judged(
            phrase("entries"), count.holds(len(entries)), count.words(), str(len(entries)), where_of(file, field)
        )


@check(
    "docx.index", phrase("Index, citations, bibliography"), "IU07", expect=(KIND, ENTRIES),
    mutation=lambda data, request: no_field(data, lambda one: one.name == _KINDS[request.expect[KIND] or "index"]),
)  # fmt: skip
def index(file: WordFile, request: Request) -> Outcome:
    """An index or a bibliography with its entries, made by the program."""
    name = _KINDS[request.expect[KIND] or "index"]
    found = fields_named(file, name)
    if not found:
        return Outcome.nothing(phrase("an index, entry or source made by the program"))
    there = phrase("made by the program")
    findings = [judged(phrase("field"), True, there, there, where_of(file, found[0]))]
    said = [canon(" ".join([*one.instruction.arguments, file.text_of(one.range)])) for one in found]
    for entry in request.expect[ENTRIES]:
        right = any(canon(entry) in one for one in said)
        shown = phrase("it is there") if right else phrase("it is not there")
        findings.append(judged(phrase("entry"), right, quoted(entry), shown, where_of(file, found[0])))
    return Outcome.of(findings)
