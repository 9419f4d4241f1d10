"""Sentences in the reader's language, for the command line and its files: message ids are English, catalogues are `.mo`.

The room and the kiosk have Flask-Babel for their pages; here there is no web. The language is the one chosen with
`use_language`, else the environment's when it is English or Vietnamese, else Vietnamese.
"""

from __future__ import annotations

import gettext as catalogues
import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
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


def gettext(message: str, /, **params: object) -> str:
    """The sentence in the current language, its `%(name)s` places filled."""
    return _filled(_catalogue(language()).gettext(message), params)


def ngettext(singular: str, plural: str, n: int, /, **params: object) -> str:
    """The sentence that fits the number `n`, which fills `%(n)s`."""
    return _filled(_catalogue(language()).ngettext(singular, plural, n), {"n": n, **params})


def render(phrase: Phrase | str) -> str:
    """A phrase in the current language; a plain text as it is."""
    if isinstance(phrase, str):
        return phrase
    params = {name: render(value) if isinstance(value, Phrase) else value for name, value in phrase.values}
    if phrase.plural:
        return ngettext(phrase.message, phrase.plural, phrase.n, **params)
    return gettext(phrase.message, **params)


def title(titles: Bilingual) -> str:
    """A title in the current language."""
    return titles.in_language(language())


def _filled(sentence: str, params: Mapping[str, object]) -> str:
    return sentence % params if params else sentence


@cache
def _catalogue(language: Language) -> catalogues.NullTranslations:
    if language == "en":
        return catalogues.NullTranslations()  # message ids are the English sentences
    return catalogues.translation("messages", TRANSLATIONS, [language])
