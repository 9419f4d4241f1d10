"""Sentences of the server's command line in the reader's language. Pages have Flask-Babel; both read one catalogue.

The language is the one `question_bank.wording` knows: chosen with `--language`, else the environment's, else Vietnamese.
Sentences that come from the content package (a damaged sealed package) are found in its own catalogue.
"""

from __future__ import annotations

import gettext as catalogues
from functools import cache
from pathlib import Path

from question_bank import wording as content
from question_bank.phrase import Phrase
from question_bank.wording import LANGUAGES, Language, language, use_language

__all__ = ["LANGUAGES", "gettext", "language", "ngettext", "render", "use_language"]

TRANSLATIONS = Path(__file__).parent / "translations"


def gettext(message: str, /, **params: object) -> str:
    """The sentence in the current language, its `%(name)s` places filled."""
    sentence = _catalogue(language()).gettext(message)
    return sentence % params if params else sentence


def ngettext(singular: str, plural: str, n: int, /, **params: object) -> str:
    """The sentence that fits the number `n`, which fills `%(n)s`."""
    return _catalogue(language()).ngettext(singular, plural, n) % {"n": n, **params}


def render(phrase: Phrase | str) -> str:
    """A phrase in the current language; a plain text as it is."""
    if isinstance(phrase, str):
        return phrase
    params = {name: render(value) if isinstance(value, Phrase) else value for name, value in phrase.values}
    if phrase.plural:
        return ngettext(phrase.message, phrase.plural, phrase.n, **params)
    return gettext(phrase.message, **params)


@cache
def _catalogue(spoken: Language) -> catalogues.NullTranslations:
    if spoken == "en":
        return catalogues.NullTranslations()  # message ids are the English sentences
    ours = catalogues.translation("messages", TRANSLATIONS, [spoken])
    ours.add_fallback(catalogues.translation("messages", content.TRANSLATIONS, [spoken]))
    return ours
