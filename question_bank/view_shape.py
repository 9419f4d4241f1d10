"""Which fields a type's candidate view has, so that nothing else can travel in it unnoticed.

Pure. A mapping inside a shape is a list of objects with those fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias


class Kind(Enum):
    """What stands in a field."""

    TEXT = "text"  # an author's text as candidates get it: a string, or a list of nodes
    WORD = "word"  # a string that is no author's text: an id, the name of a kind
    WHOLE = "whole"
    TRUTH = "truth"
    WORLD = "world"  # what a simulator makes its start of: `exam-world/1`


ViewShape: TypeAlias = "Mapping[str, Kind | ViewShape]"

OPTIONS: ViewShape = {"option_id": Kind.WORD, "text": Kind.TEXT, "fixed": Kind.TRUTH}
