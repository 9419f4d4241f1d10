"""A form as PDFs in memory, with what of it cannot be on paper: what the command `print` writes and the studio hands out."""

from __future__ import annotations

from dataclasses import dataclass

import typst

from question_bank.errors import ExamRoomError
from question_bank.form_document import Form
from question_bank.items import item_type
from question_bank.paper.pages import Missing, missing, printed_items
from question_bank.paper.pdf import Head, Media, PaperForm, paper_form
from question_bank.phrase import phrase
from question_bank.wording import Language, render

MOST_HEAD = 120  # characters: two lines at the top of a page


class PrintError(ExamRoomError):
    """A form cannot be printed: a picture is not there, or a file cannot be written."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The three PDFs of one form, and everything of it that they cannot show."""

    pages: PaperForm
    lacking: tuple[Missing, ...]


def printed(form: Form, media: Media, head: Head, language: Language) -> Printed:
    """Question paper, answer sheet and key sheet. Raises PrintError."""
    try:
        return Printed(paper_form(form, media, head, language), lacking(form))
    except KeyError as error:
        raise PrintError(phrase("a picture of the form is not in the bank [%(sha256)s]", sha256=str(error.args[0])[:16]),
                         hint=phrase("Name the bank that the form was drawn from with --bank."))  from error  # fmt: skip
    except typst.TypstError as error:
        raise PrintError(phrase("the pages cannot be set: %(reason)s", reason=error.message[:200]),
                         hint=phrase("A picture of the form may be damaged."))  from error  # fmt: skip


def lacking(form: Form) -> tuple[Missing, ...]:
    """Everything of a form that cannot be on paper."""
    return missing(printed_items(form))


def what_of(one: Missing) -> str:
    """What cannot be on paper, for people: a type by its name, a sound or film by its title."""
    try:
        return render(item_type(one.what).LABEL)
    except ExamRoomError:
        return one.what


def head_line(text: str) -> str:
    """A line of the head with single spaces; how long it may be is MOST_HEAD."""
    return " ".join(text.split())


def name_of(form: Form) -> str:
    """How the files of a form are told apart: by its code, of a set with one form by the set."""
    return form.code or form.set_name.value
