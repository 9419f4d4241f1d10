"""QTI's interactions about pairs and order: matching, association, ordering."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from question_bank.canonical import JSON
from question_bank.formats import qti_judge as judge
from question_bank.formats.exchange import Question
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import Made, UnusableError, too_many_options
from question_bank.formats.qti_asked import Asked
from question_bank.formats.qti_judge import Probe
from question_bank.formats.qti_types import probe_of, prompted, shuffled, truth_of
from question_bank.formats.qti_values import Bag, Value, pair, positive_ids
from question_bank.items._choice import LABELS
from question_bank.items.matching import LEFT, RIGHT
from question_bank.phrase import phrase

MANY = phrase("one has several counterparts, or none, on both sides: this has no counterpart here")


def order(asked: Asked, interaction: Node) -> Question:
    """Entries to be put in order; all of them."""
    nodes = {node.attributes.get("identifier", ""): node for node in interaction.all("simpleChoice")}
    if len(nodes) > len(LEFT):
        raise too_many_options(len(nodes), len(LEFT))
    entries = {one: asked.option(node)[0] for one, node in nodes.items()}
    prompted(asked, interaction)
    return ordered(asked, interaction, entries)


def ordered(asked: Asked, interaction: Node, entries: Mapping[str, str]) -> Question:
    """An ordering of these texts by identifier. Raises UnusableError when not all of them are to be put in order."""
    probe = probe_of(asked, interaction)
    right = [one for one in probe.declared.correct if isinstance(one, str) and one in entries]
    if right and sorted(right) != sorted(entries):
        raise UnusableError(
            "order_of_some", phrase("only some of the entries are to be put in order, which has no counterpart here")
        )
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
    sides = [
        {node.attributes.get("identifier", ""): node for node in one.all("simpleAssociableChoice")} for one in sets
    ]
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
            return pairs_as_options(
                asked,
                interaction,
                {(a, b): f"{one} – {other}" for a, one in left.items() for b, other in right.items()},
            )
        pairs, left, right = [(b, a) for a, b in pairs], right, left
        turned = True
    else:
        turned = False
    mates = dict(pairs)
    _confirm_pairs(probe, pairs, list(right), turned)
    if asked.carried.get("type") != "matching":
        truths = {one: truth_of(text) for one, text in right.items()}
        if len(left) == 4 and sorted(truths.values(), key=str) == [False, True]:
            statements: dict[str, JSON] = dict(zip("abcd", left.values(), strict=True))
            key: list[JSON] = [label for label, one in zip("abcd", left, strict=True) if truths[mates[one]]]
            return asked.question(Made("true_false_4", {"statements": statements, "key": key}), asked.stem())
        if len(left) == 1:
            return _one_row(asked, left, right, mates)
    numbers_ = dict(zip(left, LEFT, strict=False))
    letters = dict(zip(right, RIGHT, strict=False))
    made: dict[str, JSON] = {numbers_[one]: letters[mates[one]] for one in left}
    fields: dict[str, JSON] = {
        "left": {numbers_[one]: text for one, text in left.items()},
        "right": {letters[one]: text for one, text in right.items()},
        "pairs": made,
    }
    reuse = len(set(mates.values())) < len(mates)
    return asked.question(Made("matching", fields | ({"reuse": "true"} if reuse else {})), asked.stem())


def _one_row(asked: Asked, left: Mapping[str, str], right: Mapping[str, str], mates: Mapping[str, str]) -> Question:
    """One thing to be matched is a single choice."""
    if len(right) > len(LABELS):
        raise too_many_options(len(right), len(LABELS))
    [(one, text)] = left.items()
    by_id = dict(zip(right, LABELS, strict=False))
    options: dict[str, JSON] = {by_id[mate]: said for mate, said in right.items()}
    stem = "\n\n".join(part for part in (asked.stem(), text) if part)
    return asked.question(Made("single_choice", {"options": options, "key": by_id[mates[one]]}), stem)


def _directed(probe: Probe, sides: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """The right pairs, left one first; of the mapping where the file names none. Raises UnusableError for none."""
    found: list[tuple[str, str]] = []
    for one in probe.declared.correct or positive_ids(probe.declared):
        if isinstance(one, tuple) and isinstance(one[0], str) and isinstance(one[1], str):
            left, right = one
            found += (
                [(left, right)]
                if left in sides[0] and right in sides[1]
                else [(right, left)]
                if right in sides[0] and left in sides[1]
                else []
            )
    if not found:
        raise UnusableError("no_key", phrase("the file names no right pairs"))
    if len(set(found)) < len(found):
        raise UnusableError("many_to_many", MANY)
    return found


def pairs_as_options(asked: Asked, interaction: Node, texts_: Mapping[tuple[str, str], str]) -> Question:
    """Pairs that are more than one mate each: every pair there can be is an option to tick. Raises UnusableError for too many."""
    if not 2 <= len(texts_) <= judge.MOST_TICKED:
        raise UnusableError("many_to_many", MANY)
    declared = asked.declared(interaction)
    loose = declared.base == "pair"
    named = {" ".join(pair(a, b) if loose else (a, b)): text for (a, b), text in texts_.items()}
    right = [one for one in declared.correct if isinstance(one, tuple)]
    if not right or len(set(right)) < len(right) or any(f"{a} {b}" not in named for a, b in right):
        raise UnusableError("many_to_many", MANY)

    def value(chosen: Value) -> Value:
        found = [str(one).partition(" ") for one in chosen.items] if isinstance(chosen, Bag) else []
        return Bag(tuple((a, b) for a, _, b in found)) if found else None

    entries = (
        tuple(
            replace(one, key=" ".join(map(str, one.key)))
            for one in declared.mapping.entries
            if isinstance(one.key, tuple)
        )
        if declared.mapping
        else ()
    )
    mapping = replace(declared.mapping, entries=entries) if declared.mapping else None
    words_ = replace(declared, base="identifier", correct=tuple(f"{a} {b}" for a, b in right), mapping=mapping)
    by_id = dict(zip(named, LABELS, strict=False))
    said = interaction.attributes.get("maxAssociations", "")
    most = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0
    ticked = judge.ticked(replace(probe_of(asked, interaction), declared=words_, wrap=value), by_id, most)
    options: dict[str, JSON] = {by_id[one]: text for one, text in named.items()}
    asked.keep_order = False
    asked.draft.note(
        "pairs_as_options", phrase("pairs that share their members became options: each pair there can be is one")
    )
    fields = {"options": options, **ticked.fields(by_id), **({"most": str(most)} if 0 < most < len(options) else {})}
    return asked.question(Made("multiple_choice", fields), asked.stem())


def _each_once(pairs: Sequence[tuple[str, str]], side: Mapping[str, str], place: int) -> bool:
    return sorted(one[place] for one in pairs) == sorted(side)


def _confirm_pairs(probe: Probe, pairs: Sequence[tuple[str, str]], right: Sequence[str], turned: bool) -> None:
    """Each pair with another right side must earn less. Lists may name pairs in either direction."""

    def value(found: Sequence[tuple[str, str]]) -> Value:
        if probe.declared.base == "pair":
            return Bag(tuple(pair(a, b) for a, b in found))
        return Bag(tuple((b, a) if turned ^ _reversed(probe, pairs, turned) else (a, b) for a, b in found))

    others = [
        value([*pairs[:at], (pairs[at][0], other), *pairs[at + 1 :]])
        for at in range(len(pairs))
        for other in right
        if other != pairs[at][1]
    ]
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
    found = [
        one
        for one in declared.correct or positive_ids(declared)
        if isinstance(one, tuple) and one[0] in nodes and one[1] in nodes
    ]
    places = {one: at for at, one in enumerate(nodes)}
    pairs = [tuple(sorted((str(a), str(b)), key=places.__getitem__)) for a, b in found]
    used = [one for made in pairs for one in made]
    if not pairs:
        raise UnusableError("no_key", phrase("the file names no right pairs"))
    made = {one: asked.option(node)[0] for one, node in nodes.items()}
    prompted(asked, interaction)
    shuffled(asked, interaction)
    if len(set(used)) < len(used):
        return pairs_as_options(
            asked, interaction, {pair(a, b): f"{made[a]} – {made[b]}" for a, b in combinations(made, 2)}
        )
    asked.draft.note("two_lists", phrase("things of one list to be paired stand in two lists here"))
    firsts = {a for a, _ in pairs}
    return matched(
        asked,
        interaction,
        [
            {one: text for one, text in made.items() if one in firsts},
            {one: text for one, text in made.items() if one not in firsts},
        ],
    )


READERS: Mapping[str, Callable[[Asked, Node], Question]] = {
    "orderInteraction": order,
    "matchInteraction": match,
    "associateInteraction": associate,
}
