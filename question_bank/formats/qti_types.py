"""QTI's interactions as our types: those that stand alone in an item and are answered by choosing, pairing, ordering or writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import permutations

from question_bank.canonical import JSON
from question_bank.content import Span, Words, write
from question_bank.formats import qti_judge as judge
from question_bank.formats.exchange import Question
from question_bank.formats.moodle_answers import Made, UnusableError
from question_bank.formats.moodle_tree import Node
from question_bank.formats.qti_asked import Asked
from question_bank.formats.qti_judge import Probe
from question_bank.formats.qti_ours import exact_answers, exact_weights, units
from question_bank.formats.qti_tree import elements
from question_bank.formats.qti_typed import numbers, texts
from question_bank.formats.qti_values import NUMBERS, Bag, Value, pair, positive_ids
from question_bank.items.matching import LEFT, RIGHT
from question_bank.phrase import phrase

TRUE = frozenset(["true", "đúng", "richtig", "vrai", "verdadero", "wahr", "waar", "correct"])
MANY = phrase("one has several counterparts, or none, on both sides: this has no counterpart here")
FALSE = frozenset(["false", "sai", "falsch", "faux", "falso", "onwaar", "incorrect"])


def probe_of(asked: Asked, interaction: Node, others: Mapping[str, Value] | None = None) -> Probe:
    """What tries responses to an interaction."""
    return Probe(asked.scorer, asked.declared(interaction), others or {}, asked.draft)


def shuffled(asked: Asked, interaction: Node) -> None:
    """The order of the file stays where it says so; QTI's default is that it does."""
    asked.keep_order = interaction.attributes.get("shuffle", "false") not in ("true", "1")


def prompted(asked: Asked, interaction: Node) -> None:
    """The prompt stands where the interaction was."""
    prompt = interaction.child("prompt")
    asked.markup.swap[id(interaction)] = f"<div>{asked.markup.inner(prompt)}</div>" if prompt else ""


def most_of(interaction: Node) -> int:
    """How many may be chosen; 0 for no bound."""
    said = interaction.attributes.get("maxChoices", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 1


def choice(asked: Asked, interaction: Node) -> Question:
    """One right option or several, by cardinality and `maxChoices`."""
    nodes = list(interaction.all("simpleChoice"))
    known, options, said = asked.options(nodes)
    prompted(asked, interaction)
    shuffled(asked, interaction)
    made = chosen(asked, interaction, known, options)
    if made.type == "true_false":
        said = [(options[label], text) for label, text in said]
    fixed: list[JSON] = [label for label, node in known.items() if node.attributes.get("fixed") in ("true", "1")]
    if fixed and made.type != "true_false" and not asked.keep_order:
        made.fields["fixed"] = fixed
    return asked.question(made, asked.stem(), said)


def chosen(asked: Asked, interaction: Node, known: Mapping[str, Node], options: Mapping[str, str]) -> Made:
    """The type and fields of a choice among these."""
    by_id = {node.attributes.get("identifier", ""): label for label, node in known.items()}
    if len(by_id) < len(known):
        raise UnusableError("same_identifier", phrase("two options have the same identifier"))
    probe = probe_of(asked, interaction)
    texts_: dict[str, JSON] = {**options}
    ours = asked.carried.get("type")
    if not probe.declared.several or (most_of(interaction) == 1 and ours != "multiple_choice"):
        right = judge.single(probe, by_id)
        truths = [_truth(options[label]) for label in options]
        if len(right) == 1 and sorted(truths, key=str) == [False, True] and not asked.draft.review and ours != "single_choice":
            return Made("true_false", {"key": "true" if truths[list(options).index(by_id[right[0]])] else "false"})
        return Made("single_choice", {"options": texts_, "key": [*sorted(by_id[one] for one in right)]})
    most = most_of(interaction)
    ticked = judge.ticked(probe, by_id, most)
    fields = {"options": texts_, **ticked.fields(by_id)}
    if asked.carried.ours:
        fields |= {"weights": exact_weights(asked.carried, fields["key"])}
    return Made("multiple_choice", fields | ({"most": str(most)} if 0 < most < len(known) else {}))


def _truth(text: str) -> bool | None:
    word = text.strip(" .").casefold()
    return True if word in TRUE else False if word in FALSE else None


def hottext(asked: Asked, interaction: Node) -> Question:
    """Words of a text to be chosen: they are underlined in the stem, and are the options."""
    nodes = asked.inside("hottext")
    known, options, said = asked.options(nodes)
    for node in nodes:
        asked.markup.swap[id(node)] = f"<u>{asked.markup.inner(node)}</u>"
    asked.keep_order = True
    made = chosen(asked, interaction, known, options)
    if made.type == "true_false":
        made = Made("single_choice", {"options": {**options}, "key": ["A" if (made.fields["key"] == "true") is (_truth(options["A"]) is True) else "B"]})
    asked.draft.note("hottext", phrase("words to be chosen in the text are underlined there, and are the options"))
    return asked.question(made, asked.stem(), said)


def order(asked: Asked, interaction: Node) -> Question:
    """Entries to be put in order; all of them."""
    nodes = {node.attributes.get("identifier", ""): node for node in interaction.all("simpleChoice")}
    if len(nodes) > len(LEFT):
        raise UnusableError("too_many_options", phrase("%(options)s options; at most %(most)s", options=len(nodes), most=len(LEFT)))
    entries = {one: asked.option(node)[0] for one, node in nodes.items()}
    prompted(asked, interaction)
    return ordered(asked, interaction, entries)


def ordered(asked: Asked, interaction: Node, entries: Mapping[str, str]) -> Question:
    """An ordering of these texts by identifier. Raises UnusableError when not all of them are to be put in order."""
    probe = probe_of(asked, interaction)
    right = [one for one in probe.declared.correct if isinstance(one, str) and one in entries]
    if right and sorted(right) != sorted(entries):
        raise UnusableError("order_of_some", phrase("only some of the entries are to be put in order, which has no counterpart here"))
    if not right:
        raise UnusableError("no_key", phrase("the file names no right order"))
    tried = [*permutations(right)][1:] if len(right) <= 5 else [_swapped(right, at) for at in range(len(right) - 1)]
    judge.confirmed(probe, Bag(tuple(right), True), [Bag(tuple(one), True) for one in tried], " – ".join(right))
    return asked.question(Made("ordering", {"entries": [entries[one] for one in right]}), asked.stem())


def _swapped(right: Sequence[str], at: int) -> list[str]:
    return [*right[:at], right[at + 1], right[at], *right[at + 2 :]]


def match(asked: Asked, interaction: Node) -> Question:
    """Two sets with pairs between them; four rows to be judged true or false are a type of their own."""
    sets = list(interaction.all("simpleMatchSet"))
    if len(sets) != 2:
        raise UnusableError("no_pairs", phrase("there are not two sets to match"))
    sides = [{node.attributes.get("identifier", ""): node for node in one.all("simpleAssociableChoice")} for one in sets]
    prompted(asked, interaction)
    shuffled(asked, interaction)
    return matched(asked, interaction, [{one: asked.option(node)[0] for one, node in side.items()} for side in sides])


def matched(asked: Asked, interaction: Node, sides: Sequence[Mapping[str, str]]) -> Question:
    """A matching of texts by identifier. Raises UnusableError where one has several mates on both sides."""
    if any(len(side) > len(RIGHT) for side in sides):
        raise UnusableError("too_many_options", phrase("more than %(most)s pairs", most=len(RIGHT)))
    probe = probe_of(asked, interaction)
    pairs = _directed(probe, sides)
    left, right = sides
    if not _each_once(pairs, left, 0):
        if not _each_once(pairs, right, 1):
            raise UnusableError("many_to_many", MANY)
        pairs, left, right = [(b, a) for a, b in pairs], right, left
        turned = True
    else:
        turned = False
    mates = dict(pairs)
    _confirm_pairs(probe, pairs, list(right), turned)
    truths = {one: _truth(text) for one, text in right.items()}
    if len(left) == 4 and asked.carried.get("type") != "matching" and sorted(truths.values(), key=str) == [False, True]:
        statements: dict[str, JSON] = dict(zip("abcd", left.values(), strict=True))
        key: list[JSON] = [label for label, one in zip("abcd", left, strict=True) if truths[mates[one]]]
        return asked.question(Made("true_false_4", {"statements": statements, "key": key}), asked.stem())
    numbers_ = dict(zip(left, LEFT, strict=False))
    letters = dict(zip(right, RIGHT, strict=False))
    made: dict[str, JSON] = {numbers_[one]: letters[mates[one]] for one in left}
    fields: dict[str, JSON] = {"left": {numbers_[one]: text for one, text in left.items()}, "right": {letters[one]: text for one, text in right.items()}, "pairs": made}
    reuse = len(set(mates.values())) < len(mates)
    return asked.question(Made("matching", fields | ({"reuse": "true"} if reuse else {})), asked.stem())


def _directed(probe: Probe, sides: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """The right pairs, left one first; of the mapping where the file names none. Raises UnusableError for none."""
    found: list[tuple[str, str]] = []
    for one in probe.declared.correct or positive_ids(probe.declared):
        if isinstance(one, tuple) and isinstance(one[0], str) and isinstance(one[1], str):
            left, right = one
            found += [(left, right)] if left in sides[0] and right in sides[1] else [(right, left)] if right in sides[0] and left in sides[1] else []
    if not found:
        raise UnusableError("no_key", phrase("the file names no right pairs"))
    if len(set(found)) < len(found):
        raise UnusableError("many_to_many", MANY)
    return found


def _each_once(pairs: Sequence[tuple[str, str]], side: Mapping[str, str], place: int) -> bool:
    return sorted(one[place] for one in pairs) == sorted(side)


def _confirm_pairs(probe: Probe, pairs: Sequence[tuple[str, str]], right: Sequence[str], turned: bool) -> None:
    """Each pair with another right side must earn less. Lists may name pairs in either direction."""

    def value(found: Sequence[tuple[str, str]]) -> Value:
        if probe.declared.base == "pair":
            return Bag(tuple(pair(a, b) for a, b in found))
        return Bag(tuple((b, a) if turned ^ _reversed(probe, pairs, turned) else (a, b) for a, b in found))

    others = [value([*pairs[:at], (pairs[at][0], other), *pairs[at + 1 :]]) for at in range(len(pairs)) for other in right if other != pairs[at][1]]
    judge.confirmed(probe, value(pairs), others, ", ".join(f"{a} – {b}" for a, b in pairs))


def _reversed(probe: Probe, pairs: Sequence[tuple[str, str]], turned: bool) -> bool:
    """Whether the file writes its pairs with the second set first."""
    named = set(probe.declared.correct or positive_ids(probe.declared))
    straight = [(b, a) if turned else (a, b) for a, b in pairs]
    return not any(one in named for one in straight)


def associate(asked: Asked, interaction: Node) -> Question:
    """Pairs within one list: the first of each pair on the left, the rest on the right."""
    nodes = {node.attributes.get("identifier", ""): node for node in interaction.all("simpleAssociableChoice")}
    declared = asked.declared(interaction)
    found = [one for one in declared.correct or positive_ids(declared) if isinstance(one, tuple) and one[0] in nodes and one[1] in nodes]
    places = {one: at for at, one in enumerate(nodes)}
    pairs = [tuple(sorted((str(a), str(b)), key=places.__getitem__)) for a, b in found]
    used = [one for made in pairs for one in made]
    if not pairs:
        raise UnusableError("no_key", phrase("the file names no right pairs"))
    if len(set(used)) < len(used):
        raise UnusableError("many_to_many", MANY)
    made = {one: asked.option(node)[0] for one, node in nodes.items()}
    prompted(asked, interaction)
    shuffled(asked, interaction)
    asked.draft.note("two_lists", phrase("things of one list to be paired stand in two lists here"))
    firsts = {a for a, _ in pairs}
    return matched(asked, interaction, [{one: text for one, text in made.items() if one in firsts}, {one: text for one, text in made.items() if one not in firsts}])


def extended_text(asked: Asked, interaction: Node) -> Question:
    """A text marked by people. What the file names as right goes into the explanation."""
    prompted(asked, interaction)
    declared = asked.declared(interaction)
    if declared.base in NUMBERS:
        raise UnusableError("unsupported", phrase("the format has a type “%(type)s” that has no counterpart here", type=f"{interaction.name} ({declared.base})"))
    expected = [one for one in declared.correct if isinstance(one, str)]
    if expected and not asked.carried.ours:
        asked.notes.append(write((Words("; ".join(expected)),)))
        asked.draft.note("expected_text", phrase("what the file names as right answer went into the explanation: people mark an essay"))
    if asked.carried.get("type") == "prediction":
        return asked.question(Made("prediction", {}), asked.stem())
    return asked.question(Made("essay", {}), asked.stem())


def text_entry(asked: Asked, interaction: Node) -> Question:
    """One field: a number or a short text. Where it stood among words, a line shows the place."""
    declared = asked.declared(interaction)
    asked.markup.swap[id(interaction)] = "" if asked.carried.ours or _last_words(asked.body, interaction) else "_____"
    if asked.carried.get("type") == "prediction":
        return asked.question(Made("prediction", _bounds(asked)), asked.stem())
    probe = probe_of(asked, interaction)
    if declared.base in NUMBERS and not declared.several:
        answers = numbers(probe).answers
        return asked.question(Made("numeric", {"answers": exact_answers(asked.carried, "", probe, True) or answers, **units(asked.carried)}), asked.stem())
    if declared.base != "string" or declared.cardinality != "single":
        raise UnusableError("unsupported", phrase("the format has a type “%(type)s” that has no counterpart here", type=f"{interaction.name} ({declared.cardinality} {declared.base})"))
    fields = texts(probe).text_fields()
    exact = exact_answers(asked.carried, "", probe, False)
    return asked.question(Made("short_text", {"answers": exact} if exact else fields), asked.stem())


def _bounds(asked: Asked) -> dict[str, JSON]:
    return {name: asked.carried.get(name) for name in ("least", "most") if asked.carried.get(name)}


def _last_words(body: Node, field: Node) -> bool:
    """Whether a field stands alone in its line, after everything."""
    for node in elements(body):
        if field in elements(node) and all(one is field or (isinstance(one, str) and not one.strip()) for one in node.children):
            return True
    return False


def slider(asked: Asked, interaction: Node) -> Question:
    """A number chosen with a slider is typed here; its bounds stand below the question."""
    prompted(asked, interaction)
    declared = asked.declared(interaction)
    if declared.several or declared.base not in NUMBERS:
        raise UnusableError("unsupported", phrase("the format has a type “%(type)s” that has no counterpart here", type=f"{interaction.name} ({declared.base})"))
    answers = numbers(probe_of(asked, interaction)).answers
    low, high = (interaction.attributes.get(name, "") for name in ("lowerBound", "upperBound"))
    asked.draft.note("slider", phrase("a number chosen with a slider is typed here"))
    stem = asked.stem()
    bounds = write((Span("i", (Words(f"({low} … {high})"),)),)) if low and high else ""
    return asked.question(Made("numeric", {"answers": answers}), f"{stem} {bounds}".strip())


def upload(asked: Asked, interaction: Node) -> Question:
    """Files to hand in: ours come back, others are a practical task of their own."""
    prompted(asked, interaction)
    task = asked.carried.get("task")
    if not task:
        raise UnusableError("files", phrase("files are to be handed in: write a practical task for it, and name it in a “work with files” item"))
    return asked.question(Made("file_task", {"task": task}), asked.stem())


READERS: Mapping[str, Callable[[Asked, Node], Question]] = {
    "choiceInteraction": choice,
    "hottextInteraction": hottext,
    "orderInteraction": order,
    "matchInteraction": match,
    "associateInteraction": associate,
    "extendedTextInteraction": extended_text,
    "textEntryInteraction": text_entry,
    "sliderInteraction": slider,
    "uploadInteraction": upload,
}
