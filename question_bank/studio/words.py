"""Sentences and names that the studio's pages show; all through the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase, phrase
from question_bank.problems import Fault, Severity
from question_bank.wording import gettext, render

ACTS: Mapping[str, Phrase] = {
    "made": phrase("made the bank"), "passphrase_changed": phrase("changed the passphrase"), "imported": phrase("imported"),
    "assembled": phrase("assembled"), "sealed": phrase("sealed"), "written": phrase("wrote"), "undone": phrase("undid an edit"),
    "redone": phrase("did it again"), "settled": phrase("dealt with a reason to review"), "reviewed": phrase("reviewed"),
    "approved": phrase("approved"), "sent_back": phrase("sent back"), "withdrawn": phrase("withdrew"),
    "restored": phrase("restored"),
}  # fmt: skip
"""The acts of the history (docs/vault.md §7)."""

FIELDS: Mapping[str, Phrase] = {
    "id": phrase("Item number"), "type": phrase("Type"), "topic": phrase("Topic"), "level": phrase("Level"),
    "stem": phrase("Stem"), "explanation": phrase("Why the key is right"), "source": phrase("Source"),
    "stimulus": phrase("Shared text"), "tags": phrase("Tags"), "excludes": phrase("Never together with"),
    "shuffle": phrase("Options may change places"), "plays": phrase("How often a recording may be played (0: no limit)"),
    "options": phrase("Options"), "key": phrase("Right"), "fixed": phrase("Stays in place"), "weights": phrase("Percent"),
    "most": phrase("At most"), "least": phrase("At least"), "statements": phrase("Statements"), "left": phrase("Left"),
    "right": phrase("To choose from"), "pairs": phrase("Belongs to"), "reuse": phrase("May serve several times"),
    "entries": phrase("Entries, in the right order"), "answers": phrase("Accepted answers"), "value": phrase("The right number"),
    "text": phrase("Text"), "title": phrase("Title"), "percent": phrase("Percent"), "tolerance": phrase("Tolerance ±"), "units": phrase("Units"),
    "unit": phrase("Unit"), "factor": phrase("Factor"), "unit_required": phrase("The unit must be given"),
    "compare": phrase("How answers are compared"), "case": phrase("Capital letters"), "accents": phrase("Vietnamese marks"),
    "punctuation": phrase("Punctuation"), "spaces": phrase("Spaces"), "gaps": phrase("Gaps"), "kind": phrase("Kind"),
    "weight": phrase("Weight"), "words": phrase("Words to drag"), "picture": phrase("Picture"),
    "regions": phrase("Right places"), "ellipse": phrase("Ellipse: centre x, y, half width, half height (ten-thousandths)"),
    "rectangle": phrase("Rectangle: left, top, right, bottom (ten-thousandths)"),
    "polygon": phrase("Polygon: corners x, y (ten-thousandths)"), "least_words": phrase("Words at least"),
    "most_words": phrase("Words at most"), "criteria": phrase("What markers look at"), "task": phrase("Code of the task"),
}  # fmt: skip
"""Fields of items as people read them."""

_TOLD: Mapping[str, Phrase] = {**FIELDS, "key": phrase("Key")}  # beside an option the key is a tick that says “right”

VALUES: Mapping[str, Phrase] = {
    "ignore": phrase("does not matter"), "exact": phrase("must be the same"), "text": phrase("a text"),
    "number": phrase("a number"), "choice": phrase("a choice"), "ellipse": phrase("ellipse"),
    "rectangle": phrase("rectangle"), "polygon": phrase("polygon"),
}  # fmt: skip
"""Values of fields that have a few words to choose from."""


_USUAL = (
    "single_choice", "multiple_choice", "true_false", "true_false_4", "short_text", "numeric", "matching", "ordering",
    "cloze", "drag_words", "hotspot", "essay", "file_task", "prediction",
)  # fmt: skip


def by_use(names: Iterable[str]) -> list[str]:
    """Types with those first that committees write most; what comes from elsewhere stands last, by its name."""
    return sorted(names, key=lambda name: (_USUAL.index(name) if name in _USUAL else len(_USUAL), name))


def field_name(name: str) -> str:
    """A field as people read it; one of a type from elsewhere as its author calls it."""
    return render(FIELDS.get(name, name))


def value_name(value: str) -> str:
    """One of a field's words as people read it."""
    return render(VALUES.get(value, value))


def act_name(act: str) -> str:
    """What was done, as the history says it."""
    return render(ACTS.get(act, act))


def place(fault: Fault) -> str:
    """Where in an item something is wrong: “Options, B”."""
    shown = [str(part + 1) if isinstance(part, int) else render(_TOLD.get(part, part)) for part in fault.path]
    return ", ".join(shown)


def told(fault: Fault) -> dict[str, str]:
    """A problem as pages show it; `path` leads to the field."""
    return {
        "path": "/".join(str(part) for part in fault.path),
        "where": place(fault),
        "message": render(phrase("still empty") if _is_empty(fault) else named(fault.message)),
        "hint": render(fault.hint) if fault.hint else "",
        "severity": "warning" if fault.severity is Severity.WARNING else "error",
    }


def _is_empty(fault: Fault) -> bool:
    """Whether all it says is that the field it stands at is empty."""
    return fault.code == "empty_field" and dict(fault.message.values).get("field") == str(fault.path[-1])


def named(message: Phrase) -> Phrase:
    """The message with the field it names as people read it."""
    values = tuple((name, _TOLD.get(str(value), value) if name == "field" else value) for name, value in message.values)
    return replace(message, values=values)


def why_not(error: ExamRoomError) -> str:
    """An error of ours as pages say it: what is wrong, then what to do about it."""
    said, advice = render(error.said), render(error.advice)
    return f"{said.rstrip('.')}. {advice}" if advice else said


def words() -> dict[str, str]:
    """The scripts' sentences by name, in the reader's language; `{…}` places are filled by the script."""
    return {
        "item_asks": gettext("Item · {how}"),
        "play": gettext("Play"), "playing": gettext("Playing …"), "plays_left": gettext("{left} times left"),
        "not_shown": gettext("What candidates would see could not be loaded. Load this page anew."),
        "not_whole": gettext("The rest is shown once the problems below are put right."),
        "key": gettext("Key"), "no_key": gettext("no key yet"),
        "saved": gettext("Saved in the bank at {at}"), "saving": gettext("Saving …"), "idle": gettext("Nothing typed yet"),
        "typed": gettext("Typed, not saved yet"), "not_saved": gettext("NOT saved: {why}"),
        "no_studio": gettext("the studio does not answer. Leave this page open; it is tried again."),
        "no_problems": gettext("No problems found"),
        "errors": gettext("{count} to put right"), "warnings": gettext("{count} to look at"),
        "add": gettext("Add"), "remove": gettext("Remove {name}"), "up": gettext("Move up: {name}"), "down": gettext("Move down: {name}"),
        "gap_none": gettext("Put a gap into the stem with the button “gap”; it appears here."),
        "none": gettext("none"), "bold": gettext("Bold"), "italic": gettext("Italic"), "underline": gettext("Underlined"),
        "sub": gettext("Index"), "sup": gettext("Power"), "code": gettext("Typed letters (commands, formulas)"),
        "math": gettext("Mathematics in the line (LaTeX)"), "list": gettext("List"), "table": gettext("Table"),
        "gap": gettext("Gap"), "picture": gettext("Picture"), "medium": gettext("Picture, sound or film"), "describe": gettext("what it shows"), "describe_sound": gettext("what is heard"),
        "reading": gettext("Reading the file …"), "taking": gettext("Taking into the bank …"),
        "change_lost": gettext("What you typed last is not saved yet."),
        "true": gettext("True"), "false": gettext("False"), "kind": gettext("Kind"),
        "toolbar": gettext("Insert into: {name}"),
    }  # fmt: skip
