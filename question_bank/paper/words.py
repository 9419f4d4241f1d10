"""The words of paper forms that are ours: headings, fields for the candidate, rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.blueprint import SetName
from question_bank.form_document import Form
from question_bank.phrase import Phrase, phrase, phrases

_SETS = {SetName.PRIMARY: phrase("OFFICIAL PAPER"), SetName.RESERVE: phrase("RESERVE PAPER")}

_TEXTS = {
    "pages": phrase("(This paper has {pages} pages)"),
    "not_counted": phrase("(not counting the time for handing out papers)"),
    "name": phrase("Full name of the candidate"),
    "number": phrase("Candidate number"),
    "room": phrase("Room"),
    "unit": phrase("Unit"),
    "birth": phrase("Date of birth"),
    "code": phrase("Paper code"),
    "part": phrase("PART"),
    "item": phrase("Item"),
    "about": phrase("The following is about items {first} to {last}"),
    "about_one": phrase("The following is about item {first}"),
    "minutes": phrase("{minutes} minutes"),
    "marks": phrase("{marks} marks"),
    "end": phrase("THE END"),
    "no_help": phrase("Candidates may not use any documents."),
    "no_word": phrase("Invigilators explain nothing further."),
    "page": phrase("Page {page}/{pages}"),
    "paper_code": phrase("Paper code {code}"),
    "true": phrase("True"),
    "false": phrase("False"),
    "statement": phrase("Statement"),
    "words": phrase("Words to choose from"),
    "units": phrase("Units"),
    "not_on_paper": phrase("This item is done on the computer and cannot be on paper."),
    "played": phrase("“{title}” can only be played on the computer."),
    "answer_sheet": phrase("ANSWER SHEET"),
    "key_sheet": phrase("KEY SHEET"),
    "secret": phrase("SECRET"),
    "how_fill": phrase("Fill one circle completely with a black pencil or pen:"),
    "wrong_fill": phrase("Not like this:"),
    "do_not_fold": phrase("Do not fold, crease or dirty this sheet. Write nothing across the cut line."),
    "signature": phrase("Candidate's signature"),
    "invigilator_1": phrase("Invigilator 1 (signature, full name)"),
    "invigilator_2": phrase("Invigilator 2 (signature, full name)"),
    "cut": phrase("Cut line of the slip"),
    "slip": phrase("Slip number"),
    "choose": phrase("One letter for each item (several where the item says so)"),
    "judge": phrase("True or false"),
    "write": phrase("Short answers"),
    "essay": phrase("Answer to item {item}"),
    "key": phrase("Key"),
    "mark": phrase("Marks"),
    "bank_item": phrase("Bank item"),
    "digest": phrase("Head digest of the form (SHA-256 of form.json)"),
    "compare": phrase("Before marking, compare it with the digest of the form that was printed."),
    "package": phrase("Package"),
    "made_by": phrase("Made by (signature, full name)"),
    "checked_by": phrase("Checked by (signature, full name)"),
    "seal": phrase("Seal the envelope along this line and sign across it"),
    "keep": phrase("Keep sealed until marking opens. Destroy it, with minutes, once the results are final."),
    "marks_total": phrase("Marks in figures"),
    "marks_words": phrase("Marks in words"),
    "marker_1": phrase("Marker 1"),
    "marker_2": phrase("Marker 2"),
    "date": phrase("Date …… / …… / 20……"),
}


def words(form: Form) -> Mapping[str, Phrase]:
    """All of them by name; what stands in braces is filled by the template."""
    minutes = sum(section.duration_s for section in form.sections) // 60
    time = phrases("Time allowed: %(n)s minute", "Time allowed: %(n)s minutes", minutes)
    return {**_TEXTS, "set": _SETS[form.set_name], "time": time}
