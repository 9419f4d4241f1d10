"""Whether the lines of a component look as its rule says: each property apart, the component right when all are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from question_bank.phrase import Phrase, phrase
from question_bank.practical.administrative.lines import FULL, LEFT, Line, joined
from question_bank.practical.administrative.names import COMPONENTS
from question_bank.practical.arguments import figure
from question_bank.practical.findings import Finding, Words, judged, quoted
from question_bank.practical.profiles.rules import Rule
from question_bank.practical.word.canon import canon

ALIGNED = {
    "left": phrase("aligned left"), "center": phrase("centred"), "right": phrase("aligned right"), "justify": phrase("justified"),
    "distribute": phrase("spread over the line"),
}  # fmt: skip
PLACED = {
    "left": phrase("in the left column"),
    "right": phrase("in the right column"),
    "middle": phrase("over the whole width"),
}
NOT_THERE = phrase("it is not there")


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that a rule asks, as it must be and as it is."""

    right: bool
    expected: Words
    found: Words


def component(name: str, lines: Sequence[Line], rule: Rule, more: Sequence[Property] = ()) -> Finding:
    """A component by its look, its place, and what else was asked of it."""
    if not lines:
        return absent(name, rule)
    return settled(name, [*_properties(lines, rule), *more], lines)


def absent(name: str, rule: Rule, must: Words = "") -> Finding:
    """A component that must be there and is not; `must` says what, where its look does not."""
    wanted = [one.expected for one in _properties((), rule)]
    expected = must or phrases_of([phrase("“%(text)s”", text=rule.text[0])] if rule.text else [], wanted)
    return judged(COMPONENTS[name], False, expected, NOT_THERE, phrase("the whole file"), name)


def settled(name: str, properties: Sequence[Property], lines: Sequence[Line]) -> Finding:
    """Right when each property is; what is wrong is told, or the words where nothing is."""
    wrong = [one for one in properties if not one.right]
    expected = phrases_of([one.expected for one in wrong or properties])
    found = phrases_of([one.found for one in wrong]) if wrong else quoted(joined(lines))
    return judged(COMPONENTS[name], not wrong, expected, found, lines[0].paragraph.where, name)


def shared(name: str, wrong: Sequence[Property], count: int, expected: Words, where: Words) -> Finding:
    """A component of many paragraphs: its credit is the share of those that are right, `found` what is wrong with the first."""
    if not count:
        return judged(COMPONENTS[name], False, expected, NOT_THERE, phrase("the whole file"), name)
    credit = Fraction(count - len(wrong), count)
    if not wrong:
        return judged(COMPONENTS[name], credit, expected, phrase("all of %(count)s", count=count), where, name)
    found = phrase("%(wrong)s of %(count)s otherwise, the first: %(what)s", wrong=len(wrong), count=count, what=wrong[0].found)  # fmt: skip
    return judged(COMPONENTS[name], credit, expected, found, where, name)


def wording(lines: Sequence[Line], text: str, *, case: bool = False) -> Property:
    """What the lines say is a text, in canonical form."""
    said = joined(lines)
    right = canon(said, case) == canon(text, case)
    return Property(right, quoted(text), quoted(said))


def phrases_of(*groups: Sequence[Words]) -> Words:
    """Several sentences in one, between semicolons."""
    listed = [one for group in groups for one in group]
    if not listed:
        return phrase("as it should be")
    said = listed[0]
    for one in listed[1:]:
        said = phrase("%(first)s, %(next)s", first=said, next=one)
    return said


def sized(rule: Rule, sizes: Sequence[float]) -> Iterator[Property]:
    """All sizes within the rule's."""
    if rule.size_pt is not None:
        wrong = [one for one in sizes if not rule.size_pt.holds(one)]
        yield Property(not wrong, phrase("size %(size)s", size=rule.size_pt.words()), phrase("size %(size)s", size=", ".join(dict.fromkeys(figure(one) for one in wrong))))  # fmt: skip


def _properties(lines: Sequence[Line], rule: Rule) -> Iterator[Property]:
    """Every property of a rule; those of no lines tell what is expected."""
    if rule.text and lines:
        said = canon(joined(lines))
        right = said in [canon(one) for one in rule.text]
        yield Property(right, phrase("“%(text)s”", text=rule.text[0]), quoted(joined(lines)))
    yield from sized(rule, [one.size_pt for one in lines])
    for wanted, are, yes, no in (
        (rule.bold, [one.bold for one in lines], phrase("bold"), phrase("not bold")),
        (rule.italic, [one.says(lambda look: look.italic) for one in lines], phrase("italic"), phrase("upright")),
        (rule.capitals, [one.capitals for one in lines], phrase("capitals"), phrase("not all in capitals")),
    ):
        if wanted is not None:
            right = all(is_ is wanted for is_ in are)
            yield Property(right, yes if wanted else no, no if wanted else yes)
    yield from _placed(lines, rule)


def _placed(lines: Sequence[Line], rule: Rule) -> Iterator[Property]:
    if rule.place in PLACED:
        wrong = next((one for one in lines if not _stands(one, rule.place)), None)
        yield Property(wrong is None, PLACED[rule.place], PLACED[wrong.column] if wrong else "")
    if rule.align:
        other = next((one for one in lines if one.align != rule.align), None)
        yield Property(other is None, ALIGNED[rule.align], ALIGNED.get(other.align, other.align) if other else "")


def _stands(line: Line, place: str) -> bool:
    """Whether a line is in a column; what begins at the left margin is on the left, whatever is beside it."""
    return line.column == place or (place == LEFT and line.column == FULL and line.align == LEFT)


def marked(rule: Rule, lines: Sequence[Line]) -> Iterator[Property]:
    """The marks at the ends of the lines of a list: one for all but the last, one for the last, where the rule has them."""
    for at, one in enumerate(lines):
        wanted = rule.last if rule.last and at == len(lines) - 1 else rule.ends
        if wanted and not one.typed.rstrip().endswith(wanted):
            yield Property(False, phrase("“%(sign)s” at the end of the line", sign=wanted), quoted(one.typed))
            return


def patterned(rule: Rule, lines: Sequence[Line], expected: Phrase) -> Property:
    """Each line fits the rule's pattern."""
    wrong = next((one for one in lines if rule.pattern and not rule.pattern.search(one.words)), None)
    return Property(wrong is None, expected, quoted(wrong.typed) if wrong else "")
