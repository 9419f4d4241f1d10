"""What the prescan says, by its codes (docs/practical.md §4): what is the matter with a file, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.phrase import Phrase, Value, phrase
from question_bank.practical.findings import quoted
from question_bank.practical.work import Notice

_AGAIN = phrase("open it in the program it was made with and save it again")

STOPS: Mapping[str, Phrase] = {
    "empty": phrase("the file is empty: nothing was saved into it"),
    "not_office": phrase("this is no file of an Office program: hand in the document itself, not a copy in another form"),
    "damaged": phrase("the file cannot be read to its end"),
    "old_office": phrase("this is a file of an old Office program: open it there and save it as .docx, .xlsx or .pptx"),
    "encrypted": phrase("the file is under a password: take the password off and save it again"),
    "not_accepted": phrase("the file is of the kind .%(kind)s, and this task takes %(kinds)s: save it as one of those"),
    "too_large": phrase("the file is larger than any that this task can need"),
    "bad_names": phrase("names inside the file are not as an Office program writes them"),
    "dtd": phrase("the file declares a document type or entities, as no Office program does"),
    "too_deep": phrase("the file is nested too deeply or has too many elements"),
}  # fmt: skip
_ADVICE: Mapping[str, Phrase] = {
    "damaged": _AGAIN,
    "too_large": phrase("make its pictures smaller, or take out what does not belong to the task"),
    "bad_names": _AGAIN,
    "dtd": _AGAIN,
    "too_deep": phrase("a person must look at it"),
}
TELLS: Mapping[str, Phrase] = {
    "misnamed": phrase("the name ends in .%(ending)s, but the file is of the kind .%(kind)s: it is marked as what it is"),
    "macros": phrase("the file holds macros: they are never run, and the file is not to be opened with macros allowed"),
    "embedded": phrase("the file holds objects of other programs (%(part)s): they are never opened, and not to be clicked on"),
    "external": phrase("the file refers to something outside itself (%(target)s): it is never followed, and not to be loaded"),
}  # fmt: skip


def stop(code: str, file: str, why: Phrase | None = None, **values: Value) -> Notice:
    """The notice that stops a file: its own reason where there is one, with what to do."""
    said = why if why is not None else _filled(STOPS[code], values)
    if code in _ADVICE:
        said = phrase("%(why)s; %(advice)s", why=said, advice=_ADVICE[code])
    return Notice(code, file, said, stops=True)


def tell(code: str, file: str, **values: str) -> Notice:
    """A notice for the jury on a file that is marked."""
    shown = {name: quoted(value) if name in ("part", "target") else value[:20] for name, value in values.items()}
    return Notice(code, file, _filled(TELLS[code], shown))


def _filled(said: Phrase, values: Mapping[str, Value]) -> Phrase:
    return Phrase(said.message, "", 1, tuple(values.items()))
