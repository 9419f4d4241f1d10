"""Working together: merge fields, tracked changes, remarks."""

from __future__ import annotations

from collections.abc import Callable
from xml.dom.minidom import Element

from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, Words, judged, quoted
from question_bank.practical.mutants import add_element, attribute, edit_tree, edit_trees, elements, take_out
from question_bank.practical.word.canon import canon
from question_bank.practical.word.content import Comment
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.fielded import fields_named, no_field, where_of
from question_bank.practical.word.paged import spoil_setting
from question_bank.practical.word.spoiling import child, remove_all, reword_all, unlike, unwrap, wrapped_copy

_COMMENTS = r"word/comments[0-9]*\.xml"
_TEXTS = r"word/(document|header[0-9]*|footer[0-9]*)\.xml"
_GONE = {"del": "delete", "moveFrom": "move", "rPrChange": "format", "pPrChange": "format"}
_KEPT = {"ins": "insert", "moveTo": "move"}
_KINDS = {
    "insert": phrase("an insertion"),
    "delete": phrase("a deletion"),
    "move": phrase("a move"),
    "format": phrase("a change of format"),
}

FIELDS = arguments.texts("fields", phrase("names of the merge fields"))
COUNT = arguments.span("count", phrase("how many"))
KIND = arguments.choice("kind", phrase("kind of change"), _KINDS)
TEXT = arguments.text("text", phrase("text that was changed"))
AUTHOR = arguments.text("author", phrase("who did it"))
TRACKING = arguments.truth("tracking", phrase("whether changes are tracked from now on"))
SAYS = arguments.text("says", phrase("what the remark says"))
ON = arguments.text("on", phrase("text that the remark is about"))
DONE = arguments.truth("resolved", phrase("whether the remark is done with"))


@check(
    "docx.merge_fields", phrase("Merge fields"), "IU07", expect=(FIELDS, COUNT),
    mutation=lambda data, request: _no_merge_field(data, request),
)  # fmt: skip
def merge_fields(file: WordFile, request: Request) -> Outcome:
    """Fields of these names that a mail merge fills in."""
    found = fields_named(file, "MERGEFIELD")
    if not found:
        return Outcome.nothing(phrase("a merge field"))
    names = {canon(" ".join(one.instruction.arguments)).replace("_", " ") for one in found}
    findings = [
        judged(phrase("merge field"), canon(name).replace("_", " ") in names, quoted(name),
               quoted(name) if canon(name).replace("_", " ") in names else phrase("it is not there"), where_of(file, found[0]))
        for name in request.expect[FIELDS]
    ]  # fmt: skip
    if (count := request.expect[COUNT]) is not None or not findings:
        wanted: Words = count.words() if count else phrase("at least one")
        right = count.holds(len(found)) if count else True
        findings.append(judged(phrase("merge fields"), right, wanted, str(len(found)), phrase("the whole file")))
    return Outcome.of(findings)


def _no_merge_field(data: bytes, request: Request) -> bytes | None:
    """The first of the fields that are asked for is plain text; all of them where none is named."""
    names = request.expect[FIELDS][:1]
    return no_field(
        data,
        lambda one: (
            one.name == "MERGEFIELD"
            and (not names or canon(" ".join(one.arguments)).replace("_", " ") == canon(names[0]).replace("_", " "))
        ),
    )


@check(
    "docx.tracked_changes", phrase("Tracked changes"), "IU07", select=(KIND, TEXT, AUTHOR), expect=(COUNT, TRACKING),
    mutation=lambda data, request: _other_changes(data, request),
)  # fmt: skip
def tracked_changes(file: WordFile, request: Request) -> Outcome:
    """Changes of a kind, of a text, by somebody: so many of them (0 where all should be accepted); whether tracking is on."""
    kind, text, author = request.select[KIND], request.select[TEXT], request.select[AUTHOR]
    found = [
        one for one in file.changes
        if kind in (None, one.kind) and (text is None or canon(text) in canon(one.text))
        and (author is None or canon(author) == canon(one.author))
    ]  # fmt: skip
    findings: list[Finding] = []
    count, tracking = request.expect[COUNT], request.expect[TRACKING]
    if count is not None or tracking is None:
        first = file.paragraph(found[0].at.paragraph) if found else None
        where = first.where if first else phrase("the whole file")
        right = count.holds(len(found)) if count else bool(found)
        wanted: Words = count.words() if count else phrase("at least one")
        findings.append(
            judged(_KINDS[kind] if kind else phrase("tracked changes"), right, wanted, str(len(found)), where)
        )
    if tracking is not None:
        words = {True: phrase("changes are tracked"), False: phrase("changes are not tracked")}
        on = file.settings.tracking
        findings.append(
            judged(phrase("tracking"), on == tracking, words[tracking], words[on], phrase("the whole file"))
        )
    return Outcome.of(findings, matched=any(one.right for one in findings) or bool(found))


def _other_changes(data: bytes, request: Request) -> bytes | None:
    """All changes go, or one comes where none should be left; or tracking is turned."""
    if (tracking := request.expect[TRACKING]) is not None and not request.expect.has(COUNT):
        return spoil_setting(data, "trackRevisions", {"val": "0" if tracking else "1"})
    count = request.expect[COUNT]
    if count is not None and count.low == 0:
        return edit_trees(data, r"word/document\.xml", lambda top: _changed(top, request, int(count.high) + 1))
    return edit_trees(data, _TEXTS, lambda top: _accepted(top, request.select[KIND]))


def _accepted(top: Element, kind: str | None) -> bool:
    """Changes of a kind, or all, become part of the text."""
    gone = remove_all(top, *(name for name, known in _GONE.items() if kind in (None, known)))
    kept = [one for name, known in _KEPT.items() if kind in (None, known) for one in elements(top, name)]
    for one in kept:
        unwrap(one)
    return gone or bool(kept)


def _changed(top: Element, request: Request, count: int) -> bool:
    """The first run of text is inserted, by who and with what text is asked about."""
    run = next((one for one in elements(top, "r") if child(one, "t") is not None), None)
    if run is None:
        return False
    for _ in range(count):
        made = wrapped_copy(run, "del" if request.select[KIND] == "delete" else "ins")
        made.setAttribute(f"{run.prefix}:author", request.select[AUTHOR] or "x")
        if (text := request.select[TEXT]) is not None:
            reword_all(made, text)
    return True


@check(
    "docx.comment", phrase("Remarks"), "IU07", select=(SAYS, ON, AUTHOR), expect=(COUNT, DONE),
    mutation=lambda data, request: _other_comments(data, request),
)  # fmt: skip
def comment(file: WordFile, request: Request) -> Outcome:
    """A remark that says something, about a text, by somebody; 0 of them where they should be gone."""
    found = [one for one in file.comments if _is_asked(file, one, request)]
    count, done = request.expect[COUNT], request.expect[DONE]
    if not found and (count is None or not count.holds(0)):
        says = request.select[SAYS]
        return Outcome.nothing(phrase("a remark %(text)s", text=quoted(says)) if says else phrase("a remark"))
    where = _comment_where(file, found[0]) if found else phrase("the whole file")
    wanted: Words = count.words() if count else phrase("at least one")
    right = count.holds(len(found)) if count else bool(found)
    findings = [judged(phrase("remarks"), right, wanted, str(len(found)), where)]
    if done is not None:
        words = {True: phrase("done with"), False: phrase("still open")}
        findings += [
            judged(phrase("remark"), one.resolved == done, words[done], words[one.resolved], _comment_where(file, one))
            for one in found
        ]
    return Outcome.of(findings, matched=right or bool(found))


def _is_asked(file: WordFile, one: Comment, request: Request) -> bool:
    says, on, author = request.select[SAYS], request.select[ON], request.select[AUTHOR]
    about = canon(file.text_of(one.range)) if one.range else ""
    return (
        (says is None or canon(says) in canon(one.text))
        and (author is None or canon(author) == canon(one.author))
        and (on is None or (bool(about) and (canon(on) in about or about in canon(on))))
    )


def _comment_where(file: WordFile, one: Comment) -> Phrase:
    paragraph = file.paragraph(one.range.start.paragraph) if one.range else None
    return paragraph.where if paragraph else phrase("the whole file")


def _other_comments(data: bytes, request: Request) -> bytes | None:
    done = request.expect[DONE]
    if done is not None:
        return edit_tree(data, "word/commentsExtended.xml", lambda top: _turned(top, done)) or None
    file, says = open_model(data), request.select[SAYS]
    asked = {one.id for one in file.comments if _is_asked(file, one, request)}
    if request.select.has(ON):
        return edit_trees(
            data, _TEXTS, lambda top: _each(top, ("commentRangeStart", "commentRangeEnd"), asked, take_out)
        )
    count = request.expect[COUNT]
    if not asked and count is not None and count.holds(0):
        return edit_trees(data, _COMMENTS, lambda top: bool(add_element(add_element(top, "comment"), "p")))
    return edit_trees(
        data,
        _COMMENTS,
        lambda top: _each(
            top, ("comment",), asked, take_out if says is None else lambda one: reword_all(one, unlike(says))
        ),
    )


def _each(top: Element, names: tuple[str, ...], ids: set[str], edit: Callable[[Element], object]) -> bool:
    """What is done to each element of these names and ids."""
    found = [one for name in names for one in elements(top, name) if attribute(one, "id") in ids]
    for one in found:
        edit(one)
    return bool(found)


def _turned(top: Element, done: bool) -> bool:
    found = list(elements(top, "commentEx"))
    for one in found:
        one.setAttribute(f"{one.prefix}:done", "0" if done else "1")
    return bool(found)
