"""QTI's interactions as our types: those that stand alone in an item and are answered by choosing, pairing, ordering or writing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from question_bank.canonical import JSON
from question_bank.content import Span, Words, write
from question_bank.formats import qti_judge as judge
from question_bank.formats.exchange import Question
from question_bank.formats.lined_tree import Node
from question_bank.formats.moodle_answers import FALSE_WORDS, TRUE_WORDS, Made, UnusableError, no_counterpart
from question_bank.formats.qti_asked import Asked
from question_bank.formats.qti_judge import Probe
from question_bank.formats.qti_ours import exact_answers, exact_weights, units
from question_bank.formats.qti_tree import elements
from question_bank.formats.qti_typed import numbers, texts
from question_bank.formats.qti_values import NUMBERS, UnknownRuleError
from question_bank.phrase import phrase


def probe_of(asked: Asked, interaction: Node) -> Probe:
    """What tries responses to an interaction."""
    declared = asked.declared(interaction)
    others = {name: value for name, value in asked.others.items() if name != declared.identifier}
    floor = Fraction(0)
    if others and asked.scorer.rule:
        try:
            floor = asked.scorer.score(others)
        except UnknownRuleError:
            floor = Fraction(0)
    return Probe(asked.scorer, declared, others, asked.draft, floor=floor)


def shuffled(asked: Asked, interaction: Node) -> None:
    """The order of the file stays where it says so; QTI's default is that it does."""
    asked.keep_order = not interaction.flag("shuffle")


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
        asked.keep_order = False
        said = [(options[label], text) for label, text in said]
    fixed: list[JSON] = [label for label, node in known.items() if node.flag("fixed")]
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
        truths = [truth_of(options[label]) for label in options]
        if (
            len(right) == 1
            and sorted(truths, key=str) == [False, True]
            and not asked.draft.review
            and ours != "single_choice"
        ):
            return Made("true_false", {"key": "true" if truths[list(options).index(by_id[right[0]])] else "false"})
        return Made("single_choice", {"options": texts_, "key": [*sorted(by_id[one] for one in right)]})
    most = most_of(interaction)
    ticked = judge.ticked(probe, by_id, most)
    fields = {"options": texts_, **ticked.fields(by_id)}
    if asked.carried.ours:
        fields |= {"weights": exact_weights(asked.carried, fields["key"])}
    return Made("multiple_choice", fields | ({"most": str(most)} if 0 < most < len(known) else {}))


def truth_of(text: str) -> bool | None:
    """Whether an option is the word true or the word false, in some language; None for any other."""
    word = text.strip(" .").casefold()
    return True if word in TRUE_WORDS else False if word in FALSE_WORDS else None


def hottext(asked: Asked, interaction: Node) -> Question:
    """Words of a text to be chosen: they are underlined in the stem, and are the options."""
    nodes = asked.inside("hottext")
    known, options, said = asked.options(nodes)
    for node in nodes:
        asked.markup.swap[id(node)] = f"<u>{asked.markup.inner(node)}</u>"
    asked.keep_order = True
    made = chosen(asked, interaction, known, options)
    if made.type == "true_false":
        made = Made(
            "single_choice",
            {
                "options": {**options},
                "key": ["A" if (made.fields["key"] == "true") is (truth_of(options["A"]) is True) else "B"],
            },
        )
    asked.draft.note("hottext", phrase("words to be chosen in the text are underlined there, and are the options"))
    return asked.question(made, asked.stem(), said)


def extended_text(asked: Asked, interaction: Node) -> Question:
    """A text marked by people. What the file names as right goes into the explanation."""
    prompted(asked, interaction)
    declared = asked.declared(interaction)
    if declared.base in NUMBERS:
        raise no_counterpart(f"{interaction.name} ({declared.base})")
    expected = [one for one in declared.correct if isinstance(one, str)]
    if expected and not asked.carried.ours:
        asked.notes.append(write((Words("; ".join(expected)),)))
        asked.draft.note(
            "expected_text",
            phrase("what the file names as right answer went into the explanation: people mark an essay"),
        )
    if asked.scorer.rule == "written":
        asked.draft.note("rules_dropped", phrase("rules for marking a longer text were left out: people mark an essay"))
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
        return asked.question(
            Made(
                "numeric", {"answers": exact_answers(asked.carried, "", probe, True) or answers, **units(asked.carried)}
            ),
            asked.stem(),
        )
    if declared.base != "string" or declared.cardinality != "single":
        raise no_counterpart(f"{interaction.name} ({declared.cardinality} {declared.base})")
    fields = texts(probe).text_fields()
    exact = exact_answers(asked.carried, "", probe, False)
    return asked.question(Made("short_text", {"answers": exact} if exact else fields), asked.stem())


def _bounds(asked: Asked) -> dict[str, JSON]:
    return {name: asked.carried.get(name) for name in ("least", "most") if asked.carried.get(name)}


def _last_words(body: Node, field: Node) -> bool:
    """Whether a field stands alone in its line, after everything."""
    for node in elements(body):
        if field in elements(node) and all(
            one is field or (isinstance(one, str) and not one.strip()) for one in node.children
        ):
            return True
    return False


def slider(asked: Asked, interaction: Node) -> Question:
    """A number chosen with a slider is typed here; its bounds stand below the question."""
    prompted(asked, interaction)
    declared = asked.declared(interaction)
    if declared.several or declared.base not in NUMBERS:
        raise no_counterpart(f"{interaction.name} ({declared.base})")
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
        raise UnusableError(
            "files",
            phrase("files are to be handed in: write a practical task for it, and name it in a “work with files” item"),
        )
    return asked.question(Made("file_task", {"task": task}), asked.stem())


READERS: Mapping[str, Callable[[Asked, Node], Question]] = {
    "choiceInteraction": choice,
    "hottextInteraction": hottext,
    "extendedTextInteraction": extended_text,
    "textEntryInteraction": text_entry,
    "sliderInteraction": slider,
    "uploadInteraction": upload,
}
