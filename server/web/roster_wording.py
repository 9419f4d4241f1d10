"""What is wrong with a list, in sentences for the person who must correct it.

Used by the roster page and by the command line alike: sentences are phrases, and the caller chooses the language.
"""

from __future__ import annotations

from question_bank.phrase import Phrase, phrase
from server.domain.roster import RosterNote, RosterProblem
from server.domain.roster_columns import Field
from server.domain.roster_fields import Code
from server.web.spreadsheet import FileFault, FileProblem


def problem_text(problem: RosterProblem) -> Phrase:
    """One sentence: what is wrong with the value, and what to do about it."""
    value = FIELD_NAMES[Field(problem.value)] if problem.code is Code.COLUMN_MISSING else problem.value
    known = IN_ROOM if problem.detail == NO_ROW else PROBLEMS
    return _filled(known.get(problem.code, PROBLEMS[problem.code]), value=value, detail=problem.detail)


def file_problem_text(problem: FileProblem) -> Phrase:
    """One sentence about a file that is not read at all."""
    return _filled(FILE_PROBLEMS[problem.fault], detail=problem.detail)


def note_text(note: RosterNote) -> Phrase:
    """What was put right on the way in."""
    return NOTES[note.what]


def _filled(sentence: Phrase, **values: str | Phrase) -> Phrase:
    return Phrase(sentence.message, sentence.plural, sentence.n, tuple(values.items()))


NOTES = {
    "nfc": phrase("Letters written as letter plus separate tone mark were joined (Unicode NFC)."),
    "spaces": phrase("Needless spaces were removed."),
}

FIELD_NAMES = {
    Field.SBD: phrase("Candidate number"),
    Field.FULL_NAME: phrase("Full name"),
    Field.FAMILY_NAME: phrase("Family and middle names"),
    Field.GIVEN_NAME: phrase("Given name"),
    Field.BIRTH_DATE: phrase("Date of birth"),
    Field.UNIT: phrase("Unit"),
    Field.DIVISION: phrase("Division"),
    Field.POSITION: phrase("Position"),
    Field.ROOM: phrase("Room"),
    Field.SEAT: phrase("Seat"),
    Field.EXTRA_TIME: phrase("Extra time"),
    Field.BREAKS: phrase("Breaks"),
    Field.SERIAL: phrase("Serial number"),
    Field.NOTE: phrase("Note"),
}

_SHEET: dict[Code, Phrase] = {
    Code.NO_HEADER: phrase(
        "No header row was found in the first 20 rows. The list needs a row with at least: candidate number (SBD), "
        "full name, date of birth, unit."
    ),
    Code.COLUMN_MISSING: phrase("The column “%(value)s” is missing."),
    Code.COLUMN_TWICE: phrase("The column “%(value)s” appears twice. Delete one of them."),
    Code.COLUMN_UNKNOWN: phrase(
        "The column “%(value)s” is not known. Delete it or correct its header: nothing is collected that is not needed."
    ),
    Code.NO_ROWS: phrase("There is no candidate under the header."),
    Code.TOO_MANY_ROWS: phrase("The list has %(value)s rows; at most %(detail)s are taken. Split it by sitting."),
    Code.EMPTY_ROW: phrase("The row is empty, and there are more rows below it. Delete the row."),
    Code.STRAY_TEXT: phrase("“%(value)s” stands outside the list. Delete the row if it is not a candidate."),
    Code.MERGED_CELL: phrase("The cell is merged with others. Unmerge the cells and fill in each one."),
    Code.FORMULA: phrase("The cell holds a formula. Paste it as a value: formulas are not computed."),
    Code.CELL_ERROR: phrase("The cell holds the spreadsheet error %(value)s."),
    Code.WRONG_KIND: phrase("“%(value)s” is not text. Has the column slipped?"),
}

_CELL: dict[Code, Phrase] = {
    Code.CONTROL_CHARACTER: phrase("The cell holds an invisible character (%(detail)s). Type the value anew."),
    Code.LOOKALIKE: phrase("The letters %(detail)s only look like Vietnamese letters. Type the value anew."),
    Code.OLD_FONT: phrase("“%(value)s” was written with an old font (TCVN3 or VNI). Convert it to Unicode."),
    Code.TOO_LONG: phrase("The text is longer than %(detail)s characters."),
    Code.MISSING: phrase("Nothing is filled in."),
    Code.SBD_MALFORMED: phrase(
        "“%(value)s” is not a candidate number: up to four letters, then up to eight digits, no spaces (0147, TG-0147)."
    ),
    Code.SBD_LOST_ZEROS: phrase("“%(value)s” has lost its leading zeros: %(detail)s? Format the column as text."),
    Code.SBD_DUPLICATE: phrase("The candidate number %(value)s was already given in row %(detail)s."),
    Code.NAME_DIGITS: phrase("“%(value)s” has digits in a name."),
    Code.NAME_SYMBOLS: phrase("“%(value)s” has signs that do not belong in a name: %(detail)s"),
    Code.NAME_ONE_WORD: phrase("“%(value)s” is a single word; the full name is needed."),
    Code.PERSON_DUPLICATE: phrase("The same person (name, date of birth, unit) already stands in row %(detail)s."),
}

_BIRTH: dict[Code, Phrase] = {
    Code.BIRTH_UNREADABLE: phrase("“%(value)s” is not a date. Write day/month/year: 05/09/1990."),
    Code.BIRTH_IMPOSSIBLE: phrase("There is no such day as %(value)s. Write day/month/year."),
    Code.BIRTH_SHORT_YEAR: phrase("“%(value)s”: write the year with four digits."),
    Code.BIRTH_YEAR_ONLY: phrase("“%(value)s” is only a year. The full date of birth is needed."),
    Code.BIRTH_SERIAL: phrase(
        "%(value)s is a bare number. If it stands for %(detail)s, format the cell as a date; otherwise correct it."
    ),
    Code.BIRTH_TIME: phrase("%(value)s has a time of day. Only the date belongs here."),
    Code.BIRTH_FUTURE: phrase("%(value)s lies after the day of the sitting."),
    Code.BIRTH_TOO_YOUNG: phrase("Born %(value)s: younger than %(detail)s years on the day of the sitting."),
    Code.BIRTH_TOO_OLD: phrase("Born %(value)s: more than %(detail)s years ago. Is the year right?"),
}

_PLACE: dict[Code, Phrase] = {
    Code.DIVISION_UNKNOWN: phrase("“%(value)s” is not a division of this contest. Its divisions: %(detail)s."),
    Code.ROOM_UNKNOWN: phrase("“%(value)s” is not a room of this sitting. Its rooms: %(detail)s."),
    Code.SEAT_MALFORMED: phrase("“%(value)s” is not a seat: letters, digits and hyphens, 12 at most (B07)."),
    Code.SEAT_WITHOUT_ROOM: phrase("The seat %(value)s is given without a room."),
    Code.SEAT_TAKEN: phrase("The seat %(value)s was already given in row %(detail)s."),
    Code.EXTRA_TIME_MALFORMED: phrase(
        "“%(value)s” is no extra time: whole minutes (15), %(detail)s at most, or a share of the time (25%%)."
    ),
    Code.BREAKS_MALFORMED: phrase("“%(value)s” is no time for breaks: whole minutes (10), %(detail)s at most."),
}


PROBLEMS = {**_SHEET, **_CELL, **_BIRTH, **_PLACE}

# What collides with a candidate already on the roster has no row to point to.
NO_ROW = "0"
IN_ROOM = {
    Code.SBD_DUPLICATE: phrase("The candidate number %(value)s already belongs to another candidate."),
    Code.PERSON_DUPLICATE: phrase("The same person (name, date of birth, unit) is already on the roster."),
    Code.SEAT_TAKEN: phrase("The seat %(value)s is already given to another candidate."),
}

FILE_PROBLEMS: dict[FileFault, Phrase] = {
    FileFault.TOO_BIG: phrase("The file is larger than %(detail)s MB."),
    FileFault.EMPTY: phrase("The file is empty."),
    FileFault.OLD_EXCEL: phrase(
        "This is an old .xls file, or one protected by a password. Save it as “Excel Workbook (.xlsx)” without a password."
    ),
    FileFault.NOT_A_SPREADSHEET: phrase("This is neither an .xlsx workbook nor a .csv file."),
    FileFault.UNPACKS_TOO_LARGE: phrase(
        "The workbook unpacks to more than %(detail)s MB. Copy the list alone into a new workbook."
    ),
    FileFault.DAMAGED: phrase(
        "The workbook is damaged and cannot be read. Open it in a spreadsheet program and save it anew."
    ),
    FileFault.UNSAFE: phrase(
        "The workbook contains declarations that no office program writes. Copy the list into a new workbook."
    ),
    FileFault.NO_SHEET: phrase("The workbook has no visible sheet with anything in it."),
    FileFault.OLD_ENCODING: phrase(
        "The text is not in Unicode (it may be in windows-1258 or an older Vietnamese encoding). In Excel, save it as "
        "“CSV UTF-8” or as .xlsx."
    ),
    FileFault.BAD_CSV: phrase("The .csv file breaks off inside quotation marks near line %(detail)s."),
    FileFault.TOO_MANY_ROWS: phrase("The sheet has more than %(detail)s rows."),
    FileFault.TOO_MANY_MERGED: phrase(
        "More than %(detail)s rows have merged cells. Copy the list alone into a new workbook, without merged cells."
    ),
}
