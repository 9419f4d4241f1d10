"""Signs typed before the label of the right option: “x B.”, “→ B.”, “[x] B.”, “@B.”, read as “*B.” where a document does so. Pure.

Such a sign may be a bullet or an arrow in the text: it is a key only where more than half of the questions have it, never twice in
one, and not always at the same letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from question_bank.formats.docx_dashes import retyped, texts_of
from question_bank.formats.word_body import Block

_SIGN = r"\[\s?[xX]\s?\]|\(\s?[xX]\s?\)|[xX](?=\s)|-{1,2}>|={1,2}>|>>|[→⇒➔➜➡►▶»@☞➢➤★]"
# At the beginning of a line, or behind a tab or two spaces.
_LABEL = re.compile(
    rf"(?:^[^\S\n]*|(?<=\t)|(?<=[^\S\n]{{2}}))(?:(?P<sign>{_SIGN})(?P<gap>[^\S\n]{{0,2}}))?(?P<label>[A-J])\s?(?=[.):/])",
    re.MULTILINE,
)
_FEWEST = 3  # questions


def with_stars(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, with an asterisk for the sign by which this document marks its keys."""
    sign = _sign_of(blocks)
    if not sign:
        return list(blocks)

    def star(found: re.Match[str]) -> str:
        if found["sign"] is None or _folded(found["sign"]) != sign:
            return found[0]
        size = found.end("gap") - found.start("sign")
        before, behind = found[0][: found.start("sign") - found.start()], found[0][found.end("gap") - found.start() :]
        return f"{before}{'*':>{size}}{behind}"

    return [retyped(block, _LABEL, star) for block in blocks]


def _sign_of(blocks: Sequence[Block]) -> str:
    """The one sign that singles options out; empty where there is none."""
    sets: list[list[tuple[str, str]]] = []
    for text in texts_of(blocks, 0):
        for found in _LABEL.finditer(text):
            if found["label"] == "A" or not sets:
                sets.append([])
            sets[-1].append((_folded(found["sign"] or ""), found["label"]))
    sets = [one for one in sets if len(one) > 1]
    marked: Counter[str] = Counter()
    letters: dict[str, set[str]] = {}
    twice: set[str] = set()
    for one in sets:
        counts = Counter(sign for sign, _ in one if sign)
        marked.update(counts.keys())
        twice |= {sign for sign, times in counts.items() if times > 1}
        for sign, letter in one:
            letters.setdefault(sign, set()).add(letter)
    regular = [
        sign
        for sign, times in marked.items()
        if times >= _FEWEST and 2 * times > len(sets) and sign not in twice and len(letters[sign]) > 1
    ]
    return regular[0] if len(regular) == 1 else ""


def _folded(sign: str) -> str:
    return "".join(sign.lower().split())
