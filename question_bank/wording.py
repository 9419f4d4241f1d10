"""Sentences in the reader's language, for the command line and its files: message ids are English, catalogues are `.mo`.

The room and the kiosk have Flask-Babel for their pages; here there is no web. The language is the one chosen with
`use_language`, else the environment's when it is English or Vietnamese, else Vietnamese.
"""

from __future__ import annotations

import gettext as catalogues
import os
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from question_bank.bilingual import Bilingual
from question_bank.phrase import Phrase

Language: TypeAlias = Literal["vi", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
TRANSLATIONS = Path(__file__).parent / "translations"

_chosen: ContextVar[Language | None] = ContextVar("language", default=None)


def use_language(language: Language) -> None:
    """From now on, in this thread, speak this language."""
    _chosen.set(language)


def language() -> Language:
    """The language sentences are in now."""
    return _chosen.get() or environment_language(os.environ)


def environment_language(environment: Mapping[str, str]) -> Language:
    """The language a POSIX environment asks for (LC_ALL before LC_MESSAGES before LANG); Vietnamese for any other."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            spoken = value.partition("_")[0].partition(".")[0].lower()
            return "en" if spoken == "en" else "vi"
    return "vi"


class Speech:
    """Sentences in the current language, out of the catalogues in these folders: what the first does not have, the next may."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._read: dict[Language, catalogues.NullTranslations] = {}

    def gettext(self, message: str, /, **params: object) -> str:
        """The sentence in the current language, its `%(name)s` places filled."""
        sentence = self._catalogue().gettext(message)
        return sentence % params if params else sentence

    def ngettext(self, singular: str, plural: str, n: int, /, **params: object) -> str:
        """The sentence that fits the number `n`, which fills `%(n)s`."""
        return self._catalogue().ngettext(singular, plural, n) % {"n": n, **params}

    def render(self, phrase: Phrase | str) -> str:
        """A phrase in the current language; a plain text as it is."""
        if isinstance(phrase, str):
            return phrase
        params = {name: self.render(value) if isinstance(value, Phrase) else value for name, value in phrase.values}
        if phrase.plural:
            return self.ngettext(phrase.message, phrase.plural, phrase.n, **params)
        return self.gettext(phrase.message, **params)

    def _catalogue(self) -> catalogues.NullTranslations:
        spoken = language()
        if spoken not in self._read:
            self._read[spoken] = self._found(spoken)
        return self._read[spoken]

    def _found(self, spoken: Language) -> catalogues.NullTranslations:
        if spoken == "en":
            return catalogues.NullTranslations()  # message ids are the English sentences
        first, *others = (catalogues.translation("messages", folder, [spoken]) for folder in self._folders)
        for other in others:
            first.add_fallback(other)
        return first


_SPEECH = Speech(TRANSLATIONS)
gettext, ngettext, render = _SPEECH.gettext, _SPEECH.ngettext, _SPEECH.render


def title(titles: Bilingual) -> str:
    """A title in the current language."""
    return titles.in_language(language())
