"""QTI's items with something to fill in inside their text: words to drag, and several small interactions as the gaps of one cloze."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.content import Holds
from question_bank.formats import qti_judge as judge
from question_bank.formats.cloze_text import CLOSE, OPEN, with_names
from question_bank.formats.exchange import Question
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import Made, UnusableError, no_counterpart, too_many_options
from question_bank.formats.qti_asked import Asked
from question_bank.formats.qti_judge import Probe
from question_bank.formats.qti_ours import exact_answers
from question_bank.formats.qti_tree import elements, walk
from question_bank.formats.qti_typed import numbers, texts
from question_bank.formats.qti_types import most_of, probe_of, prompted, shuffled
from question_bank.formats.qti_values import NUMBERS, Bag, Declared, Scalar, UnknownRuleError, Value, positive_ids
from question_bank.items._cloze_gaps import LABELS as CHOICES
from question_bank.items._gaps import MOST_GAPS
from question_bank.items._numbers import as_decimal, read_number
from question_bank.items.drag_words import LABELS as WORDS
from question_bank.phrase import phrase

INLINE = frozenset(
    {"inlineChoiceInteraction", "textEntryInteraction", "choiceInteraction", "sliderInteraction", "gapMatchInteraction"}
)


@dataclass(frozen=True, slots=True)
class _Gap:
    """One place to fill in: what stands in the HTML is `OPEN number CLOSE`."""

    node: Node
    read: Callable[[Mapping[str, Value], str], dict[str, JSON]]  # by the other responses and the gap's name
    response: str
    empty: Callable[[Value], Value]  # the response without this gap's filling


def cloze(asked: Asked, interactions: Sequence[Node]) -> Question:
    """All interactions of the item as gaps of one text. Raises UnusableError where one of them is more than a gap."""
    for one in interactions:
        if one.name not in INLINE or (
            one.name == "choiceInteraction" and (asked.declared(one).several and most_of(one) != 1)
        ):
            raise UnusableError(
                "several_interactions",
                phrase(
                    "several interactions in one item, one of which (%(name)s) cannot be a gap of a text", name=one.name
                ),
            )
    found: list[_Gap] = []
    for one in interactions:
        found += _MAKERS[one.name](asked, one, len(found) + 1)
    if not found or len(found) > MOST_GAPS:
        raise UnusableError("too_many_gaps", phrase("more than %(most)s gaps", most=MOST_GAPS))
    base = {name: right_response(asked, declared) for name, declared in asked.scorer.responses.items()}
    names = asked.carried.gap_names(len(found))
    gaps: dict[str, JSON] = {}
    weights = _weights(asked, found, base)
    for name, gap, weight in zip(names, found, weights, strict=True):
        fields = asked.carried.compared(name, gap.read(base, name))
        gaps[name] = fields | ({"weight": as_decimal(weight)} if weight != 1 else {})
    asked.keep_order = not any(one.flag("shuffle") for one in interactions)
    return asked.question(Made("cloze", {"gaps": gaps}), _stem(asked, names))


def right_response(asked: Asked, declared: Declared) -> Value:
    """The right response that the file names, else the one it rewards most, else the first it compares with."""
    if declared.correct:
        return declared.value(declared.correct)
    if declared.mapping and declared.mapping.entries:
        best = max(declared.mapping.entries, key=lambda entry: entry.earns)
        return declared.value([best.key]) if not declared.several else declared.value(positive_ids(declared))
    if declared.base == "string":
        return next(
            (one for outcome in asked.scorer.outcomes.values() if outcome.base == "string" for one in outcome.correct),
            None,
        )
    return None


def _weights(asked: Asked, found: Sequence[_Gap], base: Mapping[str, Value]) -> list[Fraction]:
    """What each gap counts beside the others; one each where nothing else can be worked out."""
    equal = [Fraction(1)] * len(found)
    carried = asked.carried.words("weights") if asked.carried.ours else ()
    if len(carried) == len(found):
        return [max(read_number(one) or Fraction(0), Fraction(0)) or Fraction(1) for one in carried]
    if asked.scorer.rule not in ("written", "map"):
        return equal
    try:
        whole = asked.scorer.score(base)
        lost = [whole - asked.scorer.score({**base, gap.response: gap.empty(base.get(gap.response))}) for gap in found]
    except UnknownRuleError:
        return equal
    least = min(lost)
    if least <= 0 or max(lost) / least > 100 or sum(lost) != whole:
        return equal
    return [one / least for one in lost]


def _stem(asked: Asked, names: Sequence[str]) -> str:
    """The stem with its gaps by name."""
    asked.markup.swap = {node: with_names(text, names) for node, text in asked.markup.swap.items()}
    return asked.stem(Holds.ALL)


def _sign(number: int) -> str:
    return f"{OPEN}{number}{CLOSE}"


def _others(base: Mapping[str, Value], response: str) -> dict[str, Value]:
    return {name: value for name, value in base.items() if name != response}


def _nothing(_: Value) -> Value:
    return None


def _options(asked: Asked, nodes: Sequence[Node]) -> tuple[dict[str, JSON], dict[str, str]]:
    """Options of a gap by letter, and the letter of each identifier."""
    if len(nodes) > len(CHOICES):
        raise too_many_options(len(nodes), len(CHOICES))
    options: dict[str, JSON] = {
        label: asked.text(node, Holds.LINE) for label, node in zip(CHOICES, nodes, strict=False)
    }
    return options, {node.attributes.get("identifier", ""): label for label, node in zip(CHOICES, nodes, strict=False)}


def _choice_fields(options: dict[str, JSON], known: Mapping[str, str], probe: Probe) -> dict[str, JSON]:
    right = judge.single(probe, known)
    if len(right) > 1:
        probe.draft.doubt("several_right", phrase("several responses earn all marks"))
    return {"kind": "choice", "options": options, "key": known[right[0]] if len(right) == 1 else ""}


def _choices(asked: Asked, node: Node, number: int) -> list[_Gap]:
    inline = node.name == "inlineChoiceInteraction"
    nodes = list(node.all("inlineChoice" if inline else "simpleChoice"))
    options, known = _options(asked, nodes)
    prompt = "" if inline or node.child("prompt") is None else f"<div>{asked.markup.inner(_prompt(node))}</div>"
    asked.markup.swap[id(node)] = _sign(number) if inline else f"{prompt}<div>{_sign(number)}</div>"
    declared = asked.declared(node)

    def read(base: Mapping[str, Value], _: str) -> dict[str, JSON]:
        return _choice_fields(
            options, known, Probe(asked.scorer, declared, _others(base, declared.identifier), asked.draft)
        )

    return [_Gap(node, read, declared.identifier, _nothing)]


def _prompt(node: Node) -> Node:
    found = node.child("prompt")
    assert found is not None
    return found


def _typed(asked: Asked, node: Node, number: int) -> list[_Gap]:
    declared = asked.declared(node)
    if declared.several or (declared.base not in NUMBERS and declared.base != "string"):
        raise no_counterpart(f"{node.name} ({declared.cardinality} {declared.base})")
    if node.name == "sliderInteraction":
        prompted(asked, node)
        asked.markup.swap[id(node)] += f"<div>{_sign(number)}</div>"
    else:
        asked.markup.swap[id(node)] = _sign(number)

    def read(base: Mapping[str, Value], name: str) -> dict[str, JSON]:
        probe = Probe(asked.scorer, declared, _others(base, declared.identifier), asked.draft)
        if declared.base in NUMBERS:
            answers = numbers(probe).answers
            return {"kind": "number", "answers": exact_answers(asked.carried, name, probe, True) or answers}
        fields = texts(probe).text_fields()
        exact = exact_answers(asked.carried, name, probe, False)
        return {"kind": "text", **({"answers": exact} if exact else fields)}

    return [_Gap(node, read, declared.identifier, _nothing)]


def _gap_match(asked: Asked, node: Node, number: int) -> list[_Gap]:
    """Beside other interactions each gap is a choice among all the words."""
    words = [one for one in elements(node) if one.name in ("gapText", "gapImg")]
    options, known = _options(asked, words)
    gaps = _placed(asked, node, number)
    declared = asked.declared(node)
    return [
        _Gap(node, _drag_reader(asked, declared, gap, options, known), declared.identifier, _without(gap))
        for gap in gaps
    ]


def _placed(asked: Asked, node: Node, number: int) -> list[str]:
    """Put signs where the gaps are, take the words out of the text; gives the gaps' identifiers."""
    gaps: list[str] = []
    for one in walk(node):
        if one.name == "gap":
            asked.markup.swap[id(one)] = _sign(number + len(gaps))
            gaps.append(one.attributes.get("identifier", ""))
        elif one.name in ("gapText", "gapImg"):
            asked.markup.swap[id(one)] = ""
    asked.markup.swap[id(node)] = f"<div>{asked.markup.inner(node)}</div>"
    return gaps


def _without(gap: str) -> Callable[[Value], Value]:
    def kept(value: Value) -> Value:
        items = (
            tuple(one for one in value.items if not (isinstance(one, tuple) and gap in one))
            if isinstance(value, Bag)
            else ()
        )
        return Bag(items) if items else None

    return kept


def _drag_reader(
    asked: Asked, declared: Declared, gap: str, options: dict[str, JSON], known: Mapping[str, str]
) -> Callable[[Mapping[str, Value], str], dict[str, JSON]]:
    def read(base: Mapping[str, Value], _: str) -> dict[str, JSON]:
        rest = _without(gap)(base.get(declared.identifier))

        def whole(word: Value) -> Value:
            kept: tuple[Scalar, ...] = rest.items if isinstance(rest, Bag) else ()
            made = (*kept, (word, gap)) if isinstance(word, str) else kept
            return Bag(made) if made else None

        mine = tuple(word for word, place in _pairs(declared) if place == gap)
        alone = replace(declared, cardinality="single", base="identifier", correct=mine, mapping=None)
        return _choice_fields(
            options, known, Probe(asked.scorer, alone, _others(base, declared.identifier), asked.draft, whole)
        )

    return read


def _pairs(declared: Declared) -> list[tuple[str, str]]:
    """The right pairs of word and gap."""
    found = declared.correct or positive_ids(declared)
    return [
        (one[0], one[1])
        for one in found
        if isinstance(one, tuple) and isinstance(one[0], str) and isinstance(one[1], str)
    ]


def drag_words(asked: Asked, interaction: Node) -> Question:
    """Words for the gaps of a text."""
    nodes = {
        one.attributes.get("identifier", ""): one for one in elements(interaction) if one.name in ("gapText", "gapImg")
    }
    if any(one.name == "gapImg" for one in nodes.values()):
        raise UnusableError("pictures_to_drag", phrase("pictures to be dragged into a text have no counterpart here"))
    if len(nodes) > len(WORDS):
        raise UnusableError("too_many_options", phrase("more than %(most)s words", most=len(WORDS)))
    labels = dict(zip(nodes, WORDS, strict=False))
    texts_: dict[str, JSON] = {labels[one]: asked.text(node, Holds.LINE) for one, node in nodes.items()}
    gaps = _placed(asked, interaction, 1)
    probe = probe_of(asked, interaction)
    pairs = [(word, gap) for word, gap in _pairs(probe.declared) if word in nodes and gap in gaps]
    mates = {gap: word for word, gap in pairs}
    if len(mates) < len(pairs) or sorted(mates) != sorted(gaps):
        raise UnusableError("no_key", phrase("a place in the text names no word"))
    others = [
        Bag((*pairs[:at], (word, pairs[at][1]), *pairs[at + 1 :]))
        for at in range(len(pairs))
        for word in nodes
        if word != pairs[at][0]
    ]
    judge.confirmed(probe, Bag(tuple(pairs)), others, ", ".join(f"{word} – {gap}" for word, gap in pairs))
    shuffled(asked, interaction)
    names = asked.carried.gap_names(len(gaps))
    made: dict[str, JSON] = {name: labels[mates[gap]] for name, gap in zip(names, gaps, strict=True)}
    again = len(set(mates.values())) < len(mates) or asked.carried.get("reuse") == "true"
    again = again or (
        not asked.carried.ours and any(one.attributes.get("matchMax", "1") != "1" for one in nodes.values())
    )
    fields: dict[str, JSON] = {"words": texts_, "gaps": made, **({"reuse": "true"} if again else {})}
    return asked.question(Made("drag_words", fields), _stem(asked, names))


_MAKERS: Mapping[str, Callable[[Asked, Node, int], list[_Gap]]] = {
    "inlineChoiceInteraction": _choices,
    "choiceInteraction": _choices,
    "textEntryInteraction": _typed,
    "sliderInteraction": _typed,
    "gapMatchInteraction": _gap_match,
}
