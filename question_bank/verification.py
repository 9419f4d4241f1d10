"""What every `verify` command reports, whatever it looked at: one shape, so that "ok" never means more than was checked.

docs/cli.md describes the JSON; what a kind of thing adds to it stands in `facts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, english


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: a stable code, where it is ("" for the whole), and a sentence."""

    code: str
    where: Phrase | str
    message: Phrase


@dataclass(frozen=True, slots=True)
class Verification:
    """What was looked at (`what` names the kind of thing, `file` the file or folder), and what was found wrong."""

    what: str
    file: str
    checked: tuple[Phrase, ...]
    not_checked: tuple[Phrase, ...]
    problems: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems

    def facts(self) -> dict[str, JSON]:
        """What this kind of thing says beside the common keys."""
        return {}

    def document(self, render: Callable[[Phrase], str]) -> dict[str, JSON]:
        """As `--json` prints it; sentences by `render`, codes and places the same in every language."""
        problems: list[JSON] = [
            {"code": one.code, "where": english(one.where), "message": render(one.message)} for one in self.problems
        ]
        return {
            "what": self.what,
            "file": self.file,
            "ok": self.ok,
            "checked": [render(sentence) for sentence in self.checked],
            "not_checked": [render(sentence) for sentence in self.not_checked],
            "problems": problems,
            **self.facts(),
        }
