"""Names of things: ids that people chose (bank items, topics) and opaque ids drawn by lot (all a candidate sees).

A drawn id says nothing about the bank, the key or the order of authoring.
"""

from __future__ import annotations

import re
from typing import NewType

from question_bank.draw import Draw

BankItemId = NewType("BankItemId", str)  # chosen by the author: DVC-001
TopicCode = NewType("TopicCode", str)  # chosen by the author: dich-vu-cong
StimulusId = NewType("StimulusId", str)  # chosen by the author; "" is none
NO_STIMULUS = StimulusId("")
MOST_OF_A_CODE = 40  # characters
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

PackageId = NewType("PackageId", str)
FormId = NewType("FormId", str)
SectionId = NewType("SectionId", str)
ItemId = NewType("ItemId", str)
OptionId = NewType("OptionId", str)
GapId = NewType("GapId", str)


def is_code(text: str) -> bool:
    """Whether a text can be the code of a topic, a task, a blueprint: small letters without marks, digits, single hyphens."""
    return len(text) <= MOST_OF_A_CODE and CODE.fullmatch(text) is not None


class FreshIds:
    """Opaque ids from one draw, no two alike: a repeat is drawn again."""

    __slots__ = ("_draw", "_taken")

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._taken: set[str] = set()

    def package(self) -> PackageId:
        """`p` and twelve characters."""
        return PackageId(self._fresh("p", 12))

    def form(self) -> FormId:
        """`f` and seven characters."""
        return FormId(self._fresh("f", 7))

    def section(self) -> SectionId:
        """`s` and five characters."""
        return SectionId(self._fresh("s", 5))

    def item(self) -> ItemId:
        """`i` and seven characters."""
        return ItemId(self._fresh("i", 7))

    def option(self) -> OptionId:
        """`o` and five characters."""
        return OptionId(self._fresh("o", 5))

    def gap(self) -> GapId:
        """`g` and five characters."""
        return GapId(self._fresh("g", 5))

    def stimulus(self) -> StimulusId:
        """`u` and five characters."""
        return StimulusId(self._fresh("u", 5))

    def _fresh(self, prefix: str, n: int) -> str:
        token = self._draw.token(prefix, n)
        while token in self._taken:
            token = self._draw.token(prefix, n)
        self._taken.add(token)
        return token
