"""What is wrong with content: a `Fault` in an item, a `Problem` at a place in a file.

A fault is found by pure code and knows a path of fields; a problem is for people: it has a file, a line, and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from question_bank.canonical import JSON
from question_bank.phrase import Phrase

Path: TypeAlias = tuple[str | int, ...]


class Severity(Enum):
    """Whether the content can be used: not with an error; with a warning, after somebody has looked."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at `path`: names of fields and places in lists, from the item's or document's top."""

    code: str
    path: Path
    message: Phrase
    hint: Phrase | None = None
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong at a place in a file, in the reader's language.

    `line` and `column` count from 1; line 0 is the file or folder as a whole. `hint` may be empty.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    is_warning: bool = False

    def __str__(self) -> str:
        """`file:line: code: message`, the hint after a dash."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.code}: {self.message}" + (f" — {self.hint}" if self.hint else "")

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {
            "code": self.code,
            "severity": (Severity.WARNING if self.is_warning else Severity.ERROR).value,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "hint": self.hint,
        }
