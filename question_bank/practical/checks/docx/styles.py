"""Headings by their level, styles that were changed or made."""

from __future__ import annotations

from xml.dom.minidom import Element

from question_bank.formats.word_styles import Style
from question_bank.phrase import Phrase, phrase
from question_bank.practical import arguments
from question_bank.practical.catalogue import Request, check
from question_bank.practical.findings import Finding, Outcome, judged, quoted
from question_bank.practical.mutants import attribute, edit_tree, elements, put_attribute
from question_bank.practical.word.canon import canon
from question_bank.practical.word.character_traits import CHARACTERS
from question_bank.practical.word.document import WordFile, open_model
from question_bank.practical.word.paragraph_traits import PARAGRAPH, level_words
from question_bank.practical.word.selecting import Passage, whole
from question_bank.practical.word.spoiling import edit_paragraph, put_paragraph_properties, put_properties
from question_bank.practical.word.styled import example
from question_bank.practical.word.traits import TOLERANCE_MM, TOLERANCE_PT, fields_of

_TRAITS = tuple(one for one in (*CHARACTERS, *PARAGRAPH) if one.field.name not in ("style", "letters"))
_KINDS = {
    "paragraph": phrase("a style of paragraphs"),
    "character": phrase("a style of characters"),
    "table": phrase("a style of tables"),
}

LEVEL = arguments.whole("level", phrase("level of the heading"), required=True)
TEXTS = arguments.texts("texts", phrase("the headings"), required=True)
ONLY = arguments.truth("only", phrase("whether there may be no other heading of the level"), default=False)
NAME = arguments.text("style", phrase("name of the style"), required=True)
KIND = arguments.choice("kind", phrase("kind of style"), _KINDS)
BASED_ON = arguments.text("based_on", phrase("style it is based on"))
USED = arguments.span("uses", phrase("paragraphs that have it"))


@check(
    "docx.headings",
    phrase("Headings"),
    "IU03",
    expect=(LEVEL, TEXTS, ONLY),
    mutation=lambda data, request: _flat(data, request),
)
def headings(file: WordFile, request: Request) -> Outcome:
    """Each text is a heading of a level: by the level of its outline, whatever its style is called."""
    level, texts = request.expect[LEVEL] or 1, request.expect[TEXTS]
    there = [one for one in file.body if not one.empty and one.outline]
    findings: list[Finding] = []
    targets: list[Passage] = []
    for text in texts:
        alike = [one for one in file.body if _is(text, one.text, one.label.text if one.label else "")]
        right = [one for one in alike if one.outline == level]
        best = next(iter(right or alike), None)
        found: Phrase = level_words(best.outline) if best else phrase("it is not there")
        where = best.where if best else phrase("the whole file")
        findings.append(judged(quoted(text), bool(right), level_words(level), found, where))
        targets += [whole(one) for one in right[:1]]
    if request.expect[ONLY]:
        known = {one.paragraph.number for one in targets}
        other = next((one for one in there if one.outline == level and one.number not in known), None)
        none = phrase("no other heading of the level")
        where = other.where if other else phrase("the whole file")
        findings.append(
            judged(phrase("other headings"), other is None, none, quoted(other.text) if other else none, where)
        )
    return Outcome.of(findings, targets, matched=bool(targets))


def _is(wanted: str, text: str, label: str) -> bool:
    return canon(wanted) in (canon(text), canon(label + text))


def _flat(data: bytes, request: Request) -> bytes | None:
    """The first of the headings is none any more."""
    file = open_model(data)
    targets = headings(file, request).targets
    first = next((one for one in targets if isinstance(one, Passage)), None)
    if first is None:
        return None
    level = {"outlineLvl": {"val": "8" if request.expect[LEVEL] != 9 else "9"}}
    return edit_paragraph(data, file, first.paragraph, lambda one: put_paragraph_properties(one, level))


@check(
    "docx.style", phrase("A style and its format"), "IU03", select=(NAME,),
    expect=fields_of(_TRAITS, KIND, BASED_ON, TOLERANCE_MM, TOLERANCE_PT), mutation=lambda data, request: _restyled(data, request),
)  # fmt: skip
def style(file: WordFile, request: Request) -> Outcome:
    """What a style makes of a text that has nothing else: for styles that were to be changed, like Heading 1."""
    name = request.select[NAME] or ""
    found = file.styles.named(name, request.expect[KIND] or "")
    if found is None:
        return Outcome.nothing(phrase("a style %(name)s", name=quoted(name)))
    where = phrase("style %(name)s", name=quoted(found.name))
    passage = example(file.context, found)
    findings = [
        judged(trait.item, made.right, made.expected, made.found, where)
        for trait in _TRAITS
        if request.expect.has(trait.field)
        for made in [trait.judge(passage, request.expect[trait.field], request.expect)]
    ]
    if (base := request.expect[BASED_ON]) is not None:
        parent = file.styles.style(found.parent)
        right = parent is not None and canon(base) in (canon(parent.name), canon(parent.id))
        none = phrase("no style")
        findings.append(judged(BASED_ON.title, right, quoted(base), quoted(parent.name) if parent else none, where))
    there = phrase("a style %(name)s", name=quoted(name))
    return Outcome.of(findings or [judged(phrase("style"), True, there, quoted(found.name), where)])


def _restyled(data: bytes, request: Request) -> bytes | None:
    """The style says something else of the first trait that is asked for; without one it has another name."""
    file = open_model(data)
    named = file.styles.named(request.select[NAME] or "", request.expect[KIND] or "")
    trait = next((one for one in _TRAITS if request.expect.has(one.field)), None)
    if named is None:
        return None
    part = file.package.related(file.package.main_part(), "styles")

    def edit(top: Element) -> bool:
        one = _element(top, named)
        if one is None:
            return False
        if trait is not None:
            put_properties(one, trait.holder, trait.spoil(request.expect[trait.field]))
        else:
            _renamed(one)
        return True

    return edit_tree(data, part, edit)


def _element(top: Element, style: Style) -> Element | None:
    return next((one for one in elements(top, "style") if attribute(one, "styleId") == style.id), None)


@check(
    "docx.style_used", phrase("A style that is there and used"), "IU03", expect=(NAME, KIND, USED),
    mutation=lambda data, request: _unused(data, request),
)  # fmt: skip
def style_used(file: WordFile, request: Request) -> Outcome:
    """A style of this name exists, and text has it."""
    name = request.expect[NAME] or ""
    found = file.styles.named(name, request.expect[KIND] or "")
    if found is None:
        return Outcome.nothing(phrase("a style %(name)s", name=quoted(name)))
    users = [one for one in file.paragraphs if one.style is found and not one.empty]
    uses = len(users) or (1 if file.style_uses[found.id] else 0)
    span = request.expect[USED]
    wanted = phrase("%(times)s times", times=span.words()) if span else phrase("at least once")
    right = span.holds(uses) if span else uses > 0
    where = users[0].where if users else phrase("the whole file")
    item = phrase("style %(name)s", name=quoted(found.name))
    return Outcome.of(
        [judged(item, right, wanted, phrase("%(times)s times", times=str(uses)), where)], [whole(one) for one in users]
    )


def _unused(data: bytes, request: Request) -> bytes | None:
    """No style of this name any more."""
    file = open_model(data)
    named = file.styles.named(request.expect[NAME] or "", request.expect[KIND] or "")
    part = file.package.related(file.package.main_part(), "styles")
    if named is None:
        return None

    def edit(top: Element) -> bool:
        one = _element(top, named)
        if one is None:
            return False
        _renamed(one)
        return True

    return edit_tree(data, part, edit)


def _renamed(style: Element) -> None:
    put_attribute(style, "styleId", "ExamroomOther")
    for name in elements(style, "name"):
        put_attribute(name, "val", "Examroom Other")
