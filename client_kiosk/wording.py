"""Sentences of the kiosk's command line in the reader's language. Its pages have Flask-Babel; both read one catalogue.

The language is the one `question_bank.wording` knows: chosen with `--language`, else the environment's, else Vietnamese.
Sentences that come from the content package (a damaged sealed package) are found in its own catalogue.
"""

from __future__ import annotations

from pathlib import Path

from question_bank import wording as content

TRANSLATIONS = Path(__file__).parent / "translations"

_SPEECH = content.Speech(TRANSLATIONS, content.TRANSLATIONS)
gettext, ngettext, render = _SPEECH.gettext, _SPEECH.ngettext, _SPEECH.render
