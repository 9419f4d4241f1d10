"""A title in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.canonical import JSON


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in Vietnamese and in English."""

    vi: str
    en: str

    def document(self) -> dict[str, JSON]:
        """As it travels: `{"vi": …, "en": …}`."""
        return {"vi": self.vi, "en": self.en}

    def in_language(self, language: str) -> str:
        """The words for a reader of `language`; Vietnamese for any but `en`."""
        return self.en if language == "en" else self.vi
