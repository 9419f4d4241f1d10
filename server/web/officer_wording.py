"""What is wrong with a list of officers, in sentences for the person who must correct it."""

from __future__ import annotations

from question_bank.phrase import Phrase, phrase
from server.domain.officer_list import Code, Column, OfficerProblem

COLUMN_NAMES = {
    Column.FULL_NAME: phrase("Full name"),
    Column.USER_NAME: phrase("User name"),
    Column.ROLE: phrase("Role"),
    Column.BODY: phrase("Unit"),
}

PROBLEMS: dict[Code, Phrase] = {
    Code.NO_HEADER: phrase(
        "No header row was found in the first 20 rows. The list needs a row with at least: full name, role."
    ),
    Code.COLUMN_MISSING: phrase("The column “%(value)s” is missing."),
    Code.COLUMN_UNKNOWN: phrase("The column “%(value)s” is not known. Delete it or correct its header."),
    Code.NO_ROWS: phrase("There is nobody under the header."),
    Code.TOO_MANY_ROWS: phrase("The list is longer than %(value)s rows."),
    Code.EMPTY_ROW: phrase("The row is empty, and there are more rows below it. Delete the row."),
    Code.NOT_PLAIN: phrase(
        "The cell is not plain text: a formula, an error, a date, merged or with hidden characters."
    ),
    Code.MISSING: phrase("Nothing is filled in."),
    Code.TOO_LONG: phrase("The text is too long."),
    Code.LOOKALIKE: phrase("“%(value)s” has letters that only look like Vietnamese letters. Type it anew."),
    Code.NAME_MALFORMED: phrase("“%(value)s” is not a full name."),
    Code.USER_NAME_MALFORMED: phrase(
        "“%(value)s” is not a user name: a letter from a to z, then letters, digits, dots, hyphens; 2 to 32 in all."
    ),
    Code.USER_NAME_TAKEN: phrase("The user name “%(value)s” already belongs to someone."),
    Code.ROLE_UNKNOWN: phrase(
        "“%(value)s” is not a role. The roles: Technical Team, Proctor, Exam-setting Committee, Jury, Secretariat, "
        "Organising Committee."
    ),
}


def problem_text(problem: OfficerProblem) -> Phrase:
    """One sentence: what is wrong, and what to do about it."""
    value = COLUMN_NAMES[Column(problem.value)] if problem.code is Code.COLUMN_MISSING else problem.value
    sentence = PROBLEMS[problem.code]
    return Phrase(sentence.message, sentence.plural, sentence.n, (("value", value),))
