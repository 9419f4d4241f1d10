"""Signs typed beside an option's words: “B. đếm các ô*”, “B. * đếm các ô”. Pure.

An asterisk or a tick may also be part of the words (“Dấu *”, “*.doc”): how often a document does it decides (docx_looks).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from question_bank.formats.docx_found import FoundOption

_BEHIND = re.compile(r"\s*[✓✔√☑*]{1,3}\s*[.;]?\s*$")
_BEFORE = re.compile(r"\*\s*(?=[^\W_]|\s)")


def signed_behind(options: Sequence[FoundOption]) -> frozenset[int]:
    """The options with a sign behind their words, where some have none."""
    return _some(options, [bool(_end(option)) for option in options])


def signed_before(options: Sequence[FoundOption]) -> frozenset[int]:
    """The one option with an asterisk before its words, where no other begins with one."""
    starts = [option.lines[0].text[:1] == "*" if option.lines else False for option in options]
    if starts.count(True) != 1:
        return frozenset()
    option = options[starts.index(True)]
    return _some(options, starts) if _BEFORE.match(option.lines[0].text) else frozenset()


def _some(options: Sequence[FoundOption], signed: Sequence[bool]) -> frozenset[int]:
    found = frozenset(at for at, one in enumerate(signed) if one)
    return found if len(found) < len(options) else frozenset()


def _end(option: FoundOption) -> int:
    """Where the sign behind the words of an option begins; 0 for none."""
    text = option.lines[-1].text[-80:] if option.lines else ""
    found = _BEHIND.search(text)
    if found is None or not text[: found.start()].strip():
        return 0
    return len(option.lines[-1].text) - len(text) + found.start()


def take_signs(option: FoundOption) -> None:
    """Take the signs out of the words of an option."""
    if at := _end(option):
        option.lines[-1] = option.lines[-1].cut(0, at).strip()
    if option.lines and (found := _BEFORE.match(option.lines[0].text)):
        option.lines[0] = option.lines[0].cut(found.end()).strip()
