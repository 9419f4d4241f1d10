"""Canaries: made-up responses whose result is known by construction, sealed with the marking.

Pure. The expected numbers are counted while the responses are made, not by scoring them: a marking that went wrong
cannot agree with itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from question_bank.draw import Draw
from question_bank.items import item_type
from question_bank.marking_scheme import Canary, MarkingSection, Marks, Response
from question_bank.order import SectionOutline


class _Kind(Enum):
    RIGHT = 0
    WRONG = 1
    BLANK = 2


def canaries(section: SectionOutline, marking: MarkingSection, draw: Draw) -> tuple[Canary, ...]:
    """Three of them: everything right; nothing right; a drawn mixture of right, wrong and no response.

    Items that no rule can mark have no response in any. The outline and the marking list the same items.
    """
    kinds = tuple(_Kind)
    mixed = [kinds[draw.below(len(kinds))] for _ in section.items]
    return (
        _canary(section, marking, [_Kind.RIGHT] * len(mixed), draw),
        _canary(section, marking, [_Kind.WRONG] * len(mixed), draw),
        _canary(section, marking, mixed, draw),
    )


def _canary(section: SectionOutline, marking: MarkingSection, kinds: Sequence[_Kind], draw: Draw) -> Canary:
    responses: dict[str, Response] = {}
    right, marks = 0, 0
    for item, scheme, kind in zip(section.items, marking.items, kinds, strict=True):
        response: Response | None = None
        if kind is _Kind.RIGHT and (response := item_type(item.type).right_response(item, scheme)) is not None:
            right, marks = right + (scheme.max_mark > 0), marks + scheme.max_mark
        elif kind is _Kind.WRONG:
            response = item_type(item.type).wrong_response(item, scheme, draw)
            marks += 0 if response is None else max(scheme.floor, -scheme.penalty)
        if response is not None:
            responses[item.item_id] = response
    return Canary(section.section_id, responses, right, Marks(marks))
