"""From data to PDF by typst. Templates hold no words and no rules: both come in with the data.

Compiling takes from 0.1 s (a page) to 2 s (three hundred slips) and releases the interpreter: callers offload it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations, translation
from pathlib import Path

import typst

from question_bank import front
from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from server.errors import RoomError

TEMPLATES = Path(__file__).resolve().parents[2] / "typst"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
# The typeface the Decree asks for cannot be shipped; where the computer has it, or its metric twin, it is used.
_SERIF_FOLDERS = (
    Path("/usr/share/fonts/truetype/msttcorefonts"),
    Path("/usr/share/fonts/truetype/liberation"),
    Path("/usr/share/fonts/truetype/liberation2"),
)


class DocumentError(RoomError):
    """A document could not be made."""


def render_pdf(template: str, data: Mapping[str, JSON]) -> bytes:
    """The PDF of a template of server/typst with this data. Raises DocumentError. Slow."""
    fonts = [front.PATH / "fonts-print", *(folder for folder in _SERIF_FOLDERS if folder.is_dir())]
    try:
        return bytes(
            typst.compile(
                TEMPLATES / f"{template}.typ",
                root=TEMPLATES,
                font_paths=fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            )
        )
    except typst.TypstError as error:
        raise DocumentError(
            phrase("%(file)s could not be set [%(error)s]", file=template, error=str(error)),
            hint=phrase("Report this with the log."),
        ) from error


_LANGUAGE: ContextVar[str] = ContextVar("language", default="vi")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Documents made in this block are in this language; Vietnamese everywhere else."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def spoken() -> str:
    """The language documents are made in now."""
    return _LANGUAGE.get()


def in_words(phrase: Phrase, language: str | None = None) -> str:
    """A phrase in the language of the document; outside of any request, so that it can be made in a worker."""
    language = language or _LANGUAGE.get()
    values = {name: in_words(value, language) if isinstance(value, Phrase) else value for name, value in phrase.values}
    catalogue = _catalogue(language)
    text = (
        catalogue.ngettext(phrase.message, phrase.plural, phrase.n)
        if phrase.plural
        else catalogue.gettext(phrase.message)
    )
    return text % values if values else text


@cache
def _catalogue(language: str) -> GNUTranslations | NullTranslations:
    return translation("messages", TRANSLATIONS, [language], fallback=True)
