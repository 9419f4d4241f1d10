"""What speaks for a key in a Word file, each with the sentence that says so to people. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from question_bank.formats.docx_answers import Answer, truths_in
from question_bank.formats.docx_found import FoundQuestion, KeyNote, Source
from question_bank.formats.docx_looks import Feature, Habits, LookMark, look_marks
from question_bank.formats.docx_marks import (
    FIRST_TRUTH,
    LETTERS,
    RIGHT_SIGNS,
    SAID_RIGHT,
    SAID_TRUTH,
    is_true,
)
from question_bank.formats.docx_signs import signed_before, signed_behind, take_signs
from question_bank.items.text import folded
from question_bank.phrase import Phrase, phrase

_LETTERS = re.compile(r"\(?([A-J](?:\s*(?:[,;&+/]|và|and)\s*[A-J])*)\s*[.;:)]?(?:\s+\S.*)?$", re.IGNORECASE)
_NAMED = re.compile(r"(?:(?:phương án|đáp án|lựa chọn|câu|ý|chọn|là)\s+)+(?=[A-J]\W*$)", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"[A-J]{2,6}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that says which options are right, by place. `trusted` is enough for a key; `strong` cannot be overlooked."""

    places: frozenset[int]
    sentence: Phrase
    trusted: bool = True
    strong: bool = True
    feature: Feature | None = None
    several: bool = False  # it says by itself that several are right


_LOOKS = {
    Feature.UNDERLINE: (phrase("the label of %(label)s is underlined"), phrase("all of %(label)s is underlined")),
    Feature.COLOUR: (phrase("the label of %(label)s has the colour %(detail)s"), phrase("all of %(label)s has the colour %(detail)s")),
    Feature.HIGHLIGHT: (phrase("the label of %(label)s is highlighted (%(detail)s)"), phrase("all of %(label)s is highlighted (%(detail)s)")),
    Feature.SHADE: (phrase("%(label)s is shaded (%(detail)s)"), phrase("the text of %(label)s is shaded (%(detail)s)")),
    Feature.BOX: (phrase("the label of %(label)s stands in a box"), phrase("all of %(label)s stands in a box")),
    Feature.STYLE: (phrase("the label of %(label)s has the style “%(detail)s”"), phrase("all of %(label)s has the style “%(detail)s”")),
    Feature.BOLD: (phrase("only the label of %(label)s is bold"), phrase("only %(label)s is bold")),
    Feature.ITALIC: (phrase("only the label of %(label)s is italic"), phrase("only %(label)s is italic")),
}  # fmt: skip


def letters_of(question: FoundQuestion, places: frozenset[int]) -> str:
    """Options by the letters they have in the file."""
    return ", ".join(question.options[place].letter for place in sorted(places) if place < len(question.options))


def of_look(question: FoundQuestion, mark: LookMark, habits: Habits) -> Evidence:
    """A look as evidence."""
    template = _LOOKS[mark.feature][0 if mark.on_label else 1]
    said = (("label", letters_of(question, mark.places)), ("detail", mark.detail))
    sentence = Phrase(template.message, "", 1, tuple(value for value in said if f"%({value[0]})s" in template.message))
    strong = mark.feature not in (Feature.BOLD, Feature.ITALIC)
    return Evidence(mark.places, sentence, habits.trusts(mark), strong, mark.feature)


def look_evidence(question: FoundQuestion, habits: Habits, body: str) -> list[Evidence]:
    """Every look that some options have and others not."""
    return [of_look(question, mark, habits) for mark in look_marks(question.options, body)]


def look_truths(question: FoundQuestion, habits: Habits, body: str) -> list[Evidence]:
    """Every look that some statements have; all of them only where other questions show that it means something."""
    found: list[Evidence] = []
    for mark in look_marks(question.options, body, truths=True):
        evidence = replace(of_look(question, mark, habits), trusted=habits.trusts_truths(mark))
        if len(mark.places) == len(question.options):
            if habits.partly[mark.feature] >= 2:
                found.append(evidence)
        elif evidence.strong or habits.partly[mark.feature] >= 0.3 * habits.questions:
            found.append(evidence)
    return found


def starred(question: FoundQuestion) -> list[Evidence]:
    """Statements with a sign before their label."""
    stars = frozenset(at for at, option in enumerate(question.options) if set(option.mark) & RIGHT_SIGNS)
    sentence = phrase("a sign stands beside the label of %(label)s", label=letters_of(question, stars))
    return [Evidence(stars, sentence)] if stars else []


def typed_evidence(question: FoundQuestion, habits: Habits) -> list[Evidence]:
    """Signs typed beside options: an asterisk, “(đúng)”, a tick. What is taken for the key is taken out of the texts."""
    found = [one for one in starred(question) if len(one.places) < len(question.options)]
    truths = [SAID_TRUTH.search(option.lines[-1].text) if option.lines else None for option in question.options]
    judged = [is_true(match["bracket"]) for match in truths if match is not None and match["bracket"]]
    if len(judged) == len(question.options) and 0 < sum(judged) < len(judged):
        places = frozenset(at for at, truth in enumerate(judged) if truth)
        found.append(Evidence(places, phrase("“(đúng)” stands behind %(label)s", label=letters_of(question, places))))
        for at in range(len(question.options)):
            _take_end(question, at, SAID_TRUTH)
        return found
    said = frozenset(at for at in range(len(question.options)) if _take_end(question, at, SAID_RIGHT))
    if said and len(said) < len(question.options):
        found.append(Evidence(said, phrase("“(đúng)” stands behind %(label)s", label=letters_of(question, said))))
    for places, sentence in (
        (signed_before(question.options), phrase("a sign stands before the text of %(label)s")),
        (signed_behind(question.options), phrase("a sign stands behind the text of %(label)s")),
    ):
        if places:
            trusted = habits.trusts_signs()
            told = Phrase(sentence.message, "", 1, (("label", letters_of(question, places)),))
            found.append(Evidence(places, told, trusted=trusted, strong=False))
            for at in places if trusted else ():
                take_signs(question.options[at])
    return found


def typed_truths(question: FoundQuestion) -> dict[int, bool]:
    """“(Đ)” or “(S)” typed behind or before statements, taken out of the texts; only when most have one."""
    found: dict[int, bool] = {}
    for at, option in enumerate(question.options):
        text = option.lines[-1].text if option.lines else ""
        match = SAID_TRUTH.search(text)
        first = FIRST_TRUTH.match(option.lines[0].text) if option.lines else None
        word = (match["bracket"] or match["bare"]) if match else first["bracket"] if first else ""
        if word:
            found[at] = is_true(word)
        elif option.mark in ("Đ", "S"):
            found[at] = option.mark == "Đ"
    if 2 * len(found) < len(question.options):
        return {}
    for at in range(len(question.options)):
        if not _take_end(question, at, SAID_TRUTH):
            _take_beginning(question, at)
    return found


def _take_end(question: FoundQuestion, at: int, pattern: re.Pattern[str]) -> bool:
    """Cut what the pattern finds from the end of an option."""
    lines = question.options[at].lines
    match = pattern.search(lines[-1].text) if lines else None
    if match is None or not lines[-1].text[: match.start()].strip():
        return False
    lines[-1] = lines[-1].cut(0, match.start()).strip()
    return True


def _take_beginning(question: FoundQuestion, at: int) -> None:
    lines = question.options[at].lines
    match = FIRST_TRUTH.match(lines[0].text) if lines else None
    if match is not None:
        lines[0] = lines[0].cut(match.end()).strip()


_NOTES = {
    Source.LINE: phrase("the line of the answer says “%(value)s”"),
    Source.BEHIND: phrase("beside the text of the question stands “%(value)s”"),
    Source.TAG: phrase("the sign <Key=…> says “%(value)s”"),
    Source.HIDDEN: phrase("hidden text says “%(value)s”"),
    Source.EXPLANATION: phrase("the explanation says “%(value)s”"),
}


def note_sentence(note: KeyNote) -> Phrase:
    """A note as evidence reads."""
    return Phrase(_NOTES[note.source].message, "", 1, (("value", note.value[:60]),))


def answer_sentence(answer: Answer) -> Phrase:
    """An entry of the answers behind the paper."""
    return phrase("the answers at the end say %(number)s: “%(value)s”", number=answer.number, value=answer.value[:60])


def written_evidence(question: FoundQuestion, answers: Sequence[Answer]) -> tuple[list[Evidence], list[Phrase]]:
    """What is written about the key of a choice, and what is written but says nothing about these options."""
    said = [(note.value, note_sentence(note), note.source is Source.LINE) for note in question.keys]
    said += [(answer.value, answer_sentence(answer), False) for answer in answers]
    found: list[Evidence] = []
    unread: list[Phrase] = []
    for value, sentence, _ in said:
        places = places_in(question, value)
        if places:
            found.append(Evidence(places, sentence, several=len(places) > 1))
        else:
            unread.append(sentence)
    return found, unread


def places_in(question: FoundQuestion, value: str) -> frozenset[int]:
    """The options a written key names: by letters, by number, or by repeating an option's text. Empty for none, or doubt."""
    text = _NAMED.sub("", value.strip().rstrip("."))
    whole = folded(text)
    same = [
        at
        for at, option in enumerate(question.options)
        if folded(" ".join(line.plain() for line in option.lines)) == whole
    ]
    letters = text if _RUN_TOGETHER.fullmatch(text) else None
    match = _LETTERS.match(text)
    if letters is None and match is not None and (match[1].isupper() or len(text) <= 2 or question.lower()):
        rest = text[match.end(1) :].strip(" .:;)")
        letters = (
            match[1] if not rest or _repeats(question, match[1], rest) or text[match.end(1) :][:1] in ".:)" else None
        )
    if letters is not None and "/" in letters:
        return frozenset()  # both, or one of them: it does not say
    if letters is not None:
        names = [one for one in re.sub(r"và|and", ",", letters).upper() if one in LETTERS]
        if len(set(names)) < len(names):
            return frozenset()  # answers to several questions
        places = [[at for at, option in enumerate(question.options) if option.letter.upper() == name] for name in names]
        return frozenset(one[0] for one in places) if all(len(one) == 1 for one in places) else frozenset()
    if re.fullmatch(r"[1-9]", text) and int(text) <= len(question.options):
        same = [*{*same, int(text) - 1}]  # where it is the text of another option, it does not say which is meant
    return frozenset(same) if len(same) == 1 else frozenset()


def names_several(value: str) -> bool:
    """Whether a written key is several letters."""
    return re.fullmatch(r"\W*[A-J](?:\s*(?:[,;&+]|và|and)\s*[A-J])+\W*|[A-J]{2,6}", value) is not None


def _repeats(question: FoundQuestion, letter: str, rest: str) -> bool:
    """Whether what stands behind a letter is that option's own text: “Đáp án: B. Hà Nội”."""
    if len(letter) != 1:
        return False
    for option in question.options:
        if option.letter.upper() == letter.upper():
            return folded(" ".join(line.plain() for line in option.lines)).startswith(folded(rest)[:40])
    return False


def written_truths(question: FoundQuestion, answers: Sequence[Answer]) -> list[tuple[dict[int, bool], Phrase]]:
    """What is written about the truth of statements, by place."""
    said = [(note.value, note_sentence(note)) for note in question.keys]
    said += [(answer.value, answer_sentence(answer)) for answer in answers]
    found: list[tuple[dict[int, bool], Phrase]] = []
    for value, sentence in said:
        truths = truths_in(value)
        if truths is not None:
            found.append(({ord(letter) - ord("a"): truth for letter, truth in truths.items()}, sentence))
    explained = {
        (ord(match[1].lower()) - ord("a"), is_true(match[2]))
        for line in question.explanation
        if (match := re.match(r"\s*([a-d])\s*[).:]\s*(?:ý\s*)?(đúng|sai|đ|s)(?!\w)", line.text, re.IGNORECASE))
    }
    if explained:  # what is said to be both is not said
        told = {at: truth for at, truth in explained if (at, not truth) not in explained}
        found.append((told, phrase("the explanation says of each statement whether it is true")))
    return found
